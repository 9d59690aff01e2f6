/*
 * Executions pruned. Input: a row that names them; output: a book that has a
 * line of history of each, and nothing else. One that something can happen to
 * is refused: the machine is asked.
 */
#include "prune.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "book_part.h"
#include "json_write.h"
#include "machine/words.h"

/* Does one that is live go back to it? Its outputs are read again. */
static bool
is_gone_back_to(const struct sw_book *book, uint32_t number)
{
	const struct sw_execution *x;
	uint32_t at = 0;
	while ((x = sw__book_at_hand(book, &at)) != NULL)
		if (x->target == number && sw__book_is_live(book, x))
			return true;
	return false;
}

static bool
is_target(const struct sw_book *book, uint32_t number)
{
	const struct sw_machine *machine = book->pipeline->machine;
	for (uint32_t i = 0; i < machine->nstages; i++)
		if (sw_state_is_target(machine, book->shared->state, i, number))
			return true;
	return is_gone_back_to(book, number);
}

enum sw_prunable
sw__book_prunable(const struct sw_book *book, uint32_t number)
{
	const struct sw_execution *x = sw__memory_find(book->memory, number);
	if (number == 0 || number > book->nexecutions)
		return SW_UNPRUNABLE_NONE;
	if (sw__ranges_have(&book->pruned, number))
		return SW_PRUNED;
	if (number == book->nexecutions ||
	    (x != NULL && sw__book_is_live(book, x)))
		return SW_UNPRUNABLE_LIVE;
	if (is_target(book, number))
		return SW_UNPRUNABLE_TARGET;
	return book->pipeline->machine->mode == SW_MODE_PARALLEL &&
		       sw__digests_leaf(&book->digests, number) != NULL
		   ? SW_PRUNABLE_RETRY
		   : SW_PRUNABLE;
}

bool
sw__book_can_retry(
    const struct sw_book *book, const struct sw_execution *execution)
{
	const struct sw_machine *machine = book->pipeline->machine;
	if (execution->scene == NULL)
		return false;
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_addressed event = {
			.event = { .kind = SW_EVENT_RETRY, .subject = i },
			.execution = execution->number,
		};
		/* Who cannot be asked is asked another time. */
		if (sw__book_would(book, event) <= SW_ACCEPTED)
			return true;
	}
	return false;
}

uint32_t
sw__book_retryable(const struct sw_book *book)
{
	const struct sw_execution *x = NULL;
	uint32_t n = book->digests.nstates;
	if (book->pipeline->machine->mode != SW_MODE_PARALLEL)
		return 0;
	while ((x = sw__book_next_in_flight(book, x)) != NULL)
		n--;
	return n;
}

