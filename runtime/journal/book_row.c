/*
 * How a row of the journal changes the book. Input: the book and a row;
 * output: the book after it and what the machine answered. Bodies were written
 * by the engine; one that it cannot have written is reported, not asserted.
 * Must not know of the journal, the clock or processes.
 */
#include "book.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "machine/words.h"
#include "scene.h"

/* The row being taken in. */
struct entry {
	struct sw_book *book;
	const struct sw_machine *machine;
	const struct sw_row *row;
	struct sw_output *out;
	struct sw_error *err;
	struct sw_scene *scene; /* where its event happens */
};

static int
corrupt(const struct entry *e, const char *what)
{
	return sw__error(e->err, SW_ERROR_CORRUPT,
	    "journal row %" PRIu64 " (%s) is not one that was written: %s",
	    e->row->seq, e->row->kind, what);
}

static const char *
text_of(const struct entry *e, const char *key)
{
	return json_string_value(json_object_get(e->row->body, key));
}

/* A number that fits; 0 if it is missing or is none. */
static uint32_t
number_of(const struct entry *e, const char *key)
{
	const json_int_t n =
	    json_integer_value(json_object_get(e->row->body, key));
	return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

/* Room for one more element; the array doubles. */
static int
reserve(void **array, uint32_t n, size_t size, struct sw_error *err)
{
	if (n != 0 && (n & (n - 1)) != 0)
		return 0; /* it was grown to the next power of two */
	void *grown = realloc(*array, (n == 0 ? 1 : (size_t)n * 2) * size);
	if (grown == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	*array = grown;
	return 0;
}

static struct sw_execution *
execution_at(struct sw_book *book, uint32_t number)
{
	assert(number >= 1 && number <= book->nexecutions);
	return &book->executions[number - 1];
}

static struct sw_try *
current_of(const struct entry *e, uint32_t action)
{
	const uint32_t index = e->scene->current[action];
	return index == 0 ? NULL : &e->book->tries[index - 1];
}

static bool
is_parallel(const struct entry *e)
{
	return e->machine->mode == SW_MODE_PARALLEL;
}

__attribute__((format(printf, 2, 3))) static void
set_reason(struct sw_execution *execution, const char *format, ...)
{
	char text[SW_ERROR_TEXT_MAX];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	free(execution->reason);
	execution->reason = strdup(text);
}

/* Outputs of an action that succeeded belong to its execution from now on. */
static void
take_outputs(struct entry *e, uint32_t action, struct sw_execution *execution)
{
	const char *namespace_ = e->book->pipeline->work[action].namespace_;
	json_t *variables = json_object_get(e->row->body, "variables");
	if (namespace_ != NULL && json_is_object(variables))
		json_object_set(execution->namespaces, namespace_, variables);
	json_t *artifacts = json_object_get(e->row->body, "artifacts");
	if (json_is_object(artifacts))
		json_object_update(execution->artifacts, artifacts);
}

/* Why it failed, of the first action that did. */
static void
explain_failure(
    struct entry *e, uint32_t action, struct sw_execution *execution)
{
	if (execution->reason != NULL)
		return;
	char name[SW_WORDS_MAX];
	sw_words_action(e->machine, action, name);
	const char *by = text_of(e, "by");
	const char *comment = text_of(e, "comment");
	const char *reason = text_of(e, "reason");
	if (strcmp(e->row->kind, "reject") == 0)
		set_reason(execution, "%s was rejected by %s%s%s", name,
		    by == NULL ? "somebody" : by, comment == NULL ? "" : ": ",
		    comment == NULL ? "" : comment);
	else
		set_reason(execution, "%s %s", name,
		    reason == NULL ? "failed" : reason);
}

/* An action's current try has ended, or nobody knows how it did. */
static void
end_try(struct entry *e, uint32_t action, enum sw_status status)
{
	struct sw_try *try_ = current_of(e, action);
	/* Not the stage's: another one may have entered in the same step. */
	struct sw_execution *execution =
	    execution_at(e->book, e->out->fired[0].execution);
	if (try_ != NULL) {
		try_->status = status;
		try_->has_ended = true;
		try_->ended_ms = e->row->time_ms;
		json_decref(try_->result);
		try_->result = json_incref(e->row->body);
	}
	if (status == SW_STATUS_SUCCEEDED)
		take_outputs(e, action, execution);
	if (status == SW_STATUS_FAILED &&
	    e->out->fired[0].rule != SW_RULE_ACTION_RETRIED)
		explain_failure(e, action, execution);
}

static void
abandon_try(struct entry *e, uint32_t action)
{
	struct sw_try *try_ = current_of(e, action);
	if (try_ == NULL)
		return;
	try_->status = SW_STATUS_ABANDONED;
	try_->ended_ms = e->row->time_ms;
	try_->abandoned = json_incref(e->row->body);
	if (try_->asked != NULL)
		try_->has_ended = true;
}

static void
forget_reason(struct sw_execution *execution)
{
	free(execution->reason);
	execution->reason = NULL;
}

static void
set_status(struct entry *e, uint32_t number, enum sw_status status)
{
	struct sw_execution *execution = execution_at(e->book, number);
	execution->status = status;
	const bool goes_on =
	    status == SW_STATUS_IN_PROGRESS || status == SW_STATUS_STOPPING;
	execution->ended_ms = goes_on ? 0 : e->row->time_ms;
	if (status == SW_STATUS_IN_PROGRESS)
		forget_reason(execution);
	if (status == SW_STATUS_STOPPING || status == SW_STATUS_STOPPED) {
		const char *by = text_of(e, "by");
		const char *comment = text_of(e, "comment");
		if (by != NULL && (strcmp(e->row->kind, "stop") == 0 ||
				      strcmp(e->row->kind, "abandon") == 0))
			set_reason(execution, "stopped by %s%s%s", by,
			    comment == NULL ? "" : ": ",
			    comment == NULL ? "" : comment);
	}
	if (status == SW_STATUS_SUPERSEDED)
		set_reason(execution, "a newer execution took its place");
}

/* A UUID of version 8 that this row alone gives: see book.h. */
static void
derive_id(const struct entry *e, const char *target, char out[SW_UUID_MAX])
{
	char text[SW_UUID_MAX + 64];
	uint8_t b[16];
	snprintf(
	    text, sizeof text, "rollback %s %" PRIu64, target, e->row->seq);
	crypto_generichash(
	    b, sizeof b, (const unsigned char *)text, strlen(text), NULL, 0);
	sw__uuid_write(b, 8, out);
}

/* Who asked for a rollback, or what made it necessary. */
static json_t *
rollback_trigger(const struct entry *e, uint32_t cause, const char *stage)
{
	const char *by = text_of(e, "by");
	const char *comment = text_of(e, "comment");
	json_t *trigger = json_object();
	json_object_set_new(trigger, "type",
	    json_string(cause == 0 ? "ManualRollback" : "AutomatedRollback"));
	if (cause == 0) {
		json_object_set_new(
		    trigger, "by", json_string(by == NULL ? "?" : by));
		if (comment != NULL)
			json_object_set_new(
			    trigger, "detail", json_string(comment));
		return trigger;
	}
	json_object_set_new(trigger, "detail",
	    json_sprintf("#%" PRIu32 " failed in %s", cause, stage));
	return trigger;
}

/* Whose failure the machine answers with the i-th of its commands. */
static uint32_t
cause_of(const struct entry *e, uint32_t i)
{
	while (i-- > 0)
		if (e->out->commands[i].kind == SW_COMMAND_FAILED)
			return e->out->commands[i].execution;
	return 0;
}

static const char *
rolled_back_stage(const struct entry *e)
{
	for (uint32_t i = 0; i < e->out->nfired; i++)
		if (e->out->fired[i].rule == SW_RULE_ROLLBACK_STARTED)
			return e->machine->stages[e->out->fired[i].subject]
			    .name;
	return "?";
}

/* The machine has started an execution: with all that its target had. There
 * is room for it (apply_event). */
static void
add_rollback(struct entry *e, uint32_t i)
{
	struct sw_book *book = e->book;
	const struct sw_command *command = &e->out->commands[i];
	assert(command->execution == book->nexecutions + 1);
	const struct sw_execution *target = execution_at(book, command->target);
	struct sw_execution *execution = &book->executions[book->nexecutions++];
	*execution = (struct sw_execution){
		.number = command->execution,
		.status = SW_STATUS_IN_PROGRESS,
		.started_ms = e->row->time_ms,
		.namespaces = json_deep_copy(target->namespaces),
		.artifacts = json_deep_copy(target->artifacts),
		.target = target->number,
		.cause = cause_of(e, i),
		.first_try = book->ntries,
	};
	derive_id(e, target->id, execution->id);
	execution->start = json_pack("{s:o, s:O, s:O}", "trigger",
	    rollback_trigger(e, execution->cause, rolled_back_stage(e)),
	    "variables", json_object_get(target->start, "variables"),
	    "revisions", json_object_get(target->start, "revisions"));
}

/* The machine wants an attempt; after one that failed it waits for a while,
 * twice as long each time. */
static void
plan_try(struct entry *e, uint32_t action)
{
	e->scene->current[action] = 0;
	e->scene->next_ms[action] = 0;
	if (e->out->fired[0].rule != SW_RULE_ACTION_RETRIED ||
	    e->out->fired[0].subject != action)
		return;
	const uint32_t n =
	    sw_state_retries(e->machine, e->scene->state, action);
	uint64_t wait = e->book->pipeline->work[action].backoff_ms;
	for (uint32_t i = 1; i < n && wait < SW_BACKOFF_MAX_MS; i++)
		wait *= 2;
	if (wait > SW_BACKOFF_MAX_MS)
		wait = SW_BACKOFF_MAX_MS;
	e->scene->next_ms[action] = e->row->time_ms + wait;
}

/* What the machine decided, as it concerns executions and tries. */
static void
follow_commands(struct entry *e)
{
	static const enum sw_status status_after[SW_NCOMMANDS] = {
		[SW_COMMAND_SUCCEEDED] = SW_STATUS_SUCCEEDED,
		[SW_COMMAND_FAILED] = SW_STATUS_FAILED,
		[SW_COMMAND_STOPPING] = SW_STATUS_STOPPING,
		[SW_COMMAND_STOPPED] = SW_STATUS_STOPPED,
		[SW_COMMAND_SUPERSEDED] = SW_STATUS_SUPERSEDED,
		[SW_COMMAND_RESUMED] = SW_STATUS_IN_PROGRESS,
	};
	for (uint32_t i = 0; i < e->out->ncommands; i++) {
		const struct sw_command *command = &e->out->commands[i];
		if (command->kind == SW_COMMAND_START)
			plan_try(e, command->action);
		else if (command->kind == SW_COMMAND_CANCEL)
			abandon_try(e, command->action);
		else if (command->kind == SW_COMMAND_ROLLBACK)
			add_rollback(e, i);
		else
			set_status(
			    e, command->execution, status_after[command->kind]);
	}
}

/* What the machine has forgotten of a stage, the book has too. */
static void
forget_tries(struct entry *e, uint32_t stage)
{
	const struct sw_stage *row = &e->machine->stages[stage];
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		if (sw_state_action(e->machine, e->scene->state, a) ==
		    SW_STATUS_NONE)
			e->scene->current[a] = 0;
}

static void
enter_stage(struct entry *e, uint32_t stage)
{
	struct sw_stage_times *times = &e->scene->stages[stage];
	times->entered_ms = e->row->time_ms;
	times->left_ms = 0;
	forget_tries(e, stage);
}

static void
close_stage(struct entry *e, uint32_t stage, json_t *body)
{
	struct sw_stage_times *times = &e->scene->stages[stage];
	json_decref(times->closed);
	times->closed = json_incref(body);
	times->closed_ms = body == NULL ? 0 : e->row->time_ms;
}

/* What the machine decided, as it concerns stages. */
static void
follow_rules(struct entry *e)
{
	for (uint32_t i = 0; i < e->out->nfired; i++) {
		const struct sw_fired *fired = &e->out->fired[i];
		const uint32_t subject = fired->subject;
		switch (fired->rule) {
		case SW_RULE_ARRIVE_ENTERS:
		case SW_RULE_RELEASE_ENTERS:
		case SW_RULE_STAGE_RETRIED:
		case SW_RULE_ROLLBACK_STARTED:
			enter_stage(e, subject);
			break;
		case SW_RULE_STAGE_RETRIES:
			forget_reason(execution_at(e->book, fired->execution));
			forget_tries(e, subject);
			break;
		case SW_RULE_STAGE_SKIPPED:
			forget_reason(execution_at(e->book, fired->execution));
			e->scene->stages[subject].left_ms = e->row->time_ms;
			break;
		case SW_RULE_STAGE_SUCCEEDED:
		case SW_RULE_STAGE_FAILED:
		case SW_RULE_STAGE_STOPPED:
			e->scene->stages[subject].left_ms = e->row->time_ms;
			break;
		case SW_RULE_TRANSITION_CLOSED:
			close_stage(e, subject, e->row->body);
			break;
		case SW_RULE_TRANSITION_OPENED:
			close_stage(e, subject, NULL);
			break;
		}
	}
}

static int
reserve_execution(struct entry *e)
{
	void *array = e->book->executions;
	if (reserve(&array, e->book->nexecutions, sizeof *e->book->executions,
		e->err) != 0)
		return e->err->code;
	e->book->executions = array;
	return 0;
}

static void
drop_start(struct entry *e)
{
	struct sw_execution *execution =
	    &e->book->executions[e->book->nexecutions];
	json_decref(execution->namespaces);
	json_decref(execution->artifacts);
	sw__scene_free(e->machine, execution->scene);
}

/* A new execution's record, before the machine may have started it. */
static int
prepare_start(struct entry *e)
{
	struct sw_book *book = e->book;
	const char *id = text_of(e, "id");
	if (id == NULL || strlen(id) >= SW_UUID_MAX ||
	    number_of(e, "execution") != book->nexecutions + 1)
		return corrupt(e, "it does not start the next execution");
	struct sw_execution *execution = &book->executions[book->nexecutions];
	*execution = (struct sw_execution){
		.number = book->nexecutions + 1,
		.status = SW_STATUS_IN_PROGRESS,
		.started_ms = e->row->time_ms,
		.start = e->row->body,
		.namespaces = json_object(),
		.artifacts = json_object(),
		.first_try = book->ntries,
		.scene = is_parallel(e) ? sw__scene_new(e->machine) : NULL,
	};
	memcpy(execution->id, id, strlen(id) + 1);
	if (execution->namespaces == NULL || execution->artifacts == NULL ||
	    (is_parallel(e) && execution->scene == NULL)) {
		drop_start(e);
		return sw__error(e->err, SW_ERROR_SYSTEM, "out of memory");
	}
	return 0;
}

static void
finish_start(struct entry *e, bool was_accepted)
{
	struct sw_execution *execution =
	    &e->book->executions[e->book->nexecutions];
	if (!was_accepted) {
		drop_start(e);
		return;
	}
	json_incref(execution->start);
	e->book->nexecutions++;
	if (!is_parallel(e))
		return;
	execution->scene->state =
	    sw_instances_state(e->book->instances, execution->number);
	e->scene = execution->scene;
}

/* How the machine took the end of an action; retried, it has failed before. */
static void
follow_outcome(struct entry *e, struct sw_event event)
{
	static const enum sw_status outcome[SW_NRULES] = {
		[SW_RULE_ACTION_SUCCEEDED] = SW_STATUS_SUCCEEDED,
		[SW_RULE_APPROVAL_APPROVED] = SW_STATUS_SUCCEEDED,
		[SW_RULE_RULE_PASSED] = SW_STATUS_SUCCEEDED,
		[SW_RULE_ACTION_FAILED] = SW_STATUS_FAILED,
		[SW_RULE_APPROVAL_REJECTED] = SW_STATUS_FAILED,
		[SW_RULE_RULE_FAILED] = SW_STATUS_FAILED,
		[SW_RULE_ACTION_UNKNOWN] = SW_STATUS_UNKNOWN,
		[SW_RULE_ACTION_RETRIED] = SW_STATUS_FAILED,
	};
	assert(e->out->nfired > 0);
	enum sw_status status = outcome[e->out->fired[0].rule];
	if (status == SW_STATUS_FAILED && event.kind == SW_EVENT_UNKNOWN &&
	    e->out->fired[0].rule == SW_RULE_ACTION_RETRIED)
		status = SW_STATUS_UNKNOWN;
	if (status != SW_STATUS_NONE)
		end_try(e, event.subject, status);
}

/* A decision that names its execution, or its question, holds for no other. */
static bool
is_decision_on_asked(const struct entry *e, struct sw_event event)
{
	const uint32_t execution = number_of(e, "execution");
	const char *token = text_of(e, "token");
	if (event.kind != SW_EVENT_APPROVE && event.kind != SW_EVENT_REJECT)
		return true;
	if (e->scene == NULL)
		return true; /* the machine says it better */
	const uint32_t stage = e->machine->actions[event.subject].stage;
	const struct sw_try *asked = current_of(e, event.subject);
	if (token != NULL && (asked == NULL || strcmp(asked->id, token) != 0))
		return false;
	return execution == 0 ||
	       sw_state_stage(e->scene->state, stage)->execution == execution;
}

/* PARALLEL: its state is hashed again, or given back when it is over well. */
static void
finish_scene(struct entry *e, uint32_t number)
{
	struct sw_execution *execution = execution_at(e->book, number);
	if (execution->status != SW_STATUS_SUCCEEDED) {
		sw__scene_digest(e->book, execution->scene);
		return;
	}
	sw__scene_free(e->machine, execution->scene);
	execution->scene = NULL;
	sw_instances_forget(e->book->instances, number);
}

static int
refuse(struct entry *e, const char *line, int refusal)
{
	if (refusal < 0)
		return sw__error(e->err, SW_ERROR_SYSTEM, "out of memory");
	return sw__error(e->err, SW_ERROR_REFUSED, "%s: %s (%s)", line,
	    sw_words_refusal_sentence((enum sw_refusal)refusal),
	    sw_words_refusal((enum sw_refusal)refusal));
}

/* Where an event happens; NULL: the machine says that it cannot. */
static struct sw_scene *
find_scene(struct entry *e, struct sw_addressed event)
{
	if (!is_parallel(e))
		return e->book->shared;
	return event.execution == 0 || event.execution > e->book->nexecutions
		   ? NULL
		   : execution_at(e->book, event.execution)->scene;
}

static int
apply_event(struct entry *e)
{
	char problem[SW_WORDS_MAX];
	const char *line = text_of(e, "event");
	struct sw_addressed event;
	if (line == NULL ||
	    sw_words_read_event(e->machine, line, &event, problem) != 0)
		return corrupt(e, line == NULL ? "it has no event" : problem);
	const bool starts = event.event.kind == SW_EVENT_START;
	e->scene = find_scene(e, event);
	if (!is_decision_on_asked(e, event.event))
		return corrupt(e, "it decides about another question");
	if (reserve_execution(e) != 0 || (starts && prepare_start(e) != 0))
		return e->err->code;

	e->out->commands = e->book->commands;
	e->out->fired = e->book->fired;
	const int refusal =
	    sw_instances_step(e->book->instances, event, e->out);
	if (starts)
		finish_start(e, refusal == SW_ACCEPTED);
	if (refusal != SW_ACCEPTED)
		return refuse(e, line, refusal);
	assert(e->scene != NULL);
	follow_outcome(e, event.event);
	follow_commands(e);
	follow_rules(e);
	if (is_parallel(e))
		finish_scene(
		    e, starts ? e->book->nexecutions : event.execution);
	return 0;
}

/* A row about an action that the machine has started and nobody tries yet. */
static int
add_try(struct entry *e, struct sw_try **out)
{
	struct sw_book *book = e->book;
	const char *path = text_of(e, "action");
	const char *id = text_of(e, "id");
	const uint32_t execution = number_of(e, "execution");
	const uint32_t number = number_of(e, "number");
	const int64_t found =
	    path == NULL ? -1 : sw_words_find_action(e->machine, path);
	if (found < 0 || id == NULL || strlen(id) >= SW_ATTEMPT_ID_MAX)
		return corrupt(e, "it names no action or attempt");
	const uint32_t action = (uint32_t)found;
	const uint32_t stage = e->machine->actions[action].stage;
	e->scene =
	    find_scene(e, (struct sw_addressed){ .execution = execution });
	if (e->scene == NULL ||
	    sw__book_startable(book, e->scene, action) > e->row->time_ms ||
	    sw_state_stage(e->scene->state, stage)->execution != execution ||
	    sw__book_next_number(book, action, execution) != number)
		return corrupt(e, "the action was not to be started");

	void *array = book->tries;
	if (reserve(&array, book->ntries, sizeof *book->tries, e->err) != 0)
		return e->err->code;
	book->tries = array;
	struct sw_try *try_ = &book->tries[book->ntries++];
	*try_ = (struct sw_try){
		.action = action,
		.before = book->latest[action],
		.execution = execution,
		.number = number,
		.status = SW_STATUS_IN_PROGRESS,
		.started_ms = e->row->time_ms,
	};
	memcpy(try_->id, id, strlen(id) + 1);
	e->scene->current[action] = book->ntries;
	book->latest[action] = book->ntries;
	*out = try_;
	return 0;
}

static int
apply_dispatch(struct entry *e)
{
	struct sw_try *try_ = NULL;
	return add_try(e, &try_);
}

static int
apply_ask(struct entry *e)
{
	struct sw_try *try_ = NULL;
	json_t *text = json_object_get(e->row->body, "text");
	const json_int_t due =
	    json_integer_value(json_object_get(e->row->body, "due_ms"));
	if (!json_is_string(text) || due <= 0)
		return corrupt(e, "it does not say what is asked, or when");
	const int status = add_try(e, &try_);
	if (status != 0 || try_ == NULL)
		return status;
	try_->due_ms = (uint64_t)due;
	try_->asked = json_incref(text);
	return 0;
}

/* An attempt ended that was abandoned before. */
static int
apply_ended(struct entry *e)
{
	const char *id = text_of(e, "attempt");
	struct sw_try *try_ =
	    id == NULL ? NULL : sw__book_find_try(e->book, id);
	if (try_ == NULL)
		return corrupt(e, "it names no attempt");
	try_->has_ended = true;
	if (try_->result == NULL)
		try_->result = json_incref(e->row->body);
	return 0;
}

static int
apply_tip(struct entry *e)
{
	const char *action = text_of(e, "action");
	const char *ref = text_of(e, "ref");
	json_t *revision = json_object_get(e->row->body, "revision");
	char key[2 * SW_WORDS_MAX];
	if (action == NULL || ref == NULL || !json_is_string(revision))
		return corrupt(e, "it names no revision of a source");
	snprintf(key, sizeof key, "%s %s", action, ref);
	json_object_set(e->book->tips, key, revision);
	return 0;
}

/* A journal of this pipeline, recorded by this very machine? */
static int
apply_pipeline(struct entry *e)
{
	const char *name = text_of(e, "pipeline");
	const char *machine = text_of(e, "machine");
	char fingerprint[17];
	if (e->row->seq != 1 || name == NULL || machine == NULL)
		return corrupt(e, "it says whose journal it is, first of all");
	if (strcmp(name, e->book->pipeline->name) != 0)
		return sw__error(e->err, SW_ERROR_SYSTEM,
		    "the state directory belongs to pipeline '%s' and this is "
		    "'%s'; use another one with --state",
		    name, e->book->pipeline->name);
	snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64,
	    e->machine->fingerprint);
	if (strcmp(machine, fingerprint) != 0)
		return sw__error(e->err, SW_ERROR_SYSTEM,
		    "the state directory was written by another version of "
		    "pipeline '%s' (machine %s, and this is %s); use the "
		    "program that wrote it, or another directory with --state",
		    name, machine, fingerprint);
	return 0;
}

int
sw__book_apply(struct sw_book *book, const struct sw_row *row,
    struct sw_output *out, struct sw_error *err)
{
	static const struct {
		const char *kind;
		int (*apply)(struct entry *);
	} facts[] = {
		{ "pipeline", apply_pipeline },
		{ "dispatch", apply_dispatch },
		{ "ask", apply_ask },
		{ "ended", apply_ended },
		{ "tip", apply_tip },
	};
	if (book->seq == 0 && strcmp(row->kind, "pipeline") != 0)
		return sw__error(err, SW_ERROR_CORRUPT,
		    "the journal does not say whose it is");
	struct entry e = { book, book->pipeline->machine, row, out, err, NULL };
	int (*apply)(struct entry *) = apply_event;
	*out = (struct sw_output){ 0 };
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
		if (strcmp(row->kind, facts[i].kind) == 0)
			apply = facts[i].apply;
	const int status = apply(&e);
	if (status == 0) {
		book->seq = row->seq;
		book->time_ms = row->time_ms;
	}
	return status;
}
