/*
 * One scenario after the other, from the start of the pipeline's life each.
 * An event goes to the machine in the words that `simulate --events` reads,
 * so that there is one way from words to events. What is expected is compared
 * in expectation.c.
 */
#include "scenario.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "expectation.h"
#include "machine/words.h"
#include "model/model.h"

void
player_init(struct player *player, const struct sw_machine *machine)
{
	*player = (struct player){ .watch = NULL };
	session_init(&player->session, machine);
}

void
player_release(struct player *player)
{
	session_release(&player->session);
}

/* What stands behind the verb of a step. */
static const char *
object_of(const struct step *step)
{
	switch (step->kind) {
	case STEP_SUCCEED:
	case STEP_UNKNOWN:
	case STEP_APPROVE:
	case STEP_REJECT:
		return step->action.text;
	case STEP_FAIL:
		return step->action.text != NULL ? step->action.text
						 : step->rule.text;
	case STEP_PASS:
		return step->rule.text;
	case STEP_OPEN:
	case STEP_CLOSE:
	case STEP_RETRY:
	case STEP_OVERRIDE:
	case STEP_ROLLBACK:
		return step->stage.text;
	case STEP_STOP:
	case STEP_ABANDON:
		return step->execution.written.text;
	case STEP_START:
	case STEP_PUSH:
	case STEP_ADVANCE:
	case STEP_EXPECT:
	case NSTEPS:
		break;
	}
	return "";
}

/* The last word of a step's event: "all", "onSuccess", "#1", or "". */
static const char *
addition_of(const struct step *step)
{
	if (step->kind == STEP_RETRY && step->actions.text != NULL &&
	    strcmp(step->actions.text, "all") == 0)
		return "all";
	if (step->kind == STEP_OVERRIDE)
		return step->condition.text;
	if (step->kind == STEP_ROLLBACK)
		return step->execution.written.text;
	return "";
}

/* Is `execution` whose the event is, and not what it is about? */
static bool
has_owner(const struct step *step)
{
	return step->execution.n != 0 && step->kind != STEP_STOP &&
	       step->kind != STEP_ABANDON && step->kind != STEP_ROLLBACK;
}

const char *
step_words(const struct step *step, char line[SCENARIO_TEXT_MAX])
{
	const char *object = object_of(step);
	const char *addition = addition_of(step);
	const char *owner = has_owner(step) ? step->execution.written.text : "";

	if (step->kind == STEP_ADVANCE || step->kind == STEP_EXPECT)
		return NULL;
	snprintf(line, SCENARIO_TEXT_MAX, "%s%s%s%s%s%s%s", owner,
	    *owner != '\0' ? " " : "",
	    step->kind == STEP_PUSH ? "start" : step->element.text,
	    *object != '\0' ? " " : "", object, *addition != '\0' ? " " : "",
	    addition);
	return line;
}

void
player_fail(struct player *player, const struct step *step,
    const char *expected, const char *format, ...)
{
	struct scenario_failure *failure;
	va_list arguments;

	if (player->nfailures++ >= SCENARIO_FAILURES_MAX)
		return;
	failure = &player->failures[player->nfailures - 1];
	failure->step = step;
	failure->nevents = player->nevents;
	snprintf(failure->expected, sizeof failure->expected, "%s", expected);
	va_start(arguments, format);
	vsnprintf(failure->found, sizeof failure->found, format, arguments);
	va_end(arguments);
}

static enum sw_refusal
take(struct player *player, const struct step *step, struct sw_addressed event)
{
	const enum sw_refusal refusal = session_step(&player->session, event);

	player->nevents++;
	if (player->watch != NULL)
		player->watch(player->context, &player->session, step);
	return refusal;
}

/* The answer that the step tells of; false: the story ends here. */
static bool
compare_answer(struct player *player, const struct step *step,
    const char *words, enum sw_refusal refusal)
{
	char expected[SCENARIO_TEXT_MAX];
	const char *asked = step->refused.text;

	if (asked == NULL && refusal == SW_ACCEPTED)
		return true;
	if (asked != NULL && refusal != SW_ACCEPTED &&
	    strcmp(asked, sw_words_refusal(refusal)) == 0)
		return true;
	snprintf(expected, sizeof expected, "%.400s: %s%.100s", words,
	    asked == NULL ? "accepted" : "refused, ",
	    asked == NULL ? "" : asked);
	if (refusal == SW_ACCEPTED)
		player_fail(player, step, expected, "%s: accepted", words);
	else
		player_fail(player, step, expected, "%s: refused, %s: %s",
		    words, sw_words_refusal(refusal),
		    sw_words_refusal_sentence(refusal));
	return asked != NULL && refusal != SW_ACCEPTED;
}

