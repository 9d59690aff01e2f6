/*
 * Lists what is to be proven of a model: from its policies, its artifacts and
 * variables, its approvals and environments. Steps nothing.
 */
#include "property.h"

#include <string.h>

#include "base/arena.h"
#include "check/flow.h"
#include "lower/lower.h"
#include "model/model.h"
#include "policy/policy.h"
#include "property_part.h"

static const struct property always[] = {
	{ PROPERTY_LAWS, "laws", "the laws of the machine", CHECK_LIVE_LAW,
	    NULL, 0, false, true, false },
	{ PROPERTY_FAILURE_STOPS, "failure-stops",
	    "nothing starts behind what failed", CHECK_LIVE_LAW, NULL, 0, false,
	    true, false },
	{ PROPERTY_STOP_STOPS, "stop-stops",
	    "nothing starts in an execution that was stopped", CHECK_LIVE_LAW,
	    NULL, 0, false, true, false },
	{ PROPERTY_ROLLBACK_TARGET, "rollback-target",
	    "only what Succeeded in a stage is rolled back to", CHECK_LIVE_LAW,
	    NULL, 0, false, true, false },
	{ PROPERTY_BOUNDED_ATTEMPTS, "bounded-attempts",
	    "no more attempts than the model allows", CHECK_LIVE_LAW, NULL, 0,
	    false, true, false },
	{ PROPERTY_CLEAN_END, "clean-end", "who has ended holds nothing",
	    CHECK_LIVE_UNCLEAN_END, NULL, 0, false, true, false },
	{ PROPERTY_DEADLOCK, "no-deadlock", "something can always happen",
	    CHECK_LIVE_DEADLOCK, NULL, 0, false, true, false },
	{ PROPERTY_COMPLETE, "option-to-complete",
	    "an end can always be reached", CHECK_LIVE_NO_END, NULL, 0, false,
	    true, false },
	{ PROPERTY_DEAD_ACTION, "no-dead-action",
	    "every action and rule starts in some run", CHECK_LIVE_DEAD_ACTION,
	    NULL, 0, false, true, false },
	{ PROPERTY_LIVELOCK, "no-livelock", "nothing runs for ever",
	    CHECK_LIVE_LIVELOCK, NULL, 0, false, true, false },
	{ PROPERTY_NEEDS_OPERATOR, "no-operator-needed",
	    "no run waits for an operator", CHECK_LIVE_NEEDS_OPERATOR, NULL, 0,
	    false, false, true },
};

void
property__add(struct property_list *list, struct property property)
{
	struct properties *out = list->out;
	if (out->n == list->capacity) {
		const size_t capacity = list->capacity * 2 + 32;
		struct property *items =
		    arena_array(list->arena, capacity, sizeof *items);
		for (size_t i = 0; i < out->n; i++)
			items[i] = out->items[i];
		out->items = items;
		list->capacity = capacity;
	}
	out->items[out->n++] = property;
}

bool
properties_is_approval_before(
    const struct lowered *lowered, uint32_t approval, uint32_t action)
{
	const struct sw_action *a = &lowered->machine.actions[approval];
	const struct sw_action *b = &lowered->machine.actions[action];
	return a->category == SW_CATEGORY_APPROVAL &&
	       (a->stage < b->stage ||
		   (a->stage == b->stage && a->run_order < b->run_order));
}

static bool
has_approval_before(const struct lowered *lowered, uint32_t action)
{
	for (uint32_t i = 0; i < action; i++)
		if (properties_is_approval_before(lowered, i, action))
			return true;
	return false;
}

/* Environments get numbers, in the order in which they are first seen. */
static void
number_environments(struct arena *arena, struct properties *p)
{
	const struct lowered *lowered = p->lowered;
	const uint32_t n = lowered->machine.nactions;
	uint32_t next = 1;
	p->environments = arena_array(arena, n, sizeof *p->environments);
	p->is_production = arena_array(arena, n, sizeof *p->is_production);
	p->is_staging = arena_array(arena, n, sizeof *p->is_staging);
	for (uint32_t i = 0; i < n; i++) {
		const char *name = lowered->work[i].environment;
		if (name == NULL ||
		    lowered->machine.actions[i].category != SW_CATEGORY_DEPLOY)
			continue;
		p->is_production[i] = environment_is_production(name);
		p->is_staging[i] = environment_is_staging(name);
		uint32_t k = 0;
		for (; k < i; k++) {
			const char *other = lowered->work[k].environment;
			if (p->environments[k] != 0 && other != NULL &&
			    strcmp(other, name) == 0)
				break;
		}
		p->environments[i] = k < i ? p->environments[k] : next++;
	}
}

