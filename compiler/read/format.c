/*
 * Prints a document from the bytes of its source: names, values and texts are
 * moved, never rewritten, so references stay as their author wrote them. Text
 * whose white space cannot be moved without changing it (CDATA sections,
 * references to characters, comments between words) stays untouched.
 */
#include "format.h"

#include <string.h>

#include "base/markup.h"
#include "document.h"
#include "model/grammar.h"

#define INDENT 2
/* Of a tag's attributes when they are broken. */
#define INDENT_ATTRIBUTES 4
/* Attributes of one element and the namespaces it declares: screen.c refuses
 * more. */
#define ATTRIBUTES_MAX DOCUMENT_ATTRIBUTES_MAX

struct formatter {
	const struct document *document;
	FILE *to;
};

struct chunk {
	const char *p;
	const char *end;
};

static struct chunk
chunk_of(const struct formatter *f, uint32_t begin, uint32_t end)
{
	return (struct chunk){ document_bytes(f->document, begin),
		document_bytes(f->document, end) };
}

static void
put(const struct formatter *f, const char *p, const char *end)
{
	(void)fwrite(p, 1, (size_t)(end - p), f->to);
}

static void
put_indent(const struct formatter *f, size_t columns)
{
	(void)fprintf(f->to, "%*s", (int)columns, "");
}

