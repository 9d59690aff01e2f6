/*
 * Inside a stage: its actions in groups of equal runOrder, one group after
 * the other, and what becomes of the stage when they have ended (semantics.md,
 * section 3; CodePipeline User Guide, "Action requirements"). The rules of a
 * condition are a group like any other; what they decide is in condition.c.
 */
#include "turn.h"

/* 3.7: an action starts, or waits for its place, when so many run already. */
static bool
start(struct turn *t, uint32_t action, uint32_t running)
{
	if (t->machine->running_max != 0 &&
	    running == t->machine->running_max) {
		t->actions[action] = SW_STATUS_PENDING;
		fire(t, SW_RULE_ACTION_WAITS, action,
		    t->stages[t->machine->actions[action].stage].execution);
		return false;
	}
	t->actions[action] = SW_STATUS_IN_PROGRESS;
	command(t, SW_COMMAND_START, action,
	    t->stages[t->machine->actions[action].stage].execution);
	return true;
}

/* 3.1, 8.1: the group of an action starts together, but for actions that
 * succeeded before; a rule says nothing of a later time, so all start. */
void
sw__begin_group(struct turn *t, uint32_t action)
{
	const struct sw_action *row = &t->machine->actions[action];
	uint32_t a = group_first(t->machine, action);
	uint32_t running = 0;
	fire(t, is_rule(row) ? SW_RULE_CONDITION_BEGIN : SW_RULE_GROUP_BEGIN, a,
	    t->stages[row->stage].execution);
	do
		if (is_rule(row) ||
		    status_of(t->actions[a]) != SW_STATUS_SUCCEEDED)
			running += start(t, a, running);
	while (!is_group_last(t->machine, a++));
}

/* 3.6: done here; on to the next stage, or the end. */
void
sw__leave(struct turn *t, uint32_t stage, enum sw_status status)
{
	struct sw_stage_state *s = &t->stages[stage];
	const uint32_t execution = s->execution;
	s->status = (uint8_t)status;
	fire(t,
	    status == SW_STATUS_SKIPPED ? SW_RULE_STAGE_SKIPPED
					: SW_RULE_STAGE_SUCCEEDED,
	    stage, execution);
	if (s->type == SW_TYPE_STANDARD && stage + 1 < t->machine->nstages) {
		sw__arrive(t, stage + 1, execution);
	} else {
		fire(t, SW_RULE_EXECUTION_SUCCEEDED, stage, execution);
		command(t, SW_COMMAND_SUCCEEDED, 0, execution);
	}
	if (s->type == SW_TYPE_STANDARD && status == SW_STATUS_SUCCEEDED)
		sw__remember(t, stage, execution);
	sw__release(t, stage);
}

/* Is nothing more to be done for this row of the stage? A rollback has no
 * conditions (9.2), and one that was overridden has passed (8.4). */
static bool
is_complete(
    const struct turn *t, const struct sw_stage_state *s, uint32_t action)
{
	const struct sw_action *row = &t->machine->actions[action];
	if (status_of(t->actions[action]) == SW_STATUS_SUCCEEDED)
		return true;
	if (!is_rule(row))
		return false;
	return s->type == SW_TYPE_ROLLBACK ||
	       (row->run_order == SW_BEFORE_ENTRY &&
		   (s->overridden & SW_OVERRIDDEN_BEFORE_ENTRY) != 0) ||
	       (row->run_order == SW_ON_SUCCESS &&
		   (s->overridden & SW_OVERRIDDEN_ON_SUCCESS) != 0);
}

/* 3.6, 6.1: the first group at or after `action` that is not complete. */
static void
go_on_from(struct turn *t, uint32_t stage, uint32_t action)
{
	const struct sw_stage_state *s = &t->stages[stage];
	const uint32_t last = t->machine->stages[stage].last_action;
	while (action <= last && is_complete(t, s, action))
		action++;
	if (action > last ||
	    t->machine->actions[action].run_order == SW_ON_FAILURE)
		sw__leave(t, stage, SW_STATUS_SUCCEEDED);
	else
		sw__begin_group(t, action);
}

