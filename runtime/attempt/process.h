/*
 * Trees of processes, found through /proc: a process that left its group or
 * session, or lost its parent, is still found.
 */
#ifndef RUNTIME_PROCESS_H
#define RUNTIME_PROCESS_H

#include <stddef.h>

/* Processes that one sweep looks at; further ones wait for the next sweep. */
#define SW_PROCESSES_MAX 65536

/*
 * Sends a signal to every descendant of the calling process, which must be a
 * subreaper so that orphans stay its descendants. Zombies are left out.
 * Returns how many got it.
 */
size_t sw__process_signal_descendants(int signal);

/*
 * Kills every process whose environment at its start held `mark`
 * ("NAME=value"), until none is found. Returns how many.
 */
size_t sw__process_kill_marked(const char *mark);

#endif