static void
add_gates(struct property_list *list)
{
	const struct lowered *lowered = list->out->lowered;
	bool retries = false;
	for (uint32_t i = 0; i < lowered->machine.nactions; i++) {
		if (!list->out->is_production[i] ||
		    !has_approval_before(lowered, i))
			continue;
		const struct sw_stage *stage =
		    &lowered->machine.stages[lowered->machine.actions[i].stage];
		property__add(list,
		    (struct property){ .kind = PROPERTY_GATE,
			.name = arena_printf(list->arena, "gate %s.%s",
			    stage->name, lowered->machine.actions[i].name),
			.says = "production is reached by an approval alone",
			.check = CHECK_GATE_BYPASS,
			.subject = i });
		retries = retries || stage->on_failure == SW_RESULT_RETRY ||
			  stage->on_failure == SW_RESULT_RETRY_ALL;
	}
	if (retries)
		property__add(list,
		    (struct property){ .kind = PROPERTY_UNGATED_RETRY,
			.name = "no-ungated-retry",
			.says = "no automatic retry deploys on an old approval",
			.check = CHECK_RETRY_UNGATED,
			.is_of_runs = true });
}

/* Can two executions be in actions of one environment? */
static bool
is_shared(const struct properties *p, uint32_t i, uint32_t k)
{
	const struct sw_machine *machine = &p->lowered->machine;
	return p->environments[i] != 0 &&
	       p->environments[i] == p->environments[k] &&
	       (machine->mode == SW_MODE_PARALLEL ||
		   machine->actions[i].stage != machine->actions[k].stage);
}

static void
add_environments(struct property_list *list)
{
	const struct properties *p = list->out;
	const uint32_t n = p->lowered->machine.nactions;
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = i; k < n; k++) {
			if (!is_shared(p, i, k))
				continue;
			property__add(list,
			    (struct property){ .kind = PROPERTY_ENVIRONMENT,
				.name = "one-per-environment",
				.says = "one execution at a time deploys to "
					"an environment",
				.check = CHECK_CONC_ENVIRONMENT,
				.is_several = true });
			return;
		}
}

static void
add_rollbacks(struct property_list *list)
{
	const struct sw_machine *machine = &list->out->lowered->machine;
	for (uint32_t i = 0; i < machine->nstages; i++)
		if (machine->stages[i].on_success == SW_RESULT_ROLLBACK ||
		    machine->stages[i].on_failure == SW_RESULT_ROLLBACK)
			property__add(list,
			    (struct property){ .kind = PROPERTY_ROLLBACK_NONE,
				.name = arena_printf(list->arena, "rollback %s",
				    machine->stages[i].name),
				.says =
				    "there can be something to roll back to",
				.check = CHECK_ROLLBACK_NO_TARGET,
				.subject = i,
				.is_several = true });
}

/* The row of the machine that an action or rule of the model became. */
static uint32_t
row_of(const struct lowered *lowered, const struct flow *flow,
    const struct flow_reader *reader)
{
	const struct action *action =
	    reader->action == FLOW_NONE ? NULL
					: flow->actions[reader->action].action;
	for (uint32_t i = 0; i < lowered->machine.nactions; i++)
		if (action != NULL ? lowered->actions[i] == action
				   : lowered->rules[i] == reader->rule)
			return i;
	return FLOW_NONE;
}

uint32_t
property__row(
    const struct lowered *lowered, const struct flow *flow, uint32_t action)
{
	const struct flow_reader reader = { .action = action };
	return row_of(lowered, flow, &reader);
}

/* What an earlier stage writes that can be passed over; what is written in the
 * same stage, or in one that cannot, is there (semantics.md, 3.6). */
static void
add_need(const struct properties *p, struct property_need *needs, size_t *n,
    struct property_need need)
{
	const struct sw_action *rows = p->lowered->machine.actions;
	if (need.what == FLOW_NONE || need.by == FLOW_NONE ||
	    rows[need.by].stage >= rows[need.what].stage ||
	    !p->is_skippable[rows[need.by].stage])
		return;
	needs[(*n)++] = need;
}

static void
add_reads(struct property_list *list, const struct flow *flow)
{
	struct properties *p = list->out;
	p->artifacts =
	    arena_array(list->arena, flow->nreads, sizeof *p->artifacts);
	for (uint32_t i = 0; i < flow->nreads; i++) {
		const struct flow_read *read = &flow->reads[i];
		if (read->artifact == FLOW_NONE)
			continue;
		const struct flow_artifact *artifact =
		    &flow->artifacts[read->artifact];
		add_need(p, p->artifacts, &p->nartifacts,
		    (struct property_need){
			row_of(p->lowered, flow, &read->reader),
			property__row(p->lowered, flow,
			    flow->writes[artifact->write].action),
			artifact->name, read->name->at });
	}
	if (p->nartifacts != 0)
		property__add(
		    list, (struct property){ .kind = PROPERTY_ARTIFACTS,
			      .name = "artifacts-written",
			      .says = "what is read has been written",
			      .check = CHECK_ART_MAYBE });
}

