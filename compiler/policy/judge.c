/*
 * The policies that a model keeps or breaks as it stands, whatever runs:
 * <require> and <only>.
 */
#include <string.h>

#include "attribute.h"
#include "base/arena.h"
#include "policy_part.h"

/* A <require> or <only> with its words read. */
struct rule_of {
	struct resolving *r;
	struct arena *arena; /* gone when it is judged */
	struct obligation *obligation;
	struct attribute attribute;
	uint64_t min, max;
};

/* "'Production.Install'", or "stage 'Production'". */
static const char *
called(struct arena *arena, struct member member)
{
	const char *stage = member.stage->name.text;

	if (stage == NULL)
		stage = "?";
	if (member.action == NULL)
		return arena_printf(arena, "stage '%s'", stage);
	return arena_printf(arena, "'%s.%s'", stage,
	    member.action->name.text != NULL ? member.action->name.text : "?");
}

/* The place of a value, or of the name of what has none. */
static struct span
place(struct member member, const struct value *value)
{
	const struct value *name =
	    member.action != NULL ? &member.action->name : &member.stage->name;

	if (value != NULL && span_is_set(value->at))
		return value->at;
	if (name->text != NULL)
		return name->at;
	return member.action != NULL ? member.action->at : member.stage->at;
}

/* Counts a finding that somebody sees. NULL: the model allows it. */
static struct diagnostic *
breaks(const struct rule_of *rule, struct member member,
    const struct value *value, const char *text)
{
	struct obligation *obligation = rule->obligation;
	struct diagnostic *d = policy_report(rule->r->obligations, obligation,
	    (struct policy_scope){ member.stage, member.action },
	    place(member, value), "%s, against policy '%s'", text,
	    obligation->policy->id.text != NULL ? obligation->policy->id.text
						: "?");

	if (d != NULL)
		obligation->verdict = VERDICT_BROKEN;
	return d;
}

static void
report_absence(const struct rule_of *rule, struct member member)
{
	const struct policy *policy = rule->obligation->policy;
	struct arena *arena = rule->arena;
	struct diagnostic *d = breaks(rule, member, NULL,
	    arena_printf(arena, "%s has no %s", called(arena, member),
		rule->attribute.name));

	if (d == NULL)
		return;
	if (policy->min.text != NULL && policy->max.text != NULL)
		diagnostic_help(d, "give it one from %s to %s",
		    policy->min.text, policy->max.text);
	else if (policy->min.text != NULL)
		diagnostic_help(
		    d, "give it one of %s or more", policy->min.text);
	else if (policy->max.text != NULL)
		diagnostic_help(
		    d, "give it one of %s or less", policy->max.text);
	else if (attribute_is_element(rule->attribute.name))
		diagnostic_help(d, "add <%s> to it", rule->attribute.name);
	else
		diagnostic_help(d, "add %s=\"...\"", rule->attribute.name);
}

static void
require_value(
    const struct rule_of *rule, struct member member, const struct value *value)
{
	const struct policy *policy = rule->obligation->policy;
	struct arena *arena = rule->arena;
	struct diagnostic *d;
	uint64_t number;

	if ((policy->min.text == NULL && policy->max.text == NULL) ||
	    !attribute_number(rule->attribute.kind, value->text, &number) ||
	    (number >= rule->min && number <= rule->max))
		return;
	d = breaks(rule, member, value,
	    arena_printf(arena, "%s of %s is %s", rule->attribute.name,
		called(arena, member), value->text));
	if (d == NULL)
		return;
	if (number < rule->min) {
		diagnostic_label(d, "less than %s", policy->min.text);
		diagnostic_help(d, "write %s or more", policy->min.text);
	} else {
		diagnostic_label(d, "more than %s", policy->max.text);
		diagnostic_help(d, "write %s or less", policy->max.text);
	}
}

static const char *
list(struct arena *arena, const struct values *values)
{
	const char *text = values->items[0].text;

	for (size_t i = 1; i < values->n; i++)
		text = arena_printf(arena, "%s%s%s", text,
		    i + 1 == values->n ? " or " : ", ", values->items[i].text);
	return text;
}

/* Counts and durations as such: 120m is 2h. */
static bool
is_same(enum attribute_kind kind, const char *a, const char *b)
{
	uint64_t left, right;

	if (strcmp(a, b) == 0)
		return true;
	return attribute_number(kind, a, &left) &&
	       attribute_number(kind, b, &right) && left == right;
}

