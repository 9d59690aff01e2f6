/*
 * A run told for people: one line for what happened and what followed from
 * it, with the place in the model. Actions that just succeed, one after the
 * other in whatever order, share a line. Decisions, what could have gone
 * otherwise and did matter, are marked.
 */
#ifndef COMPILER_VERIFY_STORY_H
#define COMPILER_VERIFY_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/source.h"
#include "verify.h"

struct arena;
struct lowered;
struct sources;
struct text;

struct story_line {
	const char *what;    /* "fail Gate.Window", "Build, Test succeed" */
	const char *follows; /* "Gate is skipped"; "" */
	struct span at;      /* of what it is about */
	bool is_decision;
	size_t nevents;
};

struct story {
	struct story_line *lines;
	size_t n;
	size_t ndecisions;
};

/* A run of a pipeline, from its start. */
struct story_run {
	const struct lowered *lowered;
	const struct sw_event *events;
	size_t nevents;
};

/* Merged, or with a line for each event (`is_full`). Owned by the arena. */
struct story *story_new(
    struct arena *arena, const struct story_run *run, bool is_full);
/* A line each, in columns that line up. */
void story_print(const struct story *story, struct arena *arena,
    const struct sources *sources, FILE *to);
/* The same as JSON: an array. */
void story_json(const struct story *story, struct arena *arena,
    const struct sources *sources, struct text *text);
/* What happened and what followed, in one. Owned by the arena. */
const char *story_line_text(struct arena *arena, const struct story_line *line);
/* "shop.xml:16:24". Owned by the arena. */
const char *story_at(
    struct arena *arena, const struct sources *sources, struct span at);
/* What a scenario expects at the end of a run: the status that an action or a
 * stage has then. UINT32_MAX: of none. */
struct story_end {
	uint32_t stage;
	uint32_t action; /* counts, if both are given */
};

/* The run as a file of one scenario that `simulate` plays. */
void story_scenario(struct text *text, struct arena *arena,
    const struct story_run *run, const char *name, const char *says,
    struct story_end end);

/* The run of a verdict. */
struct story_run story_run_of(
    const struct verification *v, const struct verdict *verdict);
/* What the verdict is about, where, why, and what to do. */
struct span story_place(
    const struct verification *v, const struct verdict *verdict);
const char *story_fact(struct arena *arena, const struct verification *v,
    const struct verdict *verdict);
const char *story_why(struct arena *arena, const struct verification *v,
    const struct verdict *verdict); /* NULL: there is nothing to add */
const char *story_help(const struct verdict *verdict); /* static, or NULL */

#endif
