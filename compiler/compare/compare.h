/*
 * What a change to a pipeline means: two models, and the list of what is
 * different for those who release. Compared is what the models say, never how
 * they are written: the order of attributes, white space, comments, files that
 * are included, and other numbers for the same runOrder are no change.
 *
 * A change needs a decision, is shown, or is folded away (a rename). Changes
 * of commands, providers, what is read and order need one where they concern a
 * deploy to production, and only there.
 */
#ifndef COMPILER_COMPARE_H
#define COMPILER_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/source.h"
#include "check/flow.h"
#include "match.h"

struct arena;
struct model;
struct review_run;

/* Actions of a model whose order is told one by one. */
#define COMPARE_ORDER_MAX 4096

enum change_id {
#define CHANGE(id, name, weight, word, title) CHANGE_##id,
#include "changes.def"
#undef CHANGE
	NCHANGES
};

enum change_weight {
	WEIGHT_FOLDED,
	WEIGHT_SHOWN,
	WEIGHT_DECISION
};

struct change_info {
	const char *name; /* "rv-gate-removed" */
	enum change_weight weight;
	const char *word; /* "gate" */
	const char *title;
};

/* The row of an id; static. */
const struct change_info *change_info(enum change_id id);

/* Whose change it is: MATCH_NONE where it has no part. */
struct change_of {
	uint32_t old_stage;
	uint32_t new_stage;
	uint32_t old_action; /* indices of the flows */
	uint32_t new_action;
	const char *part; /* of a stage: "beforeEntry", ...; NULL: itself */
};

struct change {
	enum change_id id;
	enum change_weight weight;
	struct change_of of;
	const char *text; /* what is different, for people */
	const char *what; /* the attribute or element; NULL: it is no value */
	const char
	    *before; /* a value; NULL: there was none, or it is no value */
	const char *after;
	struct span old_at; /* not set: it is not there */
	struct span new_at;
	/* What shows it, as review/ has found it (review/run.h); NULL: none. */
	const struct review_run *run;
};

struct comparison {
	const struct flow *old;
	const struct flow *new_;
	const struct matching *matching;
	struct change *changes; /* decisions first; then as the models go */
	size_t n;
	size_t room; /* of changes */
	size_t ndecisions;
	uint32_t nunchanged; /* actions without any change */
};

/*
 * Compares two models of which a machine can be made (compilation.h), read by
 * one compilation. Owned by the arena.
 */
struct comparison *compare(
    struct arena *arena, const struct model *old, const struct model *new_);

/* The one change that a pipeline is new, or gone: a decision when it deploys
 * to production. Owned by the arena. */
struct comparison *compare_whole(
    struct arena *arena, const struct model *model, bool is_new);

/* For who knows more of it: adds a change of the usual weight, whose text and
 * places are the caller's to fill in; valid until the next. Then all are put
 * in order, and counted. */
struct change *comparison_add(
    struct arena *arena, struct comparison *comparison, enum change_id id);
void comparison_sort(struct comparison *comparison);

#endif
