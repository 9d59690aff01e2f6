/*
 * The book and the journal: read at start from the last checkpoint that is
 * whole and the rows behind it, stored again when enough rows have come, and
 * replayed from the first row to prove all of it.
 */
#include "engine_checkpoint.h"
#include "engine_turn.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "journal/checkpoint.h"

/* Rows between two checkpoints, at least. */
#define ROWS_MIN 1024
/* A checkpoint is made when its bytes come to so many a row: what a row costs
 * itself, so that storing the book doubles the cost of recording at most. */
#define BYTES_PER_ROW 256
/* Executions that were pruned are in memory until they are stored. */
#define ROWS_PER_PRUNED 10
/* At a clean end fewer are worth it: the next start does not step them. */
#define ROWS_MIN_AT_END 64

/* Rows taken into a book. */
struct reading {
	struct sw_book *book;
	bool proves; /* checkpoints are made again, and compared */
};

/* A checkpoint that was made is the one that these rows make. */
static int
prove_checkpoint(
    const struct sw_book *book, const struct sw_row *row, struct sw_error *err)
{
	struct sw_checkpoint checkpoint;
	if (sw__checkpoint_make(&checkpoint, book, err) != 0)
		return err->code;
	const bool is_same = strcmp(sw__body_bytes(checkpoint.row),
				 sw__body_bytes(row->body)) == 0;
	sw__checkpoint_release(&checkpoint);
	return is_same ? 0
		       : sw__error(err, SW_ERROR_CORRUPT,
			     "journal row %" PRIu64
			     ": the checkpoint that was stored is not the one "
			     "that the rows before it make",
			     row->seq);
}

static int
apply_row(const struct reading *reading, const struct sw_row *row,
    struct sw_error *err)
{
	struct sw_output out;
	/* The one that the book was read from has its hash compared. */
	if (reading->proves && strcmp(row->kind, "checkpoint") == 0 &&
	    reading->book->stored_seq != reading->book->seq &&
	    prove_checkpoint(reading->book, row, err) != 0)
		return err->code;
	const int status = sw__book_apply(reading->book, row, &out, err);
	if (status != SW_ERROR_REFUSED)
		return status;
	const struct sw_error reason = *err;
	return sw__error(err, SW_ERROR_CORRUPT,
	    "journal row %" PRIu64 ": this machine refuses what was accepted "
	    "when it was recorded: %.400s",
	    row->seq, reason.text);
}

/* One row of the journal into the book, and the state's hash compared. */
static int
replay_row(
    const struct sw_journal_row *stored, void *payload, struct sw_error *err)
{
	const struct reading *reading = payload;
	struct sw_body *body;
	int status = sw__body_read(&body, stored->body, strlen(stored->body));
	if (status == SW_ERROR_SYSTEM)
		return sw__error(err, status, "out of memory");
	if (status != 0 || sw__body_value(body)->kind != SW_JSON_OBJECT) {
		sw__body_drop(body);
		return sw__error(err, SW_ERROR_CORRUPT,
		    "journal row %" PRIu64 " holds no JSON object",
		    stored->seq);
	}
	const struct sw_row row = {
		.seq = stored->seq,
		.time_ms = stored->time_ms,
		.kind = stored->kind,
		.body = body,
	};
	status = apply_row(reading, &row, err);
	sw__body_drop(body);
	uint8_t digest[SW_DIGEST_BYTES];
	sw__book_digest(reading->book, digest);
	if (status == 0 && memcmp(digest, stored->state, sizeof digest) != 0)
		return sw__error(err, SW_ERROR_CORRUPT,
		    "journal row %" PRIu64 " (%s): this machine comes to "
		    "another state than the one that was recorded",
		    stored->seq, stored->kind);
	return status;
}

static int
fetch(uint32_t number, uint64_t seq, char **body, void *payload,
    struct sw_error *err)
{
	const struct sw_engine *engine = payload;
	return engine->world->journal->record(
	    engine->journal, number, seq, body, err);
}

static struct sw_book *
new_book(struct sw_engine *engine, struct sw_error *err)
{
	struct sw_book *book = sw__book_new(engine->own);
	if (book == NULL)
		sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	else if (engine->journal != NULL &&
		 engine->world->journal->record != NULL)
		sw__book_keep_in(book, fetch, engine);
	return book;
}

/* The row that the journal begins behind; 0: it has all rows. */
static uint64_t
base_of(const struct sw_engine *engine)
{
	return engine->world->journal->base == NULL
		   ? 0
		   : engine->world->journal->base(engine->journal);
}

/* The book of a checkpoint, or of none (NULL), and of the rows behind it. */
static int
read_from(
    struct sw_engine *engine, const char *checkpoint, struct sw_error *err)
{
	struct sw_book *book = new_book(engine, err);
	struct reading reading = { book, false };
	if (book == NULL)
		return err->code;
	sw__book_free(engine->book);
	engine->book = book;
	engine->times_max = 0;
	sw__ranges_free(&engine->retryable);
	if (engine->journal == NULL)
		return 0;
	if (checkpoint == NULL && base_of(engine) != 0)
		return sw__error(err, SW_ERROR_CORRUPT,
		    "the journal begins behind row %" PRIu64
		    ", and no checkpoint behind that is whole; restore the "
		    "state directory from a backup",
		    base_of(engine));
	if (checkpoint != NULL &&
	    sw__checkpoint_read(book, checkpoint, NULL, NULL, err) != 0)
		return err->code;
	engine->stored_bytes = checkpoint == NULL ? 0 : strlen(checkpoint);
	return engine->world->journal->read(
	    engine->journal, book->seq, replay_row, &reading, err);
}

/* One damaged checkpoint is made up for by the one before it, or by all rows;
 * what the rows themselves say is final. */
