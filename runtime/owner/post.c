/*
 * Events that people post. Input: a request; output: a row, or why there is
 * none and what to do instead. What an event means is the machine's to say.
 */
#include "post.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/words.h"

/* Executions that a message lists. */
#define LISTED_MAX 8

struct post {
	struct sw_engine *engine;
	struct sw_turn *turn;
	const json_t *request;
	const struct sw_machine *machine;
	struct sw_addressed event;
	uint32_t execution; /* that was asked for; 0: any */
	struct sw_error *err;
};

static const struct sw_book *
book_of(const struct post *post)
{
	return sw__engine_book(post->engine);
}

static const char *
text_of(const json_t *request, const char *name)
{
	return json_string_value(json_object_get(request, name));
}

static int
usage(struct post *post, const char *problem)
{
	return sw__error(post->err, SW_ERROR_USAGE, "%s", problem);
}

/* "rollback STAGE" and "rollback STAGE latest", with the number put in. */
static int
name_target(struct post *post, const char *text, char line[SW_WORDS_MAX])
{
	static const char verb[] = "rollback ";
	char name[SW_WORDS_MAX];
	snprintf(line, SW_WORDS_MAX, "%s", text);
	if (strlen(text) >= sizeof name ||
	    strncmp(text, verb, sizeof verb - 1) != 0)
		return 0;
	snprintf(name, sizeof name, "%s", text + sizeof verb - 1);
	char *blank = strchr(name, ' ');
	if (blank != NULL && strcmp(blank, " latest") != 0)
		return 0;
	if (blank != NULL)
		*blank = '\0';
	const int64_t stage = sw_words_find_stage(post->machine, name);
	uint32_t latest =
	    stage < 0
		? 1
		: sw_state_stage(book_of(post)->shared->state, (uint32_t)stage)
		      ->succeeded;
	/* The machine says it better. */
	const bool is_possible =
	    stage > 0 && post->machine->mode != SW_MODE_PARALLEL;
	if (latest == 0 && is_possible)
		return sw__error(post->err, SW_ERROR_REFUSED,
		    "nothing has Succeeded in '%s' yet: there is nothing to "
		    "roll back to",
		    name);
	snprintf(line, SW_WORDS_MAX, "rollback %.300s #%" PRIu32, name,
	    latest == 0 ? 1 : latest);
	return 0;
}

/* PARALLEL: the executions for which an event is possible now. */
static uint32_t
list_possible(const struct post *post, uint32_t numbers[LISTED_MAX])
{
	const struct sw_book *book = book_of(post);
	struct sw_addressed event = post->event;
	uint32_t n = 0;
	const struct sw_execution *x;
	uint32_t at = 0;
	while ((x = sw__book_at_hand(book, &at)) != NULL) {
		event.execution = x->number;
		if (x->scene == NULL ||
		    sw__book_would(book, event) != SW_ACCEPTED)
			continue;
		if (n < LISTED_MAX)
			numbers[n] = x->number;
		n++;
	}
	return n;
}

/* "#2, #3 or #5" */
static void
say_numbers(const uint32_t *numbers, uint32_t n, const char *and_,
    char text[SW_WORDS_MAX])
{
	size_t length = 0;
	const uint32_t shown = n < LISTED_MAX ? n : LISTED_MAX;
	text[0] = '\0';
	for (uint32_t i = 0; i < shown; i++)
		length += (size_t)snprintf(text + length, SW_WORDS_MAX - length,
		    "%s#%" PRIu32,
		    i == 0           ? ""
		    : i + 1 == shown ? and_
				     : ", ",
		    numbers[i]);
	if (n > shown)
		snprintf(text + length, SW_WORDS_MAX - length,
		    " and %" PRIu32 " more", n - shown);
}

/* PARALLEL: nobody said whose it is. */
static int
choose(struct post *post)
{
	uint32_t numbers[LISTED_MAX];
	char text[SW_WORDS_MAX];
	const uint32_t n = list_possible(post, numbers);
	post->event.execution = n > 0 ? numbers[0] : book_of(post)->nexecutions;
	if (n <= 1)
		return 0; /* or the machine says why not */
	say_numbers(numbers, n, " or ", text);
	return sw__error(post->err, SW_ERROR_USAGE,
	    "whose? It is possible for %s: say --execution N", text);
}

/* The event, once it is clear whose it is. */
static int
read_event(struct post *post, const char *text)
{
	char line[SW_WORDS_MAX];
	char whose[SW_WORDS_MAX];
	char problem[SW_WORDS_MAX];
	if (strlen(text) > SW_WORDS_MAX - 64)
		return usage(post, "there is no such stage or action");
	if (name_target(post, text, line) != 0)
		return post->err->code;
	if (sw_words_read_event(post->machine, line, &post->event, problem) ==
	    0)
		return 0;
	if (post->machine->mode != SW_MODE_PARALLEL || line[0] == '#')
		return usage(post, problem);
	snprintf(whose, sizeof whose, "#%" PRIu32 " %.440s",
	    post->execution == 0 ? 1 : post->execution, line);
	if (sw_words_read_event(post->machine, whose, &post->event, problem) !=
	    0)
		return usage(post, problem);
	return post->execution == 0 ? choose(post) : 0;
}