/* So much of a text that no character is cut. */
static size_t
short_length(const char *text, size_t n)
{
	if (n <= SW_HISTORY_TEXT_MAX)
		return n;
	n = SW_HISTORY_TEXT_MAX;
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* Of a text, short enough; NULL without memory. */
static struct sw_body *
first_line(const char *text)
{
	const size_t n = short_length(text, strcspn(text, "\r\n"));
	struct sw_json json = { 0 };
	char line[SW_HISTORY_TEXT_MAX + 1];
	memcpy(line, text, n);
	line[n] = '\0';
	sw__json_text(&json, line);
	return sw__body_take(&json);
}

/* The revision that a source found, and its first line. */
static int
keep_revision(const struct entry *e, const struct sw_execution *x,
    uint32_t action, struct sw_members *revisions, struct sw_members *summaries)
{
	char name[SW_WORDS_MAX];
	const struct sw_try *t = x->last_try;
	while (t != NULL &&
	       (t->action != action || t->status != SW_STATUS_SUCCEEDED))
		t = t->before;
	const struct sw_json_value *found =
	    t == NULL ? NULL : sw__body_in(t->result, "variables");
	const struct sw_json_value *revision = sw__json_in(found, "CommitId");
	const char *summary = sw__json_text_in(found, "CommitMessage");
	if (revision == NULL)
		return 0;
	sw_words_action(e->machine, action, name);
	if (sw__members_put(revisions, name, sw__body_copy(revision)) != 0)
		return -1;
	return summary == NULL
		   ? 0
		   : sw__members_put(summaries, name, first_line(summary));
}

static struct sw_body *
write_start(const struct sw_members *revisions,
    const struct sw_members *summaries, const struct sw_json_value *trigger)
{
	struct sw_json json = { 0 };
	sw__json_open(&json, '{');
	sw__json_name(&json, "revisions");
	sw__members_write(revisions, &json);
	sw__json_name(&json, "summaries");
	sw__members_write(summaries, &json);
	sw__json_name(&json, "trigger");
	if (trigger == NULL)
		sw__json_raw(&json, "null", 4);
	else
		sw__json_raw(&json, trigger->source, trigger->length);
	sw__json_close(&json, '}');
	return sw__body_take(&json);
}

/* What the start of a pruned execution is from now on; NULL without memory. */
static struct sw_body *
short_start(const struct entry *e, const struct sw_execution *x)
{
	struct sw_members revisions = { 0 };
	struct sw_members summaries = { 0 };
	int status =
	    sw__members_add(&revisions, sw__body_in(x->start, "revisions"));
	for (uint32_t a = 0; a < e->machine->nactions && status == 0; a++)
		if (e->machine->actions[a].category == SW_CATEGORY_SOURCE)
			status = keep_revision(e, x, a, &revisions, &summaries);
	struct sw_body *start = status != 0
				    ? NULL
				    : write_start(&revisions, &summaries,
					  sw__body_in(x->start, "trigger"));
	sw__members_free(&revisions);
	sw__members_free(&summaries);
	return start;
}

static void
free_tries(struct sw_execution *x)
{
	for (struct sw_try *t = x->last_try, *before; t != NULL; t = before) {
		before = t->before;
		sw__try_free(t);
	}
	x->last_try = NULL;
}

/* A line of history is left. */
static void
strip(struct entry *e, struct sw_execution *x, struct sw_body *start)
{
	sw__body_drop(x->start);
	x->start = start;
	free_tries(x);
	sw__members_free(&x->namespaces);
	sw__members_free(&x->artifacts);
	if (x->reason != NULL)
		x->reason[short_length(x->reason, strlen(x->reason))] = '\0';
	if (x->scene != NULL) {
		sw__scene_free(e->machine, x->scene);
		x->scene = NULL;
		sw_instances_forget(e->book->instances, x->number);
	}
	if (is_parallel(e))
		sw__digests_clear(&e->book->digests, x->number);
	x->pruned_ms = e->row->time_ms;
	sw__book_change(e->book, x);
	sw__ranges_add(&e->book->pruned, x->number);
}

/* Reads one, and sees to it that it may be. */
static int
check(struct entry *e, uint32_t number, bool gives_up)
{
	const struct sw_execution *x;
	const enum sw_prunable is = sw__book_prunable(e->book, number);
	if (is != SW_PRUNABLE && is != SW_PRUNABLE_RETRY)
		return sw__entry_corrupt(
		    e, "it prunes an execution that is needed");
	if (sw__book_find(e->book, number, &x, e->err) != 1)
		return e->err->code;
	return gives_up || !sw__book_can_retry(e->book, x)
		   ? 0
		   : sw__entry_corrupt(
			 e, "it prunes an execution that can be retried");
}

/* The executions of a row, and what their starts will be. */
struct pruning {
	struct sw_ranges executions;
	struct sw_ranges gave_up;
	struct sw_body *starts[SW_PRUNE_MAX];
	uint32_t n;
};

static int
check_all(struct entry *e, struct pruning *p)
{
	const uint32_t max = e->book->nexecutions;
	if (sw__ranges_read(&p->executions, value_of(e, "executions"), max) !=
		0 ||
	    sw__ranges_read(&p->gave_up, value_of(e, "gaveUp"), max) != 0 ||
	    p->executions.n == 0 ||
	    sw__ranges_count(&p->executions) > SW_PRUNE_MAX)
		return sw__entry_corrupt(e, "it names no executions");
	if (sw__ranges_reserve(&e->book->pruned, SW_PRUNE_MAX) != 0)
		return sw__error(e->err, SW_ERROR_SYSTEM, "out of memory");
	for (uint32_t i = 0; i < p->executions.n; i++)
		for (uint32_t n = p->executions.items[i].first;
		     n <= p->executions.items[i].last; n++) {
			if (check(e, n, sw__ranges_have(&p->gave_up, n)) != 0)
				return e->err->code;
			p->starts[p->n] =
			    short_start(e, execution_at(e->book, n));
			if (p->starts[p->n++] == NULL)
				return sw__error(
				    e->err, SW_ERROR_SYSTEM, "out of memory");
		}
	return 0;
}

int
sw__book_apply_prune(struct entry *e)
{
	struct pruning p = { 0 };
	int status = check_all(e, &p);
	uint32_t at = 0;
	for (uint32_t i = 0; i < p.executions.n && status == 0; i++)
		for (uint32_t n = p.executions.items[i].first;
		     n <= p.executions.items[i].last; n++) {
			strip(e, execution_at(e->book, n), p.starts[at]);
			p.starts[at++] = NULL;
		}
	for (; at < p.n; at++)
		sw__body_drop(p.starts[at]);
	sw__ranges_free(&p.executions);
	sw__ranges_free(&p.gave_up);
	return status;
}
