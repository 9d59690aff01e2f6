/*
 * What follows in the book from what the machine said to an event: how tries
 * ended and which come next, what became of executions and stages, and the
 * executions that the machine itself started. Input: a row and the machine's
 * answer; output: the book after it. Decides nothing.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "book_part.h"
#include "machine/words.h"

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
	const char *namespace_ = sw__book_told(e->book, action).namespace_;
	const struct sw_json_value *variables = object_of(e, "variables");
	if (namespace_ != NULL && variables != NULL)
		(void)sw__members_put(&execution->namespaces, namespace_,
		    sw__body_copy(variables));
	(void)sw__members_add(&execution->artifacts, value_of(e, "artifacts"));
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
	struct sw_try *try_ = e->scene->current[action];
	/* Not the stage's: another one may have entered in the same step. */
	struct sw_execution *execution =
	    execution_at(e->book, e->out->fired[0].execution);
	if (try_ != NULL) {
		try_->status = status;
		try_->has_ended = true;
		try_->ended_ms = e->row->time_ms;
		try_->ended_seq = e->row->seq;
		sw__body_drop(try_->result);
		try_->result = sw__body_hold(e->row->body);
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
	struct sw_try *try_ = e->scene->current[action];
	if (try_ == NULL)
		return;
	try_->status = SW_STATUS_ABANDONED;
	try_->ended_ms = e->row->time_ms;
	sw__body_drop(try_->abandoned);
	try_->abandoned = sw__body_hold(e->row->body);
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
leave_flight(struct sw_book *book, const struct sw_execution *execution)
{
	const uint32_t earlier = execution->earlier_in_flight;
	const uint32_t later = execution->later_in_flight;
	*(earlier == 0 ? &book->first_in_flight
		       : &execution_at(book, earlier)->later_in_flight) = later;
	*(later == 0 ? &book->last_in_flight
		     : &execution_at(book, later)->earlier_in_flight) = earlier;
}

static void
enter_flight(struct sw_book *book, struct sw_execution *execution)
{
	execution->earlier_in_flight = book->last_in_flight;
	execution->later_in_flight = 0;
	*(book->last_in_flight == 0
		? &book->first_in_flight
		: &execution_at(book, book->last_in_flight)->later_in_flight) =
	    execution->number;
	book->last_in_flight = execution->number;
}

void
sw__book_count_flight(struct sw_book *book, struct sw_execution *execution)
{
	const bool is_in = book->first_in_flight == execution->number ||
			   execution->earlier_in_flight != 0;
	const bool goes_on = execution->status == SW_STATUS_IN_PROGRESS ||
			     execution->status == SW_STATUS_STOPPING;
	if (goes_on && !is_in)
		enter_flight(book, execution);
	if (goes_on)
		sw__book_change(book, execution);
	if (goes_on || !is_in)
		return;
	leave_flight(book, execution);
	execution->earlier_in_flight = execution->later_in_flight = 0;
}

static void
set_status(struct entry *e, uint32_t number, enum sw_status status)
{
	struct sw_execution *execution = execution_at(e->book, number);
	execution->status = status;
	const bool goes_on =
	    status == SW_STATUS_IN_PROGRESS || status == SW_STATUS_STOPPING;
	execution->ended_ms = goes_on ? 0 : e->row->time_ms;
	sw__book_count_flight(e->book, execution);
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

static void
put_text(struct sw_json *json, const char *name, const char *text)
{
	sw__json_name(json, name);
	sw__json_text(json, text);
}

/* A member of another body, if it is there. */
static void
put_member(struct sw_json *json, const char *name, const struct sw_body *from)
{
	const struct sw_json_value *value = sw__body_in(from, name);
	if (value == NULL)
		return;
	sw__json_name(json, name);
	sw__json_raw(json, value->source, value->length);
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

/* Who asked for a rollback, or what made it necessary. */
static void
put_trigger(struct sw_json *json, const struct entry *e, uint32_t cause)
{
	const char *by = text_of(e, "by");
	const char *comment = text_of(e, "comment");
	char failed[SW_WORDS_MAX];
	snprintf(failed, sizeof failed, "#%" PRIu32 " failed in %s", cause,
	    rolled_back_stage(e));
	sw__json_name(json, "trigger");
	sw__json_open(json, '{');
	if (cause == 0)
		put_text(json, "by", by == NULL ? "?" : by);
	if (cause != 0 || comment != NULL)
		put_text(json, "detail", cause != 0 ? failed : comment);
	put_text(
	    json, "type", cause == 0 ? "ManualRollback" : "AutomatedRollback");
	sw__json_close(json, '}');
}

/* What it is started with: what its target was. */
static struct sw_body *
rollback_start(
    const struct entry *e, uint32_t cause, const struct sw_body *target)
{
	struct sw_json json = { 0 };
	sw__json_open(&json, '{');
	put_member(&json, "revisions", target);
	put_trigger(&json, e, cause);
	put_member(&json, "variables", target);
	sw__json_close(&json, '}');
	return sw__body_take(&json);
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

/* The machine has started an execution: with all that its target had. There
 * is room for it (apply_event). */
static void
add_rollback(struct entry *e, uint32_t i)
{
	struct sw_book *book = e->book;
	const struct sw_command *command = &e->out->commands[i];
	assert(command->execution == book->nexecutions + 1);
	/* It is at hand: apply_event saw to that. */
	const struct sw_execution *target = execution_at(book, command->target);
	struct sw_execution *execution = e->next;
	e->next = NULL;
	*execution = (struct sw_execution){
		.number = command->execution,
		.status = SW_STATUS_IN_PROGRESS,
		.started_ms = e->row->time_ms,
		.target = target->number,
		.cause = cause_of(e, i),
	};
	sw__memory_add(book->memory, execution);
	book->nexecutions++;
	sw__book_count_flight(book, execution);
	derive_id(e, target->id, execution->id);
	execution->start = rollback_start(e, execution->cause, target->start);
	(void)sw__members_copy(&execution->namespaces, &target->namespaces);
	(void)sw__members_copy(&execution->artifacts, &target->artifacts);
}

/* The machine wants an attempt; after one that failed it waits for a while,
 * twice as long each time. */
static void
plan_try(struct entry *e, uint32_t action)
{
	e->scene->current[action] = NULL;
	e->scene->next_ms[action] = 0;
	if (e->out->fired[0].rule != SW_RULE_ACTION_RETRIED ||
	    e->out->fired[0].subject != action)
		return;
	const uint32_t n =
	    sw_state_retries(e->machine, e->scene->state, action);
	uint64_t wait = sw__book_told(e->book, action).backoff_ms;
	for (uint32_t i = 1; i < n && wait < SW_BACKOFF_MAX_MS; i++)
		wait *= 2;
	if (wait > SW_BACKOFF_MAX_MS)
		wait = SW_BACKOFF_MAX_MS;
	e->scene->next_ms[action] = clock_of(e) + wait;
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
			e->scene->current[a] = NULL;
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
close_stage(struct entry *e, uint32_t stage, const struct sw_body *body)
{
	struct sw_stage_times *times = &e->scene->stages[stage];
	sw__body_drop(times->closed);
	times->closed = sw__body_hold(body);
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

void
sw__entry_follow(struct entry *e, struct sw_event event)
{
	follow_outcome(e, event);
	follow_commands(e);
	follow_rules(e);
}
