/*
 * The bytes of the files that a compilation reads, and places in them. A
 * place is a span of bytes; line and column are worked out when somebody
 * looks. Lines and columns are 1-based; a column counts code points.
 */
#ifndef COMPILER_SOURCE_H
#define COMPILER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that one model file may have. */
#define SOURCE_SIZE_MAX (64u << 20)

struct arena;
struct sources;

/* Bytes [begin, end) of the file with this number; {0,0,0}: no place. */
struct span {
	uint32_t file; /* from 1 */
	uint32_t begin;
	uint32_t end;
};

struct location {
	uint32_t line;
	uint32_t column;
};

/* Why a file could not be read. */
enum source_error {
	SOURCE_OK,
	SOURCE_UNREADABLE, /* errno says why */
	SOURCE_TOO_LARGE,  /* over SOURCE_SIZE_MAX */
};

struct sources *sources_new(struct arena *arena);

/*
 * Reads a file ("-": standard input); *file is its number. The name is what
 * messages call it.
 */
enum source_error source_read(
    struct sources *sources, const char *name, uint32_t *file);
/* The same for bytes at hand, with a NUL behind them; borrowed until the arena
 * goes. */
uint32_t source_add(
    struct sources *sources, const char *name, const char *bytes, size_t size);

/* From now on, reading a file of this name gives these bytes; borrowed, with a
 * NUL behind them. One name at a time. */
void source_overlay(
    struct sources *sources, const char *name, const char *bytes, size_t size);

const char *source_name(const struct sources *sources, uint32_t file);
const char *source_bytes(const struct sources *sources, uint32_t file);
size_t source_size(const struct sources *sources, uint32_t file);

struct location source_locate(
    const struct sources *sources, uint32_t number, uint32_t offset);
/* The line (from 1) without its end; *length in bytes. */
const char *source_line(const struct sources *sources, uint32_t number,
    uint32_t line, size_t *length);

/* A file as a whole, no place in it: of one that cannot be read. */
static inline struct span
span_of_file(uint32_t file)
{
	return (struct span){ file, UINT32_MAX, UINT32_MAX };
}

static inline bool
span_is_set(struct span span)
{
	return span.file != 0;
}

#endif
