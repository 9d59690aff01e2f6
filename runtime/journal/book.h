/*
 * The book: everything that is known about a pipeline, and nothing that is
 * not in its journal. It changes by sw__book_apply alone, which takes one row;
 * so a book rebuilt from the journal is the book that was lost. The machine's
 * states are in it and change by sw_step alone. No clock, no I/O.
 *
 * Rows are in row.h.
 *
 * A book is in the terms of the machine of its last rows, which the journal
 * tells of by names: not always this program's own.
 * A rollback is an execution that the machine starts itself, in the step of
 * another event. What it takes over is its target's, and its id is a UUID of
 * version 8 (RFC 9562, 5.8) made of the target's id and the row's number: the
 * same at each reading, and nobody else's, since the target's id is random.
 */
#ifndef RUNTIME_BOOK_H
#define RUNTIME_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include <stagewright/pipeline.h>

#include "digest.h"
#include "error.h"
#include "machine/instances.h"
#include "ranges.h"
#include "record.h"
#include "row.h"

struct sw_era;

/* Of an action, beside what the machine knows. */
struct sw_told {
	uint64_t backoff_ms;
	const char *namespace_; /* NULL: none */
};

struct sw_book {
	const struct sw_pipeline *own;      /* of this program */
	const struct sw_pipeline *pipeline; /* that its rows are of by now */
	struct sw_era *era;                 /* whose `pipeline` is; NULL: own */
	struct sw_body *tables;             /* of `pipeline`, or NULL */
	struct sw_told *told;               /* what they say of each action */
	uint32_t ntold;
	uint32_t neras;               /* upgrades so far */
	char program[SW_PROGRAM_MAX]; /* "" or hash of the last owner */
	struct sw_instances *instances;
	struct sw_scene *shared;  /* of all executions; PARALLEL: nobody's */
	uint64_t seq;             /* of the last row */
	uint64_t time_ms;         /* of the last row */
	struct sw_clocks clocks;  /* as they were recorded last */
	uint64_t stored_seq;      /* row that the last checkpoint is of */
	struct sw_memory *memory; /* executions at hand */
	uint32_t nexecutions;     /* that were started */
	struct sw_ranges pruned;  /* of them: a line of history is left */
	uint32_t first_in_flight, last_in_flight; /* numbers; 0: none */
	struct sw_digests digests;                /* PARALLEL */
	uint8_t digest[SW_DIGEST_BYTES]; /* sw__book_digest's, if it is known */
	bool has_digest;
	struct sw_members tips;      /* of "ACTION REF": a revision */
	struct sw_command *commands; /* room for one step's output */
	struct sw_fired *fired;
};

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

/* Lets go of executions that were fetched by a look-up: nothing of them may be
 * borrowed any more. The next row does it too. */
void sw__book_forget_guests(const struct sw_book *book);

/* BLAKE2b-256 of the machine's state as it is now; PARALLEL: digest.h's of
 * those of all executions that have one. */
void sw__book_digest(
    const struct sw_book *book, uint8_t digest[SW_DIGEST_BYTES]);

/*
 * Look-ups. An execution may have to be read from its record first: 1; 0: it
 * was never started; an error: there is one, and it cannot be read. The others
 * say NULL if there is none, or if it cannot be read. Borrowed until the next
 * row.
 */
int sw__book_find(const struct sw_book *book, uint32_t number,
    const struct sw_execution **out, struct sw_error *err);
const struct sw_execution *sw__book_execution(
    const struct sw_book *book, uint32_t number);
/* Those at hand by their numbers: all that something can happen to, and others.
 * *at begins with 0. NULL: no more. */
const struct sw_execution *sw__book_at_hand(
    const struct sw_book *book, uint32_t *at);
/* The scene that an execution is in; without one in PARALLEL (0): nobody's. */
const struct sw_scene *sw__book_scene(
    const struct sw_book *book, uint32_t execution);
/* One scene after the other: *at begins with 0. NULL: no more. */
const struct sw_scene *sw__book_each(const struct sw_book *book, uint32_t *at);
/* The executions in flight, one after the other in the order in which they
 * became so; NULL is before the first, and after the last. */
const struct sw_execution *sw__book_next_in_flight(
    const struct sw_book *book, const struct sw_execution *before);
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
/* The id of that try: its execution, its action's index, its number and, once
 * indices have changed, how often they have. */
void sw__book_try_id(const struct sw_book *book, uint32_t action,
    uint32_t execution, char id[SW_ATTEMPT_ID_MAX]);
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
