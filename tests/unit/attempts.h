/*
 * A pipeline of one action, a state directory and an event loop, for tests
 * that run attempts.
 */
#ifndef TESTS_ATTEMPTS_H
#define TESTS_ATTEMPTS_H

#include <uv.h>

#include "attempt/attempt.h"

/* What a test says of its action; everything else has a sensible value. */
struct attempts_action {
	const struct sw_provider *provider; /* NULL: Commands */
	const char *plugin;
	bool exec;
	const char *const *run;
	const char *exports; /* "A B" */
	const struct sw_artifact *outputs;
	const struct sw_output_artifact *inputs;
	const struct sw_parameter *parameters;
	const struct sw_parameter *written; /* the same before references */
	const struct sw_parameter *env;
	uint64_t deadline_ms; /* 0: a minute */
	uint64_t grace_ms;    /* 0: 100 */
};

/* How it ended, copied out of the callback. */
struct attempts_end {
	int count; /* of callbacks */
	enum sw_outcome outcome;
	int code;
	bool succeeded;
	uint64_t log_bytes;
	uint64_t log_dropped;
	char reason[512];
	char artifacts[512]; /* "name=hash " each */
	char variables[512]; /* "name=value|" each */
};

struct attempts {
	uv_loop_t loop;
	char root[64];  /* a fresh folder; also the base directory */
	char state[80]; /* the state directory */
	char dir[128];  /* of the attempt */
	int number;
	struct sw_attempt *attempt;
	struct attempts_end end;
};

/* Of each test: *state is its struct attempts. */
int attempts_set_up(void **state);
int attempts_tear_down(void **state);

/* Launches the next attempt, in a new folder, and leaves it at its gate. */
void attempts_launch(struct attempts *t, const struct attempts_action *action);
/* Runs the loop until the attempt has ended. */
void attempts_await(struct attempts *t);
/* Both, with the release between them. */
void attempts_run(struct attempts *t, const struct attempts_action *action);
/* The same for a script. */
void attempts_script(struct attempts *t, const char *script);
/* Finds the attempt in t->dir again. */
void attempts_adopt(struct attempts *t);

/* The text of a file below root ("" if there is none); static, overwritten by
 * the next call. */
const char *attempts_read(struct attempts *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void attempts_write(struct attempts *t, const char *name, const char *text);
bool attempts_has(struct attempts *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Runs the loop, without blocking, until the file is there. */
void attempts_await_file(struct attempts *t, const char *name);
/* The log of the attempt. */
const char *attempts_log(struct attempts *t);

#endif
