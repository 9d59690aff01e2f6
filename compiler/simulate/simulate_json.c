/*
 * What a simulation prints after each event as JSON: how everything stands, in
 * the order of the machine's tables. An object lists every execution that there ever was, so a line grows with them:
 * what has ended is rendered once and copied from then on.
 */
#include "simulate_print.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "condition.h"
#include "machine/words.h"

/* Bytes of `"NUMBER":{"status":"Superseded","at":null},` and to spare. */
#define ENDED_MAX 80

/* Texts that every line needs again. */
struct rendering {
	char **stages;  /* JSON strings of their names */
	char **actions; /* of "STAGE.ACTION" */
	char *ended;    /* executions 1 to nended, each with a comma behind */
	size_t ended_size;
	size_t ended_capacity;
	uint32_t nended;
};

/* A JSON string; caller frees with `free`. */
static char *
quote(const char *plain)
{
	char *quoted = NULL;
	size_t size;
	FILE *stream = check_memory(open_memstream(&quoted, &size));
	struct text *text = text_new(stream);
	TEXT(text, "$plain$", JSTR("plain", plain));
	if (text_close(text) != 0)
		out_of_memory();
	close_memory(stream, &quoted);
	return quoted;
}

void
simulate_json_prepare(struct simulation *s)
{
	const struct sw_machine *machine = s->session.machine;
	struct rendering *r = check_memory(calloc(1, sizeof *r));
	s->rendering = r;
	r->stages = check_memory(calloc(machine->nstages, sizeof(char *)));
	r->actions = check_memory(calloc(machine->nactions, sizeof(char *)));
	for (uint32_t i = 0; i < machine->nstages; i++)
		r->stages[i] = quote(machine->stages[i].name);
	for (uint32_t i = 0; i < machine->nactions; i++) {
		char path[SW_WORDS_MAX];
		r->actions[i] = quote(sw_words_action(machine, i, path));
	}
}

void
simulate_json_release(struct simulation *s)
{
	struct rendering *r = s->rendering;
	for (uint32_t i = 0; i < s->session.machine->nstages; i++)
		free(r->stages[i]);
	for (uint32_t i = 0; i < s->session.machine->nactions; i++)
		free(r->actions[i]);
	free(r->stages);
	free(r->actions);
	free(r->ended);
	free(r);
}

/* The status of an execution is no longer what it was. */
static void
forget(struct simulation *s, uint32_t execution)
{
	struct rendering *r = s->rendering;
	if (execution > r->nended)
		return;
	r->nended = execution - 1;
	r->ended_size = s->session.executions[execution].offset;
	r->ended[r->ended_size] = '\0';
}

static void
forget_changed(struct simulation *s)
{
	for (uint32_t i = 0; i < s->session.output.ncommands; i++) {
		const struct sw_command *c = &s->session.output.commands[i];
		if (session_status_said((enum sw_command_kind)c->kind) !=
		    SW_STATUS_NONE)
			forget(s, c->execution);
	}
}

/* A status as JSON has it. */
static const char *
json_status(enum sw_status status)
{
	static const char *const words[] = {
		[SW_STATUS_NONE] = "null",
		[SW_STATUS_IN_PROGRESS] = "\"InProgress\"",
		[SW_STATUS_STOPPING] = "\"Stopping\"",
		[SW_STATUS_SUCCEEDED] = "\"Succeeded\"",
		[SW_STATUS_FAILED] = "\"Failed\"",
		[SW_STATUS_STOPPED] = "\"Stopped\"",
		[SW_STATUS_SUPERSEDED] = "\"Superseded\"",
		[SW_STATUS_ABANDONED] = "\"Abandoned\"",
		[SW_STATUS_UNKNOWN] = "\"Unknown\"",
		[SW_STATUS_SKIPPED] = "\"Skipped\"",
		[SW_STATUS_PENDING] = "\"Pending\"",
	};
	_Static_assert(
	    sizeof words / sizeof words[0] == SW_NSTATUSES, "one each");
	return words[status];
}

