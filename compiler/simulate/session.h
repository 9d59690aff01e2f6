/*
 * A pipeline that is stepped by hand: its state, in PARALLEL that of each
 * execution; what the last event brought about, and what has become of each
 * execution. Everything that simulates goes through session_step; nothing
 * here decides what an event means.
 */
#ifndef COMPILER_SESSION_H
#define COMPILER_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stagewright/machine.h>

#include "machine/words.h"

struct sw_instances;

/* What the commands of the machine have said of an execution. */
struct session_execution {
	enum sw_status status;
	uint32_t stage; /* that it holds or waits for, unless it has ended */
	size_t offset;  /* for simulate_json.c's own use */
};

struct session {
	const struct sw_machine *machine;
	struct sw_instances *instances;
	/* What the last event was about, and the same before it; in PARALLEL
	 * that of one execution, an empty one before the first. */
	const struct sw_state *state;
	struct sw_state *before;
	struct sw_state *empty;
	struct sw_output output;   /* of the last event */
	struct sw_addressed event; /* the last one */
	enum sw_refusal refusal;
	struct session_execution *executions; /* from 1 */
	uint32_t nexecutions;
	size_t capacity;
};

/* Ends the program without memory. The machine is borrowed. */
void session_init(struct session *session, const struct sw_machine *machine);
void session_release(struct session *session);
/* Back to the start. */
void session_reset(struct session *session);

/* Takes one event: a step of the machine, and what it says of executions. */
enum sw_refusal session_step(
    struct session *session, struct sw_addressed event);

/* The state that an execution is in (0: that of the last event). Borrowed
 * until the next step; NULL: it was never started. */
const struct sw_state *session_state(
    const struct session *session, uint32_t execution);

static inline bool
session_is_parallel(const struct session *session)
{
	return session->machine->mode == SW_MODE_PARALLEL;
}

/* Will it never be anywhere again, unless it is retried? */
static inline bool
session_has_ended(const struct session *session, uint32_t execution)
{
	return session->executions[execution].status != SW_STATUS_IN_PROGRESS &&
	       session->executions[execution].status != SW_STATUS_STOPPING;
}

/* What a command says of its execution; NONE: nothing. */
enum sw_status session_status_said(enum sw_command_kind kind);

#endif
