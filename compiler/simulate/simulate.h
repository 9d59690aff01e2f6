/*
 * The machine stepped by hand: lines of events in, what follows from each
 * out, as text that says what changed or as one JSON object a line that says
 * how everything stands.
 */
#ifndef COMPILER_SIMULATE_H
#define COMPILER_SIMULATE_H

#include <stdio.h>

struct sw_machine;

/* Bytes of one event line. */
#define SIMULATE_LINE_MAX 4096

enum simulate_format {
	SIMULATE_TEXT,
	SIMULATE_JSON
};

/* What stopped a simulation before the end of its events. */
struct simulate_problem {
	unsigned long line; /* of the events; 0: reading or writing failed */
	char what[512];
};

/*
 * Reads events, one a line; empty lines and lines that begin with # do not
 * count, but in PARALLEL those that begin with the number of an execution.
 * Returns 0 at the end of them, or -1 with *problem: a line is no event of this
 * machine (what came before it is printed), or the streams failed (errno says
 * why). A refused event is no problem but an answer.
 */
int simulate(const struct sw_machine *machine, FILE *events, FILE *out,
    enum simulate_format format, struct simulate_problem *problem);

#endif
