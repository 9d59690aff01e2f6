/*
 * Two flows and a state. What was written is known by what Succeeded; an
 * action ahead that is skipped is taken to write what it would.
 */
#include "past.h"

#include <string.h>

#include "base/arena.h"
#include "base/names.h"
#include "compare/compare.h"
#include "gates.h"
#include "lower/lower.h"
#include "machine/words.h"
#include "model/model.h"

struct past {
	struct arena *arena;
	const struct lowered *const *lowered;
	const struct sw_carry *carry;
	const struct flow *flows[2];
	uint32_t *rows[2];        /* of each action of a flow */
	uint32_t *read_rows;      /* of each read of the new flow */
	uint32_t *reference_rows; /* of each reference of it */
};

static uint32_t *
find_rows(
    struct arena *arena, const struct flow *flow, const struct lowered *lowered)
{
	uint32_t *rows = arena_array(arena, flow->nactions, sizeof *rows);
	for (uint32_t i = 0; i < flow->nactions; i++)
		rows[i] = gates_row(lowered, flow->actions[i].action);
	return rows;
}

static uint32_t
row_of_reader(const struct past *past, const struct flow_reader *reader)
{
	const struct lowered *now = past->lowered[1];
	if (reader->action != FLOW_NONE)
		return past->rows[1][reader->action];
	for (uint32_t i = 0; i < now->machine.nactions; i++)
		if (now->rules[i] == reader->rule)
			return i;
	return UINT32_MAX;
}

struct past *
past_new(struct arena *arena, const struct comparison *comparison,
    const struct lowered *const lowered[2], const struct sw_carry *carry)
{
	struct past *past = arena_alloc(arena, sizeof *past);
	const struct flow *now = comparison->new_;
	*past = (struct past){ .arena = arena,
		.lowered = lowered,
		.carry = carry,
		.flows = { comparison->old, now } };
	for (int i = 0; i < 2; i++)
		past->rows[i] = find_rows(arena, past->flows[i], lowered[i]);
	past->read_rows =
	    arena_array(arena, now->nreads, sizeof *past->read_rows);
	for (uint32_t i = 0; i < now->nreads; i++)
		past->read_rows[i] = row_of_reader(past, &now->reads[i].reader);
	past->reference_rows =
	    arena_array(arena, now->nreferences, sizeof *past->reference_rows);
	for (uint32_t i = 0; i < now->nreferences; i++)
		past->reference_rows[i] =
		    row_of_reader(past, &now->references[i].reader);
	return past;
}

static enum sw_status
status_of_old(
    const struct past *past, const struct past_place *place, uint32_t row)
{
	return sw_state_action(past->carry->from, place->state, row);
}

/* Has it this row of the new machine behind it, or under way, in its stage? */
static bool
has_begun(const struct past *past, const struct past_place *place, uint32_t row)
{
	const uint32_t old = past->carry->old_actions[row];
	return !place->at_begin && old != SW_NOWHERE &&
	       past->carry->from->actions[old].stage == place->stage &&
	       status_of_old(past, place, old) != SW_STATUS_NONE;
}

/* Has an action of the old model written, or will it have as it runs? */
static bool
has_old(
    const struct past *past, const struct past_place *place, uint32_t action)
{
	const uint32_t row = past->rows[0][action];
	const uint32_t stage = past->carry->from->actions[row].stage;
	const enum sw_status status = status_of_old(past, place, row);
	if (stage > place->stage)
		return false;
	return status == SW_STATUS_SUCCEEDED ||
	       (stage == place->stage && !place->at_begin &&
		   status != SW_STATUS_NONE);
}

/* Will an action of the new model have written before the row reads? */
static bool
will_have(const struct past *past, const struct past_place *place,
    uint32_t action, uint32_t reader)
{
	const struct sw_machine *to = past->carry->to;
	const uint32_t stage = past->carry->stages[place->stage];
	const uint32_t row = past->rows[1][action];
	return row >= to->stages[stage].first_action && row < reader &&
	       !has_begun(past, place, row);
}

static bool
has_artifact(const struct past *past, const struct past_place *place,
    const char *name, uint32_t reader)
{
	const struct flow *old = past->flows[0];
	const struct flow *now = past->flows[1];
	const uint32_t was = names_find(old->artifact_names, name);
	const uint32_t is = names_find(now->artifact_names, name);
	for (uint32_t i = 0; was != NAMES_NONE && i < old->nwrites; i++)
		if (old->writes[i].artifact == was &&
		    has_old(past, place, old->writes[i].action))
			return true;
	for (uint32_t i = 0; is != NAMES_NONE && i < now->nwrites; i++)
		if (now->writes[i].artifact == is &&
		    will_have(past, place, now->writes[i].action, reader))
			return true;
	return false;
}

