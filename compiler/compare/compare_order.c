/*
 * Which action comes before which, and whose work it reads. Orders are
 * compared as relations (before, beside, after), so other runOrders that mean
 * the same are no change. A moved action changes its relation to many others:
 * the one with the most changes is told first, with its new neighbours, and
 * takes them off the others.
 */
#include <string.h>

#include "comparing.h"

static int
relation(const struct flow *flow, uint32_t a, uint32_t b)
{
	const uint32_t x = flow->actions[a].rank;
	const uint32_t y = flow->actions[b].rank;
	return (x > y) - (x < y);
}

/* Is this pair of new actions told in another order? */
static bool
is_other(const struct comparing *c, uint32_t a, uint32_t b)
{
	const uint32_t x = c->m->actions_back[a];
	const uint32_t y = c->m->actions_back[b];
	return a != b && x != MATCH_NONE && y != MATCH_NONE &&
	       relation(c->old, x, y) != relation(c->new_, a, b);
}

static uint32_t
count_other(const struct comparing *c, const bool *is_told, uint32_t a)
{
	uint32_t n = 0;
	for (uint32_t b = 0; b < c->new_->nactions; b++)
		n += !is_told[b] && is_other(c, a, b);
	return n;
}

/* An action as who stands in the stage of `a` calls it. */
static const char *
name_beside(const struct comparing *c, const struct flow *flow, uint32_t a,
    uint32_t other)
{
	return flow->actions[a].stage == flow->actions[other].stage
		   ? flow->actions[other].action->name.text
		   : comparing_name(c, flow, other);
}

/* The last action before this one, or one beside it. */
static const char *
place_in(const struct comparing *c, const struct flow *flow, uint32_t a)
{
	uint32_t before = MATCH_NONE;
	for (uint32_t b = 0; b < flow->nactions; b++) {
		const int order = relation(flow, b, a);
		if (b != a && order == 0)
			return arena_printf(c->arena, "beside '%s'",
			    name_beside(c, flow, a, b));
		if (order < 0 &&
		    (before == MATCH_NONE || relation(flow, before, b) <= 0))
			before = b;
	}
	return before == MATCH_NONE ? "first"
				    : arena_printf(c->arena, "after '%s'",
					  name_beside(c, flow, a, before));
}

static void
tell_order(struct comparing *c, const bool *is_told, uint32_t a)
{
	const uint32_t old = c->m->actions_back[a];
	struct change *change = comparing_add_of(c, CHANGE_ORDER, old, a);
	const char *was = place_in(c, c->old, old);
	const char *is = place_in(c, c->new_, a);
	for (uint32_t b = 0; b < c->new_->nactions; b++)
		if (!is_told[b] && is_other(c, a, b) &&
		    comparing_is_production(c, c->m->actions_back[b], b))
			change->weight = WEIGHT_DECISION;
	if (comparing_is_production(c, old, a))
		change->weight = WEIGHT_DECISION;
	change->before = was;
	change->after = is;
	change->text = arena_printf(c->arena, "'%s' runs %s, no longer %s",
	    comparing_name(c, c->new_, a), is, was);
}

/* Did its own runOrder change, not that of others? */
static bool
is_renumbered(const struct comparing *c, uint32_t a)
{
	return c->old->actions[c->m->actions_back[a]].action->run_order.n !=
	       c->new_->actions[a].action->run_order.n;
}

/* Is any? Orders of the same that agree on neighbours agree on all. */
static bool
is_any_other(const struct comparing *c)
{
	uint32_t last = MATCH_NONE;
	for (uint32_t i = 0; i < c->new_->nactions; i++) {
		const uint32_t a = c->new_->by_rank[i];
		if (c->m->actions_back[a] == MATCH_NONE)
			continue;
		if (last != MATCH_NONE && is_other(c, last, a))
			return true;
		last = a;
	}
	return false;
}

