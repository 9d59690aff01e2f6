/*
 * The journal's connection to its database: settings, format, statements, and
 * what SQLite answers in words. Knows nothing of the chain.
 */
#include "journal_part.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define APPLICATION_ID 0x53574a31 /* "SWJ1" */
#define FORMAT 2
/* The same, and rows of its beginning are gone. */
#define FORMAT_LAST 3

int
sw__journal_error(
    const struct sw_journal *journal, int status, struct sw_error *err)
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
	return status == SQLITE_OK ? 0
				   : sw__journal_error(journal, status, err);
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
	return sw__journal_error(journal, status, err);
}

/* journal.c, inv 1, 2, 3. The order matters: EXCLUSIVE before WAL. */
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
	char id[32], version[32], tables[32], sql[1024];
	if (ask_sql(journal, "PRAGMA application_id", id, err) != 0 ||
	    ask_sql(journal, "PRAGMA user_version", version, err) != 0 ||
	    ask_sql(journal, "SELECT count(*) FROM sqlite_schema", tables,
		err) != 0)
		return err->code;
	if (strtol(id, NULL, 10) == APPLICATION_ID) {
		const long is = strtol(version, NULL, 10);
		if (is >= FORMAT && is <= FORMAT_LAST)
			return 0;
		return sw__error(err, SW_ERROR_CORRUPT,
		    "journal '%s' has format %s and this program reads %d; "
		    "use the program that wrote it, or another directory with "
		    "--state",
		    journal->path, version, FORMAT_LAST);
	}
	if (strcmp(id, "0") != 0 || strcmp(tables, "0") != 0)
		return sw__error(err, SW_ERROR_CORRUPT,
		    "'%s' is a database of another program; use another "
		    "directory with --state",
		    journal->path);
	snprintf(sql, sizeof sql,
	    "BEGIN IMMEDIATE;"
	    "CREATE TABLE events(seq INTEGER PRIMARY KEY, time_ms INTEGER NOT "
	    "NULL, id TEXT, kind TEXT NOT NULL, body TEXT NOT NULL, state BLOB "
	    "NOT NULL, chain BLOB NOT NULL) STRICT;"
	    "CREATE TABLE checkpoints(seq INTEGER PRIMARY KEY, body TEXT NOT "
	    "NULL, hash BLOB NOT NULL) STRICT;"
	    "CREATE TABLE executions(number INTEGER NOT NULL, seq INTEGER NOT "
	    "NULL, body TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(number, "
	    "seq)) STRICT;"
	    "CREATE UNIQUE INDEX events_id ON events(id) WHERE id IS NOT NULL;"
	    "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
	    APPLICATION_ID, FORMAT);
	return run_sql(journal, sql, err);
}

static int
prepare(struct sw_journal *journal, struct sw_error *err)
{
	static const char *const statements[NSTATEMENTS] = {
		[STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
		[STATEMENT_INSERT] =
		    "INSERT INTO events VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		[STATEMENT_COMMIT] = "COMMIT",
		[STATEMENT_ROLLBACK] = "ROLLBACK",
		[STATEMENT_FIND] = "SELECT seq FROM events WHERE id = ?1",
	};
	for (size_t i = 0; i < NSTATEMENTS; i++) {
		const int status = sqlite3_prepare_v3(journal->db,
		    statements[i], -1, SQLITE_PREPARE_PERSISTENT,
		    &journal->statements[i], NULL);
		if (status != SQLITE_OK)
			return sw__journal_error(journal, status, err);
	}
	return 0;
}

void
sw__journal_disconnect(struct sw_journal *journal)
{
	for (size_t i = 0; i < NSTATEMENTS; i++) {
		sqlite3_finalize(journal->statements[i]);
		journal->statements[i] = NULL;
	}
	if (journal
		->has_failed) /* journal.c, inv 6: closing writes nothing, either */
		sqlite3_db_config(
		    journal->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(journal->db);
	journal->db = NULL;
	sw__journal_sync_head(journal);
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

int
sw__journal_connect(struct sw_journal *journal, struct sw_error *err)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
			  SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	journal->was_read = false;
	journal->head_is_synced = true;
	journal->has_failed = false;
	make_file(journal);
	const int status =
	    sqlite3_open_v2(journal->path, &journal->db, flags, NULL);
	if (status != SQLITE_OK)
		return sw__journal_error(journal, status, err);
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
sw__journal_run(sqlite3_stmt *statement)
{
	const int status = sqlite3_step(statement);
	sqlite3_reset(statement);
	return status == SQLITE_DONE ? SQLITE_OK : status;
}
