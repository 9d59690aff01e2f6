/* Pairs in the order of match.h, each step with what the ones before left. */
#include "match.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/names.h"
#include "facts.h"
#include "model/model.h"

/* Parts of a similarity, in hundredths. */
#define OF_NEIGHBOURS 30
#define OF_CONFIGURATION 25
#define OF_PROVIDER 20
#define OF_NAME 15
#define OF_POSITION 10

struct matcher {
	struct arena *arena;
	const struct flow *old;
	const struct flow *new_;
	struct matching *m;
	struct facts *old_facts; /* of each action */
	struct facts *new_facts;
};

static enum element_id
element_of(const struct action *action)
{
	return (enum element_id)(ELEMENT_SOURCE + (int)action->category);
}

static struct facts *
facts_of_all(struct arena *arena, const struct flow *flow)
{
	struct facts *all = arena_array(arena, flow->nactions, sizeof *all);
	for (uint32_t i = 0; i < flow->nactions; i++)
		all[i] = facts_of(arena, element_of(flow->actions[i].action),
		    flow->actions[i].action);
	return all;
}

static uint32_t *
none_of(struct arena *arena, size_t n)
{
	uint32_t *all = arena_array(arena, n, sizeof *all);
	for (size_t i = 0; i < n; i++)
		all[i] = MATCH_NONE;
	return all;
}

static void
pair_stages(struct matcher *x, uint32_t old, uint32_t new_)
{
	x->m->stages[old] = new_;
	x->m->stages_back[new_] = old;
}

static void
pair(struct matcher *x, uint32_t old, uint32_t new_, uint32_t similarity)
{
	x->m->actions[old] = new_;
	x->m->actions_back[new_] = old;
	x->m->similarity[old] = similarity;
}

static bool
is_same_name(struct value a, struct value b)
{
	return strcmp(a.text, b.text) == 0;
}

/* How many actions of two stages have the same name and category. */
static uint32_t
count_common(const struct stage *a, const struct stage *b)
{
	uint32_t n = 0;
	for (size_t i = 0; i < a->actions.n; i++)
		for (size_t k = 0; k < b->actions.n; k++)
			n += a->actions.items[i].category ==
				 b->actions.items[k].category &&
			     is_same_name(a->actions.items[i].name,
				 b->actions.items[k].name);
	return n;
}

static void
match_stages(struct matcher *x)
{
	const struct stages *old = &x->old->model->stages;
	const struct stages *new_ = &x->new_->model->stages;
	for (uint32_t i = 0; i < old->n; i++)
		for (uint32_t k = 0; k < new_->n; k++)
			if (is_same_name(
				old->items[i].name, new_->items[k].name))
				pair_stages(x, i, k);
	for (uint32_t k = 0; k < new_->n; k++) {
		uint32_t best = MATCH_NONE;
		uint32_t most = 0;
		if (x->m->stages_back[k] != MATCH_NONE)
			continue;
		for (uint32_t i = 0; i < old->n; i++) {
			const uint32_t n =
			    x->m->stages[i] != MATCH_NONE
				? 0
				: count_common(&old->items[i], &new_->items[k]);
			if (n > most && n > old->items[i].actions.n / 2) {
				best = i;
				most = n;
			}
		}
		if (best != MATCH_NONE)
			pair_stages(x, best, k);
	}
}

/* What an action is found by in the counterpart of its stage. */
static const char *
address_of(const struct matcher *x, uint32_t stage, const struct action *action)
{
	return arena_printf(x->arena, "%u %d %s", (unsigned)stage,
	    (int)action->category, action->name.text);
}

static void
match_names(struct matcher *x)
{
	struct names *names = names_new(x->arena, x->new_->nactions);
	for (uint32_t k = 0; k < x->new_->nactions; k++) {
		const struct flow_action *b = &x->new_->actions[k];
		names_add(names, address_of(x, b->stage_index, b->action), k);
	}
	for (uint32_t i = 0; i < x->old->nactions; i++) {
		const struct flow_action *a = &x->old->actions[i];
		const uint32_t stage = x->m->stages[a->stage_index];
		const uint32_t k =
		    names_find(names, address_of(x, stage, a->action));
		if (k != NAMES_NONE)
			pair(x, i, k, 100);
	}
}

static bool
is_equal(const struct facts *a, const struct facts *b)
{
	bool is = a->n == b->n;
	for (size_t i = 0; is && i < a->n; i++)
		is = strcmp(a->items[i].key, b->items[i].key) == 0 &&
		     strcmp(a->items[i].value, b->items[i].value) == 0;
	return is;
}

