/*
 * Plays a run again and writes down what changed. What it means is told by
 * the rules that fire; this file has only the words.
 */
#include "story.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "lower/lower.h"
#include "machine/words.h"
#include "model/model.h"
#include "simulate/scenario_write.h"
#include "story_part.h"

/* Actions that a line names; more are counted. */
#define NAMED_MAX 3
/* Bytes of what one line says; more is cut off. */
#define LINE_MAX_BYTES 1024

struct telling {
	struct arena *arena;
	const struct sw_machine *machine;
	const struct lowered *lowered;
	struct sw_state *state;
	struct sw_output output;
};

static void
telling_init(
    struct telling *t, struct arena *arena, const struct lowered *lowered)
{
	const struct sw_machine *machine = &lowered->machine;
	*t = (struct telling){
		.arena = arena, .machine = machine, .lowered = lowered
	};
	t->state = arena_alloc(arena, machine->state_size);
	t->output.commands = arena_array(arena,
	    SW_COMMANDS_MAX(machine->group_max), sizeof(struct sw_command));
	t->output.fired = arena_array(
	    arena, SW_FIRED_MAX(machine->group_max), sizeof(struct sw_fired));
	if (machine->mode == SW_MODE_PARALLEL)
		sw_state_init_execution(machine, t->state, 1);
	else
		sw_state_init(machine, t->state);
}

/* The event's line; in PARALLEL it says that it is #1's. */
static char *
event_words(const struct telling *t, struct sw_event event, char *line)
{
	const bool is_addressed = t->machine->mode == SW_MODE_PARALLEL &&
				  event.kind != SW_EVENT_START &&
				  event.kind != SW_EVENT_STOP &&
				  event.kind != SW_EVENT_ABANDON;
	return sw_words_event(t->machine,
	    (struct sw_addressed){ event, is_addressed ? 1 : 0 }, line);
}

struct span
story__of_action(const struct lowered *lowered, uint32_t action)
{
	return lowered->actions[action] != NULL ? lowered->actions[action]->at
						: lowered->rules[action]->at;
}

static struct span
span_of_event(const struct telling *t, struct sw_event event)
{
	switch (event.kind) {
	case SW_EVENT_START:
		return t->lowered->model->at;
	case SW_EVENT_STOP:
	case SW_EVENT_ABANDON:
		for (uint32_t i = 0; i < t->machine->nstages; i++)
			if (sw_state_stage(t->state, i)->execution ==
				event.subject ||
			    sw_state_stage(t->state, i)->waiting ==
				event.subject)
				return t->lowered->stages[i]->at;
		return t->lowered->model->at;
	case SW_EVENT_OPEN:
	case SW_EVENT_CLOSE:
	case SW_EVENT_RETRY:
	case SW_EVENT_RETRY_ALL:
	case SW_EVENT_OVERRIDE_BEFORE_ENTRY:
	case SW_EVENT_OVERRIDE_ON_SUCCESS:
	case SW_EVENT_OVERRIDE_ON_FAILURE:
	case SW_EVENT_ROLLBACK:
		return t->lowered->stages[event.subject]->at;
	default:
		return story__of_action(t->lowered, event.subject);
	}
}

static void __attribute__((format(printf, 2, 3)))
append(char *line, const char *format, ...)
{
	const size_t used = strlen(line);
	va_list arguments;
	va_start(arguments, format);
	if (used + 3 < LINE_MAX_BYTES) {
		if (used != 0)
			memcpy(line + used, "; ", 3);
		vsnprintf(line + strlen(line), LINE_MAX_BYTES - strlen(line),
		    format, arguments);
	}
	va_end(arguments);
}

