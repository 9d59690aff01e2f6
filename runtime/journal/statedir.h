/*
 * The state directory: where it is, and whose. One process owns it; others
 * speak to that one over the socket in it, or own it for a moment themselves.
 *
 *   DIR/lock         held (flock) by the owner; its process id in digits
 *   DIR/socket       the owner listens here (request.h)
 *   DIR/journal.db   journal.c
 *   DIR/attempts/ID  attempt.h
 */
#ifndef RUNTIME_STATEDIR_H
#define RUNTIME_STATEDIR_H

#include <limits.h>
#include <stdbool.h>

#include <sys/un.h>

#include "error.h"

struct sw_statedir {
	char path[PATH_MAX]; /* absolute */
	int fd;              /* of the directory */
	int lock_fd;         /* -1: not owned by this process */
};

/*
 * Opens DIR, or makes it (mode 0700, parents too) if `make`. Without `make` a
 * missing one is SW_ERROR_REFUSED.
 */
int sw__statedir_open(
    struct sw_statedir *out, const char *path, bool make, struct sw_error *err);
/* Gives it back, and closes. */
void sw__statedir_close(struct sw_statedir *dir);

/* Becomes the owner; SW_ERROR_BUSY names the process that is. */
int sw__statedir_own(struct sw_statedir *dir, struct sw_error *err);

/* Gives the ownership back, and keeps it open. */
void sw__statedir_disown(struct sw_statedir *dir);
/* The process that owns it, as it says itself; 0: unknown. */
long sw__statedir_owner(const struct sw_statedir *dir);

/*
 * The address of the socket, however deep the directory lies (a path too long
 * for sockaddr_un goes through /proc/self/fd). Good while `dir` is open.
 */
int sw__statedir_address(const struct sw_statedir *dir, struct sockaddr_un *out,
    struct sw_error *err);

#endif
