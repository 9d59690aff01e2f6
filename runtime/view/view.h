/*
 * What is known about a pipeline, as JSON documents: for `--json`, for the
 * terminal's drawings, for whoever asks over the socket. Read-only, made
 * fresh, owned by the caller (json_decref). Times are milliseconds since the
 * epoch; a duration of something that runs is the one up to `now_ms`.
 *
 * EXECUTION
 *   { "number": 2, "id": UUID, "status": "InProgress",
 *     "type": "STANDARD" or "ROLLBACK", "target": of a rollback the execution
 *        that it goes back to, or null,
 *     "at": "Build" or null, "waits": true in front of it, false inside,
 *     "reason": "Build.Unit exited with status 2" or null: why it failed,
 *        was stopped or superseded, or what it waits for,
 *     "trigger": { "type": "Manual"|"Push"|"Tag"|"ManualRollback"|
 *        "AutomatedRollback", "by": "alice",
 *        "detail": "refs/heads/main" }, ("by", "detail" may be missing)
 *     "variables": { NAME: VALUE },
 *     "pruned": MS when all but this was removed, or null,
 *     "revisions": [ REVISION ],
 *     "started": MS, "ended": MS or null, "duration_ms": MS }
 * REVISION
 *   { "source": "Source.Checkout", "revision": "5fca...",
 *     "summary": "first line of the commit message" or null }
 * ACTION, also each rule of a condition
 *   { "name": "Compile", "path": "Build.Compile", "category": "Build",
 *     "provider": "Commands", "environment": "staging" or null,
 *     "condition": of a rule "beforeEntry", "onSuccess" or "onFailure", or
 *        null; "runOrder": 1, of a rule null,
 *     "status": "Failed" or null, "execution": 2 or null,
 *     "retryAt": MS when its next attempt starts, or null,
 *     "attempt": 1 (0: none yet), "started": MS or null,
 *     "ended": MS or null, "duration_ms": MS or null,
 *     "reason": "exited with status 2" or null,
 *     "log": path of its log in the state directory, or null,
 *     "approval": APPROVAL or null }
 * APPROVAL, of an action that waits for a decision or had one
 *   { "text": "Ship 1.2?" (resolved), "token": of this very question,
 *     "execution": 2, "due": MS,
 *     "revisions": [ REVISION ], "by": "alice" or null, "comment": ... }
 * STAGE
 *   { "name": "Build", "status": "InProgress" or null, "execution": 2 or
 *     null, "waiting": 3 or null, "queue": [ 3, 4 ] all who wait, in the
 *     order in which they enter, "open": true,
 *     "conditions": [ { "name": "beforeEntry", "result": "SKIP",
 *        "overridden": false } ] that the stage has,
 *     "reason": why the one who waits does, or why it failed; or null,
 *     "started": MS or null, "ended": MS or null, "duration_ms": or null,
 *     "environment": of all its actions, or null,
 *     "actions": [ ACTION ], in the order of the machine }
 */
#ifndef RUNTIME_VIEW_H
#define RUNTIME_VIEW_H

#include <stdint.h>

#include <jansson.h>

#include "journal/book.h"

/* Executions that `history` lists unless more are asked for. */
#define SW_HISTORY_DEFAULT 20

/*
 * { "pipeline": NAME, "mode": "SUPERSEDED"|"QUEUED"|"PARALLEL", "now": MS,
 *   "stages": [ STAGE ],
 *   "executions": [ EXECUTION ] in flight, and the newest one, newest first }
 * In PARALLEL nobody is in "stages": each EXECUTION has "stages" of its own.
 * The owner's pid is added as "owner" by whoever knows it (null: nobody runs
 * the pipeline; what runs goes on under its supervisors).
 */
json_t *sw__view_status(const struct sw_book *book, uint64_t now_ms);

/* { "pipeline": NAME, "executions": [ EXECUTION ] newest first, at most
 * `limit` }. NULL with *err: one cannot be read. */
json_t *sw__view_history(const struct sw_book *book, uint64_t now_ms,
    uint32_t limit, struct sw_error *err);

/*
 * One execution with all that it did:
 * { "pipeline": NAME, "execution": EXECUTION, "stages": [ STAGE ] as they
 *   were for it: where it has not been, status is null; each ACTION has
 *   "attempts": [ { "number": 1, "id": "2.4.1", "status", "started",
 *   "ended", "duration_ms", "reason", "log", "logBytes", "logDropped",
 *   "variables": {}, "artifacts": { NAME: HASH } } ] }
 * Of one that was pruned no stage says anything. NULL with *err; code 0: there
 * is no such execution.
 */
json_t *sw__view_show(const struct sw_book *book, uint64_t now_ms,
    uint32_t number, struct sw_error *err);

/*
 * One row of the journal in words, for whoever follows:
 * { "seq": 12, "time": MS, "kind": "succeed", "execution": 2 or null,
 *   "stage": NAME or null, "action": "Build.Compile" or null,
 *   "rules": [ "action.succeeded Build.Compile", ... ],
 *   "ended": { "2": "Succeeded" } executions whose status it changed,
 *   "token": of a question that is asked, or null,
 *   "text": "Build.Compile succeeded after 1.2 s" }
 * `output` is what the machine said to it (NULL: it was no machine event).
 */
json_t *sw__view_row(const struct sw_book *book, const struct sw_row *row,
    const struct sw_output *output);

#endif