static void
append_rule(const struct telling *t, const struct sw_fired *f, char *line)
{
	const char *stage = f->subject < t->machine->nstages
				? t->machine->stages[f->subject].name
				: "";
	switch (f->rule) {
	case SW_RULE_STAGE_SKIPPED:
		append(line, "%s is skipped", stage);
		break;
	case SW_RULE_STAGE_FAILED:
		append(line, "%s and #%u failed", stage, f->execution);
		break;
	case SW_RULE_STAGE_STOPPED:
		append(line, "#%u is stopped in %s", f->execution, stage);
		break;
	case SW_RULE_STOP_WAITING:
		append(line, "#%u is stopped", f->execution);
		break;
	case SW_RULE_ARRIVE_WAITS:
		append(line, "#%u waits for %s", f->execution, stage);
		break;
	case SW_RULE_ARRIVE_SUPERSEDES:
		append(line, "#%u is superseded", f->execution);
		break;
	case SW_RULE_STAGE_RETRIES:
		append(line, "%s is retried", stage);
		break;
	case SW_RULE_EXECUTION_SUCCEEDED:
		append(line, "#%u succeeded", f->execution);
		break;
	case SW_RULE_ROLLBACK_STARTED:
		append(line, "#%u rolls %s back", f->execution, stage);
		break;
	case SW_RULE_ACTION_RETRIED:
		append(line, "it is tried again");
		break;
	default:
		break;
	}
}

static void
append_starts(const struct telling *t, char *line)
{
	char name[SW_WORDS_MAX];
	uint32_t n = 0;
	for (uint32_t i = 0; i < t->output.ncommands; i++) {
		const struct sw_command *c = &t->output.commands[i];
		if (c->kind != SW_COMMAND_START)
			continue;
		if (n++ < NAMED_MAX)
			append(line, "%s starts",
			    sw_words_action(t->machine, c->action, name));
	}
	if (n > NAMED_MAX)
		append(line, "%u more start", n - NAMED_MAX);
}

static char *
follows(struct telling *t)
{
	char *line = arena_alloc(t->arena, LINE_MAX_BYTES);
	for (uint32_t i = 0; i < t->output.nfired; i++)
		append_rule(t, &t->output.fired[i], line);
	append_starts(t, line);
	return line;
}

static bool
is_success(struct sw_event event)
{
	return event.kind == SW_EVENT_SUCCEED || event.kind == SW_EVENT_PASS;
}

static bool
is_decision(struct sw_event event)
{
	return !is_success(event) && event.kind != SW_EVENT_APPROVE;
}

static const char *
say_successes(const struct telling *t, const struct sw_event *events, size_t n)
{
	char *line = arena_alloc(t->arena, LINE_MAX_BYTES);
	char name[SW_WORDS_MAX];
	size_t used = 0;
	if (n == 1)
		return arena_strdup(t->arena, event_words(t, *events, name));
	if (n > NAMED_MAX)
		used = (size_t)snprintf(
		    line, LINE_MAX_BYTES, "%zu succeed, of", n);
	uint32_t stage = UINT32_MAX;
	for (size_t i = 0; i < n && used < LINE_MAX_BYTES; i++) {
		const struct sw_action *row =
		    &t->machine->actions[events[i].subject];
		if (n > NAMED_MAX && row->stage == stage)
			continue;
		used += (size_t)snprintf(line + used, LINE_MAX_BYTES - used,
		    "%s%s%s",
		    used == 0             ? ""
		    : stage == UINT32_MAX ? " "
					  : ", ",
		    n > NAMED_MAX
			? t->machine->stages[row->stage].name
			: sw_words_action(t->machine, events[i].subject, name),
		    "");
		stage = row->stage;
	}
	return n > NAMED_MAX ? line
			     : arena_printf(t->arena, "%s succeed", line);
}

/* How many events, from this one on, share its line. */
static size_t
count_merged(const struct story_run *run, size_t i, bool is_full)
{
	size_t n = 1;
	if (is_full || !is_success(run->events[i]))
		return 1;
	while (i + n < run->nevents && is_success(run->events[i + n]))
		n++;
	return n;
}

struct story *
story_new(struct arena *arena, const struct story_run *run, bool is_full)
{
	struct telling t;
	char words[SW_WORDS_MAX];
	struct story *story = arena_alloc(arena, sizeof *story);
	telling_init(&t, arena, run->lowered);
	story->lines =
	    arena_array(arena, run->nevents + 1, sizeof *story->lines);
	for (size_t i = 0; i < run->nevents;) {
		const struct sw_event *events = &run->events[i];
		const size_t n = count_merged(run, i, is_full);
		struct story_line *line = &story->lines[story->n++];
		*line = (struct story_line){
			.what = is_success(*events)
				    ? say_successes(&t, events, n)
				    : arena_strdup(arena,
					  event_words(&t, *events, words)),
			.at = span_of_event(&t, *events),
			.is_decision = is_decision(*events),
			.nevents = n,
		};
		for (size_t k = 0; k < n; k++)
			(void)sw_step(t.machine, t.state, events[k], &t.output);
		line->follows = follows(&t);
		story->ndecisions += line->is_decision;
		i += n;
	}
	return story;
}

