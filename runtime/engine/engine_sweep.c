/*
 * Files of executions that are pruned. Input: a book; output: a call to the
 * world, when the row that prunes is in the journal. Of what cannot be removed
 * now nothing is said: it is tried again.
 */
#include "engine_keep.h"

#include <stdlib.h>
#include <string.h>

/* What the book refers to: hashes of manifests, copied. */
struct needs {
	char **hashes;
	size_t n, room;
};

static void
free_needs(struct needs *needs)
{
	for (size_t i = 0; i < needs->n; i++)
		free(needs->hashes[i]);
	free(needs->hashes);
}

static int
add(struct needs *needs, const char *hash)
{
	if (needs->n == needs->room) {
		const size_t room = 2 * needs->room + 64;
		char **more = realloc(needs->hashes, room * sizeof *more);
		if (more == NULL)
			return -1;
		needs->hashes = more;
		needs->room = room;
	}
	needs->hashes[needs->n] = strdup(hash);
	return needs->hashes[needs->n++] == NULL ? -1 : 0;
}

static int
add_of(struct needs *needs, const struct sw_execution *x)
{
	for (uint32_t i = 0; i < x->artifacts.n; i++) {
		const char *hash =
		    sw__body_value(x->artifacts.items[i].value)->text;
		if (hash != NULL && add(needs, hash) != 0)
			return -1;
	}
	return 0;
}

/* Of all executions that are not pruned. -1: one cannot be read. */
static int
find_needs(const struct sw_book *book, struct needs *needs)
{
	struct sw_error err;
	const struct sw_execution *x;
	int status = 0;
	/* Never NULL: that is said otherwise. */
	needs->hashes = malloc(sizeof *needs->hashes);
	needs->room = needs->hashes == NULL ? 0 : 1;
	if (needs->room == 0)
		return -1;
	for (uint32_t i = sw__ranges_gap(&book->pruned, 1);
	     i <= book->nexecutions && status == 0;
	     i = sw__ranges_gap(&book->pruned, i + 1)) {
		status = sw__book_find(book, i, &x, &err) == 1
			     ? add_of(needs, x)
			     : -1;
		sw__book_forget_guests(book);
	}
	return status;
}

void
sw__keep_files(struct sw_engine *engine)
{
	const struct sw_attempt_calls *calls = engine->world->attempts;
	const bool is_idle = engine->live == NULL;
	const uint64_t now = engine->book->time_ms;
	const bool all =
	    is_idle && engine->sweeps && (now >= engine->sweeps_from_ms);
	struct needs needs = { 0 };
	struct sw_error err;
	if ((!engine->removes && !all) || engine->options.dir == NULL ||
	    engine->journal == NULL || engine->has_failed ||
	    engine->world->journal->last == NULL ||
	    engine->world->journal->last(engine->journal) !=
		engine->book->seq ||
	    calls->sweep == NULL || engine->book->pruned.n == 0)
		return;
	if (all && find_needs(engine->book, &needs) == 0)
		(void)calls->sweep(engine->world->self,
		    engine->options.dir->path, &engine->book->pruned,
		    (const char *const *)needs.hashes, needs.n, &err);
	else
		(void)calls->sweep(engine->world->self,
		    engine->options.dir->path, &engine->book->pruned, NULL, 0,
		    &err);
	free_needs(&needs);
	engine->removes = false;
	if (all) {
		engine->sweeps = false;
		engine->sweeps_from_ms = now + SW_SWEEP_MS;
	}
}
