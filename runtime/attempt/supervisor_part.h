/*
 * Inside the supervisor: supervisor.c runs children and ends them,
 * conclusion.c writes what became of the action. Shared by these two alone.
 */
#ifndef RUNTIME_SUPERVISOR_PART_H
#define RUNTIME_SUPERVISOR_PART_H

#include <stdatomic.h>
#include <sys/types.h>

#include "group.h"
#include "log.h"
#include "redact/redact.h"
#include "result.h"
#include "secret/vault.h"
#include "supervisor.h"

enum sw_ending {
	ENDING_NOT,
	ENDING_LEFTOVER, /* the action has ended, some of its tree has not */
	ENDING_TIMED_OUT,
	ENDING_STOPPED
};

/* Shared with the child that waits at the gate. */
struct passage {
	/* When it went through, as sw__supervisor_now_ms(); 0: it is still waiting, and
	 * nothing has been executed. */
	_Atomic uint64_t at_ms;
};

struct supervisor {
	const struct sw_attempt_spec *spec;
	int gate;    /* to the engine that launched it */
	int file;    /* gate-, exec-, result; locked */
	int signals; /* signalfd of SIGCHLD and SW_SIGNAL_STOP */
	int output;  /* pipe from the action, and its other end */
	int input;
	int group;       /* the attempt's control group; -1: none */
	bool is_counted; /* it bounds the number of processes */
	char group_path[SW_GROUP_PATH_MAX];
	const char *boot;
	char name[SW_ATTEMPT_NAME_MAX]; /* of the file, as it is now */
	struct sw_log log;
	struct sw_handed secrets;
	struct sw_redaction *mask; /* between the pipe and the log */
	struct passage *passage;

	/* The child at work and its tree. */
	pid_t child;
	bool has_ended;
	int status; /* of waitpid */
	bool is_alone;
	enum sw_ending ending;
	bool is_hopeless;
	uint64_t leftover_ms; /* when leftovers are ended */
	uint64_t kill_ms;     /* when the next KILL is due */
	uint64_t hopeless_ms; /* when sweeps end */
	size_t leftovers;

	uint64_t told_ms; /* when it was told to stop; 0: it was not */
	char reason[SW_REASON_MAX];
};

/* Time goes on while the machine is suspended: deadlines mean it. */
uint64_t sw__supervisor_now_ms(void);
/* Between TERM and KILL. */
uint64_t sw__supervisor_grace_ms(const struct supervisor *s);

/*
 * Runs one child until it and everything it started is gone. 0, or -1 if it
 * could not be started.
 */
int sw__supervise(struct supervisor *s, int (*body)(const struct supervisor *));
/* Hears orders to stop, for so long or until one comes. */
void sw__supervisor_listen(struct supervisor *s, int timeout_ms);
/* Tells the engine, if it is there, why nothing more will come: errno. */
void sw__supervisor_say(const struct supervisor *s, const char *what);
/* To the log as it is. */
void sw__supervisor_write(struct supervisor *s, const char *bytes, size_t n);

/*
 * confide.c: fills in the secrets of a spec, and says what must not be seen
 * from then on. SW_ERROR_REFUSED: one cannot be had, so nothing is to start.
 */
int sw__supervisor_confide(
    struct supervisor *s, struct sw_attempt_spec *spec, struct sw_error *err);
/* To the log, without secrets; flush when a child has ended. */
void sw__supervisor_log(struct supervisor *s, const char *bytes, size_t n);
void sw__supervisor_flush(struct supervisor *s);
void sw__supervisor_mask_reason(struct supervisor *s);
/* Does a file of variables hold a secret? Then `why` says which, and the file is
 * gone. */
bool sw__supervisor_discloses(
    const struct supervisor *s, const char *file, char why[SW_REASON_MAX]);

/* The action has ended: its outputs, its result, and no workspace any more. */
void sw__supervisor_conclude(struct supervisor *s);

#endif