static void
add_references(struct property_list *list, const struct flow *flow)
{
	struct properties *p = list->out;
	p->variables =
	    arena_array(list->arena, flow->nreferences, sizeof *p->variables);
	for (uint32_t i = 0; i < flow->nreferences; i++) {
		const struct flow_reference *r = &flow->references[i];
		if (r->problem != NULL || r->kind != FLOW_ACTION ||
		    r->target == FLOW_NONE)
			continue;
		add_need(p, p->variables, &p->nvariables,
		    (struct property_need){
			row_of(p->lowered, flow, &r->reader),
			property__row(p->lowered, flow, r->target),
			arena_printf(
			    list->arena, "%s.%s", r->namespace_, r->name),
			r->value->at });
	}
	if (p->nvariables != 0)
		property__add(
		    list, (struct property){ .kind = PROPERTY_VARIABLES,
			      .name = "variables-set",
			      .says = "what is referred to has been set",
			      .check = CHECK_VAR_MAYBE });
}

/*
 * Policies number actions as a model has them; in the machine rules of
 * conditions stand between them. `rows` has the row of each action.
 */
static struct picked
as_rows(struct arena *arena, const uint32_t *rows, struct picked picked)
{
	uint32_t *actions =
	    arena_array(arena, picked.nactions, sizeof *actions);
	for (uint32_t i = 0; i < picked.nactions; i++)
		actions[i] = rows[picked.actions[i]];
	picked.actions = actions;
	return picked;
}

static const struct obligation *
in_rows(struct arena *arena, const uint32_t *rows,
    const struct obligation *obligation)
{
	struct obligation *o = arena_alloc(arena, sizeof *o);
	*o = *obligation;
	o->what = as_rows(arena, rows, o->what);
	o->by = as_rows(arena, rows, o->by);
	o->needs = arena_array(arena, o->nneeds, sizeof *o->needs);
	for (uint32_t i = 0; i < o->nneeds; i++) {
		struct need *need = &o->needs[i];
		*need = obligation->needs[i];
		if (!need->is_stage)
			need->what = rows[need->what];
		/* Needs of one policy share what they ask for. */
		if (i > 0 && obligation->needs[i - 1].by.actions ==
				 obligation->needs[i].by.actions)
			need->by = o->needs[i - 1].by;
		else
			need->by = as_rows(arena, rows, need->by);
	}
	return o;
}

static uint32_t *
rows_of_actions(struct arena *arena, const struct lowered *lowered)
{
	uint32_t *rows =
	    arena_array(arena, lowered->machine.nactions, sizeof *rows);
	size_t n = 0;
	for (uint32_t i = 0; i < lowered->machine.nactions; i++)
		if (lowered->actions[i] != NULL)
			rows[n++] = i;
	return rows;
}

static void
add_policy(struct property_list *list, const struct obligation *obligation)
{
	static const struct {
		enum property_kind kind;
		bool is_several;
	} kinds[] = {
		[POLICY_PRECEDE] = { PROPERTY_PRECEDE, false },
		[POLICY_NEVER] = { PROPERTY_NEVER, false },
		[POLICY_FOLLOW] = { PROPERTY_FOLLOW, false },
		[POLICY_ALONE] = { PROPERTY_ALONE, true },
	};
	if (obligation->policy->kind > POLICY_ALONE)
		return;
	static const char *const says[] = { "precede", "never", "follow",
		"alone" };
	property__add(
	    list, (struct property){
		      .kind = kinds[obligation->policy->kind].kind,
		      .name = obligation->policy->id.text,
		      .says = says[obligation->policy->kind],
		      .check = CHECK_POL_VIOLATED,
		      .obligation = obligation,
		      .is_several = kinds[obligation->policy->kind].is_several,
		  });
}

