/*
 * The pipeline "providers": its types and functions.
 * Made from providers.xml by stagewright 0.1.0; edit the model, not this.
 */
#ifndef PROVIDERS_H
#define PROVIDERS_H

#include <stagewright/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The stages, in their order. */
enum providers_stage {
	PROVIDERS_SOURCE,
	PROVIDERS_BUILD,
	PROVIDERS_PRODUCTION,
	PROVIDERS_NSTAGES
};

/* The actions and rules: by stage, by runOrder, then as in the model. */
enum providers_action {
	PROVIDERS_SOURCE_CHECKOUT,
	PROVIDERS_SOURCE_ASSETS,
	PROVIDERS_BUILD_COMPILE,
	PROVIDERS_BUILD_DIRECT,
	PROVIDERS_PRODUCTION_MANAGER,
	PROVIDERS_PRODUCTION_INSTALL,
	PROVIDERS_PRODUCTION_ANNOUNCE,
	PROVIDERS_NACTIONS
};

/* Actions and rules in the largest group of equal runOrder. */
enum { PROVIDERS_GROUP_MAX = 2 };

/* All that the machine remembers: flat bytes, no pointers. */
struct providers_state {
	struct sw_state head;
	struct sw_stage_state stage[PROVIDERS_NSTAGES];
	uint8_t action[SW_ACTION_BYTES(PROVIDERS_NSTAGES,
	    PROVIDERS_NSTAGES * SW_TARGET_WORDS, PROVIDERS_NACTIONS)];
	uint32_t target[PROVIDERS_NSTAGES][SW_TARGET_WORDS];
};

/* All that one step can say: what to do, and why. */
struct providers_output {
	uint32_t ncommands;
	struct sw_command commands[SW_COMMANDS_MAX(PROVIDERS_GROUP_MAX)];
	uint32_t nfired;
	struct sw_fired fired[SW_FIRED_MAX(PROVIDERS_GROUP_MAX)];
};

extern const struct sw_machine providers_machine;

/* The start of a state's life. */
void providers_init(struct providers_state *state);
/* Takes one event, as sw_step does; *out is all its answer. */
enum sw_refusal providers_step(struct providers_state *state,
    struct sw_event event, struct providers_output *out);

/* The machine and what its actions do, for sw_main. */
extern const struct sw_pipeline providers_pipeline;
extern const struct sw_view providers_view;

#ifdef __cplusplus
}
#endif

#endif
