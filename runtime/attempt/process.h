/*
 * Trees of processes, found through /proc: a process that left its group or
 * session, or lost its parent, is still found.
 */
#ifndef RUNTIME_PROCESS_H
#define RUNTIME_PROCESS_H

#include <stddef.h>
#include <stdint.h>

/* Processes that one sweep looks at; further ones wait for the next sweep. */
#define SW_PROCESSES_MAX 65536

/*
 * Sends a signal to every descendant of the calling process, which must be a
 * subreaper so that orphans stay its descendants. Zombies are left out.
 * Returns how many got it.
 */
size_t sw__process_signal_descendants(int signal);

/* A number of 56 bits for the attempt in `dir`: of its mark, and of names. */
uint64_t sw__process_number(const char *dir);
/*
 * Marks the calling process and all that it will ever start as those of the
 * attempt in `dir`: new sessions, other environments and users keep the mark.
 * -1 with errno.
 */
int sw__process_mark(const char *dir);
/*
 * Kills every process with the mark of `dir`, and what they have started,
 * until none is found; never the calling process. Returns how many.
 */
size_t sw__process_kill_marked(const char *dir);

#endif
