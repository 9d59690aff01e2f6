/*
 * What the checks share. A file of checks is one concern; it holds a static
 * function for each id and a table of them, which check.c runs.
 */
#ifndef COMPILER_CHECK_CHECKING_H
#define COMPILER_CHECK_CHECKING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/names.h"
#include "flow.h"
#include "model/model.h"

struct checking {
	struct arena *arena; /* of the check that runs; gone when it returns */
	const struct model *model;
	const struct flow *flow;
	struct diagnostics *diagnostics;
	struct allow_uses *uses; /* which <allow> did; NULL: nobody asks */
	unsigned suggestions;    /* that may still be worked out */
	unsigned comparisons;    /* of patterns that may still be made */
	const char *today;       /* "2027-01-31" */
};

/* What of a model a check can judge when the reader has left holes in it. */
enum check_need {
	NEEDS_PARTS, /* finds faults in what is there */
	NEEDS_WHOLE, /* misses something: it might be in a hole */
};

struct check {
	enum check_id id;
	void (*run)(struct checking *c, enum check_id id);
	enum check_need need;
};

struct checks {
	const struct check *items;
	size_t n;
};

#define CHECKS(array)                                                          \
	{                                                                      \
		array, sizeof(array) / sizeof(*(array))                        \
	}

extern const struct checks allow_checks, lint_checks, structure_checks,
    limit_checks, name_checks, provider_checks, order_checks, artifact_checks,
    provenance_checks, variable_checks, secret_checks, literal_checks,
    trigger_checks, rule_checks, window_checks, again_checks, sandbox_checks,
    gate_checks, approver_checks, deploy_checks, scenario_checks, unused_checks;

/* Whose a finding is: the innermost of these that has an <allow> decides. */
struct scope {
	const struct stage *stage;   /* NULL: the pipeline's */
	const struct action *action; /* NULL: the stage's */
};

#define SCOPE_PIPELINE ((struct scope){ NULL, NULL })

struct scope scope_of_reader(
    const struct flow *flow, const struct flow_reader *reader);
struct scope scope_of_action(const struct flow *flow, uint32_t action);

/* Is the last day of an <allow> over? */
bool check_has_ended(const struct checking *c, const struct allow *allow);

/*
 * diagnostic_add with what the model says about this check there: how much it
 * weighs (<lint>), and whether it is allowed (<allow>). What is switched off
 * goes to nobody.
 */
struct diagnostic *checking_report(struct checking *c, enum check_id id,
    struct scope scope, struct span at, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
#define REPORT(...) checking_report(__VA_ARGS__)

/*
 * The candidate that `word` was meant to be, or NULL. Candidates are given by
 * a function of their index; NULL is none.
 */
const char *checking_suggest(struct checking *c, const char *word,
    const char *(*candidate)(const struct checking *c, uint32_t i), uint32_t n);

/* "Build.Unit" of an action, "rule 'Health' of Build" of a rule. */
const char *reader_name(struct checking *c, const struct flow_reader *reader);
const char *action_name(struct checking *c, uint32_t action);

/* The place to point at: the value if it was given, else the element. */
struct span place_or(struct value value, struct span element);

/* Where a reference stands: all of it, its namespace, its name. */
struct span reference_at(
    const struct checking *c, const struct flow_reference *reference);
struct span reference_namespace_at(
    const struct checking *c, const struct flow_reference *reference);
struct span reference_name_at(
    const struct checking *c, const struct flow_reference *reference);

/* A deploy to production. */
bool is_production_deploy(const struct flow_action *action);

#endif
