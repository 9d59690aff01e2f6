/* 64-bit FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/): quick, and no
 * protection against anybody who wants two texts to have the same. */
#ifndef COMPILER_FNV_H
#define COMPILER_FNV_H

#include <stddef.h>
#include <stdint.h>

/* What a hash begins with. */
#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)

uint64_t fnv_bytes(uint64_t hash, const void *bytes, size_t size);
/* A text with its closing NUL. */
uint64_t fnv_text(uint64_t hash, const char *text);

#endif
