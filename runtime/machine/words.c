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
	OBJECT_EXECUTION
};

struct verb {
	const char *word;
	enum object object;
	const char *flag; /* a word that must follow the object, or NULL */
	const char *form; /* the whole line, for messages */
};

static const struct verb verbs[] = {
	[SW_EVENT_START] = { "start", OBJECT_NONE, NULL, "start" },
	[SW_EVENT_SUCCEED] = { "succeed", OBJECT_ACTION, NULL,
	    "succeed STAGE.ACTION" },
	[SW_EVENT_FAIL] = { "fail", OBJECT_ACTION, NULL, "fail STAGE.ACTION" },
	[SW_EVENT_UNKNOWN] = { "unknown", OBJECT_ACTION, NULL,
	    "unknown STAGE.ACTION" },
	[SW_EVENT_APPROVE] = { "approve", OBJECT_ACTION, NULL,
	    "approve STAGE.ACTION" },
	[SW_EVENT_REJECT] = { "reject", OBJECT_ACTION, NULL,
	    "reject STAGE.ACTION" },
	[SW_EVENT_OPEN] = { "open", OBJECT_STAGE, NULL, "open STAGE" },
	[SW_EVENT_CLOSE] = { "close", OBJECT_STAGE, NULL, "close STAGE" },
	[SW_EVENT_STOP] = { "stop", OBJECT_EXECUTION, NULL, "stop #N" },
	[SW_EVENT_ABANDON] = { "abandon", OBJECT_EXECUTION, NULL,
	    "abandon #N" },
	[SW_EVENT_RETRY] = { "retry", OBJECT_STAGE, NULL, "retry STAGE [all]" },
	[SW_EVENT_RETRY_ALL] = { "retry", OBJECT_STAGE, "all",
	    "retry STAGE [all]" },
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
find_object(
    const struct sw_machine *machine, enum object object, struct word word)
{
	switch (object) {
	case OBJECT_STAGE:
		return find_stage(machine, word);
	case OBJECT_ACTION:
		return find_action(machine, word);
	case OBJECT_EXECUTION:
		return find_execution(word);
	case OBJECT_NONE:
	default:
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
		[OBJECT_EXECUTION] = "execution number",
	};
	return nouns[object];
}

/* The event kind that the first and last words of a line say, or -1. */
static int
find_verb(struct word word, struct word flag)
{
	for (int kind = SW_NEVENTS - 1; kind >= 0; kind--) {
		if (!word_is(word, verbs[kind].word))
			continue;
		if (verbs[kind].flag == NULL || word_is(flag, verbs[kind].flag))
			return kind;
	}
	return -1;
}

int
sw_words_read_event(const struct sw_machine *machine, const char *line,
    struct sw_event *out, char *problem)
{
	const struct word word = next_word(&line);
	const struct word second = next_word(&line);
	const struct word third = next_word(&line);
	const int kind = find_verb(word, third);
	if (kind < 0) {
		snprintf(problem, SW_WORDS_MAX,
		    "unknown event '%.*s'; events are start, succeed, fail, "
		    "unknown, approve, reject, open, close, stop, abandon and "
		    "retry",
		    word.length > 100 ? 100 : word.length, word.begin);
		return -1;
	}
	const struct verb *verb = &verbs[kind];
	const struct word after = next_word(&line);
	const struct word surplus = verb->object == OBJECT_NONE ? second
				    : verb->flag == NULL        ? third
								: after;
	if (surplus.length > 0 ||
	    (verb->object != OBJECT_NONE && second.length == 0)) {
		snprintf(problem, SW_WORDS_MAX,
		    "malformed event; it is written '%s'", verb->form);
		return -1;
	}
	const int64_t subject = find_object(machine, verb->object, second);
	if (subject < 0) {
		snprintf(problem, SW_WORDS_MAX,
		    "no %s '%.*s'; the event is written '%s'",
		    object_noun(verb->object),
		    second.length > 200 ? 200 : second.length, second.begin,
		    verb->form);
		return -1;
	}
	*out = (struct sw_event){ (uint32_t)kind, (uint32_t)subject };
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

char *
sw_words_event(
    const struct sw_machine *machine, struct sw_event event, char *line)
{
	assert(event.kind < SW_NEVENTS);
	const struct verb *verb = &verbs[event.kind];
	char object[SW_WORDS_MAX] = "";
	switch (verb->object) {
	case OBJECT_NONE:
		break;
	case OBJECT_STAGE:
		snprintf(object, sizeof object, " %s",
		    machine->stages[event.subject].name);
		break;
	case OBJECT_ACTION:
		object[0] = ' ';
		sw_words_action(machine, event.subject, line);
		snprintf(object + 1, sizeof object - 1, "%s", line);
		break;
	case OBJECT_EXECUTION:
		snprintf(object, sizeof object, " #%" PRIu32, event.subject);
		break;
	}
	snprintf(line, SW_WORDS_MAX, "%s%.400s%s%s", verb->word, object,
	    verb->flag == NULL ? "" : " ",
	    verb->flag == NULL ? "" : verb->flag);
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
	};
	_Static_assert(
	    sizeof phrases / sizeof phrases[0] == SW_NCOMMANDS, "one each");
	assert(command.kind < SW_NCOMMANDS);
	char action[SW_WORDS_MAX] = "";
	if (command.kind == SW_COMMAND_START ||
	    command.kind == SW_COMMAND_CANCEL)
		sw_words_action(machine, command.action, action);
	snprintf(line, SW_WORDS_MAX, "%s%s%.400s #%" PRIu32,
	    phrases[command.kind], action[0] != '\0' ? " " : "", action,
	    command.execution);
	return line;
}

char *
sw_words_fired(
    const struct sw_machine *machine, struct sw_fired fired, char *line)
{
	assert(fired.rule < SW_NRULES);
	const struct rule_words *rule = &rules[fired.rule];
	char action[SW_WORDS_MAX];
	switch (rule->subject) {
	case SUBJECT_NONE:
		snprintf(line, SW_WORDS_MAX, "%s #%" PRIu32, rule->name,
		    fired.execution);
		break;
	case SUBJECT_STAGE: {
		const char *stage = machine->stages[fired.subject].name;
		if (fired.execution == 0)
			snprintf(
			    line, SW_WORDS_MAX, "%s %s", rule->name, stage);
		else
			snprintf(line, SW_WORDS_MAX, "%s %s #%" PRIu32,
			    rule->name, stage, fired.execution);
		break;
	}
	case SUBJECT_GROUP: {
		const struct sw_action *row = &machine->actions[fired.subject];
		snprintf(line, SW_WORDS_MAX, "%s %s %" PRIu32, rule->name,
		    machine->stages[row->stage].name, row->run_order);
		break;
	}
	case SUBJECT_ACTION:
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
