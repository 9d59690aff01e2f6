/*
 * Reads a document into a model by the table in grammar.c: first the
 * attributes of an element, then its text, then its children, then what the
 * table cannot say. A misspelt word that can only have meant one thing is
 * reported and read as if it had been spelt right, so that one slip gives one
 * message. The values themselves are in reader_value.c.
 */
#include "reader.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/correction.h"
#include "base/diagnostic.h"
#include "base/markup.h"
#include "include.h"
#include "reader_value.h"

/* Rows of one element's attributes or children. */
#define ROWS_MAX 32

static void *
field(void *target, size_t offset)
{
	return (char *)target + offset;
}

/* Lists of the model differ in what they hold, not in their shape. */
struct list {
	void *items;
	size_t n;
};

/* Room for so many more elements; the count stays. */
static void
list_reserve(struct arena *arena, struct list *list, size_t more, size_t size)
{
	void *items = arena_array(arena, list->n + more, size);

	if (list->n > 0)
		memcpy(items, list->items, list->n * size);
	list->items = items;
}

static void *
list_next(struct list *list, size_t size)
{
	return (char *)list->items + list->n++ * size;
}

/* From the < to the end of the name. */
static struct span
span_of_tag(const struct reader *reader, const struct node *node)
{
	return (struct span){ reader->file, node->begin,
		node->begin + node->name_offset + node->name_length };
}

static struct span
span_of_name(const struct reader *reader, const struct attribute *attribute)
{
	return (struct span){ reader->file, attribute->begin,
		attribute->begin + attribute->name_length };
}

/* The rows of the attributes that are given by their right names, as bits. */
static uint32_t
given_attributes(const struct reader *reader, const struct element_rule *rule,
    const struct node *node)
{
	const struct attribute *attributes =
	    node_attributes(reader->document, node);
	uint32_t given = 0;

	for (unsigned i = 0; i < node->n_attributes; i++) {
		int number = grammar_attribute(rule,
		    attribute_name(reader->document, &attributes[i]),
		    attributes[i].name_length);

		assert(number < ROWS_MAX);
		if (number >= 0)
			given |= UINT32_C(1) << number;
	}
	return given;
}

/* An attribute that the element does not have: reported, and the row of the
 * one that it is likely to have meant, none of those given; or -1. */
static int
guess_attribute(struct reader *reader, const struct element_rule *rule,
    const struct attribute *attribute, uint32_t given)
{
	const char *names[ROWS_MAX];
	const char *meant;
	const char *name = arena_strndup(reader->arena,
	    attribute_name(reader->document, attribute),
	    attribute->name_length);
	struct diagnostic *d = diagnostic_add(reader->diagnostics,
	    CHECK_STRUCT_UNKNOWN, span_of_name(reader, attribute),
	    "unknown attribute '%s' of <%s>", name, rule->name);
	size_t n = 0;
	char *list;

	for (int i = 0; rule->attributes[i].name != NULL; i++)
		if (!(given & UINT32_C(1) << i))
			names[n++] = rule->attributes[i].name;
	meant = did_you_mean(name, names, n);
	if (meant != NULL) {
		correction_meant(d, span_of_name(reader, attribute), meant);
		return grammar_attribute(rule, meant, strlen(meant));
	}
	if (n == 0) {
		diagnostic_help(d, "remove it: <%s> takes no more", rule->name);
		return -1;
	}
	list = reader_list(reader->arena, names, n, " and ");
	diagnostic_help(d, "<%s> also takes %s", rule->name, list);
	return -1;
}

static void
read_parameter(struct reader *reader, const struct element_rule *rule,
    const struct attribute_rule *row, const struct attribute *attribute,
    void *target)
{
	struct parameter *parameter = list_next(
	    field(target, rule->parameters_offset), sizeof *parameter);

	parameter->name.text = row->name;
	parameter->name.at = span_of_name(reader, attribute);
	parameter->at = parameter->name.at;
	parameter->at.end = attribute->value_end + 1;
	parameter->value = reader_attribute(reader, row, attribute, NULL);
}

/* Parameters stand in the order of the language: what is made of a model does
 * not depend on how its attributes were ordered. */
