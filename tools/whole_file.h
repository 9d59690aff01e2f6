/* A file that is there whole or as it was. */
#ifndef TOOLS_WHOLE_FILE_H
#define TOOLS_WHOLE_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct text;

/*
 * Writes it through a file beside it, past symbolic links, with the mode of
 * the file that it replaces. What is no regular file (a pipe, a device) is
 * written into. False: errno says why, and a regular file is as it was.
 */
bool whole_file_write(const char *path, const char *bytes, size_t size);

/* The same of what a function writes; path NULL: to standard output. */
bool whole_file_text(const char *path,
    void (*write)(const void *self, struct text *text), const void *self);

#endif
