/*
 * Plays a run again and writes down what changed. What it means is told by
 * the rules that fire; this file has only the words.
 */
#include "story.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "lower/lower.h"
#include "machine/words.h"
#include "model/model.h"
#include "policy/policy.h"
#include "simulate/scenario_write.h"
#include "story_part.h"

/* Actions that a line names; more are counted. */
#define NAMED_MAX 3
/* Bytes of what one line says; more is cut off. */
#define LINE_MAX_BYTES 1024

struct telling {
	struct arena *arena;
	const struct verification *v;
	const struct sw_machine *machine;
	const struct lowered *lowered;
	struct sw_state *state;
	struct sw_output output;
};

static void
telling_init(
    struct telling *t, struct arena *arena, const struct verification *v)
{
	const struct lowered *lowered = v->properties->lowered;
	const struct sw_machine *machine = &lowered->machine;
	*t = (struct telling){
		.arena = arena, .v = v, .machine = machine, .lowered = lowered
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

static struct span
span_of_action(const struct lowered *lowered, uint32_t action)
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
		return span_of_action(t->lowered, event.subject);
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
count_merged(const struct verdict *verdict, size_t i, bool is_full)
{
	size_t n = 1;
	if (is_full || !is_success(verdict->events[i]))
		return 1;
	while (i + n < verdict->nevents && is_success(verdict->events[i + n]))
		n++;
	return n;
}

struct story *
story_new(struct arena *arena, const struct verification *v,
    const struct verdict *verdict, bool is_full)
{
	struct telling t;
	char words[SW_WORDS_MAX];
	struct story *story = arena_alloc(arena, sizeof *story);
	telling_init(&t, arena, v);
	story->lines =
	    arena_array(arena, verdict->nevents + 1, sizeof *story->lines);
	for (size_t i = 0; i < verdict->nevents;) {
		const struct sw_event *events = &verdict->events[i];
		const size_t n = count_merged(verdict, i, is_full);
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

struct span
story_place(const struct verification *v, const struct verdict *verdict)
{
	const struct lowered *lowered = v->properties->lowered;
	const struct breach *b = &verdict->breach;
	const struct properties *p = v->properties;
	if (verdict->property->kind == PROPERTY_ARTIFACTS)
		return p->artifacts[b->other].at;
	if (verdict->property->kind == PROPERTY_VARIABLES)
		return p->variables[b->other].at;
	if (verdict->property->kind == PROPERTY_STALE)
		return p->stale[b->other].at;
	if (verdict->property->kind == PROPERTY_REWRITTEN)
		return p->rewritten[b->other].at;
	if (verdict->property->kind == PROPERTY_FOLLOW)
		return verdict->property->obligation->policy->id.at;
	if (b->action != UINT32_MAX)
		return span_of_action(lowered, b->action);
	return b->stage != UINT32_MAX ? lowered->stages[b->stage]->at
				      : lowered->model->at;
}

/* "'Prod.Ship'", or "stage 'Prod'". */
static const char *
name_breach(
    struct arena *arena, const struct lowered *lowered, const struct breach *b)
{
	char name[SW_WORDS_MAX];
	if (b->action != UINT32_MAX)
		return arena_printf(arena, "'%s'",
		    sw_words_action(&lowered->machine, b->action, name));
	return b->stage == UINT32_MAX
		   ? arena_printf(arena, "execution #%u", b->execution)
		   : arena_printf(arena, "stage '%s'",
			 lowered->machine.stages[b->stage].name);
}

const char *
story__other(
    struct arena *arena, const struct lowered *lowered, const struct breach *b)
{
	char name[SW_WORDS_MAX];
	if (b->other == UINT32_MAX || b->other == b->action)
		return "another execution";
	return arena_printf(
	    arena, "'%s'", sw_words_action(&lowered->machine, b->other, name));
}

/* Of what property_promote.c lists. */
static const char *
promotion_fact(struct arena *arena, const struct verification *v,
    const struct verdict *verdict, const char *who)
{
	const struct properties *p = v->properties;
	const struct breach *b = &verdict->breach;
	switch (verdict->property->kind) {
	case PROPERTY_STALE:
		return arena_printf(arena,
		    "%s can deploy '%s', which was written after the approval "
		    "that was given",
		    who, p->stale[b->other].name);
	case PROPERTY_REWRITTEN:
		return arena_printf(arena,
		    "%s can deploy '%s' as a retry wrote it after its approval",
		    who, p->rewritten[b->other].name);
	case PROPERTY_PULL_REQUEST:
		return arena_printf(arena,
		    "%s can start in production for a pull request", who);
	case PROPERTY_STAGING_FIRST:
		return arena_printf(arena,
		    "%s can start in production before a deploy to '%s' has "
		    "succeeded",
		    who, p->lowered->work[b->other].environment);
	case PROPERTY_ENDLESS_RETRY:
		return "a retry can follow a retry for ever";
	case PROPERTY_STARVES:
		return arena_printf(arena,
		    "whoever waits for stage '%s' can be replaced for as long "
		    "as %s is not answered",
		    p->lowered->machine.stages[b->stage].name, who);
	default:
		return who;
	}
}

const char *
story_fact(struct arena *arena, const struct verification *v,
    const struct verdict *verdict)
{
	const struct lowered *lowered = v->properties->lowered;
	const struct breach *b = &verdict->breach;
	const char *who = name_breach(arena, lowered, b);
	switch (verdict->property->kind) {
	case PROPERTY_LAWS:
		return arena_printf(
		    arena, "the law '%s' of the machine is broken", b->detail);
	case PROPERTY_FAILURE_STOPS:
		return arena_printf(
		    arena, "%s can start though something before failed", who);
	case PROPERTY_STOP_STOPS:
		return arena_printf(arena,
		    "%s can start though its execution was stopped", who);
	case PROPERTY_ROLLBACK_TARGET:
		return arena_printf(arena,
		    "%s can be rolled back to what never succeeded in it", who);
	case PROPERTY_BOUNDED_ATTEMPTS:
		return "there can be more attempts than the model allows";
	case PROPERTY_CLEAN_END:
		return arena_printf(arena,
		    "execution #%u can end and still hold %s", b->execution,
		    who);
	case PROPERTY_DEADLOCK:
		return "a state can be reached in which nothing can happen";
	case PROPERTY_COMPLETE:
		return "a state can be reached from which nothing ends";
	case PROPERTY_DEAD_ACTION:
		return arena_printf(arena, "%s never starts", who);
	case PROPERTY_LIVELOCK:
		return "a run can go on for ever";
	case PROPERTY_NEEDS_OPERATOR:
		return "an execution can wait until an operator helps it";
	case PROPERTY_GATE:
		return arena_printf(arena,
		    "%s can start in production without an approval", who);
	case PROPERTY_ARTIFACTS:
		return arena_printf(arena,
		    "%s can read the artifact '%s' though nobody wrote it", who,
		    v->properties->artifacts[b->other].name);
	case PROPERTY_VARIABLES:
		return arena_printf(arena,
		    "%s can read '#{%s}' though it was never set", who,
		    v->properties->variables[b->other].name);
	case PROPERTY_UNGATED_RETRY:
		return arena_printf(arena,
		    "%s can be tried again by itself on an old approval", who);
	case PROPERTY_ENVIRONMENT:
		return arena_printf(arena,
		    "two executions can deploy to '%s' at once: %s beside %s",
		    lowered->work[b->action].environment, who,
		    story__other(arena, lowered, b));
	case PROPERTY_ROLLBACK_NONE:
		return arena_printf(arena,
		    "%s asks for a rollback and never has anything to go back "
		    "to",
		    who);
	default:
		return verdict->property->obligation != NULL
			   ? story__policy_fact(arena, lowered, verdict, who)
			   : promotion_fact(arena, v, verdict, who);
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

void
story_scenario(struct text *text, struct arena *arena,
    const struct verification *v, const struct verdict *verdict)
{
	struct telling t;
	char words[SW_WORDS_MAX];
	telling_init(&t, arena, v);
	scenarios_begin(text);
	scenario_begin(
	    text, verdict->property->name, story_fact(arena, v, verdict));
	for (size_t i = 0; i < verdict->nevents; i++) {
		(void)scenario_event(text,
		    event_words(&t, verdict->events[i], words),
		    is_of_rule(&t, verdict->events[i]), NULL);
		(void)sw_step(
		    t.machine, t.state, verdict->events[i], &t.output);
	}
	if (verdict->breach.stage != UINT32_MAX) {
		const char *status =
		    sw_words_status((enum sw_status)sw_state_stage(
			t.state, verdict->breach.stage)
					->status);
		scenario_expect(text, "stage",
		    t.machine->stages[verdict->breach.stage].name, "status",
		    status != NULL ? status : "none");
	}
	scenario_end(text);
	scenarios_end(text);
}
