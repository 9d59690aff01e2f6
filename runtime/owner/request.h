/*
 * What other commands may ask of the one that owns a state directory. One
 * JSON object a line each way over DIR/socket. The owner speaks first, {"owner":
 * PID}; then:
 *
 *   {"verb":"status"}                     {"verb":"history","limit":20}
 *   {"verb":"show","execution":2}         {"verb":"replay"}   {"verb":"hint"}
 *   {"verb":"provenance","execution":2,"of":"package"}
 *   {"verb":"start","variables":{},"revisions":{},"approve":[]}
 *   {"verb":"post","event":"stop #2","comment":"why","execution":2,
 *    "token":"2.4.1"}   (post.h)
 *   {"verb":"follow","execution":2}
 *   {"verb":"prune","keep":50,"keepDays":365}   one of them at least
 *   {"verb":"prunable","keep":50,"keepDays":365,"from":1}
 *
 * A `start` or a `post` may have a "key" (key.h): it is taken once for it. Who
 * asks again, then or after a restart, gets the first answer, which is made of
 * the row that was recorded; another request with the same key is refused.
 * What was refused is not remembered.
 *
 * Answers: {"ok":true,"document":{}} with a document of view.h (`provenance`:
 * of predicate.h; `start`: {"execution":2}; `replay`: {"rows":N}; `post`:
 * {"event":LINE, "inFlight":N} executions, of a decision or a rollback
 * "execution", too; `prunable`: of retention.h; `prune`: the same without
 * "next", refused when there is nothing to prune), or
 * {"ok":false,"code":-1,"error":"..."} with a code of enum sw_error_code: -7
 * when it cannot say what it has recorded (ask whoever comes next, with the
 * same key). Requests of one connection are answered in their order, those of
 * all that wait in one commit. `follow` is answered by
 * {"ok":true,"standing":STANDING}, then a line for each row,
 * {"row":{},"standing":STANDING}, until the connection is closed. An owner that
 * ends says {"closing":true} last: what it did not answer it has not done.
 *
 * `status` has, beside view.h's: "disk": { "free": bytes, "floor": below which
 *   nothing new is started, "low": whether that is so }, or null if nobody
 *   looks
 *
 * STANDING { "execution": 2, "status": "InProgress", "blocked": true if
 *   nothing can happen to it before a person decides something,
 *   "rollback": the execution that rolls back what it did, while it goes on,
 *   or null; then "blocked" is of that one }
 */
#ifndef RUNTIME_REQUEST_H
#define RUNTIME_REQUEST_H

#include <stddef.h>

#include <jansson.h>

#include "engine/engine.h"

/* Bytes of one request, its newline included. */
#define SW_REQUEST_MAX (1u << 20)
/* Bytes of one line of an answer. */
#define SW_ANSWER_MAX (256u << 20)

/* Who asks, and whom. What a request says of that itself is not believed. */
struct sw_asker {
	const char *by; /* peer.h; copied */
	long owner;     /* pid of who carries out what follows; 0: nobody. Each
	                   document gets it, or null, as "owner" */
	size_t bytes;   /* of the request */
};
/* Takes the answer. */
typedef void (*sw_answer_fn)(json_t *answer, void *payload);

/*
 * Anything but `follow` and `hint`. Takes the request, and answers once: at
 * once if it is none, otherwise in the engine's next turn, in the order in
 * which they came.
 */
void sw__request_submit(struct sw_engine *engine, json_t *request,
    const struct sw_asker *asker, sw_answer_fn answer, void *payload);
/* The same with a turn of its own. Caller: json_decref. */
json_t *sw__request_answer(struct sw_engine *engine, const json_t *request,
    const char *by, long owner);

/* {"ok":false,...} of an error, and the other way round: 0 if it is ok. */
json_t *sw__request_failure(const struct sw_error *err);
int sw__request_outcome(const json_t *answer, struct sw_error *err);

/* How an execution stands; NULL if there is none of that number. */
json_t *sw__request_standing(const struct sw_book *book, uint32_t number);

#endif
