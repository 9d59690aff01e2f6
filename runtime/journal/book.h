/*
 * The book: everything that is known about a pipeline, and nothing that is
 * not in its journal. It changes by sw__book_apply alone, which takes one row;
 * so a book rebuilt from the journal is the book that was lost. The machine's
 * states are in it and change by sw_step alone. No clock, no I/O.
 *
 * Rows, by kind. Machine events carry the line that runtime/machine/words.h
 * reads as "event"; the kind is its verb:
 *   pipeline  first row: "pipeline", "machine" (fingerprint, hex)
 *   start     "execution", "id", "trigger", "variables", "revisions"
 *   succeed, pass, fail, unknown
 *             "attempt" (its id), "outcome", "code", "reason", "variables",
 *             "artifacts", "log_bytes", "log_dropped"
 *   approve, reject   "execution", "token", "by", "comment"
 *   open, close, stop, abandon, retry, override, rollback   "by", "comment"
 * Others are facts that the machine does not judge:
 *   dispatch  an attempt was made and may run: "action", "execution",
 *             "number", "id"
 *   ask       an approval waits: the same, and "text", "due_ms"
 *   ended     an attempt ended that nobody waited for any more: as `succeed`
 *   tip       a source's branch or tag was seen: "action", "ref", "revision"
 *
 * A rollback is an execution that the machine starts itself, in the step of
 * another event. What it takes over is its target's, and its id is a UUID of
 * version 8 (RFC 9562, 5.8) made of the target's id and the row's number: the
 * same at each reading, and nobody else's, since the target's id is random.
 */
#ifndef RUNTIME_BOOK_H
#define RUNTIME_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include <stagewright/pipeline.h>

#include "error.h"
#include "machine/instances.h"

#define SW_DIGEST_BYTES 32
#define SW_UUID_MAX 37
/* "EXECUTION.ACTION.NUMBER": unique in the state directory. */
#define SW_ATTEMPT_ID_MAX 36
/* Between two attempts of an action, however often it failed. */
#define SW_BACKOFF_MAX_MS (UINT64_C(366) * 24 * 3600 * 1000)

/* One row of the journal, read or about to be written. */
struct sw_row {
	uint64_t seq; /* 1, 2, ... without a gap */
	uint64_t time_ms;
	const char *kind;
	json_t *body;                   /* an object */
	uint8_t state[SW_DIGEST_BYTES]; /* BLAKE2b-256 of the state after it */
};

/* One attempt of an action or a rule, or one question of an approval. */
struct sw_try {
	uint32_t action;
	uint32_t before; /* index + 1 of the try before it of the same action,
	                    in any execution; 0: none */
	uint32_t execution;
	uint32_t number; /* 1, 2, ... of this action in this execution */
	char id[SW_ATTEMPT_ID_MAX];
	enum sw_status status; /* what has become of it */
	bool has_ended;        /* its process is gone, or it was answered */
	uint64_t started_ms;
	uint64_t ended_ms; /* 0: status is InProgress */
	uint64_t due_ms;   /* of an approval: silence is a no from here on */
	json_t *asked;     /* string, of an approval; or NULL */
	json_t *result;    /* body of the row that ended it; or NULL */
	json_t *abandoned; /* body of the row that made it so; or NULL */
};

/* When and by whom a stage was entered, left, closed. */
struct sw_stage_times {
	uint64_t entered_ms;
	uint64_t left_ms; /* 0: it is held */
	json_t *closed;   /* body of the row that closed it, or NULL */
	uint64_t closed_ms;
};

/*
 * A state of the machine and what its statuses speak of. In SUPERSEDED and
 * QUEUED there is one, in PARALLEL each execution has its own until it
 * Succeeded; then nothing can happen to it any more.
 */
struct sw_scene {
	const struct sw_state *state;
	uint32_t *current; /* of each action: index + 1 of the try that
	                           its status speaks of; 0: none as yet */
	uint64_t *next_ms; /* of each: when its next attempt may start */
	struct sw_stage_times *stages; /* one for each */
	uint8_t digest[SW_DIGEST_BYTES];
};

