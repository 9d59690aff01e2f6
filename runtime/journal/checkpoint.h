/*
 * The book as documents, so that a start reads the last of them and the rows
 * behind it. Everything is named, nothing is an index or a byte: a machine
 * that was changed since can read it too. The meaning is the rows' alone:
 * replay makes the same documents from the first row, and compares.
 *
 * A checkpoint, format 1, of the book after row "seq":
 *   { "format": 1, "pipeline": NAME, "machine": fingerprint, hex,
 *     "mode": "QUEUED", "seq": N, "time": MS,
 *     "boot": ID, "lead_ms": MS, "executions": that were started,
 *     "tips": { "ACTION REF": REVISION }, "scene": SCENE,
 *     "flight": [ 7, 9 ] in flight, in the order in which they became so,
 *     "live": [ EXECUTION ] all that something can happen to,
 *     "leaves": { "17": HEX } PARALLEL: of states that are put away,
 *     "pruned": [[1, 6], [8, 8]] of which a line is left, if there are any,
 *     "tables": of the machine (era.h), "eras": upgrades, "program": HASH }
 * SCENE, a state of the machine and what it speaks of
 *   { "executions": N,
 *     "stages": { NAME: { "execution": 7, "status": "Failed", "type":
 *        "STANDARD", "closed": true, "overridden": 0, "retries": 1,
 *        "queue": [ 8, 9 ], "succeeded": 5, "targets": [ 3, 5 ],
 *        "entered": MS, "left": MS, "closing": body of the row that closed
 *        it, "closed_ms": MS } },
 *     "actions": { "Build.Unit": { "status": "Failed", "retries": 1,
 *        "try": ID, "next": MS } } }
 *   What is 0, false, empty or None is left out; so is an action with nothing.
 * EXECUTION, also the record of one that is put away
 *   { "number", "id", "status", "started", "ended", "start", "namespaces",
 *     "artifacts", "reason", "target", "cause", "era", "pruned",
 *     "tries": [ { "action", "number", "id", "status", "has_ended",
 *        "started", "ended", "ended_seq", "due", "asked", "result", "abandoned" } ],
 *     "scene": PARALLEL: SCENE, unless it Succeeded }
 *
 * Put away is who has ended, whose attempts' processes have, whom no stage
 * speaks of, and who is not the newest. A record is read again when somebody
 * asks for it, or when something happens to it after all.
 */
#ifndef RUNTIME_CHECKPOINT_H
#define RUNTIME_CHECKPOINT_H

#include "book.h"

/* One execution that is put away. */
struct sw_record {
	uint32_t number;
	char *body;
};

struct sw_checkpoint {
	uint64_t seq;
	char *body;
	struct sw_record *records; /* since the checkpoint before */
	uint32_t nrecords;
	size_t bytes;
	struct sw_body *row; /* of the row `checkpoint`, which follows row seq:
				"seq", "hash" of the body, "records": how many,
				and "records_hash": of their bodies, in their
				order */
};

/* The book as it is now. SW_ERROR_SYSTEM without memory. */
int sw__checkpoint_make(struct sw_checkpoint *out, const struct sw_book *book,
    struct sw_error *err);
void sw__checkpoint_release(struct sw_checkpoint *checkpoint);

/* Told of a name that the book's machine does not have: "stage", "action",
 * "status", "mode"; what stands there is left out. */
typedef void (*sw_unknown_fn)(
    const char *what, const char *name, void *payload);

/*
 * Fills an empty book of any machine. With `unknown` NULL it must be the
 * machine that wrote it, and every name must be known. SW_ERROR_CORRUPT: it is
 * no checkpoint; SW_ERROR_SYSTEM: another pipeline's, or another machine's.
 * Whether the state is the one that was recorded, its hash says
 * (sw__book_digest, as the state of the row that follows).
 */
int sw__checkpoint_read(struct sw_book *book, const char *body,
    sw_unknown_fn unknown, void *payload, struct sw_error *err);

/*
 * Where the executions are that are put away: the record of one in the
 * checkpoint of row `seq` or the last before that has one; freed by the book.
 * 1; 0: there is none; or an error.
 */
typedef int (*sw_book_fetch_fn)(uint32_t number, uint64_t seq, char **body,
    void *payload, struct sw_error *err);
void sw__book_keep_in(
    struct sw_book *book, sw_book_fetch_fn fetch, void *payload);

/* Inside: one execution read again. NULL with *err. */
struct sw_execution *sw__record_read(
    const struct sw_book *book, const char *body, struct sw_error *err);

#endif
