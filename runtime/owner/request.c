/*
 * Requests to the engine and its answers, whether they come over the socket
 * or from this very process. Input: one JSON object; output: one JSON object.
 * Knows no sockets.
 */
#include "request.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "machine/words.h"
#include "post.h"
#include "view/view.h"

json_t *
sw__request_failure(const struct sw_error *err)
{
	return json_pack("{s:b, s:i, s:s}", "ok", 0, "code", (int)err->code,
	    "error", err->text);
}

int
sw__request_outcome(const json_t *answer, struct sw_error *err)
{
	if (json_is_true(json_object_get(answer, "ok")))
		return 0;
	const char *text = json_string_value(json_object_get(answer, "error"));
	const json_int_t code =
	    json_integer_value(json_object_get(answer, "code"));
	if (text == NULL || code >= 0 || code < SW_ERROR_UNKNOWN_OUTCOME)
		return sw__error(err, SW_ERROR_SYSTEM,
		    "the owner of the state directory gives no sensible "
		    "answer; it may be of another version");
	return sw__error(err, (enum sw_error_code)code, "%s", text);
}

static json_t *
success(json_t *document)
{
	return json_pack("{s:b, s:o}", "ok", 1, "document", document);
}

static const char *
text_of(const json_t *request, const char *name)
{
	return json_string_value(json_object_get(request, name));
}

static uint32_t
number_of(const json_t *request, const char *name)
{
	const json_int_t n = json_integer_value(json_object_get(request, name));
	return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

/* Can nothing happen to what holds this stage before a person decides? */
static bool
holder_is_blocked(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t stage)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_stage *row = &machine->stages[stage];
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		if (sw_state_action(machine, scene->state, a) ==
			SW_STATUS_IN_PROGRESS &&
		    machine->actions[a].category != SW_CATEGORY_APPROVAL)
			return false;
	return true;
}

static bool
waits_at(const struct sw_book *book, const struct sw_scene *scene,
    uint32_t stage, uint32_t execution)
{
	uint32_t who = 0;
	for (uint32_t i = 0; who != execution; i++) {
		who = sw_state_waiting(
		    book->pipeline->machine, scene->state, stage, i);
		if (who == 0)
			return false;
	}
	return true;
}

static bool
is_blocked(const struct sw_book *book, uint32_t execution)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_scene *scene = sw__book_scene(book, execution);
	for (uint32_t i = 0; scene != NULL && i < machine->nstages; i++) {
		const struct sw_stage_state *s =
		    sw_state_stage(scene->state, i);
		const bool is_held = s->status == SW_STATUS_IN_PROGRESS ||
				     s->status == SW_STATUS_STOPPING;
		if (is_held && s->execution == execution)
			return holder_is_blocked(book, scene, i);
		if (waits_at(book, scene, i, execution))
			return is_held ? holder_is_blocked(book, scene, i)
				       : true;
	}
	return false;
}

/* The rollback that an execution's failure started, while it goes on. */
static const struct sw_execution *
rollback_of(const struct sw_book *book, uint32_t number)
{
	for (uint32_t i = book->nexecutions; i > number; i--) {
		const struct sw_execution *x = &book->executions[i - 1];
		if (x->cause == number && x->ended_ms == 0)
			return x;
	}
	return NULL;
}

json_t *
sw__request_standing(const struct sw_book *book, uint32_t number)
{
	const struct sw_execution *execution = sw__book_execution(book, number);
	if (execution == NULL)
		return NULL;
	const struct sw_execution *rollback = rollback_of(book, number);
	return json_pack("{s:I, s:s, s:b, s:o}", "execution",
	    (json_int_t)number, "status", sw_words_status(execution->status),
	    "blocked",
	    (int)is_blocked(book, rollback == NULL ? number : rollback->number),
	    "rollback",
	    rollback == NULL ? json_null()
			     : json_integer((json_int_t)rollback->number));
}

