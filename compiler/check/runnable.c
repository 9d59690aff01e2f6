/*
 * What a model may say and the runtime cannot do yet. It is refused by name when something runnable is made, because
 * leaving it out would change what the pipeline means: run-unsupported, and
 * nothing else.
 */
#include <string.h>

#include "base/diagnostic.h"
#include "check.h"
#include "model/model.h"

/* A part of the language that is ahead of what can be done. */
static void
refuse(struct diagnostics *diagnostics, struct span at, const char *what,
    const char *help)
{
	struct diagnostic *d = diagnostic_add(diagnostics,
	    CHECK_RUN_UNSUPPORTED, at, "%s cannot be run yet", what);

	diagnostic_label(d, "kept in the model");
	diagnostic_help(d, "%s", help);
}

static void
refuse_value(struct diagnostics *diagnostics, const struct value *value,
    const char *what, const char *help)
{
	if (value->text != NULL)
		refuse(diagnostics, value->at, what, help);
}

/* Parameters of an approval that nobody enforces. */
static void
refuse_decisions(struct diagnostics *diagnostics, const struct action *action)
{
	static const char anybody[] = "remove it: whoever may write to the "
				      "state directory may approve";
	static const struct {
		const char *name;
		const char *harmless; /* the value that asks for nothing */
		const char *what;
		const char *help;
	} decisions[] = {
		{ "by", NULL, "a list of who may approve", anybody },
		{ "not", NULL, "a list of who may not approve", anybody },
		{ "count", "1", "an approval by several people",
		    "remove it, and add an <approval> for each of them" },
		{ "notify", NULL, "the notification of an approver",
		    "remove it: 'status' says what waits for a decision" },
		{ "link", NULL, "a link for the approver",
		    "write it into the text of the approval" },
	};

	for (size_t i = 0; i < sizeof(decisions) / sizeof(*decisions); i++) {
		const struct parameter *given =
		    parameter_find(&action->parameters, decisions[i].name);

		if (given == NULL || given->value.text == NULL ||
		    (decisions[i].harmless != NULL &&
			strcmp(given->value.text, decisions[i].harmless) == 0))
			continue;
		refuse(diagnostics, given->value.at, decisions[i].what,
		    decisions[i].help);
	}
}

/* What actions and rules have in common. */
static void
refuse_surroundings(struct diagnostics *diagnostics, const struct value *role,
    const struct value *region, const struct parameters *env)
{
	refuse_value(diagnostics, role, "a role",
	    "remove it: all runs as the user who runs the pipeline");
	refuse_value(diagnostics, region, "a region",
	    "remove it: all runs on this machine");
	for (size_t i = 0; i < env->n; i++)
		if (env->items[i].type.text != NULL &&
		    strcmp(env->items[i].type.text, "PLAINTEXT") != 0)
			refuse(diagnostics, env->items[i].type.at,
			    "a variable from a secrets manager",
			    "name a <secret> of the pipeline instead: "
			    "secret=\"...\"");
}

static void
refuse_rules(struct diagnostics *diagnostics, const struct condition *condition)
{
	for (size_t i = 0; i < condition->rules.n; i++) {
		const struct rule *rule = &condition->rules.items[i];

		refuse_surroundings(
		    diagnostics, &rule->role, &rule->region, &rule->env);
	}
}

static void
refuse_action(struct diagnostics *diagnostics, const struct action *action)
{
	const struct parameter *interval =
	    parameter_find(&action->parameters, "interval");

	if (action->category == SW_CATEGORY_APPROVAL)
		refuse_decisions(diagnostics, action);
	if (action->category == SW_CATEGORY_SOURCE && interval != NULL)
		refuse_value(diagnostics, &interval->value,
		    "an interval of one source",
		    "remove it: all sources are watched alike");
	refuse_surroundings(
	    diagnostics, &action->role, &action->region, &action->env);
	if (action->version.text != NULL &&
	    strcmp(action->version.text, "1") != 0)
		refuse(diagnostics, action->version.at,
		    "another version of a provider",
		    "remove it: a provider has one version, the installed one");
}

static void
refuse_triggers(
    struct diagnostics *diagnostics, const struct triggers *triggers)
{
	for (size_t i = 0; i < triggers->n; i++)
		for (size_t j = 0; j < triggers->items[i].filters.n; j++) {
			const struct filter *filter =
			    &triggers->items[i].filters.items[j];

			if (filter->is_pull_request)
				refuse(diagnostics, filter->at,
				    "a trigger by pull requests",
				    "use <push>: a repository alone knows no "
				    "pull requests");
		}
}

void
check_runnable(const struct model *model, struct diagnostics *diagnostics)
{
	refuse_value(diagnostics, &model->role, "a role",
	    "remove it: a pipeline runs as the user who runs it");
	for (size_t i = 0; i < model->stores.n; i++)
		refuse(diagnostics, model->stores.items[i].at,
		    "an artifact store of its own",
		    "remove it: artifacts are kept in the state directory");
	refuse_triggers(diagnostics, &model->triggers);
	for (size_t i = 0; i < model->stages.n; i++) {
		const struct stage *stage = &model->stages.items[i];

		refuse_rules(diagnostics, &stage->before_entry);
		refuse_rules(diagnostics, &stage->on_success);
		refuse_rules(diagnostics, &stage->on_failure);
		for (size_t k = 0; k < stage->actions.n; k++)
			refuse_action(diagnostics, &stage->actions.items[k]);
	}
}