struct sw_execution {
	uint32_t number;
	char id[SW_UUID_MAX];
	enum sw_status status;
	uint64_t started_ms;
	uint64_t ended_ms;  /* 0: it has not ended */
	json_t *start;      /* body of the row that started it */
	json_t *namespaces; /* { NAMESPACE: { NAME: VALUE } } of its outputs */
	json_t *artifacts;  /* { NAME: HASH } */
	char *reason;       /* in words, or NULL */
	uint32_t target;    /* of a rollback: what it goes back to; or 0 */
	uint32_t cause;     /* of an automatic one: who failed; or 0 */
	uint32_t first_try; /* tries there were when it started */
	struct sw_scene *scene; /* PARALLEL; NULL when it Succeeded */
};

struct sw_book {
	const struct sw_pipeline *pipeline;
	struct sw_instances *instances;
	struct sw_scene *shared; /* of all executions; PARALLEL: nobody's */
	uint64_t seq;            /* of the last row */
	uint64_t time_ms;        /* of the last row */
	struct sw_execution *executions; /* number n is at n - 1 */
	uint32_t nexecutions;
	struct sw_try *tries; /* in the order of their start */
	uint32_t ntries;
	uint32_t *latest;            /* of each action: index + 1 of its last
	                                try, in any execution */
	json_t *tips;                /* { "ACTION REF": REVISION } */
	struct sw_command *commands; /* room for one step's output */
	struct sw_fired *fired;
};

/* The text of a UUID of a version (RFC 9562, 4) from 128 bits. */
void sw__uuid_write(
    const uint8_t bits[16], unsigned version, char out[SW_UUID_MAX]);

/* An empty book, before the first row. Caller frees with sw__book_free. */
struct sw_book *sw__book_new(const struct sw_pipeline *pipeline);
void sw__book_free(struct sw_book *book); /* NULL is fine */

/*
 * Takes one row in; row->state is not looked at. *out says what the machine
 * answered (empty if it was not asked), borrowed until the next call. Returns
 * 0; SW_ERROR_REFUSED with the machine's reason and the book untouched; or
 * SW_ERROR_CORRUPT if no such row can have been written.
 */
int sw__book_apply(struct sw_book *book, const struct sw_row *row,
    struct sw_output *out, struct sw_error *err);

/* BLAKE2b-256 of the machine's state as it is now; PARALLEL: of those of all
 * executions that have one. */
void sw__book_digest(
    const struct sw_book *book, uint8_t digest[SW_DIGEST_BYTES]);

/* Look-ups; NULL if there is none. Borrowed until the next row. */
const struct sw_execution *sw__book_execution(
    const struct sw_book *book, uint32_t number);
/* The scene that an execution is in; without one in PARALLEL (0): nobody's. */
const struct sw_scene *sw__book_scene(
    const struct sw_book *book, uint32_t execution);
/* One scene after the other: *at begins with 0. NULL: no more. */
const struct sw_scene *sw__book_each(const struct sw_book *book, uint32_t *at);
/* The try that an action's status in a scene speaks of. */
const struct sw_try *sw__book_current(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t action);
/* The last try of an action in an execution. */
const struct sw_try *sw__book_last(
    const struct sw_book *book, uint32_t action, uint32_t execution);
struct sw_try *sw__book_find_try(const struct sw_book *book, const char *id);
/* The number that the next try of an action would have in an execution. */
uint32_t sw__book_next_number(
    const struct sw_book *book, uint32_t action, uint32_t execution);
/*
 * When an action starts that the machine has started and nobody tries as yet:
 * a time (0: now), or UINT64_MAX if it is not such an action.
 */
uint64_t sw__book_startable(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t action);
/* What the machine would say to an event now, as sw_instances_step; START is
 * not asked so. */
int sw__book_would(const struct sw_book *book, struct sw_addressed event);
const char *sw__book_tip(
    const struct sw_book *book, uint32_t action, const char *ref);
/* The revision at any ref of a source; NULL: none was ever seen. */
const char *sw__book_any_tip(const struct sw_book *book, uint32_t action);

#endif
