/*
 * Attributes by name: through the table of the language where it has them,
 * and by hand for the few that are elements or stand for something else.
 */
#include "attribute.h"

#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/names.h"
#include "model/grammar.h"
#include "model/number.h"

/* What is so when nothing is written, and not filled in by the reader. */
static const struct {
	const char *name;
	const char *value;
} defaults[] = {
	{ "count", "1" },
	{ "idempotent", "false" },
	{ "network", "false" },
	{ "onUnknown", "ask" },
	{ "retries", "0" },
	{ "sandbox", "none" },
	{ "shell", "sh" },
	{ "silence", "fail" },
	{ "transition", "open" },
};

/* Elements, and what is no attribute in XML: texts all. */
static const char *const others[] = { "beforeEntry", "category", "env",
	"export", "input", "onFailure", "onSuccess", "output", "stage" };

#define NOTHERS (sizeof others / sizeof *others)

static const struct attribute_rule *
row_of(enum element_id element, const char *name)
{
	const struct element_rule *rule = grammar_element(element);
	int number = grammar_attribute(rule, name, strlen(name));

	return number < 0 ? NULL : &rule->attributes[number];
}

static enum attribute_kind
kind_of_row(const struct attribute_rule *row)
{
	if (row->type == TYPE_COUNT)
		return ATTRIBUTE_COUNT;
	return row->type == TYPE_DURATION ? ATTRIBUTE_DURATION : ATTRIBUTE_TEXT;
}

struct attribute
attribute_find(const struct roster *roster, const char *name)
{
	struct attribute attribute = { .name = name };

	for (int i = 0; i < SW_NCATEGORIES; i++)
		attribute.rows[i] =
		    row_of((enum element_id)(ELEMENT_SOURCE + i), name);
	attribute.rows[SW_NCATEGORIES] = row_of(ELEMENT_STAGE, name);
	for (int i = 0; i <= SW_NCATEGORIES; i++)
		if (attribute.rows[i] != NULL)
			attribute.kind = kind_of_row(attribute.rows[i]);
	for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
		if (strcmp(defaults[i].name, name) == 0)
			attribute.usual = defaults[i].value;
	for (size_t i = 0; i < NOTHERS; i++)
		if (strcmp(others[i], name) == 0)
			attribute.kind = ATTRIBUTE_TEXT;
	if (attribute.kind == ATTRIBUTE_UNKNOWN &&
	    names_find(roster->parameters, name) != NAMES_NONE)
		attribute.kind = ATTRIBUTE_TEXT;
	return attribute;
}

bool
attribute_is_element(const char *name)
{
	static const char *const elements[] = { "beforeEntry", "env", "export",
		"input", "onFailure", "onSuccess", "output" };

	for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
		if (strcmp(elements[i], name) == 0)
			return true;
	return false;
}

static size_t
count_rows(enum element_id element)
{
	const struct element_rule *rule = grammar_element(element);
	size_t n = 0;

	while (rule->attributes[n].name != NULL)
		n++;
	return n;
}

const char *
attribute_meant(
    struct arena *arena, const struct roster *roster, const char *name)
{
	size_t n = 0, capacity = NOTHERS;
	const char **names;

	if (!roster_suggests(roster))
		return NULL;
	for (int i = ELEMENT_STAGE; i <= ELEMENT_COMPUTE; i++)
		capacity += count_rows((enum element_id)i);
	for (uint32_t i = 0; i < roster->nactions; i++)
		capacity += roster->actions[i]->parameters.n;
	names = arena_array(arena, capacity, sizeof(char *));
	for (size_t i = 0; i < NOTHERS; i++)
		names[n++] = others[i];
	for (int i = ELEMENT_STAGE; i <= ELEMENT_COMPUTE; i++) {
		const struct element_rule *rule =
		    grammar_element((enum element_id)i);

		for (int k = 0; rule->attributes[k].name != NULL; k++)
			names[n++] = rule->attributes[k].name;
	}
	for (uint32_t i = 0; i < roster->nactions; i++)
		for (size_t k = 0; k < roster->actions[i]->parameters.n; k++) {
			const struct parameter *parameter =
			    &roster->actions[i]->parameters.items[k];

			if (parameter->name.text != NULL)
				names[n++] = parameter->name.text;
		}
	return did_you_mean(name, names, n);
}

static struct values
one(struct arena *arena, struct value value)
{
	struct values values = { NULL, 0 };

	if (value.text == NULL)
		return values;
	values.items = arena_alloc(arena, sizeof value);
	values.items[0] = value;
	values.n = 1;
	return values;
}

