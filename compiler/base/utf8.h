/* Characters in bytes: UTF-8 as RFC 3629 has it. */
#ifndef COMPILER_UTF8_H
#define COMPILER_UTF8_H

#include <stddef.h>

/* Bytes of the character at text, of which `left` can be looked at; 0: it is
 * none. */
size_t utf8_size(const char *text, size_t left);

#endif