static size_t
count_lines(const char *p, const char *end)
{
	size_t n = 0;

	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

/* The column that p stands in, from 0; tabs count as one. */
static size_t
column_of(const struct formatter *f, const char *p)
{
	const char *first = document_bytes(f->document, 0);
	const char *q = p;

	while (q > first && q[-1] != '\n')
		q--;
	return (size_t)(p - q);
}

/* A value between double quotes, as the reader sees it. */
static size_t
put_value(FILE *to, struct chunk value)
{
	size_t width = 2;

	if (to != NULL)
		fputc('"', to);
	for (const char *p = value.p; p < value.end; p++) {
		bool is_line_end =
		    *p == '\r' && p + 1 < value.end && p[1] == '\n';
		const char *out = NULL;

		if (is_line_end)
			continue;
		if (*p == '"')
			out = "&quot;";
		else if (markup_is_space(*p))
			out = " ";
		width += out != NULL ? strlen(out)
				     : ((unsigned char)*p & 0xc0) != 0x80;
		if (to == NULL)
			continue;
		if (out != NULL)
			fputs(out, to);
		else
			fputc(*p, to);
	}
	if (to != NULL)
		fputc('"', to);
	return width;
}

/* Namespaces first, then the attributes of other languages, then ours in
 * their order, then what is unknown. */
static size_t
rank_of(const struct element_rule *rule, const struct markup_attribute *a)
{
	size_t length = (size_t)(a->name_end - a->name);
	int row;

	if (length >= 5 && memcmp(a->name, "xmlns", 5) == 0)
		return 0;
	if (memchr(a->name, ':', length) != NULL)
		return 1;
	row = rule != NULL ? grammar_attribute(rule, a->name, length) : -1;
	return row < 0 ? SIZE_MAX : 2 + (size_t)row;
}

/* The attributes of a tag, sorted; equal ranks keep their order. */
static size_t
sort_attributes(const struct element_rule *rule, struct chunk tag,
    struct markup_attribute *sorted)
{
	size_t ranks[ATTRIBUTES_MAX];
	struct markup_attribute a;
	size_t n = 0;

	for (const char *p = markup_name_end(tag.p + 1, tag.end);
	     n < ATTRIBUTES_MAX && markup_attribute_next(p, tag.end, &a);
	     p = a.value_end + 1) {
		size_t rank = rank_of(rule, &a), i = n++;

		for (; i > 0 && ranks[i - 1] > rank; i--) {
			ranks[i] = ranks[i - 1];
			sorted[i] = sorted[i - 1];
		}
		ranks[i] = rank;
		sorted[i] = a;
	}
	return n;
}

static size_t
width_of(const struct markup_attribute *a)
{
	return (size_t)(a->name_end - a->name) + 1 +
	       put_value(NULL, (struct chunk){ a->value, a->value_end });
}

/* <name a="..." b="...", without its end; broken when it is too long. */
static void
put_tag(const struct formatter *f, const struct element_rule *rule,
    const struct node *node, size_t indent)
{
	struct chunk tag = chunk_of(f, node->begin, node->tag_end);
	struct markup_attribute sorted[ATTRIBUTES_MAX];
	const char *name_end = markup_name_end(tag.p + 1, tag.end);
	size_t n = sort_attributes(rule, tag, sorted);
	size_t column = indent + (size_t)(name_end - tag.p), total = column;

	put(f, tag.p, name_end);
	for (size_t i = 0; i < n; i++)
		total += 1 + width_of(&sorted[i]);
	for (size_t i = 0; i < n; i++) {
		size_t width = width_of(&sorted[i]);

		/* Two columns are kept for the end of the tag. */
		if (i > 0 && total + 2 > FORMAT_WIDTH &&
		    column + 1 + width + 2 > FORMAT_WIDTH) {
			fputc('\n', f->to);
			put_indent(f, indent + INDENT_ATTRIBUTES);
			column = indent + INDENT_ATTRIBUTES;
		} else {
			fputc(' ', f->to);
			column++;
		}
		put(f, sorted[i].name, sorted[i].name_end);
		fputc('=', f->to);
		put_value(f->to,
		    (struct chunk){ sorted[i].value, sorted[i].value_end });
		column += width;
	}
}

/* The next line of a text, without its end. */
static struct chunk
take_line(struct chunk *text)
{
	struct chunk line = { text->p, NULL };
	const char *feed = memchr(text->p, '\n', (size_t)(text->end - text->p));

	line.end = feed != NULL ? feed : text->end;
	text->p = feed != NULL ? feed + 1 : text->end;
	while (line.end > line.p && markup_is_space(line.end[-1]))
		line.end--;
	return line;
}

static size_t
depth_of(struct chunk line)
{
	const char *p = line.p;

	while (p < line.end && (*p == ' ' || *p == '\t'))
		p++;
	return (size_t)(p - line.p);
}

/* Each line of a text on a line of its own. The indentation that the lines
 * share is replaced; the first one shares it if it begins its line. */
static void
put_block(const struct formatter *f, struct chunk text, size_t indent)
{
	const char *first = document_bytes(f->document, 0);
	struct chunk rest = text, line;
	size_t common = SIZE_MAX;
	bool is_first = true;

	while (text.p > first && (text.p[-1] == ' ' || text.p[-1] == '\t'))
		text.p--;
	if (text.p > first && text.p[-1] == '\n')
		rest = text;
	else
		text = rest;
	if (rest.p > first && rest.p[-1] != '\n')
		take_line(&rest);
	else
		is_first = false;
	while (rest.p < rest.end) {
		line = take_line(&rest);
		if (line.p < line.end && depth_of(line) < common)
			common = depth_of(line);
	}
	while (text.p < text.end) {
		size_t depth;

		line = take_line(&text);
		depth = is_first ? 0 : depth_of(line);
		is_first = false;
		if (line.p < line.end) {
			put_indent(f, indent);
			put(f, line.p + (depth < common ? depth : common),
			    line.end);
		}
		fputc('\n', f->to);
	}
}

/* A comment or instruction; its other lines move as its first one does. */
static void
put_aside(const struct formatter *f, const struct node *node, size_t indent)
{
	struct chunk text = chunk_of(f, node->begin, node->end);
	size_t column = column_of(f, text.p);
	struct chunk line = take_line(&text);

	put(f, line.p, line.end);
	while (text.p < text.end) {
		size_t depth;

		line = take_line(&text);
		fputc('\n', f->to);
		if (line.p == line.end)
			continue;
		depth = depth_of(line);
		line.p += depth;
		depth = depth > column ? depth - column : 0;
		put_indent(f, indent + depth);
		put(f, line.p, line.end);
	}
}

/* Can white space inside the text be moved? */
static bool
is_movable(struct chunk text)
{
	for (const char *p = text.p; p < text.end; p++) {
		if (*p == '<' || (*p == '&' && p + 1 < text.end && p[1] == '#'))
			return false;
		if (*p == '\r' && (p + 1 == text.end || p[1] != '\n'))
			return false;
	}
	return true;
}

enum layout {
	LAYOUT_EMPTY,    /* <a/> */
	LAYOUT_LINE,     /* <a>text</a> */
	LAYOUT_BLOCK,    /* one thing a line */
	LAYOUT_UNTOUCHED /* the bytes as they are */
};

static enum layout
layout_of(const struct formatter *f, const struct node *node)
{
	const struct node *child = node_first(f->document, node);
	const struct node *text = NULL;
	size_t texts = 0, others = 0, asides = 0;
	struct chunk chunk;

	for (; child != NULL; child = node_next(f->document, child)) {
		others += child->kind == NODE_ELEMENT;
		asides +=
		    child->kind != NODE_ELEMENT && child->kind != NODE_TEXT;
		if (child->kind != NODE_TEXT)
			continue;
		texts++;
		text = child;
	}
	if (texts == 0)
		return others + asides == 0 ? LAYOUT_EMPTY : LAYOUT_BLOCK;
	chunk = chunk_of(f, text->begin, text->end);
	if (texts > 1 || asides > 0 || !is_movable(chunk))
		return LAYOUT_UNTOUCHED;
	if (others == 0 && count_lines(chunk.p, chunk.end) == 0)
		return LAYOUT_LINE;
	return LAYOUT_BLOCK;
}

/* The rule of a child, if the language knows it there. */
static const struct element_rule *
rule_of(const struct formatter *f, const struct element_rule *rule,
    const struct node *node)
{
	int row = rule != NULL
		      ? grammar_child(rule, node_name(f->document, node),
			    node->name_length)
		      : -1;

	return row < 0 ? NULL : grammar_element(rule->children[row].element);
}

static void put_element(const struct formatter *f,
    const struct element_rule *parent, const struct node *node, size_t indent);

/* Siblings, each on its line; a blank line between two of them stays, and a
 * comment behind an element stays behind it. */
static void
put_nodes(const struct formatter *f, const struct element_rule *rule,
    const struct node *node, size_t indent)
{
	const struct node *last = NULL;

	for (; node != NULL; node = node_next(f->document, node)) {
		size_t lines = 0;

		if (last != NULL)
			lines =
			    count_lines(document_bytes(f->document, last->end),
				document_bytes(f->document, node->begin));
		if (last != NULL && lines == 0 && node->kind == NODE_COMMENT) {
			fputc(' ', f->to);
			put_aside(f, node, indent);
			last = node;
			continue;
		}
		if (last != NULL && last->kind != NODE_TEXT)
			fputc('\n', f->to);
		if (lines > 1)
			fputc('\n', f->to);
		if (node->kind == NODE_TEXT) {
			put_block(
			    f, chunk_of(f, node->begin, node->end), indent);
		} else {
			put_indent(f, indent);
			if (node->kind == NODE_ELEMENT)
				put_element(f, rule, node, indent);
			else
				put_aside(f, node, indent);
		}
		last = node;
	}
	if (last != NULL && last->kind != NODE_TEXT)
		fputc('\n', f->to);
}

/* A file is a model, or a part of one. */
static const struct element_rule *
rule_of_root(const struct formatter *f, const struct node *root)
{
	static const enum element_id parts[] = { ELEMENT_STAGES,
		ELEMENT_POLICIES, ELEMENT_SCENARIOS };

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const struct element_rule *rule = grammar_element(parts[i]);

		if (root->name_length == strlen(rule->name) &&
		    memcmp(node_name(f->document, root), rule->name,
			root->name_length) == 0)
			return rule;
	}
	return grammar_element(ELEMENT_PIPELINE);
}

