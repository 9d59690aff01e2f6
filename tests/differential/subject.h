/*
 * A machine under test, however it came about: stepped in process, generated
 * and linked, or amalgamated. All must answer the same bytes.
 */
#ifndef DIFFERENTIAL_SUBJECT_H
#define DIFFERENTIAL_SUBJECT_H

#include <stdint.h>
#include <stdio.h>

#include <stagewright/machine.h>

struct subject {
	const struct sw_machine *machine; /* name NULL: the list ends */
	/* Points *out at what it answers, valid until the next call. */
	enum sw_refusal (*take)(const struct subject *subject, void *state,
	    struct sw_event event, struct sw_output *out);
	const void *own; /* of `take` */
};

/*
 * Walks at random from the start of the machine's life, and prints its name
 * and a hash of every event, answer and state, which is the same on a machine
 * of any byte order. Returns 0, or -1 after a law was broken, which it tells.
 */
int subject_walk(const struct subject *subject, uint64_t seed,
    unsigned long events, FILE *out);

/*
 * Reads event lines and prints for each the refusal, commands and rules by
 * number and the bytes of the state as hex. Returns 0, or -1 at a line that is
 * no event.
 */
int subject_drive(const struct subject *subject, FILE *events, FILE *out);

#endif
