/*
 * What becomes of an execution in flight when its pipeline was changed.
 * Input: two machines, a state of the old one; output: whether a place in it
 * is one in the new machine, and why not. The state itself is built in
 * carry_state.c.
 */
#include "carry.h"

#include "layout.h"

static bool
is_same_text(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static uint32_t
find_stage(const struct sw_machine *machine, const char *name)
{
	for (uint32_t i = 0; i < machine->nstages; i++)
		if (is_same_text(machine->stages[i].name, name))
			return i;
	return SW_NOWHERE;
}

/* A rule is the same in the same condition alone. */
static bool
is_same_row(const struct sw_action *a, const struct sw_action *b)
{
	return a->category == b->category &&
	       (!is_rule(a) || a->run_order == b->run_order) &&
	       is_same_text(a->name, b->name);
}

static uint32_t
find_row(const struct sw_machine *machine, uint32_t stage,
    const struct sw_action *row)
{
	const struct sw_stage *s = &machine->stages[stage];
	for (uint32_t a = s->first_action; a <= s->last_action; a++)
		if (is_same_row(&machine->actions[a], row))
			return a;
	return SW_NOWHERE;
}

void
sw_carry_by_names(struct sw_carry *carry)
{
	const struct sw_machine *from = carry->from;
	const struct sw_machine *to = carry->to;
	for (uint32_t i = 0; i < to->nstages; i++)
		carry->old_stages[i] = SW_NOWHERE;
	for (uint32_t i = 0; i < to->nactions; i++)
		carry->old_actions[i] = SW_NOWHERE;
	for (uint32_t i = 0; i < from->nstages; i++) {
		const struct sw_stage *s = &from->stages[i];
		const uint32_t stage = find_stage(to, s->name);
		carry->stages[i] = stage;
		if (stage != SW_NOWHERE)
			carry->old_stages[stage] = i;
		for (uint32_t a = s->first_action; a <= s->last_action; a++) {
			const uint32_t row =
			    stage == SW_NOWHERE
				? SW_NOWHERE
				: find_row(to, stage, &from->actions[a]);
			carry->actions[a] = row;
			if (row != SW_NOWHERE)
				carry->old_actions[row] = a;
		}
	}
}

/* What is judged, and the first reason against it. */
struct judgement {
	const struct sw_carry *carry;
	const struct sw_state *state;
	uint32_t from; /* stage */
	uint32_t to;
	uint32_t subject;
};

static enum sw_carry_reason
because(struct judgement *j, enum sw_carry_reason reason, uint32_t subject)
{
	j->subject = subject;
	return reason;
}

static uint32_t
status_in(const struct judgement *j, uint32_t row)
{
	return status_of(actions_of(j->carry->from, j->state)[row]);
}

/* Was it declared that it may run more than once? */
static bool
is_idempotent(const struct sw_action *row)
{
	return row->retries > 0 || row->on_unknown == SW_ON_UNKNOWN_RETRY;
}

/* What has no effect outside: at worst it is asked or computed once more. */
static bool
is_harmless(const struct sw_action *row)
{
	return row->category == SW_CATEGORY_SOURCE ||
	       row->category == SW_CATEGORY_BUILD ||
	       row->category == SW_CATEGORY_TEST ||
	       row->category == SW_CATEGORY_APPROVAL || is_rule(row);
}

/* Both hold their states alike, but who waits behind the first has no place
 * where there is no queue. */
static bool
is_same_kind(const struct judgement *j)
{
	const uint8_t from = j->carry->from->mode;
	const uint8_t to = j->carry->to->mode;
	if ((from == SW_MODE_PARALLEL) != (to == SW_MODE_PARALLEL))
		return false;
	return to != SW_MODE_SUPERSEDED ||
	       sw_state_stage(j->state, j->from)->queued == 0;
}

/* All that must have run before its stage has: nothing of it is new. Rules of
 * onFailure are for who fails. */
static enum sw_carry_reason
judge_behind(struct judgement *j)
{
	const struct sw_machine *from = j->carry->from;
	const struct sw_machine *to = j->carry->to;
	const uint32_t end = to->stages[j->to].first_action;
	for (uint32_t a = 0; a < end; a++) {
		const uint32_t old = j->carry->old_actions[a];
		if (to->actions[a].run_order == SW_ON_FAILURE)
			continue;
		if (old == SW_NOWHERE || from->actions[old].stage >= j->from)
			return because(j, SW_CARRY_BEHIND, a);
	}
	return SW_CARRY_FITS;
}

/* What it ran before its stage and may not run twice is not ahead. */
static enum sw_carry_reason
judge_ahead(struct judgement *j)
{
	const struct sw_machine *from = j->carry->from;
	const uint32_t begin = j->carry->to->stages[j->to].first_action;
	for (uint32_t a = 0; a < from->stages[j->from].first_action; a++) {
		const struct sw_action *row = &from->actions[a];
		const uint32_t now = j->carry->actions[a];
		if (now != SW_NOWHERE && now >= begin && !is_harmless(row) &&
		    !is_idempotent(row))
			return because(j, SW_CARRY_AGAIN, a);
	}
	return SW_CARRY_FITS;
}

/* In front of the stage, or at its beginning. A rollback came from nowhere. */
static enum sw_carry_reason
judge_entry(struct judgement *j, bool is_standard)
{
	if (!is_same_kind(j))
		return because(j, SW_CARRY_MODE, 0);
	if (j->to == SW_NOWHERE)
		return because(j, SW_CARRY_STAGE_GONE, j->from);
	if (!is_standard)
		return j->to == 0 ? because(j, SW_CARRY_STAGE_GONE, j->from)
				  : SW_CARRY_FITS;
	const enum sw_carry_reason reason = judge_behind(j);
	return reason != SW_CARRY_FITS ? reason : judge_ahead(j);
}

/* The group in which it is, in the new machine: of what runs. */
static enum sw_carry_reason
find_group(struct judgement *j, uint32_t *run_order)
{
	const struct sw_stage *s = &j->carry->from->stages[j->from];
	bool is_found = false;
	for (uint32_t a = s->first_action; a <= s->last_action; a++) {
		const uint32_t status = status_in(j, a);
		const uint32_t now = j->carry->actions[a];
		if (!is_unfinished(status) && status != SW_STATUS_PENDING)
			continue;
		if (now == SW_NOWHERE)
			return because(j, SW_CARRY_ROW_GONE, a);
		const uint32_t order = j->carry->to->actions[now].run_order;
		if (is_found && order != *run_order)
			return because(j, SW_CARRY_ORDER, a);
		*run_order = order;
		is_found = true;
	}
	return SW_CARRY_FITS;
}

/* Is nothing more to be done for this row of the old machine, of a group before
 * the one that runs? Who is past a rule that did not pass overrode it. */
static bool
is_done(const struct judgement *j, uint32_t row)
{
	return is_rule(&j->carry->from->actions[row]) ||
	       status_in(j, row) == SW_STATUS_SUCCEEDED;
}

/* A row of the stage, when the group `run_order` runs: what stands before it
 * is done, what stands in it has begun, what stands behind it has not. */
static enum sw_carry_reason
judge_row(struct judgement *j, uint32_t row, uint32_t run_order)
{
	const struct sw_action *now = &j->carry->to->actions[row];
	const uint32_t old = j->carry->old_actions[row];
	const bool is_rollback =
	    sw_state_stage(j->state, j->from)->type == SW_TYPE_ROLLBACK;
	if (is_rollback && is_rule(now))
		return SW_CARRY_FITS;
	if (now->run_order > run_order) {
		if (old == SW_NOWHERE || now->run_order == SW_ON_FAILURE ||
		    status_in(j, old) == SW_STATUS_NONE)
			return SW_CARRY_FITS;
		return because(j, SW_CARRY_ORDER, old);
	}
	if (old == SW_NOWHERE)
		return because(j, SW_CARRY_BEHIND, row);
	/* Actions failed: those behind them never began. */
	if (run_order == SW_ON_FAILURE)
		return SW_CARRY_FITS;
	const bool fits = now->run_order < run_order
			      ? is_done(j, old)
			      : status_in(j, old) != SW_STATUS_NONE;
	return fits ? SW_CARRY_FITS : because(j, SW_CARRY_ORDER, old);
}

static enum sw_carry_reason
judge_inside(struct judgement *j)
{
	const struct sw_stage *s = &j->carry->to->stages[j->to];
	const bool is_stopping =
	    sw_state_stage(j->state, j->from)->status == SW_STATUS_STOPPING;
	uint32_t run_order = 0;
	enum sw_carry_reason reason = find_group(j, &run_order);
	/* Nothing more starts: what else there is does not matter. */
	for (uint32_t a = s->first_action; a <= s->last_action && !is_stopping;
	     a++) {
		if (reason != SW_CARRY_FITS)
			break;
		reason = judge_row(j, a, run_order);
	}
	return reason;
}

/* May all that began in the stage begin again? */
static enum sw_carry_reason
judge_repeat(struct judgement *j)
{
	const struct sw_machine *from = j->carry->from;
	const struct sw_stage *s = &from->stages[j->from];
	const struct sw_stage_state *held = sw_state_stage(j->state, j->from);
	if (held->status == SW_STATUS_STOPPING)
		return because(j, SW_CARRY_STOPPING, 0);
	if (held->type == SW_TYPE_ROLLBACK)
		return because(j, SW_CARRY_ROLLBACK, 0);
	for (uint32_t a = s->first_action; a <= s->last_action; a++) {
		const struct sw_action *row = &from->actions[a];
		const uint32_t status = status_in(j, a);
		if (status == SW_STATUS_NONE || status == SW_STATUS_PENDING ||
		    is_harmless(row))
			continue;
		/* Never two of them at a time. */
		if (!is_idempotent(row) || is_unfinished(status))
			return because(j, SW_CARRY_EFFECT, a);
	}
	return SW_CARRY_FITS;
}

struct sw_carry_answer
sw_carry_judge(const struct sw_carry *carry, const struct sw_state *state,
    uint32_t stage, int holds)
{
	const struct sw_stage_state *s = sw_state_stage(state, stage);
	struct judgement j = { carry, state, stage, carry->stages[stage], 0 };
	struct sw_carry_answer answer = { .way = SW_CARRY_OVER };
	const enum sw_carry_reason entry =
	    judge_entry(&j, !holds || s->type == SW_TYPE_STANDARD);
	enum sw_carry_reason reason = entry;
	if (reason == SW_CARRY_FITS && holds)
		reason = judge_inside(&j);
	answer.reason = (uint8_t)reason;
	answer.subject = j.subject;
	const enum sw_carry_reason repeat =
	    entry != SW_CARRY_FITS || !holds ? entry : judge_repeat(&j);
	answer.repeat_reason = (uint8_t)repeat;
	answer.repeat_subject = repeat == SW_CARRY_FITS ? 0 : j.subject;
	if (reason != SW_CARRY_FITS)
		answer.way =
		    repeat == SW_CARRY_FITS ? SW_CARRY_REPEAT : SW_CARRY_STAY;
	return answer;
}

struct sw_carry_answer
sw_carry_judge_past(
    const struct sw_carry *carry, const struct sw_state *state, uint32_t stage)
{
	struct judgement j = { carry, state, stage, carry->stages[stage], 0 };
	const enum sw_carry_reason reason = judge_entry(
	    &j, sw_state_stage(state, stage)->type == SW_TYPE_STANDARD);
	return (struct sw_carry_answer){
		.way = reason == SW_CARRY_FITS ? SW_CARRY_OVER : SW_CARRY_STAY,
		.reason = (uint8_t)reason,
		.subject = j.subject,
	};
}

int
sw_carry_keeps_targets(const struct sw_carry *carry, uint32_t stage)
{
	const uint32_t now = carry->stages[stage];
	if (now == SW_NOWHERE || now == 0)
		return 0;
	const struct sw_stage *s = &carry->to->stages[now];
	for (uint32_t a = s->first_action; a <= s->last_action; a++)
		if (!is_rule(&carry->to->actions[a]) &&
		    carry->old_actions[a] == SW_NOWHERE)
			return 0;
	return 1;
}
