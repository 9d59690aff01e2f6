/*
 * Lines of text to events and back, and everything that the machine says as
 * text. Knows names and tables, nothing of what they mean.
 */
#include "words.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What stands behind the verb of an event line. */
enum object {
	OBJECT_NONE,
	OBJECT_STAGE,
	OBJECT_ACTION,
	OBJECT_RULE,
	OBJECT_ROW, /* an action or a rule */
	OBJECT_EXECUTION
};

/* What stands behind the object. */
enum tail {
	TAIL_NONE,
	TAIL_WORD,
	TAIL_EXECUTION
};

struct verb {
	const char *word;
	const char *tail_word; /* of TAIL_WORD */
	const char *form;      /* the whole line, for messages */
	enum object object;
	enum tail tail;
};

#define OVERRIDE_FORM "override STAGE beforeEntry|onSuccess"

static const struct verb verbs[] = {
	[SW_EVENT_START] = { "start", NULL, "start", OBJECT_NONE, TAIL_NONE },
	[SW_EVENT_SUCCEED] = { "succeed", NULL, "succeed STAGE.ACTION",
	    OBJECT_ACTION, TAIL_NONE },
	[SW_EVENT_FAIL] = { "fail", NULL, "fail STAGE.ACTION", OBJECT_ROW,
	    TAIL_NONE },
	[SW_EVENT_UNKNOWN] = { "unknown", NULL, "unknown STAGE.ACTION",
	    OBJECT_ROW, TAIL_NONE },
	[SW_EVENT_APPROVE] = { "approve", NULL, "approve STAGE.ACTION",
	    OBJECT_ACTION, TAIL_NONE },
	[SW_EVENT_REJECT] = { "reject", NULL, "reject STAGE.ACTION",
	    OBJECT_ACTION, TAIL_NONE },
	[SW_EVENT_OPEN] = { "open", NULL, "open STAGE", OBJECT_STAGE,
	    TAIL_NONE },
	[SW_EVENT_CLOSE] = { "close", NULL, "close STAGE", OBJECT_STAGE,
	    TAIL_NONE },
	[SW_EVENT_STOP] = { "stop", NULL, "stop #N", OBJECT_EXECUTION,
	    TAIL_NONE },
	[SW_EVENT_ABANDON] = { "abandon", NULL, "abandon #N", OBJECT_EXECUTION,
	    TAIL_NONE },
	[SW_EVENT_RETRY] = { "retry", NULL, "retry STAGE [all]", OBJECT_STAGE,
	    TAIL_NONE },
	[SW_EVENT_RETRY_ALL] = { "retry", "all", "retry STAGE [all]",
	    OBJECT_STAGE, TAIL_WORD },
	[SW_EVENT_PASS] = { "pass", NULL, "pass STAGE.RULE", OBJECT_RULE,
	    TAIL_NONE },
	[SW_EVENT_OVERRIDE_BEFORE_ENTRY] = { "override", "beforeEntry",
	    OVERRIDE_FORM, OBJECT_STAGE, TAIL_WORD },
	[SW_EVENT_OVERRIDE_ON_SUCCESS] = { "override", "onSuccess",
	    OVERRIDE_FORM, OBJECT_STAGE, TAIL_WORD },
	[SW_EVENT_OVERRIDE_ON_FAILURE] = { "override", "onFailure",
	    OVERRIDE_FORM, OBJECT_STAGE, TAIL_WORD },
	[SW_EVENT_ROLLBACK] = { "rollback", NULL, "rollback STAGE #N",
	    OBJECT_STAGE, TAIL_EXECUTION },
};
_Static_assert(sizeof verbs / sizeof verbs[0] == SW_NEVENTS, "one each");

struct rule_words {
	const char *name;
	const char *sentence;
	const char *section;
	enum {
		SUBJECT_NONE,
		SUBJECT_STAGE,
		SUBJECT_GROUP,
		SUBJECT_CONDITION,
		SUBJECT_ACTION
	} subject;
};

