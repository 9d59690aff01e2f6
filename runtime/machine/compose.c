/*
 * The parts of a state, written one at a time. Input: parts; output: the bytes
 * where sw_step has them. Judges nothing.
 */
#include "compose.h"

#include "layout.h"

static uint8_t *
bytes_at(struct sw_state *state, const void *part)
{
	return (uint8_t *)state + ((const uint8_t *)part - (uint8_t *)state);
}

void
sw_state_put_stage(
    struct sw_state *state, uint32_t stage, const struct sw_stage_state *parts)
{
	((struct sw_stage_state *)(state + 1))[stage] = *parts;
}

void
sw_state_put_action(const struct sw_machine *machine, struct sw_state *state,
    uint32_t action, enum sw_status status, uint32_t retries)
{
	assert(action < machine->nactions && retries <= SW_RETRIES_MAX);
	bytes_at(state, actions_of(machine, state))[action] =
	    (uint8_t)((uint32_t)status | retries << RETRIES_SHIFT);
}

void
sw_state_put_target(const struct sw_machine *machine, struct sw_state *state,
    uint32_t stage, uint32_t execution)
{
	const uint32_t reach = 32 * machine->target_words;
	const uint32_t latest = sw_state_stage(state, stage)->succeeded;
	if (execution == 0 || execution > latest || latest - execution >= reach)
		return;
	const uint32_t bit = execution & (reach - 1);
	uint32_t *targets =
	    (uint32_t *)(void *)bytes_at(state, targets_of(machine, state));
	targets[(size_t)stage * machine->target_words + bit / 32] |=
	    UINT32_C(1) << bit % 32;
}

int
sw_state_put_waiting(const struct sw_machine *machine, struct sw_state *state,
    uint32_t place, uint32_t execution)
{
	if (place >= machine->queue_max)
		return -1;
	uint32_t *queue =
	    (uint32_t *)(void *)bytes_at(state, queue_of(machine, state));
	queue[place] = execution;
	return 0;
}
