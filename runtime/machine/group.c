/*
 * Inside a stage: its actions in groups of equal runOrder, one group after
 * the other, and what becomes of the stage when they have ended (semantics.md,
 * section 3; CodePipeline User Guide, "Action requirements").
 */
#include "turn.h"

/* Statuses, as bits, of actions that keep their group from being complete. */
#define UNFINISHED (1u << SW_STATUS_IN_PROGRESS | 1u << SW_STATUS_UNKNOWN)

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

/* 3.6, 6.1: the first group at or after `action` that is not complete. */
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

/* 3.5, 3.6: what follows when an action of the group has ended. */
static void
settle(struct turn *t, const struct sw_action *action)
{
	const uint32_t stage = action->stage;
	uint32_t seen = 0;
	for (uint32_t a = action->group_first; a <= action->group_last; a++)
		seen |= 1u << t->actions[a];
	const bool failed = (seen & 1u << SW_STATUS_FAILED) != 0;
	if ((seen & UNFINISHED) != 0) {
		if (failed)
			fire(t, SW_RULE_GROUP_WAITS, action->group_first,
			    t->stages[stage].execution);
	} else if (t->stages[stage].status == SW_STATUS_STOPPING) {
		sw__stopped(t, stage);
	} else if (failed) {
		fail_stage(t, stage);
	} else {
		go_on_from(t, stage, action->group_last + 1);
	}
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

/*
 * 3.2, 3.4: an approval is decided while it waits, by approve and reject;
 * what runs succeeds; both may fail (an approval when its time is over); an
 * Unknown outcome is decided by succeed or fail (3.3).
 */
static inline enum sw_refusal
check_end(enum sw_event_kind how, bool is_approval, uint8_t status)
{
	const bool decides = how == SW_EVENT_APPROVE || how == SW_EVENT_REJECT;
	if (decides && !is_approval)
		return SW_REFUSED_NOT_APPROVAL;
	if (status != SW_STATUS_IN_PROGRESS)
		return status == SW_STATUS_UNKNOWN && !decides
			   ? SW_ACCEPTED
			   : SW_REFUSED_NOT_RUNNING;
	return how == SW_EVENT_SUCCEED && is_approval
		   ? SW_REFUSED_NOT_DECIDED_HERE
		   : SW_ACCEPTED;
}

/* 3.2, 3.4: an action has ended: record it, see what follows. */
enum sw_refusal
sw__end(struct turn *t, enum sw_event_kind how, uint32_t action)
{
	static const struct {
		uint8_t status;
		uint8_t rule;
	} ends[] = {
		[SW_EVENT_SUCCEED] = { SW_STATUS_SUCCEEDED,
		    SW_RULE_ACTION_SUCCEEDED },
		[SW_EVENT_FAIL] = { SW_STATUS_FAILED, SW_RULE_ACTION_FAILED },
		[SW_EVENT_APPROVE] = { SW_STATUS_SUCCEEDED,
		    SW_RULE_APPROVAL_APPROVED },
		[SW_EVENT_REJECT] = { SW_STATUS_FAILED,
		    SW_RULE_APPROVAL_REJECTED },
	};
	const struct sw_action *row = &t->machine->actions[action];
	const enum sw_refusal refusal = check_end(
	    how, row->category == SW_CATEGORY_APPROVAL, t->actions[action]);
	if (refusal != SW_ACCEPTED)
		return refusal;
	t->actions[action] = ends[how].status;
	fire(t, (enum sw_rule)ends[how].rule, action,
	    t->stages[row->stage].execution);
	settle(t, row);
	return SW_ACCEPTED;
}
