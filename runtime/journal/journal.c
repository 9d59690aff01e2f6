/*
 * The journal's file, and the only place that knows SQLite.
 *
 * STATE/journal.db: one table,
 *   events(seq, time_ms, kind, body, state, chain)
 *     seq      1, 2, ... without a gap
 *     time_ms  wall clock when it was recorded, milliseconds since the epoch
 *     kind     a word; body: a JSON object, UTF-8
 *     state    BLAKE2b-256 of the machine's state after the row
 *     chain    BLAKE2b-256 of: the chain of the row before (32 zero bytes for
 *              the first), seq and time_ms (8 bytes each, little-endian),
 *              kind and body (a zero byte behind each), state
 * STATE/head: "SEQ CHAIN\n" of the last commit (20 digits, 64 hex digits),
 *   written after it and not synced: it may lag behind the database, never
 *   lead it. SQLite ends a damaged write-ahead log silently; the head tells.
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
#include "journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>
#include <sqlite3.h>

#define APPLICATION_ID 0x53574a31 /* "SWJ1" */
#define FORMAT 1
/* Bytes of the path: the unix files of SQLite have MAX_PATHNAME (512), with
 * what is appended for the log. */
#define PATH_BYTES_MAX 500
#define HEAD_BYTES (20 + 1 + 2 * SW_HASH_BYTES + 1)

struct sw_journal {
	char *path;
	char *head_path;
	sqlite3 *db;
	sqlite3_stmt *begin;
	sqlite3_stmt *insert;
	sqlite3_stmt *commit;
	int head_fd;
	uint64_t last;
	uint8_t chain[SW_HASH_BYTES]; /* of row `last` */
	bool was_read;
	bool has_failed; /* inv 6 */
};

static int
sqlite_error(const struct sw_journal *journal, int status, struct sw_error *err)
{
	enum sw_error_code code = SW_ERROR_SYSTEM;
	const char *help = "nothing recorded is lost";
	switch (status & 0xff) {
	case SQLITE_FULL:
		help = "free some space and run the command again; nothing "
		       "recorded is lost";
		break;
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		help = "this user must be able to write the file and its "
		       "folder";
		break;
	case SQLITE_BUSY:
		code = SW_ERROR_BUSY;
		help = "another program has it open";
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		code = SW_ERROR_CORRUPT;
		help = "restore the state directory from a backup, or use "
		       "another one with --state";
		break;
	}
	return sw__error(err, code, "journal '%s': %s (SQLite %d); %s",
	    journal->path,
	    journal->db == NULL ? sqlite3_errstr(status)
				: sqlite3_errmsg(journal->db),
	    status, help);
}

static int
run_sql(struct sw_journal *journal, const char *sql, struct sw_error *err)
{
	const int status = sqlite3_exec(journal->db, sql, NULL, NULL, NULL);
	return status == SQLITE_OK ? 0 : sqlite_error(journal, status, err);
}

/* The first column of the first row that a statement yields. */
static int
ask_sql(struct sw_journal *journal, const char *sql, char answer[32],
    struct sw_error *err)
{
	sqlite3_stmt *statement = NULL;
	int status = sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL);
	if (status == SQLITE_OK)
		status = sqlite3_step(statement);
	answer[0] = '\0';
	if (status == SQLITE_ROW) {
		const unsigned char *text = sqlite3_column_text(statement, 0);
		if (text != NULL)
			snprintf(answer, 32, "%s", (const char *)text);
	}
	sqlite3_finalize(statement);
	if (status == SQLITE_ROW || status == SQLITE_DONE)
		return 0;
	return sqlite_error(journal, status, err);
}

