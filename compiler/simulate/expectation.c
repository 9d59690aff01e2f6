/*
 * <expect>: each attribute that says what should be is compared with what is.
 * Reads states and the last answer of the machine; changes nothing.
 */
#include "expectation.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "machine/words.h"
#include "model/model.h"
#include "scenario.h"

/* Bytes of what a part of an expectation is called: "action Build.Compile". */
#define SUBJECT_MAX 300

/* "#2", or "none" of 0. */
static const char *
execution_words(uint32_t number, char out[16])
{
	if (number == 0)
		return "none";
	snprintf(out, 16, "#%" PRIu32, number);
	return out;
}

static const char *
status_words(enum sw_status status)
{
	return status == SW_STATUS_NONE ? "none" : sw_words_status(status);
}

/* SUBJECT: EXPECTED, unless it is so. */
static void
compare(struct player *player, const struct step *step, const char *subject,
    const char *expected, const char *found)
{
	char line[SCENARIO_TEXT_MAX];

	if (expected == NULL || strcmp(expected, found) == 0)
		return;
	snprintf(line, sizeof line, "%.290s: %.290s", subject, expected);
	player_fail(player, step, line, "%s: %s", subject, found);
}

static void
compare_owner(struct player *player, const struct step *step,
    const char *subject, uint32_t found)
{
	char number[16];
	char part[SCENARIO_TEXT_MAX];

	if (step->execution.n == 0)
		return;
	snprintf(part, sizeof part, "execution of %s", subject);
	compare(player, step, part, step->execution.written.text,
	    execution_words(found, number));
}

static void
compare_stage(struct player *player, const struct step *step, uint32_t index)
{
	const struct sw_stage_state *stage =
	    sw_state_stage(player->session.state, index);
	char subject[SUBJECT_MAX];
	char part[SCENARIO_TEXT_MAX];
	char number[16];

	snprintf(subject, sizeof subject, "stage %.200s",
	    player->session.machine->stages[index].name);
	compare(player, step, subject, step->status.text,
	    status_words((enum sw_status)stage->status));
	compare_owner(player, step, subject, stage->execution);
	snprintf(part, sizeof part, "transition into %s", subject);
	if (step->open.text != NULL)
		compare(player, step, part,
		    strcmp(step->open.text, "true") == 0 ? "open" : "closed",
		    stage->closed ? "closed" : "open");
	snprintf(part, sizeof part, "waiting for %s", subject);
	compare(player, step, part, step->waiting.text,
	    execution_words(stage->waiting, number));
}

static void
compare_action(struct player *player, const struct step *step, uint32_t index)
{
	const struct session *session = &player->session;
	const struct sw_stage_state *stage = sw_state_stage(
	    session->state, session->machine->actions[index].stage);
	char subject[SUBJECT_MAX];

	snprintf(subject, sizeof subject, "action %.280s", step->action.text);
	compare(player, step, subject, step->status.text,
	    status_words(
		sw_state_action(session->machine, session->state, index)));
	compare_owner(player, step, subject, stage->execution);
}

static void
compare_execution(struct player *player, const struct step *step)
{
	const struct session *session = &player->session;
	const uint32_t number = (uint32_t)step->execution.n;
	const struct session_execution *execution;
	char subject[SUBJECT_MAX];

	snprintf(subject, sizeof subject, "execution %.20s",
	    step->execution.written.text);
	if (number > session->nexecutions) {
		player_fail(
		    player, step, subject, "%s is not started", subject);
		return;
	}
	execution = &session->executions[number];
	compare(player, step, subject, step->status.text,
	    status_words(execution->status));
	snprintf(subject, sizeof subject, "place of execution %.20s",
	    step->execution.written.text);
	compare(player, step, subject, step->place.text,
	    session_has_ended(session, number)
		? "none"
		: session->machine->stages[execution->stage].name);
}

/* A command of the last event that is about this action. */
static void
compare_command(struct player *player, const struct step *step,
    const struct value *path, enum sw_command_kind kind)
{
	const struct session *session = &player->session;
	const struct sw_output *output = &session->output;
	const char *verb = kind == SW_COMMAND_START ? "starts" : "cancels";
	char expected[SCENARIO_TEXT_MAX];
	int64_t action;

	if (path->text == NULL)
		return;
	action = sw_words_find_action(session->machine, path->text);
	for (uint32_t i = 0; i < output->ncommands; i++)
		if (output->commands[i].kind == kind &&
		    output->commands[i].action == action)
			return;
	snprintf(expected, sizeof expected, "the last event %s %.400s", verb,
	    path->text);
	player_fail(player, step, expected, "it does not");
}

static void
compare_decision(struct player *player, const struct step *step)
{
	const struct sw_output *output = &player->session.output;
	char expected[SCENARIO_TEXT_MAX];
	char found[SCENARIO_TEXT_MAX] = "";
	size_t used = 0;

	if (step->decides.text == NULL)
		return;
	for (uint32_t i = 0; i < output->nfired; i++) {
		const char *name =
		    sw_words_rule((enum sw_rule)output->fired[i].rule);

		if (strcmp(name, step->decides.text) == 0)
			return;
		if (used + strlen(name) + 2 < sizeof found)
			used +=
			    (size_t)snprintf(found + used, sizeof found - used,
				"%s%s", used > 0 ? ", " : "", name);
	}
	snprintf(
	    expected, sizeof expected, "decided by %.400s", step->decides.text);
	player_fail(player, step, expected, "decided by %s",
	    used > 0 ? found : "nothing");
}

void
expectation_compare(struct player *player, const struct step *step)
{
	const struct sw_machine *machine = player->session.machine;

	if (step->stage.text != NULL) {
		const int64_t stage =
		    sw_words_find_stage(machine, step->stage.text);
		if (stage >= 0)
			compare_stage(player, step, (uint32_t)stage);
	} else if (step->action.text != NULL) {
		const int64_t action =
		    sw_words_find_action(machine, step->action.text);
		if (action >= 0)
			compare_action(player, step, (uint32_t)action);
	} else if (step->execution.n != 0) {
		compare_execution(player, step);
	}
	compare_command(player, step, &step->starts, SW_COMMAND_START);
	compare_command(player, step, &step->cancels, SW_COMMAND_CANCEL);
	compare_decision(player, step);
}
