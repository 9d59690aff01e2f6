/*
 * Small questions to a model. What it is made of is in model.h; reader.c
 * makes it.
 */
#include "model.h"

#include <string.h>

#include "grammar.h"
#include "markup.h"

const struct parameter *
parameter_find(const struct parameters *parameters, const char *name)
{
	for (size_t i = 0; i < parameters->n; i++)
		if (strcmp(parameters->items[i].name.text, name) == 0)
			return &parameters->items[i];
	return NULL;
}

const char *
category_element(enum sw_category category)
{
	return grammar_element(
	    (enum element_id)(ELEMENT_SOURCE + (int)category))
	    ->name;
}

/* Walks over the written bytes until as many of the text have been met;
 * written white space that the text does not have is passed over. */
static const char *
walk(const char *p, const char *end, const char *text, size_t length,
    bool *is_cdata)
{
	size_t done = 0;

	while (p < end && done < length) {
		char out[4];
		size_t size;
		const char *next = markup_step(p, end, is_cdata, out, &size);
		bool is_space = size == 1 && markup_is_space(out[0]);

		if (is_space && !markup_is_space(text[done])) {
			p = next;
			continue;
		}
		p = next;
		done += size;
	}
	return p;
}

struct span
value_part(const struct sources *sources, const struct value *value,
    size_t offset, size_t length)
{
	const char *bytes, *p, *end, *last;
	bool is_cdata = false;
	struct span at = value->at;

	if (!span_is_set(at) || at.begin == UINT32_MAX)
		return at;
	bytes = source_bytes(sources, at.file);
	end = bytes + at.end;
	p = walk(bytes + at.begin, end, value->text, offset, &is_cdata);
	/* Onto the first byte that counts: behind indentation and marks. */
	while (p < end) {
		char out[4];
		size_t size;
		bool was_cdata = is_cdata;
		const char *next = markup_step(p, end, &is_cdata, out, &size);

		if (size > 0 && out[0] == value->text[offset]) {
			is_cdata = was_cdata;
			break;
		}
		if (size > 0 && !markup_is_space(out[0]))
			break;
		p = next;
	}
	last = walk(p, end, value->text + offset, length, &is_cdata);
	at.begin = (uint32_t)(p - bytes);
	at.end = (uint32_t)(last - bytes);
	return at;
}