/* An approval is like any other: what it guards is not among its facts. */
static bool
does_same(const struct matcher *x, uint32_t old, uint32_t new_)
{
	const struct action *a = x->old->actions[old].action;
	const struct action *b = x->new_->actions[new_].action;
	return a->category == b->category &&
	       is_equal(&x->old_facts[old], &x->new_facts[new_]);
}

/* Actions without a counterpart, no more than steps 3 and 4 look at. */
struct singles {
	uint32_t old[MATCH_SINGLE_MAX];
	uint32_t new_[MATCH_SINGLE_MAX];
	uint32_t nold;
	uint32_t nnew;
};

static uint32_t
list_single(const uint32_t *pairs, uint32_t n, uint32_t *out)
{
	uint32_t found = 0;
	for (uint32_t i = 0; i < n && found < MATCH_SINGLE_MAX; i++)
		if (pairs[i] == MATCH_NONE)
			out[found++] = i;
	return found;
}

static void
list_singles(const struct matcher *x, struct singles *s)
{
	s->nold = list_single(x->m->actions, x->old->nactions, s->old);
	s->nnew = list_single(x->m->actions_back, x->new_->nactions, s->new_);
}

/* Pairs old[i] if it is like one alone, and that one like no other. */
static void
match_one(struct matcher *x, const struct singles *s, uint32_t i)
{
	uint32_t like = MATCH_NONE;
	uint32_t n = 0;
	for (uint32_t k = 0; k < s->nnew; k++)
		if (does_same(x, s->old[i], s->new_[k])) {
			like = s->new_[k];
			n++;
		}
	for (uint32_t k = 0; n == 1 && k < s->nold; k++)
		if (k != i && does_same(x, s->old[k], like))
			n++;
	if (n == 1)
		pair(x, s->old[i], like, 100);
}

static void
match_equal(struct matcher *x)
{
	struct singles s;
	list_singles(x, &s);
	for (uint32_t i = 0; i < s.nold; i++)
		match_one(x, &s, i);
}

/* Common members of all, in hundredths, of facts that `wants` picks. */
static uint32_t
overlap(const struct facts *a, const struct facts *b, bool of_artifacts)
{
	uint32_t common = 0;
	uint32_t all = 0;
	size_t i = 0;
	size_t k = 0;
	while (i < a->n || k < b->n) {
		int order = i == a->n ? 1 : k == b->n ? -1 : 0;
		if (order == 0)
			order = strcmp(a->items[i].key, b->items[k].key);
		if (order == 0)
			order = strcmp(a->items[i].value, b->items[k].value);
		const char *key =
		    order <= 0 ? a->items[i].key : b->items[k].key;
		const bool is_artifact = strcmp(key, "input") == 0 ||
					 strncmp(key, "output ", 7) == 0;
		if (is_artifact == of_artifacts) {
			all++;
			common += order == 0;
		}
		i += order <= 0;
		k += order >= 0;
	}
	return all == 0 ? 100 : 100 * common / all;
}

/* Letters in threes that two names have in common, in hundredths. */
static uint32_t
alike_names(const char *a, const char *b)
{
	const size_t na = strlen(a);
	const size_t nb = strlen(b);
	uint32_t common = 0;
	if (na < 3 || nb < 3)
		return strcmp(a, b) == 0 ? 100 : 0;
	for (size_t i = 0; i + 3 <= na; i++)
		for (size_t k = 0; k + 3 <= nb; k++)
			if (strncmp(a + i, b + k, 3) == 0) {
				common++;
				break;
			}
	const size_t all = (na > nb ? na : nb) - 2;
	return (uint32_t)((uint64_t)100 * common / all);
}

static uint32_t
similarity(const struct matcher *x, uint32_t old, uint32_t new_)
{
	const struct flow_action *a = &x->old->actions[old];
	const struct flow_action *b = &x->new_->actions[new_];
	if (a->action->category != b->action->category ||
	    a->action->category == SW_CATEGORY_APPROVAL ||
	    (a->action->category == SW_CATEGORY_DEPLOY &&
		(environment_is_production(a->action->environment.text) ||
		    environment_is_production(b->action->environment.text))))
		return 0;
	const bool is_at_home = x->m->stages[a->stage_index] == b->stage_index;
	const uint32_t sum =
	    OF_NEIGHBOURS *
		overlap(&x->old_facts[old], &x->new_facts[new_], true) +
	    OF_CONFIGURATION *
		overlap(&x->old_facts[old], &x->new_facts[new_], false) +
	    OF_PROVIDER *
		(is_same_name(a->action->provider, b->action->provider) ? 100u
									: 0u) +
	    OF_NAME * alike_names(a->action->name.text, b->action->name.text) +
	    OF_POSITION * (is_at_home ? 100u : 0u);
	return sum / 100;
}