/* Renders the executions that have ended, up to the first that has not. */
static void
render_ended(struct simulation *s)
{
	struct rendering *r = s->rendering;
	while (r->nended < s->session.nexecutions &&
	       session_has_ended(&s->session, r->nended + 1)) {
		struct session_execution *e =
		    &s->session.executions[++r->nended];
		if (r->ended_capacity - r->ended_size < ENDED_MAX) {
			r->ended_capacity = 2 * r->ended_capacity + ENDED_MAX;
			r->ended =
			    check_memory(realloc(r->ended, r->ended_capacity));
		}
		e->offset = r->ended_size;
		const int n = snprintf(r->ended + r->ended_size, ENDED_MAX,
		    "\"%" PRIu32 "\":{\"status\":%s,\"at\":null},", r->nended,
		    json_status(e->status));
		assert(n > 0 && n < ENDED_MAX);
		r->ended_size += (size_t)n;
	}
}

static void
print_execution(const struct simulation *s, uint32_t number)
{
	const struct session_execution *e = &s->session.executions[number];
	struct text *text = s->text;
	TEXT(text, "\"$number$\":{\"status\":", NUM("number", number));
	text_put(text, json_status(e->status));
	text_put(text, ",\"at\":");
	text_put(text, session_has_ended(&s->session, number)
			   ? "null"
			   : s->rendering->stages[e->stage]);
	text_put(text, number < s->session.nexecutions ? "}," : "}");
}

static void
print_executions(struct simulation *s)
{
	struct rendering *r = s->rendering;
	forget_changed(s);
	render_ended(s);
	text_put(s->text, ",\"executions\":{");
	if (r->nended > 0 && r->nended == s->session.nexecutions) {
		/* All but the comma behind the last one. */
		r->ended[r->ended_size - 1] = '\0';
		text_put(s->text, r->ended);
		r->ended[r->ended_size - 1] = ',';
	} else if (r->nended > 0) {
		text_put(s->text, r->ended);
	}
	for (uint32_t i = r->nended + 1; i <= s->session.nexecutions; i++)
		print_execution(s, i);
	text_put(s->text, "}");
}

static void
print_number(
    struct text *text, const char *before, uint32_t number, const char *if_zero)
{
	text_put(text, before);
	if (number == 0)
		text_put(text, if_zero);
	else
		TEXT(text, "$number$", NUM("number", number));
}

static void
print_waiting(
    const struct simulation *s, const struct sw_state *state, uint32_t stage)
{
	struct text *text = s->text;
	uint32_t waiting;

	text_put(text, ",\"waiting\":[");
	for (uint32_t i = 0; (waiting = sw_state_waiting(
				  s->session.machine, state, stage, i)) != 0;
	     i++)
		print_number(text, i > 0 ? "," : "", waiting, "");
	text_put(text, "]");
}

static void
print_stages(const struct simulation *s, const struct sw_state *state)
{
	struct text *text = s->text;
	text_put(text, "\"stages\":{");
	for (uint32_t i = 0; i < s->session.machine->nstages; i++) {
		const struct sw_stage_state *stage = sw_state_stage(state, i);
		text_put(text, i == 0 ? "" : ",");
		text_put(text, s->rendering->stages[i]);
		text_put(text, ":{\"status\":");
		text_put(text, json_status((enum sw_status)stage->status));
		print_number(text, ",\"execution\":", stage->execution, "null");
		print_waiting(s, state, i);
		text_put(text,
		    stage->closed ? ",\"open\":false}" : ",\"open\":true}");
	}
	text_put(text, "}");
}

/* A member of an object: "NAME":STATUS, with a comma before all but the
 * first. */
static void
print_action(const struct simulation *s, const struct sw_state *state,
    uint32_t i, bool is_first)
{
	struct text *text = s->text;
	text_put(text, is_first ? "" : ",");
	text_put(text, s->rendering->actions[i]);
	text_put(text, ":");
	text_put(
	    text, json_status(sw_state_action(s->session.machine, state, i)));
}

