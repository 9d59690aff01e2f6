/*
 * Writes a secret in the ways in which programs do. Input: its bytes; output:
 * forms, one after the other, in memory that is wiped. A form that equals
 * another one is told again.
 */
#include "forms.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "redact.h"

/* The longest way to write a byte is \uXXXX. */
#define GROWTH_MAX 6

struct writer {
	const unsigned char *bytes;
	size_t n;
	unsigned char *out; /* GROWTH_MAX * n bytes and some */
	size_t length;
	sw_form_fn tell;
	void *payload;
};

static void
put(struct writer *w, unsigned char byte)
{
	w->out[w->length++] = byte;
}

static void
put_text(struct writer *w, const char *text)
{
	while (*text != '\0')
		put(w, (unsigned char)*text++);
}

static void
put_hex(struct writer *w, unsigned byte, bool is_upper)
{
	const char *digits = is_upper ? "0123456789ABCDEF" : "0123456789abcdef";
	put(w, (unsigned char)digits[byte >> 4]);
	put(w, (unsigned char)digits[byte & 15]);
}

/* What has been written is a form. */
static int
tell(struct writer *w)
{
	const size_t n = w->length;
	w->length = 0;
	return n < SW_SECRET_MIN ? 0 : w->tell(w->payload, w->out, n);
}

