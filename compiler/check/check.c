/*
 * Runs the tables of checks over a model, and holds what they share: whose a
 * finding is, what is allowed, how things are called. Input: a model; output:
 * findings. Decides nothing about the language.
 */
#include "check.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "checking.h"
#include "limits.h"
#include "lint.h"
#include "unused.h"

/* The last one is about what the others have silenced. */
static const struct checks *const tables[] = {
	&allow_checks,
	&lint_checks,
	&structure_checks,
	&limit_checks,
	&name_checks,
	&provider_checks,
	&order_checks,
	&artifact_checks,
	&provenance_checks,
	&variable_checks,
	&secret_checks,
	&literal_checks,
	&trigger_checks,
	&rule_checks,
	&window_checks,
	&again_checks,
	&sandbox_checks,
	&gate_checks,
	&approver_checks,
	&deploy_checks,
	&scenario_checks,
	&unused_checks,
};

/* What a check works with goes when it is done: for a large model that is a
 * multiple of the model. Findings have an arena of their own. */
static void
run_check(struct checking *c, const struct check *check)
{
	c->arena = arena_new();
	check->run(c, check->id);
	allow_uses_judge(c->uses, check->id);
	arena_free(c->arena);
	c->arena = NULL;
}

void
check_model(const struct model *model, const char *today,
    struct diagnostics *diagnostics)
{
	struct arena *arena = arena_new();
	struct checking c = {
		.model = model,
		.flow = flow_new(arena, model),
		.diagnostics = diagnostics,
		.uses = allow_uses_new(arena, model),
		.suggestions = LIMIT_SUGGESTIONS,
		.comparisons = LIMIT_COMPARISONS,
		.today = today,
	};

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		for (size_t j = 0; j < tables[i]->n; j++)
			if (!model->is_incomplete ||
			    tables[i]->items[j].need == NEEDS_PARTS)
				run_check(&c, &tables[i]->items[j]);
	arena_free(arena);
}

struct scope
scope_of_reader(const struct flow *flow, const struct flow_reader *reader)
{
	if (reader->action == FLOW_NONE)
		return (struct scope){ reader->stage, NULL };
	return scope_of_action(flow, reader->action);
}

struct scope
scope_of_action(const struct flow *flow, uint32_t action)
{
	return (struct scope){ flow->actions[action].stage,
		flow->actions[action].action };
}

bool
check_is_allowable(enum check_id id)
{
	static const enum check_id matters_of_judgement[] = {
		CHECK_VAR_INJECTION,
		CHECK_ORDER_UNREACHABLE,
		CHECK_SEC_LITERAL,
		CHECK_SEC_UNTRUSTED,
		CHECK_GATE_AFTER,
		CHECK_GATE_PARALLEL,
		CHECK_GATE_TIMEOUT_PASSES,
		CHECK_GATE_BYPASS,
		CHECK_TRIG_PR_TO_PROD,
	};

	if (check_info(id)->severity != SEVERITY_ERROR)
		return true;
	for (size_t i = 0;
	     i < sizeof matters_of_judgement / sizeof *matters_of_judgement;
	     i++)
		if (matters_of_judgement[i] == id)
			return true;
	return false;
}

bool
check_leaves_open(enum check_id id)
{
	switch (id) {
	case CHECK_XML_READ:
	case CHECK_XML_SYNTAX:
	case CHECK_XML_ENCODING:
	case CHECK_XML_DOCTYPE:
	case CHECK_XML_LIMIT:
	case CHECK_STRUCT_UNKNOWN:
	case CHECK_STRUCT_REQUIRED:
	case CHECK_STRUCT_VALUE:
	case CHECK_STRUCT_STAGES:
	case CHECK_STRUCT_EMPTY_STAGE:
	case CHECK_STRUCT_LIMIT:
	case CHECK_STRUCT_DUPLICATE:
	case CHECK_TRIG_GLOB:
	case CHECK_TRIG_CRON:
	case CHECK_COND_RESULT:
	case CHECK_COND_MODE:
	case CHECK_ROLLBACK_SOURCE:
	case CHECK_RETRY_DECISION:
	case CHECK_MODE_LIMIT:
		return true;
	default:
		return false;
	}
}

static bool
has_ended(const struct allow *allow, const char *today)
{
	/* Dates of this form compare as texts; malformed ones are reported. */
	return allow->until.text != NULL && *allow->until.text != '\0' &&
	       strcmp(allow->until.text, today) < 0;
}

