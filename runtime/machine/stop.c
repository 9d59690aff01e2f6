/*
 * Stopping an execution: letting what runs end, or abandoning it
 * (semantics.md, section 5; CodePipeline User Guide, "Stop a pipeline
 * execution").
 */
#include "turn.h"

/* The stage that an execution holds, or nstages. */
static uint32_t
held_by(const struct turn *t, uint32_t execution)
{
	uint32_t stage = 0;
	while (stage < t->machine->nstages &&
	       !(is_held(&t->stages[stage]) &&
		   t->stages[stage].execution == execution))
		stage++;
	return stage;
}

/* 5.1: nothing of it runs, so nothing is waited for; its place is free. */
static enum sw_refusal
stop_waiting(struct turn *t, uint32_t execution)
{
	uint32_t stage;
	if (!sw__leave_queue(t, execution, &stage))
		return SW_REFUSED_NOT_STOPPABLE;
	fire(t, SW_RULE_STOP_WAITING, stage, execution);
	command(t, SW_COMMAND_STOPPED, 0, execution);
	return SW_ACCEPTED;
}

/* 5.1: the end of a stopping execution; the stage is the next one's. */
void
sw__stopped(struct turn *t, uint32_t stage)
{
	const uint32_t execution = t->stages[stage].execution;
	t->stages[stage].status = SW_STATUS_STOPPED;
	fire(t, SW_RULE_STAGE_STOPPED, stage, execution);
	command(t, SW_COMMAND_STOPPED, 0, execution);
	sw__release(t, stage);
}

/* 5.1: nothing starts any more. */
static void
forget_pending(struct turn *t, uint32_t stage)
{
	const struct sw_stage *s = &t->machine->stages[stage];
	for (uint32_t a = s->first_action; a <= s->last_action; a++)
		if (t->actions[a] == SW_STATUS_PENDING)
			t->actions[a] = SW_STATUS_NONE;
}

/* 5.1 */
enum sw_refusal
sw__stop(struct turn *t, uint32_t execution)
{
	const uint32_t stage = held_by(t, execution);
	if (stage == t->machine->nstages)
		return stop_waiting(t, execution);
	if (t->stages[stage].status == SW_STATUS_STOPPING)
		return SW_REFUSED_ALREADY_STOPPING;
	t->stages[stage].status = SW_STATUS_STOPPING;
	fire(t, SW_RULE_STOP_HOLDING, stage, execution);
	command(t, SW_COMMAND_STOPPING, 0, execution);
	forget_pending(t, stage);
	return SW_ACCEPTED;
}

/* 5.2: from InProgress or Stopping; what runs is Abandoned at once. */
enum sw_refusal
sw__abandon(struct turn *t, uint32_t execution)
{
	const uint32_t stage = held_by(t, execution);
	if (stage == t->machine->nstages)
		return stop_waiting(t, execution);
	const struct sw_stage *s = &t->machine->stages[stage];
	for (uint32_t a = s->first_action; a <= s->last_action; a++) {
		if (!is_unfinished(status_of(t->actions[a])))
			continue;
		t->actions[a] = SW_STATUS_ABANDONED;
		fire(t, SW_RULE_ACTION_ABANDONED, a, execution);
		command(t, SW_COMMAND_CANCEL, a, execution);
	}
	forget_pending(t, stage);
	sw__stopped(t, stage);
	return SW_ACCEPTED;
}
