/*
 * The process between the engine and an action: its parent, the keeper of its
 * log, its deadline and its result. Internal to attempt.c.
 */
#ifndef RUNTIME_SUPERVISOR_H
#define RUNTIME_SUPERVISOR_H

#include "attempt.h"

/* Bytes on the gate and on DIR/ctl, from the engine. */
#define SW_ORDER_GO 'g'
#define SW_ORDER_STOP 's'

/* Connections to DIR/ctl at a time; others wait. */
#define SW_CTL_MAX 8

/*
 * The whole life of a supervisor, in a process that was just forked with all
 * signals blocked. `gate` is its end of the socket to the engine, `lock` the
 * locked file. Never returns.
 */
_Noreturn void sw__supervisor_run(
    const struct sw_attempt_spec *spec, int gate, int lock);

#endif
