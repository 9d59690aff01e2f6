/*
 * A stage again, for the execution that failed or was stopped in it
 * (semantics.md, section 6; CodePipeline API, RetryStageExecution). A closed
 * transition and executions that wait do not matter: the execution takes the
 * lock back and is InProgress again.
 */
#include "turn.h"

static enum sw_refusal
check_retryable(const struct sw_stage_state *s)
{
	if (is_held(s))
		return SW_REFUSED_STAGE_HELD;
	return s->status == SW_STATUS_FAILED || s->status == SW_STATUS_STOPPED
		   ? SW_ACCEPTED
		   : SW_REFUSED_NOT_RETRYABLE;
}

/* 6.1: what succeeded stays. 6.2: from the beginning of the stage. */
void
sw__retry_in(struct turn *t, uint32_t stage, enum sw_condition_result result)
{
	if (result == SW_RESULT_RETRY_ALL)
		sw__begin_stage(t, stage);
	else
		sw__go_on(t, stage);
}

enum sw_refusal
sw__retry(struct turn *t, uint32_t stage, enum sw_condition_result result)
{
	struct sw_stage_state *s = &t->stages[stage];
	const enum sw_refusal refusal = check_retryable(s);
	if (refusal != SW_ACCEPTED)
		return refusal;
	s->status = SW_STATUS_IN_PROGRESS;
	s->retries = 0;
	fire(t, SW_RULE_STAGE_RETRIED, stage, s->execution);
	command(t, SW_COMMAND_RESUMED, 0, s->execution);
	sw__retry_in(t, stage, result);
	return SW_ACCEPTED;
}
