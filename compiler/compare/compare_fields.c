/*
 * What elements say, fact by fact: of the pipeline, of stages and actions that
 * have a counterpart, and those that have none. A table says what kind of
 * change another value of a fact is; what it does not name is configuration.
 */
#include <stdlib.h>
#include <string.h>

#include "comparing.h"
#include "facts.h"

/* What a change of this fact is. */
struct meaning {
	const char *key; /* the last word of it, or its first with a blank */
	enum change_id id;
	bool is_of_production; /* a decision there, shown elsewhere */
};

static const struct meaning of_actions[] = {
	{ "timeout", CHANGE_TIMEOUT, false },
	{ "retries", CHANGE_RETRY, false },
	{ "backoff", CHANGE_RETRY, false },
	{ "idempotent", CHANGE_RETRY, true },
	{ "onUnknown", CHANGE_RETRY, true },
	{ "provider", CHANGE_PROVIDER, true },
	{ "owner", CHANGE_PROVIDER, true },
	{ "version", CHANGE_PROVIDER, true },
	{ "run", CHANGE_PROVIDER, true },
	{ "shell", CHANGE_PROVIDER, true },
	{ "environment", CHANGE_ENV_TARGET, false },
	{ "region", CHANGE_ENV_TARGET, false },
	{ "role", CHANGE_ROLE, false },
	{ "secret", CHANGE_SECRET_WIDER, false },
	{ "sandbox", CHANGE_SANDBOX_WEAKER, false },
	{ "network", CHANGE_SANDBOX_WEAKER, false },
	{ NULL, CHANGE_CONFIG, true },
};

static const struct meaning of_sources[] = {
	{ "url", CHANGE_SOURCE, false },
	{ "branch", CHANGE_SOURCE, false },
	{ "tag", CHANGE_SOURCE, false },
	{ "commit", CHANGE_SOURCE, false },
	{ "provider", CHANGE_SOURCE, false },
	{ NULL, CHANGE_CONFIG, false },
};

static const struct meaning of_approvals[] = {
	{ "timeout", CHANGE_TIMEOUT, false },
	{ "by", CHANGE_GATE_WEAKER, false },
	{ "not", CHANGE_GATE_WEAKER, false },
	{ "count", CHANGE_GATE_WEAKER, false },
	{ "silence", CHANGE_GATE_WEAKER, false },
	{ NULL, CHANGE_CONFIG, false },
};

static const struct meaning of_deploys[] = {
	{ "path", CHANGE_ENV_TARGET, false },
	{ "url", CHANGE_ENV_TARGET, false },
	{ NULL, CHANGE_CONFIG, false },
};

/* Conditions are the gates' (compare_gates.c), but for what they lead to. */
static const struct meaning of_stages[] = {
	{ "transition", CHANGE_TRANSITION, false },
	{ "reason", CHANGE_CONFIG, false },
	{ "onFailure", CHANGE_ROLLBACK, false },
	{ "attempts", CHANGE_RETRY, false },
	{ "retryMode", CHANGE_RETRY, false },
	{ NULL, CHANGE_CONFIG, false },
};

static const struct meaning of_pipelines[] = {
	{ "executionMode", CHANGE_MODE, false },
	{ "role", CHANGE_ROLE, false },
	{ NULL, CHANGE_CONFIG, false },
};

static const char *
last_word(const char *key)
{
	const char *blank = strrchr(key, ' ');
	return blank == NULL ? key : blank + 1;
}

static const struct meaning *
meaning_of(const struct meaning *table, const char *key)
{
	while (table->key != NULL && strcmp(table->key, last_word(key)) != 0)
		table++;
	return table;
}

/* Deploys have targets beside what every action has. */
static const struct meaning *
meaning_in_action(const struct action *action, const char *key)
{
	if (action->category == SW_CATEGORY_SOURCE)
		return meaning_of(of_sources, key);
	if (action->category == SW_CATEGORY_APPROVAL)
		return meaning_of(of_approvals, key);
	const struct meaning *meaning = meaning_of(of_deploys, key);
	return action->category == SW_CATEGORY_DEPLOY && meaning->key != NULL
		   ? meaning
		   : meaning_of(of_actions, key);
}

/* A fact that is other, gone or new. */
struct difference {
	const struct fact *old;  /* NULL: new */
	const struct fact *new_; /* NULL: gone */
};

typedef void (*difference_fn)(
    struct comparing *c, const void *of, struct difference d);

/* Whom to tell, and what of. */
struct listener {
	struct comparing *c;
	difference_fn tell;
	const void *of;
};

static void
tell(const struct listener *to, const struct fact *old, const struct fact *new_)
{
	to->tell(to->c, to->of, (struct difference){ old, new_ });
}

