/*
 * What each policy is about: selectors to numbers, words to what they stand
 * for, and whether it is about anything at all.
 */
#include <string.h>

#include "attribute.h"
#include "base/arena.h"
#include "base/correction.h"
#include "base/names.h"
#include "check/checking.h"
#include "policy_part.h"
#include "selector.h"

static const char *
id_of(const struct obligation *obligation)
{
	const char *id = obligation->policy->id.text;

	return id != NULL ? id : "?";
}

bool
policy_may_look(struct resolving *r, struct obligation *obligation, size_t n)
{
	struct diagnostic *d;

	if (n <= POLICY_LOOKS_MAX - r->looks) {
		r->looks += n;
		return true;
	}
	obligation->verdict = VERDICT_UNREADABLE;
	if (r->looks == POLICY_LOOKS_MAX)
		return false;
	r->looks = POLICY_LOOKS_MAX;
	d = policy_refuse(r, obligation, CHECK_STRUCT_LIMIT,
	    obligation->policy->what.at,
	    "the policies look at more than %d actions and stages",
	    POLICY_LOOKS_MAX);
	diagnostic_label(d, "limit POLICY_LOOKS_MAX");
	diagnostic_help(d, "write fewer policies, or shorter selectors");
	return false;
}

static void
report_miss(struct resolving *r, const struct obligation *obligation,
    const struct selector *selector, const char *what)
{
	const struct model *model = r->obligations->model;
	struct diagnostics *diagnostics = r->obligations->diagnostics;
	struct checking checking = { .arena = r->arena,
		.model = model,
		.diagnostics = diagnostics,
		.today = r->obligations->today };
	struct diagnostic *d;
	const char *meant;
	struct span at = selector_miss(r->arena, r->roster, selector,
	    diagnostics_sources(diagnostics), &meant);

	/* What is missing may be in a hole of the model. */
	if (model->is_incomplete)
		return;
	d = checking_report(&checking, CHECK_POL_VACUOUS, SCOPE_PIPELINE, at,
	    "policy '%s' %s", id_of(obligation), what);
	diagnostic_subject(d, id_of(obligation));
	if (meant != NULL)
		correction_meant(d, at, meant);
	else
		diagnostic_label(d, "the pipeline has nothing like this");
	diagnostic_help(d,
	    "correct the selector, or remove the policy if it is not for "
	    "this pipeline");
}

/* Selects what an attribute says. False: it is not understood. */
static bool
select_from(struct resolving *r, struct obligation *obligation,
    const struct value *text, const char *when_none, struct picked *picked)
{
	struct selector *selector;

	if (text->text == NULL || *text->text == '\0') {
		obligation->verdict = VERDICT_UNREADABLE;
		return false;
	}
	selector = selector_read(r->arena, r->roster, text,
	    obligation->policy->kind == POLICY_FOLLOW &&
		text == &obligation->policy->by,
	    r->obligations->diagnostics);
	if (selector == NULL) {
		obligation->verdict = VERDICT_UNREADABLE;
		return false;
	}
	if (!policy_may_look(
		r, obligation, selector_looks(selector, r->roster)))
		return false;
	*picked = selector_pick(r->arena, r->roster, selector);
	if (picked->nactions + picked->nstages == 0 && !picked->has_rollback)
		report_miss(r, obligation, selector, when_none);
	return true;
}

static bool
has_value(const struct values *values, const char *text)
{
	for (size_t i = 0; i < values->n; i++)
		if (values->items[i].text != NULL &&
		    strcmp(values->items[i].text, text) == 0)
			return true;
	return false;
}

static void
find_writers(struct resolving *r)
{
	size_t n = 0;

	for (uint32_t i = 0; i < r->roster->nactions; i++)
		n += r->roster->actions[i]->outputs.n;
	r->writers = names_new(r->arena, n);
	for (uint32_t i = 0; i < r->roster->nactions; i++)
		for (size_t k = 0; k < r->roster->actions[i]->outputs.n; k++) {
			const char *name =
			    r->roster->actions[i]->outputs.items[k].name.text;

			if (name != NULL)
				(void)names_add(r->writers, name, i);
		}
}

/* Is `a` of an earlier stage, or of an earlier runOrder of the same? */
static bool
is_before(const struct roster *roster, uint32_t a, uint32_t b)
{
	if (roster->stage_of[a] != roster->stage_of[b])
		return roster->stage_of[a] < roster->stage_of[b];
	return roster->actions[a]->run_order.n <
	       roster->actions[b]->run_order.n;
}

/* Does it say something of this artifact? */
static bool
counts_for(const struct roster *roster, uint32_t action, const char *artifact,
    uint32_t writer)
{
	const struct action *it = roster->actions[action];

	if (action == writer || has_value(&it->inputs, artifact))
		return true;
	return it->category == SW_CATEGORY_APPROVAL &&
	       is_before(roster, writer, action);
}

