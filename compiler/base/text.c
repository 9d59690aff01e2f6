/*
 * The writer with typed holes: buffers, escapes each hole after its kind,
 * remembers the first error. Decides nothing about what is written.
 */
#include "text.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "utf8.h"

#define BUFFER_SIZE 65536
/* Holes of one template. */
#define HOLES_MAX 32

struct text {
	FILE *to;
	int error; /* errno of the first failure; 0: none */
	size_t used;
	char buffer[BUFFER_SIZE];
};

struct text *
text_new(FILE *to)
{
	struct text *text = check_memory(malloc(sizeof *text));

	text->to = to;
	text->error = 0;
	text->used = 0;
	return text;
}

static void
flush(struct text *text)
{
	errno = 0;
	if (text->error == 0 && text->used > 0 &&
	    fwrite(text->buffer, 1, text->used, text->to) != text->used)
		text->error = errno != 0 ? errno : EIO;
	text->used = 0;
}

void
text_flush(struct text *text)
{
	flush(text);
	if (text->error == 0 && fflush(text->to) != 0)
		text->error = errno != 0 ? errno : EIO;
}

int
text_close(struct text *text)
{
	int error;

	flush(text);
	errno = 0;
	if (text->error == 0 && (fflush(text->to) != 0 || ferror(text->to)))
		text->error = errno != 0 ? errno : EIO;
	error = text->error;
	free(text);
	errno = error;
	return error == 0 ? 0 : -1;
}

static void
put(struct text *text, const char *bytes, size_t size)
{
	while (size > 0) {
		size_t room = BUFFER_SIZE - text->used;
		size_t part = size < room ? size : room;

		memcpy(text->buffer + text->used, bytes, part);
		text->used += part;
		bytes += part;
		size -= part;
		if (text->used == BUFFER_SIZE)
			flush(text);
	}
}

static void
put_string(struct text *text, const char *string)
{
	put(text, string, strlen(string));
}

void
text_put(struct text *text, const char *plain)
{
	put_string(text, plain);
}

static void
put_octal(struct text *text, unsigned char byte)
{
	char escape[4] = { '\\', (char)('0' + (byte >> 6)),
		(char)('0' + (byte >> 3 & 7)), (char)('0' + (byte & 7)) };

	put(text, escape, sizeof escape);
}

/* A question mark is escaped since C11 knows trigraphs. Octal escapes have
 * three digits: whatever follows is not one more. */
static void
put_c_part(struct text *text, const char *string)
{
	for (const unsigned char *p = (const unsigned char *)string; *p; p++) {
		size_t size = utf8_hidden((const char *)p);

		if (*p == '"' || *p == '\\' || *p == '?') {
			put(text, "\\", 1);
			put(text, (const char *)p, 1);
		} else if (*p == '\n') {
			put_string(text, "\\n");
		} else if (*p == '\t') {
			put_string(text, "\\t");
		} else if (*p < 0x20 || *p == 0x7f) {
			put_octal(text, *p);
		} else if (size > 0) {
			for (size_t i = 0; i < size; i++)
				put_octal(text, p[i]);
			p += size - 1;
		} else {
			put(text, (const char *)p, 1);
		}
	}
}

static void
put_c(struct text *text, const char *string)
{
	put_string(text, "\"");
	put_c_part(text, string);
	put_string(text, "\"");
}

/* Neither an end nor a beginning of a comment, no trigraph, one line. */
static void
put_comment(struct text *text, const char *string)
{
	char last = '\0';

	for (const unsigned char *p = (const unsigned char *)string; *p; p++) {
		char c = (char)*p;
		size_t size = utf8_hidden((const char *)p);

		if (*p < 0x20 || *p == 0x7f || size > 0) {
			c = ' ';
			p += size > 0 ? size - 1 : 0;
		}
		if ((last == '*' && c == '/') || (last == '/' && c == '*') ||
		    (last == '?' && c == '?'))
			put(text, " ", 1);
		put(text, &c, 1);
		last = c;
	}
	/* Whatever follows the hole may be the comment's end. */
	if (last == '/' || last == '\\')
		put(text, " ", 1);
}

/* A character beyond ASCII: JSON, XML and Markdown are UTF-8, but names of files
 * may be any bytes. The bytes that were taken. */