/* 2.4: everything in the stage is history; it begins, a rollback behind its
 * beforeEntry (9.2). */
void
sw__begin_stage(struct turn *t, uint32_t stage)
{
	const struct sw_stage *s = &t->machine->stages[stage];
	uint32_t first = s->first_action;
	t->stages[stage].overridden = 0;
	for (uint32_t a = s->first_action; a <= s->last_action; a++)
		t->actions[a] = SW_STATUS_NONE;
	if (t->stages[stage].type == SW_TYPE_ROLLBACK)
		while (is_rule(&t->machine->actions[first]))
			first++;
	sw__begin_group(t, first);
}

/* 6: the stage continues where it is not complete. */
void
sw__go_on(struct turn *t, uint32_t stage)
{
	go_on_from(t, stage, t->machine->stages[stage].first_action);
}

/* 3.6: the group of this action is done. */
void
sw__go_on_behind(struct turn *t, uint32_t action)
{
	go_on_from(t, t->machine->actions[action].stage,
	    group_last(t->machine, action) + 1);
}

/* 3.7: a place became free: the first of the group that waits for one. */
static void
start_pending(struct turn *t, uint32_t first, uint32_t last)
{
	uint32_t waits = last;
	for (uint32_t a = last; a-- > first;)
		if (status_of(t->actions[a]) == SW_STATUS_PENDING)
			waits = a;
	start(t, waits, 0);
}

/* Statuses, as bits, of actions that keep their group from being complete. */
#define UNFINISHED                                                             \
	(1u << SW_STATUS_IN_PROGRESS | 1u << SW_STATUS_UNKNOWN |               \
	    1u << SW_STATUS_PENDING)

/* 3.5, 3.6: what follows when an action of the group has ended. */
static void
settle(struct turn *t, uint32_t action)
{
	const struct sw_action *row = &t->machine->actions[action];
	uint32_t first = action;
	uint32_t last = action;
	uint32_t seen = 1u << status_of(t->actions[action]);
	while (!is_group_first(t->machine, first))
		seen |= 1u << status_of(t->actions[--first]);
	while (!is_group_last(t->machine, last))
		seen |= 1u << status_of(t->actions[++last]);
	const bool failed = (seen & 1u << SW_STATUS_FAILED) != 0;
	if ((seen & UNFINISHED) != 0) {
		if (failed && !is_rule(row))
			fire(t, SW_RULE_GROUP_WAITS, first,
			    t->stages[row->stage].execution);
		if ((seen & 1u << SW_STATUS_PENDING) != 0)
			start_pending(t, first, last);
	} else if (t->stages[row->stage].status == SW_STATUS_STOPPING) {
		sw__stopped(t, row->stage);
	} else if (is_rule(row)) {
		sw__decide(t, first, !failed);
	} else if (failed) {
		sw__actions_failed(t, row->stage);
	} else {
		go_on_from(t, row->stage, last + 1);
	}
}

/* 3.8: a new attempt of an action that may be tried again. */
static bool
try_again(struct turn *t, uint32_t action)
{
	const struct sw_action *row = &t->machine->actions[action];
	const struct sw_stage_state *s = &t->stages[row->stage];
	const uint32_t retries = retries_of(t->actions[action]);
	if (retries >= row->retries || s->status == SW_STATUS_STOPPING)
		return false;
	t->actions[action] =
	    (uint8_t)(SW_STATUS_IN_PROGRESS | (retries + 1) << RETRIES_SHIFT);
	fire(t, SW_RULE_ACTION_RETRIED, action, s->execution);
	command(t, SW_COMMAND_START, action, s->execution);
	return true;
}

/* 3.2, 3.4, 8.1: how what runs may end: as what, by which rule, and who. */
#define ANY_ACTION                                                             \
	(ANY & ~(1u << SW_CATEGORY_APPROVAL | 1u << SW_CATEGORY_RULE))
