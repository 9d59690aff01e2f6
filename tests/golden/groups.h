/*
 * The pipeline "groups": its types and functions.
 * Made from groups.xml by stagewright 0.1.0; edit the model, not this.
 */
#ifndef GROUPS_H
#define GROUPS_H

#include <stagewright/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The stages, in their order. */
enum groups_stage {
	GROUPS_SOURCE,
	GROUPS_BUILD,
	GROUPS_RELEASE,
	GROUPS_NSTAGES
};

/* The actions and rules: by stage, by runOrder, then as in the model. */
enum groups_action {
	GROUPS_SOURCE_CHECKOUT,
	GROUPS_BUILD_COMPILE,
	GROUPS_BUILD_UNIT,
	GROUPS_BUILD_LINT,
	GROUPS_BUILD_REPORT,
	GROUPS_RELEASE_MANAGER,
	GROUPS_RELEASE_INSTALL,
	GROUPS_NACTIONS
};

/* Actions and rules in the largest group of equal runOrder. */
enum { GROUPS_GROUP_MAX = 2 };

/* All that the machine remembers: flat bytes, no pointers. */
struct groups_state {
	struct sw_state head;
	struct sw_stage_state stage[GROUPS_NSTAGES];
	uint8_t action[SW_ACTION_BYTES(GROUPS_NSTAGES,
	    GROUPS_NSTAGES * SW_TARGET_WORDS, GROUPS_NACTIONS)];
	uint32_t target[GROUPS_NSTAGES][SW_TARGET_WORDS];
};

/* All that one step can say: what to do, and why. */
struct groups_output {
	uint32_t ncommands;
	struct sw_command commands[SW_COMMANDS_MAX(GROUPS_GROUP_MAX)];
	uint32_t nfired;
	struct sw_fired fired[SW_FIRED_MAX(GROUPS_GROUP_MAX)];
};

extern const struct sw_machine groups_machine;

/* The start of a state's life. */
void groups_init(struct groups_state *state);
/* Takes one event, as sw_step does; *out is all its answer. */
enum sw_refusal groups_step(struct groups_state *state,
    struct sw_event event, struct groups_output *out);

/* The machine and what its actions do, for sw_main. */
extern const struct sw_pipeline groups_pipeline;
extern const struct sw_view groups_view;

#ifdef __cplusplus
}
#endif

#endif
