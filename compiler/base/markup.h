/*
 * XML as bytes: where markup begins and ends, what references stand for. All
 * functions work on a span of bytes that is, or is about to be proved to be,
 * well-formed, and never look past its end.
 */
#ifndef COMPILER_MARKUP_H
#define COMPILER_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum markup_kind {
	MARKUP_NONE,        /* the end of the bytes */
	MARKUP_START,       /* <name ...> */
	MARKUP_EMPTY,       /* <name .../> */
	MARKUP_END,         /* </name> */
	MARKUP_COMMENT,     /* <!-- --> */
	MARKUP_INSTRUCTION, /* <? ?> */
	MARKUP_OTHER        /* <!DOCTYPE, or not finished, or malformed */
};

struct markup {
	enum markup_kind kind;
	const char *begin; /* at the < */
	const char *end;   /* behind the > */
	size_t attributes; /* of a start tag, namespaces among them */
};

/* The next markup at or after p; a CDATA section is text. */
struct markup markup_next(const char *p, const char *end);

/* One name="value" of a start tag. */
struct markup_attribute {
	const char *name;
	const char *name_end;
	const char *value; /* without the quotes */
	const char *value_end;
};

/* The attribute at or after p inside the tag that ends at `end`; false when
 * there is no more. */
bool markup_attribute_next(
    const char *p, const char *end, struct markup_attribute *out);
/* Behind the name that begins at p. */
const char *markup_name_end(const char *p, const char *end);

/*
 * The text that bytes stand for: references resolved, CDATA sections opened,
 * line ends as \n. In an attribute's value each white character is a blank.
 * Owned by the arena.
 */
char *markup_decode(
    struct arena *arena, const char *p, const char *end, bool is_attribute);
/*
 * One step of the same: writes the 1 to 4 bytes that p stands for, none for
 * the marks of a CDATA section, and returns where the next step begins.
 * *is_cdata starts as false.
 */
const char *markup_step(
    const char *p, const char *end, bool *is_cdata, char out[4], size_t *size);

/* Blank, tab, line feed or carriage return. */
/* Behind the byte order mark that a text may begin with. */
const char *markup_past_mark(const char *p, const char *end);

static inline bool
markup_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

#endif
