/*
 * Each event goes through sw_step; statuses of executions are kept as its
 * commands say them, all else is read from the state.
 */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

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

/* Statuses as the commands have them; places as the stages have them. */
static void
record_executions(struct session *s)
{
	const uint32_t newest = s->state->executions;
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
	for (uint32_t i = 0; i < s->machine->nstages; i++) {
		const struct sw_stage_state *stage =
		    sw_state_stage(s->state, i);
		record_place(s, stage->execution, i);
		record_place(s, stage->waiting, i);
	}
}

void
session_init(struct session *session, const struct sw_machine *machine)
{
	*session = (struct session){
		.machine = machine,
		.state = check_memory(calloc(1, machine->state_size)),
		.before = check_memory(calloc(1, machine->state_size)),
		.output.commands =
		    check_memory(calloc(SW_COMMANDS_MAX(machine->group_max),
			sizeof(struct sw_command))),
		.output.fired = check_memory(calloc(
		    SW_FIRED_MAX(machine->group_max), sizeof(struct sw_fired))),
	};
	session_reset(session);
}

void
session_reset(struct session *session)
{
	sw_state_init(session->machine, session->state);
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
	free(session->before);
	free(session->state);
	*session = (struct session){ .machine = NULL };
}

enum sw_refusal
session_step(struct session *s, struct sw_addressed event)
{
	memcpy(s->before, s->state, s->machine->state_size);
	s->event = event;
	s->refusal = sw_step(s->machine, s->state, event.event, &s->output);
	if (s->refusal == SW_ACCEPTED)
		record_executions(s);
	return s->refusal;
}