static size_t
put_beyond_ascii(struct text *text, const unsigned char *p)
{
	const char *at = (const char *)p;
	const size_t size = utf8_size(at, strnlen(at, UTF8_MAX));

	if (size == 0) {
		put_string(text, "\xef\xbf\xbd");
		return 1;
	}
	put(text, at, size);
	return size;
}

static void
put_json(struct text *text, const char *string)
{
	char escape[8];

	if (string == NULL) {
		put_string(text, "null");
		return;
	}
	put_string(text, "\"");
	for (const unsigned char *p = (const unsigned char *)string; *p; p++) {
		if (*p == '"' || *p == '\\') {
			put(text, "\\", 1);
			put(text, (const char *)p, 1);
		} else if (*p == '\n') {
			put_string(text, "\\n");
		} else if (*p == '\t') {
			put_string(text, "\\t");
		} else if (*p < 0x20 || *p == 0x7f) {
			snprintf(escape, sizeof escape, "\\u%04x", *p);
			put_string(text, escape);
		} else if (*p >= 0x80) {
			p += put_beyond_ascii(text, p) - 1;
		} else {
			put(text, (const char *)p, 1);
		}
	}
	put_string(text, "\"");
}

/* cgraph ends a string at a quote and leaves backslashes to the renderer, to
 * which one begins an escape and & an entity of HTML. */
static void
put_dot(struct text *text, const char *string)
{
	for (const unsigned char *p = (const unsigned char *)string; *p; p++) {
		const size_t size = utf8_hidden((const char *)p);

		if (*p == '"' || *p == '\\') {
			put(text, "\\", 1);
			put(text, (const char *)p, 1);
		} else if (*p == '&') {
			put_string(text, "&amp;");
		} else if (*p < 0x20 || *p == 0x7f || size > 0) {
			put_string(text, " ");
			p += size > 0 ? size - 1 : 0;
		} else {
			put(text, (const char *)p, 1);
		}
	}
}

/* Mermaid has entities with a # before them, and no other escapes. */
static void
put_mermaid(struct text *text, const char *string)
{
	char escape[8];

	put_string(text, "\"");
	for (const unsigned char *p = (const unsigned char *)string; *p; p++) {
		if (*p == '\n') {
			put_string(text, "<br/>");
		} else if (*p < 0x20 || *p == 0x7f) {
			put_string(text, " ");
		} else if (strchr("\"#&<>`;\\", *p) != NULL) {
			snprintf(escape, sizeof escape, "#%d;", *p);
			put_string(text, escape);
		} else {
			put(text, (const char *)p, 1);
		}
	}
	put_string(text, "\"");
}

/* A picture shows what is there: a space for what would not be seen. */
static void
put_picture_label(struct text *text, const char *string)
{
	for (const unsigned char *p = (const unsigned char *)string; *p; p++) {
		const size_t size = utf8_hidden((const char *)p);

		if (*p == '&')
			put_string(text, "&amp;");
		else if (*p == '<')
			put_string(text, "&lt;");
		else if (*p == '>')
			put_string(text, "&gt;");
		else if (*p == '"')
			put_string(text, "&quot;");
		else if (*p < 0x20 || *p == 0x7f || size > 0)
			put_string(text, " ");
		else if (*p >= 0x80)
			p += put_beyond_ascii(text, p) - 1;
		else
			put(text, (const char *)p, 1);
		p += size > 0 ? size - 1 : 0;
	}
}

/*
 * Past the entities of a label, what GitHub Flavored Markdown gives a meaning
 * (https://github.github.com/gfm/) is escaped, in HTML it has none; a character
 * of no width keeps a forge from telling people who are not meant (@name, #12).
 */
static void
put_markdown(struct text *text, const char *string, bool is_html)
{
	for (const unsigned char *p = (const unsigned char *)string; *p; p++) {
		const char one[2] = { (char)*p, '\0' };
		const bool is_meant = (*p == '@' || *p == '#') && isalnum(p[1]);

		if (!is_html && strchr("\\`*_[]|~$", *p) != NULL)
			put_string(text, "\\");
		if (utf8_hidden((const char *)p) > 0) {
			put_string(text, " ");
			p += utf8_hidden((const char *)p) - 1;
			continue;
		}
		if (*p >= 0x80)
			p += put_beyond_ascii(text, p) - 1;
		else
			put_picture_label(text, one);
		if (is_meant)
			put_string(text, "&#8203;");
	}
}

