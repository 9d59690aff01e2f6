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
	uint32_t n = 0;
	if (book->pipeline->machine->mode != SW_MODE_PARALLEL)
		return 0;
	for (uint32_t i = 1; i <= book->nexecutions; i++)
		n += sw__digests_leaf(&book->digests, i) != NULL;
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

/* The revision that a source found, and its first line. */
static void
keep_revision(const struct entry *e, const struct sw_execution *x,
    uint32_t action, json_t *revisions, json_t *summaries)
{
	char name[SW_WORDS_MAX];
	const struct sw_try *t = x->last_try;
	while (t != NULL &&
	       (t->action != action || t->status != SW_STATUS_SUCCEEDED))
		t = t->before;
	const json_t *found =
	    t == NULL ? NULL : json_object_get(t->result, "variables");
	json_t *revision = json_object_get(found, "CommitId");
	const char *summary =
	    json_string_value(json_object_get(found, "CommitMessage"));
	sw_words_action(e->machine, action, name);
	if (revision != NULL)
		json_object_set(revisions, name, revision);
	if (revision != NULL && summary != NULL)
		json_object_set_new(summaries, name,
		    json_stringn(summary,
			short_length(summary, strcspn(summary, "\r\n"))));
}

/* What the start of a pruned execution is from now on; NULL without memory. */
static json_t *
short_start(const struct entry *e, const struct sw_execution *x)
{
	json_t *revisions =
	    json_deep_copy(json_object_get(x->start, "revisions"));
	json_t *summaries = json_object();
	if (revisions == NULL)
		revisions = json_object();
	for (uint32_t a = 0; a < e->machine->nactions; a++)
		if (e->machine->actions[a].category == SW_CATEGORY_SOURCE)
			keep_revision(e, x, a, revisions, summaries);
	return json_pack("{s:O?, s:o, s:o}", "trigger",
	    json_object_get(x->start, "trigger"), "revisions", revisions,
	    "summaries", summaries);
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
strip(struct entry *e, struct sw_execution *x, json_t *start)
{
	json_decref(x->start);
	x->start = start;
	free_tries(x);
	json_object_clear(x->namespaces);
	json_object_clear(x->artifacts);
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
	json_t *starts[SW_PRUNE_MAX];
	uint32_t n;
};

static int
check_all(struct entry *e, struct pruning *p)
{
	const uint32_t max = e->book->nexecutions;
	if (sw__ranges_read(&p->executions,
		json_object_get(e->row->body, "executions"), max) != 0 ||
	    sw__ranges_read(&p->gave_up,
		json_object_get(e->row->body, "gaveUp"), max) != 0 ||
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
		json_decref(p.starts[at]);
	sw__ranges_free(&p.executions);
	sw__ranges_free(&p.gave_up);
	return status;
}
