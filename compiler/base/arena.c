/*
 * Memory in chunks, handed out from front to back and freed all at once.
 * Under AddressSanitizer, and with ARENA_DEBUG, each allocation is a chunk of
 * its own, so that an overrun is seen. The one place where a compilation ends
 * the program: when there is no memory.
 */
#include "arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#	if __has_feature(address_sanitizer)
#		define ARENA_DEBUG
#	endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(ARENA_DEBUG)
#	define ARENA_DEBUG
#endif

#define CHUNK_MIN ((size_t)16 << 10)
#define CHUNK_MAX ((size_t)1 << 20)

struct chunk {
	struct chunk *next;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct chunk *chunks; /* the newest first */
	char *free;           /* of the chunk that is being filled */
	char *end;
	size_t chunk_size;
};

void
out_of_memory(void)
{
	fputs("stagewright: out of memory\n", stderr);
	exit(3);
}

void *
check_memory(void *memory)
{
	if (memory == NULL)
		out_of_memory();
	return memory;
}

void
close_memory(FILE *memory, char *const *bytes)
{
	const bool is_bad = ferror(memory) != 0;
	if (fclose(memory) != 0 || is_bad || *bytes == NULL)
		out_of_memory();
}

struct arena *
arena_new(void)
{
	struct arena *arena = check_memory(calloc(1, sizeof *arena));

	arena->chunk_size = CHUNK_MIN;
	return arena;
}

void
arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	for (struct chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(arena);
}

/* calloc gives fresh pages of the system as they are: nothing is cleared
 * twice. */
static char *
add_chunk(struct arena *arena, size_t size)
{
	struct chunk *chunk;

	if (size > SIZE_MAX - sizeof *chunk)
		out_of_memory();
	chunk = check_memory(calloc(1, sizeof *chunk + size));
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk->bytes;
}

#ifdef ARENA_DEBUG

static void *
allocate(struct arena *arena, size_t size, size_t alignment)
{
	(void)alignment;
	return add_chunk(arena, size);
}

#else

static void *
allocate(struct arena *arena, size_t size, size_t alignment)
{
	size_t gap = (size_t)(-(uintptr_t)arena->free & (alignment - 1));
	size_t left = (size_t)(arena->end - arena->free);
	char *memory;

	if (arena->free != NULL && left >= gap && size <= left - gap) {
		memory = arena->free + gap;
		arena->free = memory + size;
		return memory;
	}
	/* What is big gets a chunk of its own; the open one stays open. */
	if (size >= arena->chunk_size / 4)
		return add_chunk(arena, size);
	memory = add_chunk(arena, arena->chunk_size);
	arena->free = memory + size;
	arena->end = memory + arena->chunk_size;
	if (arena->chunk_size < CHUNK_MAX)
		arena->chunk_size *= 2;
	return memory;
}

#endif

void *
arena_alloc(struct arena *arena, size_t size)
{
	return allocate(arena, size, alignof(max_align_t));
}

void *
arena_array(struct arena *arena, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		out_of_memory();
	return arena_alloc(arena, n * size);
}

char *
arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *
arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = allocate(arena, length + 1, 1);

	memcpy(copy, text, length);
	return copy;
}

char *
arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
	va_list again;
	int length;
	char *text;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	if (length < 0)
		out_of_memory();
	text = allocate(arena, (size_t)length + 1, 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = arena_vprintf(arena, format, arguments);
	va_end(arguments);
	return text;
}
