/*
 * The layout of a state: where it begins, how large it is, what it says of a
 * stage and of an action. Who wants to know more asks here and never counts
 * bytes.
 */
#include "turn.h"

_Static_assert(sizeof(struct sw_state) == 16, "no padding");
_Static_assert(sizeof(struct sw_stage_state) == 12, "no padding");

size_t
sw_state_size(uint32_t nstages, uint32_t nactions)
{
	return sizeof(struct sw_state) +
	       nstages * sizeof(struct sw_stage_state) +
	       SW_ACTION_BYTES((size_t)nstages, (size_t)nactions);
}

void
sw_state_init(const struct sw_machine *machine, struct sw_state *state)
{
	uint8_t *bytes = (uint8_t *)state;
	for (uint32_t i = 0; i < machine->state_size; i++)
		bytes[i] = 0;
	state->fingerprint = machine->fingerprint;
	struct sw_stage_state *stages = (struct sw_stage_state *)(state + 1);
	for (uint32_t i = 0; i < machine->nstages; i++)
		stages[i].closed = machine->stages[i].closed;
}

const struct sw_stage_state *
sw_state_stage(const struct sw_state *state, uint32_t stage)
{
	return (const struct sw_stage_state *)(state + 1) + stage;
}

enum sw_status
sw_state_action(const struct sw_machine *machine, const struct sw_state *state,
    uint32_t action)
{
	const uint8_t *actions =
	    (const uint8_t *)sw_state_stage(state, machine->nstages);
	return (enum sw_status)actions[action];
}
