/*
 * The step as one unit, for the library of an optimised build: what its files
 * keep to themselves is static here, so that the compiler chooses what becomes
 * one function (tests/bench/step). Without assertions; tests, sanitizers and
 * unoptimised builds compile the files apart, with them.
 */
#undef NDEBUG
#define NDEBUG

#include <stagewright/machine.h>

/* Of what turn.h declares; what machine.h declares stays public. */
#undef SW_API
#define SW_API static

/* NOLINTBEGIN(bugprone-suspicious-include): one unit of several files is what
 * this file is for. */
#include "condition.c"
#include "gate.c"
#include "group.c"
#include "queue.c"
#include "retry.c"
#include "rollback.c"
#include "state.c"
#include "step.c"
#include "stop.c"
/* NOLINTEND(bugprone-suspicious-include) */
