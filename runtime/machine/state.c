/*
 * The layout of a state: where it begins, how large it is, what it says of a
 * stage and of an action. Who wants to know more asks here and never counts
 * bytes.
 */
#include "turn.h"

_Static_assert(sizeof(struct sw_state) == 16, "no padding");
_Static_assert(sizeof(struct sw_stage_state) == 20, "no padding");
_Static_assert(SW_NSTATUSES <= 1 << RETRIES_SHIFT, "a status fits");
_Static_assert(SW_RETRIES_MAX < 1 << (8 - RETRIES_SHIFT), "retries fit");
_Static_assert(SW_IN_FLIGHT_MAX < SW_QUEUE_PLACES_MAX, "a queue fits");

size_t
sw_state_size(const struct sw_machine *machine)
{
	const size_t nstages = machine->nstages;
	const size_t nwords =
	    nstages * machine->target_words + machine->queue_max;
	return SW_STATE_SIZE(nstages, nwords, (size_t)machine->nactions);
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

void
sw_state_init_execution(
    const struct sw_machine *machine, struct sw_state *state, uint32_t number)
{
	assert(machine->mode == SW_MODE_PARALLEL && number > 0);
	sw_state_init(machine, state);
	state->executions = number - 1;
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
	return (enum sw_status)status_of(actions_of(machine, state)[action]);
}

uint32_t
sw_state_retries(const struct sw_machine *machine, const struct sw_state *state,
    uint32_t action)
{
	return retries_of(actions_of(machine, state)[action]);
}

uint32_t
sw_state_in_flight(
    const struct sw_machine *machine, const struct sw_state *state)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage_state *s = sw_state_stage(state, i);
		n += s->queued + (uint32_t)(s->waiting != 0) +
		     (uint32_t)is_held(s);
	}
	return n;
}
