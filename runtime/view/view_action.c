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
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_stage *row = &machine->stages[stage];
	const char *name = NULL;
	for (uint32_t a = row->first_action; a <= row->last_action; a++) {
		const char *own = book->pipeline->work[a].environment;
		if (machine->actions[a].category == SW_CATEGORY_RULE)
			continue;
		if (own == NULL || (name != NULL && strcmp(own, name) != 0))
			return NULL;
		name = own;
	}
	return name;
}

json_t *
sw__view_conditions(const struct sw_book *book, uint32_t stage,
    const struct sw_stage_state *state)
{
	static const char *const results[] = {
		[SW_RESULT_NONE] = NULL,
		[SW_RESULT_FAIL] = "FAIL",
		[SW_RESULT_SKIP] = "SKIP",
		[SW_RESULT_ROLLBACK] = "ROLLBACK",
		[SW_RESULT_RETRY] = "RETRY",
		[SW_RESULT_RETRY_ALL] = "RETRY",
	};
	const struct sw_stage *row = &book->pipeline->machine->stages[stage];
	const struct {
		uint32_t order;
		uint8_t result;
		uint8_t overridden;
	} all[] = {
		{ SW_BEFORE_ENTRY, row->before_entry,
		    SW_OVERRIDDEN_BEFORE_ENTRY },
		{ SW_ON_SUCCESS, row->on_success, SW_OVERRIDDEN_ON_SUCCESS },
		{ SW_ON_FAILURE, row->on_failure, 0 },
	};
	json_t *list = json_array();
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (all[i].result != SW_RESULT_NONE)
			json_array_append_new(list,
			    json_pack("{s:s, s:s, s:b}", "name",
				sw_words_condition(all[i].order), "result",
				results[all[i].result], "overridden",
				state != NULL && (state->overridden &
						     all[i].overridden) != 0));
	return list;
}

static json_t *
fact(const struct sw_try *try_, const char *name)
{
	return try_ == NULL ? json_null()
			    : sw__view_text(sw__body_text(try_->result, name));
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
	return json_pack("{s:o, s:s, s:I, s:I, s:o, s:o, s:o}", "text",
	    sw__body_document(sw__body_value(try_->asked)), "token", try_->id,
	    "execution", (json_int_t)try_->execution, "due",
	    (json_int_t)try_->due_ms, "revisions",
	    sw__view_revisions(book, execution), "by", fact(try_, "by"),
	    "comment", fact(try_, "comment"));
}

/* Who ended it before it was over, and why. */
static json_t *
reason_of_abandoned(const struct sw_try *try_)
{
	const struct sw_body *row = try_->abandoned;
	const char *by = sw__body_text(row, "by");
	const char *event = sw__body_text(row, "event");
	const char *comment = sw__body_text(row, "comment");
	if (by == NULL || event == NULL)
		return json_null();
	return json_sprintf("%s by %s%s%s",
	    strstr(event, "override ") != NULL ? "overridden" : "abandoned", by,
	    comment == NULL ? "" : ": ", comment == NULL ? "" : comment);
}

/* An approval that was rejected has no other reason than the comment. */
static json_t *
reason_of(enum sw_status status, const struct sw_try *try_)
{
	if (status == SW_STATUS_ABANDONED && try_ != NULL &&
	    try_->abandoned != NULL)
		return reason_of_abandoned(try_);
	json_t *reason = fact(try_, "reason");
	if (json_is_null(reason) && status == SW_STATUS_FAILED &&
	    try_ != NULL && try_->asked != NULL) {
		const char *by = sw__body_text(try_->result, "by");
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
	const bool is_rule = row->category == SW_CATEGORY_RULE;
	if (status == SW_STATUS_NONE)
		try_ = NULL;
	json_t *out = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "name",
	    row->name, "path",
	    sw_words_action(book->pipeline->machine, action, path), "category",
	    sw_words_category((enum sw_category)row->category), "provider",
	    sw__view_text(sw__work_provider(work)), "environment",
	    sw__view_text(work->environment), "runOrder",
	    is_rule ? json_null() : json_integer((json_int_t)row->run_order),
	    "status", sw__view_text(sw_words_status(status)));
	json_object_set_new(out, "condition",
	    sw__view_text(is_rule ? sw_words_condition(row->run_order) : NULL));
	json_object_set_new(out, "retryAt", json_null());
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

json_t *
sw__view_action_now(const struct sw_book *book, uint64_t now_ms,
    const struct sw_scene *scene, uint32_t action)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const uint32_t execution =
	    sw_state_stage(scene->state, machine->actions[action].stage)
		->execution;
	const struct sw_try *try_ = sw__book_current(book, scene, action);
	const uint64_t next = sw__book_startable(book, scene, action);
	const bool waits = next != UINT64_MAX && next > 0;
	if (waits)
		try_ = sw__book_last(book, action, execution);
	json_t *out = sw__view_action(book, now_ms, action,
	    sw_state_action(machine, scene->state, action), try_);
	if (waits)
		json_object_set_new(out, "retryAt", sw__view_time(next));
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
		const struct sw_json_value *value =
		    sw__body_in(try_->result, copied[i][0]);
		if (value != NULL)
			json_object_set_new(
			    out, copied[i][1], sw__body_document(value));
	}
	return out;
}

