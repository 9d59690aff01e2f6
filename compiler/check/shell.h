/*
 * What a line for sh does with a variable, as far as that can be seen without
 * executing it.
 */
#ifndef COMPILER_CHECK_SHELL_H
#define COMPILER_CHECK_SHELL_H

#include <stdbool.h>
#include <stddef.h>

/* A variable among the arguments of a program. */
struct shell_use {
	size_t offset; /* of "$NAME" in the text, and its length */
	size_t length;
	const char *command; /* the program's name; into the text */
	size_t command_length;
};

/*
 * Is "$NAME" or "${NAME" an argument of a program, and not of what sh does by
 * itself, as printf? The first such use. Here-documents end the look, `eval`
 * and functions are not seen through.
 */
bool shell_argument(const char *text, const char *name, struct shell_use *use);

#endif