static bool
play_event(struct player *player, const struct step *step)
{
	char words[SCENARIO_TEXT_MAX];
	char problem[SW_WORDS_MAX];
	struct sw_addressed event;

	step_words(step, words);
	if (sw_words_read_event(
		player->session.machine, words, &event, problem) == 0)
		return compare_answer(
		    player, step, words, take(player, step, event));
	player_fail(player, step, words, "%s", problem);
	return false;
}

/* Does it run, for this execution (0: any)? */
static bool
runs(const struct session *session, const struct sw_state *state,
    uint32_t action, uint32_t execution)
{
	const struct sw_machine *machine = session->machine;

	return sw_state_action(machine, state, action) ==
		   SW_STATUS_IN_PROGRESS &&
	       (execution == 0 ||
		   sw_state_stage(state, machine->actions[action].stage)
			   ->execution == execution);
}

/* The states to look at: all executions share one, or each has its own. */
static uint32_t
first_state(const struct session *session, uint32_t execution)
{
	return session_is_parallel(session) && execution == 0 ? 1 : execution;
}

static uint32_t
last_state(const struct session *session, uint32_t execution)
{
	return session_is_parallel(session) && execution == 0
		   ? session->nexecutions
		   : execution;
}

static bool
runs_anywhere(
    const struct session *session, uint32_t action, uint32_t execution)
{
	const uint32_t last = last_state(session, execution);

	for (uint32_t i = first_state(session, execution); i <= last; i++) {
		const struct sw_state *state = session_state(session, i);

		if (state != NULL && runs(session, state, action, execution))
			return true;
	}
	return false;
}

/* The good end of the first in the order of the model that runs and needs
 * nobody's decision; false: there is none in this state. */
static bool
find_end(const struct session *session, const struct sw_state *state,
    uint32_t execution, struct sw_addressed *end)
{
	for (uint32_t i = 0; i < session->machine->nactions; i++) {
		const uint8_t category = session->machine->actions[i].category;

		if (category == SW_CATEGORY_APPROVAL ||
		    !runs(session, state, i, execution))
			continue;
		end->event.kind = category == SW_CATEGORY_RULE
				      ? SW_EVENT_PASS
				      : SW_EVENT_SUCCEED;
		end->event.subject = i;
		return true;
	}
	return false;
}

static bool
find_next(const struct session *session, uint32_t execution,
    struct sw_addressed *next)
{
	const uint32_t last = last_state(session, execution);

	*next = (struct sw_addressed){ .execution = 0 };
	for (uint32_t i = first_state(session, execution); i <= last; i++) {
		const struct sw_state *state = session_state(session, i);

		if (session_is_parallel(session))
			next->execution = i;
		if (state != NULL && find_end(session, state, execution, next))
			return true;
	}
	return false;
}

/*
 * What runs succeeds, until what the step names runs. It ends: each event
 * takes an execution forward, and none of them starts a new one.
 */
static bool
play_advance(struct player *player, const struct step *step)
{
	const struct session *session = &player->session;
	const uint32_t execution = (uint32_t)step->execution.n;
	const int64_t to =
	    step->to.text == NULL
		? -1
		: sw_words_find_action(session->machine, step->to.text);
	char expected[SCENARIO_TEXT_MAX];
	struct sw_addressed next;

	do {
		if (to >= 0 && runs_anywhere(session, (uint32_t)to, execution))
			return true;
	} while (find_next(session, execution, &next) &&
		 take(player, step, next) == SW_ACCEPTED);
	if (to < 0)
		return true;
	snprintf(expected, sizeof expected, "%.400s runs", step->to.text);
	player_fail(player, step, expected,
	    "%s does not run, and nothing is left that could succeed",
	    step->to.text);
	return false;
}

bool
player_play(struct player *player, const struct scenario *scenario)
{
	bool goes_on = true;

	session_reset(&player->session);
	player->nevents = 0;
	player->nfailures = 0;
	for (size_t i = 0; goes_on && i < scenario->steps.n; i++) {
		const struct step *step = &scenario->steps.items[i];

		if (step->kind == STEP_EXPECT)
			expectation_compare(player, step);
		else if (step->kind == STEP_ADVANCE)
			goes_on = play_advance(player, step);
		else
			goes_on = play_event(player, step);
	}
	return player->nfailures == 0;
}
