/*
 * A stage again, for the execution that failed or was stopped in it
 * (semantics.md, section 6; CodePipeline API, RetryStageExecution). A closed
 * transition and executions that wait do not matter: the execution takes the
 * lock back and is InProgress again.
 */
#include "turn.h"

static enum sw_refusal
check_retryable(const struct turn *t, uint32_t stage)
{
	const struct sw_stage_state *s = &t->stages[stage];
	if (is_held(s))
		return SW_REFUSED_STAGE_HELD;
	return s->status == SW_STATUS_FAILED || s->status == SW_STATUS_STOPPED
		   ? SW_ACCEPTED
		   : SW_REFUSED_NOT_RETRYABLE;
}

static void
take_back(struct turn *t, uint32_t stage)
{
	const uint32_t execution = t->stages[stage].execution;
	t->stages[stage].status = SW_STATUS_IN_PROGRESS;
	fire(t, SW_RULE_STAGE_RETRIED, stage, execution);
	command(t, SW_COMMAND_RESUMED, 0, execution);
}

/* 6.1: what succeeded stays; failed and abandoned actions start again. */
enum sw_refusal
sw__retry(struct turn *t, uint32_t stage)
{
	const enum sw_refusal refusal = check_retryable(t, stage);
	if (refusal != SW_ACCEPTED)
		return refusal;
	take_back(t, stage);
	sw__go_on(t, stage);
	return SW_ACCEPTED;
}

/* 6.2: from the beginning of the stage. */
enum sw_refusal
sw__retry_all(struct turn *t, uint32_t stage)
{
	const enum sw_refusal refusal = check_retryable(t, stage);
	if (refusal != SW_ACCEPTED)
		return refusal;
	take_back(t, stage);
	sw__begin_stage(t, stage);
	return SW_ACCEPTED;
}
