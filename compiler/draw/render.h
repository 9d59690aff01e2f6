/*
 * A drawing as a file's bytes. SVG is written here, and is the same each time;
 * PNG and PDF are rendered by Graphviz, which is loaded when one of them is
 * asked for: loading it to write an SVG would take longer than everything else
 * that `stagewright compile` does.
 */
#ifndef COMPILER_RENDER_H
#define COMPILER_RENDER_H

#include <stddef.h>

struct arena;
struct drawing;

/* Actions up to which a released binary carries its drawing: a picture of more
 * serves nobody. */
#define RENDER_ACTIONS_MAX 500u

struct picture {
	char *bytes; /* owned by the arena */
	size_t size;
};

/*
 * Renders as "svg", "png" or "pdf". NULL when done; otherwise why not, static.
 * The bytes are followed by a NUL.
 */
const char *render(struct arena *arena, const struct drawing *drawing,
    const char *format, struct picture *picture);

/* The same for DOT without positions, laid out by Graphviz: SVG, too. */
const char *render_dot(struct arena *arena, const char *dot, const char *format,
    struct picture *picture);

#endif
