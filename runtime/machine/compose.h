/*
 * A state put together from its parts, by who knows them by name: a stored one
 * that is read again. sw_state_init comes first; the laws (sw_state_broken_law)
 * say whether the whole is one.
 */
#ifndef MACHINE_COMPOSE_H
#define MACHINE_COMPOSE_H

#include <stagewright/machine.h>

/* All of a stage but its targets and who waits behind the first. */
void sw_state_put_stage(
    struct sw_state *state, uint32_t stage, const struct sw_stage_state *parts);
void sw_state_put_action(const struct sw_machine *machine,
    struct sw_state *state, uint32_t action, enum sw_status status,
    uint32_t retries);
/* A rollback of the stage could take what this execution released there; the
 * stage was put before. Left out if it is too far back. */
void sw_state_put_target(const struct sw_machine *machine,
    struct sw_state *state, uint32_t stage, uint32_t execution);
/*
 * Who waits at a place of the queue: stages from the last to the first, each
 * with those behind its first. Returns 0; -1: there is no such place.
 */
int sw_state_put_waiting(const struct sw_machine *machine,
    struct sw_state *state, uint32_t place, uint32_t execution);

#endif
