/*
 * A plan that was made before: by a review of all places where an execution
 * can be, or by a dry run of those where some were. What it says is done, or
 * nothing. It is a document as in plan.h, of which is read
 *
 *   { "format": "stagewright upgrade 1",
 *     "pipeline", "from", "to"   of the change that it is for: the plan of
 *                                another one is refused
 *     "executions": [
 *       { "stage"   name in the old machine
 *         "place"   sw_carry_place's text (runtime/machine/carry.h)
 *         "what"    "carries"   goes on in the new machine; of who has ended:
 *                               can be retried still
 *                   "repeats"   goes on, its stage begins anew
 *                   "old"       ends on the old machine ("person" is the same)
 *                   "ends"      of who has ended: cannot be retried
 *         "why"     in words; or null, or not there } ] }
 *
 * and a stage and place that stand there twice must say the same. All else in
 * it is not looked at. A plan may be stricter than what can be proved (an
 * execution ends on the old machine for a reason that no machine knows, a
 * policy), never laxer. A place in flight that it does not have was not reviewed;
of who has ended, what can be proved is done.
 */
#ifndef RUNTIME_PLANNED_H
#define RUNTIME_PLANNED_H

#include <jansson.h>

#include "error.h"

/* Bytes of such a file, and places in it. */
#define SW_PLAN_FILE_MAX 67108864
#define SW_PLAN_PLACES_MAX 262144

struct sw_planned;

/* SW_ERROR_SYSTEM: no such file, or no plan, and why; SW_ERROR_LIMIT. */
int sw__planned_read(
    struct sw_planned **out, const char *path, struct sw_error *err);
void sw__planned_free(struct sw_planned *planned); /* NULL is fine */

/* Is it of this change? SW_ERROR_REFUSED, and which it is of. `plan` has
 * "pipeline", "from" and "to". */
int sw__planned_check(
    const struct sw_planned *planned, const json_t *plan, struct sw_error *err);

/* What it says of a place at a stage: a row as above; NULL: nothing.
 * Borrowed. */
const json_t *sw__planned_find(
    const struct sw_planned *planned, const char *stage, const char *place);

#endif