static void
compare_relations(struct comparing *c)
{
	const uint32_t n = c->new_->nactions;
	if (!is_any_other(c))
		return;
	if (n > COMPARE_ORDER_MAX) {
		struct change *change = comparing_add(c, CHANGE_ORDER);
		change->weight = WEIGHT_DECISION;
		change->old_at = c->old->model->at;
		change->new_at = c->new_->model->at;
		change->text = "actions run in another order, too many to say "
			       "which";
		return;
	}
	bool *is_told = arena_array(c->arena, n, sizeof *is_told);
	for (;;) {
		uint32_t most = 0;
		uint32_t first = MATCH_NONE;
		for (uint32_t a = 0; a < n; a++) {
			const uint32_t others =
			    is_told[a] ? 0 : count_other(c, is_told, a);
			if (others > most || (others > 0 && others == most &&
						 !is_renumbered(c, first) &&
						 is_renumbered(c, a))) {
				most = others;
				first = a;
			}
		}
		if (first == MATCH_NONE)
			return;
		tell_order(c, is_told, first);
		is_told[first] = true;
	}
}

/* Who writes what this action reads, in terms of the new model; MATCH_NONE:
 * its writer is gone. */
static uint32_t
writer_of(const struct comparing *c, const struct flow *flow,
    const struct flow_read *read)
{
	if (read->artifact == FLOW_NONE)
		return MATCH_NONE;
	const uint32_t writer =
	    flow->writes[flow->artifacts[read->artifact].write].action;
	return flow == c->old ? c->m->actions[writer] : writer;
}

/* Does this action read what `writer` wrote; where that is nobody, what has
 * the name? */
static bool
reads_of(const struct comparing *c, const struct flow *flow, uint32_t action,
    uint32_t writer, const char *name)
{
	const struct flow_action *place = &flow->actions[action];
	for (uint32_t i = 0; i < place->nreads; i++) {
		const struct flow_read *read =
		    &flow->reads[place->first_read + i];
		if (writer_of(c, flow, read) == writer &&
		    (writer != MATCH_NONE ||
			strcmp(read->name->text, name) == 0))
			return true;
	}
	return false;
}

static void
tell_flow(struct comparing *c, uint32_t old, uint32_t new_,
    const struct flow_read *read, const char *format)
{
	struct change *change = comparing_add_of(c, CHANGE_FLOW, old, new_);
	if (c->new_->actions[new_].action->category == SW_CATEGORY_DEPLOY)
		change->weight = WEIGHT_DECISION;
	change->text = arena_printf(c->arena, "'%s' %s '%s'",
	    comparing_name(c, c->new_, new_), format, read->name->text);
}

/* Is it among the artifacts that are compared? Rules read too. */
static void
compare_reads(struct comparing *c, uint32_t old, uint32_t new_)
{
	const struct flow_action *a = &c->old->actions[old];
	const struct flow_action *b = &c->new_->actions[new_];
	for (uint32_t i = 0; i < b->nreads; i++) {
		const struct flow_read *read =
		    &c->new_->reads[b->first_read + i];
		const uint32_t writer = writer_of(c, c->new_, read);
		if (reads_of(c, c->old, old, writer, read->name->text))
			continue;
		tell_flow(c, old, new_, read, "now gets");
		if (writer == MATCH_NONE)
			continue;
		struct change *change = &c->out->changes[c->out->n - 1];
		change->text = arena_printf(c->arena, "%s of '%s'",
		    change->text, comparing_name(c, c->new_, writer));
	}
	for (uint32_t i = 0; i < a->nreads; i++) {
		const struct flow_read *read =
		    &c->old->reads[a->first_read + i];
		const uint32_t writer = writer_of(c, c->old, read);
		if (!reads_of(c, c->new_, new_, writer, read->name->text))
			tell_flow(c, old, new_, read, "no longer gets");
	}
}

void
comparing_order(struct comparing *c)
{
	compare_relations(c);
	for (uint32_t i = 0; i < c->old->nactions; i++)
		if (c->m->actions[i] != MATCH_NONE)
			compare_reads(c, i, c->m->actions[i]);
}