static void
sort_parameters(const struct element_rule *rule, struct parameters *parameters)
{
	struct parameter *items = parameters->items;

	for (size_t i = 1; i < parameters->n; i++) {
		struct parameter moved = items[i];
		int rank = grammar_attribute(
		    rule, moved.name.text, strlen(moved.name.text));
		size_t j = i;

		for (; j > 0; j--) {
			const char *name = items[j - 1].name.text;

			if (grammar_attribute(rule, name, strlen(name)) < rank)
				break;
			items[j] = items[j - 1];
		}
		items[j] = moved;
	}
}

static void
require_attributes(struct reader *reader, const struct element_rule *rule,
    const struct node *node, uint32_t seen, void *target)
{
	for (int i = 0; rule->attributes[i].name != NULL; i++) {
		const struct attribute_rule *row = &rule->attributes[i];
		struct diagnostic *d;

		if (seen & UINT32_C(1) << i)
			continue;
		if (row->default_ != 0) {
			struct number *number = field(target, row->offset);

			number->n = row->default_;
		}
		if (!row->is_required)
			continue;
		d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_REQUIRED,
		    span_of_tag(reader, node), "<%s> lacks the attribute '%s'",
		    rule->name, row->name);
		diagnostic_help(d, "add %s=\"...\"", row->name);
		reader->is_incomplete = true;
	}
}

/* Room for the attributes that are kept as parameters: as many, or those that
 * a misspelt one may turn out to be. */
static void
reserve_parameters(struct reader *reader, const struct element_rule *rule,
    const struct node *node, void *target)
{
	const struct attribute *attributes =
	    node_attributes(reader->document, node);
	size_t n = 0;

	if (rule->parameters_offset == SIZE_MAX)
		return;
	for (unsigned i = 0; i < node->n_attributes; i++) {
		int number = grammar_attribute(rule,
		    attribute_name(reader->document, &attributes[i]),
		    attributes[i].name_length);

		n += number < 0 ||
		     rule->attributes[number].offset == KEPT_AS_PARAMETER;
	}
	if (n > 0)
		list_reserve(reader->arena,
		    field(target, rule->parameters_offset), n,
		    sizeof(struct parameter));
}

static void
read_attributes(struct reader *reader, const struct element_rule *rule,
    const struct node *node, void *target)
{
	const struct attribute *attributes =
	    node_attributes(reader->document, node);
	uint32_t seen = given_attributes(reader, rule, node);

	reserve_parameters(reader, rule, node, target);
	for (unsigned i = 0; i < node->n_attributes; i++) {
		const struct attribute *attribute = &attributes[i];
		const struct attribute_rule *row;
		int number;

		/* xml:lang, xsi:schemaLocation: for other readers. */
		if (attribute->is_prefixed)
			continue;
		number = grammar_attribute(rule,
		    attribute_name(reader->document, attribute),
		    attribute->name_length);
		if (number < 0)
			number = guess_attribute(reader, rule, attribute, seen);
		if (number < 0)
			continue;
		seen |= UINT32_C(1) << number;
		row = &rule->attributes[number];
		if (row->offset == KEPT_AS_PARAMETER)
			read_parameter(reader, rule, row, attribute, target);
		else
			(void)reader_attribute(
			    reader, row, attribute, field(target, row->offset));
	}
	if (rule->parameters_offset != SIZE_MAX)
		sort_parameters(rule, field(target, rule->parameters_offset));
	require_attributes(reader, rule, node, seen, target);
}

/* The first elements that may hold one with this name; NULL: none. */
static const char *
parents_of(struct reader *reader, const char *name)
{
	const char *names[NELEMENTS];
	size_t n = 0;

	for (int i = 0; i < NELEMENTS; i++) {
		const struct element_rule *rule =
		    grammar_element((enum element_id)i);

		if (grammar_child(rule, name, strlen(name)) >= 0)
			names[n++] = rule->name;
	}
	return n == 0 ? NULL : reader_list(reader->arena, names, n, " and ");
}

