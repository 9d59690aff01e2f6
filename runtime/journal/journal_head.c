/*
 * The head: where the journal stands, in a file beside the database.
 */
#include "journal_part.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#define HEAD_BYTES (20 + 1 + 2 * SW_HASH_BYTES + 1)

static void
format_head(const struct sw_journal *journal, char head[HEAD_BYTES + 1])
{
	char hex[2 * SW_HASH_BYTES + 1];
	sodium_bin2hex(hex, sizeof hex, journal->chain, SW_HASH_BYTES);
	snprintf(
	    head, HEAD_BYTES + 1, "%020" PRIu64 " %s\n", journal->last, hex);
}

uint64_t
sw__journal_read_head(
    const struct sw_journal *journal, uint8_t chain[SW_HASH_BYTES])
{
	char head[HEAD_BYTES + 1] = { 0 };
	size_t length = 0;
	if (pread(journal->head_fd, head, HEAD_BYTES, 0) != HEAD_BYTES ||
	    head[20] != ' ' || head[HEAD_BYTES - 1] != '\n' ||
	    sodium_hex2bin(chain, SW_HASH_BYTES, head + 21,
		(size_t)2 * SW_HASH_BYTES, NULL, &length, NULL) != 0 ||
	    length != SW_HASH_BYTES)
		return 0;
	return strtoull(head, NULL, 10);
}

void
sw__journal_write_head(const struct sw_journal *journal)
{
	char head[HEAD_BYTES + 1];
	format_head(journal, head);
	/* The head may lag: what it is for does not need this write. */
	const ssize_t written = pwrite(journal->head_fd, head, HEAD_BYTES, 0);
	(void)written;
}