#define ANY ((1u << SW_NCATEGORIES) - 1)

static const struct {
	uint8_t status;
	uint8_t rule;
	uint16_t categories; /* as bits */
} ends[] = {
	[SW_EVENT_SUCCEED] = { SW_STATUS_SUCCEEDED, SW_RULE_ACTION_SUCCEEDED,
	    ANY_ACTION },
	[SW_EVENT_FAIL] = { SW_STATUS_FAILED, SW_RULE_ACTION_FAILED, ANY },
	[SW_EVENT_APPROVE] = { SW_STATUS_SUCCEEDED, SW_RULE_APPROVAL_APPROVED,
	    1u << SW_CATEGORY_APPROVAL },
	[SW_EVENT_REJECT] = { SW_STATUS_FAILED, SW_RULE_APPROVAL_REJECTED,
	    1u << SW_CATEGORY_APPROVAL },
	[SW_EVENT_PASS] = { SW_STATUS_SUCCEEDED, SW_RULE_RULE_PASSED,
	    1u << SW_CATEGORY_RULE },
};

/* 3.3: an Unknown outcome is decided by succeed, pass or fail, an approval's
 * too. */
static enum sw_refusal
check_end(enum sw_event_kind how, uint8_t category, uint32_t status)
{
	const bool decides = how == SW_EVENT_APPROVE || how == SW_EVENT_REJECT;
	if (decides && category != SW_CATEGORY_APPROVAL)
		return SW_REFUSED_NOT_APPROVAL;
	if (how == SW_EVENT_PASS && category != SW_CATEGORY_RULE)
		return SW_REFUSED_NOT_RULE;
	if (how == SW_EVENT_SUCCEED && category == SW_CATEGORY_RULE)
		return SW_REFUSED_NOT_ACTION;
	if (status == SW_STATUS_UNKNOWN && !decides)
		return SW_ACCEPTED;
	return status == SW_STATUS_IN_PROGRESS ? SW_REFUSED_NOT_DECIDED_HERE
					       : SW_REFUSED_NOT_RUNNING;
}

/* 3.2, 3.4, 8.1: an action or a rule has ended: record it, see what follows. */
enum sw_refusal
sw__end(struct turn *t, enum sw_event_kind how, uint32_t action)
{
	const struct sw_action *row = &t->machine->actions[action];
	const uint32_t status = status_of(t->actions[action]);
	if (status != SW_STATUS_IN_PROGRESS ||
	    (ends[how].categories >> row->category & 1) == 0) {
		const enum sw_refusal refusal =
		    check_end(how, row->category, status);
		if (refusal != SW_ACCEPTED)
			return refusal;
	}
	if (how == SW_EVENT_FAIL && try_again(t, action))
		return SW_ACCEPTED;
	t->actions[action] = ends[how].status;
	fire(t,
	    how == SW_EVENT_FAIL && is_rule(row) ? SW_RULE_RULE_FAILED
						 : ends[how].rule,
	    action, t->stages[row->stage].execution);
	settle(t, action);
	return SW_ACCEPTED;
}

/* 3.3 */
enum sw_refusal
sw__unknown(struct turn *t, uint32_t action)
{
	const struct sw_action *row = &t->machine->actions[action];
	uint8_t *byte = &t->actions[action];
	if (status_of(*byte) != SW_STATUS_IN_PROGRESS)
		return SW_REFUSED_NOT_RUNNING;
	if (row->on_unknown == SW_ON_UNKNOWN_FAIL)
		return sw__end(t, SW_EVENT_FAIL, action);
	if (row->on_unknown == SW_ON_UNKNOWN_RETRY && try_again(t, action))
		return SW_ACCEPTED;
	*byte =
	    (uint8_t)(SW_STATUS_UNKNOWN | retries_of(*byte) << RETRIES_SHIFT);
	fire(
	    t, SW_RULE_ACTION_UNKNOWN, action, t->stages[row->stage].execution);
	return SW_ACCEPTED;
}
