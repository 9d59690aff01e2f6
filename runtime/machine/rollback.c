/*
 * Rollback: a stage again with what an earlier execution released there
 * (semantics.md, section 9; CodePipeline User Guide, "Roll back a stage"),
 * and the memory of who Succeeded in which stage.
 */
#include "turn.h"

/* Executions that the memory of a stage reaches back: a power of 2. */
static uint32_t
reach_of(const struct sw_machine *machine)
{
	return 32 * machine->target_words;
}

static uint32_t *
targets_in(const struct turn *t, uint32_t stage)
{
	return (uint32_t *)t->state +
	       (targets_of(t->machine, t->state) - (const uint32_t *)t->state) +
	       (size_t)stage * t->machine->target_words;
}

static void
set_target(uint32_t *targets, uint32_t bit, bool is_target)
{
	const uint32_t mask = UINT32_C(1) << bit % 32;
	targets[bit / 32] =
	    is_target ? targets[bit / 32] | mask : targets[bit / 32] & ~mask;
}

/*
 * 9.1: an execution Succeeded in a stage. The numbers since the latest one
 * that did now count as those that did not; they take the places of the
 * oldest. The first stage is never rolled back.
 */
void
sw__remember(struct turn *t, uint32_t stage, uint32_t execution)
{
	const uint32_t reach = reach_of(t->machine);
	if (reach == 0 || stage == 0)
		return;
	uint32_t *targets = targets_in(t, stage);
	struct sw_stage_state *s = &t->stages[stage];
	assert(s->succeeded < execution);
	uint32_t n = s->succeeded;
	if (execution - n > reach)
		n = execution - reach;
	while (++n < execution)
		set_target(targets, n & (reach - 1), false);
	set_target(targets, execution & (reach - 1), true);
	s->succeeded = execution;
}

int
sw_state_is_target(const struct sw_machine *machine,
    const struct sw_state *state, uint32_t stage, uint32_t execution)
{
	const uint32_t reach = reach_of(machine);
	const uint32_t latest = sw_state_stage(state, stage)->succeeded;
	if (execution == 0 || execution > latest || latest - execution >= reach)
		return 0;
	const uint32_t bit = execution & (reach - 1);
	return (int)((targets_of(machine, state) +
			 (size_t)stage * machine->target_words)[bit / 32] >>
			 bit % 32 &
		     1);
}

/* 9.2: a new execution takes the free stage, whoever waits for it. */
static void
roll_back(struct turn *t, uint32_t stage, uint32_t target)
{
	struct sw_stage_state *s = &t->stages[stage];
	assert(!is_held(s));
	s->execution = ++t->state->executions;
	s->type = SW_TYPE_ROLLBACK;
	s->status = SW_STATUS_IN_PROGRESS;
	s->retries = 0;
	fire(t, SW_RULE_ROLLBACK_STARTED, stage, s->execution);
	command(t, SW_COMMAND_ROLLBACK, 0, s->execution);
	t->commands[-1].target = target;
	sw__begin_stage(t, stage);
}

/* 3.5, 9.3: the stage failed; ROLLBACK: to its latest target, if it has one. */
void
sw__fail(struct turn *t, uint32_t stage, enum sw_condition_result result)
{
	struct sw_stage_state *s = &t->stages[stage];
	s->status = SW_STATUS_FAILED;
	fire(t, SW_RULE_STAGE_FAILED, stage, s->execution);
	command(t, SW_COMMAND_FAILED, 0, s->execution);
	if (result != SW_RESULT_ROLLBACK) {
		sw__release(t, stage);
	} else if (s->succeeded == 0 ||
		   t->state->executions == SW_EXECUTIONS_MAX) {
		fire(t, SW_RULE_ROLLBACK_NO_TARGET, stage, s->execution);
		sw__release(t, stage);
	} else {
		roll_back(t, stage, s->succeeded);
	}
}

/* 9.4 */
static enum sw_refusal
check_rollback(const struct turn *t, uint32_t stage, uint32_t target)
{
	const struct sw_stage_state *s = &t->stages[stage];
	if (t->machine->mode == SW_MODE_PARALLEL || stage == 0)
		return SW_REFUSED_NO_ROLLBACK;
	if (is_held(s))
		return SW_REFUSED_ROLLBACK_HELD;
	if (s->status == SW_STATUS_SKIPPED)
		return SW_REFUSED_ROLLBACK_SKIPPED;
	if (target < s->succeeded &&
	    s->succeeded - target >= reach_of(t->machine))
		return SW_REFUSED_OUTDATED;
	if (!sw_state_is_target(t->machine, t->state, stage, target))
		return SW_REFUSED_NO_TARGET;
	return t->state->executions == SW_EXECUTIONS_MAX ? SW_REFUSED_LIMIT
							 : SW_ACCEPTED;
}

/* 9.2 */
enum sw_refusal
sw__rollback(struct turn *t, uint32_t stage, uint32_t target)
{
	const enum sw_refusal refusal = check_rollback(t, stage, target);
	if (refusal == SW_ACCEPTED)
		roll_back(t, stage, target);
	return refusal;
}