/* Those of `by` that count for one input of an action. */
static struct picked
narrow(struct resolving *r, const struct picked *by, const char *artifact,
    uint32_t writer)
{
	uint32_t *actions =
	    arena_array(r->arena, by->nactions, sizeof *actions);
	struct picked narrowed = { .actions = actions };

	for (uint32_t i = 0; i < by->nactions; i++)
		if (counts_for(r->roster, by->actions[i], artifact, writer))
			actions[narrowed.nactions++] = by->actions[i];
	return narrowed;
}

static void
add_need(struct obligation *obligation, uint32_t what, bool is_stage,
    struct picked by)
{
	obligation->needs[obligation->nneeds++] =
	    (struct need){ .what = what, .is_stage = is_stage, .by = by };
}

/* What it takes to look through the inputs of all of them. */
static size_t
weight_of(const struct resolving *r, const struct picked *picked)
{
	size_t weight = picked->nactions;

	for (uint32_t i = 0; i < picked->nactions; i++)
		weight += r->roster->actions[picked->actions[i]]->inputs.n;
	return weight;
}

/* A need for each input of an action; of one without inputs, the whole. */
static bool
add_artifact_needs(
    struct resolving *r, struct obligation *obligation, uint32_t what)
{
	const struct values *inputs = &r->roster->actions[what]->inputs;
	bool has_any = false;

	for (size_t i = 0; i < inputs->n; i++) {
		const char *name = inputs->items[i].text;
		uint32_t writer =
		    name == NULL ? NAMES_NONE : names_find(r->writers, name);

		/* One that nobody writes has been reported. */
		if (writer == NAMES_NONE)
			continue;
		if (!policy_may_look(
			r, obligation, weight_of(r, &obligation->by)))
			return false;
		add_need(obligation, what, false,
		    narrow(r, &obligation->by, name, writer));
		obligation->needs[obligation->nneeds - 1].artifact = name;
		has_any = true;
	}
	if (!has_any)
		add_need(obligation, what, false, obligation->by);
	return true;
}

static size_t
count_needs(const struct roster *roster, const struct picked *what)
{
	size_t n = (size_t)what->nactions + what->nstages;

	for (uint32_t i = 0; i < what->nactions; i++)
		n += roster->actions[what->actions[i]]->inputs.n;
	return n;
}

static void
resolve_precede(struct resolving *r, struct obligation *obligation)
{
	const struct policy *policy = obligation->policy;
	const struct picked *what = &obligation->what;
	struct diagnostic *d;

	if (policy->same == SAME_ARTIFACT &&
	    (what->nstages > 0 || obligation->by.nstages > 0)) {
		d = policy_refuse(r, obligation, CHECK_STRUCT_VALUE,
		    policy->same_given.at, "artifacts are of actions");
		diagnostic_also(d,
		    what->nstages > 0 ? policy->what.at : policy->by.at,
		    "this selects a stage");
		diagnostic_help(d, "select the stage's actions: "
				   "deploy[stage=NAME]");
		return;
	}
	if (policy->same == SAME_ARTIFACT && r->writers == NULL)
		find_writers(r);
	obligation->needs = arena_array(
	    r->arena, count_needs(r->roster, what), sizeof *obligation->needs);
	for (uint32_t i = 0; i < what->nactions; i++) {
		if (policy->same != SAME_ARTIFACT)
			add_need(obligation, what->actions[i], false,
			    obligation->by);
		else if (!add_artifact_needs(r, obligation, what->actions[i]))
			return;
	}
	for (uint32_t i = 0; i < what->nstages; i++)
		add_need(obligation, what->stages[i], true, obligation->by);
}

/* Can a trigger start executions in this way? */
static bool
is_triggered(const struct model *model, bool by_pull_request)
{
	for (size_t i = 0; i < model->triggers.n; i++) {
		const struct filters *filters =
		    &model->triggers.items[i].filters;

		if (filters->n == 0 && !by_pull_request)
			return true;
		for (size_t k = 0; k < filters->n; k++)
			if (filters->items[k].is_pull_request ==
			    by_pull_request)
				return true;
	}
	return false;
}

static bool
can_be(const struct model *model, enum policy_when when)
{
	switch (when) {
	case WHEN_PULL_REQUEST:
		return is_triggered(model, true);
	case WHEN_PUSH:
		return is_triggered(model, false);
	case WHEN_ROLLBACK:
		return model->mode != SW_MODE_PARALLEL && model->stages.n > 1;
	case WHEN_ALWAYS:
	case WHEN_MANUAL:
		break;
	}
	return true;
}

#define WHEN_KEY "start.trigger="

