/*
 * What one run of the tool found, in one structure for every output: findings
 * of checks, changes that somebody has to decide, properties that do not hold
 * with the run that shows it. Whoever knows something adds it; an output
 * (sarif.c, github.c, ...) walks the structure, one file each, and decides
 * nothing.
 *
 *	report_new -> report_diagnostics, report_add ... -> report_name_findings
 *	-> outputs.h
 *
 * Texts are one plain line: characters that a reader cannot see, or that
 * command a terminal, have become question marks when they are added. Paths
 * are as they are on disk, and each output escapes them.
 */
#ifndef COMPILER_REPORT_H
#define COMPILER_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diagnostic.h"

/* Findings of one report; more are counted, not kept. */
#define REPORT_FINDINGS_MAX 100000

struct arena;
struct embedded_file;

/* What findings are of one kind of. */
struct report_rule {
	const char *id;      /* "art-order" */
	const char *title;   /* one line */
	enum severity level; /* by default */
	const char *page;    /* of `explain`, in Markdown; NULL: none */
};

/* A place, worked out. */
struct report_place {
	struct span at;        /* not set: no place at all */
	const char *path;      /* from where the tool runs; NULL: none */
	struct location begin; /* {0,0}: the file as a whole */
	struct location end;   /* behind the last character */
	const char *text;      /* what is there; "" */
};

/* One line of a run that shows how it comes to a finding. */
struct report_step {
	const char *text; /* "fail Gate.Window: Gate is skipped" */
	struct report_place place;
	bool is_decision; /* without which it would not have come to it */
};

/* Text in place of other text; an insertion is in place of nothing. */
struct report_edit {
	struct report_place place;
	const char *text; /* as it is to be: not made plain */
};

/* Why a finding is told to nobody. */
struct report_suppression {
	const char *reason;
	struct report_place place; /* of the <allow> */
};

struct finding {
	const struct report_rule *rule;
	enum severity level;
	const char *text;
	const char *label;   /* behind the mark; NULL: none */
	const char *help;    /* what to do; NULL: none */
	const char *subject; /* what in the element, a policy's id; NULL */
	struct report_place place;
	struct report_place *related;
	size_t nrelated;
	struct report_step *run; /* a shortest one */
	size_t nsteps;
	struct report_edit *edits; /* that make it right, together */
	size_t nedits;
	const struct report_suppression *suppression; /* NULL: it counts */
	/* The same for the same finding when lines move: rule and element, and
	 * a number among those alike. */
	const char *key;
};

struct report {
	struct arena *arena;
	const struct sources *sources;
	const char *command; /* "check" */
	/* What paths are told without, "/src/shop/": forges know files from a
	 * repository's top. NULL: nothing; the caller's to fill in, first. */
	const char *top;
	struct finding *findings;
	size_t n;
	size_t capacity;
	size_t nleft_out;
	struct report_rule *checks[NCHECKS]; /* those that were asked for */
};

struct report *report_new(
    struct arena *arena, const struct sources *sources, const char *command);

/* Adds findings in the order in which they are printed; behind them those that
 * an <allow> covers. */
void report_diagnostics(
    struct report *report, const struct diagnostics *diagnostics);
/*
 * Adds one of another kind; the caller fills in what else there is. NULL: the
 * report is full, and it was counted. Valid until the next is added.
 */
struct finding *report_add(struct report *report,
    const struct report_rule *rule, enum severity level, struct span at,
    const char *text);
/* Of a span; text may be NULL. */
struct report_place report_place(
    const struct report *report, struct span at, const char *text);

/* The rule of a check; owned by the report. */
const struct report_rule *report_rule_of(
    struct report *report, enum check_id id);
/* The rules that findings are of, each once; *n is their number. Owned by the
 * arena. */
const struct report_rule **report_rules(const struct report *report, size_t *n);
/* What `explain` says of a check, or NULL; static. */
const struct embedded_file *report_page(const char *id);

/* Gives each finding its key: after all of them are added. */
void report_name_findings(struct report *report);
/* What is wrong, why, and what to do: "TEXT. LABEL. HELP." Owned by the
 * arena. */
const char *report_message(
    const struct report *report, const struct finding *finding);
/* One plain line of any text. Owned by the arena. */
const char *report_plain(struct arena *arena, const char *text);

#endif
