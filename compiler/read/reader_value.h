/*
 * The parts of the reader: reader.c walks the elements, reader_value.c reads
 * their attributes, reader_text.c their text, reader_finish.c does what the table cannot say.
 * Nobody else includes this.
 */
#ifndef COMPILER_READER_VALUE_H
#define COMPILER_READER_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"
#include "model/grammar.h"
#include "model/model.h"

struct reader {
	struct arena *arena;
	struct sources *sources;
	struct document *document;
	struct diagnostics *diagnostics;
	uint32_t file;
	uint8_t namespace_; /* of the root, and so of all elements */
	bool is_incomplete; /* as in struct model */
};

/*
 * Reads an attribute's value, checks its form and stores it, typed, at
 * `target` (NULL: only checked). The value as written is returned.
 */
struct value reader_attribute(struct reader *reader,
    const struct attribute_rule *row, const struct attribute *attribute,
    void *target);

/* The text of an element without the indentation that its lines share; text
 * is NULL when there is none. */
struct value reader_text(struct reader *reader, const struct node *node);

/* Reports a value that does not have the form of its type. `what` is the
 * attribute or element. */
void reader_check(struct reader *reader, const char *what, enum value_type type,
    const struct value *value);

/* "a, b and c", when `last` is " and "; owned by the arena. */
char *reader_list(
    struct arena *arena, const char *const *names, size_t n, const char *last);

/* After an element has been read: defaults, enums, and what conditions
 * require. */
void reader_finish(struct reader *reader, const struct node *node,
    enum element_id element, void *target);
/* After the whole model has been read, with what it includes: what actions and
 * rules take over from the pipeline. */
void reader_inherit(struct model *model);

#endif
