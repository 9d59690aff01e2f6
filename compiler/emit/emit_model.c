/*
 * The model as text for people and tests: what the reader made of a file,
 * defaults filled in, one element a line, as the table of the language orders
 * it. Places are left out, so that two ways of writing the same are the same.
 */
#include <string.h>

#include "base/text.h"
#include "emit.h"
#include "model/grammar.h"
#include "model/model.h"

struct list {
	const char *items;
	size_t n;
};

static const void *
field(const void *target, size_t offset)
{
	return (const char *)target + offset;
}

static void
put_indent(struct text *text, int depth)
{
	for (int i = 0; i < depth; i++)
		text_put(text, "  ");
}

static void
put_words(struct text *text, const char *name, const struct values *words)
{
	if (words->n == 0)
		return;
	text_put(text, " ");
	text_put(text, name);
	text_put(text, "=[");
	for (size_t i = 0; i < words->n; i++) {
		text_put(text, i > 0 ? " " : "");
		TEXT(text, "$word$", JSTR("word", words->items[i].text));
	}
	text_put(text, "]");
}

static void
put_value(struct text *text, const char *name, const struct value *value)
{
	if (value->text == NULL)
		return;
	text_put(text, " ");
	text_put(text, name);
	TEXT(text, "=$value$", JSTR("value", value->text));
}

static void
put_number(struct text *text, const struct attribute_rule *row,
    const struct number *number)
{
	if (number->n == 0)
		return;
	text_put(text, " ");
	text_put(text, row->name);
	TEXT(text, "=$n$", NUM("n", number->n));
	if (row->type == TYPE_DURATION)
		text_put(text, "ms");
}

static void
put_attribute(
    struct text *text, const struct attribute_rule *row, const void *target)
{
	const struct number *number;

	switch (row->type) {
	case TYPE_COUNT:
	case TYPE_DURATION:
	case TYPE_SIZE:
		put_number(text, row, field(target, row->offset));
		return;
	case TYPE_WORDS:
	case TYPE_CHOICES:
		put_words(text, row->name, field(target, row->offset));
		return;
	case TYPE_TEXT:
	case TYPE_ANY:
	case TYPE_NAME:
	case TYPE_WORD:
	case TYPE_ARTIFACT:
	case TYPE_ENV:
	case TYPE_PROVIDER:
	case TYPE_CHOICE:
	case TYPE_DATE:
	case TYPE_PATH:
	case TYPE_EXECUTIONS:
		put_value(text, row->name, field(target, row->offset));
		return;
	case TYPE_EXECUTION:
		number = field(target, row->offset);
		put_value(text, row->name, &number->written);
		return;
	}
}

static void
put_attributes(
    struct text *text, const struct element_rule *rule, const void *target)
{
	const struct parameters *parameters;

	for (int i = 0; rule->attributes[i].name != NULL; i++)
		if (rule->attributes[i].offset != KEPT_AS_PARAMETER)
			put_attribute(text, &rule->attributes[i], target);
	if (rule->parameters_offset == SIZE_MAX)
		return;
	parameters = field(target, rule->parameters_offset);
	for (size_t i = 0; i < parameters->n; i++)
		if (parameters->items[i].name.text != NULL)
			put_value(text, parameters->items[i].name.text,
			    &parameters->items[i].value);
}

/* Elements of different names may share a list: which one is this? */
static enum element_id
element_of(enum element_id first, const void *target)
{
	const struct policy *policy = target;
	const struct action *action = target;
	const struct filter *filter = target;
	const struct step *step = target;

	if (first == ELEMENT_SOURCE)
		return (enum element_id)(
		    ELEMENT_SOURCE + (int)action->category);
	if (first == ELEMENT_PUSH)
		return filter->is_pull_request ? ELEMENT_PULL_REQUEST : first;
	if (first == ELEMENT_START)
		return (enum element_id)(ELEMENT_START + (int)step->kind);
	if (first == ELEMENT_PRECEDE)
		return (enum element_id)(ELEMENT_PRECEDE + (int)policy->kind);
	return first;
}

static void put_element(
    struct text *text, enum element_id element, const void *target, int depth);

static bool
is_shared(const struct element_rule *rule, int number)
{
	for (int i = 0; i < number; i++)
		if (rule->children[i].offset == rule->children[number].offset)
			return true;
	return false;
}

static void
put_children(struct text *text, const struct element_rule *rule,
    const void *target, int depth)
{
	for (int i = 0; rule->children[i].element != NELEMENTS; i++) {
		const struct child_rule *row = &rule->children[i];
		const struct element_rule *its = grammar_element(row->element);
		const struct list *list = field(target, row->offset);

		/* What is included is in the lists of the model. */
		if (is_shared(rule, i) || row->element == ELEMENT_INCLUDE ||
		    row->offset == rule->parameters_offset)
			continue;
		if (row->occurrence == OCCURS_MANY) {
			for (size_t j = 0; j < list->n; j++) {
				const void *item = list->items + j * its->size;

				put_element(text,
				    element_of(row->element, item), item,
				    depth);
			}
		} else if (its->at_offset == SIZE_MAX
			       ? list->n > 0
			       : span_is_set(*(const struct span *)field(
				     list, its->at_offset))) {
			put_element(text, row->element, list, depth);
		}
	}
}

static void
put_element(
    struct text *text, enum element_id element, const void *target, int depth)
{
	const struct element_rule *rule = grammar_element(element);
	const struct value *value;

	put_indent(text, depth);
	text_put(text, rule->name);
	put_attributes(text, rule, target);
	if (rule->content != CONTENT_ELEMENTS && element != ELEMENT_RULE) {
		value = field(target, rule->text_offset);
		if (value->text != NULL)
			TEXT(text, " $text$", JSTR("text", value->text));
	}
	text_put(text, "\n");
	put_children(text, rule, target, depth + 1);
}

void
emit_model(struct text *text, const struct model *model)
{
	put_element(text, ELEMENT_PIPELINE, model, 0);
}