struct properties *
properties_list(struct arena *arena, const struct lowered *lowered,
    const struct obligations *obligations)
{
	struct properties *p = arena_alloc(arena, sizeof *p);
	struct property_list list = { .arena = arena, .out = p };
	const struct flow *flow = flow_new(arena, lowered->model);
	p->lowered = lowered;
	p->is_skippable = arena_array(
	    arena, lowered->machine.nstages, sizeof *p->is_skippable);
	for (uint32_t i = 0; i < lowered->machine.nstages; i++)
		p->is_skippable[i] =
		    lowered->machine.stages[i].before_entry == SW_RESULT_SKIP;
	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
		property__add(&list, always[i]);
	number_environments(arena, p);
	add_gates(&list);
	add_reads(&list, flow);
	add_references(&list, flow);
	add_environments(&list);
	add_rollbacks(&list);
	property__promote(&list, flow);
	const uint32_t *rows = rows_of_actions(arena, lowered);
	for (size_t i = 0; obligations != NULL && i < obligations->n; i++)
		if (obligations->items[i].verdict == VERDICT_OPEN)
			add_policy(&list,
			    in_rows(arena, rows, &obligations->items[i]));
	return p;
}

static uint64_t
mix(uint64_t a, uint64_t b)
{
	uint64_t hash = (a ^ b) * UINT64_C(0x9e3779b97f4a7c15);
	hash ^= hash >> 29;
	return hash * UINT64_C(0xbf58476d1ce4e5b9) + 1;
}

static uint64_t
hash_picked(const struct picked *picked)
{
	uint64_t hash = mix(picked->nactions, picked->nstages);
	for (uint32_t i = 0; i < picked->nactions; i++)
		hash = mix(hash, picked->actions[i]);
	for (uint32_t i = 0; i < picked->nstages; i++)
		hash = mix(hash, ~(uint64_t)picked->stages[i]);
	return hash;
}

/* The members of a set are told from all others; adding does not mind how
 * often a set is met, as long as it is as often for all. */
static void
mark(uint64_t *roles, const struct picked *picked, uint64_t hash)
{
	for (uint32_t i = 0; i < picked->nactions; i++)
		roles[picked->actions[i]] =
		    mix(roles[picked->actions[i]], hash);
}

/*
 * Two actions that are the `what` of needs with the same `by` are not told
 * apart by that: each has the need that the other has.
 */
static void
mark_needs(uint64_t *roles, const struct obligation *o, uint64_t number)
{
	for (uint32_t i = 0; i < o->nneeds; i++) {
		const struct need *need = &o->needs[i];
		const uint64_t hash = hash_picked(&need->by);
		bool is_first = true;
		for (uint32_t k = 0; k < i && is_first; k++)
			is_first = hash_picked(&o->needs[k].by) != hash;
		if (is_first)
			mark(roles, &need->by, mix(number, hash));
		if (!need->is_stage)
			roles[need->what] = mix(roles[need->what], ~hash);
	}
}

/* Who deploys what, and who writes it. */
static void
mark_promoted(uint64_t *roles, const struct property_need *need, uint64_t hash)
{
	roles[need->what] = mix(roles[need->what], hash);
	roles[need->by] = mix(roles[need->by], ~hash);
}

uint64_t *
properties_roles(struct arena *arena, const struct properties *p)
{
	const uint32_t n = p->lowered->machine.nactions;
	uint64_t *roles = arena_array(arena, n, sizeof *roles);
	for (uint32_t i = 0; i < n; i++)
		roles[i] = mix(p->environments[i], p->is_production[i]);
	for (size_t i = 0; i < p->nstale; i++)
		mark_promoted(roles, &p->stale[i], mix(i, 3));
	for (size_t i = 0; i < p->nrewritten; i++)
		mark_promoted(roles, &p->rewritten[i], mix(i, 4));
	for (size_t i = 0; i < p->n; i++) {
		const struct obligation *o = p->items[i].obligation;
		if (o == NULL)
			continue;
		mark(roles, &o->what, mix(i, 1));
		mark(roles, &o->by, mix(i, 2));
		mark_needs(roles, o, i);
		for (uint32_t k = 0; o->groups != NULL && k < o->what.nactions;
		     k++)
			roles[o->what.actions[k]] =
			    mix(roles[o->what.actions[k]], o->groups[k]);
	}
	return roles;
}

bool *
properties_named(struct arena *arena, const struct properties *p)
{
	const uint32_t nactions = p->lowered->machine.nactions;
	bool *is_named = arena_array(arena, nactions, sizeof *is_named);
	for (size_t i = 0; i < p->n; i++) {
		const struct property *item = &p->items[i];
		for (uint32_t a = 0;
		     item->kind == PROPERTY_ENVIRONMENT && a < nactions; a++)
			is_named[a] |= p->environments[a] != 0;
		for (uint32_t k = 0; item->kind == PROPERTY_ALONE &&
				     k < item->obligation->what.nactions;
		     k++)
			is_named[item->obligation->what.actions[k]] = true;
	}
	return is_named;
}
