/*
 * Providers: does the one that an action names do this kind of action, and is
 * it given what it needs? Judged by the table of model/provider.c; of a
 * plug-in only its kind of action is known.
 */
#include "model/provider.h"
#include "base/correction.h"

#include <string.h>
#include <strings.h>

#include "checking.h"
#include "rule.h"

/* A plug-in is an executable stagewright-provider-NAME. */
static bool
is_plugin_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-";

	return *name != '\0' && name[strspn(name, allowed)] == '\0';
}

const char *
meant_provider(const char *name)
{
	const struct provider_facts *known;

	for (size_t i = 0; (known = provider_facts_at(i)) != NULL; i++)
		if (strcasecmp(known->name, name) == 0)
			return known->name;
	/* Short names of plug-ins are near to each other by chance. */
	if (strlen(name) < 6)
		return NULL;
	for (size_t i = 0; (known = provider_facts_at(i)) != NULL; i++) {
		size_t length = strlen(known->name), other = strlen(name);

		if (length + 1 >= other && other + 1 >= length &&
		    did_you_mean(name, &known->name, 1) != NULL)
			return known->name;
	}
	return NULL;
}

/* "a <build>", "an <approval>" */
static const char *
with_article(struct checking *c, enum sw_category category)
{
	const char *element = category_element(category);

	return arena_printf(c->arena, "%s <%s>",
	    strchr("aeiou", *element) != NULL ? "an" : "a", element);
}

const char *
list_providers(struct checking *c, enum sw_category category)
{
	const struct provider_facts *known;
	const char *list = "";

	for (size_t i = 0; (known = provider_facts_at(i)) != NULL; i++)
		if ((known->categories & 1u << category) != 0)
			list = arena_printf(c->arena, "%s%s'%s'", list,
			    *list != '\0' ? ", " : "", known->name);
	if (category == SW_CATEGORY_APPROVAL)
		return list;
	return arena_printf(
	    c->arena, "%s%sa plug-in", list, *list != '\0' ? " or " : "");
}

static void
report_category(struct checking *c, enum check_id id, uint32_t index)
{
	const struct action *action = c->flow->actions[index].action;
	struct diagnostic *d = REPORT(c, id, scope_of_action(c->flow, index),
	    place_or(action->provider, action->at),
	    "provider '%s' cannot do %s", action->provider.text,
	    with_article(c, action->category));

	diagnostic_help(d, "%s is done by %s",
	    with_article(c, action->category),
	    list_providers(c, action->category));
}

static void
report_missing(struct checking *c, enum check_id id, uint32_t index)
{
	const struct action *action = c->flow->actions[index].action;
	const char *name = action->provider.text;
	const char *meant = meant_provider(name);
	struct diagnostic *d;

	if (meant == NULL && is_plugin_name(name))
		return;
	d = REPORT(c, id, scope_of_action(c->flow, index),
	    place_or(action->provider, action->at),
	    meant != NULL ? "no provider has the name '%s'"
			  : "'%s' cannot be the name of a provider",
	    name);
	if (meant != NULL)
		correction_meant(d, action->provider.at, meant);
	diagnostic_help(d, "%s is done by %s%s",
	    with_article(c, action->category),
	    list_providers(c, action->category),
	    meant == NULL
		? "; a plug-in's name has letters, digits, '_' and '-' alone"
		: "");
}

/* Built-in providers stand for AWS's own; others are somebody else's. */
static void
check_owner(struct checking *c, enum check_id id, uint32_t index)
{
	const struct action *action = c->flow->actions[index].action;
	struct diagnostic *d;

	if (action->owner.text == NULL ||
	    strcmp(action->owner.text, "AWS") == 0)
		return;
	d = REPORT(c, id, scope_of_action(c->flow, index), action->owner.at,
	    "provider '%s' is built in: it has no owner '%s'",
	    action->provider.text, action->owner.text);
	diagnostic_help(d, "remove the owner, or name a plug-in");
}

static void
check_providers(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;
		const struct provider_facts *known;

		if (action->provider.text == NULL)
			continue;
		known = provider_facts(action->provider.text);
		if (known == NULL && action->category != SW_CATEGORY_APPROVAL)
			report_missing(c, id, i);
		else if (known == NULL ||
			 (known->categories & 1u << action->category) == 0)
			report_category(c, id, i);
		else
			check_owner(c, id, i);
	}
}

/* Providers of CodePipeline that it has retired; a model that was carried
 * over may still name them. */
static const struct {
	const char *name;
	const char *why;
	const char *instead;
} retired[] = {
	{ "GitHub", "GitHub (version 1) signs in with OAuth tokens",
	    "write provider=\"Git\" with the url of the repository" },
	{ "OpsWorks", "AWS OpsWorks Stacks ended in 2024",
	    "write provider=\"Directory\", or <run> lines that deploy" },
};

