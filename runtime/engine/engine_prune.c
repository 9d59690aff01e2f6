/*
 * Executions that have been kept long enough. Input: how long; output: a row
 * that prunes some of them. Whether one may be, the book says (and by it the
 * machine): who is live, a target or can be retried stays.
 */
#include "engine_keep.h"

#include <stdlib.h>
#include <string.h>

#include "journal/prune.h"

/* A walk over executions, oldest first. */
struct walk {
	const struct sw_book *book;
	struct sw_ranges *retryable; /* the engine's */
	const struct sw_retention *retention;
	uint64_t now_ms;
	uint32_t at;       /* the next number */
	uint32_t newer;    /* PARALLEL: behind it that can be retried */
	bool is_over;      /* all from here on are kept */
	uint64_t again_ms; /* when the first of them is not; 0: unknown */
	struct sw_ranges executions;
	struct sw_ranges gave_up;
	uint32_t n;
};

static void
free_walk(struct walk *w)
{
	sw__ranges_free(&w->executions);
	sw__ranges_free(&w->gave_up);
}

static int
begin_walk(struct walk *w, uint32_t from, struct sw_error *err)
{
	w->at = from == 0 ? 1 : from;
	w->newer = sw__book_retryable(w->book);
	for (uint32_t i = 1; i < w->at && w->newer > 0; i++)
		if (sw__book_prunable(w->book, i) == SW_PRUNABLE_RETRY)
			w->newer--;
	return sw__ranges_reserve(&w->executions, SW_PRUNE_MAX) != 0 ||
		       sw__ranges_reserve(&w->gave_up, SW_PRUNE_MAX) != 0
		   ? sw__error(err, SW_ERROR_SYSTEM, "out of memory")
		   : 0;
}

/* Is one of the newest that are kept by their number? */
static bool
is_among_newest(const struct walk *w, uint32_t number)
{
	const struct sw_retention *r = w->retention;
	return (r->keep == 0 && r->keep_ms == 0) ||
	       w->book->nexecutions - number < r->keep;
}

/* Is it kept since it ended not long ago? Who comes behind it was started
 * later. */
static bool
is_young(struct walk *w, const struct sw_execution *x)
{
	const uint64_t keep_ms = w->retention->keep_ms;
	if (keep_ms == 0 || x->ended_ms + keep_ms <= w->now_ms)
		return false;
	if (x->started_ms + keep_ms > w->now_ms) {
		w->is_over = true;
		w->again_ms = x->started_ms + keep_ms;
	}
	return true;
}

/* One that may be pruned, or that could be given up. */
static int
take(struct walk *w, bool has_state, struct sw_error *err)
{
	const struct sw_execution *x;
	const bool is_spared = has_state && --w->newer < SW_RETRYABLE_MAX;
	if (is_spared && sw__ranges_have(w->retryable, w->at))
		return 0;
	if (sw__book_find(w->book, w->at, &x, err) != 1)
		return err->code;
	if (is_young(w, x))
		return 0;
	const bool gives_up = has_state && sw__book_can_retry(w->book, x);
	/* Nor need it be read the next time, if there is memory. */
	if (gives_up && is_spared) {
		if (sw__ranges_reserve(w->retryable, 1) == 0)
			sw__ranges_add(w->retryable, w->at);
		return 0;
	}
	sw__ranges_add(&w->executions, w->at);
	if (gives_up)
		sw__ranges_add(&w->gave_up, w->at);
	w->n++;
	return 0;
}

/* Up to as many as a row prunes. */
static int
walk(struct walk *w, struct sw_error *err)
{
	for (; w->n < SW_PRUNE_MAX; w->at++) {
		w->at = sw__ranges_gap(&w->book->pruned, w->at);
		w->is_over =
		    w->at > w->book->nexecutions || is_among_newest(w, w->at);
		if (w->is_over)
			return 0;
		const enum sw_prunable is = sw__book_prunable(w->book, w->at);
		if (is != SW_PRUNABLE && is != SW_PRUNABLE_RETRY)
			continue;
		const int status = take(w, is == SW_PRUNABLE_RETRY, err);
		sw__book_forget_guests(w->book);
		if (status != 0 || w->is_over)
			return status;
	}
	return 0;
}

