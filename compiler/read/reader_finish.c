/*
 * What the table of the language cannot say about an element: words that
 * become enums, and defaults that depend on others.
 */
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "model/provider.h"
#include "reader_value.h"

static struct span
span_of_tag(const struct reader *reader, const struct node *node)
{
	return (struct span){ reader->file, node->begin,
		node->begin + node->name_offset + node->name_length };
}

static bool
is_text(const struct value *value, const char *text)
{
	return value->text != NULL && strcmp(value->text, text) == 0;
}

static void
finish_pipeline(struct model *model)
{
	if (is_text(&model->mode_written, "QUEUED"))
		model->mode = SW_MODE_QUEUED;
	else if (is_text(&model->mode_written, "PARALLEL"))
		model->mode = SW_MODE_PARALLEL;
	if (model->max_executions.n == 0 && model->mode != SW_MODE_SUPERSEDED)
		model->max_executions.n = EXECUTIONS_USUAL;
}

/* An action is in its stage's environment unless it names one. */
static void
finish_stage(struct stage *stage)
{
	for (size_t i = 0; i < stage->actions.n; i++)
		if (stage->actions.items[i].environment.text == NULL)
			stage->actions.items[i].environment =
			    stage->environment;
}

static void
finish_attempts(struct action *action)
{
	if (action->retries.n > 0 && action->backoff_ms.n == 0)
		action->backoff_ms.n = BACKOFF_USUAL_MS;
	action->is_idempotent = is_text(&action->idempotent, "true");
	if (is_text(&action->on_unknown_written, "fail"))
		action->on_unknown = UNKNOWN_FAILS;
	else if (is_text(&action->on_unknown_written, "retry"))
		action->on_unknown = UNKNOWN_RETRIES;
}

static void
finish_action(
    struct reader *reader, enum element_id element, struct action *action)
{
	struct diagnostic *d;

	action->category = (enum sw_category)(element - ELEMENT_SOURCE);
	finish_attempts(action);
	if (action->provider.text == NULL)
		action->provider.text = provider_default(action->category);
	if (action->provider.text != NULL)
		return;
	d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_REQUIRED,
	    action->at, "action '%s' has no provider",
	    action->name.text != NULL ? action->name.text : "?");
	diagnostic_help(
	    d, "add provider=\"...\": an <invoke> has no usual one");
	reader->is_incomplete = true;
}

/* The text of a rule is its first command. */
static void
finish_rule(struct reader *reader, struct rule *rule)
{
	struct value *items;

	if (rule->text.text == NULL)
		return;
	items = arena_array(reader->arena, rule->run.n + 1, sizeof *items);
	items[0] = rule->text;
	if (rule->run.n > 0)
		memcpy(items + 1, rule->run.items, rule->run.n * sizeof *items);
	rule->run.items = items;
	rule->run.n++;
}

static void
finish_condition(struct reader *reader, const struct node *node,
    enum element_id element, struct condition *condition)
{
	static const char *const results[] = {
		[RESULT_NONE] = "",
		[RESULT_FAIL] = "FAIL",
		[RESULT_SKIP] = "SKIP",
		[RESULT_ROLLBACK] = "ROLLBACK",
		[RESULT_RETRY] = "RETRY",
	};
	struct diagnostic *d;

	for (int i = RESULT_FAIL; i <= RESULT_RETRY; i++)
		if (is_text(&condition->result_written, results[i]))
			condition->result = (enum condition_result)i;
	if (element == ELEMENT_ON_FAILURE || condition->rules.n > 0)
		return;
	d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_REQUIRED,
	    span_of_tag(reader, node), "<%s> has no <rule>",
	    grammar_element(element)->name);
	diagnostic_help(d, "add <rule name=\"...\" provider=\"...\"/>");
}