static void
report_child(struct reader *reader, const struct element_rule *rule,
    const struct node *node, const char *name, const char *meant)
{
	struct span at = span_of_tag(reader, node);
	const char *names[ROWS_MAX];
	const char *parents;
	struct diagnostic *d;
	size_t n = 0;

	at.begin += node->name_offset;
	parents = meant == NULL ? parents_of(reader, name) : NULL;
	if (parents != NULL) {
		d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_UNKNOWN,
		    at, "<%s> does not belong in <%s>", name, rule->name);
		diagnostic_help(d, "it belongs in %s", parents);
		return;
	}
	d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_UNKNOWN, at,
	    "unknown element <%s> in <%s>", name, rule->name);
	if (meant != NULL) {
		correction_meant_element(d, at, meant);
		return;
	}
	for (; rule->children[n].element != NELEMENTS; n++)
		names[n] = grammar_element(rule->children[n].element)->name;
	if (n == 0)
		diagnostic_help(
		    d, "remove it: <%s> holds no elements", rule->name);
	else
		diagnostic_help(d, "<%s> holds %s", rule->name,
		    reader_list(reader->arena, names, n, " and "));
}

/* An element of another language, such as XInclude's. */
static void
report_foreign(struct reader *reader, const struct element_rule *rule,
    const struct node *node)
{
	struct span at = span_of_tag(reader, node);
	struct diagnostic *d;

	at.begin++;
	d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_UNKNOWN, at,
	    "<%.*s> is in another namespace than <%s>",
	    (int)(at.end - at.begin),
	    document_bytes(reader->document, at.begin), rule->name);
	diagnostic_help(d, "remove it, or put it into <!-- a comment -->");
}

/* The row of a child; of the one that it is likely to have meant; or -1. */
static int
resolve_child(struct reader *reader, const struct element_rule *rule,
    const struct node *node, bool is_reporting)
{
	const char *names[ROWS_MAX];
	const char *name, *meant = NULL;
	size_t n = 0;
	int number;

	if (node->namespace_ != reader->namespace_) {
		if (is_reporting)
			report_foreign(reader, rule, node);
		reader->is_incomplete = true;
		return -1;
	}
	number = grammar_child(
	    rule, node_name(reader->document, node), node->name_length);
	if (number >= 0)
		return number;
	for (; rule->children[n].element != NELEMENTS; n++)
		names[n] = grammar_element(rule->children[n].element)->name;
	name = arena_strndup(reader->arena, node_name(reader->document, node),
	    node->name_length);
	if (parents_of(reader, name) == NULL)
		meant = did_you_mean(name, names, n);
	if (is_reporting)
		report_child(reader, rule, node, name, meant);
	if (meant != NULL)
		return grammar_child(rule, meant, strlen(meant));
	reader->is_incomplete = true;
	return -1;
}

/* The first row that keeps its elements in the same list. */
static int
list_of(const struct element_rule *rule, int number)
{
	int i = 0;

	while (rule->children[i].offset != rule->children[number].offset)
		i++;
	return i;
}

/* Counts first, so that each list gets its memory at once. */
static void
reserve_children(struct reader *reader, const struct element_rule *rule,
    const struct node *node, void *target)
{
	size_t counts[ROWS_MAX] = { 0 };

	for (const struct node *child = node_first(reader->document, node);
	     child != NULL; child = node_next(reader->document, child)) {
		int number;

		if (child->kind != NODE_ELEMENT)
			continue;
		number = resolve_child(reader, rule, child, true);
		if (number >= 0)
			counts[list_of(rule, number)]++;
	}
	for (int i = 0; rule->children[i].element != NELEMENTS; i++) {
		const struct child_rule *row = &rule->children[i];

		assert(i < ROWS_MAX);
		if (counts[i] > 0 && row->occurrence == OCCURS_MANY)
			list_reserve(reader->arena, field(target, row->offset),
			    counts[i], grammar_element(row->element)->size);
	}
}

static void read_element(struct reader *reader, const struct node *node,
    enum element_id element, void *target);

static void
report_second(struct reader *reader, const struct node *node,
    const struct node *first, const char *name)
{
	struct diagnostic *d =
	    diagnostic_add(reader->diagnostics, CHECK_STRUCT_UNKNOWN,
		span_of_tag(reader, node), "a second <%s>", name);

	diagnostic_also(d, span_of_tag(reader, first), "the first one");
	diagnostic_help(d, "make one of the two");
}

