/*
 * A comment on a change: pieces one after the other, as long as there is room.
 * The first that has none ends it, and what is left out is said.
 */
#ifndef COMPILER_MARKDOWN_H
#define COMPILER_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

struct report;
struct text;

/* Bytes of a comment that a forge takes: GitHub counts 65,536 characters. */
#define MARKDOWN_MAX 65536u

struct markdown {
	struct text *text;
	size_t used;
	bool is_full; /* what follows is left out */
};

typedef void (*markdown_piece)(const void *self, struct text *text);

/* A piece that is there whatever it takes: the first. */
void markdown_put(
    struct markdown *markdown, markdown_piece piece, const void *self);
/* One that is left out when there is no room, as all after it; false: so. */
bool markdown_add(
    struct markdown *markdown, markdown_piece piece, const void *self);
/* Says that something was left out, if so. */
void markdown_end(struct markdown *markdown);

/* The findings of a report: a table, notes folded, and runs. */
void markdown_findings(struct markdown *markdown, const struct report *report);

#endif
