/*
 * The pipeline "conditions": its types and functions.
 * Made from conditions.xml by stagewright 0.1.0; edit the model, not this.
 */
#ifndef CONDITIONS_H
#define CONDITIONS_H

#include <stagewright/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The stages, in their order. */
enum conditions_stage {
	CONDITIONS_SOURCE,
	CONDITIONS_BUILD,
	CONDITIONS_PRODUCTION,
	CONDITIONS_NSTAGES
};

/* The actions and rules: by stage, by runOrder, then as in the model. */
enum conditions_action {
	CONDITIONS_SOURCE_CHECKOUT,
	CONDITIONS_BUILD_BRANCH,
	CONDITIONS_BUILD_COMPILE,
	CONDITIONS_PRODUCTION_OFFICE_HOURS,
	CONDITIONS_PRODUCTION_OFFICE_HOURS_BBC92040,
	CONDITIONS_PRODUCTION_FIRST,
	CONDITIONS_PRODUCTION_SECOND,
	CONDITIONS_PRODUCTION_HEALTH,
	CONDITIONS_PRODUCTION_WORTH_IT,
	CONDITIONS_NACTIONS
};

/* Actions and rules in the largest group of equal runOrder. */
enum { CONDITIONS_GROUP_MAX = 2 };
/* Executions that may be in flight. */
enum { CONDITIONS_IN_FLIGHT_MAX = 3 };
/* Places of all queues. */
enum { CONDITIONS_QUEUE_MAX = SW_QUEUE_MAX(CONDITIONS_NSTAGES, CONDITIONS_IN_FLIGHT_MAX) };

/* All that the machine remembers: flat bytes, no pointers. */
struct conditions_state {
	struct sw_state head;
	struct sw_stage_state stage[CONDITIONS_NSTAGES];
	uint8_t action[SW_ACTION_BYTES(CONDITIONS_NSTAGES,
	    CONDITIONS_NSTAGES * SW_TARGET_WORDS + CONDITIONS_QUEUE_MAX, CONDITIONS_NACTIONS)];
	uint32_t target[CONDITIONS_NSTAGES][SW_TARGET_WORDS];
	uint32_t queue[CONDITIONS_QUEUE_MAX];
};

/* All that one step can say: what to do, and why. */
struct conditions_output {
	uint32_t ncommands;
	struct sw_command commands[SW_COMMANDS_MAX(CONDITIONS_GROUP_MAX)];
	uint32_t nfired;
	struct sw_fired fired[SW_FIRED_MAX(CONDITIONS_GROUP_MAX)];
};

extern const struct sw_machine conditions_machine;

/* The start of a state's life. */
void conditions_init(struct conditions_state *state);
/* Takes one event, as sw_step does; *out is all its answer. */
enum sw_refusal conditions_step(struct conditions_state *state,
    struct sw_event event, struct conditions_output *out);

/* The machine and what its actions do, for sw_main. */
extern const struct sw_pipeline conditions_pipeline;
extern const struct sw_view conditions_view;

#ifdef __cplusplus
}
#endif

#endif
