/* Which events the machine would accept now. */
#ifndef COMPILER_POSSIBLE_H
#define COMPILER_POSSIBLE_H

#include <stddef.h>

#include "session.h"

/* Events that are possible in one state of a session. */
struct possible {
	struct sw_addressed *events;
	size_t n;
	size_t capacity;
};

/*
 * Finds them anew: what runs can end first, then what people may do, and last
 * which transitions may be closed. The session stays as it is. Freed with possible_release.
 */
void possible_find(struct possible *possible, const struct session *session);
void possible_release(struct possible *possible);

#endif
