/*
 * Why an attempt ended as it did, in the words that users read.
 */
#ifndef RUNTIME_REASON_H
#define RUNTIME_REASON_H

#include <stddef.h>
#include <stdint.h>

/* "exited with status 2", "ended by signal 9 (KILL)". */
void sw__reason_exit(char *out, size_t size, int status);
void sw__reason_signal(char *out, size_t size, int signal);
/* "timed out after 20m". */
void sw__reason_deadline(char *out, size_t size, uint64_t deadline_ms);
/*
 * "command not found: 'mke'", if the last line of a log is a shell's way to
 * say so. Returns 0, or -1 and leaves *out alone.
 */
int sw__reason_missing(char *out, size_t size, const char *last_line);

/*
 * The same if it is bwrap's, which says by it that there is no sandbox: "no
 * sandbox: No permissions to create new namespace".
 */
int sw__reason_sandbox(char *out, size_t size, const char *last_line);

#endif
