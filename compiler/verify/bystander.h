/*
 * Which actions are bystanders: their success is taken for granted in a
 * search that speaks of several executions.
 *
 * The groups of a stage fall into stretches: groups in a row of which no
 * action is told apart by the search's properties, or one group with such an
 * action. From outside, a stretch can do three things: be under way, succeed
 * and make place for the next, or fail and with it the stage. The first of its
 * actions that nobody tells apart does all three in the stretch's name:
 * while it runs the stretch is under way (stop, abandon, close and what other
 * stages do happen then), and the stretch fails when it does. What the others
 * add is where in the stretch that happens, which nobody asks. So every other
 * such action succeeds as soon as it runs, before anything else happens.
 * Stages, executions, conditions and the actions that are told apart go
 * through the same, and every run of this search is a run of the machine.
 *
 * Who waits for a place among the running (semantics.md, 3.7) is held up by
 * bystanders of other stages; with such a limit there are none.
 *
 * (What is left of a stage of one stretch is its lock: free, taken, failed.
 * The idea is that of an ample set of one independent step, D. Peled, "All
 * from one, one for all", 1993.)
 */
#ifndef COMPILER_VERIFY_BYSTANDER_H
#define COMPILER_VERIFY_BYSTANDER_H

#include <stdbool.h>

#include <stagewright/machine.h>

/*
 * For each action whether it is one. `is_named` says of each whether the
 * properties tell it apart. malloc'd.
 */
bool *bystander_find(const struct sw_machine *machine, const bool *is_named);

#endif
