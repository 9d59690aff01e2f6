/*
 * A journal's rows from bytes, a line of JSON each: { "kind": ..., "body": {} }.
 * The first says whose journal it is. A row that cannot be is refused; after
 * those before it the machine's laws hold, and the book that is read from a
 * checkpoint is the one that was stored. The lines are tried as checkpoints,
 * too, of which any may be refused.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "journal/book.h"
#include "journal/checkpoint.h"
#include "journal/era.h"

#define ROWS_MAX 1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
fail(const char *what)
{
	fprintf(stderr, "fuzz_book: %s\n", what);
	abort();
}

static void
demand(int holds)
{
	if (!holds)
		fail("it does not hold");
}

/* What is JSON for the book is JSON for others. */
static void
compare_readers(const struct sw_body *line)
{
	json_t *document = sw__body_document(sw__body_value(line));
	demand(document != NULL);
	json_decref(document);
}

/* The next line that is JSON, or NULL. */
static struct sw_body *
next_line(const char **at, const char *end)
{
	struct sw_body *body = NULL;
	while (body == NULL && *at < end) {
		const char *line = *at;
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		*at = stop == NULL ? end : stop + 1;
		if (sw__body_read(&body, line, (size_t)(*at - line)) == 0)
			compare_readers(body);
	}
	return body;
}

static void
check_laws(const struct sw_book *book)
{
	const struct sw_scene *scene;
	uint32_t at = 0;
	while ((scene = sw__book_each(book, &at)) != NULL)
		demand(sw_state_broken_law(
			   book->pipeline->machine, scene->state) == NULL);
}

static void
read_checkpoint(const struct sw_pipeline *pipeline, const char *body)
{
	struct sw_error err;
	struct sw_book *book = sw__book_new(pipeline);
	demand(book != NULL);
	if (sw__checkpoint_read(book, body, NULL, NULL, &err) == 0)
		check_laws(book);
	sw__book_free(book);
}

/* Stored and read again, it is the same book. */
static void
store(const struct sw_pipeline *pipeline, const struct sw_book *book)
{
	struct sw_checkpoint checkpoint;
	struct sw_error err;
	uint8_t before[SW_DIGEST_BYTES], after[SW_DIGEST_BYTES];
	if (book->seq == 0)
		return;
	if (sw__checkpoint_make(&checkpoint, book, &err) != 0)
		fail(err.text);
	struct sw_book *again = sw__book_new(pipeline);
	demand(again != NULL);
	if (sw__checkpoint_read(again, checkpoint.body, NULL, NULL, &err) != 0)
		fail(err.text);
	sw__book_digest(book, before);
	sw__book_digest(again, after);
	demand(memcmp(before, after, sizeof before) == 0);
	demand(
	    again->seq == book->seq && again->nexecutions == book->nexecutions);
	sw__book_free(again);
	sw__checkpoint_release(&checkpoint);
}

/* 0, or an error after which nothing more is read. */
static int
take(struct sw_book *book, const struct sw_body *line)
{
	const struct sw_json_value *value = sw__body_in(line, "body");
	struct sw_body *body = value == NULL || value->kind != SW_JSON_OBJECT
				   ? NULL
				   : sw__body_copy(value);
	struct sw_output out;
	struct sw_error err;
	const struct sw_row row = {
		.seq = book->seq + 1,
		.time_ms = book->time_ms + 1000,
		.kind = sw__body_text(line, "kind"),
		.body = body,
	};
	const int rc = row.kind == NULL || body == NULL
			   ? 0
			   : sw__book_apply(book, &row, &out, &err);
	sw__body_drop(body);
	if (rc == 0)
		check_laws(book);
	return rc == SW_ERROR_REFUSED ? 0 : rc;
}

static void
read_rows(const struct sw_pipeline *pipeline, const char *at, const char *end)
{
	struct sw_book *book = sw__book_new(pipeline);
	struct sw_body *line;
	int rc = 0;
	demand(book != NULL);
	for (size_t i = 0; rc == 0 && i < ROWS_MAX; i++) {
		line = next_line(&at, end);
		if (line == NULL)
			break;
		read_checkpoint(pipeline, sw__body_bytes(line));
		rc = take(book, line);
		sw__body_drop(line);
	}
	if (rc == 0)
		store(pipeline, book);
	sw__book_free(book);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_error err;
	struct sw_era *era = NULL;
	const char *at = (const char *)data;
	struct sw_body *first = next_line(&at, (const char *)data + size);
	json_t *tables = sw__body_document(
	    sw__json_in(sw__body_in(first, "body"), "tables"));
	if (tables != NULL && sw__era_read(&era, tables, &err) == 0) {
		read_rows(sw__era_pipeline(era), (const char *)data,
		    (const char *)data + size);
		sw__era_free(era);
	}
	json_decref(tables);
	sw__body_drop(first);
	return 0;
}
