/*
 * What an action printed, on a terminal: text, colours, tabs and line ends as
 * they are; any other control is made visible, so that a log cannot set the
 * title, the clipboard or the answers of whoever reads it, nor turn its lines
 * around.
 */
#ifndef COMMAND_TAME_H
#define COMMAND_TAME_H

#include <stddef.h>
#include <stdio.h>

/* Bytes of the longest sequence that may be a colour. */
#define SW_TAME_MAX 32

/* Zero-initialised it is at the beginning of a text. */
struct sw_tame {
	unsigned char held[SW_TAME_MAX]; /* not yet known what it is */
	size_t n;
};

/* Writes a piece; a sequence may go on in the next one. 0, or -1. */
int sw__tame_write(
    struct sw_tame *tame, FILE *out, const char *bytes, size_t n);
/* The text is over: what is held is shown. 0, or -1. */
int sw__tame_end(struct sw_tame *tame, FILE *out);

#endif
