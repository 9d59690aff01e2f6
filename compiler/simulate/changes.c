/*
 * What changed by the last event: stages and who waits for them, actions that
 * are not the event's own, executions that ended.
 */
#include "changes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

static const char *
word_of(uint8_t status)
{
	return status == SW_STATUS_NONE
		   ? "none"
		   : sw_words_status((enum sw_status)status);
}

static void
put_stage(struct line *line, uint32_t i)
{
	const struct session *s = line->session;
	const struct sw_stage_state *before = sw_state_stage(s->before, i);
	const struct sw_stage_state *now = sw_state_stage(s->state, i);
	const char *name = s->machine->stages[i].name;

	if (now->execution != before->execution)
		put(line, "%s %s #%" PRIu32, name, word_of(now->status),
		    now->execution);
	else if (now->status != before->status)
		put(line, "%s %s", name, word_of(now->status));
	if (now->waiting != before->waiting && now->waiting != 0)
		put(line, "#%" PRIu32 " waits for %s", now->waiting, name);
	if (now->closed != before->closed)
		put(line, "%s %s", name, now->closed ? "closed" : "open");
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

		if (status != SW_STATUS_NONE)
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
	for (uint32_t i = 0; i < session->machine->nstages; i++)
		put_stage(&line, i);
	put_executions(&line);
	divide(&line);
	put_commands(&line, SW_COMMAND_START, "starts");
	divide(&line);
	put_commands(&line, SW_COMMAND_CANCEL, "cancels");
	return text;
}