static void
print_actions(const struct simulation *s, const struct sw_state *state)
{
	const struct sw_machine *machine = s->session.machine;
	bool is_first = true;
	text_put(s->text, ",\"actions\":{");
	for (uint32_t i = 0; i < machine->nactions; i++) {
		if (machine->actions[i].category == SW_CATEGORY_RULE)
			continue;
		print_action(s, state, i, is_first);
		is_first = false;
	}
	text_put(s->text, "}");
}

/* One condition with its rules. */
static void
print_condition(const struct simulation *s, const struct sw_state *state,
    uint32_t first, bool is_first)
{
	const struct sw_machine *machine = s->session.machine;
	const struct sw_action *row = &machine->actions[first];
	const char *status =
	    condition_status(machine, state, row->stage, row->run_order);
	struct text *text = s->text;
	char name[SW_WORDS_MAX];
	uint32_t begin, end;

	snprintf(name, sizeof name, "%.400s.%s",
	    machine->stages[row->stage].name,
	    sw_words_condition(row->run_order));
	text_put(text, is_first ? "" : ",");
	TEXT(text, "$name$:{\"status\":$status$,\"rules\":{",
	    JSTR("name", name),
	    JSTR("status", strcmp(status, "none") == 0 ? NULL : status));
	condition_rules(machine, row->stage, row->run_order, &begin, &end);
	for (uint32_t i = begin; i < end; i++)
		print_action(s, state, i, i == begin);
	text_put(text, "}}");
}

/* Nothing for a machine without rules. */
static void
print_conditions(const struct simulation *s, const struct sw_state *state)
{
	const struct sw_machine *machine = s->session.machine;
	bool is_first = true;

	for (uint32_t i = 0; i < machine->nactions; i++) {
		const struct sw_action *row = &machine->actions[i];
		if (row->category != SW_CATEGORY_RULE ||
		    (i > 0 && row->stage == row[-1].stage &&
			row->run_order == row[-1].run_order))
			continue;
		if (is_first)
			text_put(s->text, ",\"conditions\":{");
		print_condition(s, state, i, is_first);
		is_first = false;
	}
	text_put(s->text, is_first ? "" : "}");
}

static void
print_state(const struct simulation *s, const struct sw_state *state)
{
	print_stages(s, state);
	print_actions(s, state);
	print_conditions(s, state);
}

/* Where each execution is on its own: all of them. */
static void
print_instances(const struct simulation *s)
{
	struct text *text = s->text;

	text_put(text, ",\"instances\":{");
	for (uint32_t i = 1; i <= s->session.nexecutions; i++) {
		TEXT(text, "$comma$\"$number$\":{",
		    XML("comma", i > 1 ? "," : ""), NUM("number", i));
		print_state(s, session_state(&s->session, i));
		text_put(text, "}");
	}
	text_put(text, "}");
}

void
simulate_print_json(struct simulation *s)
{
	struct text *text = s->text;
	char line[SW_WORDS_MAX];
	TEXT(text, "{\"event\":$event$",
	    JSTR("event",
		sw_words_event(s->session.machine, s->session.event, line)));
	if (s->session.refusal == SW_ACCEPTED)
		text_put(
		    text, ",\"accepted\":true,\"reason\":null,\"rules\":[");
	else
		TEXT(text,
		    ",\"accepted\":false,\"reason\":$reason$,\"rules\":[",
		    JSTR("reason", simulate_reason(s->session.refusal, line)));
	for (uint32_t i = 0; i < s->session.output.nfired; i++) {
		text_put(text, i == 0 ? "" : ",");
		TEXT(text, "$rule$",
		    JSTR("rule", sw_words_fired(s->session.machine,
				     s->session.output.fired[i], line)));
	}
	text_put(text, "],\"commands\":[");
	for (uint32_t i = 0; i < s->session.output.ncommands; i++) {
		text_put(text, i == 0 ? "" : ",");
		TEXT(text, "$command$",
		    JSTR("command", sw_words_command(s->session.machine,
					s->session.output.commands[i], line)));
	}
	text_put(text, "]");
	print_executions(s);
	text_put(text, ",");
	print_state(s, s->session.state);
	if (session_is_parallel(&s->session))
		print_instances(s);
	text_put(text, "}\n");
}