/* Facts of one key: values that both have are left out. */
static void
compare_key(const struct listener *to, struct facts old, struct facts new_)
{
	size_t i = 0;
	size_t k = 0;
	if (old.n == 1 && new_.n == 1) {
		if (strcmp(old.items->value, new_.items->value) != 0)
			tell(to, old.items, new_.items);
		return;
	}
	while (i < old.n || k < new_.n) {
		int order = i == old.n ? 1 : -1;
		if (i < old.n && k < new_.n)
			order = strcmp(old.items[i].value, new_.items[k].value);
		if (order < 0)
			tell(to, &old.items[i], NULL);
		else if (order > 0)
			tell(to, NULL, &new_.items[k]);
		i += order <= 0;
		k += order >= 0;
	}
}

/* Those of one key, from there on. */
static struct facts
take_key(const struct facts *facts, size_t from, const char *key)
{
	struct facts taken = { 0 };
	if (from < facts->n)
		taken.items = &facts->items[from];
	while (from + taken.n < facts->n &&
	       strcmp(taken.items[taken.n].key, key) == 0)
		taken.n++;
	return taken;
}

static void
compare_facts(const struct listener *to, const struct facts *old,
    const struct facts *new_)
{
	size_t i = 0;
	size_t k = 0;
	while (i < old->n || k < new_->n) {
		const char *key =
		    i < old->n ? old->items[i].key : new_->items[k].key;
		if (k < new_->n && strcmp(new_->items[k].key, key) < 0)
			key = new_->items[k].key;
		const struct facts a = take_key(old, i, key);
		const struct facts b = take_key(new_, k, key);
		compare_key(to, a, b);
		i += a.n;
		k += b.n;
	}
}

/* "timeout 20m -> 1h", "run added: make", "env LANG is gone". */
static void
say(struct comparing *c, struct change *change, const char *whose,
    struct difference d)
{
	const struct fact *fact = d.new_ != NULL ? d.new_ : d.old;
	const char *what = fact->key;
	if (d.old != NULL && span_is_set(d.old->at))
		change->old_at = d.old->at;
	if (d.new_ != NULL && span_is_set(d.new_->at))
		change->new_at = d.new_->at;
	change->what = what;
	change->before = d.old != NULL ? d.old->said : NULL;
	change->after = d.new_ != NULL ? d.new_->said : NULL;
	const char *at =
	    *whose == '\0' ? "" : arena_printf(c->arena, "%s: ", whose);
	if (d.old != NULL && d.new_ != NULL)
		change->text = arena_printf(c->arena, "%s%s '%s' is now '%s'",
		    at, what, d.old->said, d.new_->said);
	else if (d.new_ != NULL)
		change->text = arena_printf(
		    c->arena, "%s%s '%s' is new", at, what, d.new_->said);
	else
		change->text = arena_printf(
		    c->arena, "%s%s '%s' is gone", at, what, d.old->said);
}

struct action_pair {
	uint32_t old, new_;
};

/* Which change weighs less the other way round: kept from more, fewer given a
 * secret, more asked of an approval. */
static bool
is_stricter(const char *key, struct difference d)
{
	const char *word = last_word(key);
	const char *old = d.old == NULL ? "" : d.old->value;
	const char *new_ = d.new_ == NULL ? "" : d.new_->value;
	if (strcmp(word, "secret") == 0)
		return *new_ == '\0';
	if (strcmp(word, "sandbox") == 0)
		return *old == '\0' || strcmp(new_, "bubblewrap") == 0;
	if (strcmp(word, "network") == 0)
		return strcmp(new_, "false") == 0 || *new_ == '\0';
	if (strcmp(word, "count") == 0)
		return *new_ != '\0' &&
		       strtoul(new_, NULL, 10) > strtoul(old, NULL, 10);
	if (strcmp(word, "silence") == 0)
		return *new_ == '\0';
	return (strcmp(word, "by") == 0 || strcmp(word, "not") == 0) &&
	       *old == '\0';
}

static void
tell_action(struct comparing *c, const void *of, struct difference d)
{
	const struct action_pair *p = of;
	const struct fact *fact = d.new_ != NULL ? d.new_ : d.old;
	const struct action *action = c->new_->actions[p->new_].action;
	/* Whose work an action reads is compare_order.c's. */
	if (strcmp(fact->key, "input") == 0 ||
	    strcmp(fact->key, "primaryInput") == 0)
		return;
	const struct meaning *meaning = meaning_in_action(action, fact->key);
	struct change *change =
	    comparing_add_of(c, meaning->id, p->old, p->new_);
	if (meaning->is_of_production &&
	    comparing_is_production(c, p->old, p->new_))
		change->weight = WEIGHT_DECISION;
	else if (is_stricter(fact->key, d))
		change->weight = WEIGHT_SHOWN;
	say(c, change, comparing_name(c, c->new_, p->new_), d);
}

