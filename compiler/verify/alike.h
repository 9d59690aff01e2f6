/*
 * Which actions are interchangeable. Actions of one group run side by side
 * and the machine treats them alike if their rows are: exchanging two of them
 * throughout a state exchanges them in everything that follows (the step
 * reads a group only as the set of its statuses, and starts and ends all of
 * it the same way). A property that names neither, or both, holds of a state
 * exactly if it holds of the exchanged one. So of all states that differ by
 * such an exchange one is enough: that in which the actions have their
 * statuses in ascending order. Sixteen parallel actions have 3^16 states
 * apart and 153 counted (C. N. Ip, D. L. Dill, "Better verification through
 * symmetry", 1996).
 *
 * With a limit of running actions (semantics.md, 3.7) the first who waits, in
 * the order of the model, starts next. That is an order among a group, so
 * only neighbours in it are interchangeable then: which of them is first makes
 * no difference, and who stands between others keeps its place.
 */
#ifndef COMPILER_VERIFY_ALIKE_H
#define COMPILER_VERIFY_ALIKE_H

#include <stdint.h>

#include <stagewright/machine.h>

/*
 * For each action the first one that it is interchangeable with, itself if
 * there is none. `roles` (NULL: all the same) has a number for each action;
 * those with different ones are told apart by somebody. malloc'd.
 */
uint32_t *alike_find(const struct sw_machine *machine, const uint64_t *roles);

#endif
