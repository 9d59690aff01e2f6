/*
 * The step as one unit, for the library of an optimised build: sw_step with
 * all that it calls on the common path in one function saves the calls between
 * files (tests/bench/step); what turn.h marks as rare stays out of it. Without assertions; tests, sanitizers and unoptimised
 * builds compile the files apart, with them.
 */
#undef NDEBUG
#define NDEBUG

#include <stagewright/machine.h>

/* NOLINTBEGIN(bugprone-suspicious-include, readability-redundant-declaration):
 * one unit of several files is what this file is for. */
__attribute__((flatten)) enum sw_refusal sw_step(
    const struct sw_machine *machine, struct sw_state *state,
    struct sw_event event, struct sw_output *out);

#include "turn.h"

#include "condition.c"
#include "gate.c"
#include "group.c"
#include "queue.c"
#include "retry.c"
#include "rollback.c"
#include "state.c"
#include "step.c"
#include "stop.c"
/* NOLINTEND(bugprone-suspicious-include, readability-redundant-declaration) */
