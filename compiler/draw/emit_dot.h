/* The drawing as DOT, printed through the text writer. */
#ifndef COMPILER_EMIT_DOT_H
#define COMPILER_EMIT_DOT_H

#include <stdbool.h>

struct arena;
struct layout;
struct lowered;
struct text;

/* What the DOT is for. */
enum dot_purpose {
	DOT_PLAIN,  /* a graph for others: dot lays it out */
	DOT_STYLED, /* with positions; a style sheet sets the small print */
	DOT_PRINTED /* with positions; fonts are measured, no style sheet */
};

struct dot_options {
	enum dot_purpose purpose;
	const struct layout *layout; /* NULL exactly when DOT_PLAIN */
	bool artifacts;              /* cards say what is read and written */
};

/*
 * Names in the graph are those of the model: stage "Build", action
 * "Build.Compile"; they are the ids of the groups of an SVG.
 */
void emit_dot(struct text *text, struct arena *arena,
    const struct lowered *lowered, const struct dot_options *options);

#endif
