/*
 * How an action is done. A provider is one function; it runs in a process of
 * its own, the child of the action's supervisor, so it may block, crash, exec
 * or be killed at any moment without harm to the engine.
 */
#ifndef RUNTIME_PROVIDER_H
#define RUNTIME_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stagewright/pipeline.h>

#include "error.h"

struct sw_redactor; /* redact/redact.h */

/* Everything that one attempt of an action needs, with references resolved. */
struct sw_job {
	const struct sw_pipeline *pipeline;
	uint32_t action;
	uint32_t execution;          /* its number in the machine */
	const char *execution_id;    /* its public id */
	uint32_t attempt;            /* 1, 2, ... of this action in it */
	const char *attempt_id;      /* unique in the state directory */
	const char *idempotency_key; /* equal for all attempts of the action */
	const char *state_dir;       /* absolute */
	const char *base_dir;        /* absolute, where the owner was started:
	                                relative parameters are below it; NULL:
	                                the workspace */
	/* The next four are filled in by sw__attempt_launch. */
	const char *input;          /* hash of the primary input, or NULL */
	const char *workspace;      /* absolute; the process's directory */
	const char *variables_file; /* where NAME=VALUE\0 records are written */
	const char *reason_file;    /* why it failed, in one line */
	/* Set in the child: what goes in front of each program that is
	 * executed, sw__job_execute; NULL: nothing */
	const char *const *wrapper;
	const char *revision;   /* source: what was asked for; NULL: newest */
	const char *ref;        /* source: what was pushed; NULL: unknown */
	const char *const *run; /* resolved; NULL-terminated, never NULL */
	const struct sw_parameter *env; /* resolved */
	/* More of env, or NULL, and what masks their values; set in the
	 * supervisor, for its children alone. */
	const struct sw_parameter *secrets;
	const struct sw_redactor *redactor;
	const struct sw_parameter *parameters; /* resolved */
};

/* A source that is watched: what its provider needs to look at it. */
struct sw_source {
	const struct sw_parameter *parameters;
	const char *state_dir; /* absolute */
	const char *base_dir;  /* as of a job */
};

/* A ref as it stands: "refs/heads/main" is at a commit (hex). */
typedef void (*sw_ref_fn)(
    void *payload, const char *ref, const char *revision, bool is_own);
/* A file that differs, by its path from the root of the tree. */
typedef void (*sw_path_fn)(void *payload, const char *path);

struct sw_provider {
	const char *name;
	/*
	 * Does it: called in the child, in the workspace with its inputs in
	 * place, stdin empty, stdout and stderr the log, environment clean.
	 * Returns the exit status (0: succeeded), or never (exec). NULL: a
	 * person does it (Manual).
	 */
	int (*perform)(const struct sw_job *job);
	/*
	 * Of a source that can be watched, otherwise NULL; called in a process
	 * of its own. `list` tells each branch and tag there is, and which one
	 * the source takes by itself (is_own); `changed` each file that
	 * differs between two commits, every file of `to` if `from` is gone.
	 */
	int (*list)(const struct sw_source *source, sw_ref_fn tell,
	    void *payload, struct sw_error *err);
	int (*changed)(const struct sw_source *source,
	    const char *const fromto[2], sw_path_fn tell, void *payload,
	    struct sw_error *err);
};

/* The resolved value of a parameter, or NULL. */
const char *sw__job_parameter(const struct sw_job *job, const char *name);
/*
 * A path of the model, made absolute: relative ones are below base_dir. 0, or
 * -1 with errno ENAMETOOLONG.
 */
int sw__job_path(
    const struct sw_job *job, const char *path, char *out, size_t size);
/*
 * Becomes a program, found on the PATH, as all providers do that execute what
 * the author of the model names: in the sandbox of the action. Returns if that
 * fails, -1 with errno.
 */
int sw__job_execute(const struct sw_job *job, char *const *words);
/* Appends a variable to the job's outputs; 0, or -1 with errno. */
int sw__job_export(
    const struct sw_job *job, const char *name, const char *value);
/*
 * Says why the job failed, on stderr and as the reason that users read (one
 * line, lower case, no full stop). Returns `status`: return sw__job_fail(...).
 */
int sw__job_fail(const struct sw_job *job, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
