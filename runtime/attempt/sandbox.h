/*
 * What the programs of an action are kept from: limits, a user of their own, a
 * system of their own. In the child that becomes them.
 */
#ifndef RUNTIME_SANDBOX_H
#define RUNTIME_SANDBOX_H

#include "attempt.h"

/*
 * Each attempt of a sandbox under root is the user with this number and that
 * of its directory's inode, modulo SW_SANDBOX_USERS: no two attempts at a time
 * share one. systemd and Debian give nobody a number from there.
 */
#define SW_SANDBOX_USER_FIRST 0x70000000u
#define SW_SANDBOX_USERS 0x08000000u

/*
 * Enters the sandbox of the action, with its workspace (and DIR's tmp) in
 * place. *wrapper is what goes in front of every program that it executes, NULL
 * at the end; NULL itself: nothing. `is_counted` says that processes are
 * counted by a control group. Fails with a way out in words.
 */
int sw__sandbox_enter(const struct sw_attempt_spec *spec, bool is_counted,
    const char *const **wrapper, struct sw_error *err);

#endif
