/* Finds the bytes that a correction changes. */
#include "correction.h"

#include <string.h>

#include "diagnostic_store.h"
#include "markup.h"

/* Bytes of a file, and a place in them. */
struct text_place {
	const char *begin, *end; /* of the file */
	const char *at, *at_end;
};

static bool
place_of(const struct diagnostic *d, struct span at, struct text_place *out)
{
	const struct sources *sources;

	/* What nobody is to see takes no edits either. */
	if (d->arena == NULL || !span_is_set(at) || at.begin == UINT32_MAX)
		return false;
	sources = d->sink->sources;
	out->begin = source_bytes(sources, at.file);
	out->end = out->begin + source_size(sources, at.file);
	out->at = out->begin + at.begin;
	out->at_end = out->begin + at.end;
	return true;
}

static struct span
span_between(
    struct span of, const struct text_place *t, const char *p, const char *q)
{
	return (struct span){ of.file, (uint32_t)(p - t->begin),
		(uint32_t)(q - t->begin) };
}

/* Means the same in a value, a text and a CDATA section. */
static bool
is_plain(const char *word)
{
	return strpbrk(word, "&<>\"'") == NULL;
}

/* Behind the element whose start tag begins there; its end tag, if it has one,
 * is *last. NULL: it has no end. */
static const char *
element_end(const char *p, const char *end, struct markup *last)
{
	size_t depth = 0;

	do {
		*last = markup_next(p, end);
		p = last->end;
		if (last->kind == MARKUP_NONE || last->kind == MARKUP_OTHER)
			return NULL;
		depth += last->kind == MARKUP_START;
		depth -= last->kind == MARKUP_END && depth > 0;
	} while (depth > 0);
	return p;
}

/* The start tag that a place is in; NULL: it is in none. */
static const char *
tag_begin(const struct text_place *t)
{
	const char *p = t->at;
	struct markup tag;

	while (p > t->begin && *p != '<')
		p--;
	if (*p != '<')
		return NULL;
	tag = markup_next(p, t->end);
	return tag.begin == p && tag.end > t->at &&
		       (tag.kind == MARKUP_START || tag.kind == MARKUP_EMPTY)
		   ? p
		   : NULL;
}

void
correction_meant(struct diagnostic *d, struct span at, const char *meant)
{
	diagnostic_label(d, "did you mean '%s'?", meant);
	if (is_plain(meant))
		diagnostic_edit(d, FIX_UNSAFE, at, "%s", meant);
}

void
correction_meant_element(
    struct diagnostic *d, struct span at, const char *meant)
{
	struct text_place t;
	const char *tag;
	size_t length;
	struct markup last;

	diagnostic_label(d, "did you mean <%s>?", meant);
	if (!place_of(d, at, &t) || (tag = tag_begin(&t)) == NULL ||
	    element_end(tag, t.end, &last) == NULL)
		return;
	length = (size_t)(t.at_end - t.at);
	diagnostic_edit(d, FIX_UNSAFE, at, "%s", meant);
	if (last.kind == MARKUP_END) {
		/* As far behind its mark as in the start tag. */
		const char *name = last.begin + 2 + (t.at - (tag + 1));

		diagnostic_edit(d, FIX_UNSAFE,
		    span_between(at, &t, name, name + length), "%s", meant);
	}
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Widens to the whole lines, if there is nothing else on them. */
static void
take_lines(const struct text_place *t, const char **from, const char **to)
{
	const char *p = *from, *q = *to;

	while (p > t->begin && is_blank(p[-1]))
		p--;
	while (q < t->end && is_blank(*q))
		q++;
	if (q < t->end && *q == '\r')
		q++;
	if ((p > t->begin && p[-1] != '\n') || q == t->end || *q != '\n')
		return;
	*from = p;
	*to = q + 1;
}

void
correction_remove_element(
    struct diagnostic *d, enum fix_safety safety, struct span at)
{
	struct text_place t;
	struct markup last;
	const char *from, *to;

	if (!place_of(d, at, &t) || (from = tag_begin(&t)) == NULL ||
	    (to = element_end(from, t.end, &last)) == NULL)
		return;
	take_lines(&t, &from, &to);
	diagnostic_edit(d, safety, span_between(at, &t, from, to), "%s", "");
}

void
correction_remove_attribute(
    struct diagnostic *d, enum fix_safety safety, struct span value)
{
	struct text_place t;
	struct markup_attribute a;
	const char *tag, *from;

	if (!place_of(d, value, &t) || (tag = tag_begin(&t)) == NULL)
		return;
	for (const char *p = markup_name_end(tag + 1, t.end);
	     markup_attribute_next(p, t.end, &a); p = a.value_end + 1) {
		if (a.value != t.at)
			continue;
		from = a.name;
		while (markup_is_space(from[-1]))
			from--;
		diagnostic_edit(d, safety,
		    span_between(value, &t, from, a.value_end + 1), "%s", "");
		return;
	}
}
