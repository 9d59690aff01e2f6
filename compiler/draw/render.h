/*
 * A drawing in the formats that Graphviz renders. SVG needs no plug-in to
 * be searched for, and is the same bytes each time, whatever fonts are
 * installed; PNG and PDF load Graphviz's cairo plug-in when they are asked for.
 */
#ifndef COMPILER_RENDER_H
#define COMPILER_RENDER_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct lowered;

/* Actions up to which a released binary carries its drawing: a picture of more
 * serves nobody. */
#define RENDER_ACTIONS_MAX 500u

struct picture {
	char *bytes; /* owned by the arena */
	size_t size;
};

/*
 * Renders as "svg", "png" or "pdf". NULL when done; otherwise why not, static.
 *
 * An SVG is NUL-terminated. Its stages and actions are groups whose ids are
 * their names ("Build", "Build.Compile"), of the classes "stage" and "action";
 * all is below one group of the class "stagewright".
 */
const char *render(struct arena *arena, const struct lowered *lowered,
    const char *format, bool artifacts, struct picture *picture);

#endif
