/*
 * <expect>: each attribute that says what should be is compared with what is.
 * Reads states and the last answer of the machine; changes nothing.
 */
#include "expectation.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "condition.h"
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

/* Whose it is; where each execution is on its own, that has been chosen. */
static void
compare_owner(struct player *player, const struct step *step,
    const char *subject, uint32_t found)
{
	char number[16];
	char part[SCENARIO_TEXT_MAX];

	if (step->execution.n == 0 || session_is_parallel(&player->session))
		return;
	snprintf(part, sizeof part, "execution of %s", subject);
	compare(player, step, part, step->execution.written.text,
	    execution_words(found, number));
}

/* "#2 #3", or "none": who waits in front of a stage. */
static void
compare_waiting(struct player *player, const struct step *step,
    const struct sw_state *state, uint32_t index)
{
	const struct sw_machine *machine = player->session.machine;
	char subject[SUBJECT_MAX], found[SUBJECT_MAX] = "", number[16];
	size_t used = 0;
	uint32_t waiting;

	for (uint32_t i = 0;
	     (waiting = sw_state_waiting(machine, state, index, i)) != 0 &&
	     used + sizeof number < sizeof found;
	     i++)
		used += (size_t)snprintf(found + used, sizeof found - used,
		    "%s%s", i > 0 ? " " : "", execution_words(waiting, number));
	snprintf(subject, sizeof subject, "waiting for stage %.200s",
	    machine->stages[index].name);
	compare(player, step, subject, step->waiting.text,
	    *found != '\0' ? found : "none");
}

static void
compare_condition(struct player *player, const struct step *step,
    const struct sw_state *state, uint32_t index)
{
	const struct sw_machine *machine = player->session.machine;
	char subject[SUBJECT_MAX];

	snprintf(subject, sizeof subject, "%.20s of stage %.200s",
	    step->condition.text, machine->stages[index].name);
	compare(player, step, subject, step->status.text,
	    condition_status(machine, state, index,
		condition_run_order(step->condition.text)));
}

static void
compare_stage(struct player *player, const struct step *step,
    const struct sw_state *state, uint32_t index)
{
	const struct sw_stage_state *stage = sw_state_stage(state, index);
	char subject[SUBJECT_MAX];
	char part[SCENARIO_TEXT_MAX];

	snprintf(subject, sizeof subject, "stage %.200s",
	    player->session.machine->stages[index].name);
	if (step->condition.text != NULL)
		compare_condition(player, step, state, index);
	else
		compare(player, step, subject, step->status.text,
		    status_words((enum sw_status)stage->status));
	compare_owner(player, step, subject, stage->execution);
	snprintf(part, sizeof part, "transition into %s", subject);
	if (step->open.text != NULL)
		compare(player, step, part,
		    strcmp(step->open.text, "true") == 0 ? "open" : "closed",
		    stage->closed ? "closed" : "open");
	if (step->waiting.text != NULL)
		compare_waiting(player, step, state, index);
}

/* An action or a rule. */
static void
compare_action(struct player *player, const struct step *step,
    const struct sw_state *state, uint32_t index)
{
	const struct sw_machine *machine = player->session.machine;
	const struct sw_stage_state *stage =
	    sw_state_stage(state, machine->actions[index].stage);
	char subject[SUBJECT_MAX], path[SW_WORDS_MAX];

	snprintf(subject, sizeof subject, "%s %.280s",
	    step->rule.text != NULL ? "rule" : "action",
	    sw_words_action(machine, index, path));
	compare(player, step, subject, step->status.text,
	    status_words(sw_state_action(machine, state, index)));
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

/* What is looked at: a stage, an action or rule, or an execution. */
static void
compare_subject(struct player *player, const struct step *step)
{
	const struct session *session = &player->session;
	const struct sw_state *state =
	    session_state(session, (uint32_t)step->execution.n);
	const char *path =
	    step->action.text != NULL ? step->action.text : step->rule.text;
	int64_t index;

	if (state == NULL || (step->stage.text == NULL && path == NULL)) {
		if (step->execution.n != 0)
			compare_execution(player, step);
	} else if (step->stage.text != NULL) {
		index = sw_words_find_stage(session->machine, step->stage.text);
		if (index >= 0)
			compare_stage(player, step, state, (uint32_t)index);
	} else {
		index = sw_words_find_action(session->machine, path);
		if (index >= 0)
			compare_action(player, step, state, (uint32_t)index);
	}
}

void
expectation_compare(struct player *player, const struct step *step)
{
	compare_subject(player, step);
	compare_command(player, step, &step->starts, SW_COMMAND_START);
	compare_command(player, step, &step->cancels, SW_COMMAND_CANCEL);
	compare_decision(player, step);
}
