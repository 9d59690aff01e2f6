/*
 * The text of an element as its author meant it: comments cut out, references
 * resolved, and without the indentation that its lines share only because the
 * element is indented.
 */
#include "reader_value.h"

#include <string.h>

#include "base/arena.h"
#include "base/markup.h"

/* White characters between the beginning of p's line and p; SIZE_MAX if
 * anything else stands there. */
static size_t
indentation_before(const char *first, const char *p)
{
	const char *q = p;

	while (q > first && (q[-1] == ' ' || q[-1] == '\t'))
		q--;
	return q > first && (q[-1] == '\n' || q[-1] == '\r') ? (size_t)(p - q)
							     : SIZE_MAX;
}

/* The indentation that all lines have in common, empty ones not asked; a
 * first line that does not begin its line is not asked either. */
static size_t
common_indentation(const char *text, bool is_first_asked)
{
	const char *line = text;
	size_t common = SIZE_MAX;

	for (; line != NULL; line = strchr(line, '\n')) {
		size_t depth;

		if (line == text && !is_first_asked) {
			line++;
			continue;
		}
		line += *line == '\n';
		depth = strspn(line, " \t");
		if (line[depth] != '\n' && line[depth] != '\0' &&
		    depth < common)
			common = depth;
	}
	return common;
}

/* Removes the indentation that all lines share, white space at their ends,
 * and empty lines before and behind. */
static void
unindent(char *text, bool is_first_asked)
{
	size_t common = common_indentation(text, is_first_asked);
	const char *line = text;
	char *to = text;

	while (*line != '\0') {
		size_t length = strcspn(line, "\n");
		size_t skip = strspn(line, " \t");
		const char *next = line + length;

		if (line == text && !is_first_asked)
			skip = 0;
		if (skip > common)
			skip = common;
		line += skip;
		length -= skip;
		while (length > 0 &&
		       (line[length - 1] == ' ' || line[length - 1] == '\t'))
			length--;
		memmove(to, line, length);
		to += length;
		if (*next == '\n') {
			/* No line has been written yet: none is skipped. */
			if (to > text)
				*to++ = '\n';
			next++;
		}
		line = next;
	}
	while (to > text && to[-1] == '\n')
		to--;
	*to = '\0';
}

/* The bytes from the first text to the last, comments left out. */
static struct span
gather_text(struct reader *reader, const struct node *node, char **raw)
{
	const struct document *document = reader->document;
	struct span at = { 0 };
	char *to;

	for (const struct node *child = node_first(document, node); child;
	     child = node_next(document, child)) {
		if (child->kind != NODE_TEXT)
			continue;
		if (at.file == 0)
			at.begin = child->begin;
		at.file = reader->file;
		at.end = child->end;
	}
	if (at.file == 0)
		return at;
	*raw = to = arena_alloc(reader->arena, at.end - at.begin + 1);
	for (const struct node *child = node_first(document, node); child;
	     child = node_next(document, child)) {
		uint32_t begin, end;

		/* What is no text is cut out, and so is what lies before
		 * the first text and behind the last. */
		begin = child->kind == NODE_TEXT ? child->begin : child->end;
		end = at.end;
		if (node_next(document, child) != NULL)
			end = node_next(document, child)->begin;
		if (end > at.end)
			end = at.end;
		if (begin < at.begin || begin >= end)
			continue;
		memcpy(to, document_bytes(document, begin), end - begin);
		to += end - begin;
	}
	*to = '\0';
	return at;
}

struct value
reader_text(struct reader *reader, const struct node *node)
{
	struct value value = { NULL, { 0 } };
	char *raw = NULL, *text;
	size_t before;

	value.at = gather_text(reader, node, &raw);
	if (raw == NULL)
		return value;
	text = raw;
	if (strpbrk(raw, "&<\r") != NULL)
		text =
		    markup_decode(reader->arena, raw, raw + strlen(raw), false);
	if (strchr(text, '\n') != NULL) {
		/* The first line's own indentation is outside of the span. */
		before = indentation_before(
		    document_bytes(reader->document, node->tag_end),
		    document_bytes(reader->document, value.at.begin));
		if (before != SIZE_MAX)
			text = arena_printf(
			    reader->arena, "%*s%s", (int)before, "", text);
		unindent(text, before != SIZE_MAX);
	}
	value.text = text;
	return value;
}