/* inv 1, 2, 3. The order matters: EXCLUSIVE before WAL. */
static int
apply_settings(struct sw_journal *journal, struct sw_error *err)
{
	static const struct {
		const char *set;
		const char *get;
		const char *expected;
	} settings[] = {
		{ "PRAGMA locking_mode=EXCLUSIVE", "PRAGMA locking_mode",
		    "exclusive" },
		{ "PRAGMA journal_mode=WAL", "PRAGMA journal_mode", "wal" },
		{ "PRAGMA synchronous=FULL", "PRAGMA synchronous", "2" },
		{ "PRAGMA mmap_size=0", "PRAGMA mmap_size", "0" },
		{ "PRAGMA trusted_schema=OFF", "PRAGMA trusted_schema", "0" },
		{ "PRAGMA cell_size_check=ON", "PRAGMA cell_size_check", "1" },
	};
	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
		char answer[32];
		if (run_sql(journal, settings[i].set, err) != 0 ||
		    ask_sql(journal, settings[i].get, answer, err) != 0)
			return err->code;
		/* A build without memory mapping answers nothing. */
		if (strcmp(answer, settings[i].expected) != 0 &&
		    !(answer[0] == '\0' &&
			strcmp(settings[i].expected, "0") == 0))
			return sw__error(err, SW_ERROR_SYSTEM,
			    "journal '%s': SQLite answers '%s' to %s and '%s' "
			    "is needed; the file system may not support it",
			    journal->path, answer, settings[i].get,
			    settings[i].expected);
	}
	return 0;
}

/* A database of ours, or an empty one that becomes ours. */
static int
claim_format(struct sw_journal *journal, struct sw_error *err)
{
	char id[32], version[32], tables[32], sql[256];
	if (ask_sql(journal, "PRAGMA application_id", id, err) != 0 ||
	    ask_sql(journal, "PRAGMA user_version", version, err) != 0 ||
	    ask_sql(journal, "SELECT count(*) FROM sqlite_schema", tables,
		err) != 0)
		return err->code;
	if (strtol(id, NULL, 10) == APPLICATION_ID) {
		if (strtol(version, NULL, 10) == FORMAT)
			return 0;
		return sw__error(err, SW_ERROR_CORRUPT,
		    "journal '%s' has format %s and this program knows %d; a "
		    "newer program wrote it",
		    journal->path, version, FORMAT);
	}
	if (strcmp(id, "0") != 0 || strcmp(tables, "0") != 0)
		return sw__error(err, SW_ERROR_CORRUPT,
		    "'%s' is a database of another program; use another "
		    "directory with --state",
		    journal->path);
	snprintf(sql, sizeof sql,
	    "BEGIN IMMEDIATE;"
	    "CREATE TABLE events(seq INTEGER PRIMARY KEY, time_ms INTEGER NOT "
	    "NULL, kind TEXT NOT NULL, body TEXT NOT NULL, state BLOB NOT "
	    "NULL, chain BLOB NOT NULL) STRICT;"
	    "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
	    APPLICATION_ID, FORMAT);
	return run_sql(journal, sql, err);
}

static int
prepare(struct sw_journal *journal, struct sw_error *err)
{
	const struct {
		sqlite3_stmt **out;
		const char *sql;
	} statements[] = {
		{ &journal->begin, "BEGIN IMMEDIATE" },
		{ &journal->insert,
		    "INSERT INTO events(seq, time_ms, kind, body, state, "
		    "chain) VALUES(?1, ?2, ?3, ?4, ?5, ?6)" },
		{ &journal->commit, "COMMIT" },
	};
	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
		const int status =
		    sqlite3_prepare_v3(journal->db, statements[i].sql, -1,
			SQLITE_PREPARE_PERSISTENT, statements[i].out, NULL);
		if (status != SQLITE_OK)
			return sqlite_error(journal, status, err);
	}
	return 0;
}