/* All tries of an action in an execution as documents. */
static json_t *
attempts_of(uint64_t now_ms, const struct sw_try *last)
{
	json_t *documents = json_array();
	const struct sw_try *t = last;
	for (; t != NULL; t = t->before)
		if (t->action == last->action)
			json_array_insert_new(
			    documents, 0, attempt_document(t, now_ms));
	return documents;
}

/* What an execution did in a stage that another one has entered since, or
 * that it has left for good. */
struct past {
	uint32_t actions;
	uint32_t touched;   /* of the actions */
	uint32_t succeeded; /* of the actions */
	uint32_t rules;     /* that ran */
	bool is_bad;        /* one of onSuccess failed */
};

static void
add_past(struct past *past, const struct sw_action *row, const struct sw_try *t)
{
	if (row->category == SW_CATEGORY_RULE) {
		past->rules += t != NULL;
		past->is_bad |= t != NULL && row->run_order == SW_ON_SUCCESS &&
				t->status == SW_STATUS_FAILED;
		return;
	}
	past->actions++;
	past->touched += t != NULL;
	past->succeeded += t != NULL && t->status == SW_STATUS_SUCCEEDED;
}

static enum sw_status
past_status(const struct sw_execution *execution, const struct sw_stage *row,
    const struct past *past)
{
	if (past->touched == 0 && past->rules == 0)
		return SW_STATUS_NONE;
	if (past->touched == 0 && row->before_entry == SW_RESULT_SKIP)
		return SW_STATUS_SKIPPED;
	return past->succeeded == past->actions && !past->is_bad
		   ? SW_STATUS_SUCCEEDED
		   : execution->status;
}

/* Reads the actions of a stage for an execution that may have left it. */
static json_t *
past_action(const struct sw_book *book, uint64_t now_ms, uint32_t action,
    const struct sw_try *t)
{
	return sw__view_action(
	    book, now_ms, action, t == NULL ? SW_STATUS_NONE : t->status, t);
}

static json_t *
stage_document(const struct sw_book *book, uint64_t now_ms, uint32_t stage,
    const struct sw_execution *execution, bool with_attempts)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_stage *row = &machine->stages[stage];
	const struct sw_scene *scene = sw__book_scene(book, execution->number);
	const struct sw_stage_state *s =
	    scene == NULL ? NULL : sw_state_stage(scene->state, stage);
	const bool is_here = s != NULL && s->execution == execution->number;
	struct past past = { 0 };
	uint64_t from = 0, to = 0;
	json_t *actions = json_array();
	for (uint32_t a = row->first_action; a <= row->last_action; a++) {
		const struct sw_try *t =
		    sw__book_last(book, a, execution->number);
		json_t *action =
		    is_here ? sw__view_action_now(book, now_ms, scene, a)
			    : past_action(book, now_ms, a, t);
		if (with_attempts)
			json_object_set_new(
			    action, "attempts", attempts_of(now_ms, t));
		json_array_append_new(actions, action);
		add_past(&past, &machine->actions[a], t);
		if (t != NULL && (from == 0 || t->started_ms < from))
			from = t->started_ms;
		if (t != NULL && t->ended_ms > to)
			to = t->ended_ms;
	}
	const enum sw_status status = is_here
					  ? (enum sw_status)s->status
					  : past_status(execution, row, &past);
	if (!sw__view_is_over(status))
		to = 0;
	return json_pack("{s:s, s:o, s:o, s:n, s:[], s:b, s:o, s:o, s:o, s:o, "
			 "s:o, s:o, s:o}",
	    "name", row->name, "status", sw__view_text(sw_words_status(status)),
	    "execution",
	    sw__view_time(
		past.touched + past.rules == 0 ? 0 : execution->number),
	    "waiting", "queue", "open", s == NULL || s->closed == 0,
	    "conditions", sw__view_conditions(book, stage, is_here ? s : NULL),
	    "reason",
	    sw__view_text(
		status == SW_STATUS_FAILED ? execution->reason : NULL),
	    "started", sw__view_time(from), "ended", sw__view_time(to),
	    "duration_ms", sw__view_duration(from, to, now_ms), "environment",
	    sw__view_text(sw__view_environment(book, stage)), "actions",
	    actions);
}

json_t *
sw__view_stages(const struct sw_book *book, uint64_t now_ms,
    const struct sw_execution *execution, bool with_attempts)
{
	json_t *stages = json_array();
	for (uint32_t i = 0; i < book->pipeline->machine->nstages; i++)
		json_array_append_new(stages,
		    stage_document(book, now_ms, i, execution, with_attempts));
	return stages;
}

json_t *
sw__view_show(const struct sw_book *book, uint64_t now_ms, uint32_t number,
    struct sw_error *err)
{
	const struct sw_execution *execution;
	err->code = SW_OK;
	if (sw__book_find(book, number, &execution, err) != 1)
		return NULL;
	return json_pack("{s:s, s:s, s:I, s:o, s:o}", "pipeline",
	    book->pipeline->name, "mode",
	    sw__view_mode(book->pipeline->machine), "now", (json_int_t)now_ms,
	    "execution", sw__view_execution(book, execution, now_ms), "stages",
	    sw__view_stages(book, now_ms, execution, true));
}
