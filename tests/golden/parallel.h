/*
 * The pipeline "parallel": its types and functions.
 * Made from parallel.xml by stagewright 0.1.0; edit the model, not this.
 */
#ifndef PARALLEL_H
#define PARALLEL_H

#include <stagewright/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The stages, in their order. */
enum parallel_stage {
	PARALLEL_SOURCE,
	PARALLEL_TEST,
	PARALLEL_NSTAGES
};

/* The actions and rules: by stage, by runOrder, then as in the model. */
enum parallel_action {
	PARALLEL_SOURCE_CHECKOUT,
	PARALLEL_TEST_UNIT,
	PARALLEL_TEST_LOAD,
	PARALLEL_TEST_LINT,
	PARALLEL_TEST_COVERED,
	PARALLEL_NACTIONS
};

/* Actions and rules in the largest group of equal runOrder. */
enum { PARALLEL_GROUP_MAX = 3 };
/* Executions that may be in flight. */
enum { PARALLEL_IN_FLIGHT_MAX = 8 };

/* All that the machine remembers: flat bytes, no pointers. */
struct parallel_state {
	struct sw_state head;
	struct sw_stage_state stage[PARALLEL_NSTAGES];
	uint8_t action[SW_ACTION_BYTES(PARALLEL_NSTAGES,
	    0, PARALLEL_NACTIONS)];
};

/* All that one step can say: what to do, and why. */
struct parallel_output {
	uint32_t ncommands;
	struct sw_command commands[SW_COMMANDS_MAX(PARALLEL_GROUP_MAX)];
	uint32_t nfired;
	struct sw_fired fired[SW_FIRED_MAX(PARALLEL_GROUP_MAX)];
};

extern const struct sw_machine parallel_machine;

/* The start of the state of execution `number` alone. */
void parallel_init(struct parallel_state *state, uint32_t number);
/* Takes one event, as sw_step does; *out is all its answer. */
enum sw_refusal parallel_step(struct parallel_state *state,
    struct sw_event event, struct parallel_output *out);

/* The machine and what its actions do, for sw_main. */
extern const struct sw_pipeline parallel_pipeline;
extern const struct sw_view parallel_view;

#ifdef __cplusplus
}
#endif

#endif
