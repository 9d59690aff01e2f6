/* Walks an element by its row in the table of the language. */
#include "facts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/grammar.h"
#include "model/model.h"

struct walk {
	struct arena *arena;
	struct facts *facts;
};

/* What is as good as not given; numbers have their defaults in the table. */
static const struct {
	const char *attribute;
	const char *value;
} usual[] = {
	{ "executionMode", "SUPERSEDED" },
	{ "transition", "open" },
	{ "shell", "sh" },
	{ "sandbox", "none" },
	{ "idempotent", "false" },
	{ "onUnknown", "ask" },
	{ "silence", "fail" },
	{ "count", "1" },
	{ "retryMode", "FAILED_ACTIONS" },
	{ "enforce", "error" },
	{ "maxExecutions", "50" }, /* EXECUTIONS_USUAL */
	{ "type", "PLAINTEXT" },
};

/* Said by other means: of an action, where it stands; of a stage and a
 * pipeline, their actions. */
static bool
is_said_elsewhere(enum element_id element, const char *attribute)
{
	if (strcmp(attribute, "name") == 0 ||
	    strcmp(attribute, "runOrder") == 0)
		return true;
	return (element == ELEMENT_STAGE &&
		   strcmp(attribute, "environment") == 0) ||
	       (element == ELEMENT_PIPELINE &&
		   strcmp(attribute, "sandbox") == 0);
}

static bool
is_usual(const char *attribute, const char *value)
{
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (strcmp(usual[i].attribute, attribute) == 0)
			return strcmp(usual[i].value, value) == 0;
	return false;
}

static void
add(struct walk *w, struct fact fact)
{
	struct facts *facts = w->facts;
	if (facts->n == facts->room) {
		facts->room = facts->room == 0 ? 16 : 2 * facts->room;
		struct fact *items =
		    arena_array(w->arena, facts->room, sizeof *items);
		for (size_t i = 0; i < facts->n; i++)
			items[i] = facts->items[i];
		facts->items = items;
	}
	facts->items[facts->n++] = fact;
}

/* "env TOKEN" and "type": "env TOKEN type". */
static const char *
key_of(const struct walk *w, const char *prefix, const char *name)
{
	return *prefix == '\0' ? name
	       : *name == '\0' ? prefix
			       : arena_printf(w->arena, "%s %s", prefix, name);
}

static void
add_value(struct walk *w, const char *prefix, const char *name,
    const struct value *value)
{
	if (value->text != NULL && !is_usual(name, value->text))
		add(w, (struct fact){ key_of(w, prefix, name), value->text,
			   value->text, value->at });
}

static void
add_number(struct walk *w, const char *prefix,
    const struct attribute_rule *rule, const struct number *number)
{
	const char *value =
	    arena_printf(w->arena, "%llu", (unsigned long long)number->n);
	if (number->n == rule->default_ || is_usual(rule->name, value))
		return;
	add(w, (struct fact){ key_of(w, prefix, rule->name), value,
		   number->written.text != NULL ? number->written.text : value,
		   number->written.at });
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(
	    ((const struct value *)a)->text, ((const struct value *)b)->text);
}

/* Patterns and words: their order says nothing. */
static void
add_words(struct walk *w, const char *prefix, const char *name,
    const struct values *values)
{
	if (values->n == 0)
		return;
	struct value *sorted = arena_array(w->arena, values->n, sizeof *sorted);
	for (size_t i = 0; i < values->n; i++)
		sorted[i] = values->items[i];
	qsort(sorted, values->n, sizeof *sorted, by_text);
	const char *text = sorted[0].text;
	for (size_t i = 1; i < values->n; i++)
		text = arena_printf(w->arena, "%s %s", text, sorted[i].text);
	add(w, (struct fact){
		   key_of(w, prefix, name), text, text, values->items[0].at });
}

static void
add_attributes(struct walk *w, const char *prefix, enum element_id element,
    const void *object)
{
	const struct attribute_rule *rule =
	    grammar_element(element)->attributes;
	for (; rule->name != NULL; rule++) {
		if (rule->offset == KEPT_AS_PARAMETER ||
		    is_said_elsewhere(element, rule->name))
			continue;
		const void *field = (const char *)object + rule->offset;
		switch (rule->type) {
		case TYPE_COUNT:
		case TYPE_DURATION:
		case TYPE_SIZE:
		case TYPE_EXECUTION:
			add_number(w, prefix, rule, field);
			break;
		case TYPE_WORDS:
		case TYPE_CHOICES:
			add_words(w, prefix, rule->name, field);
			break;
		default:
			add_value(w, prefix, rule->name, field);
		}
	}
}