static void
put_element(const struct formatter *f, const struct element_rule *parent,
    const struct node *node, size_t indent)
{
	const struct element_rule *rule = rule_of(f, parent, node);
	struct chunk name = chunk_of(f, node->begin + 1,
	    node->begin + node->name_offset + node->name_length);
	enum layout layout = layout_of(f, node);
	const struct node *child = node_first(f->document, node);
	struct chunk inside;

	if (parent == NULL && node == document_root(f->document))
		rule = rule_of_root(f, node);
	put_tag(f, rule, node, indent);
	switch (layout) {
	case LAYOUT_EMPTY:
		fputs("/>", f->to);
		return;
	case LAYOUT_LINE:
		fputc('>', f->to);
		inside = chunk_of(f, child->begin, child->end);
		put(f, inside.p, inside.end);
		break;
	case LAYOUT_BLOCK:
		fputs(">\n", f->to);
		put_nodes(f, rule, child, indent + INDENT);
		put_indent(f, indent);
		break;
	case LAYOUT_UNTOUCHED:
		inside = chunk_of(f, node->tag_end, node->end);
		/* The end tag is the last one in the element. */
		do
			inside.end--;
		while (*inside.end != '<');
		fputc('>', f->to);
		put(f, inside.p, inside.end);
		break;
	}
	fputs("</", f->to);
	put(f, name.p, name.end);
	fputc('>', f->to);
}

void
format_document(const struct document *document, FILE *to)
{
	const struct formatter f = { document, to };

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", to);
	put_nodes(&f, NULL, document_first(document), 0);
}
