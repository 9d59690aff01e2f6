/* What changes mean, in the forms that people and programs want it in. */
#ifndef TOOLS_VERDICT_H
#define TOOLS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct change;
struct comparison;
struct compilation;
struct model;

/* Outputs that one run writes. */
#define SINKS_MAX 8
/* Bytes of a comment that a forge takes; Markdown leaves out what folds first,
 * never a decision. */
#define MARKDOWN_MAX 65536

/* Two models, or one that is new or gone. */
struct verdict_pair {
	const char *names[2]; /* old and new; NULL: there is none */
	const struct model *models[2];
	const struct comparison *comparison;
};

struct verdict {
	const struct compilation *c;
	const char *command; /* "review", "diff" */
	const char *base;    /* of a review; NULL: two files */
	const char *head;
	const struct verdict_pair *pairs;
	size_t n;
};

/* Where it goes, from "-o json=FILE"; without FILE, or "-": standard output. */
struct sinks {
	struct {
		unsigned form;
		const char *path; /* NULL: standard output */
	} items[SINKS_MAX];
	size_t n;
};

/* False: there is no such form, or there are too many. */
bool sinks_add(struct sinks *sinks, const char *form);
/* Writes all of them, text if there is none. An exit status: EXIT_YES, or
 * EXIT_TROUBLE with the reason on stderr. */
int sinks_write(const struct sinks *sinks, const struct verdict *verdict);

/* How many changes of all pairs, and how many of them are to be decided. */
size_t verdict_changes(const struct verdict *verdict, size_t *ndecisions);
/* "ci/release.xml:3:4"; NULL: no place. Owned by the arena. */
const char *verdict_place(const struct verdict *verdict,
    const struct verdict_pair *pair, const struct change *change, bool is_new);

/* verdict_markdown.c */
void verdict_markdown(const struct verdict *verdict, FILE *to);

#endif