static enum element_id
element_of(const struct action *action)
{
	return (enum element_id)(ELEMENT_SOURCE + (int)action->category);
}

static void
compare_pair(struct comparing *c, uint32_t old, uint32_t new_)
{
	const struct action *a = c->old->actions[old].action;
	const struct action *b = c->new_->actions[new_].action;
	const char *before = comparing_name(c, c->old, old);
	const struct facts x = facts_of(c->arena, element_of(a), a);
	const struct facts y = facts_of(c->arena, element_of(b), b);
	compare_facts(&(struct listener){ c, tell_action,
			  &(struct action_pair){ old, new_ } },
	    &x, &y);
	const bool is_at_home =
	    c->m->stages[c->old->actions[old].stage_index] ==
	    c->new_->actions[new_].stage_index;
	if (is_at_home && strcmp(a->name.text, b->name.text) == 0)
		return;
	struct change *change = comparing_add_of(
	    c, is_at_home ? CHANGE_RENAME : CHANGE_MOVED, old, new_);
	change->text = arena_printf(c->arena, "'%s' is now '%s'%s", before,
	    comparing_name(c, c->new_, new_),
	    c->m->similarity[old] == 100
		? ""
		: arena_printf(c->arena, " (%u %% alike)",
		      (unsigned)c->m->similarity[old]));
}

/* Was it told that it does not stand before production any more? */
static bool
is_told(const struct comparing *c, uint32_t old)
{
	const struct span at = c->old->actions[old].action->at;
	for (size_t i = 0; i < c->out->n; i++) {
		const struct change *change = &c->out->changes[i];
		if ((change->id == CHANGE_GATE_REMOVED ||
			change->id == CHANGE_TEST_REMOVED) &&
		    change->old_at.file == at.file &&
		    change->old_at.begin == at.begin)
			return true;
	}
	return false;
}

static void
tell_single(struct comparing *c, uint32_t old, uint32_t new_)
{
	const bool is_new = new_ != MATCH_NONE;
	const struct flow *flow = is_new ? c->new_ : c->old;
	const uint32_t index = is_new ? new_ : old;
	const struct action *action = flow->actions[index].action;
	const bool is_production = comparing_is_production(c, old, new_);
	if (!is_new && is_told(c, old))
		return;
	struct change *change = comparing_add_of(c,
	    is_new && is_production ? CHANGE_ENV_ADDED
	    : is_new                ? CHANGE_ADDED
				    : CHANGE_REMOVED,
	    old, new_);
	if (is_production)
		change->weight = WEIGHT_DECISION;
	change->text = arena_printf(c->arena, "%s '%s' is %s%s",
	    category_element(action->category), comparing_name(c, flow, index),
	    is_new ? "new" : "gone",
	    is_new && is_production ? ", to production" : "");
}

static void
compare_actions(struct comparing *c)
{
	for (uint32_t i = 0; i < c->old->nactions; i++)
		if (c->m->actions[i] != MATCH_NONE)
			compare_pair(c, i, c->m->actions[i]);
		else
			tell_single(c, i, MATCH_NONE);
	for (uint32_t i = 0; i < c->new_->nactions; i++)
		if (c->m->actions_back[i] == MATCH_NONE)
			tell_single(c, MATCH_NONE, i);
}

static const struct change_of nothing = { MATCH_NONE, MATCH_NONE, MATCH_NONE,
	MATCH_NONE, NULL };

struct named {
	const char *name;
	struct change_of of; /* a stage, or nothing */
	struct span old_at;
	struct span new_at;
	const struct meaning *table;
};

static void
tell_named(struct comparing *c, const void *of, struct difference d)
{
	const struct named *named = of;
	const struct fact *fact = d.new_ != NULL ? d.new_ : d.old;
	/* What stands at the entry and the exit are gates. */
	if (strncmp(fact->key, "beforeEntry", 11) == 0 ||
	    strncmp(fact->key, "onSuccess", 9) == 0)
		return;
	const struct meaning *meaning = meaning_of(named->table, fact->key);
	struct change *change = comparing_add(c, meaning->id);
	change->of = named->of;
	/* Conditions are told by "onFailure result" and the like. */
	if (strncmp(fact->key, "onFailure", 9) == 0)
		change->of.part = "onFailure";
	change->old_at = named->old_at;
	change->new_at = named->new_at;
	say(c, change, named->name, d);
}