static void
resolve_never(struct resolving *r, struct obligation *obligation)
{
	static const char *const words[] = { "pull-request", "push", "manual",
		"rollback" };
	const struct value *when = &obligation->policy->when;
	const size_t n = sizeof words / sizeof *words, key = strlen(WHEN_KEY);
	struct diagnostic *d;
	const char *meant;

	if (when->text != NULL && strncmp(when->text, WHEN_KEY, key) != 0) {
		d = policy_refuse(r, obligation, CHECK_POL_UNKNOWN, when->at,
		    "'%s' is nothing that an execution can be asked",
		    when->text);
		diagnostic_help(d, "write " WHEN_KEY "pull-request, push, "
				   "manual or rollback");
		return;
	}
	for (size_t i = 0; when->text != NULL && i < n; i++)
		if (strcmp(when->text + key, words[i]) == 0)
			obligation->when =
			    (enum policy_when)(WHEN_PULL_REQUEST + (int)i);
	if (when->text != NULL && obligation->when == WHEN_ALWAYS) {
		d = policy_refuse(r, obligation, CHECK_POL_UNKNOWN, when->at,
		    "nothing starts executions by '%s'", when->text + key);
		meant = did_you_mean(when->text + key, words, n);
		if (meant != NULL)
			diagnostic_label(d, "did you mean '%s'?", meant);
		if (meant != NULL)
			diagnostic_edit(
			    d, FIX_UNSAFE, when->at, WHEN_KEY "%s", meant);
		diagnostic_help(
		    d, "it can be pull-request, push, manual or rollback");
		return;
	}
	obligation->can_be = can_be(r->obligations->model, obligation->when);
	if (!obligation->can_be && obligation->verdict == VERDICT_OPEN)
		obligation->verdict = VERDICT_HOLDS;
}

bool
policy_attribute(struct resolving *r, struct obligation *obligation,
    const struct value *name, struct attribute *out)
{
	const char *meant;
	struct diagnostic *d;

	*out = attribute_find(r->roster, name->text);
	if (out->kind != ATTRIBUTE_UNKNOWN)
		return true;
	meant = attribute_meant(r->arena, r->roster, name->text);
	d = policy_refuse(r, obligation, CHECK_POL_UNKNOWN, name->at,
	    "no action and no stage has an attribute '%s'", name->text);
	if (meant != NULL)
		correction_meant(d, name->at, meant);
	diagnostic_help(
	    d, "attributes are those of the elements, as in the model");
	return false;
}

static void
resolve_alone(struct resolving *r, struct obligation *obligation)
{
	const struct value *per = &obligation->policy->per;
	const struct picked *what = &obligation->what;
	const uint32_t n = what->nactions + what->nstages;
	struct attribute attribute;
	struct arena *scratch;
	struct names *values;
	uint32_t *groups = arena_array(r->arena, n, sizeof *groups);

	obligation->groups = groups;
	obligation->ngroups = n > 0;
	if (per->text == NULL ||
	    !policy_attribute(r, obligation, per, &attribute) ||
	    !policy_may_look(r, obligation, r->roster->weight))
		return;
	obligation->ngroups = 0;
	scratch = arena_new();
	values = names_new(scratch, (size_t)n + 1);
	for (uint32_t i = 0; i < n; i++) {
		struct member member =
		    i < what->nactions
			? roster_action(r->roster, what->actions[i])
			: roster_stage(
			      r->roster, what->stages[i - what->nactions]);
		struct values found =
		    attribute_values(scratch, member, &attribute);
		/* No value is a value too, and none that can be written. */
		const char *value = found.n > 0 ? found.items[0].text : "";

		groups[i] = names_add(values, value, obligation->ngroups);
		if (groups[i] == obligation->ngroups)
			obligation->ngroups++;
	}
	arena_free(scratch);
}

void
policy_resolve(struct resolving *r, struct obligation *obligation)
{
	const struct policy *policy = obligation->policy;
	const bool has_by =
	    policy->kind == POLICY_PRECEDE || policy->kind == POLICY_FOLLOW;
	bool is_good = select_from(r, obligation, &policy->what,
	    "is about nothing", &obligation->what);

	/* Both are looked at: each may be wrong in its own way. */
	if (has_by && !select_from(r, obligation, &policy->by, "cannot be met",
			  &obligation->by))
		is_good = false;
	if (!is_good)
		return;
	if (obligation->what.nactions + obligation->what.nstages == 0)
		obligation->verdict = VERDICT_VACUOUS;
	if (policy->kind == POLICY_PRECEDE)
		resolve_precede(r, obligation);
	else if (policy->kind == POLICY_NEVER)
		resolve_never(r, obligation);
	else if (policy->kind == POLICY_ALONE)
		resolve_alone(r, obligation);
	else if (policy->kind != POLICY_FOLLOW)
		policy_judge(r, obligation);
}
