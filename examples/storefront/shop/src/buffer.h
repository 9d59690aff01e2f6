/* Bytes that grow up to a limit given at the start. Errors stick. */
#ifndef SHOP_BUFFER_H
#define SHOP_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
	char *bytes; /* NUL-terminated when not NULL */
	size_t n;
	size_t room;
	size_t max;
	bool failed; /* out of memory or beyond max; what follows is dropped */
};

void buffer_init(struct buffer *b, size_t max);
void buffer_release(struct buffer *b);
void buffer_clear(struct buffer *b);
void buffer_add(struct buffer *b, const char *bytes, size_t n);
void buffer_text(struct buffer *b, const char *text);
void buffer_format(struct buffer *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* As text of HTML, quotes included. */
void buffer_html(struct buffer *b, const char *text);
/* As a string of JSON, with its quotes. */
void buffer_json(struct buffer *b, const char *text);

#endif
