/*
 * All states of a subject: the one there is, or in PARALLEL one for each
 * execution. The same as runtime/machine/instances.c by other means, for a
 * step of any make; walks hold the two against each other.
 */
#ifndef DIFFERENTIAL_FLEET_H
#define DIFFERENTIAL_FLEET_H

#include <runtime/machine/words.h>

#include "subject.h"

struct fleet {
	const struct subject *subject;
	struct sw_state *shared;  /* everybody's; PARALLEL: nobody's */
	struct sw_state **states; /* PARALLEL: of executions from 1 */
	uint32_t n;               /* PARALLEL: executions started */
	uint32_t capacity;
};

struct fleet fleet_new(const struct subject *subject);
void fleet_free(struct fleet *fleet);

/* The newest execution's number. */
uint32_t fleet_executions(const struct fleet *fleet);
/*
 * The state that an execution is in; in PARALLEL that of nobody for one that
 * never was. Borrowed until fleet_free.
 */
struct sw_state *fleet_state(const struct fleet *fleet, uint32_t execution);
/* Takes an event; *out is valid until the next. *state is what it was about:
 * if it was refused, possibly one that is not kept. */
enum sw_refusal fleet_take(struct fleet *fleet, struct sw_addressed event,
    struct sw_output *out, struct sw_state **state);

/* Zeroed memory, or the end of the program. */
void *fleet_allocate(size_t size);

#endif
