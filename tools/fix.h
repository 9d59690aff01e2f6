/* What `check --fix` does to a model. */
#ifndef TOOLS_FIX_H
#define TOOLS_FIX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diagnostic.h"

struct compilation;

/* Times that a model is corrected and checked again: one correction may show
 * or allow the next. */
#define FIX_ROUNDS_MAX 20

/* Gives a new compilation what is given beside the models. */
struct fix_settings {
	void (*apply)(const void *self, struct compilation *c);
	const void *self;
	enum fix_safety most;
	bool only_shows; /* prints the difference, writes nothing */
};

/*
 * Corrects a file until nothing is left that can be, and puts it in its place
 * whole; bytes that no correction is about stay. A round that leads to more
 * errors than there were is taken back. What was done is said on stderr. An
 * exit status: EXIT_NO when something is different and only shown,
 * EXIT_TROUBLE, and said, when it cannot be written.
 */
int fix_model(const char *path, const struct fix_settings *settings);

#endif
