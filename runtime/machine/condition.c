/*
 * What surrounds the actions of a stage: beforeEntry, onSuccess and onFailure
 * (semantics.md, section 8; CodePipeline User Guide, "How do stage conditions
 * work?"). Their rules run as a group; here is what follows from it.
 */
#include "turn.h"

/* 8.5: what onFailure asks for. */
static void
engage(struct turn *t, uint32_t stage)
{
	const struct sw_stage *row = &t->machine->stages[stage];
	struct sw_stage_state *s = &t->stages[stage];
	if (row->on_failure == SW_RESULT_ROLLBACK) {
		sw__fail(t, stage, SW_RESULT_ROLLBACK);
	} else if (s->retries < row->attempts) {
		s->retries++;
		fire(t, SW_RULE_STAGE_RETRIES, stage, s->execution);
		sw__retry_in(
		    t, stage, (enum sw_condition_result)row->on_failure);
	} else {
		sw__fail(t, stage, SW_RESULT_FAIL);
	}
}

/* 8.5: actions of the stage failed and none runs any more. */
void
sw__actions_failed(struct turn *t, uint32_t stage)
{
	const struct sw_stage *row = &t->machine->stages[stage];
	const struct sw_action *last = &t->machine->actions[row->last_action];
	if (row->on_failure == SW_RESULT_NONE ||
	    t->stages[stage].type == SW_TYPE_ROLLBACK)
		sw__fail(t, stage, SW_RESULT_FAIL);
	else if (last->run_order == SW_ON_FAILURE)
		sw__begin_group(t, row->last_action);
	else
		engage(t, stage);
}

/* 8.2, 8.3, 8.5: all rules of a condition have ended. */
void
sw__decide(struct turn *t, uint32_t rule, bool passed)
{
	const struct sw_action *row = &t->machine->actions[rule];
	const uint32_t stage = row->stage;
	const struct sw_stage *conditions = &t->machine->stages[stage];
	fire(t, passed ? SW_RULE_CONDITION_PASSED : SW_RULE_CONDITION_FAILED,
	    rule, t->stages[stage].execution);
	if (row->run_order == SW_ON_FAILURE) {
		if (passed)
			engage(t, stage);
		else
			sw__fail(t, stage, SW_RESULT_FAIL);
	} else if (passed) {
		sw__go_on_behind(t, rule);
	} else if (row->run_order == SW_ON_SUCCESS) {
		sw__fail(
		    t, stage, (enum sw_condition_result)conditions->on_success);
	} else if (conditions->before_entry == SW_RESULT_SKIP) {
		sw__leave(t, stage, SW_STATUS_SKIPPED);
	} else {
		sw__fail(t, stage, SW_RESULT_FAIL);
	}
}

/* The first rule of a condition that runs, or nactions. */
static uint32_t
running_rule(const struct turn *t, uint32_t stage, uint32_t run_order)
{
	const struct sw_stage *row = &t->machine->stages[stage];
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		if (is_rule(&t->machine->actions[a]) &&
		    t->machine->actions[a].run_order == run_order &&
		    is_unfinished(status_of(t->actions[a])))
			return a;
	return t->machine->nactions;
}

/* 8.4: what runs of the group is abandoned; what waits never starts. */
static void
abandon_rules(struct turn *t, uint32_t rule)
{
	const uint32_t last = group_last(t->machine, rule);
	const uint32_t execution =
	    t->stages[t->machine->actions[rule].stage].execution;
	for (uint32_t a = group_first(t->machine, rule); a <= last; a++) {
		if (is_unfinished(status_of(t->actions[a]))) {
			fire(t, SW_RULE_ACTION_ABANDONED, a, execution);
			command(t, SW_COMMAND_CANCEL, a, execution);
		} else if (t->actions[a] != SW_STATUS_PENDING) {
			continue;
		}
		t->actions[a] = SW_STATUS_ABANDONED;
	}
}

/* 8.4: OverrideStageCondition. `condition` is the run_order of its rules. */
enum sw_refusal
sw__override(struct turn *t, uint32_t stage, uint32_t condition)
{
	const struct sw_stage *row = &t->machine->stages[stage];
	struct sw_stage_state *s = &t->stages[stage];
	if (condition == SW_ON_FAILURE ||
	    (condition == SW_BEFORE_ENTRY &&
		row->before_entry == SW_RESULT_SKIP))
		return SW_REFUSED_NOT_OVERRIDABLE;
	const uint32_t rule = running_rule(t, stage, condition);
	if (rule == t->machine->nactions)
		return SW_REFUSED_NO_CONDITION_RUNS;
	s->overridden |= condition == SW_BEFORE_ENTRY
			     ? SW_OVERRIDDEN_BEFORE_ENTRY
			     : SW_OVERRIDDEN_ON_SUCCESS;
	fire(t, SW_RULE_CONDITION_OVERRIDDEN, rule, s->execution);
	abandon_rules(t, rule);
	if (s->status == SW_STATUS_STOPPING)
		sw__stopped(t, stage);
	else
		sw__go_on_behind(t, rule);
	return SW_ACCEPTED;
}
