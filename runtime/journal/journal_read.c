/*
 * Reading: rows in their order, each one's place and chain checked.
 */
#include "journal_part.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

struct reader {
	uint64_t after; /* rows up to this one are checked alone */
	sw_journal_row_fn take;
	void *payload;
};

/* A row with what it borrows, and its chain: before it the one before it. */
struct stored_row {
	struct sw_journal_row row;
	uint8_t chain[SW_HASH_BYTES];
	char made[24]; /* an id that the journal made */
};

static void
hash_number(crypto_generichash_state *hash, uint64_t n)
{
	uint8_t bytes[8];
	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(n >> (8 * i));
	crypto_generichash_update(hash, bytes, sizeof bytes);
}

static void
hash_text(crypto_generichash_state *hash, const char *text)
{
	crypto_generichash_update(
	    hash, (const uint8_t *)text, strlen(text) + 1);
}

/* An id that the journal made is told by seq already. */
static const char *
hashed_id(const struct sw_journal_row *row)
{
	return row->id == NULL || row->id[0] == SW_EVENT_ID_MADE ? "" : row->id;
}

void
sw__journal_extend(
    uint8_t chain[SW_HASH_BYTES], const struct sw_journal_row *row)
{
	crypto_generichash_state hash;
	crypto_generichash_init(&hash, NULL, 0, SW_HASH_BYTES);
	crypto_generichash_update(&hash, chain, SW_HASH_BYTES);
	hash_number(&hash, row->seq);
	hash_number(&hash, row->time_ms);
	hash_text(&hash, hashed_id(row));
	hash_text(&hash, row->kind);
	hash_text(&hash, row->body);
	crypto_generichash_update(&hash, row->state, SW_HASH_BYTES);
	crypto_generichash_final(&hash, chain, SW_HASH_BYTES);
}

static int
altered(const struct sw_journal *journal, uint64_t seq, const char *what,
    struct sw_error *err)
{
	return sw__error(err, SW_ERROR_CORRUPT,
	    "journal '%s': row %" PRIu64 " %s; restore the state directory "
	    "from a backup, or use another one with --state",
	    journal->path, seq, what);
}

/* The database is whole, and is not the one that it was. */
static int
lost(const struct sw_journal *journal, uint64_t seq, const char *what,
    struct sw_error *err)
{
	return sw__error(err, SW_ERROR_CORRUPT,
	    "journal '%s': row %" PRIu64 " %s: the database is older than the "
	    "file 'head' beside it; put the newer one back, or go on without "
	    "those rows: `recover` records that they are lost",
	    journal->path, seq, what);
}

/* A text without a zero byte inside: what is behind one would be in no hash. */
static const char *
text_at(sqlite3_stmt *select, int column)
{
	const char *text = (const char *)sqlite3_column_text(select, column);
	const int bytes = sqlite3_column_bytes(select, column);
	return text == NULL || strlen(text) != (size_t)bytes ? NULL : text;
}

static const void *
hash_at(sqlite3_stmt *select, int column)
{
	const void *hash = sqlite3_column_blob(select, column);
	return sqlite3_column_bytes(select, column) == SW_HASH_BYTES ? hash
								     : NULL;
}

/* inv 4. The row that the statement stands on, which is to follow one whose
 * chain is `chain`; that becomes this row's. */
static int
check_row(const struct sw_journal *journal, sqlite3_stmt *select,
    uint64_t expected, struct stored_row *out, struct sw_error *err)
{
	struct sw_journal_row *row = &out->row;
	const bool is_named = sqlite3_column_type(select, 2) != SQLITE_NULL;
	*row = (struct sw_journal_row){
		.seq = (uint64_t)sqlite3_column_int64(select, 0),
		.time_ms = (uint64_t)sqlite3_column_int64(select, 1),
		.id = is_named ? text_at(select, 2) : out->made,
		.kind = text_at(select, 3),
		.body = text_at(select, 4),
	};
	const void *state = hash_at(select, 5);
	const void *chain = hash_at(select, 6);
	if (row->seq != expected)
		return altered(journal, expected, "is missing", err);
	if (row->id == NULL || row->kind == NULL || row->body == NULL ||
	    state == NULL || chain == NULL)
		return altered(journal, expected, "was altered", err);
	snprintf(out->made, sizeof out->made, "%c%" PRIu64, SW_EVENT_ID_MADE,
	    row->seq);
	memcpy(row->state, state, SW_HASH_BYTES);
	sw__journal_extend(out->chain, row);
	if (memcmp(out->chain, chain, SW_HASH_BYTES) != 0)
		return altered(journal, expected, "was altered", err);
	return 0;
}

#define COLUMNS "seq, time_ms, id, kind, body, state, chain"

