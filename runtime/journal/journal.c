/*
 * The journal's life, and rows appended. Only the journal*.c files know SQLite.
 *
 * STATE/journal.db: format 2 (user_version), 3 without its first rows,
 *   events(seq, time_ms, id, kind, body, state, chain)
 *     seq      1, 2, ... without a gap
 *     time_ms  wall clock when it was recorded, milliseconds since the epoch
 *     id       unique; NULL: it is "#SEQ"
 *     kind     a word; body: a JSON object, UTF-8
 *     state    BLAKE2b-256 of the machine's state after the row
 *     chain    BLAKE2b-256 of: the chain of the row before (32 zero bytes for
 *              the first), seq and time_ms (8 bytes each, little-endian),
 *              id (empty for NULL), kind and body (a zero byte behind
 *              each), state. Of a journal that was compacted the first
 *              row's is made of the one that the last row `compact` names
 *   checkpoints(seq, body, hash): the book after row seq; the row behind it,
 *     in the same commit, has the hash of the body
 *   executions(number, seq, body, hash): one that was put away in the
 *     checkpoint of row seq
 *   hash is BLAKE2b-256 of body.
 * STATE/head: "SEQ CHAIN\n" of the last commit (20 digits, 64 hex digits),
 *   written after it, synced once a second (SW_HEAD_SYNC_MS) and at the end:
 *   it may lag behind the database, never lead it. SQLite ends a damaged
 *   write-ahead log silently, and so does an old copy; the head tells. Rows
 *   that a loss of power took within that second, it may not.
 *
 * Invariants
 *   1. One connection: EXCLUSIVE before WAL, so nobody else can open it and
 *      there is no shared-memory file.
 *   2. synchronous=FULL: a commit that returned survives the loss of power.
 *   3. Both are read back; a database that does not obey is refused.
 *   4. seq has no gap and each chain fits: a row that is missing, altered or
 *      out of its place is found when the journal is read.
 *   5. The head's row is there, with the head's chain.
 *   6. After a failed append nothing more is written on that connection: the
 *      commit may have happened (a WAL commit whose sync failed has been seen
 *      there after reopening).
 */
#include "journal_part.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

/* Bytes of the path: the unix files of SQLite have MAX_PATHNAME (512), with
 * what is appended for the log. */
#define PATH_BYTES_MAX 500

