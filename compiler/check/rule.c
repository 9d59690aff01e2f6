/*
 * Rules of conditions: does the provider that a rule names judge, is it given
 * what it needs, and does its outcome depend on anything? Windows are
 * window.c's.
 */
#include "rule.h"
#include "base/correction.h"

#include <regex.h>
#include <string.h>

#include "model/provider.h"
#include "notation/pattern.h"

static void
for_each_of(struct checking *c, enum check_id id, rule_fn judge,
    struct checked_rule place)
{
	for (size_t i = 0; i < place.condition->rules.n; i++) {
		place.rule = &place.condition->rules.items[i];
		place.index = i;
		if (place.rule->provider.text != NULL)
			judge(c, id, &place);
	}
}

void
for_each_rule(struct checking *c, enum check_id id, rule_fn judge)
{
	const struct stages *stages = &c->model->stages;

	for (size_t i = 0; i < stages->n; i++) {
		const struct stage *stage = &stages->items[i];
		struct checked_rule place = { .stage = stage };

		place.condition = &stage->before_entry;
		for_each_of(c, id, judge, place);
		place.condition = &stage->on_success;
		for_each_of(c, id, judge, place);
		place.condition = &stage->on_failure;
		for_each_of(c, id, judge, place);
	}
}

bool
is_judged_by(const struct rule *rule, const char *provider)
{
	return rule->provider.text != NULL &&
	       strcmp(rule->provider.text, provider) == 0;
}

const struct value *
constant_parameter(const struct rule *rule, const char *name)
{
	const struct parameter *given = parameter_find(&rule->parameters, name);

	if (given == NULL || given->value.text == NULL ||
	    strstr(given->value.text, "#{") != NULL)
		return NULL;
	return &given->value;
}

static struct scope
scope_of(const struct checked_rule *place)
{
	return (struct scope){ place->stage, NULL };
}

static const char *
name_of(const struct rule *rule)
{
	return rule->name.text != NULL ? rule->name.text : "?";
}

static bool
judges(const struct provider_facts *known)
{
	return known != NULL &&
	       (known->categories & 1u << SW_CATEGORY_RULE) != 0;
}

/* The facts if the provider is built in and judges. */
static const struct provider_facts *
judge_of(const struct rule *rule)
{
	const struct provider_facts *known =
	    provider_facts(rule->provider.text);

	return judges(known) ? known : NULL;
}

static void
check_provider(
    struct checking *c, enum check_id id, const struct checked_rule *place)
{
	const struct value *provider = &place->rule->provider;
	const struct provider_facts *known = provider_facts(provider->text);
	const char *meant = NULL;
	struct diagnostic *d;

	if (judges(known))
		return;
	if (known == NULL)
		meant = meant_provider(provider->text);
	/* It is a plug-in; what cannot be one the grammar has refused. */
	if (known == NULL && meant == NULL)
		return;
	d = REPORT(c, id, scope_of(place), place_or(*provider, place->rule->at),
	    known != NULL ? "provider '%s' cannot judge a <rule>"
			  : "no provider has the name '%s'",
	    provider->text);
	if (meant != NULL)
		correction_meant(d, provider->at, meant);
	diagnostic_help(
	    d, "a <rule> is judged by %s", list_providers(c, SW_CATEGORY_RULE));
}

static void
check_providers(struct checking *c, enum check_id id)
{
	for_each_rule(c, id, check_provider);
}

static void
check_required_of(
    struct checking *c, enum check_id id, const struct checked_rule *place)
{
	const struct rule *rule = place->rule;
	const struct provider_facts *known = judge_of(rule);

	if (known == NULL)
		return;
	for (const struct provider_parameter *p = known->parameters;
	     p->name != NULL; p++)
		if (p->required != NULL &&
		    parameter_find(&rule->parameters, p->name) == NULL)
			diagnostic_help(
			    REPORT(c, id, scope_of(place), rule->at,
				"rule '%s' has no %s", name_of(rule), p->name),
			    "add %s=\"...\": %s", p->name, p->required);
}

