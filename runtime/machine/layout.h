/*
 * How a state and the tables are read: where the parts of a state begin, what
 * an action's byte says, where a group ends. Internal to runtime/machine/.
 */
#ifndef MACHINE_LAYOUT_H
#define MACHINE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include <stagewright/machine.h>

/* Where the parts of a state begin. */
static inline const uint32_t *
targets_of(const struct sw_machine *machine, const struct sw_state *state)
{
	return (const uint32_t *)((const struct sw_stage_state *)(state + 1) +
				  machine->nstages);
}

static inline const uint32_t *
queue_of(const struct sw_machine *machine, const struct sw_state *state)
{
	return targets_of(machine, state) +
	       (size_t)machine->nstages * machine->target_words;
}

static inline const uint8_t *
actions_of(const struct sw_machine *machine, const struct sw_state *state)
{
	return (const uint8_t *)(queue_of(machine, state) + machine->queue_max);
}

/* An action's byte: its status, and above it how often it was tried again. */
#define RETRIES_SHIFT 4

static inline uint32_t
status_of(uint8_t action)
{
	return action & ((1u << RETRIES_SHIFT) - 1);
}

static inline uint32_t
retries_of(uint8_t action)
{
	return action >> RETRIES_SHIFT;
}

/* A stage is held exactly while its status says so. */
static inline bool
is_held(const struct sw_stage_state *stage)
{
	return stage->status == SW_STATUS_IN_PROGRESS ||
	       stage->status == SW_STATUS_STOPPING;
}

/* Running, or nobody knows: either way its group is not complete. */
static inline bool
is_unfinished(uint32_t action_status)
{
	return action_status == SW_STATUS_IN_PROGRESS ||
	       action_status == SW_STATUS_UNKNOWN;
}

/* A rule of a condition: a row beside the actions. */
static inline bool
is_rule(const struct sw_action *row)
{
	return row->category == SW_CATEGORY_RULE;
}

/* The group of an action: all of its stage with the same runOrder. */
static inline uint32_t
group_first(const struct sw_machine *machine, uint32_t action)
{
	const struct sw_action *rows = machine->actions;
	const uint32_t first = machine->stages[rows[action].stage].first_action;
	uint32_t a = action;
	while (a > first && rows[a - 1].run_order == rows[action].run_order)
		a--;
	return a;
}

static inline uint32_t
group_last(const struct sw_machine *machine, uint32_t action)
{
	const struct sw_action *rows = machine->actions;
	const uint32_t last = machine->stages[rows[action].stage].last_action;
	uint32_t a = action;
	while (a < last && rows[a + 1].run_order == rows[action].run_order)
		a++;
	return a;
}

#endif
