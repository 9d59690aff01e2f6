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

/* The next line, or NULL. */
static json_t *
next_line(const char **at, const char *end)
{
	while (*at < end) {
		const char *line = *at;
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		*at = stop == NULL ? end : stop + 1;
		json_t *document = json_loadb(
		    line, (size_t)(*at - line), JSON_REJECT_DUPLICATES, NULL);
		if (document != NULL)
			return document;
	}
	return NULL;
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
take(struct sw_book *book, json_t *line)
{
	struct sw_output out;
	struct sw_error err;
	const struct sw_row row = {
		.seq = book->seq + 1,
		.time_ms = book->time_ms + 1000,
		.kind = json_string_value(json_object_get(line, "kind")),
		.body = json_object_get(line, "body"),
	};
	if (row.kind == NULL || !json_is_object(row.body))
		return 0;
	const int rc = sw__book_apply(book, &row, &out, &err);
	if (rc == 0)
		check_laws(book);
	return rc == SW_ERROR_REFUSED ? 0 : rc;
}

static void
read_rows(const struct sw_pipeline *pipeline, const char *at, const char *end)
{
	struct sw_book *book = sw__book_new(pipeline);
	json_t *line;
	int rc = 0;
	demand(book != NULL);
	for (size_t i = 0; rc == 0 && i < ROWS_MAX; i++) {
		line = next_line(&at, end);
		if (line == NULL)
			break;
		char *body = json_dumps(line, JSON_COMPACT);
		read_checkpoint(pipeline, body);
		free(body);
		rc = take(book, line);
		json_decref(line);
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
	json_t *first = next_line(&at, (const char *)data + size);
	const json_t *tables =
	    json_object_get(json_object_get(first, "body"), "tables");
	if (tables != NULL && sw__era_read(&era, tables, &err) == 0) {
		read_rows(sw__era_pipeline(era), (const char *)data,
		    (const char *)data + size);
		sw__era_free(era);
	}
	json_decref(first);
	return 0;
}
