/* The drawing as DOT, printed through the text writer. */
#ifndef COMPILER_EMIT_DOT_H
#define COMPILER_EMIT_DOT_H

#include <stdbool.h>

struct arena;
struct layout;
struct lowered;
struct text;

struct dot_options {
	const struct layout *layout; /* NULL: dot is to lay it out */
	bool artifacts;              /* cards say what is read and written */
};

/*
 * Names in the graph are those of the model: stage "Build", action
 * "Build.Compile"; they are the ids of the groups of an SVG.
 */
void emit_dot(struct text *text, struct arena *arena,
    const struct lowered *lowered, const struct dot_options *options);

#endif