static void
check_required(struct checking *c, enum check_id id)
{
	for_each_rule(c, id, check_required_of);
}

static void
check_commands_of(
    struct checking *c, enum check_id id, const struct checked_rule *place)
{
	const struct rule *rule = place->rule;
	const struct provider_facts *known = judge_of(rule);

	if (known != NULL && known->runs && rule->run.n == 0)
		diagnostic_help(REPORT(c, id, scope_of(place), rule->at,
				    "rule '%s' has no command", name_of(rule)),
		    "write it as the text of the <rule>, or in <run>: "
		    "provider '%s' runs it",
		    known->name);
}

static void
check_commands(struct checking *c, enum check_id id)
{
	for_each_rule(c, id, check_commands_of);
}

/* What is for commands alone, in a rule that runs none. */
static void
report_unread(struct checking *c, enum check_id id,
    const struct checked_rule *place, const char *what, struct span at)
{
	struct diagnostic *d = REPORT(c, id, scope_of(place), at,
	    "provider '%s' has no use for %s", place->rule->provider.text,
	    what);

	diagnostic_help(
	    d, "remove it, or let provider=\"Commands\" judge the rule");
}

static void
check_unknown_of(
    struct checking *c, enum check_id id, const struct checked_rule *place)
{
	const struct rule *rule = place->rule;
	const struct provider_facts *known = judge_of(rule);
	const char *what;
	struct span at;

	for (size_t i = 0; known != NULL && i < rule->parameters.n; i++) {
		const struct parameter *given = &rule->parameters.items[i];

		if (given->name.text != NULL &&
		    provider_parameter(known, given->name.text) == NULL)
			report_unknown_parameter(
			    c, scope_of(place), known, given);
	}
	if (known == NULL || known->runs)
		return;
	what = confinement_given(&rule->confinement, &at);
	if (what != NULL)
		report_unread(c, id, place, what, at);
	if (rule->text.text != NULL)
		report_unread(
		    c, id, place, "a text", place_or(rule->text, rule->at));
	else if (rule->run.n > 0)
		report_unread(c, id, place, "<run>",
		    place_or(rule->run.items[0], rule->at));
	if (rule->env.n > 0)
		report_unread(c, id, place, "<env>", rule->env.items[0].at);
	if (rule->inputs.n > 0)
		report_unread(c, id, place, "<input>",
		    place_or(rule->inputs.items[0], rule->at));
}

static void
check_unknown(struct checking *c, enum check_id id)
{
	for_each_rule(c, id, check_unknown_of);
}

/* Of a <parameter>; an attribute begins with its name, and the grammar has
 * judged it. */
static void
check_operator_of(
    struct checking *c, enum check_id id, const struct checked_rule *place)
{
	static const char *const operators[] = { "EQ", "NE", "CONTAINS",
		"MATCHES" };
	const size_t n = sizeof operators / sizeof *operators;
	const struct parameter *parameter =
	    parameter_find(&place->rule->parameters, "operator");
	const struct value *given = constant_parameter(place->rule, "operator");
	const char *meant;
	struct diagnostic *d;

	if (!is_judged_by(place->rule, "VariableCheck") || given == NULL ||
	    parameter->at.begin == parameter->name.at.begin)
		return;
	for (size_t i = 0; i < n; i++)
		if (strcmp(operators[i], given->text) == 0)
			return;
	meant = did_you_mean(given->text, operators, n);
	d = REPORT(c, id, scope_of(place), given->at,
	    "'%s' is no operator of 'VariableCheck'", given->text);
	if (meant != NULL)
		correction_meant(d, given->at, meant);
	diagnostic_help(d, "write EQ, NE, CONTAINS or MATCHES");
}

static void
check_operators(struct checking *c, enum check_id id)
{
	for_each_rule(c, id, check_operator_of);
}

