/*
 * Repairs text in UTF-8 (RFC 3629), as names and messages of old commits need
 * it. It judges bytes alone.
 */
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of the well-formed sequence at the start, 0 if there is none. */
static size_t
sequence(const unsigned char *s)
{
	static const struct {
		unsigned char first, last; /* of the lead byte */
		unsigned char low, high;   /* of the byte behind it */
		size_t length;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	if (*s < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (*s < forms[i].first || *s > forms[i].last)
			continue;
		if (s[1] < forms[i].low || s[1] > forms[i].high)
			return 0;
		for (size_t k = 2; k < forms[i].length; k++)
			if (s[k] < 0x80 || s[k] > 0xbf)
				return 0;
		return forms[i].length;
	}
	return 0;
}

char *
sw__utf8_copy(const char *text)
{
	char *copy = malloc(3 * strlen(text) + 1);
	if (!copy)
		return NULL;
	char *out = copy;
	for (const char *s = text; *s;) {
		const size_t length = sequence((const unsigned char *)s);
		if (length == 0)
			memcpy(out, "\xef\xbf\xbd", 3);
		else
			memcpy(out, s, length);
		out += length == 0 ? 3 : length;
		s += length == 0 ? 1 : length;
	}
	*out = 0;
	return copy;
}

bool
sw__utf8_is_valid(const char *text)
{
	while (*text) {
		const size_t length = sequence((const unsigned char *)text);
		if (length == 0)
			return false;
		text += length;
	}
	return true;
}
