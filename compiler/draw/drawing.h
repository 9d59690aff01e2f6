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

struct arena;
struct condition;
struct lowered;

/* Code points of a name that a drawing shows before it cuts it. */
#define DRAWING_NAME_MAX 28

/* What is drawn, and how much of it. */
struct drawing {
	const struct lowered *lowered;
	bool artifacts; /* cards say what is read and written */
};

/* "Compile", cut to DRAWING_NAME_MAX. */
const char *drawing_cut(struct arena *arena, const char *text);
/* "build"; "deploy · Directory" where the provider says something; "test · up
 * to 3×" of what is tried again. */
const char *drawing_kind(
    struct arena *arena, const struct lowered *lowered, uint32_t action);
/* "code → package", or "" */
const char *drawing_artifacts(
    struct arena *arena, const struct lowered *lowered, uint32_t action);
/* One sentence or more about an action, for a tooltip. */
const char *drawing_action_hint(
    struct arena *arena, const struct lowered *lowered, uint32_t action);

/* "QUEUED: one behind the other, at most 50 executions"; "" of what is usual,
 * SUPERSEDED. */
const char *drawing_mode(struct arena *arena, const struct lowered *lowered);

/* The model has this condition. */
bool drawing_has(const struct condition *condition);
/* Its rules: "OfficeHours", "OfficeHours, Health"; "condition" without. */
const char *drawing_condition_name(
    struct arena *arena, const struct condition *condition);
/* What they stand in the way of, and what happens when one of them does not
 * hold: "to enter, else fail"; of an onSuccess "to leave, else roll back". */
const char *drawing_condition_result(
    struct arena *arena, const struct condition *condition, bool is_entry);
/* Of an onFailure: "on failure: retry failed actions, up to 3 times". */
const char *drawing_failure(
    struct arena *arena, const struct condition *condition);

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
