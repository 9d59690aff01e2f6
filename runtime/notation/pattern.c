/*
 * Reads a regular expression by the grammar of POSIX, XBD 9.5.3, to say what
 * is wrong with it and where, and how large it is. Input: a text. Whoever
 * matches with it uses the C library's regcomp, which says only that something
 * is wrong, and takes much that POSIX leaves undefined.
 */
#include "pattern.h"

#include <stdbool.h>

/* What stands before a place, as far as a repetition can take it. */
enum before {
	NOTHING,  /* the beginning of a branch */
	ANCHOR,   /* ^ or $ */
	WIDE,     /* the last byte of a character beyond ASCII */
	ATOM,     /* can be repeated */
	REPEATED, /* is repeated */
};

struct group {
	size_t begin; /* of its '(' */
	unsigned size;
	unsigned last; /* the size of its last atom */
};

struct scan {
	const char *pattern;
	size_t at;
	enum before before;
	struct group
	    groups[SW_PATTERN_DEPTH_MAX + 1]; /* the first: all of it */
	unsigned depth;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_wide(char c)
{
	return ((unsigned char)c & 0x80) != 0;
}

/* An atom of this size ends at the place. */
static void
add(struct scan *scan, unsigned size, enum before before)
{
	struct group *group = &scan->groups[scan->depth];

	group->size += size;
	group->last = size;
	scan->before = before;
}

static bool
is_too_large(const struct scan *scan)
{
	unsigned size = 0;

	for (unsigned i = 0; i <= scan->depth; i++)
		size += scan->groups[i].size;
	return size > SW_PATTERN_SIZE_MAX;
}

/* The last atom is there so many times. */
static const char *
repeat(struct scan *scan, unsigned times)
{
	struct group *group = &scan->groups[scan->depth];

	switch (scan->before) {
	case NOTHING:
	case ANCHOR:
		return "there is nothing to repeat; a character that is meant "
		       "as itself stands in brackets, as in [*]";
	case WIDE:
		return "a character beyond ASCII is repeated in parentheses, "
		       "as in (\303\244)*";
	case REPEATED:
		return "this is repeated already";
	default: /* ATOM */
		break;
	}
	group->size += group->last * (times > 1 ? times - 1 : 0);
	scan->before = REPEATED;
	return NULL;
}

/* Behind a '{': "3}", "3,}", "3,5}". */
static const char *
scan_interval(struct scan *scan)
{
	unsigned bounds[2] = { 0, 0 };
	const char *at = &scan->pattern[scan->at + 1];
	const char *problem;
	bool is_open = false;

	for (int i = 0; i < 2; i++) {
		is_open = i == 1 && !is_digit(*at);
		if (!is_digit(*at) && i == 0)
			return "a number of times is written {3}, {3,} or "
			       "{3,5}";
		bounds[1] = is_open ? bounds[0] : 0;
		while (is_digit(*at) && bounds[1] <= SW_PATTERN_REPEAT_MAX)
			bounds[1] = bounds[1] * 10 + (unsigned)(*at++ - '0');
		if (i == 0)
			bounds[0] = bounds[1];
		if (*at != ',')
			break;
		if (i == 0)
			at++;
	}
	if (bounds[0] > SW_PATTERN_REPEAT_MAX ||
	    bounds[1] > SW_PATTERN_REPEAT_MAX)
		return "nothing can be repeated more than 255 times";
	if (*at != '}')
		return "a number of times is written {3}, {3,} or {3,5}";
	if (bounds[1] < bounds[0])
		return "the second number is smaller than the first";
	problem = repeat(scan, bounds[1] + is_open);
	if (problem == NULL)
		scan->at = (size_t)(at - scan->pattern);
	return problem;
}

/* From a '[' to its ']'. */
static const char *
scan_set(struct scan *scan)
{
	const char *const text = scan->pattern;
	size_t at = scan->at + 1;

	at += text[at] == '^';
	at += text[at] == ']';
	for (; text[at] != ']'; at++) {
		char kind = '\0';

		if (text[at] == '\0')
			return "the bracket is not closed";
		if (is_wide(text[at])) {
			scan->at = at;
			return "in brackets are characters of ASCII alone; "
			       "write (a|b)";
		}
		if (text[at] == '\\' &&
		    (is_letter(text[at + 1]) || is_digit(text[at + 1]))) {
			scan->at = at;
			return "in brackets a backslash stands for itself; "
			       "write [[:alnum:]_] for [\\w]";
		}
		if (text[at] == '[')
			kind = text[at + 1];
		if (kind != ':' && kind != '.' && kind != '=')
			continue;
		for (at += 2; text[at] != '\0' &&
			      !(text[at] == kind && text[at + 1] == ']');
		     at++)
			;
		if (text[at] == '\0')
			return "the bracket is not closed";
		at++;
	}
	scan->at = at;
	add(scan, 1, ATOM);
	return NULL;
}

static const char *
scan_escape(struct scan *scan)
{
	const char next = scan->pattern[scan->at + 1];

	if (next == '\0')
		return "a backslash takes the character behind it as it is";
	if (is_digit(next))
		return "extended expressions have no references back";
	if (is_letter(next) || is_wide(next))
		return "extended expressions have no such escape; write [0-9] "
		       "for \\d, [[:space:]] for \\s, [[:alnum:]_] for \\w";
	scan->at++;
	add(scan, 1, ATOM);
	return NULL;
}

static const char *
open_group(struct scan *scan)
{
	if (scan->depth == SW_PATTERN_DEPTH_MAX)
		return "more than 32 groups are within each other";
	if (scan->pattern[scan->at + 1] == '?')
		return "extended expressions have no groups with '?'; write "
		       "(...)";
	scan->groups[++scan->depth] = (struct group){ scan->at, 0, 0 };
	scan->before = NOTHING;
	return NULL;
}

/* Before a '|', a ')' or the end. */
static const char *
end_branch(const struct scan *scan)
{
	return scan->before == NOTHING ? "something is missing before this"
				       : NULL;
}

static const char *
close_group(struct scan *scan)
{
	const char *problem = end_branch(scan);
	unsigned size;

	if (scan->depth == 0)
		return "no '(' belongs to this";
	if (problem != NULL)
		return problem;
	size = scan->groups[scan->depth--].size;
	add(scan, size, ATOM);
	return NULL;
}

static const char *
scan_one(struct scan *scan)
{
	const char c = scan->pattern[scan->at];
	const char *problem = NULL;

	switch (c) {
	case '\\':
		return scan_escape(scan);
	case '[':
		return scan_set(scan);
	case '(':
		return open_group(scan);
	case ')':
		return close_group(scan);
	case '|':
		problem = end_branch(scan);
		scan->before = NOTHING;
		return problem;
	case '^':
	case '$':
		scan->groups[scan->depth].size++;
		scan->before = ANCHOR;
		return NULL;
	case '*':
	case '?':
		return repeat(scan, 1);
	case '+': /* once, and any number of times more */
		return repeat(scan, 2);
	case '{':
		return scan_interval(scan);
	default:
		add(scan, 1, is_wide(c) ? WIDE : ATOM);
		return NULL;
	}
}

const char *
sw_pattern_check(const char *pattern, size_t *offset)
{
	struct scan scan = { .pattern = pattern };
	const char *problem = NULL;

	for (; pattern[scan.at] != '\0'; scan.at++) {
		*offset = scan.at;
		if (scan.at >= SW_PATTERN_MAX)
			return "an expression has at most 1024 bytes";
		problem = scan_one(&scan);
		if (problem != NULL) {
			*offset = scan.at;
			return problem;
		}
		if (is_too_large(&scan))
			return "with its repetitions written out the "
			       "expression has more than 2000 characters";
	}
	*offset = scan.at;
	if (scan.depth > 0) {
		*offset = scan.groups[scan.depth].begin;
		return "the group is not closed";
	}
	return end_branch(&scan);
}
