/*
 * The machine stepped by hand. Each event goes through sw_step; statuses of
 * executions are kept as its commands say them, all else is read from the
 * state. Decides nothing of its own; the words are words.h's. An object of
 * JSON lists every execution that there ever was, so a line grows with them:
 * what has ended is rendered once and copied from then on.
 */
#include "simulate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "machine/words.h"
#include "simulate_print.h"

/* Makes room for the newest execution; ends the program without memory. */
static void
know_execution(struct simulation *s, uint32_t number)
{
	if (number < s->capacity)
		return;
	s->capacity = s->capacity * 2 + 16;
	s->executions = check_memory(
	    realloc(s->executions, s->capacity * sizeof *s->executions));
}

/* What a command says of its execution; NONE: nothing. */
static enum sw_status
status_said(enum sw_command_kind kind)
{
	switch (kind) {
	case SW_COMMAND_SUCCEEDED:
		return SW_STATUS_SUCCEEDED;
	case SW_COMMAND_FAILED:
		return SW_STATUS_FAILED;
	case SW_COMMAND_STOPPING:
		return SW_STATUS_STOPPING;
	case SW_COMMAND_STOPPED:
		return SW_STATUS_STOPPED;
	case SW_COMMAND_SUPERSEDED:
		return SW_STATUS_SUPERSEDED;
	case SW_COMMAND_RESUMED:
		return SW_STATUS_IN_PROGRESS;
	case SW_COMMAND_START:
	case SW_COMMAND_CANCEL:
	case SW_NCOMMANDS:
		break;
	}
	return SW_STATUS_NONE;
}

static void
record_place(struct simulation *s, uint32_t execution, uint32_t stage)
{
	if (execution != 0 && !simulation_has_ended(s, execution))
		s->executions[execution].stage = stage;
}

/* Statuses as the commands have them; places as the stages have them. */
static void
record_executions(struct simulation *s)
{
	const uint32_t newest = s->state->executions;
	know_execution(s, newest);
	while (s->nexecutions < newest)
		s->executions[++s->nexecutions] =
		    (struct simulated_execution){ SW_STATUS_IN_PROGRESS, 0, 0 };
	for (uint32_t i = 0; i < s->output.ncommands; i++) {
		const struct sw_command *c = &s->output.commands[i];
		const enum sw_status status =
		    status_said((enum sw_command_kind)c->kind);
		if (status == SW_STATUS_NONE)
			continue;
		s->executions[c->execution].status = status;
		simulate_forget(s, c->execution);
	}
	for (uint32_t i = 0; i < s->machine->nstages; i++) {
		const struct sw_stage_state *stage =
		    sw_state_stage(s->state, i);
		record_place(s, stage->execution, i);
		record_place(s, stage->waiting, i);
	}
}

/* Executes one event and prints what follows. */
static void
take(struct simulation *s, struct sw_event event)
{
	memcpy(s->before, s->state, s->machine->state_size);
	s->event = event;
	s->refusal = sw_step(s->machine, s->state, event, &s->output);
	record_executions(s);
	if (s->format == SIMULATE_JSON)
		simulate_print_json(s);
	else
		simulate_print_text(s);
}

/* The next line without its end, in `line`; false at the end or a problem. */
static bool
read_line(
    FILE *events, char *line, unsigned long number, struct simulate_problem *p)
{
	errno = 0;
	if (fgets(line, SIMULATE_LINE_MAX + 2, events) == NULL) {
		if (ferror(events))
			snprintf(p->what, sizeof p->what,
			    "cannot read the events: %s", strerror(errno));
		return false;
	}
	const size_t length = strcspn(line, "\n");
	if (length > SIMULATE_LINE_MAX ||
	    (line[length] == '\0' && !feof(events))) {
		p->line = number;
		snprintf(p->what, sizeof p->what,
		    length > SIMULATE_LINE_MAX
			? "a line of more than %d bytes"
			: "a byte 0 within the first %d bytes",
		    SIMULATE_LINE_MAX);
		return false;
	}
	line[length] = '\0';
	if (length > 0 && line[length - 1] == '\r')
		line[length - 1] = '\0';
	return true;
}

static void
take_all(struct simulation *s, FILE *events, struct simulate_problem *problem)
{
	char line[SIMULATE_LINE_MAX + 2];
	char what[SW_WORDS_MAX];
	for (unsigned long n = 1; read_line(events, line, n, problem); n++) {
		struct sw_event event;
		if (line[0] == '#' || line[strspn(line, " \t")] == '\0')
			continue;
		if (sw_words_read_event(s->machine, line, &event, what) < 0) {
			problem->line = n;
			snprintf(
			    problem->what, sizeof problem->what, "%s", what);
			return;
		}
		take(s, event);
	}
}

int
simulate(const struct sw_machine *machine, FILE *events, FILE *out,
    enum simulate_format format, struct simulate_problem *problem)
{
	struct simulation s = {
		.machine = machine,
		.state = check_memory(calloc(1, machine->state_size)),
		.before = check_memory(calloc(1, machine->state_size)),
		.output.commands =
		    check_memory(calloc(SW_COMMANDS_MAX(machine->group_max),
			sizeof(struct sw_command))),
		.output.fired = check_memory(calloc(
		    SW_FIRED_MAX(machine->group_max), sizeof(struct sw_fired))),
		.format = format,
		.out = out,
	};
	*problem = (struct simulate_problem){ .line = 0 };
	sw_state_init(machine, s.state);
	simulate_prepare(&s);
	take_all(&s, events, problem);
	const bool written = simulate_finish(&s);
	if (!written && problem->what[0] == '\0')
		snprintf(problem->what, sizeof problem->what,
		    "cannot write: %s", strerror(errno));
	free(s.executions);
	free(s.output.fired);
	free(s.output.commands);
	free(s.before);
	free(s.state);
	return problem->what[0] == '\0' ? 0 : -1;
}
