/*
 * The log of one attempt: the first and the last part of what it wrote, the
 * middle left out once it is too long. The file can be read at any time; the
 * last part is in order once the log has been finished.
 */
#ifndef RUNTIME_LOG_H
#define RUNTIME_LOG_H

#include <stddef.h>
#include <stdint.h>

struct sw_log {
	int fd;            /* open for reading and writing, borrowed */
	uint64_t head_max; /* bytes kept of the beginning */
	uint64_t tail_max; /* and of the end; at least 128 */
	uint64_t total;    /* bytes that were written by the action */
	uint64_t lost;     /* of them, bytes that the file system refused */
};

/* Never fails: what cannot be written is counted. */
void sw__log_write(struct sw_log *log, const char *bytes, size_t n);
/* Puts the last part in order, with a line in front that says what is missing;
 * returns how many bytes are. */
uint64_t sw__log_finish(struct sw_log *log);

#endif
