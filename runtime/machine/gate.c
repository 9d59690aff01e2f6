/*
 * The gate of each stage: its lock, its waiting place and its inbound
 * transition (semantics.md, sections 2 and 4; CodePipeline User Guide, "How
 * pipeline executions work"). Superseding happens here and nowhere else:
 * between stages, never to an execution that holds one.
 */
#include "turn.h"

/* 2.4: the stage and its actions are this execution's from now on. */
static void
enter(struct turn *t, uint32_t stage, uint32_t execution)
{
	assert(!is_held(&t->stages[stage]) && !t->stages[stage].closed);
	t->stages[stage].execution = execution;
	t->stages[stage].status = SW_STATUS_IN_PROGRESS;
	sw__begin_stage(t, stage);
}

/* 2.3: one waiting place; a newer execution replaces the one who waited. */
static void
take_waiting_place(struct turn *t, uint32_t stage, uint32_t execution)
{
	struct sw_stage_state *s = &t->stages[stage];
	const uint32_t older = s->waiting;
	if (older != 0) {
		assert(older < execution);
		fire(t, SW_RULE_ARRIVE_SUPERSEDES, stage, older);
		command(t, SW_COMMAND_SUPERSEDED, 0, older);
	}
	s->waiting = execution;
	fire(t, SW_RULE_ARRIVE_WAITS, stage, execution);
}

/* 2.2: enter if the stage is free, open and nobody waits; else wait. */
void
sw__arrive(struct turn *t, uint32_t stage, uint32_t execution)
{
	const struct sw_stage_state *s = &t->stages[stage];
	if (is_held(s) || s->closed || s->waiting != 0) {
		take_waiting_place(t, stage, execution);
		return;
	}
	fire(t, SW_RULE_ARRIVE_ENTERS, stage, execution);
	enter(t, stage, execution);
}

/* 2.4: a free and open stage lets in the one who waits. */
void
sw__release(struct turn *t, uint32_t stage)
{
	struct sw_stage_state *s = &t->stages[stage];
	if (is_held(s) || s->closed || s->waiting == 0)
		return;
	const uint32_t execution = s->waiting;
	s->waiting = 0;
	fire(t, SW_RULE_RELEASE_ENTERS, stage, execution);
	enter(t, stage, execution);
}

/* 2.1 */
enum sw_refusal
sw__start(struct turn *t)
{
	if (t->state->executions == SW_EXECUTIONS_MAX)
		return SW_REFUSED_LIMIT;
	const uint32_t execution = ++t->state->executions;
	fire(t, SW_RULE_EXECUTION_STARTED, 0, execution);
	sw__arrive(t, 0, execution);
	return SW_ACCEPTED;
}

/* 4 */
enum sw_refusal
sw__open(struct turn *t, uint32_t stage)
{
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
	if (t->stages[stage].closed)
		return SW_REFUSED_ALREADY_CLOSED;
	t->stages[stage].closed = 1;
	fire(t, SW_RULE_TRANSITION_CLOSED, stage, 0);
	return SW_ACCEPTED;
}
