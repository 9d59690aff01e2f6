/*
 * A capped log. The first head_max bytes are written where they belong; the
 * rest goes round in a ring of tail_max bytes behind them, which is turned
 * into order when the log is finished.
 */
#include "log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
put(struct sw_log *log, const char *bytes, size_t n, uint64_t at)
{
	while (n > 0) {
		const ssize_t done = pwrite(log->fd, bytes, n, (off_t)at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			log->lost += n;
			return;
		}
		bytes += done;
		n -= (size_t)done;
		at += (uint64_t)done;
	}
}

void
sw__log_write(struct sw_log *log, const char *bytes, size_t n)
{
	while (n > 0) {
		uint64_t at = log->total;
		uint64_t room = log->head_max - at;
		if (at >= log->head_max) {
			const uint64_t turn =
			    (at - log->head_max) % log->tail_max;
			at = log->head_max + turn;
			room = log->tail_max - turn;
		}
		const size_t part = n < room ? n : (size_t)room;
		put(log, bytes, part, at);
		log->total += part;
		bytes += part;
		n -= part;
	}
}

/* The ring from its oldest byte on, or NULL. */
static char *
read_ring(const struct sw_log *log)
{
	const size_t size = (size_t)log->tail_max;
	const size_t oldest =
	    (size_t)((log->total - log->head_max) % log->tail_max);
	char *ring = malloc(size);
	if (!ring)
		return NULL;
	size_t done = 0;
	while (done < size) {
		const size_t from = (oldest + done) % size;
		const size_t part =
		    size - done < size - from ? size - done : size - from;
		const ssize_t n = pread(
		    log->fd, ring + done, part, (off_t)(log->head_max + from));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			free(ring);
			return NULL;
		}
		done += (size_t)n;
	}
	return ring;
}

uint64_t
sw__log_finish(struct sw_log *log)
{
	if (log->total <= log->head_max + log->tail_max)
		return log->lost;
	const uint64_t over = log->total - log->head_max - log->tail_max;
	char *ring = read_ring(log);
	if (!ring)
		return over + log->lost;
	/* The line takes the place of the oldest bytes of the ring, and says
	 * so: its length does not depend on the number in it. */
	char line[96];
	uint64_t missing = over;
	int n = 0;
	for (int pass = 0; pass < 2; pass++) {
		n = snprintf(line, sizeof line,
		    "\n[stagewright: %20" PRIu64 " bytes left out here]\n",
		    missing);
		missing = over + (uint64_t)n;
	}
	memcpy(ring, line, (size_t)n);
	put(log, ring, (size_t)log->tail_max, log->head_max);
	free(ring);
	return missing + log->lost;
}
