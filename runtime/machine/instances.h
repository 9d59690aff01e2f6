/*
 * All that a pipeline is at one time: in SUPERSEDED and QUEUED one state that
 * holds every execution, in PARALLEL a state for each (semantics.md, section
 * 10). Routes an event to the state that it is about. Hosted: it allocates.
 */
#ifndef MACHINE_INSTANCES_H
#define MACHINE_INSTANCES_H

#include <stagewright/machine.h>

#include "words.h"

struct sw_instances;

/* NULL without memory. The machine is borrowed. */
struct sw_instances *sw_instances_new(const struct sw_machine *machine);
void sw_instances_free(struct sw_instances *instances);

/*
 * One step, as sw_step: `out` has the caller's arrays. Returns a refusal, or
 * -1 without memory, nothing changed.
 */
int sw_instances_step(struct sw_instances *instances, struct sw_addressed event,
    struct sw_output *out);

/*
 * PARALLEL: gives back the state of an execution that Succeeded: nothing is
 * possible in it any more, and events are refused as if it were there.
 */
void sw_instances_forget(struct sw_instances *instances, uint32_t execution);

/*
 * States that were stored. Into what is new: PARALLEL: so many executions were
 * started; then the state of one, which is given away and was forgotten or is
 * new here. -1: without memory, or there is no such execution.
 */
int sw_instances_resume(struct sw_instances *instances, uint32_t executions);
int sw_instances_put(
    struct sw_instances *instances, uint32_t execution, struct sw_state *state);
/* The state of all executions, to be read into. */
struct sw_state *sw_instances_shared_mutable(struct sw_instances *instances);

/* Executions started so far: the newest one's number. */
uint32_t sw_instances_executions(const struct sw_instances *instances);
/*
 * The state that an execution is in: the one there is, or in PARALLEL its
 * own; NULL: it was never started, or is forgotten. Borrowed until the next
 * step.
 */
struct sw_state *sw_instances_state(
    const struct sw_instances *instances, uint32_t execution);
/* The state of all executions; in PARALLEL one that is nobody's. Borrowed. */
const struct sw_state *sw_instances_shared(
    const struct sw_instances *instances);

#endif