bool
check_has_ended(const struct checking *c, const struct allow *allow)
{
	return has_ended(allow, c->today);
}

static const struct allow *
find_allow(const struct allows *allows, const char *rule, const char *today)
{
	for (size_t i = 0; i < allows->n; i++)
		if (allows->items[i].rule.text != NULL &&
		    !has_ended(&allows->items[i], today) &&
		    strcmp(allows->items[i].rule.text, rule) == 0)
			return &allows->items[i];
	return NULL;
}

const struct allow *
check_find_allow(const struct model *model, const struct stage *stage,
    const struct action *action, const char *rule, const char *today)
{
	const struct allow *allow = NULL;

	if (action != NULL)
		allow = find_allow(&action->allows, rule, today);
	if (allow == NULL && stage != NULL)
		allow = find_allow(&stage->allows, rule, today);
	if (allow == NULL)
		allow = find_allow(&model->allows, rule, today);
	return allow;
}

static const char *
environment_of(struct scope scope)
{
	if (scope.action != NULL && scope.action->environment.text != NULL)
		return scope.action->environment.text;
	return scope.stage != NULL ? scope.stage->environment.text : NULL;
}

struct diagnostic *
checking_report(struct checking *c, enum check_id id, struct scope scope,
    struct span at, const char *format, ...)
{
	const enum lint_level level =
	    lint_level(&c->model->lints, id, environment_of(scope));
	const struct allow *allow = NULL;
	struct diagnostic *d;
	va_list arguments;

	if (check_is_allowable(id))
		allow = check_find_allow(c->model, scope.stage, scope.action,
		    check_info(id)->name, c->today);
	if (allow != NULL)
		allow_uses_mark(c->uses, allow);
	if (level == LINT_OFF)
		return diagnostic_scrap(c->diagnostics);
	va_start(arguments, format);
	d = diagnostic_vadd_as(c->diagnostics, id,
	    (enum severity)(level - LINT_NOTE), at, format, arguments);
	va_end(arguments);
	if (allow != NULL)
		diagnostic_allow(d, allow->reason.text, allow->at);
	return d;
}

const char *
checking_suggest(struct checking *c, const char *word,
    const char *(*candidate)(const struct checking *c, uint32_t i), uint32_t n)
{
	const char **candidates;
	size_t kept = 0;

	if (c->suggestions == 0 || n == 0)
		return NULL;
	c->suggestions--;
	candidates = arena_array(c->arena, n, sizeof(*candidates));
	for (uint32_t i = 0; i < n; i++) {
		candidates[kept] = candidate(c, i);
		kept += candidates[kept] != NULL;
	}
	return did_you_mean(word, candidates, kept);
}

static const char *
or_unnamed(const char *name)
{
	return name != NULL ? name : "?";
}

const char *
action_name(struct checking *c, uint32_t action)
{
	const struct flow_action *place = &c->flow->actions[action];

	return arena_printf(c->arena, "%s.%s",
	    or_unnamed(place->stage->name.text),
	    or_unnamed(place->action->name.text));
}

const char *
reader_name(struct checking *c, const struct flow_reader *reader)
{
	if (reader->action != FLOW_NONE)
		return action_name(c, reader->action);
	return arena_printf(c->arena, "rule %s of stage %s",
	    or_unnamed(reader->rule->name.text),
	    or_unnamed(reader->stage->name.text));
}

struct span
reference_at(const struct checking *c, const struct flow_reference *reference)
{
	return value_part(diagnostics_sources(c->diagnostics), reference->value,
	    reference->offset, reference->length);
}

struct span
reference_namespace_at(
    const struct checking *c, const struct flow_reference *reference)
{
	return value_part(diagnostics_sources(c->diagnostics), reference->value,
	    reference->offset + 2, strlen(reference->namespace_));
}

struct span
reference_name_at(
    const struct checking *c, const struct flow_reference *reference)
{
	return value_part(diagnostics_sources(c->diagnostics), reference->value,
	    reference->offset + 3 + strlen(reference->namespace_),
	    strlen(reference->name));
}

struct span
place_or(struct value value, struct span element)
{
	return value.text != NULL && span_is_set(value.at) ? value.at : element;
}

bool
is_production_deploy(const struct flow_action *action)
{
	return action->action->category == SW_CATEGORY_DEPLOY &&
	       environment_is_production(action->action->environment.text);
}
