/*
 * Rows of the journal, by kind. Machine events carry the line that runtime/machine/words.h
 * reads as "event"; the kind is its verb:
 *   pipeline  first row: "pipeline", "machine" (fingerprint, hex), "tables"
 *             (era.h), "program"
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
 *   recover   rows "first" to "last" of another history are lost, "by"
 *   checkpoint   the book after the row before was stored: see checkpoint.h
 *   clock     the machine was booted, or its wall clock set: "boot" (its id),
 *             "lead_ms" (of the wall clock over that of the boot), "jump_ms"
 *             (by how much it was set since the boot or the row before). What
 *             waits for a time in the same boot moves with it. The first row
 *             may say so, too
 *   upgrade   another machine's from here on: "machine" (era.h), "by",
 *             "repeats" (executions whose stage begins anew), "ends"
 *             (that cannot be retried any more), "program"
 *   program   the program that owns the directory: "hash" of its bytes,
 *             "tables" (its machine is the same)
 *   prune     of ended "executions" ([[first, last], ...]) nothing is kept but
 *             a line of history: no attempts, outputs, state. "gaveUp" are
 *             those of them that could be retried until then. "by", "keep",
 *             "keepDays" say by which rule
 *   compact   rows up to "through" are no longer kept: the journal begins with
 *             the checkpoint of that row. "chain" is that row's, "rows" how
 *             many went
 *
 * Rows stand in the order of their times. One that was written when the clock
 * had been set back says so: "clock_ms" is what it said.
 */
#ifndef RUNTIME_ROW_H
#define RUNTIME_ROW_H

#include <stdint.h>

#include "body.h"
#include "digest.h"

/* One row of the journal, read or about to be written. */
struct sw_row {
	uint64_t seq; /* 1, 2, ... without a gap */
	uint64_t time_ms;
	const char *kind;
	const struct sw_body *body;     /* an object */
	uint8_t state[SW_DIGEST_BYTES]; /* BLAKE2b-256 of the state after it */
};

#endif
