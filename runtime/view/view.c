/*
 * The book as JSON documents, for people and programs. Input: the book;
 * output: fresh documents (view.h has their form). Changes nothing.
 */
#include "view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "machine/words.h"
#include "view_part.h"

json_t *
sw__view_text(const char *text)
{
	return text == NULL ? json_null() : json_string(text);
}

json_t *
sw__view_time(uint64_t ms)
{
	return ms == 0 ? json_null() : json_integer((json_int_t)ms);
}

json_t *
sw__view_duration(uint64_t from_ms, uint64_t to_ms, uint64_t now_ms)
{
	if (from_ms == 0)
		return json_null();
	if (to_ms == 0)
		to_ms = now_ms;
	return json_integer(
	    to_ms > from_ms ? (json_int_t)(to_ms - from_ms) : 0);
}

bool
sw__view_is_over(enum sw_status status)
{
	return status != SW_STATUS_IN_PROGRESS && status != SW_STATUS_STOPPING;
}

/* Revision of one source: what its action found, or what was asked for. */
static json_t *
revision_of(const struct sw_book *book, const struct sw_execution *execution,
    uint32_t action)
{
	char name[SW_WORDS_MAX];
	const char *revision = NULL;
	const char *summary = NULL;
	sw_words_action(book->pipeline->machine, action, name);
	for (uint32_t i = book->latest[action]; i > 0; i--) {
		const struct sw_try *t = &book->tries[i - 1];
		if (t->action != action || t->execution != execution->number ||
		    t->status != SW_STATUS_SUCCEEDED)
			continue;
		const json_t *found = json_object_get(t->result, "variables");
		revision =
		    json_string_value(json_object_get(found, "CommitId"));
		summary =
		    json_string_value(json_object_get(found, "CommitMessage"));
		break;
	}
	if (revision == NULL)
		revision = json_string_value(json_object_get(
		    json_object_get(execution->start, "revisions"), name));
	if (revision == NULL)
		return NULL;
	json_t *out =
	    json_pack("{s:s, s:s}", "source", name, "revision", revision);
	json_object_set_new(out, "summary",
	    summary == NULL ? json_null()
			    : json_stringn(summary, strcspn(summary, "\r\n")));
	return out;
}

json_t *
sw__view_revisions(
    const struct sw_book *book, const struct sw_execution *execution)
{
	const struct sw_machine *machine = book->pipeline->machine;
	json_t *list = json_array();
	for (uint32_t a = 0; a < machine->nactions; a++) {
		if (machine->actions[a].category != SW_CATEGORY_SOURCE)
			continue;
		json_t *revision = revision_of(book, execution, a);
		if (revision != NULL)
			json_array_append_new(list, revision);
	}
	return list;
}

/* The stage that an execution holds or waits for; -1: none. */
static int64_t
place_of(const struct sw_book *book, uint32_t number, bool *waits)
{
	const struct sw_machine *machine = book->pipeline->machine;
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage_state *s = sw_state_stage(book->state, i);
		*waits = s->waiting == number;
		if (*waits || (s->execution == number &&
				  !sw__view_is_over((enum sw_status)s->status)))
			return i;
	}
	*waits = false;
	return -1;
}

/* Why somebody waits in front of a stage. */
static json_t *
reason_to_wait(const struct sw_book *book, uint32_t stage)
{
	const struct sw_stage_state *s = sw_state_stage(book->state, stage);
	const char *name = book->pipeline->machine->stages[stage].name;
	if (!sw__view_is_over((enum sw_status)s->status))
		return json_sprintf(
		    "waits until #%" PRIu32 " leaves %s", s->execution, name);
	const json_t *closed = book->stages[stage].closed;
	const char *by = json_string_value(json_object_get(closed, "by"));
	const char *comment =
	    json_string_value(json_object_get(closed, "comment"));
	return json_sprintf("waits until the way into %s is opened%s%s%s%s",
	    name, by == NULL ? "" : "; closed by ", by == NULL ? "" : by,
	    comment == NULL ? "" : ": ", comment == NULL ? "" : comment);
}

