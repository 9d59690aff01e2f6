/*
 * The lines of a drawing: the order inside a stage, and the transitions
 * between stages. With a layout each line knows its way: straight where it can
 * be, otherwise along the two axes. Knows no file format.
 */
#ifndef COMPILER_LINE_H
#define COMPILER_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"
#include "mark.h"

struct arena;
struct column;
struct drawing;
struct lowered;

enum {
	LINE_POINTS_MAX = 4, /* that a way turns at, with both ends */
	LINE_CORNER = 8,     /* radius of a corner */
	LINE_ARROW = 7       /* length of an arrow's head */
};

struct point {
	uint32_t x;
	uint32_t y;
};

/* What a line joins: an action; of a stage a part ("onSuccess"); or the
 * place where all actions of a group come together before the next begins. */
struct line_end {
	const char *stage;
	const char *action; /* NULL: something else */
	uint32_t row;       /* of the machine, of an action */
	const char *part;   /* NULL: an action or a place */
	uint32_t join;      /* number of a place, from 1 in each stage */
};

struct line {
	struct line_end from;
	struct line_end to;
	struct point points[LINE_POINTS_MAX];
	size_t npoints; /* 0 without a layout, otherwise 2 or more */
	bool has_arrow;
	enum mark mark; /* of what it joins */
};

/* A place where lines come together. */
struct join {
	struct line_end end;
	struct box box; /* of its dot */
};

/* The lines of a stage. */
struct lines {
	struct line *items;
	size_t n;
	struct join *joins;
	size_t njoins;
	struct column *columns; /* to gather them from */
};

/* Room for those of any stage of the pipeline, one after the other; owned by
 * the arena. What is gone is joined as it was, and passed by as it is now. */
struct lines *lines_new(struct arena *arena, const struct lowered *lowered);
/* The lines between the groups of a stage; layout NULL: without places. */
void lines_of_stage(struct lines *lines, const struct drawing *drawing,
    const struct layout *layout, uint32_t stage);
/* The line into a stage from the one before it, which there is. */
struct line line_of_transition(
    const struct drawing *drawing, const struct layout *layout, uint32_t stage);
/* False: none. The line into a stage that is there from the last one that is,
 * past those before it that are gone. */
bool line_past_removed(const struct drawing *drawing,
    const struct layout *layout, uint32_t stage, struct line *line);

/* The point at a distance from `from` towards `to`, which is beside it or
 * above or below. */
struct point point_towards(
    struct point from, struct point to, uint32_t distance);
/* The radius of a way's corner between two other points. */
uint32_t line_corner(
    struct point before, struct point corner, struct point after);

#endif
