/*
 * `--min-free`, and what is said of the disk. Input: an option, how much room
 * there is; output: a number of bytes, a line on stderr.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

#define MIB (UINT64_C(1) << 20)

/* "200M": a number and K, M, G or nothing. False: it is none. */
static bool
read_size(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMG";
	char *end;
	if (text[0] < '0' || text[0] > '9')
		return false;
	uint64_t n = strtoull(text, &end, 10);
	const char *unit = *end == '\0' ? NULL : strchr(units, *end);
	if (*end != '\0' && (unit == NULL || end[1] != '\0'))
		return false;
	const unsigned shift =
	    unit == NULL ? 0 : 10 * (unsigned)(unit - units + 1);
	if (n > UINT64_MAX >> (shift + 1))
		return false;
	*bytes = n << shift;
	return true;
}

int
sw__call_floor(const struct call *call, uint64_t *floor_bytes)
{
	const char *text = sw__call_option(call, "--min-free");
	*floor_bytes = SW_FLOOR_UNSAID;
	if (text == NULL || read_size(text, floor_bytes))
		return 0;
	return sw__call_usage(
	    call, "'%s' is no size; say bytes, or 512K, 200M, 1G", text);
}

void
sw__call_disk(const struct call *call, const struct sw_room *room)
{
	if (room->is_low)
		fprintf(stderr,
		    "%s: the disk is low: %" PRIu64
		    " MiB are left, and below %" PRIu64
		    " MiB nothing new is started; what runs goes on\n",
		    call->program, room->free_bytes / MIB,
		    room->floor_bytes / MIB);
	else
		fprintf(stderr,
		    "%s: the disk has room again: %" PRIu64 " MiB\n",
		    call->program, room->free_bytes / MIB);
}
