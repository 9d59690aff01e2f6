/* The states of a machine under test, and which one an event is about. */
#include "fleet.h"

#include <stdlib.h>

void *
fleet_allocate(size_t size)
{
	void *memory = calloc(1, size);
	if (memory == NULL)
		abort();
	return memory;
}

struct fleet
fleet_new(const struct subject *subject)
{
	struct fleet fleet = {
		.subject = subject,
		.shared = fleet_allocate(subject->machine->state_size),
	};
	sw_state_init(subject->machine, fleet.shared);
	return fleet;
}

void
fleet_free(struct fleet *fleet)
{
	for (uint32_t i = 0; i < fleet->n; i++)
		free(fleet->states[i]);
	free(fleet->states);
	free(fleet->shared);
}

static int
is_parallel(const struct fleet *fleet)
{
	return fleet->subject->machine->mode == SW_MODE_PARALLEL;
}

uint32_t
fleet_executions(const struct fleet *fleet)
{
	return is_parallel(fleet) ? fleet->n : fleet->shared->executions;
}

struct sw_state *
fleet_state(const struct fleet *fleet, uint32_t execution)
{
	if (!is_parallel(fleet) || execution == 0 || execution > fleet->n)
		return fleet->shared;
	return fleet->states[execution - 1];
}

/* In flight is, over all states, who holds a stage. */
static uint32_t
count_in_flight(const struct fleet *fleet)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < fleet->n; i++)
		n += sw_state_in_flight(
		    fleet->subject->machine, fleet->states[i]);
	return n;
}

static enum sw_refusal
start(struct fleet *fleet, struct sw_output *out, struct sw_state **state)
{
	const struct subject *subject = fleet->subject;
	if (fleet->n == fleet->capacity) {
		fleet->capacity = 2 * fleet->capacity + 16;
		fleet->states = realloc(
		    fleet->states, fleet->capacity * sizeof(struct sw_state *));
		if (fleet->states == NULL)
			abort();
	}
	*state = fleet_allocate(subject->machine->state_size);
	sw_state_init_execution(subject->machine, *state, fleet->n + 1);
	const enum sw_refusal refusal = subject->take(subject, *state,
	    (struct sw_event){ SW_EVENT_START, count_in_flight(fleet), 0 },
	    out);
	if (refusal == SW_ACCEPTED) {
		fleet->states[fleet->n++] = *state;
	} else {
		free(*state);
		*state = fleet->shared;
	}
	return refusal;
}

enum sw_refusal
fleet_take(struct fleet *fleet, struct sw_addressed event,
    struct sw_output *out, struct sw_state **state)
{
	if (is_parallel(fleet) && event.event.kind == SW_EVENT_START)
		return start(fleet, out, state);
	*state = fleet_state(fleet, event.execution);
	if (is_parallel(fleet) && event.execution > fleet->n) {
		*out = (struct sw_output){ 0 };
		return SW_REFUSED_EXECUTION;
	}
	return fleet->subject->take(fleet->subject, *state, event.event, out);
}