static void
allow_value(
    const struct rule_of *rule, struct member member, const struct value *value)
{
	const struct values *in = &rule->obligation->policy->in;
	struct arena *arena = rule->arena;
	const char **words = arena_array(arena, in->n, sizeof(char *));
	struct diagnostic *d;
	const char *meant;

	for (size_t i = 0; i < in->n; i++) {
		words[i] = in->items[i].text;
		if (is_same(rule->attribute.kind, words[i], value->text))
			return;
	}
	d = breaks(rule, member, value,
	    arena_printf(arena, "%s of %s is '%s'", rule->attribute.name,
		called(arena, member), value->text));
	if (d == NULL)
		return;
	meant = did_you_mean(value->text, words, in->n);
	if (meant != NULL)
		diagnostic_label(d, "did you mean '%s'?", meant);
	if (in->n > 0 && in->n <= 20)
		diagnostic_help(d, "it may be %s", list(arena, in));
	else
		diagnostic_help(d, "write one of those that the policy lists");
}

static void
judge_member(const struct rule_of *rule, struct member member)
{
	const struct values values =
	    attribute_values(rule->arena, member, &rule->attribute);

	if (values.n == 0)
		report_absence(rule, member);
	if (!policy_may_look(rule->r, rule->obligation,
		values.n * rule->obligation->policy->in.n))
		return;
	for (size_t i = 0; i < values.n; i++) {
		if (values.items[i].text == NULL)
			continue;
		if (rule->obligation->policy->kind == POLICY_REQUIRE)
			require_value(rule, member, &values.items[i]);
		else
			allow_value(rule, member, &values.items[i]);
	}
}

/* min= or max=; false and reported when it is no number of the kind. */
static bool
read_bound(struct rule_of *rule, const struct value *text, uint64_t *bound)
{
	struct diagnostic *d;

	if (text->text == NULL)
		return true;
	if (rule->attribute.kind == ATTRIBUTE_TEXT) {
		d = policy_refuse(rule->r, rule->obligation, CHECK_STRUCT_VALUE,
		    text->at,
		    "'%s' is no count and no duration: it has no bounds",
		    rule->attribute.name);
		diagnostic_also(
		    d, rule->obligation->policy->attribute.at, "here");
		diagnostic_help(d, "remove it, or list values with <only>");
		return false;
	}
	if (attribute_number(rule->attribute.kind, text->text, bound))
		return true;
	d = policy_refuse(rule->r, rule->obligation, CHECK_STRUCT_VALUE,
	    text->at, "'%s' is no value of %s", text->text,
	    rule->attribute.name);
	diagnostic_help(d, "write %s",
	    rule->attribute.kind == ATTRIBUTE_COUNT
		? "a whole number"
		: "a number and a unit: 90s 20m 2h 7d");
	return false;
}

static bool
read_bounds(struct rule_of *rule)
{
	const struct policy *policy = rule->obligation->policy;
	struct diagnostic *d;

	rule->max = UINT64_MAX;
	if (!read_bound(rule, &policy->min, &rule->min) ||
	    !read_bound(rule, &policy->max, &rule->max))
		return false;
	if (rule->min <= rule->max)
		return true;
	d = policy_refuse(rule->r, rule->obligation, CHECK_STRUCT_VALUE,
	    policy->min.at, "no %s is between %s and %s", rule->attribute.name,
	    policy->min.text, policy->max.text);
	diagnostic_also(d, policy->max.at, "less than min");
	diagnostic_help(d, "write the lesser one as min");
	return false;
}

void
policy_judge(struct resolving *r, struct obligation *obligation)
{
	const struct policy *policy = obligation->policy;
	const struct picked *what = &obligation->what;
	struct rule_of rule = { .r = r, .obligation = obligation };

	if (policy->attribute.text == NULL ||
	    (policy->kind == POLICY_ONLY && policy->in.n == 0)) {
		obligation->verdict = VERDICT_UNREADABLE;
		return;
	}
	if (!policy_attribute(
		r, obligation, &policy->attribute, &rule.attribute))
		return;
	if (!read_bounds(&rule) || obligation->verdict == VERDICT_VACUOUS)
		return;
	if (!policy_may_look(r, obligation, r->roster->weight))
		return;
	obligation->verdict = VERDICT_HOLDS;
	rule.arena = arena_new();
	for (uint32_t i = 0; i < what->nactions; i++)
		judge_member(&rule, roster_action(r->roster, what->actions[i]));
	for (uint32_t i = 0; i < what->nstages; i++)
		judge_member(&rule, roster_stage(r->roster, what->stages[i]));
	arena_free(rule.arena);
}
