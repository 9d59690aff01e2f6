/* What is different in two texts, as patch(1) takes it. */
#ifndef TOOLS_LINE_DIFF_H
#define TOOLS_LINE_DIFF_H

#include <stddef.h>
#include <stdio.h>

/* Lines that are in one of both only, for which the shortest script is looked
 * for; beyond, all lines between the first and the last of them change. */
#define LINE_DIFF_MAX 2000

/* Prints the unified format with three lines of context (POSIX, diff -U3);
 * nothing when both are the same. */
void line_diff_print(FILE *to, const char *path, const char *old,
    size_t old_size, const char *new_, size_t new_size);

#endif
