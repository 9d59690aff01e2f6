/*
 * The policies of a model and those from elsewhere: goes through them, and
 * holds what concerns them all: names, limits, what the model allows.
 */
#include "policy.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/names.h"
#include "check/check.h"
#include "model/grammar.h"
#include "policy_part.h"

enum severity
policy_severity(enum policy_level level)
{
	if (level == LEVEL_NOTE)
		return SEVERITY_NOTE;
	return level == LEVEL_WARN ? SEVERITY_WARNING : SEVERITY_ERROR;
}

/* The <allow> of the model that covers it there; NULL: none. */
static const struct allow *
find_allow(const struct obligations *obligations,
    const struct obligation *obligation, struct policy_scope scope)
{
	const struct policy *policy = obligation->policy;
	char rule[sizeof ALLOW_POLICY + NAME_MAX_SIZE];

	/* An id that is too long has been reported. */
	if (policy->level == LEVEL_FORBID || policy->id.text == NULL ||
	    strlen(policy->id.text) > NAME_MAX_SIZE)
		return NULL;
	(void)snprintf(rule, sizeof rule, ALLOW_POLICY "%s", policy->id.text);
	return check_find_allow(obligations->model, scope.stage, scope.action,
	    rule, obligations->today);
}

struct diagnostic *
policy_report(const struct obligations *obligations,
    const struct obligation *obligation, struct policy_scope scope,
    struct span at, const char *format, ...)
{
	const struct allow *allow = find_allow(obligations, obligation, scope);
	struct diagnostic *d;
	va_list arguments;

	va_start(arguments, format);
	d = diagnostic_vadd_as(obligations->diagnostics, CHECK_POL_VIOLATED,
	    policy_severity(obligation->policy->level), at, format, arguments);
	va_end(arguments);
	diagnostic_also(d, obligation->policy->id.at, "the policy");
	if (allow == NULL)
		return d;
	diagnostic_allow(d, allow->reason.text, allow->at);
	return NULL;
}

struct diagnostic *
policy_refuse(struct resolving *r, struct obligation *obligation,
    enum check_id id, struct span at, const char *format, ...)
{
	va_list arguments;
	const char *text;

	va_start(arguments, format);
	text = arena_vprintf(r->arena, format, arguments);
	va_end(arguments);
	obligation->verdict = VERDICT_UNREADABLE;
	return diagnostic_add(r->obligations->diagnostics, id, at, "%s", text);
}

/* One id for one policy, wherever it is written. */
static void
check_ids(const struct obligations *obligations, struct arena *arena)
{
	struct names *names = names_new(arena, obligations->n);

	for (size_t i = 0; i < obligations->n; i++) {
		const struct value *id = &obligations->items[i].policy->id;
		struct diagnostic *d;
		uint32_t first;

		if (id->text == NULL || *id->text == '\0')
			continue;
		first = names_add(names, id->text, (uint32_t)i);
		if (first == i)
			continue;
		d = diagnostic_add(obligations->diagnostics,
		    CHECK_STRUCT_DUPLICATE, id->at,
		    "a policy with the id '%s' is already there", id->text);
		diagnostic_also(d, obligations->items[first].policy->id.at,
		    "the first one");
		diagnostic_help(d, "give one of them another id");
	}
}

static const struct obligation *
find(const struct obligations *obligations, const char *id)
{
	for (size_t i = 0; i < obligations->n; i++)
		if (obligations->items[i].policy->id.text != NULL &&
		    strcmp(obligations->items[i].policy->id.text, id) == 0)
			return &obligations->items[i];
	return NULL;
}

static void
refuse_allow(const struct obligations *obligations, const struct allow *allow,
    const struct policy *policy)
{
	struct diagnostic *d =
	    diagnostic_add(obligations->diagnostics, CHECK_STRUCT_VALUE,
		allow->rule.at, "'%s' cannot be allowed", allow->rule.text);

	diagnostic_label(d, "what it finds is forbidden");
	diagnostic_also(d, policy->level_given.at, "here");
	diagnostic_help(d, "correct what the policy finds");
}

