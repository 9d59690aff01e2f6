/*
 * What a simulation prints after each event as text: only what changed, in the
 * order of the machine's tables.
 */
#include "simulate_print.h"

#include <string.h>

#include "base/text.h"
#include "condition.h"
#include "machine/words.h"

char *
simulate_reason(enum sw_refusal refusal, char *line)
{
	snprintf(line, SW_WORDS_MAX, "%s: %s", sw_words_refusal(refusal),
	    sw_words_refusal_sentence(refusal));
	return line;
}

static void
put_line(struct text *text, const char *what, const char *line)
{
	text_put(text, what);
	text_put(text, line);
	text_put(text, "\n");
}

static const char *
word_of(enum sw_status status)
{
	return status == SW_STATUS_NONE ? "-" : sw_words_status(status);
}

/* Do other executions wait in front of a stage than before? */
static bool
has_other_waiting(const struct simulation *s, uint32_t stage)
{
	const struct sw_machine *machine = s->session.machine;

	for (uint32_t i = 0;; i++) {
		const uint32_t now =
		    sw_state_waiting(machine, s->session.state, stage, i);

		if (now !=
		    sw_state_waiting(machine, s->session.before, stage, i))
			return true;
		if (now == 0)
			return false;
	}
}

static void
print_changed_stage(const struct simulation *s, uint32_t i)
{
	const struct sw_stage_state *before =
	    sw_state_stage(s->session.before, i);
	const struct sw_stage_state *now = sw_state_stage(s->session.state, i);
	struct text *text = s->text;
	uint32_t waiting;
	if (memcmp(before, now, sizeof *now) == 0 && !has_other_waiting(s, i))
		return;
	text_put(text, "    stage    ");
	text_put(text, s->session.machine->stages[i].name);
	text_put(text, ": ");
	text_put(text, word_of((enum sw_status)now->status));
	if (now->execution != 0)
		TEXT(text, " #$number$", NUM("number", now->execution));
	for (uint32_t n = 0; (waiting = sw_state_waiting(s->session.machine,
				  s->session.state, i, n)) != 0;
	     n++)
		TEXT(text, ", #$number$ waits", NUM("number", waiting));
	text_put(text, now->closed ? ", closed\n" : "\n");
}

static void
print_changed_action(const struct simulation *s, uint32_t i)
{
	const enum sw_status before =
	    sw_state_action(s->session.machine, s->session.before, i);
	const enum sw_status now =
	    sw_state_action(s->session.machine, s->session.state, i);
	struct text *text = s->text;
	char line[SW_WORDS_MAX];
	if (before == now)
		return;
	text_put(text, "    action   ");
	text_put(text, sw_words_action(s->session.machine, i, line));
	text_put(text, ": ");
	put_line(text, "", word_of(now));
}

static void
print_changed_conditions(const struct simulation *s, uint32_t stage)
{
	static const uint32_t conditions[] = { SW_BEFORE_ENTRY, SW_ON_SUCCESS,
		SW_ON_FAILURE };
	const struct sw_machine *machine = s->session.machine;
	char line[SW_WORDS_MAX];

	for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
		const char *before = condition_status(
		    machine, s->session.before, stage, conditions[i]);
		const char *now = condition_status(
		    machine, s->session.state, stage, conditions[i]);

		if (strcmp(before, now) == 0)
			continue;
		snprintf(line, sizeof line, "%.300s.%s: %s",
		    machine->stages[stage].name,
		    sw_words_condition(conditions[i]),
		    strcmp(now, "none") == 0 ? "-" : now);
		put_line(s->text, "    condition ", line);
	}
}

void
simulate_print_text(struct simulation *s)
{
	struct text *text = s->text;
	char line[SW_WORDS_MAX];
	put_line(text, "",
	    sw_words_event(s->session.machine, s->session.event, line));
	if (s->session.refusal != SW_ACCEPTED) {
		put_line(text, "    refused  ",
		    simulate_reason(s->session.refusal, line));
		return;
	}
	for (uint32_t i = 0; i < s->session.output.nfired; i++)
		put_line(text, "    rule     ",
		    sw_words_fired(
			s->session.machine, s->session.output.fired[i], line));
	for (uint32_t i = 0; i < s->session.output.ncommands; i++)
		put_line(text, "    command  ",
		    sw_words_command(s->session.machine,
			s->session.output.commands[i], line));
	for (uint32_t i = 0; i < s->session.machine->nstages; i++)
		print_changed_stage(s, i);
	for (uint32_t i = 0; i < s->session.machine->nstages; i++)
		print_changed_conditions(s, i);
	for (uint32_t i = 0; i < s->session.machine->nactions; i++)
		print_changed_action(s, i);
}
