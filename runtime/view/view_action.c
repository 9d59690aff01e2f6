/*
 * Actions and their attempts as JSON, as they are now and as they were for one
 * execution. Input: the book; output: fresh documents (view.h).
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "machine/words.h"
#include "provider/work.h"
#include "view_part.h"

const char *
sw__view_environment(const struct sw_book *book, uint32_t stage)
{
	const struct sw_stage *row = &book->pipeline->machine->stages[stage];
	const char *name = book->pipeline->work[row->first_action].environment;
	for (uint32_t a = row->first_action; name != NULL; a++) {
		if (a > row->last_action)
			return name;
		const char *other = book->pipeline->work[a].environment;
		if (other == NULL || strcmp(other, name) != 0)
			return NULL;
	}
	return NULL;
}

static json_t *
fact(const struct sw_try *try_, const char *name)
{
	return try_ == NULL ? json_null()
			    : sw__view_text(json_string_value(
				  json_object_get(try_->result, name)));
}

/* Its log; approvals have none. */
static json_t *
log_of(const struct sw_try *try_)
{
	if (try_ == NULL || try_->asked != NULL)
		return json_null();
	return json_sprintf("attempts/%s/log", try_->id);
}

static json_t *
approval_of(const struct sw_book *book, const struct sw_try *try_)
{
	if (try_ == NULL || try_->asked == NULL)
		return json_null();
	const struct sw_execution *execution =
	    sw__book_execution(book, try_->execution);
	return json_pack("{s:O, s:I, s:I, s:o, s:o, s:o}", "text", try_->asked,
	    "execution", (json_int_t)try_->execution, "due",
	    (json_int_t)try_->due_ms, "revisions",
	    sw__view_revisions(book, execution), "by", fact(try_, "by"),
	    "comment", fact(try_, "comment"));
}

/* An approval that was rejected has no other reason than the comment. */
static json_t *
reason_of(enum sw_status status, const struct sw_try *try_)
{
	json_t *reason = fact(try_, "reason");
	if (json_is_null(reason) && status == SW_STATUS_FAILED &&
	    try_ != NULL && try_->asked != NULL) {
		const char *by =
		    json_string_value(json_object_get(try_->result, "by"));
		return json_sprintf(
		    "was rejected by %s", by == NULL ? "somebody" : by);
	}
	return reason;
}

json_t *
sw__view_action(const struct sw_book *book, uint64_t now_ms, uint32_t action,
    enum sw_status status, const struct sw_try *try_)
{
	const struct sw_action *row = &book->pipeline->machine->actions[action];
	const struct sw_work *work = &book->pipeline->work[action];
	char path[SW_WORDS_MAX];
	if (status == SW_STATUS_NONE)
		try_ = NULL;
	json_t *out =
	    json_pack("{s:s, s:s, s:s, s:o, s:o, s:I, s:o}", "name", row->name,
		"path", sw_words_action(book->pipeline->machine, action, path),
		"category", sw_words_category((enum sw_category)row->category),
		"provider", sw__view_text(sw__work_provider(work)),
		"environment", sw__view_text(work->environment), "runOrder",
		(json_int_t)row->run_order, "status",
		sw__view_text(sw_words_status(status)));
	json_object_set_new(out, "execution",
	    sw__view_time(try_ == NULL ? 0 : try_->execution));
	json_object_set_new(out, "attempt",
	    json_integer(try_ == NULL ? 0 : (json_int_t)try_->number));
	json_object_set_new(
	    out, "started", sw__view_time(try_ == NULL ? 0 : try_->started_ms));
	json_object_set_new(
	    out, "ended", sw__view_time(try_ == NULL ? 0 : try_->ended_ms));
	json_object_set_new(out, "duration_ms",
	    try_ == NULL
		? json_null()
		: sw__view_duration(try_->started_ms, try_->ended_ms, now_ms));
	json_object_set_new(out, "reason", reason_of(status, try_));
	json_object_set_new(out, "log", log_of(try_));
	json_object_set_new(out, "approval", approval_of(book, try_));
	return out;
}

