/*
 * One attempt of an action, from the engine's side. A supervisor process, the
 * parent of the action, owns its log and its exit status and writes them to
 * the attempt's directory, so both survive the engine. An attempt runs at
 * most once: what cannot be proved never to have run is Unknown.
 *
 *   DIR/gate-BOOT      the supervisor waits at its gate; nothing has run
 *   DIR/exec-BOOT-PID  renamed so before the action's process exists; PID is
 *                      the supervisor's, BOOT the id of the machine's boot
 *   DIR/result         renamed so when how it ended is written in it
 *                      (one file under three names, locked by the supervisor
 *                      for as long as it lives)
 *   DIR/log            output of the action, there from its first byte on,
 *                      capped at SW_LOG_MAX
 *   DIR/workspace      emptied when the result has been written
 */
#ifndef RUNTIME_ATTEMPT_H
#define RUNTIME_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "provider/provider.h"

/* Bytes of output kept of one attempt, of its beginning and of its end; what
 * lies between is counted. */
#define SW_LOG_HEAD (48u << 20)
#define SW_LOG_TAIL (16u << 20)
#define SW_LOG_MAX (SW_LOG_HEAD + SW_LOG_TAIL)
/* Variables that one action may export, and bytes of all of them. */
#define SW_VARIABLES_MAX 256
#define SW_VARIABLES_BYTES_MAX 122880
/* Between TERM and KILL. */
#define SW_GRACE_MS 10000

enum sw_outcome {
	SW_OUTCOME_EXITED,      /* code says how */
	SW_OUTCOME_SIGNALED,    /* code is the signal */
	SW_OUTCOME_TIMED_OUT,   /* its deadline passed; it was killed */
	SW_OUTCOME_STOPPED,     /* it was told to stop */
	SW_OUTCOME_NOT_STARTED, /* proven: nothing was executed */
	SW_OUTCOME_UNKNOWN      /* nobody can know */
};

struct sw_output_artifact {
	const char *name;
	const char *hash; /* of its manifest in the artifact store */
};

/* How an attempt ended; borrowed for the time of the callback. */
struct sw_result {
	enum sw_outcome outcome;
	int code;
	const char *reason; /* in words: "exited with status 2", "no file
	                       matches 'dist/' of output 'package'" */
	bool succeeded;     /* exit status 0 and every output collected */
	const struct sw_output_artifact *artifacts; /* name NULL ends */
	const struct sw_parameter *variables;       /* name NULL ends */
	uint64_t log_bytes;
	uint64_t log_dropped;
};

struct sw_attempt;
struct uv_loop_s; /* libuv's uv_loop_t */
struct sw_vault;  /* secret/vault.h */

/* Called once, from the loop; the attempt is freed when it returns. */
typedef void (*sw_attempt_end_fn)(
    struct sw_attempt *attempt, const struct sw_result *result, void *payload);

struct sw_attempt_spec {
	struct sw_job job;    /* used before launch returns, not kept; workspace
	                      and the files in it are filled in here */
	const char *dir;      /* absolute; made here, its parent must exist;
	                      again: as sw__leftover_clear left it */
	const char *home;     /* filled in here: the engine's, hidden in a
	                         sandbox; "": none */
	uint64_t deadline_ms; /* from the start */
	uint64_t grace_ms;    /* between TERM and KILL; 0: SW_GRACE_MS */
	const struct sw_output_artifact *inputs; /* to place in the workspace:
	                                            the primary one at its root,
	                                            others in folders by name */
	const struct sw_vault *vault; /* has the secrets of the action; NULL:
	                                 none, and nothing is masked */
};

/*
 * Starts a supervisor that waits at its gate: nothing is executed before
 * sw__attempt_release. The engine records the attempt in its journal between
 * the two.
 */
int sw__attempt_launch(struct sw_attempt **out, struct uv_loop_s *loop,
    const struct sw_attempt_spec *spec, sw_attempt_end_fn end, void *payload,
    struct sw_error *err);
void sw__attempt_release(struct sw_attempt *attempt);

/*
 * Finds an attempt of an earlier engine again and reports how it ended, now or
 * when it does (the decision table is in standing.c). What runs is looked at
 * every five seconds, too, whatever events tell of it.
 */
int sw__attempt_adopt(struct sw_attempt **out, struct uv_loop_s *loop,
    const char *dir, sw_attempt_end_fn end, void *payload,
    struct sw_error *err);

/* TERM to its whole tree, KILL after SW_GRACE_MS; `end` still comes. */
void sw__attempt_stop(struct sw_attempt *attempt);
/* The same for an attempt that nobody follows; nothing if it does not run. */
void sw__attempt_stop_at(const char *dir);
/* Lets go of it without ending it: the supervisor goes on alone. */
void sw__attempt_detach(struct sw_attempt *attempt);

#endif
