/*
 * One turn of the machine: the machine, the state and the output of the step
 * under way, and the small words that the files of this folder are written
 * in. Internal to runtime/machine/.
 */
#ifndef MACHINE_TURN_H
#define MACHINE_TURN_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include <stagewright/machine.h>

struct turn {
	const struct sw_machine *machine;
	struct sw_state *state;
	struct sw_stage_state *stages; /* machine->nstages of them, in *state */
	uint8_t *actions;              /* machine->nactions, enum sw_status */
	const struct sw_output *out;   /* where this turn's begin */
	struct sw_command *commands;   /* where the next one goes */
	struct sw_fired *fired;
};

/* gate.c: arriving at a stage, entering and leaving it (sections 2 and 4). */
SW_API void sw__arrive(struct turn *t, uint32_t stage, uint32_t execution);
SW_API void sw__release(struct turn *t, uint32_t stage);
SW_API enum sw_refusal sw__start(struct turn *t);
SW_API enum sw_refusal sw__open(struct turn *t, uint32_t stage);
SW_API enum sw_refusal sw__close(struct turn *t, uint32_t stage);

/* group.c: actions and groups inside a stage (section 3). */
SW_API void sw__begin_stage(struct turn *t, uint32_t stage);
SW_API void sw__go_on(struct turn *t, uint32_t stage);
SW_API enum sw_refusal sw__end(
    struct turn *t, enum sw_event_kind how, uint32_t action);
SW_API enum sw_refusal sw__unknown(struct turn *t, uint32_t action);

/* stop.c: stop and abandon (section 5). */
SW_API enum sw_refusal sw__stop(struct turn *t, uint32_t execution);
SW_API enum sw_refusal sw__abandon(struct turn *t, uint32_t execution);
SW_API void sw__stopped(struct turn *t, uint32_t stage);

/* retry.c: a failed or stopped stage again (section 6). */
SW_API enum sw_refusal sw__retry(struct turn *t, uint32_t stage);
SW_API enum sw_refusal sw__retry_all(struct turn *t, uint32_t stage);

/* A stage is held exactly while its status says so. */
static inline bool
is_held(const struct sw_stage_state *stage)
{
	return stage->status == SW_STATUS_IN_PROGRESS ||
	       stage->status == SW_STATUS_STOPPING;
}

/* Running, or nobody knows: either way its group is not complete. */
static inline bool
is_unfinished(uint8_t action_status)
{
	return action_status == SW_STATUS_IN_PROGRESS ||
	       action_status == SW_STATUS_UNKNOWN;
}

static inline void
fire(struct turn *t, enum sw_rule rule, uint32_t subject, uint32_t execution)
{
	assert(t->fired - t->out->fired <
	       (ptrdiff_t)SW_FIRED_MAX(t->machine->group_max));
	*t->fired++ = (struct sw_fired){
		.rule = (uint32_t)rule,
		.subject = subject,
		.execution = execution,
	};
}

static inline void
command(struct turn *t, enum sw_command_kind kind, uint32_t action,
    uint32_t execution)
{
	assert(t->commands - t->out->commands <
	       (ptrdiff_t)SW_COMMANDS_MAX(t->machine->group_max));
	*t->commands++ = (struct sw_command){
		.kind = (uint32_t)kind,
		.action = action,
		.execution = execution,
	};
}

#endif
