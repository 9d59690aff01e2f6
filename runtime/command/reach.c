/*
 * Tries the socket and the lock of a state directory by turns. Input: a
 * directory; output: a connection, or the lock.
 */
#include "reach.h"

#include <time.h>

#include "engine/world_real.h"

/* Between two looks. */
#define AGAIN_MS 10

int
sw__reach(struct sw_statedir *dir, struct sw_client *client, uint64_t wait_ms,
    struct sw_error *err)
{
	const uint64_t deadline = sw__wall_ms() + wait_ms;
	for (;;) {
		int status = sw__client_open(client, dir, err);
		if (status != SW_ERROR_REFUSED)
			return status;
		status = sw__statedir_own(dir, err);
		if (status != SW_ERROR_BUSY)
			return status == 0 ? 1 : status;
		if (sw__wall_ms() >= deadline) {
			sw__error_add(err, " and does not answer");
			return status;
		}
		nanosleep(
		    &(struct timespec){ .tv_nsec = AGAIN_MS * 1000000L }, NULL);
	}
}

int
sw__reach_own(struct sw_statedir *dir, struct sw_error *err)
{
	struct sw_client owner;
	const int status = sw__reach(dir, &owner, SW_REACH_MS, err);
	if (status != 0)
		return status > 0 ? 0 : status;
	sw__client_close(&owner);
	return sw__statedir_own(dir, err);
}
