/*
 * The fingerprint of github/codeql-action (src/fingerprints.ts): of the 100
 * UTF-16 units from the line's begin on, blanks and tabs left out, each end of
 * a line as one, the polynomial with 37 modulo 2^64; behind the text comes
 * 65535 once, and then zeros.
 */
#include "line_hash.h"

#include <stdbool.h>

#include "base/arena.h"
#include "base/names.h"
#include "base/utf8.h"

#define WINDOW 100u
#define FACTOR 37u
#define BEHIND 65535u

struct units {
	uint16_t *items;
	size_t n;
	size_t *lines; /* the unit that each begins with */
	uint32_t nlines;
};

static void
add(struct units *units, uint32_t point)
{
	if (point >= 0x10000) {
		point -= 0x10000;
		units->items[units->n++] = (uint16_t)(0xd800 + (point >> 10));
		point = 0xdc00 + (point & 0x3ff);
	}
	units->items[units->n++] = (uint16_t)point;
}

/* The code point of a whole character. */
static uint32_t
decode(const char *text, size_t size)
{
	static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t point = (unsigned char)text[0] & masks[size];

	for (size_t i = 1; i < size; i++)
		point = point << 6 | ((unsigned char)text[i] & 0x3fu);
	return point;
}

static struct units
units_of(struct arena *arena, const char *bytes, size_t size)
{
	struct units units = { .n = 0 };
	bool begins = true;

	units.items = arena_array(arena, size + 1, sizeof *units.items);
	units.lines = arena_array(arena, size + 1, sizeof *units.lines);
	for (size_t i = 0; i < size;) {
		const size_t of = utf8_size(bytes + i, size - i);
		const size_t step = of != 0 ? of : 1;
		const char c = bytes[i];

		if (begins)
			units.lines[units.nlines++] = units.n;
		begins = c == '\n' ||
			 (c == '\r' && !(i + 1 < size && bytes[i + 1] == '\n'));
		if (begins)
			add(&units, '\n');
		else if (c != ' ' && c != '\t' && c != '\r')
			add(&units, of != 0 ? decode(bytes + i, of) : 0xfffd);
		i += step;
	}
	return units;
}

static uint64_t
hash_at(const struct units *units, size_t at)
{
	uint64_t hash = 0;

	for (size_t i = at; i < at + WINDOW; i++) {
		uint64_t unit = 0;
		if (i < units->n)
			unit = units->items[i];
		else if (i == units->n)
			unit = BEHIND;
		hash = FACTOR * hash + unit;
	}
	return hash;
}

const char **
line_hashes(struct arena *arena, const char *bytes, size_t size, uint32_t *n)
{
	const struct units units = units_of(arena, bytes, size);
	const char **hashes =
	    arena_array(arena, units.nlines + 1, sizeof *hashes);
	uint32_t *counts = arena_array(arena, units.nlines + 1, sizeof *counts);
	struct names *seen = names_new(arena, units.nlines + 1);

	for (uint32_t i = 0; i < units.nlines; i++) {
		const char *hash = arena_printf(arena, "%llx",
		    (unsigned long long)hash_at(&units, units.lines[i]));
		uint32_t first = names_find(seen, hash);

		if (first == NAMES_NONE) {
			names_add(seen, hash, i);
			first = i;
		}
		hashes[i] = arena_printf(arena, "%s:%u", hash, ++counts[first]);
	}
	*n = units.nlines;
	return hashes;
}
