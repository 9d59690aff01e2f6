/*
 * The head: where the journal stands, in a file beside the database, which no
 * rollback of the database takes along. Synced once a second while rows come,
 * and at the end, so that no commit waits for it.
 */
#include "journal_part.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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

static uint64_t
now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* What cannot be synced is as good as it was: nothing rests on it but that a
 * loss is noticed. */
void
sw__journal_sync_head(struct sw_journal *journal)
{
	if (journal->head_fd >= 0 && !journal->head_is_synced)
		(void)!fdatasync(journal->head_fd);
	journal->head_is_synced = true;
	journal->head_synced_ms = now_ms();
}

void
sw__journal_write_head(struct sw_journal *journal)
{
	char head[HEAD_BYTES + 1];
	size_t done = 0;
	ssize_t n = 1;
	format_head(journal, head);
	while (done < HEAD_BYTES && n > 0) {
		n = pwrite(journal->head_fd, head + done, HEAD_BYTES - done,
		    (off_t)done);
		if (n > 0)
			done += (size_t)n;
	}
	/* Half of it would accuse a journal that is whole; none accuses none. */
	if (done > 0 && done < HEAD_BYTES)
		(void)!ftruncate(journal->head_fd, 0);
	journal->head_is_synced = false;
	if (now_ms() - journal->head_synced_ms >= SW_HEAD_SYNC_MS)
		sw__journal_sync_head(journal);
}
