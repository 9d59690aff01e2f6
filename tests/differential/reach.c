/* A machine that forgets sooner, beside one that forgets later. */
#include "reach.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <runtime/machine/layout.h>

#include "fleet.h"

#define REACH 32u

struct reach {
	const struct sw_machine *of;
	struct sw_machine machine; /* the same, but for its memory */
	struct sw_state *state;
	struct sw_state *expected;
	struct sw_output out;
	enum sw_refusal refusal;
	bool is_out_of_reach; /* the event asks for what is forgotten */
};

struct reach *
reach_new(const struct sw_machine *machine)
{
	if (machine->target_words == 0)
		return NULL;
	struct reach *r = fleet_allocate(sizeof *r);
	r->of = machine;
	r->machine = *machine;
	r->machine.target_words = REACH / 32;
	r->machine.state_size = (uint32_t)sw_state_size(&r->machine);
	r->state = fleet_allocate(r->machine.state_size);
	r->expected = fleet_allocate(r->machine.state_size);
	r->out.commands = fleet_allocate(
	    SW_COMMANDS_MAX(machine->group_max) * sizeof(struct sw_command));
	r->out.fired = fleet_allocate(
	    SW_FIRED_MAX(machine->group_max) * sizeof(struct sw_fired));
	sw_state_init(&r->machine, r->state);
	return r;
}

void
reach_free(struct reach *reach)
{
	if (reach == NULL)
		return;
	free(reach->out.fired);
	free(reach->out.commands);
	free(reach->expected);
	free(reach->state);
	free(reach);
}

/* The state with all that is out of reach forgotten. */
static void
forget(const struct reach *r, const struct sw_state *from, struct sw_state *to)
{
	const struct sw_machine *m = &r->machine;
	uint8_t *bytes = (uint8_t *)to;
	memset(to, 0, m->state_size);
	memcpy(to, from,
	    sizeof *to + m->nstages * sizeof(struct sw_stage_state) +
		m->nactions);
	uint32_t *targets =
	    (uint32_t *)(void *)(bytes +
				 ((const uint8_t *)targets_of(m, to) - bytes));
	for (uint32_t s = 1; s < m->nstages; s++) {
		const uint32_t latest = sw_state_stage(from, s)->succeeded;
		for (uint32_t i = 0; i < REACH && i < latest; i++)
			if (sw_state_is_target(r->of, from, s, latest - i))
				targets[s] |= UINT32_C(1)
					      << (latest - i) % REACH;
	}
	memcpy(bytes + ((const uint8_t *)queue_of(m, to) - bytes),
	    queue_of(r->of, from), m->queue_max * sizeof(uint32_t));
}

void
reach_before(
    struct reach *reach, const struct sw_state *state, struct sw_event event)
{
	if (reach == NULL)
		return;
	reach->is_out_of_reach = false;
	if (event.kind == SW_EVENT_ROLLBACK &&
	    event.subject < reach->of->nstages) {
		const uint32_t latest =
		    sw_state_stage(state, event.subject)->succeeded;
		reach->is_out_of_reach =
		    event.target < latest && latest - event.target >= REACH;
	}
	reach->refusal =
	    sw_step(&reach->machine, reach->state, event, &reach->out);
}

static bool
says_the_same(const struct reach *r, const struct sw_output *out)
{
	return r->out.ncommands == out->ncommands &&
	       r->out.nfired == out->nfired &&
	       memcmp(r->out.commands, out->commands,
		   out->ncommands * sizeof *out->commands) == 0 &&
	       memcmp(r->out.fired, out->fired,
		   out->nfired * sizeof *out->fired) == 0;
}

void
reach_after(struct reach *reach, const struct sw_state *state,
    enum sw_refusal refusal, const struct sw_output *out)
{
	if (reach == NULL)
		return;
	forget(reach, state, reach->expected);
	if (reach->is_out_of_reach && reach->refusal != SW_ACCEPTED) {
		memcpy(
		    reach->state, reach->expected, reach->machine.state_size);
		return;
	}
	if (reach->refusal == refusal &&
	    (refusal != SW_ACCEPTED || says_the_same(reach, out)) &&
	    memcmp(reach->state, reach->expected, reach->machine.state_size) ==
		0)
		return;
	fprintf(stderr, "%s: a shorter memory answers otherwise\n",
	    reach->of->name);
	abort();
}