static void
check_deprecated(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;

		for (size_t j = 0; action->provider.text != NULL &&
				   j < sizeof(retired) / sizeof(*retired);
		     j++) {
			struct diagnostic *d;

			if (strcmp(retired[j].name, action->provider.text) != 0)
				continue;
			d = REPORT(c, id, scope_of_action(c->flow, i),
			    place_or(action->provider, action->at),
			    "provider '%s' is retired", retired[j].name);
			diagnostic_label(d, "%s", retired[j].why);
			diagnostic_help(d, "%s", retired[j].instead);
		}
	}
}

/* The facts if the provider is built in and does this kind of action. */
static const struct provider_facts *
facts_of(const struct action *action)
{
	const struct provider_facts *known;

	if (action->provider.text == NULL)
		return NULL;
	known = provider_facts(action->provider.text);
	if (known == NULL || (known->categories & 1u << action->category) == 0)
		return NULL;
	return known;
}

static struct diagnostic *
report_lack(
    struct checking *c, enum check_id id, uint32_t index, const char *what)
{
	const struct action *action = c->flow->actions[index].action;

	return REPORT(c, id, scope_of_action(c->flow, index), action->at,
	    "action '%s' has no %s",
	    action->name.text != NULL ? action->name.text : "?", what);
}

static void
check_required_parameters(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;
		const struct provider_facts *known = facts_of(action);

		for (const struct provider_parameter *p =
			 known != NULL ? known->parameters : NULL;
		     p != NULL && p->name != NULL; p++)
			if (p->required != NULL &&
			    parameter_find(&action->parameters, p->name) ==
				NULL)
				diagnostic_help(report_lack(c, id, i, p->name),
				    "add %s=\"...\": %s", p->name, p->required);
	}
}

static void
check_commands(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;
		const struct provider_facts *known = facts_of(action);

		if (known != NULL && known->runs && action->run.n == 0)
			diagnostic_help(report_lack(c, id, i, "command"),
			    "add <run>...</run>: provider '%s' runs them",
			    known->name);
	}
}

void
report_unknown_parameter(struct checking *c, struct scope scope,
    const struct provider_facts *known, const struct parameter *parameter)
{
	const char *candidates[8] = { NULL };
	const char *meant, *list = "";
	struct diagnostic *d;
	size_t n = 0;

	for (; known->parameters[n].name != NULL; n++) {
		candidates[n] = known->parameters[n].name;
		list = arena_printf(c->arena, "%s%s'%s'", list,
		    n > 0 ? ", " : "", candidates[n]);
	}
	meant = did_you_mean(parameter->name.text, candidates, n);
	d = REPORT(c, CHECK_STRUCT_UNKNOWN, scope,
	    place_or(parameter->name, parameter->at),
	    "provider '%s' has no parameter '%s'", known->name,
	    parameter->name.text);
	if (meant != NULL)
		correction_meant(d, parameter->name.at, meant);
	if (n > 0)
		diagnostic_help(d, "it has %s", list);
	else
		diagnostic_help(d, "remove it");
}

static void
report_unread(struct checking *c, enum check_id id, uint32_t index,
    const struct provider_facts *known, const char *what, struct span at)
{
	struct diagnostic *d = REPORT(c, id, scope_of_action(c->flow, index),
	    at, "provider '%s' has no use for %s", known->name, what);
	const enum sw_category category =
	    c->flow->actions[index].action->category;

	/* Commands does neither. */
	if (category != SW_CATEGORY_SOURCE && category != SW_CATEGORY_APPROVAL)
		diagnostic_help(
		    d, "remove it, or let provider=\"Commands\" do the action");
	else
		diagnostic_help(d, "remove it");
}

/* What is for commands alone, in an action that runs none. */
static void
check_unread(struct checking *c, enum check_id id, uint32_t index,
    const struct provider_facts *known)
{
	const struct action *action = c->flow->actions[index].action;
	struct span at;
	const char *confined = confinement_given(&action->confinement, &at);

	if (confined != NULL)
		report_unread(c, id, index, known, confined, at);
	if (action->shell.text != NULL)
		report_unread(c, id, index, known, "'shell'",
		    place_or(action->shell, action->at));
	if (action->run.n > 0)
		report_unread(c, id, index, known, "<run>",
		    place_or(action->run.items[0], action->at));
	if (action->env.n > 0)
		report_unread(
		    c, id, index, known, "<env>", action->env.items[0].at);
	if (action->exports.n > 0)
		report_unread(c, id, index, known, "<export>",
		    place_or(action->exports.items[0], action->at));
}

