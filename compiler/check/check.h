/* The checks over a whole model: one table, one function for each concern. */
#ifndef COMPILER_CHECK_H
#define COMPILER_CHECK_H

#include <stdbool.h>

#include "base/diagnostic.h"

struct action;
struct allow;
struct model;
struct stage;

/* In front of the id of a policy in the rule= of an <allow>. */
#define ALLOW_POLICY "policy:"

/*
 * Runs every check of checks.def that needs a model; adds what it finds. Over
 * an incomplete model those alone that cannot take a hole for a fault. `today`
 * is a date as in "2027-01-31": an <allow> may end.
 */
void check_model(const struct model *model, const char *today,
    struct diagnostics *diagnostics);
/*
 * The <allow> of the action, its stage or the pipeline that names this and has
 * not ended, the innermost one; NULL: none. Action and stage may be NULL. What
 * may be allowed is the caller's to know.
 */
const struct allow *check_find_allow(const struct model *model,
    const struct stage *stage, const struct action *action, const char *rule,
    const char *today);
/* May a model silence this check, or make little of what it finds? What is a
 * matter of judgement; not what keeps a pipeline from meaning something. */
bool check_is_allowable(enum check_id id);
/*
 * Does such a finding leave it open what the pipeline does? Then there is
 * nothing to compare or to search. What a pipeline does may be wrong and still
 * be known: an approval after its deploy, an input that nobody writes.
 */
bool check_leaves_open(enum check_id id);
/* run-unsupported: what is kept in the model but the runtime cannot do yet. */
void check_runnable(const struct model *model, struct diagnostics *diagnostics);

#endif
