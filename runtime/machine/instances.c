/*
 * The states of a pipeline, and which of them an event is about. Decides
 * nothing: a state that does not exist is asked as one that was never started.
 */
#include "instances.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct sw_instances {
	const struct sw_machine *machine;
	struct sw_state **states; /* PARALLEL: of executions from 1 */
	size_t capacity;
	uint32_t n;              /* PARALLEL: executions started */
	uint32_t in_flight;      /* of them */
	struct sw_state *shared; /* all executions'; PARALLEL: nobody's */
	struct sw_state *over;   /* PARALLEL: of one that is forgotten */
};

static struct sw_state *
new_state(const struct sw_machine *machine)
{
	struct sw_state *state = calloc(1, machine->state_size);
	if (state != NULL)
		sw_state_init(machine, state);
	return state;
}

struct sw_instances *
sw_instances_new(const struct sw_machine *machine)
{
	struct sw_instances *instances = calloc(1, sizeof *instances);
	if (instances == NULL)
		return NULL;
	instances->machine = machine;
	instances->shared = new_state(machine);
	instances->over = new_state(machine);
	if (instances->shared == NULL || instances->over == NULL) {
		sw_instances_free(instances);
		return NULL;
	}
	return instances;
}

void
sw_instances_free(struct sw_instances *instances)
{
	if (instances == NULL)
		return;
	for (uint32_t i = 0; i < instances->n; i++)
		free(instances->states[i]);
	free(instances->states);
	free(instances->shared);
	free(instances->over);
	free(instances);
}

void
sw_instances_forget(struct sw_instances *instances, uint32_t execution)
{
	assert(instances->machine->mode == SW_MODE_PARALLEL);
	assert(execution != 0 && execution <= instances->n);
	free(instances->states[execution - 1]);
	instances->states[execution - 1] = NULL;
}

uint32_t
sw_instances_executions(const struct sw_instances *instances)
{
	return instances->machine->mode == SW_MODE_PARALLEL
		   ? instances->n
		   : instances->shared->executions;
}

struct sw_state *
sw_instances_state(const struct sw_instances *instances, uint32_t execution)
{
	if (instances->machine->mode != SW_MODE_PARALLEL)
		return instances->shared;
	return execution != 0 && execution <= instances->n
		   ? instances->states[execution - 1]
		   : NULL;
}

const struct sw_state *
sw_instances_shared(const struct sw_instances *instances)
{
	return instances->shared;
}

/* Room for one more state, so that a step that was taken can be kept. */
static struct sw_state *
make_room(struct sw_instances *instances)
{
	if (instances->n == instances->capacity) {
		const size_t capacity = instances->capacity * 2 + 16;
		struct sw_state **states = realloc(
		    instances->states, capacity * sizeof(struct sw_state *));
		if (states == NULL)
			return NULL;
		instances->states = states;
		instances->capacity = capacity;
	}
	return malloc(instances->machine->state_size);
}

int
sw_instances_resume(struct sw_instances *instances, uint32_t executions)
{
	if (instances->machine->mode != SW_MODE_PARALLEL || executions == 0)
		return 0;
	assert(instances->n == 0);
	struct sw_state **states =
	    calloc((size_t)executions, sizeof(struct sw_state *));
	if (states == NULL)
		return -1;
	free(instances->states);
	instances->states = states;
	instances->capacity = instances->n = executions;
	return 0;
}

int
sw_instances_put(
    struct sw_instances *instances, uint32_t execution, struct sw_state *state)
{
	if (execution == 0 || execution > instances->n ||
	    instances->states[execution - 1] != NULL)
		return -1;
	instances->states[execution - 1] = state;
	instances->in_flight += sw_state_in_flight(instances->machine, state);
	return 0;
}

struct sw_state *
sw_instances_shared_mutable(struct sw_instances *instances)
{
	return instances->shared;
}

/* PARALLEL: a machine for the execution; the limit is over all of them. */
static int
start(struct sw_instances *instances, struct sw_output *out)
{
	struct sw_state *state = make_room(instances);
	if (state == NULL)
		return -1;
	const struct sw_event event = { .kind = SW_EVENT_START,
		.subject = instances->in_flight };
	sw_state_init_execution(instances->machine, state, instances->n + 1);
	const enum sw_refusal refusal =
	    sw_step(instances->machine, state, event, out);
	if (refusal != SW_ACCEPTED) {
		free(state);
		return (int)refusal;
	}
	instances->states[instances->n++] = state;
	instances->in_flight++;
	return SW_ACCEPTED;
}

/* An execution that holds nothing and ran nothing refuses what one refuses
 * that Succeeded. */
static struct sw_state *
past_state(struct sw_instances *instances, uint32_t execution)
{
	instances->over->executions = execution;
	return instances->over;
}

int
sw_instances_step(struct sw_instances *instances, struct sw_addressed event,
    struct sw_output *out)
{
	const struct sw_machine *machine = instances->machine;
	const bool is_parallel = machine->mode == SW_MODE_PARALLEL;
	if (is_parallel && event.event.kind == SW_EVENT_START)
		return start(instances, out);
	struct sw_state *state = sw_instances_state(instances, event.execution);
	if (state == NULL && event.execution > instances->n) {
		out->ncommands = out->nfired = 0;
		return SW_REFUSED_EXECUTION;
	}
	if (state == NULL)
		state = event.execution == 0
			    ? instances->shared
			    : past_state(instances, event.execution);
	const uint32_t before =
	    is_parallel ? sw_state_in_flight(machine, state) : 0;
	const enum sw_refusal refusal =
	    sw_step(machine, state, event.event, out);
	if (is_parallel)
		instances->in_flight +=
		    sw_state_in_flight(machine, state) - before;
	return (int)refusal;
}
