/* Characters in bytes: UTF-8 as RFC 3629 has it. */
#ifndef COMPILER_UTF8_H
#define COMPILER_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of one character, at most. */
#define UTF8_MAX 4

/* Bytes of the character at text, of which `left` can be looked at; 0: it is
 * none. */
size_t utf8_size(const char *text, size_t left);

/*
 * Does the character at p turn the direction of what follows? U+200E, U+200F,
 * U+202A to U+202E, U+2066 to U+2069. A NUL ends the text.
 */
bool utf8_turns(const char *p);
/* For utf8_hidden alone. */
size_t utf8_hidden_beyond_ascii(const char *p);
/*
 * Bytes of the character at p if it is one that a reader cannot see or that
 * changes what is around it: those that turn, U+200B to U+200D, U+2028,
 * U+2029 and the controls U+0080 to U+009F; else 0. A NUL ends the text.
 */
static inline size_t
utf8_hidden(const char *p)
{
	/* Writers ask at every byte: most are ASCII. */
	return ((unsigned char)*p & 0x80) != 0 ? utf8_hidden_beyond_ascii(p)
					       : 0;
}

/* Bytes of the character at p, at least 1; past bad UTF-8 byte by byte. */
size_t utf8_character(const char *p, const char *end);
/* May this character be printed where it could command a terminal or mislead
 * a reader? Not controls, what is hidden, and bytes that are none. */
bool utf8_is_plain(const char *p, size_t size);

#endif
