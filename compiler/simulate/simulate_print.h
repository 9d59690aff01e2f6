/*
 * What a simulation prints after each event. Internal to simulate.c and
 * simulate_print.c.
 */
#ifndef COMPILER_SIMULATE_PRINT_H
#define COMPILER_SIMULATE_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "session.h"
#include "simulate.h"

struct simulation {
	struct session session;
	enum simulate_format format;
	FILE *out;
	struct rendering *rendering; /* simulate_print.c's own */
};

void simulate_prepare(struct simulation *s);
void simulate_print_json(struct simulation *s);
void simulate_print_text(struct simulation *s);
/* Writes what is left and frees; false with errno when anything was lost. */
bool simulate_finish(struct simulation *s);

#endif