static void
add_parameters(struct walk *w, const char *prefix,
    const struct parameters *parameters, const char *kind)
{
	for (size_t i = 0; i < parameters->n; i++) {
		const struct parameter *p = &parameters->items[i];
		const char *name = key_of(w, kind, p->name.text);
		if (p->secret.text != NULL)
			add(w, (struct fact){
				   key_of(w, prefix, key_of(w, name, "secret")),
				   p->secret.text, p->secret.text, p->at });
		else if (p->value.text != NULL &&
			 !is_usual(p->name.text, p->value.text))
			add(w, (struct fact){ key_of(w, prefix, name),
				   p->value.text, p->value.text, p->at });
	}
}

/* Commands: in their order, as one. */
static void
add_commands(struct walk *w, const char *prefix, const struct values *run)
{
	if (run->n == 0)
		return;
	const char *text = run->items[0].text;
	for (size_t i = 1; i < run->n; i++)
		text =
		    arena_printf(w->arena, "%s; %s", text, run->items[i].text);
	add(w, (struct fact){
		   key_of(w, prefix, "run"), text, text, run->items[0].at });
}

static void walk_element(struct walk *w, const char *prefix,
    enum element_id element, const void *object);

static void
walk_condition(
    struct walk *w, enum element_id element, const struct condition *condition)
{
	const char *name = grammar_element(element)->name;
	if (!span_is_set(condition->at))
		return;
	add(w, (struct fact){ name, condition->result_written.text,
		   condition->result_written.text, condition->at });
	add_value(w, name, "retryMode", &condition->retry_mode);
	if (condition->attempts.n > 1)
		add(w, (struct fact){ key_of(w, name, "attempts"),
			   condition->attempts.written.text,
			   condition->attempts.written.text,
			   condition->attempts.written.at });
	for (size_t i = 0; i < condition->rules.n; i++) {
		const struct rule *rule = &condition->rules.items[i];
		const char *prefix = key_of(w, name, rule->name.text);
		walk_element(w, prefix, ELEMENT_RULE, rule);
	}
}

static void
walk_child(struct walk *w, const char *prefix, const struct child_rule *child,
    const void *object)
{
	const struct element_rule *rule = grammar_element(child->element);
	const void *field = (const char *)object + child->offset;
	const struct values *values = field;
	const struct outputs *outputs = field;
	const struct limits *limits = field;
	switch (child->element) {
	case ELEMENT_RUN:
		add_commands(w, prefix, field);
		break;
	case ELEMENT_ENV:
		add_parameters(w, prefix, field, rule->name);
		break;
	case ELEMENT_INPUT:
	case ELEMENT_EXPORT:
		for (size_t i = 0; i < values->n; i++)
			add_value(w, prefix, rule->name, &values->items[i]);
		break;
	case ELEMENT_OUTPUT:
		for (size_t i = 0; i < outputs->n; i++) {
			const struct output *output = &outputs->items[i];
			add(w, (struct fact){
				   key_of(w, "output", output->name.text), "",
				   output->name.text, output->at });
			add_words(w, key_of(w, "output", output->name.text),
			    "files", &output->files);
		}
		break;
	case ELEMENT_LIMITS:
		if (span_is_set(limits->at))
			add_attributes(w, rule->name, child->element, limits);
		break;
	case ELEMENT_BEFORE_ENTRY:
	case ELEMENT_ON_SUCCESS:
	case ELEMENT_ON_FAILURE:
		walk_condition(w, child->element, field);
		break;
	default: /* matched by itself */
		break;
	}
}

static void
walk_element(struct walk *w, const char *prefix, enum element_id element,
    const void *object)
{
	const struct element_rule *rule = grammar_element(element);
	add_attributes(w, prefix, element, object);
	if (rule->parameters_offset != SIZE_MAX)
		add_parameters(w, prefix,
		    (const void *)((const char *)object +
				   rule->parameters_offset),
		    "");
	for (const struct child_rule *child = rule->children;
	     child->element != NELEMENTS; child++)
		walk_child(w, prefix, child, object);
	/* The text of a rule is one of its commands. */
	if (rule->content != CONTENT_ELEMENTS && element != ELEMENT_RULE)
		add_value(w, prefix, "text",
		    (const void *)((const char *)object + rule->text_offset));
}

static int
in_order(const void *a, const void *b)
{
	const struct fact *first = a;
	const struct fact *second = b;
	const int keys = strcmp(first->key, second->key);
	return keys != 0 ? keys : strcmp(first->value, second->value);
}

struct facts
facts_of(struct arena *arena, enum element_id element, const void *object)
{
	struct facts facts = { NULL, 0, 0 };
	struct walk w = { arena, &facts };
	walk_element(&w, "", element, object);
	if (facts.n > 1)
		qsort(facts.items, facts.n, sizeof *facts.items, in_order);
	return facts;
}
