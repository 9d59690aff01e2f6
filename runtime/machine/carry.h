/*
 * A state of one machine carried over to another: what becomes of executions
 * in flight when a pipeline was changed. Pure and freestanding, as sw_step:
 * the runtime asks it about the state that is there, a review about every
 * state that could be.
 *
 * What is the same in both machines is so by name: a stage by its own, an
 * action or a rule by its stage's and its own, and its category. A renamed one
 * is gone, and a new one is there.
 */
#ifndef MACHINE_CARRY_H
#define MACHINE_CARRY_H

#include <stddef.h>

#include <stagewright/machine.h>

#define SW_NOWHERE UINT32_MAX

/* Two machines and what is the same in them; all arrays are the caller's. */
struct sw_carry {
	const struct sw_machine *from;
	const struct sw_machine *to;
	uint32_t *stages;  /* of each stage of `from`: its index in `to` */
	uint32_t *actions; /* of each row of `from`; SW_NOWHERE: it is gone */
	uint32_t *old_stages;  /* of each stage of `to`: its index in `from` */
	uint32_t *old_actions; /* of each row of `to`; SW_NOWHERE: it is new */
};

/* Fills in the arrays, by names. */
void sw_carry_by_names(struct sw_carry *carry);

/* What becomes of an execution in flight. */
enum sw_carry_way {
	SW_CARRY_OVER,   /* it goes on in the new machine where it is */
	SW_CARRY_REPEAT, /* the same, but its stage begins anew */
	SW_CARRY_STAY,   /* it can end on the old machine alone */
	SW_NCARRY_WAYS
};

/* Why an execution does not carry over, or its stage cannot begin anew. */
enum sw_carry_reason {
	SW_CARRY_FITS,
	SW_CARRY_MODE,       /* the execution mode is another one */
	SW_CARRY_STAGE_GONE, /* subject: old stage that it is at */
	SW_CARRY_ROW_GONE,   /* old row that runs */
	SW_CARRY_BEHIND,     /* new row that would never run for it */
	SW_CARRY_AGAIN,      /* old row that ran and would run once more */
	SW_CARRY_ORDER,      /* old row that stands elsewhere among others */
	SW_CARRY_STOPPING,   /* nothing starts for it any more */
	SW_CARRY_ROLLBACK,   /* it is one: its stage is not begun anew */
	SW_CARRY_EFFECT,     /* old row that ran, and may not run twice */
	SW_NCARRY_REASONS
};

struct sw_carry_answer {
	uint8_t way;           /* enum sw_carry_way */
	uint8_t reason;        /* why it does not carry over */
	uint8_t repeat_reason; /* why its stage cannot begin anew */
	uint8_t reserved;
	uint32_t subject; /* of the reason: index of a stage or a row */
	uint32_t repeat_subject;
};

/*
 * What becomes of an execution that is at a stage of the old machine: that
 * holds it (`holds`), or waits in front of it. It carries over when
 *   - its stage and all that runs of it are in the new machine,
 *   - nothing that is new lies behind it: it would be past it without having
 *     run it, an approval for instance,
 *   - nothing that it ran and that may not run twice lies ahead of it.
 * Its stage begins anew when that is so at the stage's beginning, and whatever
 * ran in the stage may run again: sources, builds, tests, approvals, rules,
 * and what was declared idempotent and does not run at the moment.
 */
struct sw_carry_answer sw_carry_judge(const struct sw_carry *carry,
    const struct sw_state *state, uint32_t stage, int holds);

/* How an execution is at a stage. */
enum sw_carry_at {
	SW_CARRY_WAITS, /* in front of it */
	SW_CARRY_HOLDS,
	SW_CARRY_ENDED /* it failed or was stopped there, and nobody is there */
};

/* Bytes of a place in a stage of so many rows, with the \0. */
#define SW_CARRY_PLACE_MAX(nrows) (96 + (nrows))

/*
 * The place of an execution at a stage of the old machine: all that its
 * judgement depends on, as a text. Two in the same place of the same stage are
 * judged alike. Words that a blank parts:
 *   "waits", "holds" or "ended"   enum sw_carry_at
 *   "stopping"                    holds: nothing starts for it any more
 *   "rollback"                    holds, ended: its type
 *   "crowded"                     somebody waits behind the first who waits
 * and of "holds" a letter for each row of the stage, in the machine's order:
 *   . none, w Pending, r InProgress or Unknown, s Succeeded, f another end
 * "holds sr", say. Returns its length.
 */
size_t sw_carry_place(const struct sw_machine *from,
    const struct sw_state *state, uint32_t stage, enum sw_carry_at at,
    char *text);

/*
 * Could the execution that failed or was stopped in this stage, which nobody
 * holds, be retried in the new machine? If not, the stage's past ends there.
 */
struct sw_carry_answer sw_carry_judge_past(
    const struct sw_carry *carry, const struct sw_state *state, uint32_t stage);

/*
 * Builds the state of the new machine in *out (to->state_size bytes). `repeats`
 * has a byte for each stage of `from`: 1, and who holds it begins it anew, and
 * who failed or was stopped there cannot be retried. `scratch` has room for one
 * step's answer. Rows that became InProgress by it are those that nobody tries:
 * the caller starts them. Stages that are new, or whose past does not fit, count
 * as Skipped by who is past them. Returns NULL; or the law that the state would
 * break (static), *out is of no use then.
 */
const char *sw_carry_state(const struct sw_carry *carry,
    const struct sw_state *state, const uint8_t *repeats,
    const struct sw_output *scratch, struct sw_state *out);

/* Are this stage's targets of rollbacks targets in the new machine: has it no
 * action that they did not run? */
int sw_carry_keeps_targets(const struct sw_carry *carry, uint32_t stage);

#endif
