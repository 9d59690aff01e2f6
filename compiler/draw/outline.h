/* The outlines of what a drawing shows, as paths of SVG. */
#ifndef COMPILER_OUTLINE_H
#define COMPILER_OUTLINE_H

#include <stagewright/machine.h>

#include "layout.h"

struct line;

struct outline {
	const char *shape;  /* closed; owned by the arena */
	const char *detail; /* lines on it; NULL: none */
};

/* Of an action of this category. */
struct outline outline_action(
    struct arena *arena, enum sw_category category, const struct box *box);
/* A box with round corners. */
const char *outline_round(
    struct arena *arena, const struct box *box, uint32_t radius);
/* A hexagon: what must hold before it goes on. */
const char *outline_gate(struct arena *arena, const struct box *box);
/* The way of a line that has one, and the head of its arrow or NULL. */
struct outline outline_line(struct arena *arena, const struct line *line);

#endif
