/*
 * Actions, from the machine's command to the event of their end. Input:
 * commands, results of attempts; output: rows drafted in a turn, supervisors
 * launched, adopted, stopped. What an end means is the machine's to say.
 */
#include "engine_turn.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attempt/leftover.h"
#include "machine/words.h"
#include "prepare.h"
#include "provider/utf8.h"

static void on_end(
    struct sw_attempt *attempt, const struct sw_result *result, void *payload);

/* jansson takes UTF-8 alone; foreign bytes become U+FFFD. */
static json_t *
printable(const char *text)
{
	char *copy = sw__utf8_copy(text);
	json_t *string = copy == NULL ? NULL : json_string(copy);
	free(copy);
	return string;
}

static void
attempt_dir(const struct sw_engine *engine, const char *id, char path[PATH_MAX])
{
	const int n = snprintf(
	    path, PATH_MAX, "%s/attempts/%s", engine->options.dir->path, id);
	assert(n > 0);
	if (n >= PATH_MAX)
		path[0] = '\0';
}

/* { "event": "VERB STAGE.ACTION" } */
static json_t *
event_body(const struct sw_engine *engine, const char *verb, uint32_t action)
{
	char name[SW_WORDS_MAX];
	char line[2 * SW_WORDS_MAX];
	sw_words_action(engine->options.pipeline->machine, action, name);
	snprintf(line, sizeof line, "%s %s", verb, name);
	return json_pack("{s:s}", "event", line);
}

