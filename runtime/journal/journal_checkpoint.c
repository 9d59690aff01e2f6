/*
 * Documents beside the rows: checkpoints, and executions that are put away.
 * Knows bytes and their hashes, not what they mean.
 */
#include "journal_part.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"

static int
insert_document(struct sw_journal *journal, const char *sql, uint64_t seq,
    const struct sw_journal_document *document)
{
	uint8_t hash[SW_HASH_BYTES];
	sqlite3_stmt *insert = NULL;
	int status = sqlite3_prepare_v2(journal->db, sql, -1, &insert, NULL);
	if (status != SQLITE_OK)
		return status;
	sw__digest(hash, document->body, strlen(document->body));
	sqlite3_bind_int64(insert, 1, (sqlite3_int64)seq);
	sqlite3_bind_int64(insert, 2, (sqlite3_int64)document->number);
	sqlite3_bind_text(insert, 3, document->body, -1, SQLITE_STATIC);
	sqlite3_bind_blob(insert, 4, hash, sizeof hash, SQLITE_STATIC);
	status = sw__journal_run(insert);
	sqlite3_finalize(insert);
	return status;
}

/* Of the older ones some stay, further apart: a damaged one is made up for by
 * the one before it, and rows can go up to one. The journal begins with the
 * oldest. */
static int
thin(struct sw_journal *journal)
{
	return sqlite3_exec(journal->db,
	    "DELETE FROM checkpoints WHERE seq < (SELECT seq FROM checkpoints "
	    "ORDER BY seq DESC LIMIT 1 OFFSET 2) AND seq NOT IN (SELECT "
	    "max(seq) FROM checkpoints GROUP BY seq / 8192) AND seq > (SELECT "
	    "min(seq) FROM checkpoints)",
	    NULL, NULL, NULL);
}

int
sw__journal_store(struct sw_journal *journal,
    const struct sw_journal_documents *documents, struct sw_journal_row *row,
    struct sw_error *err)
{
	assert(journal->was_read && !journal->has_failed);
	const uint64_t seq = journal->last;
	int status = sw__journal_run(journal->statements[STATEMENT_BEGIN]);
	if (status == SQLITE_OK)
		status = insert_document(journal,
		    "INSERT INTO checkpoints(seq, body, hash) "
		    "VALUES(?1 + 0 * ?2, ?3, ?4)",
		    seq, &documents->checkpoint);
	for (uint32_t i = 0; i < documents->n && status == SQLITE_OK; i++)
		status = insert_document(journal,
		    "INSERT OR REPLACE INTO executions(seq, number, body, "
		    "hash) VALUES(?1, ?2, ?3, ?4)",
		    seq, &documents->records[i]);
	if (status == SQLITE_OK)
		status = thin(journal);
	return sw__journal_finish(journal, row, 1, status, err);
}

/* The text in column 0, whose hash is in column 1; NULL: it is damaged. */
static char *
whole_text(sqlite3_stmt *select)
{
	uint8_t hash[SW_HASH_BYTES];
	const char *text = (const char *)sqlite3_column_text(select, 0);
	const void *stored = sqlite3_column_blob(select, 1);
	if (text == NULL || sqlite3_column_bytes(select, 1) != sizeof hash)
		return NULL;
	sw__digest(hash, text, strlen(text));
	return memcmp(hash, stored, sizeof hash) == 0 ? strdup(text) : NULL;
}

/* Returns 1, with *seq and *body; 0: none; or an error. */
static int
select_one(struct sw_journal *journal, sqlite3_stmt *select, uint64_t *seq,
    char **body, struct sw_error *err)
{
	const int status = sqlite3_step(select);
	int answer = status == SQLITE_ROW;
	if (status == SQLITE_ROW) {
		*seq = (uint64_t)sqlite3_column_int64(select, 2);
		*body = whole_text(select);
	} else if (status != SQLITE_DONE) {
		answer = sw__journal_error(journal, status, err);
	}
	if (answer == 1 && *body == NULL)
		answer = sw__error(err, SW_ERROR_CORRUPT,
		    "journal '%s': a document of row %llu is damaged",
		    journal->path, (unsigned long long)*seq);
	return answer;
}

static int
read_document(struct sw_journal *journal, const char *sql, uint64_t first,
    uint64_t second, uint64_t *seq, char **body, struct sw_error *err)
{
	sqlite3_stmt *select = NULL;
	const int status =
	    sqlite3_prepare_v2(journal->db, sql, -1, &select, NULL);
	if (status != SQLITE_OK)
		return sw__journal_error(journal, status, err);
	sqlite3_bind_int64(select, 1, (sqlite3_int64)first);
	sqlite3_bind_int64(select, 2, (sqlite3_int64)second);
	*body = NULL;
	const int answer = select_one(journal, select, seq, body, err);
	sqlite3_finalize(select);
	return answer;
}

int
sw__journal_checkpoint(struct sw_journal *journal, uint64_t before,
    uint64_t *seq, char **body, struct sw_error *err)
{
	return read_document(journal,
	    "SELECT body, hash, seq FROM checkpoints WHERE seq < ?1 AND ?2 = 0 "
	    "ORDER BY seq DESC LIMIT 1",
	    before > INT64_MAX ? INT64_MAX : before, 0, seq, body, err);
}

int
sw__journal_record(struct sw_journal *journal, uint64_t number, uint64_t until,
    char **body, struct sw_error *err)
{
	uint64_t seq;
	return read_document(journal,
	    "SELECT body, hash, seq FROM executions WHERE number = ?1 AND seq "
	    "<= ?2 ORDER BY seq DESC LIMIT 1",
	    number, until, &seq, body, err);
}
