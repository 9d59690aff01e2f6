/*
 * Whoever owns a state directory, or becoming it. Others own it for a moment,
 * to look something up, and an owner comes or goes.
 */
#ifndef RUNTIME_REACH_H
#define RUNTIME_REACH_H

#include <stdint.h>

#include "owner/client.h"

/* How long somebody may own a directory and not answer. */
#define SW_REACH_MS 10000

/*
 * 0: *client is connected to the owner; 1: this process is. Waits for `wait_ms`
 * at most, then SW_ERROR_BUSY.
 */
int sw__reach(struct sw_statedir *dir, struct sw_client *client,
    uint64_t wait_ms, struct sw_error *err);

/* Becomes the owner; SW_ERROR_BUSY when somebody is who answers, or who does
 * not for SW_REACH_MS. */
int sw__reach_own(struct sw_statedir *dir, struct sw_error *err);

#endif
