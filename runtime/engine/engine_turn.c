/*
 * One turn of the engine: all that waits is drafted, one matter after the
 * other, and committed at once. Input: matters; output: rows in the journal,
 * then gates opened, attempts told to stop, listeners told, and each matter
 * told what became of it. The order of these is what the promises of the
 * runtime rest on.
 */
#include "engine_turn.h"
#include "engine_checkpoint.h"
#include "engine_keep.h"

#include <assert.h>
#include <stdlib.h>

static void
wake(const struct sw_engine *engine, bool is_waiting)
{
	if (engine->is_looped)
		engine->world->loop->wake(engine->world->self, is_waiting);
}

void
sw__engine_submit(struct sw_engine *engine, struct sw_matter *matter)
{
	const bool is_full =
	    engine->nwaiting >= SW_WAITING_MAX ||
	    engine->waiting_bytes + matter->bytes > SW_WAITING_BYTES_MAX;
	/* A full queue is no reason to refuse: it is the time to turn. */
	if (is_full && !engine->is_turning)
		sw__engine_turn(engine);
	matter->next = NULL;
	*engine->last = matter;
	engine->last = &matter->next;
	engine->nwaiting++;
	engine->waiting_bytes += matter->bytes;
	wake(engine, true);
}

/* What is due goes before what is asked: nobody decides what is not asked any
 * more. */
static struct sw_matter *
collect(struct sw_engine *engine)
{
	struct sw_matter *first = engine->first;
	engine->first = NULL;
	engine->last = &engine->first;
	engine->nwaiting = 0;
	engine->waiting_bytes = 0;
	wake(engine, false);
	const bool can_wait = first == NULL && engine->is_full;
	if (can_wait || !sw__timer_is_due(engine))
		return first;
	engine->dues.next = first;
	return &engine->dues;
}

static int
check_engine(const struct sw_engine *engine, struct sw_error *err)
{
	return engine->has_failed
		   ? sw__error(err, SW_ERROR_SYSTEM,
			 "the journal could not be written; run the pipeline "
			 "again to find out what it holds")
		   : 0;
}

/*
 * Drafts a matter and what follows from it. False: it failed when something of
 * it was drafted, and the book cannot take back a part.
 */
static bool
draft(struct sw_turn *turn, struct sw_matter *matter)
{
	const uint32_t before = turn->ndrafts;
	matter->status = check_engine(turn->engine, &matter->err);
	if (matter->status == 0 && matter->draft != NULL)
		matter->status = matter->draft(matter, turn, &matter->err);
	sw__turn_name(turn, NULL, NULL); /* it is nobody else's */
	if (matter->status == 0)
		matter->status = sw__turn_follow_up(turn, &matter->err);
	return matter->status == 0 || turn->ndrafts == before;
}

/* Nobody knows what was committed: looks, from a new connection, before
 * anything is said about it. */
static int
find_out(struct sw_engine *engine, uint64_t expected, struct sw_error *err)
{
	const struct sw_error cause = *err;
	if (sw__engine_reread(engine, err) != 0) {
		err->code = SW_ERROR_UNKNOWN_OUTCOME;
		sw__engine_trouble(engine, err);
		return err->code;
	}
	if (engine->world->journal->last(engine->journal) == expected)
		return 0;
	*err = cause;
	err->code = SW_ERROR_SYSTEM;
	return err->code;
}

