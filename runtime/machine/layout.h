/*
 * How a state and the tables are read: where the parts of a state begin, what
 * an action's byte says, where a group ends. Internal to runtime/machine/.
 */
#ifndef MACHINE_LAYOUT_H
#define MACHINE_LAYOUT_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include <stagewright/machine.h>

/* Where the parts of a state begin, behind its stages. */
static inline const uint8_t *
actions_of(const struct sw_machine *machine, const struct sw_state *state)
{
	return (const uint8_t *)((const struct sw_stage_state *)(state + 1) +
				 machine->nstages);
}

static inline const uint32_t *
targets_of(const struct sw_machine *machine, const struct sw_state *state)
{
	const size_t nstages = machine->nstages;
	const size_t nwords =
	    nstages * machine->target_words + machine->queue_max;
	const size_t nbytes =
	    SW_ACTION_BYTES(nstages, nwords, (size_t)machine->nactions);
	return (const uint32_t *)(const void *)(actions_of(machine, state) +
						nbytes);
}

static inline const uint32_t *
queue_of(const struct sw_machine *machine, const struct sw_state *state)
{
	return targets_of(machine, state) +
	       (size_t)machine->nstages * machine->target_words;
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

/* Does an action begin its group, or end it? */
static inline bool
is_group_first(const struct sw_machine *machine, uint32_t action)
{
	return (machine->actions[action].bounds & SW_LAST) == 0;
}

static inline bool
is_group_last(const struct sw_machine *machine, uint32_t action)
{
	return (machine->actions[action].bounds & SW_FIRST) == 0;
}

/* The first and the last action of an action's group. */
static inline uint32_t
group_first(const struct sw_machine *machine, uint32_t action)
{
	while (!is_group_first(machine, action)) {
		assert(action > 0);
		action--;
	}
	return action;
}

static inline uint32_t
group_last(const struct sw_machine *machine, uint32_t action)
{
	while (!is_group_last(machine, action)) {
		assert(action + 1 < machine->nactions);
		action++;
	}
	return action;
}

#endif
