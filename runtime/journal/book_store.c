/*
 * Executions that are put away, and fetched again. Input: the book; output:
 * the book with fewer at hand, or one more. What counts as put away is the
 * same whoever reads the rows (checkpoint.h).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "book_part.h"
#include "checkpoint.h"

struct sw_book *
sw__book_mutable(const struct sw_book *book)
{
	return book->memory->book;
}

const char *
sw__book_mode(const struct sw_machine *machine)
{
	static const char *const modes[] = {
		[SW_MODE_SUPERSEDED] = "SUPERSEDED",
		[SW_MODE_QUEUED] = "QUEUED",
		[SW_MODE_PARALLEL] = "PARALLEL",
	};
	return modes[machine->mode];
}

static bool
goes_on(const struct sw_execution *x)
{
	return x->status == SW_STATUS_IN_PROGRESS ||
	       x->status == SW_STATUS_STOPPING;
}

/* A stage's status is about it, or a rollback would go back to it. */
static bool
is_spoken_of(const struct sw_book *book, uint32_t number)
{
	const struct sw_machine *machine = book->pipeline->machine;
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage_state *s =
		    sw_state_stage(book->shared->state, i);
		if (s->execution == number || s->succeeded == number)
			return true;
	}
	return false;
}

bool
sw__book_is_live(const struct sw_book *book, const struct sw_execution *x)
{
	if (goes_on(x) || x->number == book->nexecutions ||
	    is_spoken_of(book, x->number))
		return true;
	for (const struct sw_try *t = x->last_try; t != NULL; t = t->before)
		if (!t->has_ended)
			return true;
	return false;
}

static void
put_away(struct sw_book *book, struct sw_execution *x)
{
	if (x->scene != NULL)
		sw_instances_forget(book->instances, x->number);
	sw__execution_free(book->pipeline->machine, x);
}

void
sw__book_put_away(struct sw_book *book)
{
	struct sw_memory *memory = book->memory;
	uint32_t n = 0;
	for (uint32_t i = 0; i < memory->n; i++) {
		struct sw_execution *x = memory->executions[i];
		if (sw__book_is_live(book, x))
			memory->executions[n++] = x;
		else
			put_away(book, x);
	}
	memory->n = n;
	memory->nguests = 0;
}

void
sw__book_forget_guests(const struct sw_book *book)
{
	struct sw_memory *memory = book->memory;
	uint32_t n = 0;
	if (memory->nguests == 0)
		return;
	for (uint32_t i = 0; i < memory->n; i++) {
		struct sw_execution *x = memory->executions[i];
		if (x->is_stored)
			put_away(memory->book, x);
		else
			memory->executions[n++] = x;
	}
	memory->n = n;
	memory->nguests = 0;
}

void
sw__book_change(struct sw_book *book, struct sw_execution *execution)
{
	if (execution->is_stored)
		book->memory->nguests--;
	execution->is_stored = false;
}

void
sw__book_keep_in(struct sw_book *book, sw_book_fetch_fn fetch, void *payload)
{
	book->memory->fetch = fetch;
	book->memory->payload = payload;
}

int
sw__book_fetch(const struct sw_book *book, uint32_t number,
    struct sw_execution **out, struct sw_error *err)
{
	const struct sw_memory *memory = book->memory;
	char *body = NULL;
	if (number == 0 || number > book->nexecutions)
		return 0;
	int status = memory->fetch == NULL
			 ? 0
			 : memory->fetch(number, book->stored_seq, &body,
			       memory->payload, err);
	if (status == 0)
		return sw__error(err, SW_ERROR_CORRUPT,
		    "the record of execution #%" PRIu32
		    " is missing from the journal; restore the state "
		    "directory from a backup",
		    number);
	if (status == 1) {
		*out = sw__record_read(book, body, err);
		status = *out == NULL ? err->code : 1;
	}
	free(body);
	if (status != 1)
		return status;
	(*out)->is_stored = true;
	book->memory->nguests++;
	return 1;
}
