/*
 * A pipeline stepped by hand at a terminal: shows how everything stands and
 * what is possible next, takes one of it, or takes it back.
 */
#ifndef COMPILER_INTERACTIVE_H
#define COMPILER_INTERACTIVE_H

#include <stdbool.h>
#include <stdio.h>

#include "picture.h"

/* Events of one session. */
#define INTERACTIVE_EVENTS_MAX 100000

struct sw_machine;

struct interactive {
	FILE *in;
	FILE *out;
	bool prompts; /* somebody sits there */
	struct picture_style style;
};

/*
 * Runs until `quit` or the end of the input. False with errno: what was to be
 * printed could not be written.
 */
bool interactive(
    const struct sw_machine *machine, const struct interactive *io);

#endif