static json_t *
answer_status(struct sw_engine *engine, const json_t *request, const char *by,
    struct sw_error *err)
{
	(void)request;
	(void)by;
	(void)err;
	return sw__view_status(sw__engine_book(engine), sw__engine_now());
}

static json_t *
answer_history(struct sw_engine *engine, const json_t *request, const char *by,
    struct sw_error *err)
{
	const uint32_t limit = number_of(request, "limit");
	(void)by;
	(void)err;
	return sw__view_history(sw__engine_book(engine), sw__engine_now(),
	    limit == 0 ? SW_HISTORY_DEFAULT : limit);
}

static json_t *
answer_show(struct sw_engine *engine, const json_t *request, const char *by,
    struct sw_error *err)
{
	const struct sw_book *book = sw__engine_book(engine);
	uint32_t number = number_of(request, "execution");
	(void)by;
	if (number == 0)
		number = book->nexecutions;
	json_t *document = sw__view_show(book, sw__engine_now(), number);
	if (document == NULL && book->nexecutions == 0)
		sw__error(err, SW_ERROR_REFUSED,
		    "nothing was ever started; `run` does");
	else if (document == NULL)
		sw__error(err, SW_ERROR_REFUSED,
		    "there is no execution #%" PRIu32
		    "; the newest one is #%" PRIu32,
		    number, book->nexecutions);
	return document;
}

static json_t *
answer_replay(struct sw_engine *engine, const json_t *request, const char *by,
    struct sw_error *err)
{
	uint64_t rows = 0;
	(void)by;
	(void)request;
	if (sw__engine_replay(engine, &rows, err) != 0)
		return NULL;
	return json_pack("{s:I}", "rows", (json_int_t)rows);
}

/* A person's start is of the one who asks, whatever the request says. */
static json_t *
answer_start(struct sw_engine *engine, const json_t *request, const char *by,
    struct sw_error *err)
{
	json_t *trigger = json_pack("{s:s, s:s}", "type", "Manual", "by", by);
	const struct sw_start start = {
		.trigger = trigger,
		.variables = json_object_get(request, "variables"),
		.revisions = json_object_get(request, "revisions"),
		.approve = json_object_get(request, "approve"),
	};
	uint32_t number = 0;
	const int status = sw__engine_start(engine, &start, &number, err);
	json_decref(trigger);
	if (status == SW_ERROR_REFUSED)
		sw__error_add(err, "; wait until one ends, or `stop` one");
	return status == 0 ? json_pack("{s:I}", "execution", (json_int_t)number)
			   : NULL;
}

json_t *
sw__request_answer(
    struct sw_engine *engine, const json_t *request, const char *by, long owner)
{
	static const struct {
		const char *verb;
		json_t *(*answer)(struct sw_engine *, const json_t *,
		    const char *, struct sw_error *);
	} verbs[] = {
		{ "status", answer_status },
		{ "history", answer_history },
		{ "show", answer_show },
		{ "replay", answer_replay },
		{ "start", answer_start },
		{ "post", sw__post_answer },
	};
	struct sw_error err = { 0 };
	const char *verb = text_of(request, "verb");
	for (size_t i = 0; verb != NULL && i < sizeof verbs / sizeof verbs[0];
	     i++) {
		if (strcmp(verb, verbs[i].verb) != 0)
			continue;
		json_t *document = verbs[i].answer(engine, request, by, &err);
		if (document != NULL) {
			json_object_set_new(document, "owner",
			    owner == 0 ? json_null() : json_integer(owner));
			return success(document);
		}
		if (err.code == SW_OK)
			sw__error(&err, SW_ERROR_SYSTEM, "out of memory");
		return sw__request_failure(&err);
	}
	sw__error(&err, SW_ERROR_USAGE, "'%s' is no request",
	    verb == NULL ? "" : verb);
	return sw__request_failure(&err);
}
