/*
 * The language as a table: each element, its attributes with their types, its
 * text and its children, and where in the model each is kept.
 * schemas/pipeline.xsd says the same to editors; tests/docs/schema.t holds
 * the two together.
 */
#ifndef COMPILER_GRAMMAR_H
#define COMPILER_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "element.h"

/* Bytes of a name. */
#define NAME_MAX_SIZE 100
/* The same of a variable, as CodePipeline has it. */
#define WORD_MAX_SIZE 128
/* Executions in flight of a model that does not say how many. */
#define EXECUTIONS_USUAL 50
/* The time to the second attempt of an action that does not say it. */
#define BACKOFF_USUAL_MS 10000
/* Words of one list of patterns. */
#define WORDS_MAX 1000

enum value_type {
	TYPE_TEXT,       /* anything but nothing */
	TYPE_ANY,        /* anything */
	TYPE_NAME,       /* [A-Za-z0-9.@_-]+, up to NAME_MAX_SIZE */
	TYPE_WORD,       /* [A-Za-z0-9@_-]+, up to WORD_MAX_SIZE: no dot */
	TYPE_ARTIFACT,   /* [A-Za-z0-9_-]+ */
	TYPE_ENV,        /* [A-Za-z_][A-Za-z0-9_]*, up to WORD_MAX_SIZE */
	TYPE_PROVIDER,   /* [A-Za-z0-9_-]+ */
	TYPE_CHOICE,     /* one of `choices` */
	TYPE_CHOICES,    /* words, each one of `choices` */
	TYPE_WORDS,      /* patterns separated by blanks */
	TYPE_COUNT,      /* min..max */
	TYPE_DURATION,   /* 90s 20m 2h 7d; min..max in milliseconds */
	TYPE_SIZE,       /* 64KiB 512MiB 2GiB 1TiB; min..max in bytes */
	TYPE_DATE,       /* 2027-01-31 */
	TYPE_PATH,       /* STAGE.ACTION: two TYPE_NAMEs and a dot */
	TYPE_EXECUTION,  /* #2; 1 to UINT32_MAX */
	TYPE_EXECUTIONS, /* #2 #5, or none */
};

/* Where a value is kept: an offset in the element's struct, or: */
#define KEPT_AS_PARAMETER SIZE_MAX

struct attribute_rule {
	const char *name;
	enum value_type type;
	bool is_required;
	size_t offset;              /* of a struct value, values or number */
	const char *const *choices; /* NULL ends */
	/* What the attribute of the same name takes in other elements: left to
	 * the checks, which can say more; NULL ends, or NULL */
	const char *const *elsewhere;
	uint64_t min, max;
	uint64_t default_;
};

enum occurrence {
	OCCURS_MANY, /* in a list: items and n at the offset */
	OCCURS_ONCE, /* at most once, in place at the offset */
};

struct child_rule {
	enum element_id element;
	enum occurrence occurrence;
	size_t offset; /* those with equal offsets share a list */
};

enum content {
	CONTENT_ELEMENTS, /* no text */
	CONTENT_TEXT,     /* text, may be empty */
	CONTENT_REQUIRED, /* text, not empty */
};

struct element_rule {
	const char *name;
	size_t size; /* of the struct that it fills in */
	const struct attribute_rule *attributes; /* NULL name ends */
	const struct child_rule *children;       /* NELEMENTS ends */
	enum content content;
	enum value_type text_type;
	size_t text_offset;       /* of a struct value */
	size_t at_offset;         /* of a struct span; SIZE_MAX: none */
	size_t parameters_offset; /* of struct parameters; SIZE_MAX: none */
};

/* The row of an element; static. */
const struct element_rule *grammar_element(enum element_id element);

/* The row of an attribute or child with this name, of `length` bytes; -1: the
 * element has none. */
int grammar_attribute(
    const struct element_rule *rule, const char *name, size_t length);
int grammar_child(
    const struct element_rule *rule, const char *name, size_t length);

/* The legal form of a type, as a message says it; static. */
const char *grammar_form(enum value_type type);

#endif
