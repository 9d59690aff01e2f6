/*
 * What changed by the last event: stages and who waits for them, actions that
 * are not the event's own, executions that ended.
 */
#include "changes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "condition.h"
#include "machine/words.h"
#include "session.h"

/* Actions that are named when more than so many start. */
#define NAMED_MAX 4

/* One line in the making. */
struct line {
	const struct session *session;
	char *text; /* CHANGES_MAX bytes */
	size_t used;
	const char *between; /* two parts of it */
};

static void put(struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct line *line, const char *format, ...)
{
	va_list arguments;

	line->used += (size_t)snprintf(line->text + line->used,
	    CHANGES_MAX - line->used, "%s", line->between);
	if (line->used >= CHANGES_MAX)
		line->used = CHANGES_MAX - 1;
	va_start(arguments, format);
	line->used += (size_t)vsnprintf(line->text + line->used,
	    CHANGES_MAX - line->used, format, arguments);
	va_end(arguments);
	if (line->used >= CHANGES_MAX)
		line->used = CHANGES_MAX - 1;
	line->between = ", ";
}

/* How many wait in front of a stage. */
static uint32_t
count_waiting(
    const struct session *s, const struct sw_state *state, uint32_t stage)
{
	uint32_t n = 0;

	while (sw_state_waiting(s->machine, state, stage, n) != 0)
		n++;
	return n;
}

/* Who waits there and did not before: the last one. */
static void
put_waiting(struct line *line, uint32_t i)
{
	const struct session *s = line->session;
	const uint32_t now = count_waiting(s, s->state, i);
	const uint32_t before = count_waiting(s, s->before, i);
	uint32_t last;

	if (now == 0)
		return;
	last = sw_state_waiting(s->machine, s->state, i, now - 1);
	if (before > 0 &&
	    last == sw_state_waiting(s->machine, s->before, i, before - 1))
		return;
	put(line, "#%" PRIu32 " waits for %s", last,
	    s->machine->stages[i].name);
}

static void
put_stage(struct line *line, uint32_t i)
{
	const struct session *s = line->session;
	const struct sw_stage_state *before = sw_state_stage(s->before, i);
	const struct sw_stage_state *now = sw_state_stage(s->state, i);
	const char *name = s->machine->stages[i].name;
	const char *status = status_words((enum sw_status)now->status);

	if (now->execution != before->execution)
		put(line, "%s %s #%" PRIu32, name, status, now->execution);
	else if (now->status != before->status)
		put(line, "%s %s", name, status);
	put_waiting(line, i);
	if (now->closed != before->closed)
		put(line, "%s %s", name, now->closed ? "closed" : "open");
}

static void
put_conditions(struct line *line, uint32_t i)
{
	static const uint32_t conditions[] = { SW_BEFORE_ENTRY, SW_ON_SUCCESS,
		SW_ON_FAILURE };
	const struct session *s = line->session;

	for (size_t j = 0; j < 3; j++) {
		const char *now =
		    condition_status(s->machine, s->state, i, conditions[j]);

		if (strcmp(now, "none") != 0 &&
		    strcmp(now, condition_status(s->machine, s->before, i,
				    conditions[j])) != 0)
			put(line, "%s of %s %s",
			    sw_words_condition(conditions[j]),
			    s->machine->stages[i].name, now);
	}
}

static void
put_commands(struct line *line, enum sw_command_kind kind, const char *verb)
{
	const struct session *s = line->session;
	char name[SW_WORDS_MAX];
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->output.ncommands; i++) {
		const struct sw_command *c = &s->output.commands[i];

		if (c->kind != kind || n++ >= NAMED_MAX)
			continue;
		sw_words_action(s->machine, c->action, name);
		if (n == 1)
			put(line, "%s %.400s", verb, name);
		else
			put(line, "%.400s", name);
	}
	if (n > NAMED_MAX)
		put(line, "and %" PRIu32 " more", n - NAMED_MAX);
}

static void
put_executions(struct line *line)
{
	const struct sw_output *output = &line->session->output;

	for (uint32_t i = 0; i < output->ncommands; i++) {
		const enum sw_status status = session_status_said(
		    (enum sw_command_kind)output->commands[i].kind);

		if (output->commands[i].kind == SW_COMMAND_ROLLBACK)
			put(line, "#%" PRIu32 " rolls back to #%" PRIu32,
			    output->commands[i].execution,
			    output->commands[i].target);
		else if (status != SW_STATUS_NONE)
			put(line, "execution #%" PRIu32 " %s",
			    output->commands[i].execution,
			    sw_words_status(status));
	}
}

/* A new part of the sentence, if there is one before it. */
static void
divide(struct line *line)
{
	if (line->used > 0)
		line->between = "; ";
}

const char *
changes_words(const struct session *session, char text[CHANGES_MAX])
{
	struct line line = { session, text, 0, "" };

	text[0] = '\0';
	if (session->refusal != SW_ACCEPTED) {
		put(&line, "refused, %s: %s",
		    sw_words_refusal(session->refusal),
		    sw_words_refusal_sentence(session->refusal));
		return text;
	}
	for (uint32_t i = 0; i < session->machine->nstages; i++) {
		put_stage(&line, i);
		put_conditions(&line, i);
	}
	put_executions(&line);
	divide(&line);
	put_commands(&line, SW_COMMAND_START, "starts");
	divide(&line);
	put_commands(&line, SW_COMMAND_CANCEL, "cancels");
	return text;
}
