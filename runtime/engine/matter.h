/*
 * What waits for the engine's next turn, and what it may do in it. All that
 * waits goes to one commit.
 */
#ifndef RUNTIME_MATTER_H
#define RUNTIME_MATTER_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "error.h"
#include "facts.h"

/* Matters that wait, and their bytes: then the engine turns at once. */
#define SW_WAITING_MAX 1024
#define SW_WAITING_BYTES_MAX (16u << 20)

struct sw_engine;
struct sw_start;
struct sw_turn;

/*
 * Something that waits for the next turn: a request, a result. Its owner's,
 * until `done`.
 */
struct sw_matter {
	/*
	 * Drafts rows (sw__turn_*). NULL: it only reads. A negative return:
	 * nothing of it is to be recorded. It may be called twice: when another
	 * one could not be taken in, all of them are tried again, one by one.
	 */
	int (*draft)(struct sw_matter *matter, struct sw_turn *turn,
	    struct sw_error *err);
	/* Its rows are in the journal, or `status` and `err` say why not. The
	 * book holds nothing that is not recorded. May free it. */
	void (*done)(struct sw_matter *matter);
	size_t bytes; /* that it holds, about */
	int status;
	struct sw_error err;
	struct sw_matter *next;
};

/* Lets a matter wait; in a full queue, behind a turn. */
void sw__engine_submit(struct sw_engine *engine, struct sw_matter *matter);
/* Takes what waits, and first what is due. Not from within a turn. */
void sw__engine_turn(struct sw_engine *engine);

/* Within a turn: as sw__engine_start and sw__engine_post. */
int sw__turn_start(struct sw_turn *turn, const struct sw_start *start,
    uint32_t *number, struct sw_error *err);
/* The facts are released. */
int sw__turn_post(struct sw_turn *turn, const char *line,
    struct sw_facts *facts, struct sw_error *err);
/* None as yet; what is said in them is masked. */
struct sw_facts sw__turn_facts(const struct sw_turn *turn);

/* A row that was recorded, or drafted in this turn. */
struct sw_recorded {
	uint64_t seq;
	struct sw_body *body; /* to be dropped */
};
/* The row with an id: 1; 0: there is none; or an error. */
int sw__turn_find(struct sw_turn *turn, const char *id, struct sw_recorded *out,
    struct sw_error *err);
/* Body of the row that was drafted last, to be dropped; NULL: there is none. */
struct sw_body *sw__turn_last(const struct sw_turn *turn);
/* The matter's first row gets this id and, as "request", this text. Borrowed
 * until then. */
void sw__turn_name(struct sw_turn *turn, const char *id, const char *request);

#endif