/* The stage that an event is about; nstages: none. */
static uint32_t
stage_of(const struct post *post)
{
	switch (post->event.event.kind) {
	case SW_EVENT_START:
	case SW_EVENT_STOP:
	case SW_EVENT_ABANDON:
	case SW_EVENT_OPEN:
	case SW_EVENT_CLOSE:
		return post->machine->nstages;
	case SW_EVENT_RETRY:
	case SW_EVENT_RETRY_ALL:
	case SW_EVENT_OVERRIDE_BEFORE_ENTRY:
	case SW_EVENT_OVERRIDE_ON_SUCCESS:
	case SW_EVENT_OVERRIDE_ON_FAILURE:
	case SW_EVENT_ROLLBACK:
		return post->event.event.subject;
	default:
		return post->machine->actions[post->event.event.subject].stage;
	}
}

static const struct sw_scene *
scene_of(const struct post *post)
{
	return sw__book_scene(book_of(post), post->event.execution);
}

/* Whose stage it is now; 0: nobody's. */
static uint32_t
holder_of(const struct post *post)
{
	const uint32_t stage = stage_of(post);
	const struct sw_scene *scene = scene_of(post);
	return stage == post->machine->nstages || scene == NULL
		   ? 0
		   : sw_state_stage(scene->state, stage)->execution;
}

static bool
decides(const struct post *post)
{
	return post->event.event.kind == SW_EVENT_APPROVE ||
	       post->event.event.kind == SW_EVENT_REJECT;
}

/* The question that a decision is about; NULL: nothing is asked. */
static const struct sw_try *
asked_of(const struct post *post)
{
	const struct sw_try *asked =
	    decides(post) ? sw__book_current(book_of(post), scene_of(post),
				post->event.event.subject)
			  : NULL;
	return asked == NULL || asked->asked == NULL ? NULL : asked;
}

/* What was shown may be another execution's by now. */
static int
check_execution(struct post *post)
{
	const uint32_t holder = holder_of(post);
	if (post->execution == 0 || holder == 0 || holder == post->execution)
		return 0;
	char name[SW_WORDS_MAX];
	snprintf(name, sizeof name, "%s",
	    post->machine->stages[stage_of(post)].name);
	if (asked_of(post) != NULL)
		sw_words_action(post->machine, post->event.event.subject, name);
	return sw__error(post->err, SW_ERROR_REFUSED,
	    "'%.200s' %s #%" PRIu32 " now, not %s#%" PRIu32
	    "; look at `status` again",
	    name, asked_of(post) != NULL ? "asks about" : "is of", holder,
	    asked_of(post) != NULL ? "about " : "of ", post->execution);
}

/* The decision must be about what waits now: the first one wins, and none is
 * carried over to another question. */
static int
check_decision(struct post *post)
{
	const char *token = text_of(post->request, "token");
	const struct sw_try *asked = asked_of(post);
	char path[SW_WORDS_MAX];
	if (asked == NULL)
		return 0; /* the machine says it better */
	sw_words_action(post->machine, asked->action, path);
	if (token != NULL && strcmp(token, asked->id) != 0)
		return sw__error(post->err, SW_ERROR_REFUSED,
		    "'%.200s' asks anew since then (its token is %s now, not "
		    "%.60s); look at `status` again",
		    path, asked->id, token);
	if (asked->status == SW_STATUS_IN_PROGRESS)
		return 0;
	const char *by = sw__body_text(asked->result, "by");
	return sw__error(post->err, SW_ERROR_REFUSED,
	    "'%.200s' was %s for #%" PRIu32 " already%s%s", path,
	    asked->status == SW_STATUS_SUCCEEDED   ? "approved"
	    : asked->status == SW_STATUS_ABANDONED ? "abandoned"
	    : by == NULL                           ? "given up"
						   : "rejected",
	    asked->execution, by == NULL ? "" : " by ", by == NULL ? "" : by);
}

/* How an action ended is its supervisor's to say; only when nobody can know is
 * it a person's. */
static int
check_settlement(struct post *post)
{
	const struct sw_scene *scene = scene_of(post);
	char path[SW_WORDS_MAX];
	if (post->event.event.kind != SW_EVENT_UNKNOWN && scene != NULL &&
	    sw_state_action(post->machine, scene->state,
		post->event.event.subject) == SW_STATUS_UNKNOWN)
		return 0;
	return sw__error(post->err, SW_ERROR_REFUSED,
	    "the outcome of '%.200s' is not unknown, so nobody needs to settle "
	    "it",
	    sw_words_action(post->machine, post->event.event.subject, path));
}

/* What has to hold, beside the machine's own rules, for a person's event. */
static int
check(struct post *post)
{
	/* Of the book of a directory that there is not. */
	if (book_of(post)->seq == 0)
		return sw__error(post->err, SW_ERROR_REFUSED,
		    "nothing was ever started; `run` does");
	if (check_execution(post) != 0)
		return post->err->code;
	switch (post->event.event.kind) {
	case SW_EVENT_START:
		return usage(post, "the request names no event");
	case SW_EVENT_APPROVE:
	case SW_EVENT_REJECT:
		return check_decision(post);
	case SW_EVENT_SUCCEED:
	case SW_EVENT_PASS:
	case SW_EVENT_FAIL:
	case SW_EVENT_UNKNOWN:
		return check_settlement(post);
	default:
		return 0;
	}
}

