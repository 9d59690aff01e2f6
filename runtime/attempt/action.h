/*
 * What the children of a supervisor do, each in a process of its own with DIR
 * as its directory.
 */
#ifndef RUNTIME_ACTION_H
#define RUNTIME_ACTION_H

#include "attempt.h"

/* Exit status when the workspace could not be made ready. */
#define SW_EXIT_NOT_READY 125
/* Written by sw__action_collect: lines "HASH NAME". */
#define SW_COLLECTED_FILE "artifacts"

/* Makes the workspace, empty, and cleans the environment. */
int sw__action_prepare(
    const struct sw_attempt_spec *spec, struct sw_error *err);
/* Places the inputs, enters the sandbox (sandbox.h says what is_counted is) and
 * performs the job. Returns its exit status, or becomes
 * the program that does it. */
int sw__action_perform(const struct sw_attempt_spec *spec, bool is_counted);
/* Stores the output artifacts of a finished action. */
int sw__action_collect(const struct sw_attempt_spec *spec);

#endif