static void
read_children(struct reader *reader, const struct element_rule *rule,
    const struct node *node, void *target)
{
	const struct node *once[ROWS_MAX] = { NULL };

	reserve_children(reader, rule, node, target);
	for (const struct node *child = node_first(reader->document, node);
	     child != NULL; child = node_next(reader->document, child)) {
		const struct child_rule *row;
		const struct element_rule *its;
		int number;

		if (child->kind != NODE_ELEMENT)
			continue;
		number = resolve_child(reader, rule, child, false);
		if (number < 0)
			continue;
		row = &rule->children[number];
		its = grammar_element(row->element);
		if (row->occurrence == OCCURS_MANY) {
			read_element(reader, child, row->element,
			    list_next(field(target, row->offset), its->size));
		} else if (once[number] != NULL) {
			report_second(reader, child, once[number], its->name);
		} else {
			once[number] = child;
			read_element(reader, child, row->element,
			    field(target, row->offset));
		}
	}
}

/* Text where only elements may be. */
static void
refuse_text(struct reader *reader, const struct element_rule *rule,
    const struct node *node)
{
	for (const struct node *child = node_first(reader->document, node);
	     child != NULL; child = node_next(reader->document, child)) {
		struct diagnostic *d;

		if (child->kind != NODE_TEXT)
			continue;
		d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_UNKNOWN,
		    (struct span){ reader->file, child->begin, child->end },
		    "<%s> holds no text", rule->name);
		diagnostic_help(
		    d, "put it into an element, or into <!-- a comment -->");
	}
}

static void
read_text(struct reader *reader, const struct element_rule *rule,
    const struct node *node, void *target)
{
	struct value *value = field(target, rule->text_offset);
	struct diagnostic *d;

	if (rule->content == CONTENT_ELEMENTS) {
		refuse_text(reader, rule, node);
		return;
	}
	*value = reader_text(reader, node);
	if (value->text != NULL) {
		reader_check(reader, rule->name, rule->text_type, value);
		return;
	}
	if (rule->content == CONTENT_TEXT)
		return;
	d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_REQUIRED,
	    span_of_tag(reader, node), "<%s> is empty", rule->name);
	diagnostic_help(d, "write <%s>...</%s>", rule->name, rule->name);
	reader->is_incomplete = true;
}

static void
read_element(struct reader *reader, const struct node *node,
    enum element_id element, void *target)
{
	const struct element_rule *rule = grammar_element(element);

	if (rule->at_offset != SIZE_MAX) {
		struct span *at = field(target, rule->at_offset);

		*at = span_of_tag(reader, node);
	}
	read_attributes(reader, rule, node, target);
	read_text(reader, rule, node, target);
	read_children(reader, rule, node, target);
	reader_finish(reader, node, element, target);
}

static bool
is_element(const struct reader *reader, const struct node *node,
    enum element_id element)
{
	const char *name = grammar_element(element)->name;

	return node->name_length == strlen(name) &&
	       memcmp(node_name(reader->document, node), name,
		   node->name_length) == 0;
}

/* What the file should be, or where it belongs. */
static void
help_with_root(const struct reader *reader, const struct node *root,
    enum element_id expected, struct diagnostic *d)
{
	const char *what = "a model";

	if (expected == ELEMENT_SCENARIOS)
		what = "a file of scenarios";
	else if (expected == ELEMENT_POLICIES)
		what = "a file of policies";
	else if (expected == ELEMENT_LINT)
		what = "a file of levels";
	else if (expected == ELEMENT_STAGES) {
		diagnostic_help(d,
		    "what is included is one <stages "
		    "xmlns=\"%s\">, <policies>, <scenarios> or <lint>",
		    DOCUMENT_NAMESPACE);
		return;
	} else if (is_element(reader, root, ELEMENT_SCENARIOS)) {
		diagnostic_help(d, "give it beside its model: stagewright "
				   "simulate MODEL --scenarios FILE");
		return;
	} else if (is_element(reader, root, ELEMENT_STAGES)) {
		diagnostic_help(d, "include it in a model: <include "
				   "file=\"...\"/>");
		return;
	} else if (is_element(reader, root, ELEMENT_POLICIES)) {
		diagnostic_help(d, "give it beside a model: stagewright check "
				   "--policy FILE MODEL");
		return;
	} else if (is_element(reader, root, ELEMENT_LINT)) {
		diagnostic_help(d, "give it beside a model: stagewright check "
				   "--lint FILE MODEL");
		return;
	}
	diagnostic_help(d, "%s is one <%s xmlns=\"%s\">", what,
	    grammar_element(expected)->name, DOCUMENT_NAMESPACE);
}

