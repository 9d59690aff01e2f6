/* Puts the parts together, and the changes in order. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

#include "comparing.h"

static const struct change_info infos[] = {
#define CHANGE(id, name, weight, word, title)                                  \
	[CHANGE_##id] = { name, WEIGHT_##weight, word, title },
#include "changes.def"
#undef CHANGE
};

const struct change_info *
change_info(enum change_id id)
{
	return &infos[id];
}

struct change *
comparison_add(
    struct arena *arena, struct comparison *comparison, enum change_id id)
{
	if (comparison->n == comparison->room) {
		comparison->room =
		    comparison->room == 0 ? 32 : 2 * comparison->room;
		struct change *changes =
		    arena_array(arena, comparison->room, sizeof *changes);
		for (size_t i = 0; i < comparison->n; i++)
			changes[i] = comparison->changes[i];
		comparison->changes = changes;
	}
	struct change *change = &comparison->changes[comparison->n++];
	*change = (struct change){
		.id = id,
		.weight = infos[id].weight,
		.of = { MATCH_NONE, MATCH_NONE, MATCH_NONE, MATCH_NONE, NULL },
	};
	return change;
}

struct change *
comparing_add(struct comparing *c, enum change_id id)
{
	return comparison_add(c->arena, c->out, id);
}

struct change *
comparing_add_of(
    struct comparing *c, enum change_id id, uint32_t old, uint32_t new_)
{
	struct change *change = comparing_add(c, id);
	if (old != MATCH_NONE) {
		change->old_at = c->old->actions[old].action->at;
		change->of.old_stage = c->old->actions[old].stage_index;
		change->of.old_action = old;
	}
	if (new_ != MATCH_NONE) {
		change->new_at = c->new_->actions[new_].action->at;
		change->of.new_stage = c->new_->actions[new_].stage_index;
		change->of.new_action = new_;
		c->is_changed[new_] = true;
	}
	return change;
}

const char *
comparing_name(
    const struct comparing *c, const struct flow *flow, uint32_t action)
{
	const struct flow_action *place = &flow->actions[action];
	return arena_printf(c->arena, "%s.%s", place->stage->name.text,
	    place->action->name.text);
}

static bool
is_production(const struct flow *flow, uint32_t action)
{
	return action != MATCH_NONE &&
	       flow->actions[action].action->category == SW_CATEGORY_DEPLOY &&
	       environment_is_production(
		   flow->actions[action].action->environment.text);
}

bool
comparing_is_production(const struct comparing *c, uint32_t old, uint32_t new_)
{
	return is_production(c->old, old) || is_production(c->new_, new_);
}

/* Decisions first; then in the order of the new model, or where the old one
 * had it; then as changes.def has them. */
static int
in_order(const void *a, const void *b)
{
	const struct change *x = a;
	const struct change *y = b;
	const bool is_old_x = !span_is_set(x->new_at);
	const bool is_old_y = !span_is_set(y->new_at);
	const uint32_t at_x = is_old_x ? x->old_at.begin : x->new_at.begin;
	const uint32_t at_y = is_old_y ? y->old_at.begin : y->new_at.begin;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	if (is_old_x != is_old_y)
		return is_old_x ? -1 : 1;
	if (at_x != at_y)
		return at_x < at_y ? -1 : 1;
	return strcmp(x->text, y->text);
}

void
comparison_sort(struct comparison *comparison)
{
	if (comparison->n > 1)
		qsort(comparison->changes, comparison->n,
		    sizeof *comparison->changes, in_order);
	comparison->ndecisions = 0;
	for (size_t i = 0; i < comparison->n; i++)
		comparison->ndecisions +=
		    comparison->changes[i].weight == WEIGHT_DECISION;
}

struct comparison *
compare(struct arena *arena, const struct model *old, const struct model *new_)
{
	struct comparison *out = arena_alloc(arena, sizeof *out);
	out->old = flow_new(arena, old);
	out->new_ = flow_new(arena, new_);
	out->matching = match(arena, out->old, out->new_);
	struct comparing c = {
		.arena = arena,
		.out = out,
		.old = out->old,
		.new_ = out->new_,
		.m = out->matching,
		.is_changed = arena_array(
		    arena, out->new_->nactions, sizeof *c.is_changed),
	};
	comparing_lint(&c);
	comparing_pins(&c);
	comparing_gates(&c);
	comparing_triggers(&c);
	comparing_fields(&c);
	comparing_order(&c);
	for (uint32_t i = 0; i < out->new_->nactions; i++)
		out->nunchanged += !c.is_changed[i];
	comparison_sort(out);
	return out;
}

struct comparison *
compare_whole(struct arena *arena, const struct model *model, bool is_new)
{
	struct comparison *out = arena_alloc(arena, sizeof *out);
	const struct flow *flow = flow_new(arena, model);
	struct comparing c = { .arena = arena, .out = out };
	struct change *change =
	    comparing_add(&c, is_new ? CHANGE_ADDED : CHANGE_REMOVED);
	for (uint32_t i = 0; i < flow->nactions; i++)
		if (is_production(flow, i))
			change->weight = WEIGHT_DECISION;
	const bool is_decision = change->weight == WEIGHT_DECISION;
	change->text = arena_printf(arena, "pipeline '%s' is %s%s",
	    model->name.text, is_new ? "new" : "gone",
	    is_decision ? ", with a deploy to production" : "");
	if (is_new)
		change->new_at = model->at;
	else
		change->old_at = model->at;
	out->ndecisions = is_decision;
	return out;
}
