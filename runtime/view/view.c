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
	/* A rollback has the revisions of what it goes back to. */
	const struct sw_execution *target =
	    execution->target == 0
		? NULL
		: sw__book_execution(book, execution->target);
	if (target != NULL)
		execution = target;
	const struct sw_try *t = sw__book_last(book, action, execution->number);
	while (t != NULL &&
	       (t->action != action || t->status != SW_STATUS_SUCCEEDED))
		t = t->before;
	if (t != NULL) {
		const struct sw_json_value *found =
		    sw__body_in(t->result, "variables");
		revision = sw__json_text_in(found, "CommitId");
		summary = sw__json_text_in(found, "CommitMessage");
	}
	if (revision == NULL)
		revision = sw__json_text_in(
		    sw__body_in(execution->start, "revisions"), name);
	if (revision == NULL)
		return NULL;
	if (summary == NULL) /* of one that was pruned */
		summary = sw__json_text_in(
		    sw__body_in(execution->start, "summaries"), name);
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

/* Who waits in front of a stage, in the order in which they enter. */
static json_t *
queue_of(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t stage)
{
	json_t *queue = json_array();
	for (uint32_t i = 0;; i++) {
		const uint32_t who = sw_state_waiting(
		    book->pipeline->machine, scene->state, stage, i);
		if (who == 0)
			return queue;
		json_array_append_new(queue, json_integer((json_int_t)who));
	}
}

static bool
waits_at(const struct sw_book *book, const struct sw_scene *scene,
    uint32_t stage, uint32_t number)
{
	uint32_t who = 0;
	for (uint32_t i = 0; who != number; i++) {
		who = sw_state_waiting(
		    book->pipeline->machine, scene->state, stage, i);
		if (who == 0)
			return false;
	}
	return true;
}

/* The stage that an execution holds or waits for; -1: none. */
static int64_t
place_of(const struct sw_book *book, uint32_t number, bool *waits)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_scene *scene = sw__book_scene(book, number);
	*waits = false;
	for (uint32_t i = 0; scene != NULL && i < machine->nstages; i++) {
		const struct sw_stage_state *s =
		    sw_state_stage(scene->state, i);
		*waits = waits_at(book, scene, i, number);
		if (*waits || (s->execution == number &&
				  !sw__view_is_over((enum sw_status)s->status)))
			return i;
	}
	return -1;
}

/* Why somebody waits in front of a stage. */
static json_t *
reason_to_wait(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t stage)
{
	const struct sw_stage_state *s = sw_state_stage(scene->state, stage);
	const char *name = book->pipeline->machine->stages[stage].name;
	if (!sw__view_is_over((enum sw_status)s->status))
		return json_sprintf(
		    "waits until #%" PRIu32 " leaves %s", s->execution, name);
	const struct sw_body *closed = scene->stages[stage].closed;
	const char *by = sw__body_text(closed, "by");
	const char *comment = sw__body_text(closed, "comment");
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
	json_t *out = json_pack("{s:I, s:s, s:s, s:s, s:o, s:o, s:b}", "number",
	    (json_int_t)execution->number, "id", execution->id, "type",
	    execution->target == 0 ? "STANDARD" : "ROLLBACK", "status",
	    sw_words_status(execution->status), "target",
	    sw__view_time(execution->target), "at",
	    sw__view_text(
		stage < 0 ? NULL : book->pipeline->machine->stages[stage].name),
	    "waits", (int)waits);
	json_object_set_new(out, "reason",
	    waits
		? reason_to_wait(book, sw__book_scene(book, execution->number),
		      (uint32_t)stage)
		: sw__view_text(execution->reason));
	json_object_set_new(out, "trigger",
	    sw__body_document(sw__body_in(execution->start, "trigger")));
	if (execution->pruned_ms == 0)
		json_object_set_new(out, "variables",
		    sw__body_document(
			sw__body_in(execution->start, "variables")));
	else
		json_object_set_new(out, "variables", json_object());
	json_object_set_new(out, "pruned", sw__view_time(execution->pruned_ms));
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
	const struct sw_scene *scene = book->shared;
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_stage *row = &machine->stages[stage];
	const struct sw_stage_state *s = sw_state_stage(scene->state, stage);
	const struct sw_stage_times *times = &scene->stages[stage];
	const struct sw_execution *execution =
	    sw__book_execution(book, s->execution);
	json_t *actions = json_array();
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		json_array_append_new(
		    actions, sw__view_action_now(book, now_ms, scene, a));
	json_t *reason = json_null();
	if (s->waiting != 0)
		reason = reason_to_wait(book, scene, stage);
	else if (execution != NULL && s->status == SW_STATUS_FAILED)
		reason = sw__view_text(execution->reason);
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, "
			 "s:o, s:o, s:o}",
	    "name", row->name, "status",
	    sw__view_text(sw_words_status((enum sw_status)s->status)),
	    "execution", sw__view_time(s->execution), "waiting",
	    sw__view_time(s->waiting), "queue", queue_of(book, scene, stage),
	    "open", s->closed == 0, "conditions",
	    sw__view_conditions(book, stage, s), "reason", reason, "started",
	    sw__view_time(times->entered_ms), "ended",
	    sw__view_time(times->left_ms), "duration_ms",
	    sw__view_duration(times->entered_ms, times->left_ms, now_ms),
	    "environment", sw__view_text(sw__view_environment(book, stage)),
	    "actions", actions);
}

const char *
sw__view_mode(const struct sw_machine *machine)
{
	static const char *const modes[] = {
		[SW_MODE_SUPERSEDED] = "SUPERSEDED",
		[SW_MODE_QUEUED] = "QUEUED",
		[SW_MODE_PARALLEL] = "PARALLEL",
	};
	return modes[machine->mode];
}

json_t *
sw__view_status(const struct sw_book *book, uint64_t now_ms)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const bool is_parallel = machine->mode == SW_MODE_PARALLEL;
	json_t *stages = json_array();
	json_t *executions = json_array();
	for (uint32_t i = 0; i < machine->nstages; i++)
		json_array_append_new(stages, stage_status(book, now_ms, i));
	const struct sw_execution *x;
	uint32_t at = 0;
	while ((x = sw__book_at_hand(book, &at)) != NULL) {
		if (x->number != book->nexecutions &&
		    sw__view_is_over(x->status))
			continue;
		json_t *document = sw__view_execution(book, x, now_ms);
		/* The stages are an execution's, so each one has its own. */
		if (is_parallel)
			json_object_set_new(document, "stages",
			    sw__view_stages(book, now_ms, x, false));
		json_array_insert_new(executions, 0, document);
	}
	return json_pack("{s:s, s:s, s:I, s:o, s:o}", "pipeline",
	    book->pipeline->name, "mode", sw__view_mode(machine), "now",
	    (json_int_t)now_ms, "stages", stages, "executions", executions);
}

json_t *
sw__view_history(const struct sw_book *book, uint64_t now_ms, uint32_t limit,
    struct sw_error *err)
{
	json_t *executions = json_array();
	const struct sw_execution *x;
	for (uint32_t i = book->nexecutions; i > 0 && limit > 0; i--, limit--) {
		if (sw__book_find(book, i, &x, err) != 1) {
			json_decref(executions);
			return NULL;
		}
		json_array_append_new(
		    executions, sw__view_execution(book, x, now_ms));
		sw__book_forget_guests(book);
	}
	return json_pack("{s:s, s:o}", "pipeline", book->pipeline->name,
	    "executions", executions);
}
