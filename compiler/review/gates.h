/*
 * What a change has to pass on its way to a deploy, as bits of a set that two
 * machines share: each approval, each test and each rule that a stage is
 * entered or left by, of the old pipeline. Those of the new one that it did
 * not have are in no set: what they add is no way around anything.
 */
#ifndef COMPILER_REVIEW_GATES_H
#define COMPILER_REVIEW_GATES_H

#include <stdint.h>

#include <stagewright/machine.h>

struct action;
struct arena;
struct comparison;
struct lowered;

/* Approvals first, then rules, then tests: what is more is not looked at. */
#define GATES_MAX 64

struct gates {
	uint32_t n;
	uint32_t rows[2][GATES_MAX]; /* of the old and the new machine; of the
					new one UINT32_MAX: it is gone */
};

void gates_find(struct gates *gates, const struct comparison *comparison,
    const struct lowered *const lowered[2]);
/* Those that have Succeeded, of the old machine (0) or the new one (1). */
uint64_t gates_passed(const struct gates *gates, int which,
    const struct sw_machine *machine, const struct sw_state *state);
/* "approval 'SignOff.Manager'", "rule 'Gate.Window'". Owned by the arena. */
const char *gates_name(const struct gates *gates, struct arena *arena,
    const struct lowered *old, uint32_t gate);

/* The row of an action of the model, that is, of a flow. */
uint32_t gates_row(const struct lowered *lowered, const struct action *action);

#endif
