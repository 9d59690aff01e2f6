/*
 * Rows of the journal that are older than all that is kept. Input: how long
 * that is; output: a journal that begins with a later checkpoint. A part at a
 * time: nobody waits long for a turn.
 */
#include "engine_keep.h"
#include "journal/json_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

/* Rows from before this time are told of by checkpoints alone; 0: none. */
static uint64_t
limit_of(const struct sw_engine *engine)
{
	const struct sw_book *book = engine->book;
	const struct sw_retention *r = &engine->kept_by;
	const uint64_t now = book->time_ms;
	uint64_t limit = now > SW_KEY_KEPT_MS ? now - SW_KEY_KEPT_MS : 0;
	if (r->keep_ms != 0 && (now < r->keep_ms || now - r->keep_ms < limit))
		limit = now < r->keep_ms ? 0 : now - r->keep_ms;
	if (r->keep == 0)
		return r->keep_ms == 0 ? 0 : limit;
	if (r->keep > book->nexecutions)
		return 0;
	const struct sw_execution *oldest =
	    sw__book_execution(book, book->nexecutions - r->keep + 1);
	if (oldest == NULL || oldest->started_ms < limit)
		limit = oldest == NULL ? 0 : oldest->started_ms;
	sw__book_forget_guests(book);
	return limit;
}

static int
apply(struct sw_engine *engine, const struct sw_journal_row *row,
    const struct sw_body *body, struct sw_error *err)
{
	struct sw_output out;
	const struct sw_row taken = {
		.seq = engine->book->seq + 1,
		.time_ms = row->time_ms,
		.kind = row->kind,
		.body = body,
	};
	return sw__book_apply(engine->book, &taken, &out, err);
}

static struct sw_body *
body_of(const struct sw_journal_cut *cut, const char *chain)
{
	struct sw_json json = { 0 };
	sw__json_open(&json, '{');
	sw__json_name(&json, "chain");
	sw__json_text(&json, chain);
	sw__json_name(&json, "rows");
	sw__json_number(&json, (int64_t)cut->rows);
	sw__json_name(&json, "through");
	sw__json_number(&json, (int64_t)cut->through);
	sw__json_close(&json, '}');
	return sw__body_take(&json);
}

static int
compact(struct sw_engine *engine, const struct sw_journal_cut *cut,
    struct sw_error *err)
{
	char hex[2 * SW_HASH_BYTES + 1];
	char id[sizeof SW_COMPACT_ID + 24];
	sodium_bin2hex(hex, sizeof hex, cut->chain, SW_HASH_BYTES);
	snprintf(id, sizeof id, SW_COMPACT_ID "%" PRIu64, cut->through);
	struct sw_body *body = body_of(cut, hex);
	struct sw_journal_row row = {
		.time_ms = engine->book->time_ms,
		.id = id,
		.kind = "compact",
	};
	int status = 0; /* later, perhaps */
	sw__book_digest(engine->book, row.state);
	if (body != NULL) {
		row.body = sw__body_bytes(body);
		status = engine->world->journal->compact(
		    engine->journal, cut, &row, err);
		if (status == 0)
			status = apply(engine, &row, body, err);
		else if (status == SW_ERROR_UNKNOWN_OUTCOME)
			status = sw__engine_reread(engine, err);
	}
	sw__body_drop(body);
	return status;
}

void
sw__keep_compact(struct sw_engine *engine)
{
	const struct sw_journal_calls *calls = engine->world->journal;
	struct sw_journal_cut cut;
	struct sw_error err;
	if (!engine->compacts || engine->journal == NULL ||
	    engine->has_failed || calls->compact == NULL ||
	    calls->last(engine->journal) != engine->book->seq)
		return;
	engine->compacts = false;
	const uint64_t limit = limit_of(engine);
	if (limit == 0 || calls->cut(engine->journal, limit, &cut, &err) != 1)
		return;
	if (compact(engine, &cut, &err) != 0)
		sw__engine_trouble(engine, &err);
	engine->compacts = !engine->has_failed;
}
