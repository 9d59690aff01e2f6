/* The one place that knows which bytes are a character. */
#include "utf8.h"

size_t
utf8_size(const char *text, size_t left)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned char low = 0x80, high = 0xbf;
	size_t size;

	if (left == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	size = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	/* No overlong forms, no surrogates, nothing past U+10FFFF. */
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (size > left || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < size; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return size;
}

bool
utf8_turns(const char *p)
{
	const unsigned char *c = (const unsigned char *)p;

	if (c[0] != 0xe2)
		return false;
	if (c[1] == 0x80)
		return c[2] == 0x8e || c[2] == 0x8f ||
		       (c[2] >= 0xaa && c[2] <= 0xae);
	return c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9;
}

size_t
utf8_hidden_beyond_ascii(const char *p)
{
	const unsigned char *c = (const unsigned char *)p;

	if (c[0] == 0xc2)
		return c[1] >= 0x80 && c[1] < 0xa0 ? 2 : 0;
	if (utf8_turns(p))
		return 3;
	return c[0] == 0xe2 && c[1] == 0x80 &&
		       ((c[2] >= 0x8b && c[2] <= 0x8d) || c[2] == 0xa8 ||
			   c[2] == 0xa9)
		   ? 3
		   : 0;
}

size_t
utf8_character(const char *p, const char *end)
{
	size_t size = 1;

	while (p + size < end && ((unsigned char)p[size] & 0xc0) == 0x80)
		size++;
	return size;
}

bool
utf8_is_plain(const char *p, size_t size)
{
	const unsigned char first = (unsigned char)*p;

	return first >= 0x20 && first != 0x7f && utf8_size(p, size) == size &&
	       utf8_hidden(p) == 0;
}
