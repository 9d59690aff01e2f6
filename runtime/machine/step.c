/*
 * The step: one event in, a changed state and its commands out. This file
 * checks that the event names something that exists and hands it to the
 * function named for it; what events mean is in gate.c, queue.c, group.c,
 * condition.c, rollback.c, stop.c and retry.c. Pure: no clock, no allocation, no I/O, no global.
 */
#include "turn.h"

/* What happened to an action. */
static inline enum sw_refusal
take_end(struct turn *t, struct sw_event event)
{
	if (event.subject >= t->machine->nactions)
		return SW_REFUSED_ACTION;
	return event.kind == SW_EVENT_UNKNOWN
		   ? sw__unknown(t, event.subject)
		   : sw__end(t, (enum sw_event_kind)event.kind, event.subject);
}

static bool
was_started(const struct turn *t, uint32_t execution)
{
	return execution != 0 && execution <= t->state->executions;
}

static enum sw_refusal
take_rollback(struct turn *t, struct sw_event event)
{
	return was_started(t, event.target)
		   ? sw__rollback(t, event.subject, event.target)
		   : SW_REFUSED_EXECUTION;
}

/* What somebody wants of a stage. */
static enum sw_refusal
take_order(struct turn *t, struct sw_event event)
{
	if (event.subject >= t->machine->nstages)
		return SW_REFUSED_STAGE;
	switch ((enum sw_event_kind)event.kind) {
	case SW_EVENT_OPEN:
		return sw__open(t, event.subject);
	case SW_EVENT_CLOSE:
		return sw__close(t, event.subject);
	case SW_EVENT_RETRY:
		return sw__retry(t, event.subject, SW_RESULT_RETRY);
	case SW_EVENT_RETRY_ALL:
		return sw__retry(t, event.subject, SW_RESULT_RETRY_ALL);
	case SW_EVENT_OVERRIDE_BEFORE_ENTRY:
		return sw__override(t, event.subject, SW_BEFORE_ENTRY);
	case SW_EVENT_OVERRIDE_ON_SUCCESS:
		return sw__override(t, event.subject, SW_ON_SUCCESS);
	case SW_EVENT_OVERRIDE_ON_FAILURE:
		return sw__override(t, event.subject, SW_ON_FAILURE);
	default:
		return take_rollback(t, event);
	}
}

/* What somebody wants of an execution. */
static enum sw_refusal
take_stop(struct turn *t, struct sw_event event)
{
	if (!was_started(t, event.subject))
		return SW_REFUSED_EXECUTION;
	return event.kind == SW_EVENT_STOP ? sw__stop(t, event.subject)
					   : sw__abandon(t, event.subject);
}

static inline enum sw_refusal
take(struct turn *t, struct sw_event event)
{
	switch (event.kind) {
	case SW_EVENT_START:
		return sw__start(t, event.subject);
	case SW_EVENT_SUCCEED:
	case SW_EVENT_FAIL:
	case SW_EVENT_UNKNOWN:
	case SW_EVENT_APPROVE:
	case SW_EVENT_REJECT:
	case SW_EVENT_PASS:
		return take_end(t, event);
	case SW_EVENT_OPEN:
	case SW_EVENT_CLOSE:
	case SW_EVENT_RETRY:
	case SW_EVENT_RETRY_ALL:
	case SW_EVENT_OVERRIDE_BEFORE_ENTRY:
	case SW_EVENT_OVERRIDE_ON_SUCCESS:
	case SW_EVENT_OVERRIDE_ON_FAILURE:
	case SW_EVENT_ROLLBACK:
		return take_order(t, event);
	case SW_EVENT_STOP:
	case SW_EVENT_ABANDON:
		return take_stop(t, event);
	default:
		return SW_REFUSED_EVENT;
	}
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
		.commands = out->commands,
		.fired = out->fired,
	};
	const enum sw_refusal refusal = take(&t, event);
	out->ncommands = (uint32_t)(t.commands - out->commands);
	out->nfired = (uint32_t)(t.fired - out->fired);
	assert((refusal == SW_ACCEPTED) == (out->nfired > 0));
	return refusal;
}
