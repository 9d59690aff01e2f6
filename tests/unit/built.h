/*
 * Machines for tests, built from a few words, so that a test shows the
 * pipeline that it is about.
 */
#ifndef TESTS_BUILT_H
#define TESTS_BUILT_H

#include <stagewright/machine.h>

#include "machines.h"

enum {
	BUILT_STAGES_MAX = 8,
	BUILT_ROWS_MAX = 32
};

/* A machine and what it consists of. */
struct built {
	struct sw_machine machine;
	struct sw_stage stages[BUILT_STAGES_MAX];
	struct sw_action rows[BUILT_ROWS_MAX];
	char words[1024];
};

/*
 * Builds a machine; fails the test on words that it does not know. One line a
 * stage, after lines for the whole:
 *
 *   QUEUED 3                     the mode, and how many may be in flight
 *   running 2                    how many actions of an execution run at once
 *   targets 1                    words of 32 executions kept as targets
 *   Source: Fetch                a stage of one action
 *   Build: A | B C* D?           groups; * may be tried again (**: twice),
 *                                ? is an approval, ! fails when its outcome is
 *                                unknown, + is tried again then, ^ deploys
 *   Gate closed: A
 *   Ship beforeEntry=SKIP:R,S onSuccess=ROLLBACK:R onFailure=RETRY_ALL*2: A
 *   Ship onFailure=RETRY:R: A    results are FAIL, SKIP, ROLLBACK, RETRY and
 *                                RETRY_ALL (with attempts, 1 unsaid)
 */
void build_machine(struct built *built, const char *lines);

/* A rig of such a machine. In PARALLEL it has the state of #1. */
void rig_build(struct rig *rig, struct built *built, const char *lines);

/* A rig of such a machine after these event lines. */
#define RIG(name, words, events)                                               \
	struct rig name;                                                       \
	struct built name##_built;                                             \
	rig_build(&name, &name##_built, words);                                \
	rig_do(&name, events)

#endif