static void
put_xml(struct text *text, const char *string)
{
	for (const unsigned char *p = (const unsigned char *)string; *p; p++) {
		if (*p == '&')
			put_string(text, "&amp;");
		else if (*p == '<')
			put_string(text, "&lt;");
		else if (*p == '>')
			put_string(text, "&gt;");
		else if (*p == '"')
			put_string(text, "&quot;");
		else if (*p == '\n' || *p == '\t' || *p == '\r')
			put_string(text, *p == '\n'   ? "&#10;"
					 : *p == '\t' ? "&#9;"
						      : "&#13;");
		else if (*p < 0x20)
			put_string(text, "\xef\xbf\xbd");
		else if (*p >= 0x80)
			p += put_beyond_ascii(text, p) - 1;
		else
			put(text, (const char *)p, 1);
	}
}

static bool
is_identifier(const char *string)
{
	if (!isalpha((unsigned char)*string) && *string != '_')
		return false;
	for (; *string != '\0'; string++)
		if (!isalnum((unsigned char)*string) && *string != '_')
			return false;
	return true;
}

static void
put_number(struct text *text, uint64_t number)
{
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	put(text, digits + at, sizeof digits - at);
}

static void
put_hex64(struct text *text, uint64_t number)
{
	char digits[18] = "0x";

	for (int i = 0; i < 16; i++)
		digits[2 + i] = "0123456789abcdef"[number >> (60 - 4 * i) & 15];
	put(text, digits, sizeof digits);
}

static void
put_hole(struct text *text, const struct hole *hole)
{
	switch (hole->kind) {
	case HOLE_IDENT:
		assert(is_identifier(hole->text));
		put_string(text, hole->text);
		return;
	case HOLE_CSTR:
		if (hole->text == NULL)
			put_string(text, "NULL");
		else
			put_c(text, hole->text);
		return;
	case HOLE_CPART:
		put_c_part(text, hole->text);
		return;
	case HOLE_COMMENT:
		put_comment(text, hole->text);
		return;
	case HOLE_JSTR:
		put_json(text, hole->text);
		return;
	case HOLE_DOT:
		put_dot(text, hole->text);
		return;
	case HOLE_MERMAID:
		put_mermaid(text, hole->text);
		return;
	case HOLE_XML:
		put_xml(text, hole->text);
		return;
	case HOLE_LABEL:
		put_picture_label(text, hole->text);
		return;
	case HOLE_MARKDOWN:
	case HOLE_SUMMARY:
		put_markdown(text, hole->text, hole->kind == HOLE_SUMMARY);
		return;
	case HOLE_NUMBER:
		put_number(text, hole->number);
		return;
	case HOLE_HEX64:
		put_hex64(text, hole->number);
		return;
	case HOLE_END:
		break;
	}
	assert(0 && "a hole has a kind");
}

/* The number of the hole with this name; it must be there. */
static unsigned
hole_named(const struct hole *holes, const char *name, size_t length)
{
	for (unsigned i = 0; holes[i].kind != HOLE_END; i++) {
		assert(i < HOLES_MAX);
		if (strncmp(holes[i].name, name, length) == 0 &&
		    holes[i].name[length] == '\0')
			return i;
	}
	fprintf(stderr, "no hole $%.*s$\n", (int)length, name);
	assert(0 && "a name in a template has its hole");
	abort();
}

void
text_fill(struct text *text, const char *template_, const struct hole *holes)
{
	uint32_t used = 0, given = 0;
	const char *p = template_;

	for (unsigned i = 0; holes[i].kind != HOLE_END; i++)
		given |= UINT32_C(1) << i;
	for (;;) {
		const char *dollar = strchr(p, '$');
		const char *end;
		unsigned i;

		if (dollar == NULL)
			break;
		put(text, p, (size_t)(dollar - p));
		end = strchr(dollar + 1, '$');
		assert(end != NULL);
		i = hole_named(holes, dollar + 1, (size_t)(end - dollar - 1));
		used |= UINT32_C(1) << i;
		put_hole(text, &holes[i]);
		p = end + 1;
	}
	put_string(text, p);
	assert(used == given);
	(void)used;
	(void)given;
}