static json_t *
attempt_document(const struct sw_try *try_, uint64_t now_ms)
{
	json_t *out = json_pack("{s:I, s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "number", (json_int_t)try_->number, "id", try_->id, "status",
	    sw__view_text(sw_words_status(try_->status)), "started",
	    sw__view_time(try_->started_ms), "ended",
	    sw__view_time(try_->ended_ms), "duration_ms",
	    sw__view_duration(try_->started_ms, try_->ended_ms, now_ms),
	    "reason", reason_of(try_->status, try_), "log", log_of(try_));
	static const char *const copied[][2] = {
		{ "log_bytes", "logBytes" },
		{ "log_dropped", "logDropped" },
		{ "variables", "variables" },
		{ "artifacts", "artifacts" },
	};
	for (size_t i = 0; i < sizeof copied / sizeof copied[0]; i++) {
		json_t *value = json_object_get(try_->result, copied[i][0]);
		if (value != NULL)
			json_object_set(out, copied[i][1], value);
	}
	return out;
}

/* The last try of an action in an execution, and all of them as documents. */
static const struct sw_try *
tries_of(const struct sw_book *book, uint64_t now_ms, uint32_t action,
    uint32_t execution, json_t *documents)
{
	const struct sw_try *last = NULL;
	for (uint32_t i = book->latest[action]; i > 0; i--) {
		const struct sw_try *t = &book->tries[i - 1];
		if (t->action != action || t->execution != execution)
			continue;
		if (last == NULL)
			last = t;
		json_array_insert_new(
		    documents, 0, attempt_document(t, now_ms));
		if (t->number == 1)
			break;
	}
	return last;
}

/* A stage that the execution has left, judged by its last attempts. */
static enum sw_status
past_status(const struct sw_execution *execution, uint32_t succeeded,
    uint32_t touched, uint32_t actions)
{
	if (touched == 0)
		return SW_STATUS_NONE;
	return succeeded == actions ? SW_STATUS_SUCCEEDED : execution->status;
}

static json_t *
stage_document(const struct sw_book *book, uint64_t now_ms, uint32_t stage,
    const struct sw_execution *execution)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_stage *row = &machine->stages[stage];
	const struct sw_stage_state *s = sw_state_stage(book->state, stage);
	const bool is_here = s->execution == execution->number;
	uint64_t from = 0, to = 0;
	uint32_t touched = 0, succeeded = 0;
	json_t *actions = json_array();
	for (uint32_t a = row->first_action; a <= row->last_action; a++) {
		json_t *attempts = json_array();
		const struct sw_try *t =
		    tries_of(book, now_ms, a, execution->number, attempts);
		enum sw_status status = t == NULL ? SW_STATUS_NONE : t->status;
		if (is_here)
			status = sw_state_action(machine, book->state, a);
		json_t *action = sw__view_action(book, now_ms, a, status, t);
		json_object_set_new(action, "attempts", attempts);
		json_array_append_new(actions, action);
		if (t == NULL)
			continue;
		touched++;
		succeeded += status == SW_STATUS_SUCCEEDED;
		if (from == 0 || t->started_ms < from)
			from = t->started_ms;
		if (t->ended_ms > to)
			to = t->ended_ms;
	}
	const enum sw_status status =
	    is_here ? (enum sw_status)s->status
		    : past_status(execution, succeeded, touched,
			  row->last_action - row->first_action + 1);
	if (!sw__view_is_over(status))
		to = 0;
	return json_pack(
	    "{s:s, s:o, s:o, s:n, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
	    row->name, "status", sw__view_text(sw_words_status(status)),
	    "execution", sw__view_time(touched == 0 ? 0 : execution->number),
	    "waiting", "open", s->closed == 0, "reason",
	    sw__view_text(
		status == SW_STATUS_FAILED ? execution->reason : NULL),
	    "started", sw__view_time(from), "ended", sw__view_time(to),
	    "duration_ms", sw__view_duration(from, to, now_ms), "environment",
	    sw__view_text(sw__view_environment(book, stage)), "actions",
	    actions);
}

json_t *
sw__view_show(const struct sw_book *book, uint64_t now_ms, uint32_t number)
{
	const struct sw_execution *execution = sw__book_execution(book, number);
	if (execution == NULL)
		return NULL;
	json_t *stages = json_array();
	for (uint32_t i = 0; i < book->pipeline->machine->nstages; i++)
		json_array_append_new(
		    stages, stage_document(book, now_ms, i, execution));
	return json_pack("{s:s, s:I, s:o, s:o}", "pipeline",
	    book->pipeline->name, "now", (json_int_t)now_ms, "execution",
	    sw__view_execution(book, execution, now_ms), "stages", stages);
}
