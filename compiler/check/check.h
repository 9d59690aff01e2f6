/* The checks over a whole model: one table, one function for each concern. */
#ifndef COMPILER_CHECK_H
#define COMPILER_CHECK_H

struct diagnostics;
struct model;

/*
 * Runs every check of checks.def that needs a model; adds what it finds. Over
 * an incomplete model those alone that cannot take a hole for a fault. `today`
 * is a date as in "2027-01-31": an <allow> may end.
 */
void check_model(const struct model *model, const char *today,
    struct diagnostics *diagnostics);
/* run-unsupported: what is kept in the model but the machine cannot do yet. */
void check_runnable(const struct model *model, struct diagnostics *diagnostics);

#endif