static void
finish_policy(enum element_id element, struct policy *policy)
{
	static const struct {
		const char *word;
		enum policy_level level;
	} levels[] = {
		{ "note", LEVEL_NOTE },
		{ "warn", LEVEL_WARN },
		{ "error", LEVEL_ERROR },
		{ "forbid", LEVEL_FORBID },
	};

	policy->kind = (enum policy_kind)(element - ELEMENT_PRECEDE);
	policy->level = LEVEL_ERROR;
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (is_text(&policy->level_given, levels[i].word))
			policy->level = levels[i].level;
	if (is_text(&policy->same_given, "revision"))
		policy->same = SAME_REVISION;
	else if (is_text(&policy->same_given, "artifact"))
		policy->same = SAME_ARTIFACT;
	if (is_text(&policy->on_given, "succeeded"))
		policy->on = ON_SUCCEEDED;
	else if (is_text(&policy->on_given, "failed"))
		policy->on = ON_FAILED;
}

static void
finish_lint_rule(struct lint_rule *rule)
{
	static const char *const words[] = {
		[LINT_OFF] = "off",
		[LINT_NOTE] = "note",
		[LINT_WARNING] = "warning",
		[LINT_ERROR] = "error",
	};

	for (int i = LINT_OFF; i <= LINT_ERROR; i++)
		if (is_text(&rule->level_given, words[i]))
			rule->level = (enum lint_level)i;
}

static void
finish_preset(struct preset *preset)
{
	if (is_text(&preset->name, "strict"))
		preset->kind = PRESET_STRICT;
	else if (is_text(&preset->name, "audit"))
		preset->kind = PRESET_AUDIT;
}

static void
finish_step(struct reader *reader, const struct node *node,
    enum element_id element, struct step *step)
{
	_Static_assert(ELEMENT_EXPECT - ELEMENT_START == (int)STEP_EXPECT,
	    "the same order");

	step->kind = (enum step_kind)(element - ELEMENT_START);
	step->element.text = grammar_element(element)->name;
	step->element.at = span_of_tag(reader, node);
	step->element.at.begin += node->name_offset;
}

void
reader_finish(struct reader *reader, const struct node *node,
    enum element_id element, void *target)
{
	if (element == ELEMENT_PIPELINE)
		finish_pipeline(target);
	else if (element == ELEMENT_STAGE)
		finish_stage(target);
	else if (element >= ELEMENT_SOURCE && element <= ELEMENT_COMPUTE)
		finish_action(reader, element, target);
	else if (element == ELEMENT_RULE)
		finish_rule(reader, target);
	else if (element >= ELEMENT_BEFORE_ENTRY &&
		 element <= ELEMENT_ON_FAILURE)
		finish_condition(reader, node, element, target);
	else if (element == ELEMENT_PULL_REQUEST)
		((struct filter *)target)->is_pull_request = true;
	else if (element >= ELEMENT_PRECEDE && element <= ELEMENT_ONLY)
		finish_policy(element, target);
	else if (element == ELEMENT_LINT_RULE)
		finish_lint_rule(target);
	else if (element == ELEMENT_PRESET)
		finish_preset(target);
	else if (element >= ELEMENT_START && element <= ELEMENT_EXPECT)
		finish_step(reader, node, element, target);
}

/* Built-in providers that run no commands have nothing to be kept from. */
static void
inherit_sandbox(const struct model *model, const char *provider,
    struct confinement *confinement)
{
	const struct provider_facts *known =
	    provider != NULL ? provider_facts(provider) : NULL;

	if (confinement->sandbox.text != NULL ||
	    (known != NULL && !known->runs))
		return;
	confinement->sandbox = model->sandbox;
	if (model->sandbox.text == NULL)
		confinement->sandbox.text = "none";
}

static void
inherit_of_rules(const struct model *model, struct condition *condition)
{
	for (size_t i = 0; i < condition->rules.n; i++)
		inherit_sandbox(model, condition->rules.items[i].provider.text,
		    &condition->rules.items[i].confinement);
}

void
reader_inherit(struct model *model)
{
	for (size_t i = 0; i < model->stages.n; i++) {
		struct stage *stage = &model->stages.items[i];

		for (size_t k = 0; k < stage->actions.n; k++)
			inherit_sandbox(model,
			    stage->actions.items[k].provider.text,
			    &stage->actions.items[k].confinement);
		inherit_of_rules(model, &stage->before_entry);
		inherit_of_rules(model, &stage->on_success);
		inherit_of_rules(model, &stage->on_failure);
	}
}
