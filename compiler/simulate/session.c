/*
 * Each event goes to the machine; statuses of executions are kept as its
 * commands say them, all else is read from the state.
 */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "machine/instances.h"

enum sw_status
session_status_said(enum sw_command_kind kind)
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
	case SW_COMMAND_ROLLBACK:
	case SW_NCOMMANDS:
		break;
	}
	return SW_STATUS_NONE;
}

/* Makes room for the newest execution. */
static void
know_execution(struct session *s, uint32_t number)
{
	if (number < s->capacity)
		return;
	s->capacity = (size_t)number * 2 + 16;
	s->executions = check_memory(
	    realloc(s->executions, s->capacity * sizeof *s->executions));
}

static void
record_place(struct session *s, uint32_t execution, uint32_t stage)
{
	if (execution != 0 && !session_has_ended(s, execution))
		s->executions[execution].stage = stage;
}

static void
record_places(struct session *s)
{
	for (uint32_t i = 0; i < s->machine->nstages; i++) {
		uint32_t waiting;

		record_place(s, sw_state_stage(s->state, i)->execution, i);
		for (uint32_t n = 0; (waiting = sw_state_waiting(
					  s->machine, s->state, i, n)) != 0;
		     n++)
			record_place(s, waiting, i);
	}
}

/* Statuses as the commands have them; places as the stages have them. */
static void
record_executions(struct session *s)
{
	const uint32_t newest = sw_instances_executions(s->instances);
	know_execution(s, newest);
	while (s->nexecutions < newest)
		s->executions[++s->nexecutions] =
		    (struct session_execution){ SW_STATUS_IN_PROGRESS, 0, 0 };
	for (uint32_t i = 0; i < s->output.ncommands; i++) {
		const struct sw_command *c = &s->output.commands[i];
		const enum sw_status status =
		    session_status_said((enum sw_command_kind)c->kind);
		if (status != SW_STATUS_NONE)
			s->executions[c->execution].status = status;
	}
	record_places(s);
}

void
session_init(struct session *session, const struct sw_machine *machine)
{
	*session = (struct session){
		.machine = machine,
		.before = check_memory(calloc(1, machine->state_size)),
		.empty = check_memory(calloc(1, machine->state_size)),
		.output.commands =
		    check_memory(calloc(SW_COMMANDS_MAX(machine->group_max),
			sizeof(struct sw_command))),
		.output.fired = check_memory(calloc(
		    SW_FIRED_MAX(machine->group_max), sizeof(struct sw_fired))),
	};
	sw_state_init(machine, session->empty);
	session_reset(session);
}

void
session_reset(struct session *session)
{
	sw_instances_free(session->instances);
	session->instances = check_memory(sw_instances_new(session->machine));
	session->state = session_is_parallel(session)
			     ? session->empty
			     : sw_instances_state(session->instances, 0);
	session->nexecutions = 0;
	session->output.ncommands = 0;
	session->output.nfired = 0;
}

void
session_release(struct session *session)
{
	free(session->executions);
	free(session->output.fired);
	free(session->output.commands);
	free(session->empty);
	free(session->before);
	sw_instances_free(session->instances);
	*session = (struct session){ .machine = NULL };
}

const struct sw_state *
session_state(const struct session *session, uint32_t execution)
{
	if (session_is_parallel(session) && execution == 0)
		return session->state;
	return sw_instances_state(session->instances, execution);
}

/* The state that an event is about; an empty one if there is none. */
static const struct sw_state *
state_of(const struct session *s, uint32_t execution)
{
	const struct sw_state *state =
	    sw_instances_state(s->instances, execution);

	return state != NULL ? state : s->empty;
}

enum sw_refusal
session_step(struct session *s, struct sw_addressed event)
{
	int refusal;

	memcpy(s->before, state_of(s, event.execution), s->machine->state_size);
	s->event = event;
	refusal = sw_instances_step(s->instances, event, &s->output);
	if (refusal < 0)
		check_memory(NULL);
	s->refusal = (enum sw_refusal)refusal;
	/* In PARALLEL the newest execution is the one that a start made. */
	if (s->refusal == SW_ACCEPTED && event.event.kind == SW_EVENT_START)
		event.execution = sw_instances_executions(s->instances);
	s->state = state_of(s, event.execution);
	if (s->refusal == SW_ACCEPTED)
		record_executions(s);
	return s->refusal;
}
