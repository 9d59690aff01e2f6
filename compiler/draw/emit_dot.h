/* The drawing as DOT, printed through the text writer. */
#ifndef COMPILER_EMIT_DOT_H
#define COMPILER_EMIT_DOT_H

struct arena;
struct layout;
struct drawing;
struct text;

/*
 * Names in the graph are those of the model: stage "Build", action
 * "Build.Compile"; they are the ids of the groups of an SVG. layout NULL: dot is
 * to lay it out.
 */
void emit_dot(struct text *text, struct arena *arena,
    const struct drawing *drawing, const struct layout *layout);

#endif
