/*
 * What a change has to pass before it is deployed to production: approvals,
 * tests and conditions that are guaranteed before it (flow_dominates). What
 * came before a deploy and does not any more is a gate that was removed.
 */
#include <string.h>

#include "comparing.h"
#include "facts.h"

/* Why something that is still there does not come first any more. */
static const char *
why_not_before(struct comparing *c, uint32_t gate, uint32_t deploy)
{
	const struct flow_action *first = &c->new_->actions[gate];
	const struct flow_action *then = &c->new_->actions[deploy];
	if (first->rank == then->rank)
		return "runs beside it now";
	if (first->rank > then->rank)
		return "comes after it now";
	return arena_printf(c->arena,
	    "is in stage '%s', which can be skipped now",
	    first->stage->name.text);
}

/* Something that came before a deploy: does it still? */
static void
look_at_gate(
    struct comparing *c, enum change_id id, uint32_t gate, uint32_t deploy)
{
	const uint32_t now = c->m->actions[gate];
	const uint32_t to = c->m->actions[deploy];
	if (now != MATCH_NONE && flow_dominates(c->new_, now, to))
		return;
	const char *what =
	    category_element(c->old->actions[gate].action->category);
	struct change *change = comparing_add_of(c, id, gate, to);
	if (now != MATCH_NONE)
		change->new_at = c->new_->actions[now].action->at;
	change->text = arena_printf(c->arena,
	    "%s '%s' no longer comes before '%s': %s", what,
	    comparing_name(c, c->old, gate), comparing_name(c, c->new_, to),
	    now == MATCH_NONE ? "it is gone" : why_not_before(c, now, to));
}

/* Work that an approval used to follow, and that now comes between it and the
 * deploy: what was approved is not what is deployed. */
static void
look_at_followed(
    struct comparing *c, uint32_t gate, uint32_t work, uint32_t deploy)
{
	const uint32_t now = c->m->actions[gate];
	const uint32_t later = c->m->actions[work];
	const uint32_t to = c->m->actions[deploy];
	if (now == MATCH_NONE || later == MATCH_NONE ||
	    c->old->actions[work].rank >= c->old->actions[gate].rank ||
	    c->new_->actions[later].rank <= c->new_->actions[now].rank ||
	    c->new_->actions[later].rank >= c->new_->actions[to].rank)
		return;
	struct change *change =
	    comparing_add_of(c, CHANGE_GATE_MOVED, gate, now);
	change->text = arena_printf(c->arena,
	    "approval '%s' now comes before '%s', which it used to follow",
	    comparing_name(c, c->new_, now), comparing_name(c, c->new_, later));
}

static void
look_at_deploy(struct comparing *c, uint32_t deploy)
{
	for (uint32_t i = 0; i < c->old->nactions; i++) {
		const enum sw_category category =
		    c->old->actions[i].action->category;
		if (!flow_dominates(c->old, i, deploy))
			continue;
		if (category == SW_CATEGORY_TEST)
			look_at_gate(c, CHANGE_TEST_REMOVED, i, deploy);
		if (category != SW_CATEGORY_APPROVAL)
			continue;
		look_at_gate(c, CHANGE_GATE_REMOVED, i, deploy);
		for (uint32_t k = 0; k < c->old->nactions; k++)
			if (c->old->actions[k].nwrites > 0)
				look_at_followed(c, i, k, deploy);
	}
}

/* The stages that a deploy to production is in or behind, of the new model. */
static uint32_t
count_guarding(const struct comparing *c)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < c->new_->nactions; i++)
		if (c->new_->actions[i].stage_index >= n &&
		    comparing_is_production(c, MATCH_NONE, i))
			n = c->new_->actions[i].stage_index + 1;
	return n;
}

struct condition_pair {
	const char *name; /* "beforeEntry" */
	const char *stage;
	struct change_of of;
	const struct condition *old;
	const struct condition *new_;
	bool is_guard;
};

static struct change *
add_condition(struct comparing *c, const struct condition_pair *p,
    enum change_id id, struct span old_at, struct span new_at)
{
	struct change *change = comparing_add(c, id);
	if (!p->is_guard)
		change->weight = WEIGHT_SHOWN;
	change->of = p->of;
	change->of.part = p->name;
	change->old_at = old_at;
	change->new_at = new_at;
	return change;
}

static const struct rule *
find_rule(const struct rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->n; i++)
		if (strcmp(rules->items[i].name.text, name) == 0)
			return &rules->items[i];
	return NULL;
}

