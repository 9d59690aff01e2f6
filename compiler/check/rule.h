/*
 * What the checks of rules of conditions share, and what those of providers
 * share with them.
 */
#ifndef COMPILER_CHECK_RULE_H
#define COMPILER_CHECK_RULE_H

#include "checking.h"

struct confinement;
struct provider_facts;

/* The built-in provider that a name is one letter away from, or NULL. */
const char *meant_provider(const char *name);
/* "'Commands' or a plug-in": the providers of a kind of action, or of rules. */
const char *list_providers(struct checking *c, enum sw_category category);
/* struct-unknown: a parameter that a built-in provider does not have. */
void report_unknown_parameter(struct checking *c, struct scope scope,
    const struct provider_facts *known, const struct parameter *parameter);

/* What an action or rule says first of sandboxes, with its place; or NULL. */
const char *confinement_given(
    const struct confinement *confinement, struct span *at);

/* A rule of a condition, and where it is. */
struct checked_rule {
	const struct stage *stage;
	const struct condition *condition;
	const struct rule *rule;
	size_t index; /* in its condition */
};

typedef void (*rule_fn)(
    struct checking *c, enum check_id id, const struct checked_rule *place);

/* Calls a function for every rule of every condition that has a provider. */
void for_each_rule(struct checking *c, enum check_id id, rule_fn judge);
/* Is the rule's provider this one? */
bool is_judged_by(const struct rule *rule, const char *provider);
/* The value of a rule's parameter if it is known now: it is given and has no
 * references. Otherwise NULL. */
const struct value *constant_parameter(
    const struct rule *rule, const char *name);
/* The outcome of a rule, whatever happens, as far as it can be told now. */
enum foregone {
	FOREGONE_NOT,
	FOREGONE_PASSES,
	FOREGONE_FAILS
};
enum foregone foregone_outcome(
    const struct checking *c, const struct rule *rule);
/* The value that decides such an outcome, or the rule. */
struct span foregone_place(const struct rule *rule);
/* The outcome of a window. */
enum foregone foregone_window(
    const struct checking *c, const struct rule *rule);

#endif
