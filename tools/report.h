/* From a model's file to what a tool works with, findings printed. */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "compilation.h"

struct report;

/* Findings on this stream may be coloured: it is a terminal, and nobody has
 * asked for none (https://no-color.org). */
bool report_wants_color(FILE *to);

/*
 * Reads, checks and lowers a model; refuses what cannot be so used yet.
 * Findings go to stderr. Returns an exit status: EXIT_YES with
 * compilation->lowered set, EXIT_NO after errors, EXIT_TROUBLE when the file
 * cannot be read.
 */
int report_lowered(struct compilation *compilation, const char *path,
    enum compilation_use use);

/* All findings, for outputs: "check" says so. Owned by its arena. */
struct report *report_of(
    const struct compilation *compilation, const char *command);

#endif