int
sw__journal_open(
    struct sw_journal **out, const char *state_dir, struct sw_error *err)
{
	struct sw_journal *journal = calloc(1, sizeof *journal);
	char path[PATH_MAX];
	if (journal == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	journal->head_fd = -1;
	if (sodium_init() < 0 ||
	    (size_t)snprintf(path, sizeof path, "%s/journal.db", state_dir) >=
		sizeof path) {
		free(journal);
		return sw__error(
		    err, SW_ERROR_LIMIT, "'%s' is too long", state_dir);
	}
	if (strlen(path) > PATH_BYTES_MAX) {
		free(journal);
		return sw__error(err, SW_ERROR_LIMIT,
		    "the path of the journal has %zu bytes and SQLite takes "
		    "%d; use a shorter state directory with --state: "
		    "'%.80s...'",
		    strlen(path), PATH_BYTES_MAX, path);
	}
	journal->path = strdup(path);
	snprintf(path, sizeof path, "%s/head", state_dir);
	journal->head_path = strdup(path);
	if (journal->path == NULL || journal->head_path == NULL)
		sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	else if (sw__journal_connect(journal, err) == 0) {
		*out = journal;
		return 0;
	}
	sw__journal_free(journal);
	return err->code;
}

void
sw__journal_free(struct sw_journal *journal)
{
	if (journal == NULL)
		return;
	sw__journal_disconnect(journal);
	free(journal->path);
	free(journal->head_path);
	free(journal);
}

int
sw__journal_reopen(struct sw_journal *journal, struct sw_error *err)
{
	sw__journal_disconnect(journal);
	return sw__journal_connect(journal, err);
}

uint64_t
sw__journal_last(const struct sw_journal *journal)
{
	return journal->last;
}

static int
insert_row(struct sw_journal *journal, const struct sw_journal_row *row,
    const uint8_t chain[SW_HASH_BYTES])
{
	sqlite3_stmt *insert = journal->statements[STATEMENT_INSERT];
	sqlite3_bind_int64(insert, 1, (sqlite3_int64)row->seq);
	sqlite3_bind_int64(insert, 2, (sqlite3_int64)row->time_ms);
	sqlite3_bind_text(insert, 3, row->id, -1, SQLITE_STATIC);
	sqlite3_bind_text(insert, 4, row->kind, -1, SQLITE_STATIC);
	sqlite3_bind_text(insert, 5, row->body, -1, SQLITE_STATIC);
	sqlite3_bind_blob(insert, 6, row->state, SW_HASH_BYTES, SQLITE_STATIC);
	sqlite3_bind_blob(insert, 7, chain, SW_HASH_BYTES, SQLITE_STATIC);
	const int status = sw__journal_run(insert);
	sqlite3_clear_bindings(insert);
	return status;
}

static int
fail(struct sw_journal *journal, int status, struct sw_error *err)
{
	journal->has_failed = true;
	sw__journal_error(journal, status, err);
	err->code = SW_ERROR_UNKNOWN_OUTCOME;
	return err->code;
}

static int
check_id(const char *id, struct sw_error *err)
{
	if (id == NULL || (id[0] != '\0' && id[0] != SW_EVENT_ID_MADE &&
			      strlen(id) <= SW_EVENT_ID_MAX))
		return 0;
	return sw__error(err, SW_ERROR_LIMIT,
	    "the id of an event has 1 to %d bytes and does not begin with "
	    "'%c': '%.80s'",
	    SW_EVENT_ID_MAX, SW_EVENT_ID_MADE, id);
}

/* Nothing was written as yet, and it is known that nothing will be. */
static int
refuse_id(struct sw_journal *journal, const char *id, struct sw_error *err)
{
	if (sw__journal_run(journal->statements[STATEMENT_ROLLBACK]) !=
	    SQLITE_OK)
		return fail(journal, SQLITE_ERROR, err);
	return sw__error(err, SW_ERROR_REFUSED,
	    "the journal has an event '%.255s' already", id);
}

int
sw__journal_finish(struct sw_journal *journal, struct sw_journal_row *rows,
    uint32_t n, int status, struct sw_error *err)
{
	uint8_t chain[SW_HASH_BYTES];
	memcpy(chain, journal->chain, sizeof chain);
	for (uint32_t i = 0; i < n && status == SQLITE_OK; i++) {
		rows[i].seq = journal->last + 1 + i;
		sw__journal_extend(chain, &rows[i]);
		status = insert_row(journal, &rows[i], chain);
		if (status == SQLITE_CONSTRAINT_UNIQUE)
			return refuse_id(journal, rows[i].id, err);
	}
	if (status == SQLITE_OK)
		status = sw__journal_run(journal->statements[STATEMENT_COMMIT]);
	if (status != SQLITE_OK)
		return fail(journal, status, err);
	journal->last += n;
	memcpy(journal->chain, chain, sizeof chain);
	sw__journal_write_head(journal);
	return 0;
}

int
sw__journal_append(struct sw_journal *journal, struct sw_journal_row *rows,
    uint32_t n, struct sw_error *err)
{
	assert(journal->was_read);
	assert(!journal->has_failed); /* inv 6 */
	for (uint32_t i = 0; i < n; i++)
		if (check_id(rows[i].id, err) != 0)
			return err->code;
	return sw__journal_finish(journal, rows, n,
	    sw__journal_run(journal->statements[STATEMENT_BEGIN]), err);
}
