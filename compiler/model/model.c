/*
 * Small questions to a model. What it is made of is in model.h; reader.c
 * makes it.
 */
#include "model.h"

#include <string.h>

#include "base/markup.h"
#include "grammar.h"

const struct parameter *
parameter_find(const struct parameters *parameters, const char *name)
{
	for (size_t i = 0; i < parameters->n; i++)
		if (parameters->items[i].name.text != NULL &&
		    strcmp(parameters->items[i].name.text, name) == 0)
			return &parameters->items[i];
	return NULL;
}

bool
environment_is_production(const char *environment)
{
	return environment != NULL && (strcmp(environment, "production") == 0 ||
					  strcmp(environment, "prod") == 0);
}

bool
environment_is_staging(const char *environment)
{
	static const char *const names[] = { "staging", "stage", "preprod",
		"preproduction", "pre-production", "test", "testing", "qa",
		"uat" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (environment != NULL && strcmp(environment, names[i]) == 0)
			return true;
	return false;
}

const char *
category_element(enum sw_category category)
{
	return grammar_element(
	    (enum element_id)(ELEMENT_SOURCE + (int)category))
	    ->name;
}

/* A place in a value's text, and where it is written. */
struct walk {
	const char *text;
	const char *p;
	const char *end; /* of the written bytes */
	bool is_cdata;
};

/*
 * Walks to `target` in the text. White space that only one of the two has is
 * passed over there: indentation is not kept. With `is_onto`, goes on to the
 * byte that stands for *target.
 */
static void
walk_to(struct walk *walk, const char *target, bool is_onto)
{
	while (walk->p < walk->end && (walk->text < target || is_onto)) {
		bool is_cdata = walk->is_cdata, is_space;
		char out[4];
		size_t size;
		const char *next =
		    markup_step(walk->p, walk->end, &is_cdata, out, &size);

		is_space = size == 1 && markup_is_space(out[0]);
		if (size > 0 && walk->text == target &&
		    (!is_space || markup_is_space(*target)))
			return;
		if (size > 0 && !is_space && markup_is_space(*walk->text)) {
			walk->text++;
			continue;
		}
		if (size > 0 && (!is_space || markup_is_space(*walk->text)))
			walk->text += size;
		walk->p = next;
		walk->is_cdata = is_cdata;
	}
}

struct span
value_part(const struct sources *sources, const struct value *value,
    size_t offset, size_t length)
{
	struct span at = value->at;
	const char *bytes;
	struct walk walk;

	if (!span_is_set(at) || at.begin == UINT32_MAX)
		return at;
	bytes = source_bytes(sources, at.file);
	walk = (struct walk){ value->text, bytes + at.begin, bytes + at.end,
		false };
	walk_to(&walk, value->text + offset, true);
	at.begin = (uint32_t)(walk.p - bytes);
	walk_to(&walk, value->text + offset + length, false);
	at.end = (uint32_t)(walk.p - bytes);
	return at;
}
