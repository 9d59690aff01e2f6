/*
 * A journal that begins behind its first rows: where it does, and how rows go.
 * Input: a checkpoint to begin with; output: a row that says so, with the
 * chain of the last row that went, which the next one is checked against.
 */
#include "journal_part.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

/* Fewer rows are not worth a commit. */
#define ROWS_MIN 1024
/* A program that reads the format before would miss the first rows. */
#define FORMAT_COMPACT "PRAGMA user_version=3"

uint64_t
sw__journal_base(const struct sw_journal *journal)
{
	return journal->base;
}

uint64_t
sw__journal_read_base(const char *body, uint8_t chain[SW_HASH_BYTES])
{
	json_t *document = json_loads(body, 0, NULL);
	const json_int_t through =
	    json_integer_value(json_object_get(document, "through"));
	const char *hex = json_string_value(json_object_get(document, "chain"));
	size_t length = 0;
	const bool is_whole =
	    through > 0 && hex != NULL &&
	    strlen(hex) == (size_t)2 * SW_HASH_BYTES &&
	    sodium_hex2bin(chain, SW_HASH_BYTES, hex, (size_t)2 * SW_HASH_BYTES,
		NULL, &length, NULL) == 0 &&
	    length == SW_HASH_BYTES;
	json_decref(document);
	return is_whole ? (uint64_t)through : 0;
}

/* The first three columns of a statement's first row, or none. */
static int
step_once(struct sw_journal *journal, sqlite3_stmt *select, bool *is_there,
    struct sw_error *err)
{
	const int status = sqlite3_step(select);
	*is_there = status == SQLITE_ROW;
	return status == SQLITE_ROW || status == SQLITE_DONE
		   ? 0
		   : sw__journal_error(journal, status, err);
}

/* Ids are in an index: this is found without looking at the rows. */
int
sw__journal_find_base(struct sw_journal *journal, struct sw_error *err)
{
	sqlite3_stmt *select = NULL;
	bool is_there;
	int status = sqlite3_prepare_v2(journal->db,
	    "SELECT body FROM events WHERE id >= '" SW_COMPACT_ID
	    "' AND id < 'compact!' ORDER BY seq DESC LIMIT 1",
	    -1, &select, NULL);
	if (status != SQLITE_OK)
		return sw__journal_error(journal, status, err);
	journal->base = 0;
	memset(journal->base_chain, 0, SW_HASH_BYTES);
	status = step_once(journal, select, &is_there, err);
	const char *body =
	    is_there ? (const char *)sqlite3_column_text(select, 0) : NULL;
	if (body != NULL)
		journal->base =
		    sw__journal_read_base(body, journal->base_chain);
	sqlite3_finalize(select);
	return status;
}

int
sw__journal_cut(struct sw_journal *journal, uint64_t before_ms,
    struct sw_journal_cut *out, struct sw_error *err)
{
	sqlite3_stmt *select = NULL;
	bool is_there;
	int status = sqlite3_prepare_v2(journal->db,
	    "SELECT seq, chain FROM checkpoints JOIN events USING (seq) WHERE "
	    "seq >= ?1 AND time_ms < ?2 ORDER BY seq LIMIT 1",
	    -1, &select, NULL);
	if (status != SQLITE_OK)
		return sw__journal_error(journal, status, err);
	sqlite3_bind_int64(
	    select, 1, (sqlite3_int64)(journal->base + ROWS_MIN));
	sqlite3_bind_int64(select, 2, (sqlite3_int64)before_ms);
	status = step_once(journal, select, &is_there, err);
	if (is_there && sqlite3_column_bytes(select, 1) == SW_HASH_BYTES) {
		out->through = (uint64_t)sqlite3_column_int64(select, 0);
		out->rows = out->through - journal->base;
		memcpy(
		    out->chain, sqlite3_column_blob(select, 1), SW_HASH_BYTES);
		status = 1;
	}
	sqlite3_finalize(select);
	return status;
}

/* Of executions that were stored again since then, what was there before. */
#define RECORDS_THAT_GO                                                        \
	"DELETE FROM executions WHERE seq < ?1 AND number IN (SELECT number "  \
	"FROM executions WHERE seq > ?2 AND seq <= ?1) AND EXISTS (SELECT 1 "  \
	"FROM executions AS later WHERE later.number = executions.number AND " \
	"later.seq > executions.seq AND later.seq <= ?1)"

static int
run_bounded(struct sw_journal *journal, const char *sql, uint64_t through)
{
	sqlite3_stmt *statement = NULL;
	int status = sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL);
	if (status != SQLITE_OK)
		return status;
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)through);
	if (sqlite3_bind_parameter_count(statement) > 1)
		sqlite3_bind_int64(statement, 2, (sqlite3_int64)journal->base);
	status = sw__journal_run(statement);
	sqlite3_finalize(statement);
	return status;
}

int
sw__journal_compact(struct sw_journal *journal,
    const struct sw_journal_cut *cut, struct sw_journal_row *row,
    struct sw_error *err)
{
	static const char *const removals[] = {
		"DELETE FROM events WHERE seq <= ?1",
		"DELETE FROM checkpoints WHERE seq < ?1",
		RECORDS_THAT_GO,
		FORMAT_COMPACT,
	};
	assert(journal->was_read && !journal->has_failed);
	assert(cut->through > journal->base && cut->through < journal->last);
	int status = sw__journal_run(journal->statements[STATEMENT_BEGIN]);
	for (size_t i = 0;
	     i < sizeof removals / sizeof removals[0] && status == SQLITE_OK;
	     i++)
		status = run_bounded(journal, removals[i], cut->through);
	if (sw__journal_finish(journal, row, 1, status, err) != 0)
		return err->code;
	journal->base = cut->through;
	memcpy(journal->base_chain, cut->chain, SW_HASH_BYTES);
	return 0;
}
