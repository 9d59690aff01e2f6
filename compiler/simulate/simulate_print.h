/*
 * What a simulation prints after each event. Internal to simulate.c and
 * simulate_print.c.
 */
#ifndef COMPILER_SIMULATE_PRINT_H
#define COMPILER_SIMULATE_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include <stagewright/machine.h>

#include "simulate.h"

struct simulated_execution {
	enum sw_status status;
	uint32_t stage; /* that it holds or waits for, unless it has ended */
	size_t offset;  /* in what simulate_print.c has rendered */
};

struct simulation {
	const struct sw_machine *machine;
	struct sw_state *state;
	struct sw_state *before; /* the event */
	struct sw_output output;
	struct sw_event event;
	enum sw_refusal refusal;
	struct simulated_execution *executions; /* from 1 */
	uint32_t nexecutions;
	size_t capacity;
	enum simulate_format format;
	FILE *out;
	struct rendering *rendering; /* simulate_print.c's own */
};

/* Will it never be anywhere again, unless it is retried? */
static inline bool
simulation_has_ended(const struct simulation *s, uint32_t execution)
{
	return s->executions[execution].status != SW_STATUS_IN_PROGRESS &&
	       s->executions[execution].status != SW_STATUS_STOPPING;
}

void simulate_prepare(struct simulation *s);
/* The status of an execution is no longer what it was. */
void simulate_forget(struct simulation *s, uint32_t execution);
void simulate_print_json(struct simulation *s);
void simulate_print_text(struct simulation *s);
/* Writes what is left and frees; false with errno when anything was lost. */
bool simulate_finish(struct simulation *s);

#endif