static void
refuse_stranger(struct arena *arena, const struct obligations *obligations,
    const struct allow *allow)
{
	const char **ids = arena_array(arena, obligations->n, sizeof(char *));
	const char *id = allow->rule.text + strlen(ALLOW_POLICY);
	struct diagnostic *d;
	const char *meant;
	size_t n = 0;

	for (size_t i = 0; i < obligations->n; i++)
		if (obligations->items[i].policy->id.text != NULL)
			ids[n++] = obligations->items[i].policy->id.text;
	meant = did_you_mean(id, ids, n);
	d = diagnostic_add(obligations->diagnostics, CHECK_STRUCT_VALUE,
	    allow->rule.at, "no policy has the id '%s'", id);
	if (meant != NULL) {
		diagnostic_label(
		    d, "did you mean '" ALLOW_POLICY "%s'?", meant);
		diagnostic_edit(
		    d, FIX_UNSAFE, allow->rule.at, ALLOW_POLICY "%s", meant);
	}
	diagnostic_help(d, "remove it, or name a policy that there is");
}

/* A policy that is not here may be in a file that was not given, unless one
 * was. */
static void
check_allows(struct arena *arena, const struct obligations *obligations,
    const struct allows *allows, bool are_all_here)
{
	for (size_t i = 0; i < allows->n; i++) {
		const struct allow *allow = &allows->items[i];
		const struct obligation *found;

		if (allow->rule.text == NULL ||
		    strncmp(allow->rule.text, ALLOW_POLICY,
			strlen(ALLOW_POLICY)) != 0)
			continue;
		found =
		    find(obligations, allow->rule.text + strlen(ALLOW_POLICY));
		if (found == NULL && are_all_here)
			refuse_stranger(arena, obligations, allow);
		if (found != NULL && found->policy->level == LEVEL_FORBID)
			refuse_allow(obligations, allow, found->policy);
	}
}

static void
check_all_allows(struct arena *arena, const struct obligations *obligations,
    bool are_all_here)
{
	const struct model *model = obligations->model;

	check_allows(arena, obligations, &model->allows, are_all_here);
	for (size_t i = 0; i < model->stages.n; i++) {
		const struct stage *stage = &model->stages.items[i];

		check_allows(arena, obligations, &stage->allows, are_all_here);
		for (size_t k = 0; k < stage->actions.n; k++)
			check_allows(arena, obligations,
			    &stage->actions.items[k].allows, are_all_here);
	}
}

/* Adds policies up to the limit. */
static void
add(struct obligations *obligations, const struct policies *policies,
    bool is_elsewhere)
{
	for (size_t i = 0; i < policies->n; i++) {
		struct diagnostic *d;

		if (obligations->n == POLICIES_MAX) {
			d = diagnostic_add(obligations->diagnostics,
			    CHECK_STRUCT_LIMIT, policies->items[i].at,
			    "more than %d policies", POLICIES_MAX);
			diagnostic_label(d, "limit POLICIES_MAX");
			diagnostic_help(d, "let one select what several do");
			return;
		}
		obligations->items[obligations->n++] = (struct obligation){
			.policy = &policies->items[i],
			.is_elsewhere = is_elsewhere,
		};
	}
}

struct obligations *
policies_resolve(struct arena *arena, const struct model *model,
    const struct policies *const *others, size_t nothers, const char *today,
    struct diagnostics *diagnostics)
{
	struct obligations *obligations =
	    arena_alloc(arena, sizeof *obligations);
	struct resolving r = { .arena = arena, .obligations = obligations };
	size_t n = model->policies.n;

	for (size_t i = 0; i < nothers; i++)
		n += others[i]->n;
	*obligations = (struct obligations){
		.items = arena_array(arena, n < POLICIES_MAX ? n : POLICIES_MAX,
		    sizeof *obligations->items),
		.model = model,
		.diagnostics = diagnostics,
		.today = today,
	};
	add(obligations, &model->policies, false);
	for (size_t i = 0; i < nothers; i++)
		add(obligations, others[i], true);
	check_ids(obligations, arena);
	check_all_allows(arena, obligations, nothers > 0);
	if (obligations->n > 0)
		r.roster = roster_new(arena, model);
	for (size_t i = 0; i < obligations->n; i++)
		policy_resolve(&r, &obligations->items[i]);
	return obligations;
}
