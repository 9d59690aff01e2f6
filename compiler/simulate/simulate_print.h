/*
 * What a simulation prints after each event. Internal to simulate.c,
 * simulate_text.c and simulate_json.c.
 */
#ifndef COMPILER_SIMULATE_PRINT_H
#define COMPILER_SIMULATE_PRINT_H

#include <stdio.h>

#include "session.h"

struct simulation {
	struct session session;
	struct text *text;
	struct rendering *rendering; /* simulate_json.c's own */
};

void simulate_print_text(struct simulation *s);
/* "NAME: sentence" of a refusal, in SW_WORDS_MAX bytes. */
char *simulate_reason(enum sw_refusal refusal, char *line);

/* Before the first and behind the last simulate_print_json. */
void simulate_json_prepare(struct simulation *s);
void simulate_json_release(struct simulation *s);
void simulate_print_json(struct simulation *s);

#endif
