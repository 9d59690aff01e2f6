/*
 * Files of the source tree that the tool carries: the pages of `explain`, the
 * sources of the machine for `compile --amalgamate`, the schema. Made by
 * tools/dev/embed.
 */
#ifndef COMPILER_EMBEDDED_H
#define COMPILER_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
	const char *path; /* in the source tree; NULL ends the list */
	const char *text;
	size_t size;
};

extern const struct embedded_file embedded_files[];

#endif
