/*
 * Finds markup in bytes and undoes its escapes. Whether a document is
 * well-formed is not decided here: on nonsense these functions stop early or
 * take it as it stands.
 */
#include "markup.h"

#include <string.h>

#include "arena.h"

static bool
starts(const char *p, const char *end, const char *with)
{
	size_t length = strlen(with);

	return (size_t)(end - p) >= length && memcmp(p, with, length) == 0;
}

const char *
markup_past_mark(const char *p, const char *end)
{
	return starts(p, end, "\xef\xbb\xbf") ? p + 3 : p;
}

/* Behind the first `last` (ending in '>') at or after p; NULL: none. */
static const char *
behind(const char *p, const char *end, const char *last)
{
	size_t length = strlen(last);
	const char *first = p;

	while ((p = memchr(p, '>', (size_t)(end - p))) != NULL) {
		p++;
		if ((size_t)(p - first) >= length &&
		    memcmp(p - length, last, length) == 0)
			return p;
	}
	return NULL;
}

/* A start or end tag: a '>' in quotes does not end it. */
static void
scan_tag(struct markup *markup, const char *end)
{
	const char *p = markup->begin + 1;

	for (; p < end && *p != '>' && *p != '<'; p++) {
		if (*p != '"' && *p != '\'')
			continue;
		p = memchr(p + 1, *p, (size_t)(end - p - 1));
		if (p == NULL)
			return;
		markup->attributes++;
	}
	if (p >= end || *p == '<')
		return;
	markup->end = p + 1;
	if (markup->begin[1] == '/')
		markup->kind = MARKUP_END;
	else
		markup->kind = p[-1] == '/' ? MARKUP_EMPTY : MARKUP_START;
}

struct markup
markup_next(const char *p, const char *end)
{
	struct markup markup = { MARKUP_NONE, end, end, 0 };
	const char *behind_it = NULL;

	for (;;) {
		p = p < end ? memchr(p, '<', (size_t)(end - p)) : NULL;
		if (p == NULL)
			return markup;
		if (!starts(p, end, "<![CDATA["))
			break;
		p = behind(p + 9, end, "]]>");
		if (p == NULL)
			return markup;
	}
	markup.kind = MARKUP_OTHER;
	markup.begin = p;
	if (starts(p, end, "<!--")) {
		behind_it = behind(p + 4, end, "-->");
		markup.kind = MARKUP_COMMENT;
	} else if (starts(p, end, "<?")) {
		behind_it = behind(p + 2, end, "?>");
		markup.kind = MARKUP_INSTRUCTION;
	} else if (!starts(p, end, "<!")) {
		scan_tag(&markup, end);
		return markup;
	}
	if (behind_it == NULL)
		markup.kind = MARKUP_OTHER;
	else
		markup.end = behind_it;
	return markup;
}

const char *
markup_name_end(const char *p, const char *end)
{
	while (p < end && !markup_is_space(*p) && *p != '=' && *p != '>' &&
	       *p != '/' && *p != '<')
		p++;
	return p;
}

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && markup_is_space(*p))
		p++;
	return p;
}

bool
markup_attribute_next(
    const char *p, const char *end, struct markup_attribute *out)
{
	p = skip_space(p, end);
	out->name = p;
	out->name_end = markup_name_end(p, end);
	p = skip_space(out->name_end, end);
	if (out->name == out->name_end || p >= end || *p != '=')
		return false;
	p = skip_space(p + 1, end);
	if (p >= end || (*p != '"' && *p != '\''))
		return false;
	out->value = p + 1;
	out->value_end = memchr(p + 1, *p, (size_t)(end - p - 1));
	return out->value_end != NULL;
}

static size_t
encode_utf8(unsigned long c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | (c >> 18 & 7));
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static int
digit_of(char c, int base)
{
	int value = -1;

	if (c >= '0' && c <= '9')
		value = c - '0';
	else if (base == 16 && c >= 'a' && c <= 'f')
		value = c - 'a' + 10;
	else if (base == 16 && c >= 'A' && c <= 'F')
		value = c - 'A' + 10;
	return value;
}

/* &#60; or &#x3c; at p; NULL if it is none. */
static const char *
step_number(const char *p, const char *end, char out[4], size_t *size)
{
	int base = starts(p, end, "&#x") ? 16 : 10;
	const char *first = p + (base == 16 ? 3 : 2);
	unsigned long c = 0;

	for (p = first; p < end && digit_of(*p, base) >= 0; p++)
		if (c < 0x110000)
			c = c * (unsigned)base + (unsigned)digit_of(*p, base);
	if (p == first || p >= end || *p != ';' || c == 0 || c >= 0x110000)
		return NULL;
	*size = encode_utf8(c, out);
	return p + 1;
}

/* A reference at p; NULL if it is none that a document without a document
 * type can have. */
static const char *
step_reference(const char *p, const char *end, char out[4], size_t *size)
{
	static const struct {
		const char *name;
		char c;
	} known[] = {
		{ "&lt;", '<' },
		{ "&gt;", '>' },
		{ "&amp;", '&' },
		{ "&quot;", '"' },
		{ "&apos;", '\'' },
	};

	if (starts(p, end, "&#"))
		return step_number(p, end, out, size);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (starts(p, end, known[i].name)) {
			out[0] = known[i].c;
			*size = 1;
			return p + strlen(known[i].name);
		}
	}
	return NULL;
}

const char *
markup_step(
    const char *p, const char *end, bool *is_cdata, char out[4], size_t *size)
{
	const char *next;

	*size = 0;
	if (!*is_cdata && starts(p, end, "<![CDATA[")) {
		*is_cdata = true;
		return p + 9;
	}
	if (*is_cdata && starts(p, end, "]]>")) {
		*is_cdata = false;
		return p + 3;
	}
	if (!*is_cdata && *p == '&') {
		next = step_reference(p, end, out, size);
		if (next != NULL)
			return next;
	}
	*size = 1;
	out[0] = *p;
	if (*p == '\r')
		out[0] = '\n';
	return starts(p, end, "\r\n") ? p + 2 : p + 1;
}

char *
markup_decode(
    struct arena *arena, const char *p, const char *end, bool is_attribute)
{
	char *text = arena_strndup(arena, p, (size_t)(end - p));
	char *to = text;
	bool is_cdata = false;

	/* A text never grows: each reference is longer than its character. */
	while (p < end) {
		bool is_raw = *p != '&';
		char out[4];
		size_t size;

		p = markup_step(p, end, &is_cdata, out, &size);
		if (is_attribute && is_raw && size == 1 &&
		    markup_is_space(out[0]))
			out[0] = ' ';
		memcpy(to, out, size);
		to += size;
	}
	*to = '\0';
	return text;
}
