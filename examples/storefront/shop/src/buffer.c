/* Growing bytes, and the two escapers: all text goes out through here. */
#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
buffer_init(struct buffer *b, size_t max)
{
	*b = (struct buffer){ .max = max };
}

void
buffer_release(struct buffer *b)
{
	free(b->bytes);
	*b = (struct buffer){ 0 };
}

void
buffer_clear(struct buffer *b)
{
	b->n = 0;
	b->failed = false;
}

static bool
reserve(struct buffer *b, size_t more)
{
	if (b->failed || more > b->max || b->n > b->max - more) {
		b->failed = true;
		return false;
	}
	size_t need = b->n + more + 1;
	if (need <= b->room)
		return true;
	size_t room = b->room == 0 ? 1024 : b->room * 2;
	if (room < need)
		room = need;
	char *bytes = realloc(b->bytes, room);
	if (bytes == NULL) {
		b->failed = true;
		return false;
	}
	b->bytes = bytes;
	b->room = room;
	return true;
}

void
buffer_add(struct buffer *b, const char *bytes, size_t n)
{
	if (!reserve(b, n))
		return;
	memcpy(b->bytes + b->n, bytes, n);
	b->n += n;
	b->bytes[b->n] = '\0';
}

void
buffer_text(struct buffer *b, const char *text)
{
	buffer_add(b, text, strlen(text));
}

void
buffer_format(struct buffer *b, const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(line)) {
		b->failed = true;
		return;
	}
	buffer_add(b, line, (size_t)n);
}

void
buffer_html(struct buffer *b, const char *text)
{
	for (; *text != '\0'; text++)
		switch (*text) {
		case '&':
			buffer_text(b, "&amp;");
			break;
		case '<':
			buffer_text(b, "&lt;");
			break;
		case '>':
			buffer_text(b, "&gt;");
			break;
		case '"':
			buffer_text(b, "&quot;");
			break;
		default:
			buffer_add(b, text, 1);
		}
}

void
buffer_json(struct buffer *b, const char *text)
{
	buffer_text(b, "\"");
	for (; *text != '\0'; text++)
		if (*text == '"' || *text == '\\')
			buffer_format(b, "\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			buffer_format(b, "\\u%04x", (unsigned)*text);
		else
			buffer_add(b, text, 1);
	buffer_text(b, "\"");
}
