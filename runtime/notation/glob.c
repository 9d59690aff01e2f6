/*
 * Matches texts against patterns by walking every way through the pattern at
 * once: a set of places in the pattern moves along the text, one code point at
 * a time. No backtracking, so the time is bounded by the product of both
 * lengths. Input: two strings. Knows nothing of files, branches or models.
 */
#include "glob.h"

#include <stdint.h>

#define PLACES (SW_GLOB_MAX + 1)

/* A set of places in a pattern, as offsets of bytes. */
struct places {
	uint64_t bits[(PLACES + 63) / 64];
};

static void
places_add(struct places *places, size_t place)
{
	places->bits[place / 64] |= (uint64_t)1 << place % 64;
}

static bool
places_has(const struct places *places, size_t place)
{
	return (places->bits[place / 64] >> place % 64 & 1) != 0;
}

static bool
places_is_empty(const struct places *places)
{
	uint64_t any = 0;

	for (size_t i = 0; i < sizeof(places->bits) / sizeof(*places->bits);
	     i++)
		any |= places->bits[i];
	return any == 0;
}

/*
 * The code point at *text and steps behind it; 0 at the end. A byte that
 * begins no UTF-8 sequence stands for itself, above all code points.
 */
static uint32_t
next_code(const char **text)
{
	const char *at = *text;
	unsigned char first = (unsigned char)*at;
	size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0;
	uint32_t code;

	if (first == 0)
		return 0;
	*text = at + 1;
	if (first < 0x80)
		return first;
	code = first & (0x3fu >> more);
	for (size_t i = 1; i <= more; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0x200000u + first;
		code = code << 6 | ((unsigned char)at[i] & 0x3f);
	}
	if (more == 0)
		return 0x200000u + first;
	*text = at + more + 1;
	return code;
}

/*
 * Reads a set from behind its '['. Steps *at behind the ']' and says whether
 * `code` is in it; NULL for a well-formed one, else what is wrong.
 */
static const char *
read_set(const char **at, uint32_t code, bool *is_in)
{
	bool is_negated = **at == '!';
	bool found = false;
	const char *begin;

	if (is_negated)
		(*at)++;
	begin = *at;
	while (**at != ']') {
		uint32_t low = next_code(at);
		uint32_t high = low;

		if (low == 0)
			return "a set that '[' opens and no ']' closes";
		if (low == '/')
			return "a '/' in a set, which never matches one";
		if (**at == '-' && (*at)[1] != ']' && (*at)[1] != '\0') {
			(*at)++;
			high = next_code(at);
			if (high < low)
				return "a range whose ends are the wrong way "
				       "round";
		}
		found = found || (low <= code && code <= high);
	}
	if (*at == begin)
		return "an empty set";
	(*at)++;
	*is_in = code != '/' && found != is_negated;
	return NULL;
}

const char *
sw_glob_check(const char *pattern, size_t *offset)
{
	const char *at = pattern;
	const char *group = NULL;
	const char *problem = NULL;
	bool ignored;

	while (*at != '\0') {
		const char *begin = at;

		*offset = (size_t)(begin - pattern);
		if (*offset >= SW_GLOB_MAX)
			return "a pattern that is too long";
		switch (next_code(&at)) {
		case '\\':
			if (next_code(&at) == 0)
				return "nothing behind '\\'";
			break;
		case '[':
			problem = read_set(&at, 0, &ignored);
			if (problem != NULL)
				return problem;
			break;
		case '{':
			if (group != NULL)
				return "a group within a group";
			group = begin;
			break;
		case '}':
			group = NULL;
			break;
		}
	}
	*offset = group != NULL ? (size_t)(group - pattern) : 0;
	if (group != NULL)
		return "a group that '{' opens and no '}' closes";
	if (at - pattern > SW_GLOB_MAX)
		return "a pattern that is too long";
	return *pattern == '\0' ? "an empty pattern" : NULL;
}

/*
 * From behind a '{': adds the place of each alternative and returns the place
 * behind the '}'.
 */
static size_t
open_group(const char *pattern, size_t place, struct places *places)
{
	const char *at = pattern + place;
	bool ignored;

	places_add(places, place);
	for (;;) {
		switch (next_code(&at)) {
		case '\\':
			(void)next_code(&at);
			break;
		case '[':
			(void)read_set(&at, 0, &ignored);
			break;
		case ',':
			places_add(places, (size_t)(at - pattern));
			break;
		case '}':
			return (size_t)(at - pattern);
		}
	}
}

/* One star or two at a place: where it leads without taking anything. */
static void
take_star(const char *pattern, size_t place, uint32_t code, struct places *now,
    struct places *next)
{
	bool crosses = pattern[place + 1] == '*';

	places_add(now, place + (crosses ? 2 : 1));
	if (code != 0 && (crosses || code != '/'))
		places_add(next, place);
}

/*
 * Takes one code point (0: the end of the text). Every step without a code
 * point leads to the right, so one pass over the pattern closes `now`.
 */
static void
take(
    const char *pattern, uint32_t code, struct places *now, struct places *next)
{
	const char *at = pattern;
	size_t group_end = 0; /* 0: not in a group */

	while (*at != '\0') {
		size_t place = (size_t)(at - pattern);
		bool is_here = places_has(now, place);
		uint32_t token = next_code(&at);
		bool matches = false;

		if (token == '*') {
			if (is_here)
				take_star(pattern, place, code, now, next);
			at = pattern + place + (*at == '*' ? 2 : 1);
			continue;
		}
		if (token == '{') {
			struct places alternatives = { { 0 } };

			group_end =
			    open_group(pattern, place + 1, &alternatives);
			for (size_t i = 0; is_here && i < group_end; i++)
				if (places_has(&alternatives, i))
					places_add(now, i);
			continue;
		}
		if (group_end != 0 && (token == ',' || token == '}')) {
			if (is_here)
				places_add(now, group_end);
			if (token == '}')
				group_end = 0;
			continue;
		}
		if (token == '[')
			(void)read_set(&at, code, &matches);
		else if (token == '?')
			matches = code != '/';
		else if (token == '\\')
			matches = next_code(&at) == code;
		else
			matches = token == code;
		if (is_here && matches && code != 0)
			places_add(next, (size_t)(at - pattern));
	}
}

bool
sw_glob_match(const char *pattern, const char *text)
{
	struct places now = { { 0 } };
	size_t end;

	if (sw_glob_check(pattern, &end) != NULL)
		return false;
	for (end = 0; pattern[end] != '\0'; end++)
		continue;
	places_add(&now, 0);
	while (!places_is_empty(&now)) {
		struct places next = { { 0 } };
		uint32_t code = next_code(&text);

		take(pattern, code, &now, &next);
		if (code == 0)
			return places_has(&now, end);
		now = next;
	}
	return false;
}