static int
draft_owned(
    struct sw_turn *turn, const char *kind, json_t *body, struct sw_error *err)
{
	if (body == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	const int status = sw__turn_draft(turn, kind, body, err);
	json_decref(body);
	return status;
}

/* The action fails before anything was tried. */
static int
draft_failure(struct sw_turn *turn, uint32_t action, const char *reason,
    struct sw_error *err)
{
	json_t *body = event_body(turn->engine, "fail", action);
	json_object_set_new(body, "reason", printable(reason));
	return draft_owned(turn, "fail", body, err);
}

/* What rows say of a new try; its caller adds to it. */
static json_t *
try_body(const struct sw_engine *engine, uint32_t action)
{
	const struct sw_machine *machine = engine->options.pipeline->machine;
	char name[SW_WORDS_MAX];
	char id[SW_ATTEMPT_ID_MAX];
	const uint32_t execution =
	    sw_state_stage(engine->book->state, machine->actions[action].stage)
		->execution;
	const uint32_t number =
	    sw__book_next_number(engine->book, action, execution);
	snprintf(id, sizeof id, "%u.%u.%u", execution, action, number);
	return json_pack("{s:s, s:I, s:I, s:s}", "action",
	    sw_words_action(machine, action, name), "execution",
	    (json_int_t)execution, "number", (json_int_t)number, "id", id);
}

/* Was this approval given when the execution was started? */
static json_t *
advance_approval(const struct sw_engine *engine, uint32_t action)
{
	const struct sw_machine *machine = engine->options.pipeline->machine;
	const struct sw_execution *execution = sw__book_execution(engine->book,
	    sw_state_stage(engine->book->state, machine->actions[action].stage)
		->execution);
	json_t *list = json_object_get(execution->start, "approve");
	char name[SW_WORDS_MAX];
	size_t i;
	json_t *item;
	sw_words_action(machine, action, name);
	json_array_foreach(list, i, item) {
		const char *given = json_string_value(item);
		if (given == NULL || strcmp(given, name) != 0)
			continue;
		const char *by = json_string_value(json_object_get(
		    json_object_get(execution->start, "trigger"), "by"));
		json_t *body = event_body(engine, "approve", action);
		json_object_set_new(
		    body, "by", json_string(by == NULL ? "?" : by));
		json_object_set_new(body, "comment",
		    json_string("given in advance, at the start"));
		json_object_set_new(body, "execution",
		    json_integer((json_int_t)execution->number));
		return body;
	}
	return NULL;
}

static int
ask(struct sw_turn *turn, uint32_t action, struct sw_error *err)
{
	const struct sw_engine *engine = turn->engine;
	char *text = NULL;
	if (sw__prepare_question(&text, engine->book, action, err) != 0)
		return err->code == SW_ERROR_REFUSED
			   ? draft_failure(turn, action, err->text, err)
			   : err->code;
	const uint64_t due =
	    turn->time_ms + engine->options.pipeline->work[action].timeout_ms;
	json_t *body = try_body(engine, action);
	json_object_set_new(body, "text", printable(text));
	json_object_set_new(body, "due_ms", json_integer((json_int_t)due));
	free(text);
	if (draft_owned(turn, "ask", body, err) != 0)
		return err->code;
	json_t *approval = advance_approval(engine, action);
	return approval == NULL ? 0
				: draft_owned(turn, "approve", approval, err);
}

static struct sw_live *
new_live(struct sw_engine *engine, const char *id)
{
	struct sw_live *live = calloc(1, sizeof *live);
	if (live == NULL)
		return NULL;
	live->engine = engine;
	snprintf(live->id, sizeof live->id, "%s", id);
	live->next = engine->live;
	engine->live = live;
	return live;
}

static void
free_live(struct sw_live *live)
{
	struct sw_live **at = &live->engine->live;
	while (*at != live)
		at = &(*at)->next;
	*at = live->next;
	free(live);
}

/* A supervisor that waits at its gate, for a new attempt or the same again. */
static int
launch(struct sw_live *live, uint32_t action, const struct sw_try *again,
    struct sw_error *err)
{
	struct sw_engine *engine = live->engine;
	struct sw_preparation preparation;
	char dir[PATH_MAX];
	if (sw__prepare(&preparation, engine->book, action, again, err) != 0)
		return err->code;
	attempt_dir(engine, live->id, dir);
	if (sw__leftover_clear(dir, again != NULL, err) != 0) {
		sw__preparation_release(&preparation);
		return err->code;
	}
	preparation.spec.dir = dir;
	preparation.spec.job.state_dir = engine->options.dir->path;
	preparation.spec.job.base_dir = engine->base_dir;
	const int status = sw__attempt_launch(&live->attempt,
	    engine->options.loop, &preparation.spec, on_end, live, err);
	sw__preparation_release(&preparation);
	live->launches++;
	live->at_gate = status == 0;
	return status;
}

static int
dispatch(struct sw_turn *turn, uint32_t action, struct sw_error *err)
{
	json_t *body = try_body(turn->engine, action);
	const char *id = json_string_value(json_object_get(body, "id"));
	struct sw_live *live = id == NULL ? NULL : new_live(turn->engine, id);
	if (live == NULL) {
		json_decref(body);
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	}
	if (launch(live, action, NULL, err) != 0) {
		free_live(live);
		json_decref(body);
		return draft_failure(turn, action, err->text, err);
	}
	return draft_owned(turn, "dispatch", body, err);
}

int
sw__action_begin(struct sw_turn *turn, uint32_t action, struct sw_error *err)
{
	const struct sw_machine *machine =
	    turn->engine->options.pipeline->machine;
	return machine->actions[action].category == SW_CATEGORY_APPROVAL
		   ? ask(turn, action, err)
		   : dispatch(turn, action, err);
}

void
sw__actions_release(struct sw_engine *engine, bool is_committed)
{
	struct sw_live *next = NULL;
	for (struct sw_live *live = engine->live; live != NULL; live = next) {
		next = live->next;
		if (!live->at_gate)
			continue;
		live->at_gate = false;
		if (is_committed) {
			sw__attempt_release(live->attempt);
			continue;
		}
		/* Its gate closes unopened: nothing is executed. */
		sw__attempt_detach(live->attempt);
		free_live(live);
	}
}

/* Without a loop nothing is followed: supervisors are told through their
 * directories. */
static void
cancel_unfollowed(const struct sw_engine *engine)
{
	char dir[PATH_MAX];
	for (uint32_t i = 0; i < engine->book->ntries; i++) {
		const struct sw_try *attempt = &engine->book->tries[i];
		if (attempt->has_ended || attempt->asked != NULL ||
		    attempt->status != SW_STATUS_ABANDONED)
			continue;
		attempt_dir(engine, attempt->id, dir);
		sw__attempt_stop_at(dir);
	}
}

void
sw__actions_cancel(struct sw_engine *engine)
{
	if (engine->options.loop == NULL && engine->options.dir != NULL)
		cancel_unfollowed(engine);
	for (struct sw_live *live = engine->live; live != NULL;
	     live = live->next) {
		const struct sw_try *attempt =
		    sw__book_find_try(engine->book, live->id);
		if (attempt == NULL || live->is_stopping ||
		    live->attempt == NULL ||
		    attempt->status != SW_STATUS_ABANDONED)
			continue;
		live->is_stopping = true;
		sw__attempt_stop(live->attempt);
	}
}

void
sw__actions_detach(struct sw_engine *engine)
{
	while (engine->live != NULL) {
		if (engine->live->attempt != NULL)
			sw__attempt_detach(engine->live->attempt);
		free_live(engine->live);
	}
}

/* Is this attempt the one whose end the machine waits for? */
static bool
is_awaited(const struct sw_engine *engine, const struct sw_try *attempt)
{
	return attempt != NULL && !attempt->has_ended &&
	       attempt->status == SW_STATUS_IN_PROGRESS &&
	       sw__book_current(engine->book, attempt->action) == attempt;
}

static const char *const outcomes[] = {
	[SW_OUTCOME_EXITED] = "exited",
	[SW_OUTCOME_SIGNALED] = "signaled",
	[SW_OUTCOME_TIMED_OUT] = "timed-out",
	[SW_OUTCOME_STOPPED] = "stopped",
	[SW_OUTCOME_NOT_STARTED] = "not-started",
	[SW_OUTCOME_UNKNOWN] = "unknown",
};

/* Outputs as objects. Returns a variable that is no text, or NULL. */
static const char *
add_outputs(json_t *body, const struct sw_result *result)
{
	json_t *variables = json_object();
	json_t *artifacts = json_object();
	const char *bad = NULL;
	for (const struct sw_parameter *v = result->variables;
	     v != NULL && v->name != NULL; v++)
		if (json_object_set_new(
			variables, v->name, json_string(v->value)) != 0)
			bad = v->name;
	for (const struct sw_output_artifact *a = result->artifacts;
	     a != NULL && a->name != NULL; a++)
		json_object_set_new(artifacts, a->name, json_string(a->hash));
	json_object_set_new(body, "variables", variables);
	json_object_set_new(body, "artifacts", artifacts);
	return bad;
}

/* The row that ends an attempt; *kind says which it is. */
static json_t *
result_body(const struct sw_engine *engine, const struct sw_try *attempt,
    const struct sw_result *result, const char **kind)
{
	const bool is_unknown = result->outcome == SW_OUTCOME_UNKNOWN;
	json_t *facts = json_object();
	const char *bad = add_outputs(facts, result);
	if (!is_awaited(engine, attempt))
		*kind = "ended";
	else if (is_unknown)
		*kind = "unknown";
	else
		*kind = result->succeeded && bad == NULL ? "succeed" : "fail";
	json_t *body = strcmp(*kind, "ended") == 0
			   ? json_object()
			   : event_body(engine, *kind, attempt->action);
	json_object_set_new(body, "attempt", json_string(attempt->id));
	json_object_set_new(
	    body, "outcome", json_string(outcomes[result->outcome]));
	json_object_set_new(body, "code", json_integer(result->code));
	if (bad != NULL && result->succeeded)
		json_object_set_new(body, "reason",
		    json_sprintf("wrote a variable that is no UTF-8 text"));
	else if (result->reason != NULL && !result->succeeded)
		json_object_set_new(body, "reason", printable(result->reason));
	json_object_update(body, facts);
	json_object_set_new(
	    body, "log_bytes", json_integer((json_int_t)result->log_bytes));
	json_object_set_new(
	    body, "log_dropped", json_integer((json_int_t)result->log_dropped));
	json_decref(facts);
	return body;
}

static void
record_end(
    struct sw_engine *engine, const char *id, const struct sw_result *result)
{
	const struct sw_try *attempt = sw__book_find_try(engine->book, id);
	struct sw_turn turn;
	struct sw_error err;
	const char *kind;
	if (attempt == NULL)
		return;
	json_t *body = result_body(engine, attempt, result, &kind);
	sw__turn_begin(&turn, engine);
	if (draft_owned(&turn, kind, body, &err) != 0) {
		sw__turn_drop(&turn);
		sw__engine_trouble(engine, &err);
	} else if (sw__turn_commit(&turn, &err) != 0) {
		/* The result stays in the attempt's directory, for the engine
		 * that comes next. */
		sw__engine_trouble(engine, &err);
	}
}

/* Nothing of it was executed: the same attempt may start once more. */
static bool
start_again(struct sw_live *live, struct sw_error *err)
{
	struct sw_engine *engine = live->engine;
	const struct sw_try *attempt =
	    sw__book_find_try(engine->book, live->id);
	if (!is_awaited(engine, attempt) || live->launches >= SW_LAUNCHES_MAX ||
	    launch(live, attempt->action, attempt, err) != 0)
		return false;
	/* It is in the journal since it was launched first. */
	live->at_gate = false;
	sw__attempt_release(live->attempt);
	return true;
}

static void
on_end(
    struct sw_attempt *attempt, const struct sw_result *result, void *payload)
{
	struct sw_live *live = payload;
	struct sw_engine *engine = live->engine;
	struct sw_result last = *result;
	struct sw_error err = { 0 };
	char id[SW_ATTEMPT_ID_MAX];
	(void)attempt;
	live->attempt = NULL;
	const bool is_heard = !engine->is_closing && !engine->has_failed;
	if (is_heard && result->outcome == SW_OUTCOME_NOT_STARTED) {
		if (start_again(live, &err))
			return;
		if (err.code != SW_OK)
			last.reason = err.text;
	}
	snprintf(id, sizeof id, "%s", live->id);
	free_live(live);
	if (is_heard)
		record_end(engine, id, &last);
}

int
sw__action_adopt(struct sw_engine *engine, const struct sw_try *attempt,
    struct sw_error *err)
{
	char dir[PATH_MAX];
	char id[SW_ATTEMPT_ID_MAX];
	struct sw_live *live = new_live(engine, attempt->id);
	if (live == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	snprintf(id, sizeof id, "%s", attempt->id);
	attempt_dir(engine, id, dir);
	if (sw__attempt_adopt(&live->attempt, engine->options.loop, dir, on_end,
		live, err) == 0)
		return 0;
	/* It cannot be asked: then nobody can know, and a person decides. */
	const struct sw_result unknown = {
		.outcome = SW_OUTCOME_UNKNOWN,
		.reason = err->text,
	};
	free_live(live);
	record_end(engine, id, &unknown);
	return 0;
}