static struct values
said(struct arena *arena, const char *text)
{
	return one(arena, (struct value){ text, { 0 } });
}

static struct value
number_value(struct arena *arena, const struct attribute_rule *row,
    const struct number *number)
{
	struct value value = number->written;

	if (value.text != NULL || number->n == 0)
		return value;
	if (row->type == TYPE_COUNT)
		value.text =
		    arena_printf(arena, "%llu", (unsigned long long)number->n);
	else
		value.text = arena_printf(
		    arena, "%llus", (unsigned long long)number->n / 1000);
	return value;
}

/* The attribute that a row of the language keeps in this element. */
static struct values
row_values(struct arena *arena, const struct attribute *attribute,
    const struct attribute_rule *row, const void *target,
    const struct parameters *parameters)
{
	/* One that is kept as a parameter has no field. */
	const char *field = row->offset == KEPT_AS_PARAMETER
				? NULL
				: (const char *)target + row->offset;
	struct value value = { NULL, { 0 } };

	if (field == NULL) {
		const struct parameter *parameter =
		    parameters == NULL ? NULL
				       : parameter_find(parameters, row->name);

		if (parameter != NULL)
			value = parameter->value;
	} else if (kind_of_row(row) == ATTRIBUTE_TEXT) {
		value = *(const struct value *)field;
	} else {
		value = number_value(arena, row, (const struct number *)field);
	}
	if (value.text == NULL)
		value.text = attribute->usual;
	return one(arena, value);
}

static struct values
names_of(struct arena *arena, const struct parameters *parameters)
{
	struct values values = { NULL, 0 };

	values.items = arena_array(arena, parameters->n, sizeof *values.items);
	for (size_t i = 0; i < parameters->n; i++)
		if (parameters->items[i].name.text != NULL)
			values.items[values.n++] = parameters->items[i].name;
	return values;
}

static struct values
outputs_of(struct arena *arena, const struct outputs *outputs)
{
	struct values values = { NULL, 0 };

	values.items = arena_array(arena, outputs->n, sizeof *values.items);
	for (size_t i = 0; i < outputs->n; i++)
		if (outputs->items[i].name.text != NULL)
			values.items[values.n++] = outputs->items[i].name;
	return values;
}

static struct values
action_values(struct arena *arena, struct member member,
    const struct attribute *attribute)
{
	const struct action *action = member.action;
	const struct attribute_rule *row = attribute->rows[action->category];
	const char *name = attribute->name;
	const struct parameter *parameter;

	if (row != NULL)
		return row_values(
		    arena, attribute, row, action, &action->parameters);
	if (strcmp(name, "category") == 0)
		return said(arena, category_element(action->category));
	if (strcmp(name, "stage") == 0)
		return one(arena, member.stage->name);
	if (strcmp(name, "input") == 0)
		return action->inputs;
	if (strcmp(name, "export") == 0)
		return action->exports;
	if (strcmp(name, "output") == 0)
		return outputs_of(arena, &action->outputs);
	if (strcmp(name, "env") == 0)
		return names_of(arena, &action->env);
	parameter = parameter_find(&action->parameters, name);
	return one(arena, parameter != NULL ? parameter->value
					    : (struct value){ NULL, { 0 } });
}

static struct values
stage_values(struct arena *arena, const struct stage *stage,
    const struct attribute *attribute)
{
	const struct attribute_rule *row = attribute->rows[SW_NCATEGORIES];
	const char *name = attribute->name;

	if (row != NULL)
		return row_values(arena, attribute, row, stage, NULL);
	if (strcmp(name, "beforeEntry") == 0)
		return one(arena, stage->before_entry.result_written);
	if (strcmp(name, "onSuccess") == 0)
		return one(arena, stage->on_success.result_written);
	if (strcmp(name, "onFailure") == 0)
		return one(arena, stage->on_failure.result_written);
	if (strcmp(name, "stage") == 0)
		return one(arena, stage->name);
	return (struct values){ NULL, 0 };
}

struct values
attribute_values(struct arena *arena, struct member member,
    const struct attribute *attribute)
{
	return member.action != NULL
		   ? action_values(arena, member, attribute)
		   : stage_values(arena, member.stage, attribute);
}

bool
attribute_number(enum attribute_kind kind, const char *text, uint64_t *number)
{
	if (kind == ATTRIBUTE_COUNT)
		return number_count(text, number);
	return kind == ATTRIBUTE_DURATION && number_duration(text, number);
}