/* Who a rollback could go back to, newest first. */
static void
say_targets(const struct post *post, char text[SW_WORDS_MAX])
{
	const struct sw_state *state = book_of(post)->shared->state;
	const uint32_t stage = post->event.event.subject;
	uint32_t numbers[LISTED_MAX];
	uint32_t n = 0;
	for (uint32_t i = sw_state_stage(state, stage)->succeeded; i > 0; i--) {
		if (!sw_state_is_target(post->machine, state, stage, i))
			continue;
		if (n < LISTED_MAX)
			numbers[n] = i;
		n++;
	}
	say_numbers(numbers, n, " and ", text);
}

/* A way out of a refusal; the machine has said why. */
static void
add_way_out(const struct post *post, int refusal)
{
	const uint32_t holder = holder_of(post);
	char text[SW_WORDS_MAX];
	switch (refusal) {
	case SW_REFUSED_STAGE_HELD:
	case SW_REFUSED_ROLLBACK_HELD:
	case SW_REFUSED_NOT_OVERRIDABLE:
		sw__error_add(post->err,
		    "; wait until #%" PRIu32 " leaves it, or `stop #%" PRIu32
		    "`",
		    holder, holder);
		break;
	case SW_REFUSED_NO_CONDITION_RUNS:
	case SW_REFUSED_NOT_RETRYABLE:
		sw__error_add(post->err, "; `status` says how it stands");
		break;
	case SW_REFUSED_NO_TARGET:
	case SW_REFUSED_OUTDATED:
		if (sw__ranges_have(
			&book_of(post)->pruned, post->event.event.target))
			sw__error_add(post->err,
			    "; what it made was removed by retention");
		say_targets(post, text);
		if (text[0] != '\0')
			sw__error_add(post->err, "; %s could be one", text);
		else
			sw__error_add(post->err,
			    "; there is none: nothing has Succeeded in it");
		break;
	case SW_REFUSED_NO_ROLLBACK:
	case SW_REFUSED_ROLLBACK_SKIPPED:
		sw__error_add(post->err,
		    "; `run --revision` releases an earlier revision again");
		break;
	case SW_REFUSED_NOT_STOPPABLE:
	case SW_REFUSED_EXECUTION:
		sw__error_add(post->err, "; `history` lists them");
		break;
	default:
		break;
	}
}

static struct sw_facts
facts_of(const struct post *post, const char *by)
{
	const struct sw_try *asked = asked_of(post);
	struct sw_facts facts = sw__turn_facts(post->turn);
	sw__facts_text(&facts, "by", by);
	sw__facts_text(&facts, "comment", text_of(post->request, "comment"));
	/* Whoever asks again with the same key is told so, too. */
	if (post->event.event.kind == SW_EVENT_ROLLBACK)
		sw__facts_number(&facts, "execution",
		    (int64_t)book_of(post)->nexecutions + 1);
	if (asked == NULL)
		return facts;
	sw__facts_number(&facts, "execution", asked->execution);
	sw__facts_text(&facts, "token", asked->id);
	return facts;
}

static int
record(struct post *post, const char *by)
{
	char line[SW_WORDS_MAX];
	struct sw_facts facts = facts_of(post, by);
	const int refusal = sw__book_would(book_of(post), post->event);
	sw_words_event(post->machine, post->event, line);
	const int status = sw__turn_post(post->turn, line, &facts, post->err);
	if (status == SW_ERROR_REFUSED)
		add_way_out(post, refusal);
	return status;
}

int
sw__post_draft(struct sw_engine *engine, struct sw_turn *turn,
    const json_t *request, const char *by, struct sw_error *err)
{
	const char *event = text_of(request, "event");
	const char *comment = text_of(request, "comment");
	const json_int_t execution =
	    json_integer_value(json_object_get(request, "execution"));
	struct post post = {
		.engine = engine,
		.turn = turn,
		.request = request,
		.machine = sw__engine_book(engine)->pipeline->machine,
		.execution = execution > 0 && execution <= UINT32_MAX
				 ? (uint32_t)execution
				 : 0,
		.err = err,
	};
	if (event == NULL)
		return usage(&post, "the request names no event");
	if (comment != NULL && strlen(comment) > SW_COMMENT_MAX)
		return sw__error(err, SW_ERROR_LIMIT,
		    "the comment has %zu bytes; %d are the limit",
		    strlen(comment), SW_COMMENT_MAX);
	const char *token = text_of(request, "token");
	/* A question's token begins with whose it is. */
	if (token != NULL && post.execution == 0)
		post.execution = (uint32_t)strtoul(token, NULL, 10);
	if (read_event(&post, event) != 0 || check(&post) != 0)
		return err->code;
	return record(&post, by);
}