json_t *
sw__view_execution(const struct sw_book *book,
    const struct sw_execution *execution, uint64_t now_ms)
{
	bool waits = false;
	const int64_t stage = place_of(book, execution->number, &waits);
	json_t *out = json_pack("{s:I, s:s, s:s, s:o, s:b}", "number",
	    (json_int_t)execution->number, "id", execution->id, "status",
	    sw_words_status(execution->status), "at",
	    sw__view_text(
		stage < 0 ? NULL : book->pipeline->machine->stages[stage].name),
	    "waits", (int)waits);
	json_object_set_new(out, "reason",
	    waits ? reason_to_wait(book, (uint32_t)stage)
		  : sw__view_text(execution->reason));
	json_object_set(
	    out, "trigger", json_object_get(execution->start, "trigger"));
	json_object_set(
	    out, "variables", json_object_get(execution->start, "variables"));
	json_object_set_new(
	    out, "revisions", sw__view_revisions(book, execution));
	json_object_set_new(
	    out, "started", sw__view_time(execution->started_ms));
	json_object_set_new(out, "ended", sw__view_time(execution->ended_ms));
	json_object_set_new(out, "duration_ms",
	    sw__view_duration(
		execution->started_ms, execution->ended_ms, now_ms));
	return out;
}

static json_t *
stage_status(const struct sw_book *book, uint64_t now_ms, uint32_t stage)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_stage *row = &machine->stages[stage];
	const struct sw_stage_state *s = sw_state_stage(book->state, stage);
	const struct sw_stage_times *times = &book->stages[stage];
	const struct sw_execution *execution =
	    sw__book_execution(book, s->execution);
	json_t *actions = json_array();
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		json_array_append_new(
		    actions, sw__view_action(book, now_ms, a,
				 sw_state_action(machine, book->state, a),
				 sw__book_current(book, a)));
	json_t *reason = json_null();
	if (s->waiting != 0)
		reason = reason_to_wait(book, stage);
	else if (execution != NULL && s->status == SW_STATUS_FAILED)
		reason = sw__view_text(execution->reason);
	return json_pack(
	    "{s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
	    row->name, "status",
	    sw__view_text(sw_words_status((enum sw_status)s->status)),
	    "execution", sw__view_time(s->execution), "waiting",
	    sw__view_time(s->waiting), "open", s->closed == 0, "reason", reason,
	    "started", sw__view_time(times->entered_ms), "ended",
	    sw__view_time(times->left_ms), "duration_ms",
	    sw__view_duration(times->entered_ms, times->left_ms, now_ms),
	    "environment", sw__view_text(sw__view_environment(book, stage)),
	    "actions", actions);
}

json_t *
sw__view_status(const struct sw_book *book, uint64_t now_ms)
{
	const struct sw_machine *machine = book->pipeline->machine;
	json_t *stages = json_array();
	json_t *executions = json_array();
	for (uint32_t i = 0; i < machine->nstages; i++)
		json_array_append_new(stages, stage_status(book, now_ms, i));
	for (uint32_t i = book->nexecutions; i > 0; i--) {
		const struct sw_execution *x = &book->executions[i - 1];
		if (i == book->nexecutions || !sw__view_is_over(x->status))
			json_array_append_new(
			    executions, sw__view_execution(book, x, now_ms));
	}
	return json_pack("{s:s, s:I, s:o, s:o}", "pipeline",
	    book->pipeline->name, "now", (json_int_t)now_ms, "stages", stages,
	    "executions", executions);
}

json_t *
sw__view_history(const struct sw_book *book, uint64_t now_ms, uint32_t limit)
{
	json_t *executions = json_array();
	for (uint32_t i = book->nexecutions; i > 0 && limit > 0; i--, limit--)
		json_array_append_new(executions,
		    sw__view_execution(book, &book->executions[i - 1], now_ms));
	return json_pack("{s:s, s:o}", "pipeline", book->pipeline->name,
	    "executions", executions);
}