int
sw__checkpoint_load(struct sw_engine *engine, struct sw_error *err)
{
	const struct sw_journal_calls *calls = engine->world->journal;
	uint64_t seq = UINT64_MAX;
	int found = 1;
	while (engine->journal != NULL && calls->checkpoint != NULL &&
	       found != 0) {
		const uint64_t before = seq;
		char *body = NULL;
		found =
		    calls->checkpoint(engine->journal, seq, &seq, &body, err);
		const int status =
		    found != 1 ? found : read_from(engine, body, err);
		free(body);
		if (found == 1 && status == 0)
			return 0;
		if (status != 0 && status != SW_ERROR_CORRUPT)
			return status;
		if (seq == before) /* none can be read: the table is damaged */
			break;
	}
	return read_from(engine, NULL, err);
}

/* Stores the book; what became of a commit that failed is found out as that of
 * any other. */
static int
store(struct sw_engine *engine, struct sw_checkpoint *checkpoint,
    struct sw_error *err)
{
	struct sw_journal_document *records =
	    calloc(checkpoint->nrecords + 1, sizeof *records);
	struct sw_journal_row row = {
		.time_ms = engine->book->time_ms,
		.kind = "checkpoint",
		.body = sw__body_bytes(checkpoint->row),
	};
	int status = SW_ERROR_SYSTEM;
	for (uint32_t i = 0; records != NULL && i < checkpoint->nrecords; i++)
		records[i] = (struct sw_journal_document){
			checkpoint->records[i].number,
			checkpoint->records[i].body,
		};
	const struct sw_journal_documents documents = {
		{ 0, checkpoint->body },
		records,
		checkpoint->nrecords,
	};
	sw__book_digest(engine->book, row.state);
	if (records != NULL)
		status = engine->world->journal->store(
		    engine->journal, &documents, &row, err);
	free(records);
	return status;
}

static int
apply_own(struct sw_engine *engine, const struct sw_checkpoint *checkpoint,
    struct sw_error *err)
{
	struct sw_output out;
	const struct sw_row row = {
		.seq = engine->book->seq + 1,
		.time_ms = engine->book->time_ms,
		.kind = "checkpoint",
		.body = checkpoint->row,
	};
	return sw__book_apply(engine->book, &row, &out, err);
}

static void
make(struct sw_engine *engine)
{
	struct sw_error err;
	struct sw_checkpoint checkpoint;
	if (sw__checkpoint_make(&checkpoint, engine->book, &err) != 0)
		return; /* later, perhaps */
	engine->stored_bytes = checkpoint.bytes;
	engine->npruned = 0;
	engine->compacts = engine->compacts || engine->kept_by.keep != 0 ||
			   engine->kept_by.keep_ms != 0;
	int status = store(engine, &checkpoint, &err);
	if (status == 0)
		status = apply_own(engine, &checkpoint, &err);
	else if (status == SW_ERROR_UNKNOWN_OUTCOME)
		status = sw__engine_reread(engine, &err);
	else
		status = 0;
	sw__checkpoint_release(&checkpoint);
	if (status != 0)
		sw__engine_trouble(engine, &err);
}

static bool
can_store(const struct sw_engine *engine)
{
	return engine->is_open && engine->journal != NULL &&
	       !engine->has_failed && engine->world->journal->store != NULL &&
	       engine->world->journal->last(engine->journal) ==
		   engine->book->seq;
}

void
sw__checkpoint_consider(struct sw_engine *engine)
{
	if (!can_store(engine))
		return;
	const uint64_t rows = engine->book->seq - engine->book->stored_seq +
			      (uint64_t)ROWS_PER_PRUNED * engine->npruned;
	if (rows >= ROWS_MIN && rows * BYTES_PER_ROW >= engine->stored_bytes)
		make(engine);
}

void
sw__checkpoint_at_end(struct sw_engine *engine)
{
	if (can_store(engine) &&
	    engine->book->seq - engine->book->stored_seq >= ROWS_MIN_AT_END)
		make(engine);
}

/* The book that the rows which are there begin with. */
static int
read_base(struct sw_engine *engine, struct sw_book *book, struct sw_error *err)
{
	const uint64_t base = base_of(engine);
	uint64_t seq = 0;
	char *body = NULL;
	if (base == 0)
		return 0;
	int status = engine->world->journal->checkpoint(
	    engine->journal, base + 1, &seq, &body, err);
	if (status >= 0 && (status == 0 || seq != base))
		status = sw__error(err, SW_ERROR_CORRUPT,
		    "the checkpoint of row %" PRIu64 " is missing", base);
	if (status == 1)
		status = sw__checkpoint_read(book, body, NULL, NULL, err);
	free(body);
	return status;
}

/* Read again from the first row into a second book, which must come out like
 * the first. */
int
sw__engine_replay(
    struct sw_engine *engine, uint64_t *rows, struct sw_error *err)
{
	uint8_t first[SW_DIGEST_BYTES], second[SW_DIGEST_BYTES];
	struct sw_book *book = new_book(engine, err);
	struct reading reading = { book, true };
	if (book == NULL)
		return err->code;
	int status = engine->journal == NULL ? 0 : read_base(engine, book, err);
	const uint64_t base = book->seq;
	if (status == 0 && engine->journal != NULL)
		status = engine->world->journal->read(
		    engine->journal, base, replay_row, &reading, err);
	sw__book_digest(engine->book, first);
	sw__book_digest(book, second);
	if (status == 0 && (book->seq != engine->book->seq ||
			       memcmp(first, second, sizeof first) != 0))
		status = sw__error(err, SW_ERROR_CORRUPT,
		    "the journal and the running engine differ after row "
		    "%" PRIu64,
		    book->seq);
	*rows = book->seq - base;
	sw__book_free(book);
	return status;
}
