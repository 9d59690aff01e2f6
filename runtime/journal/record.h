/*
 * What the book records: attempts, executions, and what a state of the machine
 * speaks of. Read by all, written by the book alone (book.h).
 */
#ifndef RUNTIME_RECORD_H
#define RUNTIME_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include <stagewright/machine.h>

#include "digest.h"
#include "members.h"

#define SW_UUID_MAX 37
/* The text of a UUID of a version (RFC 9562, 4) from 128 bits. */
void sw__uuid_write(
    const uint8_t bits[16], unsigned version, char out[SW_UUID_MAX]);
/* "EXECUTION.ACTION.NUMBER", and ".ERA" behind an upgrade: unique in the state
 * directory. */
#define SW_ATTEMPT_ID_MAX 48
/* Between two attempts of an action, however often it failed. */
#define SW_BACKOFF_MAX_MS (UINT64_C(366) * 24 * 3600 * 1000)

/* A hash of a program's bytes, in hex. */
#define SW_PROGRAM_MAX 65

/* The id of a boot: a UUID. */
#define SW_BOOT_MAX 37

/* How the clocks of a machine stand to each other. The time of a row is that
 * of the boot's clock, which nobody can set, with this lead. */
struct sw_clocks {
	char boot[SW_BOOT_MAX]; /* which boot; "": not known */
	int64_t lead_ms;        /* of the wall clock */
};

/* One attempt of an action or a rule, or one question of an approval. */
struct sw_try {
	uint32_t action;       /* UINT32_MAX: an upgrade took it away */
	struct sw_try *before; /* the one before it in its execution, of any
	                          action; NULL: none */
	uint32_t execution;
	uint32_t number; /* 1, 2, ... of this action in this execution */
	char id[SW_ATTEMPT_ID_MAX];
	enum sw_status status; /* what has become of it */
	bool has_ended;        /* its process is gone, or it was answered */
	uint64_t started_ms;
	uint64_t ended_ms;      /* 0: status is InProgress */
	uint64_t ended_seq;     /* of the row that ended it; 0: none did */
	uint64_t due_ms;        /* of an approval: silence is a no after it */
	struct sw_body *asked;  /* text, of an approval; or NULL */
	struct sw_body *result; /* of the row that ended it; or NULL */
	struct sw_body *abandoned; /* of the row that made it so; or NULL */
};

/* When and by whom a stage was entered, left, closed. */
struct sw_stage_times {
	uint64_t entered_ms;
	uint64_t left_ms;       /* 0: it is held */
	struct sw_body *closed; /* of the row that closed it, or NULL */
	uint64_t closed_ms;
};

/*
 * A state of the machine and what its statuses speak of. In SUPERSEDED and
 * QUEUED there is one, in PARALLEL each execution has its own until it
 * Succeeded; then nothing can happen to it any more.
 */
struct sw_scene {
	const struct sw_state *state;
	struct sw_try **current; /* of each action: the try that its status
	                            speaks of; NULL: none as yet */
	uint64_t *next_ms;       /* of each: when its next attempt may start */
	struct sw_stage_times *stages; /* one for each */
};

struct sw_execution {
	uint32_t number;
	char id[SW_UUID_MAX];
	enum sw_status status;
	uint64_t started_ms;
	uint64_t ended_ms;     /* 0: it has not ended */
	struct sw_body *start; /* of the row that started it; pruned: what
				  prune.h says */
	struct sw_members namespaces; /* of its outputs: { NAME: VALUE } */
	struct sw_members artifacts;  /* their hashes */
	char *reason;                 /* in words, or NULL */
	uint64_t pruned_ms; /* a line of history is all that is left of it */
	uint32_t target;    /* of a rollback: what it goes back to; or 0 */
	uint32_t cause;     /* of an automatic one: who failed; or 0 */
	bool is_stored;     /* as it is put away; it may be forgotten */
	struct sw_try *last_try;    /* the newest one; NULL: none */
	struct sw_scene *scene;     /* PARALLEL; NULL when it Succeeded */
	uint32_t earlier_in_flight; /* numbers of its neighbours among those */
	uint32_t later_in_flight;   /* that are in flight; 0: none */
};

#endif
