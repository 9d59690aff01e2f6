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
holder_is_blocked(const struct sw_book *book, uint32_t stage)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_stage *row = &machine->stages[stage];
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		if (sw_state_action(machine, book->state, a) ==
			SW_STATUS_IN_PROGRESS &&
		    machine->actions[a].category != SW_CATEGORY_APPROVAL)
			return false;
	return true;
}

static bool
is_blocked(const struct sw_book *book, uint32_t execution)
{
	const struct sw_machine *machine = book->pipeline->machine;
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage_state *s = sw_state_stage(book->state, i);
		const bool is_held = s->status == SW_STATUS_IN_PROGRESS ||
				     s->status == SW_STATUS_STOPPING;
		if (is_held && s->execution == execution)
			return holder_is_blocked(book, i);
		if (s->waiting == execution)
			return is_held ? holder_is_blocked(book, i) : true;
	}
	return false;
}

json_t *
sw__request_standing(const struct sw_book *book, uint32_t number)
{
	const struct sw_execution *execution = sw__book_execution(book, number);
	if (execution == NULL)
		return NULL;
	return json_pack("{s:I, s:s, s:b}", "execution", (json_int_t)number,
	    "status", sw_words_status(execution->status), "blocked",
	    (int)is_blocked(book, number));
}

static json_t *
answer_status(
    struct sw_engine *engine, const json_t *request, struct sw_error *err)
{
	(void)request;
	(void)err;
	return sw__view_status(sw__engine_book(engine), sw__engine_now());
}

static json_t *
answer_history(
    struct sw_engine *engine, const json_t *request, struct sw_error *err)
{
	const uint32_t limit = number_of(request, "limit");
	(void)err;
	return sw__view_history(sw__engine_book(engine), sw__engine_now(),
	    limit == 0 ? SW_HISTORY_DEFAULT : limit);
}

static json_t *
answer_show(
    struct sw_engine *engine, const json_t *request, struct sw_error *err)
{
	const struct sw_book *book = sw__engine_book(engine);
	uint32_t number = number_of(request, "execution");
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
answer_replay(
    struct sw_engine *engine, const json_t *request, struct sw_error *err)
{
	uint64_t rows = 0;
	(void)request;
	if (sw__engine_replay(engine, &rows, err) != 0)
		return NULL;
	return json_pack("{s:I}", "rows", (json_int_t)rows);
}

static json_t *
answer_start(
    struct sw_engine *engine, const json_t *request, struct sw_error *err)
{
	const struct sw_start start = {
		.trigger = json_object_get(request, "trigger"),
		.variables = json_object_get(request, "variables"),
		.revisions = json_object_get(request, "revisions"),
		.approve = json_object_get(request, "approve"),
	};
	uint32_t number = 0;
	if (sw__engine_start(engine, &start, &number, err) != 0)
		return NULL;
	return json_pack("{s:I}", "execution", (json_int_t)number);
}

/* The execution that an approval asks about; 0: it asks nothing. */
static uint32_t
asking(const struct sw_book *book, const char *event)
{
	const char *path = strchr(event, ' ');
	const bool decides = strncmp(event, "approve ", 8) == 0 ||
			     strncmp(event, "reject ", 7) == 0;
	const int64_t action =
	    decides ? sw_words_find_action(book->pipeline->machine, path + 1)
		    : -1;
	const struct sw_try *asked =
	    action < 0 ? NULL : sw__book_current(book, (uint32_t)action);
	return asked == NULL || asked->asked == NULL ? 0 : asked->execution;
}

/* The decision must be about what waits now: the first one wins, and none is
 * carried over to another execution. */
static int
check_decision(const struct sw_book *book, const char *path, uint32_t execution,
    struct sw_error *err)
{
	const int64_t action =
	    sw_words_find_action(book->pipeline->machine, path);
	if (action < 0)
		return 0; /* the machine says it better */
	const struct sw_try *asked = sw__book_current(book, (uint32_t)action);
	if (asked == NULL || asked->asked == NULL)
		return 0;
	if (execution != 0 && asked->execution != execution)
		return sw__error(err, SW_ERROR_REFUSED,
		    "'%s' asks about #%" PRIu32 " now, not about #%" PRIu32
		    "; look at `status` again",
		    path, asked->execution, execution);
	if (asked->status == SW_STATUS_IN_PROGRESS)
		return 0;
	const char *by =
	    json_string_value(json_object_get(asked->result, "by"));
	return sw__error(err, SW_ERROR_REFUSED,
	    "'%s' was %s for #%" PRIu32 " already%s%s", path,
	    asked->status == SW_STATUS_SUCCEEDED   ? "approved"
	    : asked->status == SW_STATUS_ABANDONED ? "abandoned"
	    : by == NULL                           ? "given up"
						   : "rejected",
	    asked->execution, by == NULL ? "" : " by ", by == NULL ? "" : by);
}

/* How an action ended is its supervisor's to say; only when nobody can know is
 * it a person's. */
static int
check_settlement(const struct sw_book *book, const char *event,
    const char *path, struct sw_error *err)
{
	const int64_t action =
	    sw_words_find_action(book->pipeline->machine, path);
	if (action < 0)
		return 0; /* the machine says it better */
	if (strncmp(event, "unknown ", 8) != 0 &&
	    sw_state_action(book->pipeline->machine, book->state,
		(uint32_t)action) == SW_STATUS_UNKNOWN)
		return 0;
	return sw__error(err, SW_ERROR_REFUSED,
	    "the outcome of '%s' is not unknown, so nobody needs to settle it",
	    path);
}

/* What has to hold, beside the machine's own rules, for a person's event. */
static int
check_event(const struct sw_book *book, const char *event, uint32_t execution,
    struct sw_error *err)
{
	static const struct {
		const char *verb;
		bool decides;
	} verbs[] = {
		{ "approve ", true },
		{ "reject ", true },
		{ "succeed ", false },
		{ "fail ", false },
		{ "unknown ", false },
	};
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
		const size_t n = strlen(verbs[i].verb);
		if (strncmp(event, verbs[i].verb, n) != 0)
			continue;
		return verbs[i].decides
			   ? check_decision(book, event + n, execution, err)
			   : check_settlement(book, event, event + n, err);
	}
	return 0;
}

