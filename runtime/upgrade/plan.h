/*
 * What becomes of each execution when a state directory goes over to another
 * machine, and why: judged by names, without running anything.
 *
 * A plan is a document:
 *   { "format": "stagewright upgrade 1", "pipeline",
 *     "from", "to"      fingerprints of the machines, hex
 *     "way"             "none": they are one and the same;
 *                       "in-place": every execution goes on in the new one;
 *                       "drain": some can end on the old one alone, so all do;
 *                       "unplanned": it is not as was planned before
 *     "harmless"        in place, and nothing is begun anew
 *     "repeats"         numbers of executions whose stage begins anew
 *     "ends"            numbers of executions that cannot be retried
 *     "executions"      a list of
 *       { "execution", "status", "stage", "holds" (it, or waits for it),
 *         "place"       where it is at the stage: sw_carry_place
 *         "what"        "carries", "repeats", "old" (ends on the old machine),
 *                       "person" (that needs the old program, which is not
 *                       kept), "ends" (it has ended, and cannot be retried),
 *                       "unplanned" (not as was planned)
 *         "why"         in words, or null
 *         "type"        what a person may type instead, or null } }
 *
 * What is decided before, in a review, is a plan too (planned.h): it says of
 * each place what becomes of whoever is there.
 */
#ifndef RUNTIME_PLAN_H
#define RUNTIME_PLAN_H

#include <stdbool.h>

#include "journal/book.h"
#include "planned.h"

/*
 * From the machine that the book is in the terms of to this program's own.
 * `has_old`: the old program is kept and is what it was. `planned`: what was
 * decided before and is of this change, or NULL. NULL without memory.
 */
json_t *sw__upgrade_plan(
    const struct sw_book *book, bool has_old, const struct sw_planned *planned);

#endif
