/*
 * The words that all drawings of a pipeline share, whatever the format: what
 * an action's card says, what a tooltip tells. Strings are owned by the arena
 * or static.
 */
#ifndef COMPILER_DRAWING_H
#define COMPILER_DRAWING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mark.h"

struct arena;
struct lowered;

/* Code points of a name that a drawing shows before it cuts it. */
#define DRAWING_NAME_MAX 28

/* What is drawn, and how much of it. */
struct drawing {
	const struct lowered *lowered;
	bool artifacts;            /* cards say what is read and written */
	const struct marks *marks; /* NULL: no change is shown */
};

/* "Compile", cut to DRAWING_NAME_MAX. */
const char *drawing_cut(struct arena *arena, const char *text);
/* The same to another number of code points. */
const char *drawing_cut_to(
    struct arena *arena, const char *text, size_t points_max);
/* A card's lines, with the sign of its mark. */
struct card {
	const char *name;    /* "Compile"; NULL: there is no such card */
	const char *small;   /* "deploy · Directory", "to enter, else fail" */
	const char *smaller; /* "code → package" if it is asked for, or "" */
	enum mark mark;
};

/* Of an action: "test · up to 3×" of what is tried again. */
struct card drawing_action(
    struct arena *arena, const struct drawing *drawing, uint32_t action);
/* Of a stage's beforeEntry or onSuccess: its rules, what they stand in the way
 * of, and what happens when one of them does not hold. */
struct card drawing_condition(struct arena *arena,
    const struct drawing *drawing, uint32_t stage, bool is_entry);
/* The name of a stage. */
const char *drawing_stage(
    struct arena *arena, const struct drawing *drawing, uint32_t stage);
/* Below its actions: "on failure: retry failed actions, up to 3 times"; "" of
 * a stage without. */
const char *drawing_foot(
    struct arena *arena, const struct drawing *drawing, uint32_t stage);
/* MARK_NONE in a drawing without marks. */
enum mark drawing_stage_mark(const struct drawing *drawing, uint32_t stage);
enum mark drawing_action_mark(const struct drawing *drawing, uint32_t action);
/* One sentence or more about an action, for a tooltip. */
const char *drawing_action_hint(
    struct arena *arena, const struct lowered *lowered, uint32_t action);

/* "QUEUED: one behind the other, at most 50 executions"; "" of what is usual,
 * SUPERSEDED. */
const char *drawing_mode(struct arena *arena, const struct lowered *lowered);

/* The actions of a stage, without the rules before and behind them, which the
 * cards of conditions name. */
struct drawn {
	uint32_t first;
	uint32_t last;
};
struct drawn drawing_actions(const struct lowered *lowered, uint32_t stage);
/* The index behind the last action of the group that begins at `action`. */
uint32_t drawing_group_end(const struct lowered *lowered, uint32_t action);

#endif