static bool
has_operator(const struct rule *rule, const char *operator_)
{
	const struct value *given = constant_parameter(rule, "operator");

	return given != NULL && strcmp(given->text, operator_) == 0;
}

static void
report_pattern(struct checking *c, const struct checked_rule *place,
    const struct value *value, struct span at, const char *problem)
{
	struct diagnostic *d = REPORT(c, CHECK_COND_PATTERN, scope_of(place),
	    at, "malformed expression '%s'", value->text);

	diagnostic_label(d, "%s", problem);
	diagnostic_help(d, "MATCHES takes extended regular expressions of "
			   "POSIX, and all of the variable has to match");
}

static void
check_pattern_of(
    struct checking *c, enum check_id id, const struct checked_rule *place)
{
	const struct value *value = constant_parameter(place->rule, "value");
	const char *problem;
	char text[128];
	regex_t regex;
	size_t offset;
	int rc;

	(void)id;
	if (!is_judged_by(place->rule, "VariableCheck") || value == NULL ||
	    !has_operator(place->rule, "MATCHES"))
		return;
	problem = sw_pattern_check(value->text, &offset);
	if (problem != NULL) {
		report_pattern(c, place, value,
		    value_part(diagnostics_sources(c->diagnostics), value,
			offset, value->text[offset] != '\0' ? 1 : 0),
		    problem);
		return;
	}
	/* Names of classes, ranges: what the C library alone can say. */
	rc = regcomp(&regex, value->text, REG_EXTENDED | REG_NOSUB);
	if (rc == 0) {
		regfree(&regex);
		return;
	}
	(void)regerror(rc, &regex, text, sizeof text);
	report_pattern(c, place, value, value->at, text);
}

static void
check_patterns(struct checking *c, enum check_id id)
{
	for_each_rule(c, id, check_pattern_of);
}

/* EQ, NE and CONTAINS over texts that are known. */
static enum foregone
compare(const struct rule *rule, const char *variable, const char *value)
{
	const bool is_equal = strcmp(variable, value) == 0;

	if (has_operator(rule, "EQ"))
		return is_equal ? FOREGONE_PASSES : FOREGONE_FAILS;
	if (has_operator(rule, "NE"))
		return is_equal ? FOREGONE_FAILS : FOREGONE_PASSES;
	if (has_operator(rule, "CONTAINS"))
		return strstr(variable, value) != NULL ? FOREGONE_PASSES
						       : FOREGONE_FAILS;
	return FOREGONE_NOT;
}

enum foregone
foregone_outcome(const struct checking *c, const struct rule *rule)
{
	const struct value *variable, *value;

	if (is_judged_by(rule, "DeploymentWindow"))
		return foregone_window(c, rule);
	if (!is_judged_by(rule, "VariableCheck"))
		return FOREGONE_NOT;
	variable = constant_parameter(rule, "variable");
	value = constant_parameter(rule, "value");
	if (variable == NULL || value == NULL)
		return FOREGONE_NOT;
	return compare(rule, variable->text, value->text);
}

struct span
foregone_place(const struct rule *rule)
{
	const struct value *value = constant_parameter(
	    rule, is_judged_by(rule, "DeploymentWindow") ? "cron" : "value");

	return value != NULL ? place_or(*value, rule->at) : rule->at;
}

static void
check_constant_of(
    struct checking *c, enum check_id id, const struct checked_rule *place)
{
	const enum foregone outcome = foregone_outcome(c, place->rule);
	struct diagnostic *d;

