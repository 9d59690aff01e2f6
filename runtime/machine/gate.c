/*
 * The gate of each stage: its lock and its inbound transition, and who may
 * pass (semantics.md, sections 2 and 4; CodePipeline User Guide, "How
 * pipeline executions work").
 */
#include "turn.h"

/* 2.4: the stage and its actions are this execution's from now on. */
static void
enter(struct turn *t, uint32_t stage, uint32_t execution)
{
	struct sw_stage_state *s = &t->stages[stage];
	assert(!is_held(s) && !s->closed);
	s->execution = execution;
	s->type = SW_TYPE_STANDARD;
	s->status = SW_STATUS_IN_PROGRESS;
	s->retries = 0;
	sw__begin_stage(t, stage);
}

/* 2.2: enter if the stage is free, open and nobody waits, which nobody does in
 * front of a free and open stage (2.4); else wait. */
void
sw__arrive(struct turn *t, uint32_t stage, uint32_t execution)
{
	const struct sw_stage_state *s = &t->stages[stage];
	if (is_held(s) || s->closed) {
		sw__wait(t, stage, execution);
		return;
	}
	assert(s->waiting == 0);
	fire(t, SW_RULE_ARRIVE_ENTERS, stage, execution);
	enter(t, stage, execution);
}

/* 2.4: a free and open stage lets in the first who waits. */
void
sw__release(struct turn *t, uint32_t stage)
{
	const struct sw_stage_state *s = &t->stages[stage];
	if (is_held(s) || s->closed || s->waiting == 0)
		return;
	const uint32_t execution = sw__next_waiting(t, stage);
	fire(t, SW_RULE_RELEASE_ENTERS, stage, execution);
	enter(t, stage, execution);
}

/* 2.1: PARALLEL alone counts executions outside the state. */
static enum sw_refusal
check_start(const struct turn *t, uint32_t in_flight)
{
	const struct sw_machine *machine = t->machine;
	if (machine->mode == SW_MODE_PARALLEL && t->stages[0].execution != 0)
		return SW_REFUSED_STARTED;
	if (machine->in_flight_max != 0) {
		if (machine->mode == SW_MODE_QUEUED)
			in_flight = sw_state_in_flight(machine, t->state);
		if (in_flight >= machine->in_flight_max)
			return SW_REFUSED_IN_FLIGHT;
	}
	return t->state->executions == SW_EXECUTIONS_MAX ? SW_REFUSED_LIMIT
							 : SW_ACCEPTED;
}

/* 2.1 */
enum sw_refusal
sw__start(struct turn *t, uint32_t in_flight)
{
	const enum sw_refusal refusal = check_start(t, in_flight);
	if (refusal != SW_ACCEPTED)
		return refusal;
	const uint32_t execution = ++t->state->executions;
	fire(t, SW_RULE_EXECUTION_STARTED, 0, execution);
	sw__arrive(t, 0, execution);
	return SW_ACCEPTED;
}

/* 4 */
enum sw_refusal
sw__open(struct turn *t, uint32_t stage)
{
	if (t->machine->mode == SW_MODE_PARALLEL)
		return SW_REFUSED_NO_TRANSITION;
	if (!t->stages[stage].closed)
		return SW_REFUSED_ALREADY_OPEN;
	t->stages[stage].closed = 0;
	fire(t, SW_RULE_TRANSITION_OPENED, stage, 0);
	sw__release(t, stage);
	return SW_ACCEPTED;
}

/* 4 */
enum sw_refusal
sw__close(struct turn *t, uint32_t stage)
{
	if (t->machine->mode == SW_MODE_PARALLEL)
		return SW_REFUSED_NO_TRANSITION;
	if (t->stages[stage].closed)
		return SW_REFUSED_ALREADY_CLOSED;
	t->stages[stage].closed = 1;
	fire(t, SW_RULE_TRANSITION_CLOSED, stage, 0);
	return SW_ACCEPTED;
}