static bool
has_namespace(const struct past *past, const struct past_place *place,
    const char *name, uint32_t reader)
{
	for (int which = 0; which < 2; which++) {
		const struct flow *flow = past->flows[which];
		uint32_t i = names_find(flow->namespace_names, name);
		for (; i != NAMES_NONE && i < flow->nactions; i++) {
			const char *its =
			    flow->actions[i].action->namespace_.text;
			if (its == NULL || strcmp(its, name) != 0)
				continue;
			if (which == 0 ? has_old(past, place, i)
				       : will_have(past, place, i, reader))
				return true;
		}
	}
	return false;
}

static const char *
lack(const struct past *past, uint32_t row, const char *what, const char *name)
{
	char action[SW_WORDS_MAX];
	return arena_printf(past->arena,
	    "'%s' reads %s '%s', which it does not have",
	    sw_words_action(past->carry->to, row, action), what, name);
}

/* Is the row ahead of it? */
static bool
is_ahead(const struct past *past, const struct past_place *place, uint32_t row)
{
	const uint32_t stage = past->carry->stages[place->stage];
	return row != UINT32_MAX &&
	       row >= past->carry->to->stages[stage].first_action &&
	       !has_begun(past, place, row);
}

static const char *
find_lack(const struct past *past, const struct past_place *place)
{
	const struct flow *now = past->flows[1];
	for (uint32_t i = 0; i < now->nreads; i++) {
		const uint32_t row = past->read_rows[i];
		const char *name = now->reads[i].name->text;
		if (is_ahead(past, place, row) &&
		    !has_artifact(past, place, name, row))
			return lack(past, row, "artifact", name);
	}
	for (uint32_t i = 0; i < now->nreferences; i++) {
		const uint32_t row = past->reference_rows[i];
		const char *name = now->references[i].namespace_;
		if (now->references[i].kind == FLOW_ACTION &&
		    is_ahead(past, place, row) &&
		    !has_namespace(past, place, name, row))
			return lack(past, row, "variables of", name);
	}
	return NULL;
}

static const char *
or_none(const char *text)
{
	return text == NULL ? "none" : text;
}

/* Policies know actions by these, too. */
static const char *
find_other(const struct past *past, uint32_t old, uint32_t row)
{
	char action[SW_WORDS_MAX];
	const struct lowered_work *was = &past->lowered[0]->work[old];
	const struct lowered_work *is = &past->lowered[1]->work[row];
	const char *kind = "environment";
	const char *from = or_none(was->environment);
	const char *to = or_none(is->environment);
	if (strcmp(from, to) == 0) {
		kind = "provider";
		from = or_none(was->provider);
		to = or_none(is->provider);
	}
	if (strcmp(from, to) == 0)
		return NULL;
	return arena_printf(past->arena,
	    "'%s' ran for it with %s '%s', which is '%s' now",
	    sw_words_action(past->carry->to, row, action), kind, from, to);
}

/* A row of an earlier stage: it Succeeded as it would now, or was skipped as it
 * may be now. */
static const char *
judge_behind(
    const struct past *past, const struct past_place *place, uint32_t row)
{
	char action[SW_WORDS_MAX];
	const struct sw_machine *to = past->carry->to;
	const uint32_t old = past->carry->old_actions[row];
	if (old == SW_NOWHERE)
		return NULL;
	if (status_of_old(past, place, old) == SW_STATUS_SUCCEEDED)
		return find_other(past, old, row);
	if (to->stages[to->actions[row].stage].before_entry == SW_RESULT_SKIP)
		return NULL;
	return arena_printf(past->arena,
	    "'%s' was skipped for it, and the new version skips it for nobody",
	    sw_words_action(to, row, action));
}

static const char *
find_difference(const struct past *past, const struct past_place *place)
{
	const struct sw_machine *to = past->carry->to;
	const struct sw_stage *at =
	    &to->stages[past->carry->stages[place->stage]];
	const char *why = NULL;
	for (uint32_t row = 0; why == NULL && row < at->first_action; row++)
		if (to->actions[row].category != SW_CATEGORY_RULE)
			why = judge_behind(past, place, row);
	for (uint32_t row = at->first_action;
	     why == NULL && row <= at->last_action; row++)
		if (to->actions[row].category != SW_CATEGORY_RULE &&
		    has_begun(past, place, row))
			why = find_other(
			    past, past->carry->old_actions[row], row);
	return why;
}

const char *
past_objection(const struct past *past, const struct past_place *place)
{
	const char *why =
	    place->is_rollback ? NULL : find_difference(past, place);
	return why != NULL ? why : find_lack(past, place);
}
