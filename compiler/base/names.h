/*
 * A table from names to numbers. It lives in an arena and is never shrunk;
 * names are borrowed for as long as the table is used.
 */
#ifndef COMPILER_NAMES_H
#define COMPILER_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* What names_find gives for a name that is not there. */
#define NAMES_NONE UINT32_MAX

struct arena;
struct names;

/* A table for up to `capacity` different names; owned by the arena. */
struct names *names_new(struct arena *arena, size_t capacity);

/*
 * Adds a name with its number, unless it is there. Returns the number that
 * the name has now. Adding more names than `capacity` is a programmer error.
 */
uint32_t names_add(struct names *names, const char *name, uint32_t number);

/* The number of a name, or NAMES_NONE. */
uint32_t names_find(const struct names *names, const char *name);
/* The same for the first `length` bytes of a text. */
uint32_t names_find_span(
    const struct names *names, const char *text, size_t length);

#endif
