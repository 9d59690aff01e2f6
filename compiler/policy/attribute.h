/*
 * An attribute of an action or stage, as selectors and policies ask for it:
 * by the name that it has in XML, with the default filled in.
 */
#ifndef COMPILER_ATTRIBUTE_H
#define COMPILER_ATTRIBUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "roster.h"

struct arena;
struct attribute_rule;

enum attribute_kind {
	ATTRIBUTE_UNKNOWN, /* nothing in the language has it */
	ATTRIBUTE_TEXT,
	ATTRIBUTE_COUNT,
	ATTRIBUTE_DURATION
};

/* An attribute, found once for many questions. */
struct attribute {
	const char *name;
	enum attribute_kind kind;
	/* Its row in the element of each category, then in <stage>; NULL: that
	 * has no such attribute */
	const struct attribute_rule *rows[SW_NCATEGORIES + 1];
	const char *usual; /* where it is not written; NULL: nothing */
};

/* Its kind is ATTRIBUTE_UNKNOWN if there is none. Names of <configuration>
 * parameters that some action of the model has are texts. */
struct attribute attribute_find(const struct roster *roster, const char *name);

/* Is it an element in XML, not an attribute? */
bool attribute_is_element(const char *name);

/* What a name that nothing has may have been meant to be, or NULL. */
const char *attribute_meant(
    struct arena *arena, const struct roster *roster, const char *name);

/*
 * The values of an attribute: none if it is not given and has no default, one,
 * or as many as there are elements (input, output, export, env). Those that
 * were not written have no place. Owned by the arena or the model.
 */
struct values attribute_values(struct arena *arena, struct member member,
    const struct attribute *attribute);

/* A count, or milliseconds. False: the text is none of this kind. */
bool attribute_number(
    enum attribute_kind kind, const char *text, uint64_t *number);

#endif
