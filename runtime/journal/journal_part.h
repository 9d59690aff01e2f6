/* Inside the journal: its connection and its chain. Shared by the journal*.c
 * files alone, and the only header that includes SQLite's. */
#ifndef RUNTIME_JOURNAL_PART_H
#define RUNTIME_JOURNAL_PART_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "journal.h"

/* The statements that stay prepared. */
enum statement {
	STATEMENT_BEGIN,
	STATEMENT_INSERT,
	STATEMENT_COMMIT,
	STATEMENT_ROLLBACK,
	STATEMENT_FIND,
	NSTATEMENTS
};

struct sw_journal {
	char *path;
	char *head_path;
	sqlite3 *db;
	sqlite3_stmt *statements[NSTATEMENTS];
	int head_fd;
	bool head_is_synced;
	uint64_t head_synced_ms; /* on a clock that nobody sets */
	bool ignores_head;       /* a loss is being accepted */
	uint64_t base;           /* the first row that is there is behind it */
	uint8_t base_chain[SW_HASH_BYTES];
	uint64_t last;
	uint8_t chain[SW_HASH_BYTES]; /* of row `last` */
	bool was_read;
	bool has_failed; /* journal.c, inv 6 */
};

/* journal.c: appends rows to a transaction that was begun with `status`, and
 * commits; as sw__journal_append. */
int sw__journal_finish(struct sw_journal *journal, struct sw_journal_row *rows,
    uint32_t n, int status, struct sw_error *err);

/* journal_database.c: says in *err what SQLite answered. */
int sw__journal_error(
    const struct sw_journal *journal, int status, struct sw_error *err);
/* Opens the database, with the settings that durability rests on, and makes
 * it a journal if it is empty. */
int sw__journal_connect(struct sw_journal *journal, struct sw_error *err);
void sw__journal_disconnect(struct sw_journal *journal);
/* Steps a statement that yields no row; SQLITE_OK, or what went wrong. */
int sw__journal_run(sqlite3_stmt *statement);

/* journal_read.c: the chain of a row that follows one with `chain`. */
void sw__journal_extend(
    uint8_t chain[SW_HASH_BYTES], const struct sw_journal_row *row);

/* journal_compact.c: reads where the journal begins; that is to be found again
 * among the rows. */
int sw__journal_find_base(struct sw_journal *journal, struct sw_error *err);
/* The row that a row `compact` says it begins behind; 0: it says none. */
uint64_t sw__journal_read_base(const char *body, uint8_t chain[SW_HASH_BYTES]);

/* journal_head.c: what the head says; row 0 if there is none, or a torn one. */
uint64_t sw__journal_read_head(
    const struct sw_journal *journal, uint8_t chain[SW_HASH_BYTES]);
/* Of the last row; synced if that was not done for a while. */
void sw__journal_write_head(struct sw_journal *journal);
void sw__journal_sync_head(struct sw_journal *journal);

#endif