/* This element in the language's namespace; false: it is something else. */
static bool
accept_root(
    struct reader *reader, const struct node *root, enum element_id element)
{
	const char *expected = grammar_element(element)->name;
	struct span at = span_of_tag(reader, root);
	struct diagnostic *d;

	reader->namespace_ = root->namespace_;
	if (!is_element(reader, root, element)) {
		d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_UNKNOWN,
		    at, "the root element is <%.*s>, not <%s>",
		    (int)root->name_length, node_name(reader->document, root),
		    expected);
		help_with_root(reader, root, element, d);
		return false;
	}
	if (root->namespace_ == NAMESPACE_OURS)
		return true;
	d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_UNKNOWN, at,
	    "<%s> is not in the namespace '%s'", expected, DOCUMENT_NAMESPACE);
	diagnostic_help(
	    d, "write <%s xmlns=\"%s\" ...>", expected, DOCUMENT_NAMESPACE);
	return root->namespace_ == NAMESPACE_NONE;
}

struct model *
model_read(struct arena *arena, struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics)
{
	struct document *document = document_parse(sources, file, diagnostics);
	struct reader reader = { arena, sources, document, diagnostics, file, 0,
		false };
	const struct node *root;
	struct model *model = NULL;

	if (document == NULL)
		return NULL;
	root = document_root(document);
	if (accept_root(&reader, root, ELEMENT_PIPELINE)) {
		model = arena_alloc(arena, sizeof *model);
		read_element(&reader, root, ELEMENT_PIPELINE, model);
		model->is_incomplete = reader.is_incomplete;
		includes_read(arena, sources, diagnostics, model);
		reader_inherit(model);
	}
	document_free(document);
	return model;
}

/* Reads a file whose root is this element; false when something is missing
 * from it. */
static bool
read_root(struct arena *arena, struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics, enum element_id element, void *target)
{
	struct document *document = document_parse(sources, file, diagnostics);
	struct reader reader = { arena, sources, document, diagnostics, file, 0,
		false };
	const struct node *root;
	bool is_read;

	if (document == NULL)
		return false;
	root = document_root(document);
	is_read = accept_root(&reader, root, element);
	if (is_read)
		read_element(&reader, root, element, target);
	document_free(document);
	return is_read && !reader.is_incomplete;
}

bool
scenarios_read(struct arena *arena, struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics, struct scenarios *scenarios)
{
	struct scenarios_file holder = { *scenarios };
	bool is_whole = read_root(
	    arena, sources, file, diagnostics, ELEMENT_SCENARIOS, &holder);

	*scenarios = holder.scenarios;
	return is_whole;
}

bool
policies_read(struct arena *arena, struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics, struct policies *policies)
{
	return read_root(
	    arena, sources, file, diagnostics, ELEMENT_POLICIES, policies);
}

bool
lint_read(struct arena *arena, struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics, struct lint *lint)
{
	return read_root(arena, sources, file, diagnostics, ELEMENT_LINT, lint);
}

void
fragment_read(struct arena *arena, struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics, struct fragment *fragment)
{
	struct document *document = document_parse(sources, file, diagnostics);
	struct reader reader = { arena, sources, document, diagnostics, file, 0,
		false };
	const struct {
		enum element_id element;
		void *target;
	} roots[] = {
		/* The last one is asked for when it is none of them. */
		{ ELEMENT_POLICIES, &fragment->policies },
		{ ELEMENT_SCENARIOS, &fragment->scenarios },
		{ ELEMENT_LINT, &fragment->lint },
		{ ELEMENT_STAGES, &fragment->stages },
	};
	const struct node *root;
	size_t i = 0;

	fragment->is_incomplete = true;
	if (document == NULL)
		return;
	root = document_root(document);
	while (i + 1 < sizeof roots / sizeof *roots &&
	       !is_element(&reader, root, roots[i].element))
		i++;
	if (accept_root(&reader, root, roots[i].element)) {
		read_element(&reader, root, roots[i].element, roots[i].target);
		fragment->is_incomplete = reader.is_incomplete;
	}
	document_free(document);
}