static void
check_unknown_parameters(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;
		const struct provider_facts *known = facts_of(action);

		if (known == NULL)
			continue;
		for (size_t j = 0; j < action->parameters.n; j++) {
			const struct parameter *parameter =
			    &action->parameters.items[j];

			if (parameter->name.text != NULL &&
			    provider_parameter(known, parameter->name.text) ==
				NULL)
				report_unknown_parameter(c,
				    scope_of_action(c->flow, i), known,
				    parameter);
		}
		if (!known->runs)
			check_unread(c, id, i, known);
	}
}

/* Parameters of which only one can be given. */
static void
check_choices(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;
		const struct provider_facts *known = facts_of(action);
		const struct parameter *chosen = NULL;

		for (size_t j = 0; known != NULL && j < action->parameters.n;
		     j++) {
			const struct parameter *given =
			    &action->parameters.items[j];
			const struct provider_parameter *p =
			    given->name.text
				? provider_parameter(known, given->name.text)
				: NULL;
			struct diagnostic *d;

			if (p == NULL || p->choice == 0)
				continue;
			if (chosen == NULL) {
				chosen = given;
				continue;
			}
			d = REPORT(c, id, scope_of_action(c->flow, i),
			    place_or(given->value, given->at),
			    "both '%s' and '%s' are given", chosen->name.text,
			    given->name.text);
			diagnostic_also(d, place_or(chosen->value, chosen->at),
			    "the other one");
			diagnostic_help(d, "keep one of them");
		}
	}
}

struct count {
	const char *what; /* "input", "output" */
	size_t n;
	uint32_t min, max;
	struct span at; /* of the first thing too many */
};

static void
check_count(struct checking *c, enum check_id id, uint32_t index,
    const struct count *count)
{
	const struct action *action = c->flow->actions[index].action;
	const char *provider = action->provider.text;
	struct diagnostic *d;

	if (count->n >= count->min && count->n <= count->max)
		return;
	if (count->n < count->min) {
		d = REPORT(c, id, scope_of_action(c->flow, index), action->at,
		    "'%s' has no %s artifact", action_name(c, index),
		    count->what);
		diagnostic_help(d, "provider '%s' needs %s: add <%s>NAME</%s>",
		    provider, count->max == 1 ? "one" : "at least one",
		    count->what, count->what);
		return;
	}
	d = REPORT(c, id, scope_of_action(c->flow, index), count->at,
	    count->max == 0 ? "'%s' has an %s artifact"
			    : "'%s' has more than one %s artifact",
	    action_name(c, index), count->what);
	diagnostic_label(d, "%s by '%s' has %s",
	    with_article(c, action->category), provider,
	    count->max == 0 ? "none" : "one");
	diagnostic_help(d, "remove the <%s>", count->what);
}

static void
check_counts(struct checking *c, enum check_id id)
{
	/* Whatever the plug-in: a source reads nothing and gives something. */
	static const struct provider_facts foreign_source = {
		.outputs_min = 1,
		.outputs_max = ANY_NUMBER,
	};

	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;
		const struct provider_facts *known = facts_of(action);

		if (known == NULL && action->provider.text != NULL &&
		    provider_facts(action->provider.text) == NULL &&
		    action->category == SW_CATEGORY_SOURCE)
			known = &foreign_source;
		if (known == NULL)
			continue;
		check_count(c, id, i,
		    &(struct count){ "input", action->inputs.n,
			known->inputs_min, known->inputs_max,
			action->inputs.n > known->inputs_max
			    ? action->inputs.items[known->inputs_max].at
			    : action->at });
		check_count(c, id, i,
		    &(struct count){ "output", action->outputs.n,
			known->outputs_min, known->outputs_max,
			action->outputs.n > known->outputs_max
			    ? place_or(action->outputs.items[known->outputs_max]
					   .name,
				  action->outputs.items[known->outputs_max].at)
			    : action->at });
	}
}

static const struct check table[] = {
	{ CHECK_STRUCT_PROVIDER, check_providers, NEEDS_PARTS },
	{ CHECK_STRUCT_DEPRECATED, check_deprecated, NEEDS_PARTS },
	{ CHECK_STRUCT_REQUIRED, check_required_parameters, NEEDS_PARTS },
	{ CHECK_STRUCT_REQUIRED, check_commands, NEEDS_WHOLE },
	{ CHECK_STRUCT_UNKNOWN, check_unknown_parameters, NEEDS_PARTS },
	{ CHECK_STRUCT_VALUE, check_choices, NEEDS_PARTS },
	{ CHECK_ART_COUNT, check_counts, NEEDS_WHOLE },
};

const struct checks provider_checks = CHECKS(table);
