/*
 * The same machine with a shorter memory of rollback targets: beside it at
 * every step, it must say and do the same for all executions within reach.
 */
#ifndef DIFFERENTIAL_REACH_H
#define DIFFERENTIAL_REACH_H

#include <stagewright/machine.h>

struct reach;

/* One that remembers 32 executions; NULL in PARALLEL, which has no targets. */
struct reach *reach_new(const struct sw_machine *machine);
void reach_free(struct reach *reach);

/*
 * Takes the event that is about to be taken by the machine in *state, and
 * then what became of it: ends the program if they differ.
 */
void reach_before(
    struct reach *reach, const struct sw_state *state, struct sw_event event);
void reach_after(struct reach *reach, const struct sw_state *state,
    enum sw_refusal refusal, const struct sw_output *out);

#endif