static void
disconnect(struct sw_journal *journal)
{
	sqlite3_finalize(journal->begin);
	sqlite3_finalize(journal->insert);
	sqlite3_finalize(journal->commit);
	journal->begin = journal->insert = journal->commit = NULL;
	if (journal->has_failed) /* inv 6: closing writes nothing, either */
		sqlite3_db_config(
		    journal->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(journal->db);
	journal->db = NULL;
	if (journal->head_fd >= 0)
		close(journal->head_fd);
	journal->head_fd = -1;
}

/* SQLite would let everybody read a new one: values of variables are in it. */
static void
make_file(const struct sw_journal *journal)
{
	const int fd =
	    open(journal->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	/* If not, SQLite says why. */
	if (fd >= 0)
		close(fd);
}

static int
connect_database(struct sw_journal *journal, struct sw_error *err)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
			  SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	journal->was_read = false;
	journal->has_failed = false;
	make_file(journal);
	const int status =
	    sqlite3_open_v2(journal->path, &journal->db, flags, NULL);
	if (status != SQLITE_OK)
		return sqlite_error(journal, status, err);
	sqlite3_extended_result_codes(journal->db, 1);
	sqlite3_limit(journal->db, SQLITE_LIMIT_LENGTH, SW_BODY_MAX + 4096);
	if (apply_settings(journal, err) != 0 ||
	    claim_format(journal, err) != 0 || prepare(journal, err) != 0)
		return err->code;
	journal->head_fd =
	    open(journal->head_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (journal->head_fd < 0)
		return sw__error_errno(err, "'%s'", journal->head_path);
	return 0;
}

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
	else if (connect_database(journal, err) == 0) {
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
	disconnect(journal);
	free(journal->path);
	free(journal->head_path);
	free(journal);
}

int
sw__journal_reopen(struct sw_journal *journal, struct sw_error *err)
{
	disconnect(journal);
	return connect_database(journal, err);
}

uint64_t
sw__journal_last(const struct sw_journal *journal)
{
	return journal->last;
}

static void
hash_number(crypto_generichash_state *hash, uint64_t n)
{
	uint8_t bytes[8];
	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(n >> (8 * i));
	crypto_generichash_update(hash, bytes, sizeof bytes);
}

/* The chain of a row that follows one whose chain is `chain`. */
static void
extend_chain(uint8_t chain[SW_HASH_BYTES], const struct sw_journal_row *row)
{
	crypto_generichash_state hash;
	crypto_generichash_init(&hash, NULL, 0, SW_HASH_BYTES);
	crypto_generichash_update(&hash, chain, SW_HASH_BYTES);
	hash_number(&hash, row->seq);
	hash_number(&hash, row->time_ms);
	crypto_generichash_update(
	    &hash, (const uint8_t *)row->kind, strlen(row->kind) + 1);
	crypto_generichash_update(
	    &hash, (const uint8_t *)row->body, strlen(row->body) + 1);
	crypto_generichash_update(&hash, row->state, SW_HASH_BYTES);
	crypto_generichash_final(&hash, chain, SW_HASH_BYTES);
}

static void
format_head(const struct sw_journal *journal, char head[HEAD_BYTES + 1])
{
	char hex[2 * SW_HASH_BYTES + 1];
	sodium_bin2hex(hex, sizeof hex, journal->chain, SW_HASH_BYTES);
	snprintf(
	    head, HEAD_BYTES + 1, "%020" PRIu64 " %s\n", journal->last, hex);
}

/* What the head says; row 0 if there is none, or a torn one. */
static uint64_t
read_head(const struct sw_journal *journal, uint8_t chain[SW_HASH_BYTES])
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

static int
altered(const struct sw_journal *journal, uint64_t seq, const char *what,
    struct sw_error *err)
{
	return sw__error(err, SW_ERROR_CORRUPT,
	    "journal '%s': row %" PRIu64 " %s; restore the state directory "
	    "from a backup, or use another one with --state",
	    journal->path, seq, what);
}

/* inv 4. Takes in one row of the table, as the statement stands on it. */
static int
check_row(struct sw_journal *journal, sqlite3_stmt *select,
    struct sw_journal_row *row, struct sw_error *err)
{
	const uint64_t expected = journal->last + 1;
	*row = (struct sw_journal_row){
		.seq = (uint64_t)sqlite3_column_int64(select, 0),
		.time_ms = (uint64_t)sqlite3_column_int64(select, 1),
		.kind = (const char *)sqlite3_column_text(select, 2),
		.body = (const char *)sqlite3_column_text(select, 3),
	};
	const void *state = sqlite3_column_blob(select, 4);
	const void *chain = sqlite3_column_blob(select, 5);
	if (row->seq != expected)
		return altered(journal, expected, "is missing", err);
	if (row->kind == NULL || row->body == NULL ||
	    sqlite3_column_bytes(select, 4) != SW_HASH_BYTES ||
	    sqlite3_column_bytes(select, 5) != SW_HASH_BYTES)
		return altered(journal, expected, "was altered", err);
	memcpy(row->state, state, SW_HASH_BYTES);
	extend_chain(journal->chain, row);
	if (memcmp(journal->chain, chain, SW_HASH_BYTES) != 0)
		return altered(journal, expected, "was altered", err);
	journal->last = expected;
	return 0;
}

static int
read_rows(struct sw_journal *journal, sqlite3_stmt *select,
    sw_journal_row_fn take, void *payload, struct sw_error *err)
{
	uint8_t head_chain[SW_HASH_BYTES];
	const uint64_t head = read_head(journal, head_chain);
	int status;
	while ((status = sqlite3_step(select)) == SQLITE_ROW) {
		struct sw_journal_row row;
		if (check_row(journal, select, &row, err) != 0)
			return err->code;
		if (row.seq == head &&
		    memcmp(journal->chain, head_chain, SW_HASH_BYTES) != 0)
			return altered(journal, head,
			    "is not the one that was recorded", err);
		const int taken = take(&row, payload, err);
		if (taken != 0)
			return taken;
	}
	if (status != SQLITE_DONE)
		return sqlite_error(journal, status, err);
	/* inv 5 */
	if (head > journal->last)
		return altered(journal, journal->last + 1,
		    "was recorded and is missing", err);
	return 0;
}

int
sw__journal_read(struct sw_journal *journal, sw_journal_row_fn take,
    void *payload, struct sw_error *err)
{
	assert(!journal->has_failed);
	const struct sw_journal before = *journal;
	sqlite3_stmt *select = NULL;
	const int status = sqlite3_prepare_v2(journal->db,
	    "SELECT seq, time_ms, kind, body, state, chain FROM events ORDER "
	    "BY seq",
	    -1, &select, NULL);
	if (status != SQLITE_OK)
		return sqlite_error(journal, status, err);
	journal->last = 0;
	memset(journal->chain, 0, SW_HASH_BYTES);
	const int outcome = read_rows(journal, select, take, payload, err);
	sqlite3_finalize(select);
	if (outcome == 0)
		journal->was_read = true;
	else
		*journal = before;
	return outcome;
}

static int
run_statement(sqlite3_stmt *statement)
{
	const int status = sqlite3_step(statement);
	sqlite3_reset(statement);
	return status == SQLITE_DONE ? SQLITE_OK : status;
}

static int
insert_row(struct sw_journal *journal, const struct sw_journal_row *row,
    const uint8_t chain[SW_HASH_BYTES])
{
	sqlite3_stmt *insert = journal->insert;
	sqlite3_bind_int64(insert, 1, (sqlite3_int64)row->seq);
	sqlite3_bind_int64(insert, 2, (sqlite3_int64)row->time_ms);
	sqlite3_bind_text(insert, 3, row->kind, -1, SQLITE_STATIC);
	sqlite3_bind_text(insert, 4, row->body, -1, SQLITE_STATIC);
	sqlite3_bind_blob(insert, 5, row->state, SW_HASH_BYTES, SQLITE_STATIC);
	sqlite3_bind_blob(insert, 6, chain, SW_HASH_BYTES, SQLITE_STATIC);
	const int status = run_statement(insert);
	sqlite3_clear_bindings(insert);
	return status;
}

int
sw__journal_append(struct sw_journal *journal, struct sw_journal_row *rows,
    uint32_t n, struct sw_error *err)
{
	assert(journal->was_read);
	assert(!journal->has_failed); /* inv 6 */
	uint8_t chain[SW_HASH_BYTES];
	memcpy(chain, journal->chain, sizeof chain);
	int status = run_statement(journal->begin);
	for (uint32_t i = 0; i < n && status == SQLITE_OK; i++) {
		rows[i].seq = journal->last + 1 + i;
		extend_chain(chain, &rows[i]);
		status = insert_row(journal, &rows[i], chain);
	}
	if (status == SQLITE_OK)
		status = run_statement(journal->commit);
	if (status != SQLITE_OK) {
		journal->has_failed = true;
		sqlite_error(journal, status, err);
		err->code = SW_ERROR_UNKNOWN_OUTCOME;
		return err->code;
	}
	journal->last += n;
	memcpy(journal->chain, chain, sizeof chain);
	char head[HEAD_BYTES + 1];
	format_head(journal, head);
	/* The head may lag: what it is for does not need this write. */
	const ssize_t written = pwrite(journal->head_fd, head, HEAD_BYTES, 0);
	(void)written;
	return 0;
}