static bool
is_same_rule(struct comparing *c, const struct rule *a, const struct rule *b)
{
	const struct facts x = facts_of(c->arena, ELEMENT_RULE, a);
	const struct facts y = facts_of(c->arena, ELEMENT_RULE, b);
	bool is = x.n == y.n;
	for (size_t i = 0; is && i < x.n; i++)
		is = strcmp(x.items[i].key, y.items[i].key) == 0 &&
		     strcmp(x.items[i].value, y.items[i].value) == 0;
	return is;
}

static void
compare_rules(struct comparing *c, const struct condition_pair *p)
{
	const struct span nowhere = { 0 };
	for (size_t i = 0; i < p->old->rules.n; i++) {
		const struct rule *a = &p->old->rules.items[i];
		const struct rule *b = find_rule(&p->new_->rules, a->name.text);
		if (b != NULL && is_same_rule(c, a, b))
			continue;
		struct change *change = add_condition(c, p, CHANGE_GATE_WEAKER,
		    a->at, b != NULL ? b->at : nowhere);
		change->text = arena_printf(c->arena,
		    "%s of '%s': rule '%s' %s", p->name, p->stage, a->name.text,
		    b != NULL ? "asks for something else" : "is gone");
	}
	for (size_t i = 0; i < p->new_->rules.n; i++) {
		const struct rule *b = &p->new_->rules.items[i];
		if (find_rule(&p->old->rules, b->name.text) != NULL)
			continue;
		struct change *change =
		    add_condition(c, p, CHANGE_CONFIG, nowhere, b->at);
		change->weight = WEIGHT_SHOWN;
		change->text =
		    arena_printf(c->arena, "%s of '%s': rule '%s' is new",
			p->name, p->stage, b->name.text);
	}
}

static void
compare_condition(struct comparing *c, const struct condition_pair *p)
{
	const bool was = span_is_set(p->old->at);
	const bool is = span_is_set(p->new_->at);
	if (!was && !is)
		return;
	if (was != is) {
		struct change *change = add_condition(c, p,
		    was ? CHANGE_GATE_REMOVED : CHANGE_CONFIG, p->old->at,
		    p->new_->at);
		/* A way around gates is told where they do not hold any more. */
		if (is)
			change->weight = WEIGHT_SHOWN;
		change->text = arena_printf(c->arena, "%s of '%s' is %s",
		    p->name, p->stage,
		    was ? "gone"
		    : p->new_->result == RESULT_SKIP
			? "new: the stage can be skipped"
			: "new");
		return;
	}
	if (p->old->result != p->new_->result) {
		struct change *change = add_condition(c, p, CHANGE_GATE_WEAKER,
		    p->old->result_written.at, p->new_->result_written.at);
		change->before = p->old->result_written.text;
		change->after = p->new_->result_written.text;
		if (p->new_->result == RESULT_FAIL &&
		    p->old->result == RESULT_SKIP)
			change->weight = WEIGHT_SHOWN;
		change->text = arena_printf(c->arena,
		    "%s of '%s': result '%s' is now '%s'", p->name, p->stage,
		    change->before, change->after);
	}
	compare_rules(c, p);
}

static void
compare_conditions(struct comparing *c)
{
	const struct stages *old = &c->old->model->stages;
	const struct stages *new_ = &c->new_->model->stages;
	const uint32_t nguarding = count_guarding(c);
	for (uint32_t i = 0; i < old->n; i++) {
		const uint32_t k = c->m->stages[i];
		if (k == MATCH_NONE)
			continue;
		struct condition_pair p = { "beforeEntry",
			new_->items[k].name.text,
			{ i, k, MATCH_NONE, MATCH_NONE, NULL },
			&old->items[i].before_entry,
			&new_->items[k].before_entry, k < nguarding };
		compare_condition(c, &p);
		p.name = "onSuccess";
		p.old = &old->items[i].on_success;
		p.new_ = &new_->items[k].on_success;
		compare_condition(c, &p);
	}
}

static const struct policy *
find_policy(const struct policies *all, const char *id)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->items[i].id.text, id) == 0)
			return &all->items[i];
	return NULL;
}

