/*
 * What the children of a supervisor do. Both run in a process of their own,
 * with DIR as its directory, and return its exit status.
 */
#ifndef RUNTIME_ACTION_H
#define RUNTIME_ACTION_H

#include "attempt.h"

/* Exit status when the workspace could not be made ready. */
#define SW_EXIT_NOT_READY 125
/* Written by sw__action_collect: lines "HASH NAME". */
#define SW_COLLECTED_FILE "artifacts"

/*
 * Makes the workspace with the inputs in it, cleans the environment and
 * performs the job. Returns, or becomes the program that does it.
 */
int sw__action_perform(const struct sw_attempt_spec *spec);
/* Stores the output artifacts of a finished action. */
int sw__action_collect(const struct sw_attempt_spec *spec);

#endif