const char *
story_at(struct arena *arena, const struct sources *sources, struct span at)
{
	const struct location l = source_locate(sources, at.file, at.begin);
	return arena_printf(arena, "%s:%" PRIu32 ":%" PRIu32,
	    source_name(sources, at.file), l.line, l.column);
}

/* Of what happened; longer ones have a line to themselves. */
#define WHAT_MAX 60

const char *
story_line_text(struct arena *arena, const struct story_line *line)
{
	return *line->follows == '\0'
		   ? line->what
		   : arena_printf(arena, "%s: %s", line->what, line->follows);
}

void
story_json(const struct story *story, struct arena *arena,
    const struct sources *sources, struct text *text)
{
	text_put(text, "[");
	for (size_t i = 0; i < story->n; i++) {
		const struct story_line *line = &story->lines[i];
		TEXT(text,
		    "$comma$\n    {\"what\": $what$, \"follows\": $follows$, "
		    "\"at\": $at$, \"events\": $n$}",
		    CPART("comma", i == 0 ? "" : ","), JSTR("what", line->what),
		    JSTR("follows", line->follows),
		    JSTR("at", story_at(arena, sources, line->at)),
		    NUM("n", line->nevents));
	}
	text_put(text, "]");
}

void
story_print(const struct story *story, struct arena *arena,
    const struct sources *sources, FILE *to)
{
	int what = 0, place = 0;
	for (size_t i = 0; i < story->n; i++) {
		const struct story_line *l = &story->lines[i];
		const int n = (int)strlen(l->what);
		const int at = (int)strlen(story_at(arena, sources, l->at));
		what = n > what && n <= WHAT_MAX ? n : what;
		place = at > place ? at : place;
	}
	for (size_t i = 0; i < story->n; i++) {
		const struct story_line *l = &story->lines[i];
		const bool is_long = strlen(l->what) > WHAT_MAX;
		fprintf(to, "   %-3zu%c %-*s", i + 1,
		    l->is_decision ? '*' : ' ', is_long ? 0 : what, l->what);
		if (is_long)
			fprintf(to, "\n%*s", 8 + what, "");
		fprintf(to, "  %-*s%s%s\n", *l->follows != '\0' ? place : 0,
		    story_at(arena, sources, l->at),
		    *l->follows != '\0' ? "  " : "", l->follows);
	}
}

/* Of a rule, when it could be of an action as well? */
static bool
is_of_rule(const struct telling *t, struct sw_event event)
{
	return (event.kind == SW_EVENT_FAIL ||
		   event.kind == SW_EVENT_UNKNOWN) &&
	       t->machine->actions[event.subject].category == SW_CATEGORY_RULE;
}

static const char *
status_word(enum sw_status status)
{
	const char *word = sw_words_status(status);
	return word != NULL ? word : "none";
}

void
story_scenario(struct text *text, struct arena *arena,
    const struct story_run *run, const char *name, const char *says,
    struct story_end end)
{
	struct telling t;
	char words[SW_WORDS_MAX];
	telling_init(&t, arena, run->lowered);
	scenarios_begin(text);
	scenario_begin(text, name, says);
	for (size_t i = 0; i < run->nevents; i++) {
		(void)scenario_event(text,
		    event_words(&t, run->events[i], words),
		    is_of_rule(&t, run->events[i]), NULL);
		(void)sw_step(t.machine, t.state, run->events[i], &t.output);
	}
	if (end.action != UINT32_MAX)
		scenario_expect(text, "action",
		    sw_words_action(t.machine, end.action, words), "status",
		    status_word(
			sw_state_action(t.machine, t.state, end.action)));
	else if (end.stage != UINT32_MAX)
		scenario_expect(text, "stage",
		    t.machine->stages[end.stage].name, "status",
		    status_word(
			(enum sw_status)sw_state_stage(t.state, end.stage)
			    ->status));
	scenario_end(text);
	scenarios_end(text);
}