static bool
is_boundary(const unsigned char *line, size_t n)
{
	/* RFC 7468: it holds nothing secret, and stands in other texts. */
	return n > 9 && (memcmp(line, "-----BEGIN", 10) == 0 ||
			    memcmp(line, "-----END ", 9) == 0);
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Each line of a value that has several, without the blanks around it. */
static int
tell_lines(struct writer *w)
{
	const unsigned char *end = w->bytes + w->n;
	if (memchr(w->bytes, '\n', w->n) == NULL)
		return 0;
	for (const unsigned char *at = w->bytes; at < end;) {
		const unsigned char *newline =
		    memchr(at, '\n', (size_t)(end - at));
		const unsigned char *stop = newline == NULL ? end : newline;
		const unsigned char *next = newline == NULL ? end : newline + 1;
		while (at < stop && is_blank(*at))
			at++;
		while (stop > at && is_blank(stop[-1]))
			stop--;
		const size_t n = (size_t)(stop - at);
		const int rc = n < SW_SECRET_MIN || is_boundary(at, n)
				   ? 0
				   : w->tell(w->payload, at, n);
		if (rc != 0)
			return rc;
		at = next;
	}
	return 0;
}

/* The byte at `i` of the value behind `before` foreign bytes; 0 behind it. */
static unsigned
byte_at(const struct writer *w, size_t i, size_t before)
{
	return i - before < w->n ? w->bytes[i - before] : 0;
}

/*
 * The value in base64, behind so many foreign bytes: the digits that depend
 * on it alone. `is_last`: nothing comes behind it, so its last digit is known.
 */
static int
tell_base64(struct writer *w, size_t before, const char *alphabet, bool is_last)
{
	const size_t bits = 8 * (before + w->n);
	const size_t first = (8 * before + 5) / 6;
	const size_t end = is_last ? (bits + 5) / 6 : bits / 6;
	for (size_t digit = first; digit < end; digit++) {
		const size_t i = digit * 6 / 8;
		const unsigned two =
		    byte_at(w, i, before) << 8 | byte_at(w, i + 1, before);
		put(w,
		    (unsigned char)alphabet[two >> (10 - digit * 6 % 8) & 63]);
	}
	return tell(w);
}

/* As base64 and openssl wrap it, when it was all that they were given. */
static int
tell_wrapped(struct writer *w, const char *alphabet, size_t width)
{
	const size_t digits = (8 * w->n + 5) / 6;
	int rc = 0;
	if (digits <= width)
		return 0;
	for (size_t digit = 0; rc == 0 && digit < digits; digit++) {
		const size_t i = digit * 6 / 8;
		const unsigned two =
		    byte_at(w, i, 0) << 8 | byte_at(w, i + 1, 0);
		put(w,
		    (unsigned char)alphabet[two >> (10 - digit * 6 % 8) & 63]);
		if ((digit + 1) % width == 0 || digit + 1 == digits)
			rc = tell(w);
	}
	return rc;
}

static int
tell_base64s(struct writer *w)
{
	static const char *const alphabets[] = {
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789-_",
	};
	int rc = 0;
	for (int i = 0; rc == 0 && i < 2; i++) {
		for (size_t before = 0; rc == 0 && before < 3; before++) {
			rc = tell_base64(w, before, alphabets[i], false);
			if (rc == 0)
				rc = tell_base64(w, before, alphabets[i], true);
		}
		if (rc == 0)
			rc = tell_wrapped(w, alphabets[i], 64);
		if (rc == 0)
			rc = tell_wrapped(w, alphabets[i], 76);
	}
	return rc;
}

static int
tell_hexes(struct writer *w)
{
	int rc = 0;
	for (int is_upper = 0; rc == 0 && is_upper < 2; is_upper++) {
		for (size_t i = 0; i < w->n; i++)
			put_hex(w, w->bytes[i], is_upper);
		rc = tell(w);
	}
	return rc;
}

static bool
is_plain(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

static int
tell_urls(struct writer *w)
{
	/* What a dialect leaves as it is, beside letters and digits. */
	static const struct {
		const char *kept;
		bool has_plus; /* a blank is + */
	} dialects[] = {
		{ "-._~", false },             /* RFC 3986, curl */
		{ "-._~", true },              /* Go, Python's quote_plus */
		{ "-._~/", false },            /* Python's quote */
		{ "-._~!*'()", false },        /* encodeURIComponent */
		{ "-._~!*'();/?:@&=+$,#", 0 }, /* encodeURI */
		{ "-._*", true },              /* HTML forms, Java */
		{ "-._", true },               /* PHP */
	};
	int rc = 0;
	for (size_t d = 0; d < 2 * sizeof dialects / sizeof *dialects; d++) {
		const bool is_upper = d % 2 == 0;
		for (size_t i = 0; i < w->n; i++) {
			const unsigned char c = w->bytes[i];
			if (is_plain(c) ||
			    (c != '\0' && strchr(dialects[d / 2].kept, c))) {
				put(w, c);
			} else if (c == ' ' && dialects[d / 2].has_plus) {
				put(w, '+');
			} else {
				put(w, '%');
				put_hex(w, c, is_upper);
			}
		}
		rc = tell(w);
		if (rc != 0)
			break;
	}
	return rc;
}

/*
 * The character that begins at `*i`, and moves behind it. Bytes that are no
 * UTF-8 are characters of their own: no encoder writes them as it should.
 */
static uint32_t
take_character(const struct writer *w, size_t *i)
{
	const unsigned char lead = w->bytes[(*i)++];
	const size_t more = lead >= 0xf0   ? 3
			    : lead >= 0xe0 ? 2
			    : lead >= 0xc0 ? 1
					   : 0;
	if (more == 0 || more > w->n - *i)
		return lead;
	uint32_t character = lead & (0x3fu >> more);
	for (size_t k = 0; k < more; k++)
		character = character << 6 | (w->bytes[(*i)++] & 0x3fu);
	return character;
}

static void
put_unicode(struct writer *w, uint32_t unit, bool is_upper)
{
	put_text(w, "\\u");
	put_hex(w, unit >> 8 & 255, is_upper);
	put_hex(w, unit & 255, is_upper);
}

/* How encoders of JSON differ. */
enum {
	JSON_UPPER = 1,
	JSON_SLASH = 2,
	JSON_ASCII = 4,
	JSON_HTML = 8
};

/* True if a character of one byte was escaped. */
static bool
escape_json(struct writer *w, unsigned char c, int style)
{
	static const char named[] = "\"\\\b\f\n\r\t/";
	static const char names[] = "\"\\bfnrt/";
	const char *name = c == '\0' ? NULL : strchr(named, c);
	if (name != NULL && (c != '/' || (style & JSON_SLASH))) {
		put(w, '\\');
		put(w, (unsigned char)names[name - named]);
	} else if (c < 0x20 || (c == 0x7f && (style & JSON_ASCII)) ||
		   ((style & JSON_HTML) && (c == '<' || c == '>' || c == '&')))
		put_unicode(w, c, style & JSON_UPPER);
	else
		return false;
	return true;
}

static void
put_json(struct writer *w, int style)
{
	for (size_t i = 0; i < w->n;) {
		const size_t from = i;
		if (w->bytes[i] < 0x80) {
			if (!escape_json(w, w->bytes[i], style))
				put(w, w->bytes[i]);
			i++;
			continue;
		}
		const uint32_t character = take_character(w, &i);
		if (!(style & JSON_ASCII)) {
			memcpy(w->out + w->length, w->bytes + from, i - from);
			w->length += i - from;
		} else if (character < 0x10000) {
			put_unicode(w, character, style & JSON_UPPER);
		} else {
			const uint32_t rest = character - 0x10000;
			put_unicode(w, 0xd800 | rest >> 10, style & JSON_UPPER);
			put_unicode(
			    w, 0xdc00 | (rest & 0x3ff), style & JSON_UPPER);
		}
	}
}

static int
tell_jsons(struct writer *w)
{
	int rc = 0;
	for (int style = 0; rc == 0 && style < 16; style++) {
		put_json(w, style);
		rc = tell(w);
	}
	return rc;
}

/* 'it'\''s', and as sh -x has it, 'it'"'"'s'. */
static int
tell_quoted(struct writer *w)
{
	static const char *const quotes[] = { "'\\''", "'\"'\"'" };
	int rc = 0;
	for (int q = 0; rc == 0 && q < 2; q++) {
		for (size_t i = 0; i < w->n; i++)
			if (w->bytes[i] == '\'')
				put_text(w, quotes[q]);
			else
				put(w, w->bytes[i]);
		rc = tell(w);
	}
	return rc;
}

int
sw__forms_each(const char *bytes, size_t n, sw_form_fn tell_form, void *payload)
{
	static int (*const tells[])(struct writer *) = {
		tell_lines,
		tell_base64s,
		tell_hexes,
		tell_urls,
		tell_jsons,
		tell_quoted,
	};
	struct writer w = {
		.bytes = (const unsigned char *)bytes,
		.n = n,
		.tell = tell_form,
		.payload = payload,
	};
	if (n < SW_SECRET_MIN)
		return 0;
	int rc = tell_form(payload, w.bytes, n);
	if (rc != 0)
		return rc;
	const size_t room = GROWTH_MAX * n + 16;
	w.out = malloc(room);
	if (w.out == NULL)
		return -1;
	(void)sodium_mlock(w.out, room);
	for (size_t i = 0; rc == 0 && i < sizeof tells / sizeof *tells; i++)
		rc = tells[i](&w);
	(void)sodium_munlock(w.out, room);
	free(w.out);
	return rc;
}