static const struct rule_words rules[] = {
#define SW_RULE(id, name, subject, section, sentence)                          \
	[SW_RULE_##id] = { name, sentence, section, SUBJECT_##subject },
#include <stagewright/rules.def>
#undef SW_RULE
};
_Static_assert(sizeof rules / sizeof rules[0] == SW_NRULES, "one each");

static const struct {
	const char *name;
	const char *sentence;
} refusals[] = {
	[SW_ACCEPTED] = { "Accepted", "the event is possible" },
#define SW_REFUSAL(id, name, section, sentence)                                \
	[SW_REFUSED_##id] = { name, sentence },
#include <stagewright/refusals.def>
#undef SW_REFUSAL
};
_Static_assert(
    sizeof refusals / sizeof refusals[0] == SW_NREFUSALS, "one each");

static const char *const statuses[] = {
	[SW_STATUS_NONE] = NULL,
	[SW_STATUS_IN_PROGRESS] = "InProgress",
	[SW_STATUS_STOPPING] = "Stopping",
	[SW_STATUS_SUCCEEDED] = "Succeeded",
	[SW_STATUS_FAILED] = "Failed",
	[SW_STATUS_STOPPED] = "Stopped",
	[SW_STATUS_SUPERSEDED] = "Superseded",
	[SW_STATUS_ABANDONED] = "Abandoned",
	[SW_STATUS_UNKNOWN] = "Unknown",
	[SW_STATUS_SKIPPED] = "Skipped",
	[SW_STATUS_PENDING] = "Pending",
};
_Static_assert(
    sizeof statuses / sizeof statuses[0] == SW_NSTATUSES, "one each");

static const char *const categories[] = {
	[SW_CATEGORY_SOURCE] = "Source",
	[SW_CATEGORY_BUILD] = "Build",
	[SW_CATEGORY_TEST] = "Test",
	[SW_CATEGORY_DEPLOY] = "Deploy",
	[SW_CATEGORY_APPROVAL] = "Approval",
	[SW_CATEGORY_INVOKE] = "Invoke",
	[SW_CATEGORY_COMPUTE] = "Compute",
	[SW_CATEGORY_RULE] = "Rule",
};
_Static_assert(
    sizeof categories / sizeof categories[0] == SW_NCATEGORIES, "one each");

/* A word of a line: a run of characters that are neither blank nor the end. */
struct word {
	const char *begin;
	int length;
};

static struct word
next_word(const char **line)
{
	*line += strspn(*line, " \t");
	const struct word word = { *line, (int)strcspn(*line, " \t") };
	*line += word.length;
	return word;
}

static bool
word_is(struct word word, const char *text)
{
	return strncmp(word.begin, text, (size_t)word.length) == 0 &&
	       text[word.length] == '\0';
}

static int64_t
find_stage(const struct sw_machine *machine, struct word name)
{
	for (uint32_t i = 0; i < machine->nstages; i++)
		if (word_is(name, machine->stages[i].name))
			return i;
	return -1;
}

/* Names may contain dots, so every stage that fits is tried. */
static int64_t
find_action(const struct sw_machine *machine, struct word path)
{
	for (uint32_t s = 0; s < machine->nstages; s++) {
		const struct sw_stage *stage = &machine->stages[s];
		const size_t n = strlen(stage->name);
		if ((size_t)path.length <= n + 1 || path.begin[n] != '.' ||
		    memcmp(path.begin, stage->name, n) != 0)
			continue;
		const struct word rest = { path.begin + n + 1,
			path.length - (int)n - 1 };
		for (uint32_t a = stage->first_action; a <= stage->last_action;
		     a++)
			if (word_is(rest, machine->actions[a].name))
				return a;
	}
	return -1;
}

static int64_t
find_execution(struct word word)
{
	if (word.length < 2 || word.length > 11 || word.begin[0] != '#')
		return -1;
	uint64_t number = 0;
	for (int i = 1; i < word.length; i++) {
		if (word.begin[i] < '0' || word.begin[i] > '9')
			return -1;
		number = number * 10 + (uint64_t)(word.begin[i] - '0');
	}
	return number <= SW_EXECUTIONS_MAX ? (int64_t)number : -1;
}

static int64_t
find_row(const struct sw_machine *machine, enum object object, struct word word)
{
	const int64_t found = find_action(machine, word);
	if (found < 0 || object == OBJECT_ROW)
		return found;
	const bool is_rule =
	    machine->actions[found].category == SW_CATEGORY_RULE;
	return is_rule == (object == OBJECT_RULE) ? found : -1;
}

static int64_t
find_object(
    const struct sw_machine *machine, enum object object, struct word word)
{
	switch (object) {
	case OBJECT_STAGE:
		return find_stage(machine, word);
	case OBJECT_ACTION:
	case OBJECT_RULE:
	case OBJECT_ROW:
		return find_row(machine, object, word);
	case OBJECT_EXECUTION:
		return find_execution(word);
	default: /* OBJECT_NONE */
		return 0;
	}
}

static const char *
object_noun(enum object object)
{
	static const char *const nouns[] = {
		[OBJECT_NONE] = "nothing",
		[OBJECT_STAGE] = "stage",
		[OBJECT_ACTION] = "action",
		[OBJECT_RULE] = "rule of a condition",
		[OBJECT_ROW] = "action or rule",
		[OBJECT_EXECUTION] = "execution number",
	};
	return nouns[object];
}

/* The event kind that a verb and what stands behind its object say, or -1. */
static int
find_verb(struct word word, struct word tail)
{
	int found = -1;
	for (int kind = 0; kind < SW_NEVENTS; kind++) {
		const struct verb *verb = &verbs[kind];
		if (!word_is(word, verb->word))
			continue;
		if (verb->tail == TAIL_WORD && word_is(tail, verb->tail_word))
			return kind;
		if (found < 0)
			found = kind;
	}
	return found;
}

static bool
is_well_formed(const struct verb *verb, struct word object, struct word tail,
    struct word surplus)
{
	if (surplus.length > 0)
		return false;
	if ((object.length > 0) != (verb->object != OBJECT_NONE))
		return false;
	if ((tail.length > 0) != (verb->tail != TAIL_NONE))
		return false;
	return verb->tail != TAIL_WORD || word_is(tail, verb->tail_word);
}

/* What stands before a verb in PARALLEL: "#2", or the verb itself, which says
 * nothing of an execution. */
static int
read_execution(const struct sw_machine *machine, struct word *word,
    const char **line, uint32_t *execution, char *problem)
{
	if (word->length < 2 || word->begin[0] != '#')
		return 0;
	const int64_t number = find_execution(*word);
	if (number <= 0 || machine->mode != SW_MODE_PARALLEL) {
		snprintf(problem, SW_WORDS_MAX,
		    number <= 0 ? "malformed execution '%.*s'; it is written "
				  "'#2'"
				: "an event of execution '%.*s'; only in mode "
				  "PARALLEL it is said whose an event is",
		    word->length > 100 ? 100 : word->length, word->begin);
		return -1;
	}
	*execution = (uint32_t)number;
	*word = next_word(line);
	return 0;
}

/* PARALLEL: whose an event is that does not say so. */
static int
address(const struct sw_machine *machine, const struct verb *verb,
    struct sw_addressed *out, char *problem)
{
	if (machine->mode != SW_MODE_PARALLEL)
		return 0;
	if (verb->object == OBJECT_EXECUTION)
		out->execution = out->event.subject;
	const bool is_nobodys = out->event.kind == SW_EVENT_START ||
				out->event.kind == SW_EVENT_OPEN ||
				out->event.kind == SW_EVENT_CLOSE;
	if (is_nobodys)
		out->execution = 0;
	if (out->execution != 0 || is_nobodys)
		return 0;
	snprintf(problem, SW_WORDS_MAX,
	    "whose event is it? In mode PARALLEL it is written '#N %s'",
	    verb->form);
	return -1;
}

/* Without what may stand behind the object ("retry STAGE [all]"), which helps
 * nobody find it, and which verbs of a release write as options. */
static int
no_such(enum object object, struct word word, const char *form, char *problem)
{
	const char *optional = strstr(form, " [");
	snprintf(problem, SW_WORDS_MAX,
	    "no %s '%.*s'; the event is written '%.*s'", object_noun(object),
	    word.length > 200 ? 200 : word.length, word.begin,
	    (int)(optional != NULL ? (size_t)(optional - form) : strlen(form)),
	    form);
	return -1;
}

int
sw_words_read_event(const struct sw_machine *machine, const char *line,
    struct sw_addressed *out, char *problem)
{
	struct sw_addressed read = { .execution = 0 };
	struct word word = next_word(&line);
	if (read_execution(machine, &word, &line, &read.execution, problem) < 0)
		return -1;
	const struct word object = next_word(&line);
	const struct word tail = next_word(&line);
	const struct word surplus = next_word(&line);
	const int kind = find_verb(word, tail);
	if (kind < 0) {
		snprintf(problem, SW_WORDS_MAX,
		    "unknown event '%.*s'; events are start, succeed, fail, "
		    "unknown, approve, reject, pass, open, close, stop, "
		    "abandon, retry, override and rollback",
		    word.length > 100 ? 100 : word.length, word.begin);
		return -1;
	}
	const struct verb *verb = &verbs[kind];
	if (!is_well_formed(verb, object, tail, surplus)) {
		snprintf(problem, SW_WORDS_MAX,
		    "malformed event; it is written '%s'", verb->form);
		return -1;
	}
	const int64_t subject = find_object(machine, verb->object, object);
	if (subject < 0)
		return no_such(verb->object, object, verb->form, problem);
	const int64_t target =
	    verb->tail == TAIL_EXECUTION ? find_execution(tail) : 0;
	if (target < 0)
		return no_such(OBJECT_EXECUTION, tail, verb->form, problem);
	read.event = (struct sw_event){ (uint32_t)kind, (uint32_t)subject,
		(uint32_t)target };
	if (address(machine, verb, &read, problem) < 0)
		return -1;
	*out = read;
	return 0;
}

char *
sw_words_action(const struct sw_machine *machine, uint32_t action, char *line)
{
	const struct sw_action *row = &machine->actions[action];
	snprintf(line, SW_WORDS_MAX, "%s.%s", machine->stages[row->stage].name,
	    row->name);
	return line;
}

/* Is it said before the verb whose event it is? */
static bool
is_addressed(const struct sw_addressed *event, const struct verb *verb)
{
	return event->execution != 0 && verb->object != OBJECT_EXECUTION;
}

char *
sw_words_event(
    const struct sw_machine *machine, struct sw_addressed addressed, char *line)
{
	const struct sw_event event = addressed.event;
	assert(event.kind < SW_NEVENTS);
	const struct verb *verb = &verbs[event.kind];
	char whose[16] = "";
	char object[SW_WORDS_MAX] = "";
	char tail[16] = "";
	if (is_addressed(&addressed, verb))
		snprintf(
		    whose, sizeof whose, "#%" PRIu32 " ", addressed.execution);
	switch (verb->object) {
	case OBJECT_STAGE:
		snprintf(object, sizeof object, " %s",
		    machine->stages[event.subject].name);
		break;
	case OBJECT_ACTION:
	case OBJECT_RULE:
	case OBJECT_ROW:
		object[0] = ' ';
		sw_words_action(machine, event.subject, line);
		snprintf(object + 1, sizeof object - 1, "%s", line);
		break;
	case OBJECT_EXECUTION:
		snprintf(object, sizeof object, " #%" PRIu32, event.subject);
		break;
	default: /* OBJECT_NONE */
		break;
	}
	if (verb->tail == TAIL_WORD)
		snprintf(tail, sizeof tail, " %s", verb->tail_word);
	else if (verb->tail == TAIL_EXECUTION)
		snprintf(tail, sizeof tail, " #%" PRIu32, event.target);
	snprintf(line, SW_WORDS_MAX, "%s%s%.400s%s", whose, verb->word, object,
	    tail);
	return line;
}

char *
sw_words_command(
    const struct sw_machine *machine, struct sw_command command, char *line)
{
	static const char *const phrases[] = {
		[SW_COMMAND_START] = "start",
		[SW_COMMAND_CANCEL] = "cancel",
		[SW_COMMAND_SUCCEEDED] = "execution succeeded",
		[SW_COMMAND_FAILED] = "execution failed",
		[SW_COMMAND_STOPPING] = "execution stopping",
		[SW_COMMAND_STOPPED] = "execution stopped",
		[SW_COMMAND_SUPERSEDED] = "execution superseded",
		[SW_COMMAND_RESUMED] = "execution resumed",
		[SW_COMMAND_ROLLBACK] = "execution rollback",
	};
	_Static_assert(
	    sizeof phrases / sizeof phrases[0] == SW_NCOMMANDS, "one each");
	assert(command.kind < SW_NCOMMANDS);
	char action[SW_WORDS_MAX] = "";
	if (command.kind == SW_COMMAND_START ||
	    command.kind == SW_COMMAND_CANCEL)
		sw_words_action(machine, command.action, action);
	char target[24] = "";
	if (command.kind == SW_COMMAND_ROLLBACK)
		snprintf(
		    target, sizeof target, " to #%" PRIu32, command.target);
	snprintf(line, SW_WORDS_MAX, "%s%s%.400s #%" PRIu32 "%s",
	    phrases[command.kind], action[0] != '\0' ? " " : "", action,
	    command.execution, target);
	return line;
}

char *
sw_words_fired(
    const struct sw_machine *machine, struct sw_fired fired, char *line)
{
	assert(fired.rule < SW_NRULES);
	const struct rule_words *rule = &rules[fired.rule];
	const struct sw_action *row;
	const char *stage;
	char action[SW_WORDS_MAX];
	switch (rule->subject) {
	case SUBJECT_NONE:
		snprintf(line, SW_WORDS_MAX, "%s #%" PRIu32, rule->name,
		    fired.execution);
		break;
	case SUBJECT_STAGE:
		stage = machine->stages[fired.subject].name;
		if (fired.execution == 0)
			snprintf(
			    line, SW_WORDS_MAX, "%s %s", rule->name, stage);
		else
			snprintf(line, SW_WORDS_MAX, "%s %s #%" PRIu32,
			    rule->name, stage, fired.execution);
		break;
	case SUBJECT_GROUP:
		row = &machine->actions[fired.subject];
		snprintf(line, SW_WORDS_MAX, "%s %s %" PRIu32, rule->name,
		    machine->stages[row->stage].name, row->run_order);
		break;
	case SUBJECT_CONDITION:
		row = &machine->actions[fired.subject];
		snprintf(line, SW_WORDS_MAX, "%s %s %s", rule->name,
		    machine->stages[row->stage].name,
		    sw_words_condition(row->run_order));
		break;
	default: /* SUBJECT_ACTION */
		sw_words_action(machine, fired.subject, action);
		snprintf(line, SW_WORDS_MAX, "%s %.400s", rule->name, action);
		break;
	}
	return line;
}

const char *
sw_words_status(enum sw_status status)
{
	assert(status < SW_NSTATUSES);
	return statuses[status];
}

const char *
sw_words_category(enum sw_category category)
{
	assert(category < SW_NCATEGORIES);
	return categories[category];
}

const char *
sw_words_condition(uint32_t run_order)
{
	switch (run_order) {
	case SW_BEFORE_ENTRY:
		return "beforeEntry";
	case SW_ON_SUCCESS:
		return "onSuccess";
	case SW_ON_FAILURE:
		return "onFailure";
	default:
		return NULL;
	}
}

const char *
sw_words_rule(enum sw_rule rule)
{
	assert(rule < SW_NRULES);
	return rules[rule].name;
}

const char *
sw_words_rule_sentence(enum sw_rule rule)
{
	assert(rule < SW_NRULES);
	return rules[rule].sentence;
}

const char *
sw_words_rule_section(enum sw_rule rule)
{
	assert(rule < SW_NRULES);
	return rules[rule].section;
}

const char *
sw_words_refusal(enum sw_refusal refusal)
{
	assert(refusal < SW_NREFUSALS);
	return refusals[refusal].name;
}

const char *
sw_words_refusal_sentence(enum sw_refusal refusal)
{
	assert(refusal < SW_NREFUSALS);
	return refusals[refusal].sentence;
}

int64_t
sw_words_find_stage(const struct sw_machine *machine, const char *name)
{
	return find_stage(machine, (struct word){ name, (int)strlen(name) });
}

int64_t
sw_words_find_action(
    const struct sw_machine *machine, const char *stage_dot_action)
{
	return find_action(machine,
	    (struct word){ stage_dot_action, (int)strlen(stage_dot_action) });
}
