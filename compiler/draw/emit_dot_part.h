/* What emit_dot.c and emit_dot_line.c share. Nobody else includes it. */
#ifndef COMPILER_EMIT_DOT_PART_H
#define COMPILER_EMIT_DOT_PART_H

#include <stdint.h>

#include "emit_dot.h"
#include "layout.h"

struct lines;

/* One printing. */
struct dot_print {
	struct text *text;
	struct arena *arena;
	const struct drawing *drawing;
	const struct lowered *lowered;
	const struct layout *layout; /* NULL: without places */
	struct lines *lines;         /* of one stage after the other */
};

/* pos=, width= and height= of a node, if there is a layout. */
void dot_put_place(const struct dot_print *print, const struct box *box);
/* The lines between the groups of a stage. */
void dot_put_sequence(const struct dot_print *print, uint32_t stage);
/* The line into a stage from the one before it, which there is. */
void dot_put_transition(const struct dot_print *print, uint32_t stage);

#endif
