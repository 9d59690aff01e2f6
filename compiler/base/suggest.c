/*
 * "Did you mean": the word of a list that is nearest to a misspelt one.
 */
#include <string.h>
#include <strings.h>

#include "diagnostic.h"

/* Longer words are not compared. */
#define WORD_MAX 100
#define DISTANCE_MAX 2
#define PREFIX_MIN 3

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/*
 * Insertions, deletions, replacements and swaps of neighbours that turn a
 * into b, whatever the case of letters (optimal string alignment).
 */
static size_t
distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *two_back = rows[0], *back = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b_length; j++)
		back[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *oldest = two_back;

		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t change = lower(a[i - 1]) != lower(b[j - 1]);

			row[j] = least(least(row[j - 1], back[j]) + 1,
			    back[j - 1] + change);
			if (i > 1 && j > 1 &&
			    lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]))
				row[j] = least(row[j], two_back[j - 2] + 1);
		}
		two_back = back;
		back = row;
		row = oldest;
	}
	return back[b_length];
}

/* 0: the same but for case; SIZE_MAX: nothing alike. */
static size_t
unlikeness(const char *word, size_t length, const char *candidate)
{
	size_t other = strlen(candidate);
	size_t shorter = least(length, other);
	size_t edits, limit;

	if (other > WORD_MAX || other == 0)
		return SIZE_MAX;
	/* In a short word two edits leave nothing of it. */
	limit = shorter <= 4 ? shorter / 2 : DISTANCE_MAX;
	if (limit > DISTANCE_MAX)
		limit = DISTANCE_MAX;
	edits = distance(word, length, candidate, other);
	if (edits <= limit)
		return edits;
	if (shorter >= PREFIX_MIN && strncasecmp(word, candidate, shorter) == 0)
		return DISTANCE_MAX + 1;
	return SIZE_MAX;
}

const char *
did_you_mean(const char *word, const char *const *candidates, size_t n)
{
	size_t length = strlen(word), best = SIZE_MAX;
	const char *found = NULL;

	if (length == 0 || length > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t edits = unlikeness(word, length, candidates[i]);

		if (edits < best) {
			best = edits;
			found = candidates[i];
		}
	}
	return found;
}
