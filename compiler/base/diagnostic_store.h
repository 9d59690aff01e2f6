/*
 * The findings as they are kept: shared by diagnostic.c, which collects them,
 * diagnostic_print.c, which shows them, correction.c, which looks round their
 * places, and report/, which hands them on.
 * Nobody else includes this.
 */
#ifndef COMPILER_DIAGNOSTIC_STORE_H
#define COMPILER_DIAGNOSTIC_STORE_H

#include "diagnostic.h"

/* A second place and what it has to do with the first. */
struct diagnostic_place {
	struct diagnostic_place *next;
	struct span at;
	struct location location;
	const char *text; /* may be "" */
};

/* A line of a run. */
struct diagnostic_step {
	struct diagnostic_step *next;
	struct span at;
	bool is_decision;
	const char *text;
};

/* A text in the place of another. */
struct diagnostic_edit {
	struct diagnostic_edit *next;
	struct span at;
	const char *text;
};

struct diagnostic {
	struct diagnostics *sink;
	struct arena *arena;
	enum check_id id;
	enum severity severity;
	struct span at;
	struct location location; /* worked out when sorted; {0,0}: none */
	size_t serial;            /* in order of adding: makes sorting total */
	const char *text;
	const char *label; /* NULL: none */
	const char *help;  /* NULL: none */
	struct diagnostic_place *places;
	struct diagnostic_place **last_place;
	struct diagnostic_step *steps;
	struct diagnostic_step **last_step;
	const char *subject;           /* NULL: none */
	struct diagnostic_edit *edits; /* in the order of adding; NULL: none */
	struct diagnostic_edit **last_edit;
	enum fix_safety safety; /* of the edits */
	const char *allowed;    /* the reason of its <allow>; NULL: none */
	struct span allowed_at; /* that <allow> */
	bool is_forgotten;      /* nobody is told */
};

struct diagnostics {
	struct arena *arena;
	const struct sources *sources;
	struct diagnostic **items;
	size_t n;
	size_t capacity;
	size_t counts[NSEVERITIES]; /* kept or not */
	size_t allowed;             /* kept, but not counted above */
	bool is_off[NCHECKS];       /* by a <lint> */
	size_t dropped;             /* not kept */
	struct diagnostic scrap;    /* takes what is not kept */
};

/*
 * All findings in the order of printing, without those said twice and those
 * that are allowed; *n is their number. Owned by the arena.
 */
struct diagnostic **diagnostics_sorted(
    const struct diagnostics *diagnostics, size_t *n);
/* The same of those that are allowed. */
struct diagnostic **diagnostics_sorted_allowed(
    const struct diagnostics *diagnostics, size_t *n);
/* Nobody is told, and it does not count. Once only. */
void diagnostics_forget(
    struct diagnostics *diagnostics, struct diagnostic *diagnostic);

#endif
