/*
 * The one sink of messages. Passes add what they find, in any order; nothing
 * is printed before diagnostics_print, which sorts by file, line, column and
 * id, so the output is the same bytes on every run. Each id has a page
 * (compiler/check/pages/ID.md) and a row in compiler/check/checks.def, which
 * gives its severity.
 *
 *	struct diagnostic *d = diagnostic_add(ds, CHECK_ART_ORDER, input->at,
 *	    "artifact '%s' is read before it is written", name);
 *	diagnostic_label(d, "read by %s, runOrder %u", reader, order);
 *	diagnostic_also(d, output->at, "written by %s, runOrder %u", ...);
 *	diagnostic_help(d, "let %s run after %s", reader, writer);
 */
#ifndef COMPILER_DIAGNOSTIC_H
#define COMPILER_DIAGNOSTIC_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "check_id.h"
#include "source.h"

/* Findings that one run keeps; a further one is counted, not kept. */
#define DIAGNOSTICS_MAX 10000

struct arena;
struct diagnostics;
struct diagnostic;

struct diagnostics *diagnostics_new(
    struct arena *arena, const struct sources *sources);

/* The files that the findings are in; borrowed. */
const struct sources *diagnostics_sources(
    const struct diagnostics *diagnostics);

/*
 * Adds a finding at a place. Texts are lower case, name things in quotes, say
 * the fact and not the cure, and have no full stop.
 */
struct diagnostic *diagnostic_add(struct diagnostics *diagnostics,
    enum check_id id, struct span at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same with a weight of its own: a policy says how much it weighs. */
struct diagnostic *diagnostic_add_as(struct diagnostics *diagnostics,
    enum check_id id, enum severity severity, struct span at,
    const char *format, ...) __attribute__((format(printf, 5, 6)));
struct diagnostic *diagnostic_vadd_as(struct diagnostics *diagnostics,
    enum check_id id, enum severity severity, struct span at,
    const char *format, va_list arguments)
    __attribute__((format(printf, 5, 0)));
/* Takes what is said of a finding that nobody is to see; it is not kept. */
struct diagnostic *diagnostic_scrap(struct diagnostics *diagnostics);
/* An <allow> covers it: it is kept with the reason, which is borrowed, but
 * neither counted nor printed. */
void diagnostic_allow(
    struct diagnostic *diagnostic, const char *reason, struct span at);
/* Text behind the caret of the primary place. */
void diagnostic_label(struct diagnostic *diagnostic, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A second place that explains the first. */
void diagnostic_also(struct diagnostic *diagnostic, struct span at,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
/* What to do about it: an act, not a fact. */
void diagnostic_help(struct diagnostic *diagnostic, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One more step of the run that shows it; texts print elsewhere. */
void diagnostic_step(struct diagnostic *diagnostic, struct span at,
    bool is_decision, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* What it is about besides the element where it is: a policy's id. */
void diagnostic_subject(struct diagnostic *diagnostic, const char *subject);

/* Whether a correction may be made unasked. */
enum fix_safety {
	FIX_SAFE,  /* the model means what it meant, or can only have meant */
	FIX_UNSAFE /* a guess, or the meaning changes */
};

/*
 * One text in the place of another, which is all of the span; an empty span
 * inserts. The edits of one finding are its correction: all of them are made,
 * or none; it is as safe as the least safe of them.
 */
void diagnostic_edit(struct diagnostic *diagnostic, enum fix_safety safety,
    struct span at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* How many were added with this severity, and are not allowed. */
size_t diagnostics_count(
    const struct diagnostics *diagnostics, enum severity severity);
/* A check that a <lint> has switched off: the summary says how many. */
void diagnostics_note_off(struct diagnostics *diagnostics, enum check_id id);

/* Findings from one moment to another, as counted by diagnostics_added. */
struct diagnostics_range {
	size_t begin;
	size_t end;
};

/* How many are kept up to now. */
size_t diagnostics_added(const struct diagnostics *diagnostics);
/* Is there one of such a kind among them? */
bool diagnostics_any(const struct diagnostics *diagnostics,
    struct diagnostics_range range, bool (*is_such)(enum check_id id));
/*
 * Leaves of `later` what `before` does not say (the same id and text, as often
 * as it does), if it weighs `least` or more; forgets the rest of both.
 */
void diagnostics_keep_new(struct diagnostics *diagnostics,
    struct diagnostics_range before, struct diagnostics_range later,
    enum severity least);

struct diagnostic_style {
	bool color; /* marks and words carry all; colour only helps */
	bool brief; /* first lines only */
};

/* Prints all in order, then "2 errors, 1 warning" when there are any. */
void diagnostics_print(const struct diagnostics *diagnostics, FILE *to,
    struct diagnostic_style style);
/* The same as JSON: an array of objects, one a finding. */
void diagnostics_print_json(const struct diagnostics *diagnostics, FILE *to);

/*
 * The candidate nearest to a misspelt word (edit distance of at most 2, or a
 * prefix), or NULL; borrowed from `candidates`.
 */
const char *did_you_mean(
    const char *word, const char *const *candidates, size_t n);

#endif
