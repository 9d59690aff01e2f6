/*
 * The process between the engine and an action: its parent, the keeper of its
 * log, its deadline and its result. Internal to attempt.c.
 */
#ifndef RUNTIME_SUPERVISOR_H
#define RUNTIME_SUPERVISOR_H

#include "attempt.h"

/* The byte on the gate that lets the action begin. */
#define SW_ORDER_GO 'g'
/* The order to stop, to the supervisor. */
#define SW_SIGNAL_STOP SIGUSR1

/* Bytes of what a supervisor says at the gate, with its NUL. */
#define SW_SAID_MAX 1024
/* Bytes of a name in DIR, and of a boot id. */
#define SW_ATTEMPT_NAME_MAX 128
#define SW_BOOT_ID_MAX 64

/*
 * The whole life of a supervisor, in a process that was just forked with all
 * signals blocked. `gate` is its end of the socket to the engine, which it shuts
 * when the result is written; `file` is the locked file DIR/gate-BOOT. Never returns.
 */
_Noreturn void sw__supervisor_run(
    const struct sw_attempt_spec *spec, int gate, int file, const char *boot);

#endif
