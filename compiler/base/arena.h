/*
 * The memory of one compilation: allocated from, never freed in part,
 * released once. Out of memory ends the program, here and nowhere else.
 */
#ifndef COMPILER_ARENA_H
#define COMPILER_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

struct arena;

struct arena *arena_new(void);
/* Frees everything that came from it; NULL is fine. */
void arena_free(struct arena *arena);

/* Zeroed memory, aligned for anything; owned by the arena. */
void *arena_alloc(struct arena *arena, size_t size);
/* n zeroed elements; ends the program when n * size overflows. */
void *arena_array(struct arena *arena, size_t n, size_t size);
/* Copies; owned by the arena. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
/* printf into the arena. */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Says so and ends the program with status 3: without memory there is nothing
 * to compile with. */
_Noreturn void out_of_memory(void);
/* What malloc and its like gave; ends the program if that is NULL. */
void *check_memory(void *memory);
/* Closes what open_memstream(bytes, ...) gave; ends the program unless there
 * are bytes. fclose alone does not tell when the last of it had no room. */
void close_memory(FILE *memory, char *const *bytes);

#endif