static int
read_rows(struct sw_journal *journal, sqlite3_stmt *select,
    const struct reader *reader, struct sw_error *err)
{
	uint8_t head_chain[SW_HASH_BYTES], unused[SW_HASH_BYTES];
	const uint64_t head = journal->ignores_head
				  ? 0
				  : sw__journal_read_head(journal, head_chain);
	struct stored_row stored = { 0 };
	uint64_t said = 0; /* by the last row that says where it begins */
	int status;
	memcpy(stored.chain, journal->base_chain, SW_HASH_BYTES);
	while ((status = sqlite3_step(select)) == SQLITE_ROW) {
		if (check_row(
			journal, select, journal->last + 1, &stored, err) != 0)
			return err->code;
		journal->last++;
		if (journal->last == head &&
		    memcmp(stored.chain, head_chain, SW_HASH_BYTES) != 0)
			return lost(journal, head,
			    "is not the one that was recorded", err);
		if (strcmp(stored.row.kind, "compact") == 0)
			said = sw__journal_read_base(stored.row.body, unused);
		const int taken =
		    journal->last <= reader->after
			? 0
			: reader->take(&stored.row, reader->payload, err);
		if (taken != 0)
			return taken;
	}
	if (status != SQLITE_DONE)
		return sw__journal_error(journal, status, err);
	if (said != journal->base)
		return altered(
		    journal, journal->base, "is not where it begins", err);
	/* inv 5 */
	if (head > journal->last)
		return lost(journal, journal->last + 1,
		    "was recorded and is missing", err);
	memcpy(journal->chain, stored.chain, SW_HASH_BYTES);
	return 0;
}

int
sw__journal_read(struct sw_journal *journal, uint64_t after,
    sw_journal_row_fn take, void *payload, struct sw_error *err)
{
	assert(!journal->has_failed);
	const struct sw_journal before = *journal;
	const struct reader reader = { after, take, payload };
	sqlite3_stmt *select = NULL;
	const int status = sqlite3_prepare_v2(journal->db,
	    "SELECT " COLUMNS " FROM events ORDER BY seq", -1, &select, NULL);
	if (status != SQLITE_OK)
		return sw__journal_error(journal, status, err);
	int outcome = sw__journal_find_base(journal, err);
	journal->last = journal->base;
	memcpy(journal->chain, journal->base_chain, SW_HASH_BYTES);
	if (outcome == 0)
		outcome = read_rows(journal, select, &reader, err);
	sqlite3_finalize(select);
	if (outcome == 0)
		journal->was_read = true;
	else
		*journal = before;
	return outcome;
}

/* The row's number by its id; 0: there is none. */
static int
find_seq(struct sw_journal *journal, const char *id, uint64_t *seq,
    struct sw_error *err)
{
	sqlite3_stmt *find = journal->statements[STATEMENT_FIND];
	if (id[0] == SW_EVENT_ID_MADE) {
		*seq = strtoull(id + 1, NULL, 10);
		return 0;
	}
	sqlite3_bind_text(find, 1, id, -1, SQLITE_STATIC);
	const int status = sqlite3_step(find);
	*seq =
	    status == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(find, 0) : 0;
	sqlite3_reset(find);
	sqlite3_clear_bindings(find);
	return status == SQLITE_ROW || status == SQLITE_DONE
		   ? 0
		   : sw__journal_error(journal, status, err);
}

/* The row and the one before it, whose chain it has to fit. */
static int
take_one(struct sw_journal *journal, sqlite3_stmt *select, uint64_t seq,
    const struct reader *reader, struct sw_error *err)
{
	struct stored_row stored = { 0 };
	int status = sqlite3_step(select);
	memcpy(stored.chain, journal->base_chain, SW_HASH_BYTES);
	if (status == SQLITE_ROW && seq > journal->base + 1) {
		const void *chain = hash_at(select, 6);
		if (chain == NULL)
			return altered(journal, seq - 1, "was altered", err);
		memcpy(stored.chain, chain, SW_HASH_BYTES);
		status = sqlite3_step(select);
	}
	if (status == SQLITE_DONE)
		return altered(journal, seq, "is missing", err);
	if (status != SQLITE_ROW)
		return sw__journal_error(journal, status, err);
	if (check_row(journal, select, seq, &stored, err) != 0)
		return err->code;
	return reader->take(&stored.row, reader->payload, err);
}

int
sw__journal_find(struct sw_journal *journal, const char *id,
    sw_journal_row_fn take, void *payload, struct sw_error *err)
{
	const struct reader reader = { 0, take, payload };
	sqlite3_stmt *select = NULL;
	uint64_t seq = 0;
	assert(journal->was_read && !journal->has_failed);
	if (find_seq(journal, id, &seq, err) != 0)
		return err->code;
	if (seq <= journal->base || seq > journal->last)
		return 0;
	const int status = sqlite3_prepare_v2(journal->db,
	    "SELECT " COLUMNS " FROM events WHERE seq BETWEEN ?1 - 1 AND ?1 "
	    "ORDER BY seq",
	    -1, &select, NULL);
	if (status != SQLITE_OK)
		return sw__journal_error(journal, status, err);
	sqlite3_bind_int64(select, 1, (sqlite3_int64)seq);
	const int taken = take_one(journal, select, seq, &reader, err);
	sqlite3_finalize(select);
	return taken < 0 ? taken : 1;
}
