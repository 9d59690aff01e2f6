/*
 * The step as one unit, for the library of an optimised build: sw_step with
 * all that it calls in one function takes two thirds of the time. Without
 * assertions; tests, sanitizers and unoptimised builds compile the files
 * apart, with them.
 */
#undef NDEBUG
#define NDEBUG

#include <stagewright/machine.h>

__attribute__((flatten)) enum sw_refusal sw_step(
    const struct sw_machine *machine, struct sw_state *state,
    struct sw_event event, struct sw_output *out);

#include "gate.c"
#include "group.c"
#include "retry.c"
#include "state.c"
#include "step.c"
#include "stop.c"