/*
 * The Hungarian method on a square of costs, rows and columns from 1 (after
 * E. Lawler, "Combinatorial Optimization", 1976, with potentials): row_of[c]
 * is the row of column c.
 */
struct assignment {
	uint32_t n;
	const uint32_t *costs;
	uint32_t *row_of;
	int64_t *of_row; /* potentials */
	int64_t *of_column;
	int64_t *slack; /* of each column, over the rows reached */
	uint32_t *way;  /* from which column it was */
	bool *is_used;
};

/* The column with the least slack beyond those reached, which are moved so
 * that it has none. */
static uint32_t
reach(struct assignment *x, uint32_t column)
{
	const uint32_t row = x->row_of[column];
	int64_t least = INT64_MAX;
	uint32_t next = 0;
	x->is_used[column] = true;
	for (uint32_t c = 1; c <= x->n; c++) {
		if (x->is_used[c])
			continue;
		const size_t at = (size_t)(row - 1) * x->n + c - 1;
		const int64_t left =
		    (int64_t)x->costs[at] - x->of_row[row] - x->of_column[c];
		if (left < x->slack[c]) {
			x->slack[c] = left;
			x->way[c] = column;
		}
		if (x->slack[c] < least) {
			least = x->slack[c];
			next = c;
		}
	}
	for (uint32_t c = 0; c <= x->n; c++)
		if (x->is_used[c]) {
			x->of_row[x->row_of[c]] += least;
			x->of_column[c] -= least;
		} else if (c > 0) {
			x->slack[c] -= least;
		}
	return next;
}

static void
assign_row(struct assignment *x, uint32_t row)
{
	uint32_t column = 0;
	x->row_of[0] = row;
	for (uint32_t c = 0; c <= x->n; c++) {
		x->slack[c] = INT64_MAX;
		x->is_used[c] = false;
	}
	do
		column = reach(x, column);
	while (x->row_of[column] != 0);
	for (; column != 0; column = x->way[column])
		x->row_of[column] = x->row_of[x->way[column]];
}

static const uint32_t *
assign(struct arena *arena, uint32_t n, const uint32_t *costs)
{
	struct assignment x = { .n = n, .costs = costs };
	x.row_of = arena_array(arena, (size_t)n + 1, sizeof *x.row_of);
	x.of_row = arena_array(arena, (size_t)n + 1, sizeof *x.of_row);
	x.of_column = arena_array(arena, (size_t)n + 1, sizeof *x.of_column);
	x.slack = arena_array(arena, (size_t)n + 1, sizeof *x.slack);
	x.way = arena_array(arena, (size_t)n + 1, sizeof *x.way);
	x.is_used = arena_array(arena, (size_t)n + 1, sizeof *x.is_used);
	for (uint32_t row = 1; row <= n; row++)
		assign_row(&x, row);
	return x.row_of;
}

static void
match_similar(struct matcher *x)
{
	struct singles s;
	list_singles(x, &s);
	const uint32_t n = s.nold > s.nnew ? s.nold : s.nnew;
	if (s.nold == 0 || s.nnew == 0)
		return;
	uint32_t *costs = arena_array(x->arena, (size_t)n * n, sizeof *costs);
	for (uint32_t i = 0; i < n * n; i++)
		costs[i] = 100;
	for (uint32_t i = 0; i < s.nold; i++)
		for (uint32_t k = 0; k < s.nnew; k++) {
			const uint32_t like =
			    similarity(x, s.old[i], s.new_[k]);
			if (like >= MATCH_THRESHOLD)
				costs[i * n + k] = 100 - like;
		}
	const uint32_t *row_of = assign(x->arena, n, costs);
	for (uint32_t k = 0; k < s.nnew; k++) {
		const uint32_t i = row_of[k + 1] - 1;
		if (i < s.nold && costs[i * n + k] < 100)
			pair(x, s.old[i], s.new_[k], 100 - costs[i * n + k]);
	}
}

const struct matching *
match(struct arena *arena, const struct flow *old, const struct flow *new_)
{
	struct matching *m = arena_alloc(arena, sizeof *m);
	struct matcher x = { arena, old, new_, m, facts_of_all(arena, old),
		facts_of_all(arena, new_) };
	m->stages = none_of(arena, old->model->stages.n);
	m->stages_back = none_of(arena, new_->model->stages.n);
	m->actions = none_of(arena, old->nactions);
	m->actions_back = none_of(arena, new_->nactions);
	m->similarity =
	    arena_array(arena, old->nactions, sizeof *m->similarity);
	match_stages(&x);
	match_names(&x);
	match_equal(&x);
	match_similar(&x);
	return m;
}
