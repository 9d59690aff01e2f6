/*
 * Inside a stage: its actions in groups of equal runOrder, one group after
 * the other, and what becomes of the stage when they have ended (semantics.md,
 * section 3; CodePipeline User Guide, "Action requirements").
 */
#include "turn.h"

/* 3.1: all of a group start together, but for those that succeeded before. */
static void
begin_group(struct turn *t, uint32_t first)
{
	const struct sw_action *group = &t->machine->actions[first];
	const uint32_t execution = t->stages[group->stage].execution;
	assert(group->group_first == first);
	fire(t, SW_RULE_GROUP_BEGIN, first, execution);
	for (uint32_t a = first; a <= group->group_last; a++) {
		if (t->actions[a] == SW_STATUS_SUCCEEDED)
			continue;
		t->actions[a] = SW_STATUS_IN_PROGRESS;
		command(t, SW_COMMAND_START, a, execution);
	}
}

/* 3.6: done here; on to the next stage, or the end. */
static void
leave(struct turn *t, uint32_t stage)
{
	const uint32_t execution = t->stages[stage].execution;
	t->stages[stage].status = SW_STATUS_SUCCEEDED;
	fire(t, SW_RULE_STAGE_SUCCEEDED, stage, execution);
	if (stage + 1 < t->machine->nstages) {
		sw__arrive(t, stage + 1, execution);
	} else {
		fire(t, SW_RULE_EXECUTION_SUCCEEDED, stage, execution);
		command(t, SW_COMMAND_SUCCEEDED, 0, execution);
	}
	sw__release(t, stage);
}

/* 3.5 */
static void
fail_stage(struct turn *t, uint32_t stage)
{
	const uint32_t execution = t->stages[stage].execution;
	t->stages[stage].status = SW_STATUS_FAILED;
	fire(t, SW_RULE_STAGE_FAILED, stage, execution);
	command(t, SW_COMMAND_FAILED, 0, execution);
	sw__release(t, stage);
}

/* Continue with the first group at or after `action` that is not complete. */
static void
go_on_from(struct turn *t, uint32_t stage, uint32_t action)
{
	const uint32_t last = t->machine->stages[stage].last_action;
	while (action <= last && t->actions[action] == SW_STATUS_SUCCEEDED)
		action++;
	if (action > last)
		leave(t, stage);
	else
		begin_group(t, t->machine->actions[action].group_first);
}

/* What follows when an action of the group has ended. */
static void
settle(struct turn *t, uint32_t action)
{
	const struct sw_action *group = &t->machine->actions[action];
	const uint32_t stage = group->stage;
	bool running = false;
	bool failed = false;
	for (uint32_t a = group->group_first; a <= group->group_last; a++) {
		running |= is_unfinished(t->actions[a]);
		failed |= t->actions[a] == SW_STATUS_FAILED;
	}
	if (running) {
		if (failed)
			fire(t, SW_RULE_GROUP_WAITS, group->group_first,
			    t->stages[stage].execution);
	} else if (t->stages[stage].status == SW_STATUS_STOPPING) {
		sw__stopped(t, stage);
	} else if (failed) {
		fail_stage(t, stage);
	} else {
		go_on_from(t, stage, group->group_last + 1);
	}
}

/* An action has ended: record it, say by which rule, see what follows. */
static enum sw_refusal
end_action(
    struct turn *t, uint32_t action, enum sw_status status, enum sw_rule rule)
{
	const uint32_t stage = t->machine->actions[action].stage;
	t->actions[action] = (uint8_t)status;
	fire(t, rule, action, t->stages[stage].execution);
	settle(t, action);
	return SW_ACCEPTED;
}

static bool
is_approval(const struct turn *t, uint32_t action)
{
	return t->machine->actions[action].category == SW_CATEGORY_APPROVAL;
}

/* 2.4: everything in the stage is history; its first group begins. */
void
sw__begin_stage(struct turn *t, uint32_t stage)
{
	const struct sw_stage *s = &t->machine->stages[stage];
	for (uint32_t a = s->first_action; a <= s->last_action; a++)
		t->actions[a] = SW_STATUS_NONE;
	begin_group(t, s->first_action);
}

/* 6: the stage continues where it is not complete. */
void
sw__go_on(struct turn *t, uint32_t stage)
{
	go_on_from(t, stage, t->machine->stages[stage].first_action);
}

/* 3.2; an Unknown approval, too, is decided by succeed or fail (3.3). */
enum sw_refusal
sw__succeed(struct turn *t, uint32_t action)
{
	if (!is_unfinished(t->actions[action]))
		return SW_REFUSED_NOT_RUNNING;
	if (is_approval(t, action) &&
	    t->actions[action] == SW_STATUS_IN_PROGRESS)
		return SW_REFUSED_NOT_DECIDED_HERE;
	return end_action(
	    t, action, SW_STATUS_SUCCEEDED, SW_RULE_ACTION_SUCCEEDED);
}

/* 3.2; an approval fails when its time is over. */
enum sw_refusal
sw__fail(struct turn *t, uint32_t action)
{
	if (!is_unfinished(t->actions[action]))
		return SW_REFUSED_NOT_RUNNING;
	return end_action(t, action, SW_STATUS_FAILED, SW_RULE_ACTION_FAILED);
}

/* 3.3 */
enum sw_refusal
sw__unknown(struct turn *t, uint32_t action)
{
	if (t->actions[action] != SW_STATUS_IN_PROGRESS)
		return SW_REFUSED_NOT_RUNNING;
	const uint32_t stage = t->machine->actions[action].stage;
	t->actions[action] = SW_STATUS_UNKNOWN;
	fire(t, SW_RULE_ACTION_UNKNOWN, action, t->stages[stage].execution);
	return SW_ACCEPTED;
}

/* 3.4: only an approval that waits can be decided. */
static enum sw_refusal
check_decidable(const struct turn *t, uint32_t action)
{
	if (!is_approval(t, action))
		return SW_REFUSED_NOT_APPROVAL;
	return t->actions[action] == SW_STATUS_IN_PROGRESS
		   ? SW_ACCEPTED
		   : SW_REFUSED_NOT_RUNNING;
}

/* 3.4 */
enum sw_refusal
sw__approve(struct turn *t, uint32_t action)
{
	const enum sw_refusal refusal = check_decidable(t, action);
	if (refusal != SW_ACCEPTED)
		return refusal;
	return end_action(
	    t, action, SW_STATUS_SUCCEEDED, SW_RULE_APPROVAL_APPROVED);
}

/* 3.4 */
enum sw_refusal
sw__reject(struct turn *t, uint32_t action)
{
	const enum sw_refusal refusal = check_decidable(t, action);
	if (refusal != SW_ACCEPTED)
		return refusal;
	return end_action(
	    t, action, SW_STATUS_FAILED, SW_RULE_APPROVAL_REJECTED);
}
