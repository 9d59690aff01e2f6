/*
 * The journal: what happened, row by row, before anything is done about it or
 * said of it. One SQLite database in the state directory, one connection,
 * this process's alone. Knows rows of bytes, not what they mean.
 */
#ifndef RUNTIME_JOURNAL_H
#define RUNTIME_JOURNAL_H

#include <stdint.h>

#include "error.h"

#define SW_HASH_BYTES 32
/* Bytes of one row's body. */
#define SW_BODY_MAX (16u << 20)
/* Bytes of an event's id. One that the journal makes is "#SEQ"; no other may
 * begin so. */
#define SW_EVENT_ID_MAX 255
#define SW_EVENT_ID_MADE '#'

struct sw_journal;

struct sw_journal_row {
	uint64_t seq; /* given by the journal: 1, 2, ... */
	uint64_t time_ms;
	const char *id;   /* unique for ever; to append: NULL: the journal's */
	const char *kind; /* a word */
	const char *body; /* JSON */
	uint8_t state[SW_HASH_BYTES]; /* BLAKE2b-256 of the state after it */
};

/* Takes one row; a negative return ends the reading and is passed on. */
typedef int (*sw_journal_row_fn)(
    const struct sw_journal_row *row, void *payload, struct sw_error *err);

/*
 * Opens the journal in a state directory that the caller owns, or makes it.
 * SW_ERROR_SYSTEM if it cannot be read or written, or the settings that
 * durability rests on do not hold; SW_ERROR_CORRUPT if it is no journal.
 */
int sw__journal_open(
    struct sw_journal **out, const char *state_dir, struct sw_error *err);
/* Closes it. NULL is fine. */
void sw__journal_free(struct sw_journal *journal);

/*
 * Reads and checks all rows in their order, and hands those behind row `after`
 * to `take`. To be called before the first append, and whenever the rows are
 * to be checked again.
 * SW_ERROR_CORRUPT names the first row that is missing or was altered.
 */
int sw__journal_read(struct sw_journal *journal, uint64_t after,
    sw_journal_row_fn take, void *payload, struct sw_error *err);

/*
 * Hands the row with an id to `take`, from the database. Returns 1; 0: there
 * is none; or an error, SW_ERROR_CORRUPT if it is not what was written.
 */
int sw__journal_find(struct sw_journal *journal, const char *id,
    sw_journal_row_fn take, void *payload, struct sw_error *err);

/*
 * Appends n rows, all or none, durably; sets their seq. SW_ERROR_REFUSED or
 * SW_ERROR_LIMIT, nothing appended: an id is there already, or can be none.
 * On any other failure the outcome is not known (SW_ERROR_UNKNOWN_OUTCOME,
 * with the cause): reopen, read again and look before saying anything of it.
 */
int sw__journal_append(struct sw_journal *journal, struct sw_journal_row *rows,
    uint32_t n, struct sw_error *err);

/* The head is synced so often while rows come, and when the journal is closed:
 * a loss of rows that were older is noticed whatever the disk forgot. */
#define SW_HEAD_SYNC_MS 1000

/* Rows that the head tells of and that are not there. */
struct sw_journal_loss {
	uint64_t first; /* the one that is missing, or another one */
	uint64_t last;
	uint64_t row; /* that records it */
};
/*
 * Accepts the loss of rows in a state directory that the caller owns: records
 * in a row `recover` what is gone and who (`by`) goes on without it. All that
 * is there must be whole. SW_ERROR_REFUSED: nothing is lost.
 */
int sw__journal_recover(const char *state_dir, uint64_t time_ms, const char *by,
    struct sw_journal_loss *loss, struct sw_error *err);

/* A text that is stored beside the rows, with its hash. */
struct sw_journal_document {
	uint64_t number; /* of an execution; a checkpoint: 0 */
	const char *body;
};

/* The book after the last row, in pieces. Borrowed. */
struct sw_journal_documents {
	struct sw_journal_document checkpoint;
	const struct sw_journal_document *records;
	uint32_t n;
};

/* Appends a row, and with it, in one commit, stores documents of the row
 * before it. As sw__journal_append. Of older checkpoints some are let go. */
int sw__journal_store(struct sw_journal *journal,
    const struct sw_journal_documents *documents, struct sw_journal_row *row,
    struct sw_error *err);

/*
 * The last checkpoint of a row before `before`: its row and its text, which
 * the caller frees. Returns 1; 0: there is none; SW_ERROR_CORRUPT: there is
 * one, of row *seq, and it is damaged; or another error. May be called before
 * the journal is read.
 */
int sw__journal_checkpoint(struct sw_journal *journal, uint64_t before,
    uint64_t *seq, char **body, struct sw_error *err);
/* The record of an execution in the last checkpoint up to row `until` that has
 * one; otherwise the same. */
int sw__journal_record(struct sw_journal *journal, uint64_t number,
    uint64_t until, char **body, struct sw_error *err);

/*
 * Rows that can go: those up to a checkpoint, which from then on is what the
 * journal begins with. The chain goes on from the row that records it.
 */
struct sw_journal_cut {
	uint64_t through; /* the checkpoint's row: the last one to go */
	uint64_t rows;    /* that go */
	uint8_t chain[SW_HASH_BYTES]; /* of row `through` */
};
/* Ids of the rows that record it: this and the row's number. */
#define SW_COMPACT_ID "compact "
/* The next that is worth it, of rows before a time. 1; 0: there is none. */
int sw__journal_cut(struct sw_journal *journal, uint64_t before_ms,
    struct sw_journal_cut *out, struct sw_error *err);
/* Appends a row of kind `compact` (row.h), and in the same commit lets the
 * rows go. As sw__journal_append. */
int sw__journal_compact(struct sw_journal *journal,
    const struct sw_journal_cut *cut, struct sw_journal_row *row,
    struct sw_error *err);
/* The row that the journal begins behind; 0: it has all. Known when it is
 * read. */
uint64_t sw__journal_base(const struct sw_journal *journal);

/* Closes the database and opens it anew; sw__journal_read must follow. */
int sw__journal_reopen(struct sw_journal *journal, struct sw_error *err);

/* Number of the last row read or appended; 0: none. */
uint64_t sw__journal_last(const struct sw_journal *journal);

#endif
