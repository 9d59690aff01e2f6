/*
 * Where everything of a drawing stands: stages as boxes in reading order, left
 * to right, in as many rows as keep the page narrow; in each stage a column
 * for each group of actions that run together, its actions below each other.
 * Time is linear in the actions. Knows no file format.
 *
 * Units are points (1/72 inch); x grows to the right, y downwards. Widths and
 * heights of cards are multiples of LAYOUT_GRID, so that they are whole
 * thousandths of an inch as well.
 */
#ifndef COMPILER_LAYOUT_H
#define COMPILER_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#define LAYOUT_GRID 9

struct arena;
struct drawing;

/* w and h are 0: there is no such thing. */
struct box {
	uint32_t x; /* of the left edge */
	uint32_t y; /* of the upper edge */
	uint32_t w;
	uint32_t h;
};

struct stage_layout {
	struct box box;
	uint32_t row;       /* from 0 */
	uint32_t axis;      /* y of its middle, where transitions meet it */
	struct box name;    /* its name */
	struct box badge;   /* its environment */
	struct box gate;    /* before it: its transition is closed */
	struct box entry;   /* condition beforeEntry, left of its actions */
	struct box success; /* condition onSuccess, right of its actions */
	struct box failure; /* note on onFailure, below its actions */
};

struct layout {
	uint32_t width;
	uint32_t height;
	struct box mode;             /* what is said of it, at the top */
	struct box caption;          /* what the marks mean, at the bottom */
	struct stage_layout *stages; /* as the machine's */
	struct box *actions;         /* as the machine's */
};

/* Owned by the arena. */
struct layout *layout_new(struct arena *arena, const struct drawing *drawing);

/* The width of a text in Helvetica of this size, in points. */
uint32_t layout_text_width(const char *text, uint32_t size);

#endif
