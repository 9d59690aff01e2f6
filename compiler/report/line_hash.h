/*
 * What GitHub knows a finding by when lines move: a hash of the line and of
 * what follows it. Whoever uploads through its interface has to send it.
 */
#ifndef COMPILER_LINE_HASH_H
#define COMPILER_LINE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct arena;

/*
 * Of each line of a text of UTF-8, from the first: "bb1534d3f5543bce:1", the
 * hash in hexadecimal and which of the lines with it this is. *n is the number
 * of lines. Owned by the arena.
 */
const char **line_hashes(
    struct arena *arena, const char *bytes, size_t size, uint32_t *n);

#endif