	/* In front of a stage that is order-unreachable. */
	if (outcome == FOREGONE_NOT ||
	    (outcome == FOREGONE_FAILS &&
		place->condition == &place->stage->before_entry))
		return;
	d = REPORT(c, id, scope_of(place), foregone_place(place->rule),
	    outcome == FOREGONE_PASSES ? "rule '%s' always passes"
				       : "rule '%s' never passes",
	    name_of(place->rule));
	diagnostic_label(d, is_judged_by(place->rule, "VariableCheck")
				? "it compares two constants"
			    : outcome == FOREGONE_PASSES
				? "its window is always open"
				: "its window never opens");
	diagnostic_help(
	    d, is_judged_by(place->rule, "VariableCheck")
		   ? "compare a variable, as in "
		     "variable=\"#{Src.BranchName}\", or remove the rule"
		   : "correct its schedule, or remove the rule");
}

static void
check_constants(struct checking *c, enum check_id id)
{
	for_each_rule(c, id, check_constant_of);
}

/* What rule b compares with, if it is known, and it looks at the same variable
 * as rule a; otherwise NULL. */
static const struct value *
value_for_same(const struct rule *a, const struct rule *b)
{
	const struct parameter *left =
	    parameter_find(&a->parameters, "variable");
	const struct parameter *right =
	    parameter_find(&b->parameters, "variable");

	if (!is_judged_by(b, "VariableCheck") || left == NULL ||
	    right == NULL || left->value.text == NULL ||
	    right->value.text == NULL ||
	    strcmp(left->value.text, right->value.text) != 0 ||
	    strstr(left->value.text, "#{") == NULL)
		return NULL;
	return constant_parameter(b, "value");
}

static void
report_contradiction(struct checking *c, enum check_id id,
    const struct checked_rule *place, const struct rule *first)
{
	const struct rule *later = place->rule;
	struct diagnostic *d;

	if (later < first) {
		later = first;
		first = place->rule;
	}
	d = REPORT(c, id, scope_of(place), later->at,
	    "rules '%s' and '%s' cannot both pass", name_of(first),
	    name_of(later));
	diagnostic_label(d, "all rules of a condition have to");
	diagnostic_also(d, first->at, "the other one");
	diagnostic_help(d, "one rule with operator=\"MATCHES\" takes one of "
			   "several values: value=\"a|b\"");
}

/* A rule that says what the variable is, and another that denies it. */
static void
check_contradiction_of(
    struct checking *c, enum check_id id, const struct checked_rule *place)
{
	const struct rules *rules = &place->condition->rules;
	const struct value *value = constant_parameter(place->rule, "value");

	if (!is_judged_by(place->rule, "VariableCheck") || value == NULL ||
	    !has_operator(place->rule, "EQ"))
		return;
	for (size_t i = 0; i < rules->n && c->comparisons > 0; i++) {
		const struct rule *other = &rules->items[i];
		const struct value *its;

		/* Of two that say what it is, the later one finds it. */
		if (i == place->index ||
		    (i > place->index && has_operator(other, "EQ")))
			continue;
		c->comparisons--;
		its = value_for_same(place->rule, other);
		if (its == NULL ||
		    compare(other, value->text, its->text) != FOREGONE_FAILS)
			continue;
		report_contradiction(c, id, place, other);
		return;
	}
}

static void
check_contradictions(struct checking *c, enum check_id id)
{
	for_each_rule(c, id, check_contradiction_of);
}

static const struct check table[] = {
	{ CHECK_STRUCT_PROVIDER, check_providers, NEEDS_PARTS },
	{ CHECK_STRUCT_REQUIRED, check_required, NEEDS_PARTS },
	{ CHECK_STRUCT_REQUIRED, check_commands, NEEDS_WHOLE },
	{ CHECK_STRUCT_UNKNOWN, check_unknown, NEEDS_PARTS },
	{ CHECK_STRUCT_VALUE, check_operators, NEEDS_PARTS },
	{ CHECK_COND_PATTERN, check_patterns, NEEDS_PARTS },
	{ CHECK_COND_CONSTANT, check_constants, NEEDS_PARTS },
	{ CHECK_COND_CONTRADICTION, check_contradictions, NEEDS_PARTS },
};

const struct checks rule_checks = CHECKS(table);
