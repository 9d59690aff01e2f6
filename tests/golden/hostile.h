/*
 * The pipeline "int": its types and functions.
 * Made from hostile.xml by stagewright 0.1.0; edit the model, not this.
 */
#ifndef INT_PIPELINE_H
#define INT_PIPELINE_H

#include <stagewright/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The stages, in their order. */
enum int_pipeline_stage {
	INT_PIPELINE_SOURCE,
	INT_PIPELINE_A_B,
	INT_PIPELINE_A_B_79DDA0C4,
	INT_PIPELINE_NSTAGES_E1A4DA8A,
	INT_PIPELINE_A,
	INT_PIPELINE_NSTAGES
};

/* The actions and rules: by stage, by runOrder, then as in the model. */
enum int_pipeline_action {
	INT_PIPELINE_SOURCE_SWITCH,
	INT_PIPELINE_A_B_INT,
	INT_PIPELINE_A_B_A_B_095892B6,
	INT_PIPELINE_A_B_A_B_18108EB7,
	INT_PIPELINE_A_B_A_B_BFB51A0D,
	INT_PIPELINE_A_B_A_B,
	INT_PIPELINE_A_B_NSTAGES,
	INT_PIPELINE_A_B_H,
	INT_PIPELINE_NSTAGES_MAX,
	INT_PIPELINE_A_B_INT_E4A45B94,
	INT_PIPELINE_NACTIONS
};

/* Actions and rules in the largest group of equal runOrder. */
enum { INT_PIPELINE_GROUP_MAX = 5 };

/* All that the machine remembers: flat bytes, no pointers. */
struct int_pipeline_state {
	struct sw_state head;
	struct sw_stage_state stage[INT_PIPELINE_NSTAGES];
	uint8_t action[SW_ACTION_BYTES(INT_PIPELINE_NSTAGES,
	    INT_PIPELINE_NSTAGES * SW_TARGET_WORDS, INT_PIPELINE_NACTIONS)];
	uint32_t target[INT_PIPELINE_NSTAGES][SW_TARGET_WORDS];
};

/* All that one step can say: what to do, and why. */
struct int_pipeline_output {
	uint32_t ncommands;
	struct sw_command commands[SW_COMMANDS_MAX(INT_PIPELINE_GROUP_MAX)];
	uint32_t nfired;
	struct sw_fired fired[SW_FIRED_MAX(INT_PIPELINE_GROUP_MAX)];
};

extern const struct sw_machine int_pipeline_machine;

/* The start of a state's life. */
void int_pipeline_init(struct int_pipeline_state *state);
/* Takes one event, as sw_step does; *out is all its answer. */
enum sw_refusal int_pipeline_step(struct int_pipeline_state *state,
    struct sw_event event, struct int_pipeline_output *out);

/* The machine and what its actions do, for sw_main. */
extern const struct sw_pipeline int_pipeline_pipeline;
extern const struct sw_view int_pipeline_view;

#ifdef __cplusplus
}
#endif

#endif
