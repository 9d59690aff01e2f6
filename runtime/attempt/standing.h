/*
 * How an attempt stands, by what is in its directory and nothing else: the
 * names there are attempt.h's, the table is in standing.c.
 */
#ifndef RUNTIME_STANDING_H
#define RUNTIME_STANDING_H

#include <stdbool.h>

#include <sys/types.h>

#include "group.h"
#include "result.h"
#include "supervisor.h"

enum sw_standing {
	SW_STANDING_OVER,    /* its result is whole */
	SW_STANDING_RUNNING, /* or about to: its supervisor holds the lock */
	SW_STANDING_NOT_STARTED,
	SW_STANDING_UNKNOWN,
	SW_STANDING_UNSEEN /* the system did not let us look: nothing is known,
	                      not even that it is Unknown; errno says why */
};

/* The id of the machine's boot; empty if it cannot be told. */
void sw__standing_boot(char out[SW_BOOT_ID_MAX]);

/* *result is filled in if it is over; the caller releases it then. */
enum sw_standing sw__standing_look(
    const char *dir, struct sw_result_store *result);

/*
 * A pidfd of the supervisor of an attempt that runs, for certain not of a
 * stranger that got its pid; -1 if there is none, or none as yet.
 */
int sw__standing_supervisor(const char *dir);

/* The path of its control group, as its supervisor left it; "": none. */
void sw__standing_group(const char *dir, char out[SW_GROUP_PATH_MAX]);

#endif