static void
compare_stages(struct comparing *c)
{
	const struct stages *old = &c->old->model->stages;
	const struct stages *new_ = &c->new_->model->stages;
	for (size_t i = 0; i < old->n; i++) {
		if (c->m->stages[i] == MATCH_NONE)
			continue;
		const struct stage *a = &old->items[i];
		const struct stage *b = &new_->items[c->m->stages[i]];
		const struct change_of of = { (uint32_t)i, c->m->stages[i],
			MATCH_NONE, MATCH_NONE, NULL };
		const struct facts x = facts_of(c->arena, ELEMENT_STAGE, a);
		const struct facts y = facts_of(c->arena, ELEMENT_STAGE, b);
		compare_facts(&(struct listener){ c, tell_named,
				  &(struct named){ b->name.text, of, a->at,
				      b->at, of_stages } },
		    &x, &y);
		if (strcmp(a->name.text, b->name.text) == 0)
			continue;
		struct change *change = comparing_add(c, CHANGE_RENAME);
		change->of = of;
		change->old_at = a->at;
		change->new_at = b->at;
		change->text = arena_printf(c->arena, "stage '%s' is now '%s'",
		    a->name.text, b->name.text);
	}
}

static void
tell_variable(struct comparing *c, const void *of, struct difference d)
{
	const struct named *named = of;
	struct change *change = comparing_add(c, CHANGE_VARIABLE);
	change->old_at = named->old_at;
	change->new_at = named->new_at;
	say(c, change, arena_printf(c->arena, "variable '%s'", named->name), d);
}

static const struct variable *
find_variable(const struct variables *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->items[i].name.text, name) == 0)
			return &all->items[i];
	return NULL;
}

static void
tell_declared(struct comparing *c, enum change_id id, const char *what,
    const char *name, struct span old_at, struct span new_at)
{
	struct change *change = comparing_add(c, id);
	change->old_at = old_at;
	change->new_at = new_at;
	change->text = arena_printf(c->arena, "%s '%s' is %s", what, name,
	    span_is_set(new_at) ? "new" : "gone");
}

static void
compare_variables(struct comparing *c)
{
	const struct variables *old = &c->old->model->variables;
	const struct variables *new_ = &c->new_->model->variables;
	const struct span nowhere = { 0 };
	for (size_t i = 0; i < old->n; i++) {
		const struct variable *a = &old->items[i];
		const struct variable *b = find_variable(new_, a->name.text);
		if (b == NULL) {
			tell_declared(c, CHANGE_VARIABLE, "variable",
			    a->name.text, a->at, nowhere);
			continue;
		}
		const struct facts x = facts_of(c->arena, ELEMENT_VARIABLE, a);
		const struct facts y = facts_of(c->arena, ELEMENT_VARIABLE, b);
		compare_facts(&(struct listener){ c, tell_variable,
				  &(struct named){ a->name.text, nothing, a->at,
				      b->at, NULL } },
		    &x, &y);
	}
	for (size_t i = 0; i < new_->n; i++)
		if (find_variable(old, new_->items[i].name.text) == NULL)
			tell_declared(c, CHANGE_VARIABLE, "variable",
			    new_->items[i].name.text, nowhere,
			    new_->items[i].at);
}

static const struct secret *
find_secret(const struct secrets *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->items[i].name.text, name) == 0)
			return &all->items[i];
	return NULL;
}

static void
compare_secrets(struct comparing *c)
{
	const struct secrets *old = &c->old->model->secrets;
	const struct secrets *new_ = &c->new_->model->secrets;
	const struct span nowhere = { 0 };
	for (size_t i = 0; i < new_->n; i++)
		if (find_secret(old, new_->items[i].name.text) == NULL)
			tell_declared(c, CHANGE_SECRET_NEW, "secret",
			    new_->items[i].name.text, nowhere,
			    new_->items[i].at);
	for (size_t i = 0; i < old->n; i++)
		if (find_secret(new_, old->items[i].name.text) == NULL)
			tell_declared(c, CHANGE_CONFIG, "secret",
			    old->items[i].name.text, old->items[i].at, nowhere);
}

void
comparing_fields(struct comparing *c)
{
	const struct model *old = c->old->model;
	const struct model *new_ = c->new_->model;
	const struct facts x = facts_of(c->arena, ELEMENT_PIPELINE, old);
	const struct facts y = facts_of(c->arena, ELEMENT_PIPELINE, new_);
	compare_facts(&(struct listener){ c, tell_named,
			  &(struct named){
			      "", nothing, old->at, new_->at, of_pipelines } },
	    &x, &y);
	if (strcmp(old->name.text, new_->name.text) != 0) {
		struct change *change = comparing_add(c, CHANGE_RENAME);
		change->old_at = old->name.at;
		change->new_at = new_->name.at;
		change->text =
		    arena_printf(c->arena, "pipeline '%s' is now '%s'",
			old->name.text, new_->name.text);
	}
	compare_stages(c);
	compare_actions(c);
	compare_variables(c);
	compare_secrets(c);
}