/* All rows, or none; *err only if they are not there. */
static int
commit(struct sw_turn *turn, struct sw_error *err)
{
	struct sw_engine *engine = turn->engine;
	if (turn->ndrafts == 0 || engine->journal == NULL)
		return 0;
	struct sw_journal_row *rows = calloc(turn->ndrafts, sizeof *rows);
	const uint64_t expected =
	    engine->world->journal->last(engine->journal) + turn->ndrafts;
	if (rows == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	for (uint32_t i = 0; i < turn->ndrafts; i++)
		rows[i] = turn->drafts[i].row;
	const int status = engine->world->journal->append(
	    engine->journal, rows, turn->ndrafts, err);
	free(rows);
	return status == SW_ERROR_UNKNOWN_OUTCOME
		   ? find_out(engine, expected, err)
		   : status;
}

/* The rows are not in the journal: neither shall they be in the book, and
 * nothing that was launched for them may begin. */
static void
give_back(struct sw_engine *engine)
{
	struct sw_error err;
	sw__actions_release(engine, false);
	if (!engine->has_failed && engine->journal != NULL &&
	    engine->world->journal->last(engine->journal) !=
		engine->book->seq &&
	    sw__engine_reread(engine, &err) != 0)
		sw__engine_trouble(engine, &err);
}

/* Ends attempts of abandoned actions, then tells what happened. */
static void
carry_out(struct sw_turn *turn)
{
	struct sw_engine *engine = turn->engine;
	sw__actions_release(engine, true);
	if (turn->has_abandoned)
		sw__actions_cancel(engine);
	sw__timer_arm(engine);
	for (uint32_t i = 0; i < turn->ndrafts; i++)
		if (turn->drafts[i].view != NULL)
			engine->options.row(
			    turn->drafts[i].view, engine->options.payload);
}

/*
 * A refusal may rest on what was drafted before it, so a commit that failed
 * has failed for all. Who only reads is told what there is, if that is known.
 */
static void
answer(const struct sw_engine *engine, struct sw_matter *matter, int status,
    const struct sw_error *err)
{
	for (struct sw_matter *next; matter != NULL; matter = next) {
		next = matter->next; /* `done` may free it */
		if (status != 0 &&
		    (matter->draft != NULL || engine->has_failed)) {
			matter->status = status;
			matter->err = *err;
		}
		matter->done(matter);
	}
}

/* Says first how the clocks stand, if anything is to be recorded. */
static bool
begin(struct sw_turn *turn, struct sw_matter *first)
{
	struct sw_matter *m = first;
	while (m != NULL && m->draft == NULL)
		m = m->next;
	if (m == NULL || turn->engine->has_failed)
		return true;
	m->status = sw__clock_note(turn, &m->err);
	return m->status == 0;
}

/* One turn of all of these. False: one of several spoilt it for the others,
 * and nothing of any was recorded or answered. */
static bool
turn_together(struct sw_engine *engine, struct sw_matter *first)
{
	struct sw_turn turn;
	struct sw_error err = { 0 };
	sw__turn_begin(&turn, engine);
	bool is_whole = begin(&turn, first);
	for (struct sw_matter *m = first; m != NULL && is_whole; m = m->next)
		is_whole = draft(&turn, m);
	if (is_whole)
		sw__keep_prune(&turn);
	const int status = is_whole ? commit(&turn, &err) : 0;
	if (!is_whole || status != 0)
		give_back(engine);
	else if (turn.ndrafts > 0)
		carry_out(&turn);
	sw__turn_end(&turn);
	if (status == SW_ERROR_SYSTEM && sw__room_make(engine))
		return turn_together(engine, first);
	if (!is_whole && first->next != NULL)
		return false;
	answer(engine, first, status, &err);
	return true;
}

void
sw__engine_turn(struct sw_engine *engine)
{
	assert(!engine->is_turning);
	engine->is_turning = true;
	struct sw_matter *first = collect(engine);
	if (first != NULL && !turn_together(engine, first))
		for (struct sw_matter *next; first != NULL; first = next) {
			next = first->next;
			first->next = NULL;
			turn_together(engine, first);
		}
	sw__checkpoint_consider(engine); /* who asked has been answered */
	sw__keep_compact(engine);
	sw__keep_files(engine);
	engine->is_turning = false;
}

void
sw__turn_refuse(struct sw_engine *engine)
{
	struct sw_error err;
	const int status = sw__error(&err, SW_ERROR_BUSY,
	    "the process that owns the state directory is ending");
	struct sw_matter *first = collect(engine);
	for (struct sw_matter *m = first; m != NULL; m = m->next)
		m->status = status;
	answer(
	    engine, first == &engine->dues ? first->next : first, status, &err);
}

/* A matter whose caller waits for it. */
static void
on_taken(struct sw_matter *matter)
{
	(void)matter;
}

int
sw__engine_take(
    struct sw_engine *engine, struct sw_matter *matter, struct sw_error *err)
{
	matter->done = on_taken;
	sw__engine_submit(engine, matter);
	sw__engine_turn(engine);
	if (matter->status != 0)
		*err = matter->err;
	return matter->status;
}
