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

#include "layout.h"

/* Off the common path: kept out of the one function that machine.c makes. */
#if defined __GNUC__
#	define SW_RARE __attribute__((cold, noinline))
#else
#	define SW_RARE
#endif

struct turn {
	const struct sw_machine *machine;
	struct sw_state *state;
	struct sw_stage_state *stages; /* machine->nstages of them, in *state */
	uint8_t *actions;              /* machine->nactions, see status_of */
	struct sw_command *commands;   /* where the next one goes */
	const struct sw_output *out;   /* where this turn's begin */
	struct sw_fired *fired;
};

/* gate.c: arriving at a stage, entering and leaving it (sections 2 and 4). */
SW_API void sw__arrive(struct turn *t, uint32_t stage, uint32_t execution);
SW_API void sw__release(struct turn *t, uint32_t stage);
SW_API enum sw_refusal sw__start(struct turn *t, uint32_t in_flight);
SW_RARE SW_API enum sw_refusal sw__open(struct turn *t, uint32_t stage);
SW_RARE SW_API enum sw_refusal sw__close(struct turn *t, uint32_t stage);

/* queue.c: who waits in front of a stage (sections 2.3 and 2.5). */
SW_RARE SW_API void sw__wait(
    struct turn *t, uint32_t stage, uint32_t execution);
SW_RARE SW_API uint32_t sw__next_waiting(struct turn *t, uint32_t stage);
SW_API bool sw__leave_queue(
    struct turn *t, uint32_t execution, uint32_t *stage);

/* group.c: actions and groups inside a stage (section 3). */
SW_API void sw__begin_stage(struct turn *t, uint32_t stage);
SW_API void sw__go_on(struct turn *t, uint32_t stage);
SW_API void sw__go_on_behind(struct turn *t, uint32_t action);
SW_API void sw__begin_group(struct turn *t, uint32_t action);
SW_API void sw__leave(struct turn *t, uint32_t stage, enum sw_status status);
SW_API enum sw_refusal sw__end(
    struct turn *t, enum sw_event_kind how, uint32_t action);
SW_RARE SW_API enum sw_refusal sw__unknown(struct turn *t, uint32_t action);

/* condition.c: what surrounds the actions of a stage (section 8). */
SW_RARE SW_API void sw__decide(struct turn *t, uint32_t rule, bool passed);
SW_RARE SW_API void sw__actions_failed(struct turn *t, uint32_t stage);
SW_RARE SW_API enum sw_refusal sw__override(
    struct turn *t, uint32_t stage, uint32_t condition);

/* rollback.c (section 9) */
SW_API void sw__remember(struct turn *t, uint32_t stage, uint32_t execution);
SW_API void sw__fail(
    struct turn *t, uint32_t stage, enum sw_condition_result result);
SW_RARE SW_API enum sw_refusal sw__rollback(
    struct turn *t, uint32_t stage, uint32_t target);

/* stop.c: stop and abandon (section 5). */
SW_RARE SW_API enum sw_refusal sw__stop(struct turn *t, uint32_t execution);
SW_RARE SW_API enum sw_refusal sw__abandon(struct turn *t, uint32_t execution);
SW_API void sw__stopped(struct turn *t, uint32_t stage);

/* retry.c: a failed or stopped stage again (section 6). */
SW_API void sw__retry_in(
    struct turn *t, uint32_t stage, enum sw_condition_result result);
SW_API enum sw_refusal sw__retry(
    struct turn *t, uint32_t stage, enum sw_condition_result result);

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
