/*
 * Finds references to variables in a text. Input: a string; output: where a
 * reference stands and its two names. Does not know which names exist.
 */
#include "reference.h"

#include <stdbool.h>

/* CodePipeline: [A-Za-z0-9@\-_]+ for namespaces and names of variables. */
static bool
is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '@';
}

/* Bytes after which nobody goes on reading for a '}'. */
static bool
ends_reference(char c)
{
	return c == '\0' || c == ' ' || c == '\t' || c == '\n' || c == '\r' ||
	       c == '"' || c == '\'';
}

static const char *
skip_name(const char *at)
{
	while (is_name_byte(*at))
		at++;
	return at;
}

/* What is wrong with a reference that stops being one at out->end. */
static const char *
problem_at(const struct sw_reference *out)
{
	if (ends_reference(*out->end))
		return "no '}' closes the reference";
	if (out->namespace_length == 0)
		return "no namespace in front of the name";
	if (out->name == NULL)
		return *out->end == '}' ? "no name behind the namespace"
					: "a namespace has letters, digits, "
					  "'@', '-' and '_' alone";
	if (out->name_length == 0 && *out->end == '}')
		return "no name behind the namespace";
	return "a name has letters, digits, '@', '-' and '_' alone";
}

/* Reads the reference at `begin`, which is at its '#'. */
static const char *
read_reference(const char *begin, struct sw_reference *out)
{
	const char *at = skip_name(begin + 2);

	*out = (struct sw_reference){ .begin = begin };
	out->namespace_ = begin + 2;
	out->namespace_length = (size_t)(at - out->namespace_);
	if (*at == '.' && out->namespace_length > 0) {
		out->name = at + 1;
		at = skip_name(at + 1);
		out->name_length = (size_t)(at - out->name);
	}
	out->end = at;
	if (*at != '}' || out->name_length == 0) {
		const char *problem = problem_at(out);

		/* The next search begins behind what was read, '}' and all. */
		if (*at == '}')
			out->end = at + 1;
		return problem;
	}
	out->end = at + 1;
	if (out->end - begin > SW_REFERENCE_MAX)
		return "a reference of more than 256 bytes";
	return NULL;
}

const char *
sw_reference_next(const char *text, struct sw_reference *out)
{
	*out = (struct sw_reference){ 0 };
	for (; *text != '\0'; text++)
		if (text[0] == '#' && text[1] == '{')
			return read_reference(text, out);
	return NULL;
}