static uint32_t
count_in_flight(const struct sw_book *book)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < book->nexecutions; i++)
		if (book->executions[i].status == SW_STATUS_IN_PROGRESS ||
		    book->executions[i].status == SW_STATUS_STOPPING)
			n++;
	return n;
}

static json_t *
answer_post(
    struct sw_engine *engine, const json_t *request, struct sw_error *err)
{
	const char *event = text_of(request, "event");
	const char *comment = text_of(request, "comment");
	const char *by = text_of(request, "by");
	const uint32_t execution = number_of(request, "execution");
	if (event == NULL || strncmp(event, "start", 5) == 0) {
		sw__error(err, SW_ERROR_USAGE, "the request names no event");
		return NULL;
	}
	if (comment != NULL && strlen(comment) > SW_COMMENT_MAX) {
		sw__error(err, SW_ERROR_LIMIT,
		    "the comment has %zu bytes; %d are the limit",
		    strlen(comment), SW_COMMENT_MAX);
		return NULL;
	}
	/* Nobody decides what is not asked any more. */
	sw__engine_expire(engine);
	if (check_event(sw__engine_book(engine), event, execution, err) != 0)
		return NULL;
	json_t *facts = json_object();
	json_object_set_new(facts, "by", json_string(by == NULL ? "?" : by));
	if (comment != NULL)
		json_object_set_new(facts, "comment", json_string(comment));
	const uint32_t asks = asking(sw__engine_book(engine), event);
	if (asks != 0)
		json_object_set_new(
		    facts, "execution", json_integer((json_int_t)asks));
	const int status = sw__engine_post(engine, event, facts, err);
	json_decref(facts);
	if (status != 0)
		return NULL;
	json_t *document = json_pack("{s:I}", "inFlight",
	    (json_int_t)count_in_flight(sw__engine_book(engine)));
	if (asks != 0)
		json_object_set_new(
		    document, "execution", json_integer((json_int_t)asks));
	return document;
}

json_t *
sw__request_answer(struct sw_engine *engine, const json_t *request, long owner)
{
	static const struct {
		const char *verb;
		json_t *(*answer)(
		    struct sw_engine *, const json_t *, struct sw_error *);
	} verbs[] = {
		{ "status", answer_status },
		{ "history", answer_history },
		{ "show", answer_show },
		{ "replay", answer_replay },
		{ "start", answer_start },
		{ "post", answer_post },
	};
	struct sw_error err = { 0 };
	const char *verb = text_of(request, "verb");
	for (size_t i = 0; verb != NULL && i < sizeof verbs / sizeof verbs[0];
	     i++) {
		if (strcmp(verb, verbs[i].verb) != 0)
			continue;
		json_t *document = verbs[i].answer(engine, request, &err);
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
