/*
 * What a tracer knows of the processes below it, and reads of them. A process
 * has a role when it is one of the program under test, by the name that it
 * goes by: "owner" is the name of the program itself, "sup" is
 * "stagewright-sup", and so on. What an action executes has none.
 */
#ifndef FAULT_TRACEE_H
#define FAULT_TRACEE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ROLE_MAX 17
#define TRACEES_MAX 256

struct tracee {
	pid_t pid;
	bool is_inside;   /* of a call: the next stop is its end */
	bool is_stale;    /* `role` may be another by now */
	bool is_replaced; /* the call is not made: it fails with `error` */
	int error;
	char role[ROLE_MAX]; /* "": none */
	uint64_t call;
	uint64_t arguments[6];
	bool existed; /* of a call that makes a file: before it */
};

struct tracees {
	struct tracee of[TRACEES_MAX];
	size_t n;
	char program[PATH_MAX]; /* under test */
};

/* The one of that id, made if there is none; NULL: there are too many. */
struct tracee *tracees_find(struct tracees *tracees, pid_t pid);
void tracees_forget(struct tracees *tracees, pid_t pid);

void tracee_refresh_role(struct tracee *tracee, const char *program);

bool tracee_bytes(
    const struct tracee *tracee, uint64_t address, void *out, size_t n);
/* A path argument, made absolute by the directory `at` (AT_FDCWD: the
 * process's); "" if it cannot be read. */
void tracee_path(
    const struct tracee *tracee, uint64_t address, int at, char out[PATH_MAX]);
/* What a descriptor is of; "" if it is no file. */
void tracee_file(const struct tracee *tracee, int fd, char out[PATH_MAX]);
/* Where a descriptor stands. */
int64_t tracee_offset(const struct tracee *tracee, int fd);

#endif
