/*
 * The step: one event in, a changed state and its commands out. This file
 * checks that the event names something that exists and hands it to the
 * function named for it; what events mean is in gate.c, group.c, stop.c and
 * retry.c. Pure: no clock, no allocation, no I/O, no global.
 */
#include "turn.h"

static bool
names_action(uint32_t kind)
{
	return kind == SW_EVENT_SUCCEED || kind == SW_EVENT_FAIL ||
	       kind == SW_EVENT_UNKNOWN || kind == SW_EVENT_APPROVE ||
	       kind == SW_EVENT_REJECT;
}

static bool
names_execution(uint32_t kind)
{
	return kind == SW_EVENT_STOP || kind == SW_EVENT_ABANDON;
}

/* Does the event name something that this machine has? */
static enum sw_refusal
check_subject(const struct turn *t, struct sw_event event)
{
	if (event.kind >= SW_NEVENTS)
		return SW_REFUSED_EVENT;
	if (event.kind == SW_EVENT_START)
		return SW_ACCEPTED;
	if (names_action(event.kind))
		return event.subject < t->machine->nactions ? SW_ACCEPTED
							    : SW_REFUSED_ACTION;
	if (names_execution(event.kind))
		return event.subject != 0 &&
			       event.subject <= t->state->executions
			   ? SW_ACCEPTED
			   : SW_REFUSED_EXECUTION;
	return event.subject < t->machine->nstages ? SW_ACCEPTED
						   : SW_REFUSED_STAGE;
}

static enum sw_refusal
dispatch(struct turn *t, struct sw_event event)
{
	switch ((enum sw_event_kind)event.kind) {
	case SW_EVENT_START:
		return sw__start(t);
	case SW_EVENT_SUCCEED:
		return sw__succeed(t, event.subject);
	case SW_EVENT_FAIL:
		return sw__fail(t, event.subject);
	case SW_EVENT_UNKNOWN:
		return sw__unknown(t, event.subject);
	case SW_EVENT_APPROVE:
		return sw__approve(t, event.subject);
	case SW_EVENT_REJECT:
		return sw__reject(t, event.subject);
	case SW_EVENT_OPEN:
		return sw__open(t, event.subject);
	case SW_EVENT_CLOSE:
		return sw__close(t, event.subject);
	case SW_EVENT_STOP:
		return sw__stop(t, event.subject);
	case SW_EVENT_ABANDON:
		return sw__abandon(t, event.subject);
	case SW_EVENT_RETRY:
		return sw__retry(t, event.subject);
	case SW_EVENT_RETRY_ALL:
		return sw__retry_all(t, event.subject);
	case SW_NEVENTS:
		break;
	}
	return SW_REFUSED_EVENT;
}

enum sw_refusal
sw_step(const struct sw_machine *machine, struct sw_state *state,
    struct sw_event event, struct sw_output *out)
{
	assert(state->fingerprint == machine->fingerprint);
	struct sw_stage_state *stages = (struct sw_stage_state *)(state + 1);
	struct turn t = {
		.machine = machine,
		.state = state,
		.stages = stages,
		.actions = (uint8_t *)(stages + machine->nstages),
		.out = out,
	};
	out->ncommands = 0;
	out->nfired = 0;
	enum sw_refusal refusal = check_subject(&t, event);
	if (refusal == SW_ACCEPTED)
		refusal = dispatch(&t, event);
	assert((refusal == SW_ACCEPTED) == (out->nfired > 0));
	return refusal;
}
