/*
 * The engine: makes things happen, in one direction.
 *
 *   requests, results, timers, tips wait -> for each a row is drafted and
 *   taken into the book (the machine judges) -> what follows from it is
 *   drafted too -> all of it is committed to the journal at once -> commands
 *   are carried out, listeners told, requests answered
 *
 * That is a turn, when the loop has collected all that has come. Nothing is
 * done before it is in the journal, and all to the world (world.h). Without a
 * loop nothing is started: an engine with one does, later.
 */
#ifndef RUNTIME_ENGINE_H
#define RUNTIME_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "journal/book.h"
#include "journal/space.h"
#include "journal/statedir.h"
#include "matter.h"
#include "retention.h"
#include "world.h"

/* Times that one attempt that provably did not start is started again. */
#define SW_LAUNCHES_MAX 3
/* Characters of a comment: CodePipeline's limit of a summary. */
#define SW_COMMENT_MAX 512
/* Characters of one variable's value given at start. */
#define SW_VARIABLE_MAX 65536

struct sw_engine;

struct sw_engine_options {
	const struct sw_pipeline *pipeline;
	const struct sw_statedir *dir; /* owned; NULL: an empty book alone */
	const struct sw_world *world;  /* outlives the engine */
	const struct sw_vault *vault;  /* secret/vault.h; NULL: no secrets */
	struct sw_space *space;        /* NULL: nobody looks at the disk */
	const char *program; /* hash of its bytes, or NULL; borrowed */
	const struct sw_retention *retention; /* NULL: nothing is pruned unless
						 somebody asks; borrowed */
	bool drains; /* nobody may start an execution any more */
	/* A row was recorded: sw__view_row's document, borrowed. May be NULL. */
	void (*row)(const json_t *row, void *payload);
	/* The journal cannot be written: the engine does nothing more and the
	 * process should end; what runs goes on under its supervisors. */
	void (*trouble)(const struct sw_error *err, void *payload);
	void *payload;
};

/*
 * Rebuilds the book from the journal, checking each state's hash. In a
 * directory that is in the terms of another machine (book.h) an engine without
 * a loop speaks in those; one with a loop is refused: SW_ERROR_UPGRADE.
 */
int sw__engine_open(struct sw_engine **out,
    const struct sw_engine_options *options, struct sw_error *err);
/*
 * Lets go of what runs and frees. With a loop: run it until it is empty, then
 * free by the second call.
 */
void sw__engine_close(struct sw_engine *engine);
void sw__engine_free(struct sw_engine *engine);

/* Borrowed; changes with every row. */
const struct sw_book *sw__engine_book(const struct sw_engine *engine);

/* Takes up what an earlier engine left: to be called once, with a loop. */
int sw__engine_resume(struct sw_engine *engine, struct sw_error *err);

/*
 * Starts an execution. `trigger` as in view.h; `variables` { NAME: VALUE } and
 * `revisions` { "STAGE.ACTION": REVISION } may be NULL or lack some; `approve`
 * is an array of approvals given in advance, or NULL. All borrowed.
 */
struct sw_start {
	json_t *trigger;
	json_t *variables;
	json_t *revisions;
	json_t *approve;
};
/* As a turn, with whatever waits. */
int sw__engine_start(struct sw_engine *engine, const struct sw_start *start,
    uint32_t *number, struct sw_error *err);

/*
 * Any other machine event: `line` as in runtime/machine/words.h, `facts` (an
 * object, or NULL; borrowed) is recorded with it: "by", "comment".
 * SW_ERROR_REFUSED with the machine's reason, or recorded.
 */
int sw__engine_post(struct sw_engine *engine, const char *line, json_t *facts,
    struct sw_error *err);

/* A tip of a source that was seen, and the execution that it starts. */
struct sw_seen {
	uint32_t action;
	const char *ref;
	const char *revision;
	const struct sw_start *start; /* NULL: none */
};
/*
 * Records tips, so that they are news no more, and in the same commit starts
 * what they start: all or nothing. An execution that cannot be started as it
 * is asked for is left out (SW_ERROR_USAGE, when all else is recorded); one
 * that the machine refuses, since too many are in flight, is left out with its
 * tip, which stays news (SW_ERROR_REFUSED).
 */
int sw__engine_tips(struct sw_engine *engine, const struct sw_seen *seen,
    uint32_t n, struct sw_error *err);

/*
 * Computes every state again from the journal and compares; *rows is how many
 * rows agree. SW_ERROR_CORRUPT names the first that does not.
 */
int sw__engine_replay(
    struct sw_engine *engine, uint64_t *rows, struct sw_error *err);

/* The disk that its options name, or NULL. */
const struct sw_space *sw__engine_space(const struct sw_engine *engine);
/* Tries again what could not be recorded since the disk was full: to be called
 * from time to time while it is. */
void sw__engine_retry(struct sw_engine *engine);

/* Attempts that run under supervisors of this engine's. */
uint32_t sw__engine_running(const struct sw_engine *engine);
/* Now in its world, in milliseconds since the epoch. */
uint64_t sw__engine_now(const struct sw_engine *engine);

#endif