/* Of the row, and of what would be. */
static json_t *
document_of(const struct walk *w)
{
	json_t *out =
	    json_pack("{s:o}", "executions", sw__ranges_write(&w->executions));
	if (w->gave_up.n > 0)
		json_object_set_new(
		    out, "gaveUp", sw__ranges_write(&w->gave_up));
	return out;
}

static int
draft(struct sw_turn *turn, const struct walk *w, const char *by,
    struct sw_error *err)
{
	const struct sw_retention *r = w->retention;
	json_t *document = document_of(w);
	struct sw_facts facts = sw__turn_facts(turn);
	sw__facts_members(&facts, document);
	sw__facts_text(&facts, "by",
	    by == NULL ? "the time that executions are kept" : by);
	if (r->keep != 0)
		sw__facts_number(&facts, "keep", r->keep);
	if (r->keep_ms != 0)
		sw__facts_number(
		    &facts, "keepDays", (int64_t)(r->keep_ms / SW_DAY_MS));
	const int status = sw__turn_draft(turn, "prune", &facts, err);
	json_decref(document);
	return status;
}

static int
prune(struct sw_turn *turn, const struct sw_retention *retention,
    const char *by, struct walk *w, struct sw_error *err)
{
	struct sw_engine *engine = turn->engine;
	*w = (struct walk){
		.book = engine->book,
		.retryable = &engine->retryable,
		.retention = retention,
		.now_ms = turn->time_ms,
	};
	int status = begin_walk(w, 0, err);
	if (status == 0)
		status = walk(w, err);
	if (status == 0 && w->n == 0)
		status = sw__error(err, SW_ERROR_REFUSED,
		    "no execution has been kept longer than that");
	if (status == 0)
		status = draft(turn, w, by, err);
	/* Who asks has also removed what an earlier one has left. */
	if (by != NULL || w->n > 0)
		engine->removes = engine->sweeps = true;
	if (by != NULL)
		engine->sweeps_from_ms = 0;
	if (status == 0) {
		engine->kept_by = *retention;
		engine->compacts = true;
		engine->npruned += w->n;
	}
	free_walk(w);
	return status;
}

int
sw__turn_prune(struct sw_turn *turn, const struct sw_retention *retention,
    const char *by, struct sw_error *err)
{
	struct walk w;
	return prune(turn, retention, by, &w, err);
}

void
sw__keep_prune(struct sw_turn *turn)
{
	struct sw_engine *engine = turn->engine;
	const struct sw_retention *retention = engine->options.retention;
	struct sw_error err;
	struct walk w;
	if (retention == NULL || !engine->prunes || engine->has_failed ||
	    turn->time_ms < engine->prunes_from_ms)
		return;
	/* One that cannot be read now is looked at again. */
	engine->prunes =
	    prune(turn, retention, NULL, &w, &err) == 0 && !w.is_over;
	engine->prunes_from_ms = w.is_over ? w.again_ms : 0;
}

void
sw__keep_look_again(struct sw_engine *engine, uint32_t execution)
{
	/* Without room to say it of one, it is not said of any. */
	if (sw__ranges_reserve(&engine->retryable, 1) == 0)
		sw__ranges_remove(&engine->retryable, execution);
	else
		sw__ranges_free(&engine->retryable);
}

json_t *
sw__engine_prunable(struct sw_engine *engine,
    const struct sw_retention *retention, uint32_t from, struct sw_error *err)
{
	struct walk w = {
		.book = engine->book,
		.retryable = &engine->retryable,
		.retention = retention,
		.now_ms = sw__engine_now(engine),
	};
	json_t *out = NULL;
	if (begin_walk(&w, from, err) == 0 && walk(&w, err) == 0) {
		out = document_of(&w);
		json_object_set_new(out, "next",
		    w.is_over ? json_null() : json_integer((json_int_t)w.at));
	}
	free_walk(&w);
	return out;
}
