/*
 * A filter of terminal controls, byte by byte. Input: bytes of any kind;
 * output: text, and of the sequences of ECMA-48 "select graphic rendition"
 * alone. What may be the beginning of a sequence is held until it is known.
 */
#include "tame.h"

#include <stdbool.h>
#include <string.h>

#define ESCAPE 0x1b

/* What the beginning of the held bytes is. */
struct verdict {
	size_t n; /* bytes of it; 0: not known before there are more */
	bool is_harmless;
};

/* Colours: ESC [ digits and separators m. */
static struct verdict
judge_escape(const unsigned char *held, size_t n)
{
	const struct verdict harmful = { 1, false };
	if (n >= 2 && held[1] != '[')
		return harmful;
	for (size_t i = 2; i < n; i++) {
		if (held[i] == 'm')
			return (struct verdict){ i + 1, true };
		if (!(held[i] >= '0' && held[i] <= ';'))
			return harmful;
	}
	return n == SW_TAME_MAX ? harmful : (struct verdict){ 0 };
}

/* U+0080 to U+009F are controls; U+200E, U+200F, U+202A to U+202E and U+2066
 * to U+2069 turn text around. */
static bool
is_harmless(const unsigned char *character)
{
	const unsigned char *c = character;
	if (c[0] == 0xc2)
		return c[1] >= 0xa0;
	if (c[0] != 0xe2)
		return true;
	if (c[1] == 0x80)
		return !(c[2] == 0x8e || c[2] == 0x8f ||
			 (c[2] >= 0xaa && c[2] <= 0xae));
	return !(c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9);
}

/* A character of UTF-8 of several bytes; a byte that is in none is harmful. */
static struct verdict
judge_character(const unsigned char *held, size_t n)
{
	const unsigned char lead = held[0];
	const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	if (lead < 0xc2 || lead > 0xf4)
		return (struct verdict){ 1, false };
	for (size_t i = 1; i < size; i++) {
		if (i == n)
			return (struct verdict){ 0 };
		if ((held[i] & 0xc0) != 0x80)
			return (struct verdict){ 1, false };
	}
	return (struct verdict){ size, is_harmless(held) };
}

static struct verdict
judge(const unsigned char *held, size_t n)
{
	const unsigned char c = held[0];
	if (c == ESCAPE)
		return judge_escape(held, n);
	if (c >= 0x80)
		return judge_character(held, n);
	return (struct verdict){ 1, (c >= 0x20 && c != 0x7f) || c == '\n' ||
					c == '\t' || c == '\r' };
}

/* For all to see: ^[ for ESC, ? for what is no character. */
static void
show(FILE *out, unsigned char c)
{
	if (c < 0x20 || c == 0x7f)
		fprintf(out, "^%c", c ^ 0x40);
	else
		fputc(c < 0x7f ? c : '?', out);
}

static void
take(struct sw_tame *tame, FILE *out, unsigned char c)
{
	tame->held[tame->n++] = c;
	while (tame->n > 0) {
		const struct verdict verdict = judge(tame->held, tame->n);
		if (verdict.n == 0)
			return;
		if (verdict.is_harmless)
			fwrite(tame->held, 1, verdict.n, out);
		else
			show(out, tame->held[0]);
		tame->n -= verdict.n;
		memmove(tame->held, tame->held + verdict.n, tame->n);
	}
}

int
sw__tame_write(struct sw_tame *tame, FILE *out, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		take(tame, out, (unsigned char)bytes[i]);
	return ferror(out) ? -1 : 0;
}

int
sw__tame_end(struct sw_tame *tame, FILE *out)
{
	for (size_t i = 0; i < tame->n; i++)
		show(out, tame->held[i]);
	tame->n = 0;
	return ferror(out) ? -1 : 0;
}