/* What it asks for, its weight apart. */
static bool
asks_same(struct comparing *c, const struct policy *a, const struct policy *b)
{
	const enum element_id kind =
	    (enum element_id)(ELEMENT_PRECEDE + (int)a->kind);
	if (a->kind != b->kind)
		return false;
	const struct facts x = facts_of(c->arena, kind, a);
	const struct facts y = facts_of(c->arena, kind, b);
	size_t i = 0;
	size_t k = 0;
	for (; i < x.n || k < y.n; i++, k++) {
		while (i < x.n && strcmp(x.items[i].key, "enforce") == 0)
			i++;
		while (k < y.n && strcmp(y.items[k].key, "enforce") == 0)
			k++;
		if (i == x.n || k == y.n)
			break;
		if (strcmp(x.items[i].key, y.items[k].key) != 0 ||
		    strcmp(x.items[i].value, y.items[k].value) != 0)
			return false;
	}
	return i >= x.n && k >= y.n;
}

static void
tell_policy(struct comparing *c, const struct policy *old,
    const struct policy *new_, const char *what)
{
	struct change *change = comparing_add(c, CHANGE_POLICY_WEAKER);
	change->old_at = old->at;
	if (new_ != NULL)
		change->new_at = new_->at;
	change->text =
	    arena_printf(c->arena, "policy '%s' %s", old->id.text, what);
}

static void
compare_policies(struct comparing *c)
{
	static const char *const levels[] = { "note", "warn", "error",
		"forbid" };
	const struct policies *old = &c->old->model->policies;
	const struct policies *new_ = &c->new_->model->policies;
	for (size_t i = 0; i < old->n; i++) {
		const struct policy *a = &old->items[i];
		const struct policy *b = find_policy(new_, a->id.text);
		if (b == NULL)
			tell_policy(c, a, NULL, "is gone");
		else if (b->level < a->level)
			tell_policy(c, a, b,
			    arena_printf(c->arena,
				"is enforced as '%s', no longer as '%s'",
				levels[b->level], levels[a->level]));
		if (b != NULL && !asks_same(c, a, b))
			tell_policy(c, a, b, "asks for something else");
	}
	for (size_t i = 0; i < new_->n; i++) {
		const struct policy *b = &new_->items[i];
		const struct policy *a = find_policy(old, b->id.text);
		if (a != NULL && a->level >= b->level)
			continue;
		struct change *change = comparing_add(c, CHANGE_CONFIG);
		change->new_at = b->at;
		change->text = arena_printf(c->arena, "policy '%s' %s",
		    b->id.text, a == NULL ? "is new" : "weighs more");
	}
}

static bool
has_allow(const struct allows *all, const struct allow *allow)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->items[i].rule.text, allow->rule.text) == 0)
			return true;
	return false;
}

static void
compare_allows(struct comparing *c, const struct allows *old,
    const struct allows *new_, const char *where)
{
	for (size_t i = 0; i < new_->n; i++) {
		const struct allow *allow = &new_->items[i];
		if (old != NULL && has_allow(old, allow))
			continue;
		struct change *change = comparing_add(c, CHANGE_ALLOW_NEW);
		change->new_at = allow->at;
		change->text =
		    arena_printf(c->arena, "'%s' is silenced in %s: %s",
			allow->rule.text, where, allow->reason.text);
	}
}

static void
compare_all_allows(struct comparing *c)
{
	const struct model *old = c->old->model;
	const struct model *new_ = c->new_->model;
	compare_allows(c, &old->allows, &new_->allows, "the pipeline");
	for (uint32_t k = 0; k < new_->stages.n; k++) {
		const uint32_t i = c->m->stages_back[k];
		compare_allows(c,
		    i == MATCH_NONE ? NULL : &old->stages.items[i].allows,
		    &new_->stages.items[k].allows,
		    arena_printf(c->arena, "stage '%s'",
			new_->stages.items[k].name.text));
	}
	for (uint32_t k = 0; k < c->new_->nactions; k++) {
		const uint32_t i = c->m->actions_back[k];
		compare_allows(c,
		    i == MATCH_NONE ? NULL : &c->old->actions[i].action->allows,
		    &c->new_->actions[k].action->allows,
		    arena_printf(
			c->arena, "'%s'", comparing_name(c, c->new_, k)));
	}
}

void
comparing_gates(struct comparing *c)
{
	for (uint32_t i = 0; i < c->old->nactions; i++)
		if (c->m->actions[i] != MATCH_NONE &&
		    comparing_is_production(c, i, c->m->actions[i]))
			look_at_deploy(c, i);
	compare_conditions(c);
	compare_policies(c);
	compare_all_allows(c);
}
