/*
 * Paths of SVG (SVG 1.1, section 8.3) in whole points, so that a line meets
 * the tip that it is drawn to.
 */
#include "outline.h"

#include "base/arena.h"
#include "line.h"

enum {
	ROUND = 12,   /* corners of a card */
	LID = 4,      /* height of half of a cylinder's lid */
	FOLD = 6,     /* a note's corner */
	POINT = 12,   /* a deployment's */
	CUT = 13,     /* corners of an approval, sides of a gate */
	PLUG = 8,     /* width of a plug of a component */
	DEPTH = 4,    /* of a block */
	HEAD_HALF = 3 /* of the width of an arrow's head */
};

const char *
outline_round(struct arena *arena, const struct box *box, uint32_t radius)
{
	const uint32_t w = box->w - 2 * radius;
	const uint32_t h = box->h - 2 * radius;

	return arena_printf(arena,
	    "M%u,%uh%ua%u,%u 0 0 1 %u,%uv%ua%u,%u 0 0 1 -%u,%u"
	    "h-%ua%u,%u 0 0 1 -%u,-%uv-%ua%u,%u 0 0 1 %u,-%uz",
	    box->x + radius, box->y, w, radius, radius, radius, radius, h,
	    radius, radius, radius, radius, w, radius, radius, radius, radius,
	    h, radius, radius, radius, radius);
}

const char *
outline_gate(struct arena *arena, const struct box *box)
{
	const uint32_t w = box->w - 2 * CUT;
	const uint32_t up = box->h / 2;
	const uint32_t down = box->h - up;

	return arena_printf(arena, "M%u,%uh%ul%u,%ul-%u,%uh-%ul-%u,-%uz",
	    box->x + CUT, box->y, w, CUT, up, CUT, down, w, CUT, down);
}

static struct outline
cylinder(struct arena *arena, const struct box *box)
{
	const uint32_t h = box->h - 2 * LID;

	return (struct outline){
		arena_printf(arena,
		    "M%u,%uv%ua%u,%u 0 0 0 %u,0v-%ua%u,%u 0 0 0 -%u,0z", box->x,
		    box->y + LID, h, box->w / 2, LID, box->w, h, box->w / 2,
		    LID, box->w),
		arena_printf(arena, "M%u,%ua%u,%u 0 0 0 %u,0", box->x,
		    box->y + LID, box->w / 2, LID, box->w),
	};
}

static struct outline
note(struct arena *arena, const struct box *box)
{
	const uint32_t w = box->w - FOLD;

	return (struct outline){
		arena_printf(arena, "M%u,%uh%ul%u,%uv%uh-%uz", box->x, box->y,
		    w, FOLD, FOLD, box->h - FOLD, box->w),
		arena_printf(
		    arena, "M%u,%uv%uh%u", box->x + w, box->y, FOLD, FOLD),
	};
}

static struct outline
arrow(struct arena *arena, const struct box *box)
{
	const uint32_t w = box->w - POINT;
	const uint32_t up = box->h / 2;

	return (struct outline){
		arena_printf(arena, "M%u,%uh%ul%u,%ul-%u,%uh-%uz", box->x,
		    box->y, w, POINT, up, POINT, box->h - up, w),
		NULL,
	};
}

static struct outline
octagon(struct arena *arena, const struct box *box)
{
	const uint32_t w = box->w - 2 * CUT;
	const uint32_t h = box->h - 2 * CUT;

	return (struct outline){
		arena_printf(arena,
		    "M%u,%uh%ul%u,%uv%ul-%u,%uh-%ul-%u,-%uv-%uz", box->x + CUT,
		    box->y, w, CUT, CUT, h, CUT, CUT, w, CUT, CUT, h),
		NULL,
	};
}

/* A box with two plugs on its left edge. */
static struct outline
component(struct arena *arena, const struct box *box)
{
	const uint32_t left = box->x + PLUG / 2;
	const uint32_t right = box->w - PLUG / 2;
	const uint32_t between = box->h - 4 * PLUG / 2;

	return (struct outline){
		arena_printf(arena, "M%u,%uh%uv%uh-%uz", left, box->y, right,
		    box->h, right),
		arena_printf(arena, "M%u,%uh%uv%uh-%uzm0,%uh%uv%uh-%uz", box->x,
		    box->y + PLUG / 2, PLUG, PLUG / 2, PLUG, between + PLUG / 2,
		    PLUG, PLUG / 2, PLUG),
	};
}

/* A block, seen from above on the right. */
static struct outline
block(struct arena *arena, const struct box *box)
{
	const uint32_t w = box->w - DEPTH;
	const uint32_t h = box->h - DEPTH;

	return (struct outline){
		arena_printf(arena, "M%u,%ul%u,-%uh%uv%ul-%u,%uh-%uz", box->x,
		    box->y + DEPTH, DEPTH, DEPTH, w, h, DEPTH, DEPTH, w),
		arena_printf(arena, "M%u,%uh%uv%um0,-%ul%u,-%u", box->x,
		    box->y + DEPTH, w, h, h, DEPTH, DEPTH),
	};
}

struct outline
outline_action(
    struct arena *arena, enum sw_category category, const struct box *box)
{
	switch (category) {
	case SW_CATEGORY_SOURCE:
		return cylinder(arena, box);
	case SW_CATEGORY_TEST:
		return note(arena, box);
	case SW_CATEGORY_DEPLOY:
		return arrow(arena, box);
	case SW_CATEGORY_APPROVAL:
		return octagon(arena, box);
	case SW_CATEGORY_INVOKE:
		return component(arena, box);
	case SW_CATEGORY_COMPUTE:
		return block(arena, box);
	case SW_CATEGORY_BUILD:
	case SW_CATEGORY_RULE:
	case SW_NCATEGORIES:
		break;
	}
	return (struct outline){ outline_round(arena, box, ROUND), NULL };
}

/* From its tip back to both sides. */
static const char *
arrow_head(struct arena *arena, struct point tip, struct point before)
{
	const struct point back = point_towards(tip, before, LINE_ARROW);

	if (back.x != tip.x)
		return arena_printf(arena, "M%u,%uL%u,%uv%uz", tip.x, tip.y,
		    back.x, back.y - HEAD_HALF, 2 * HEAD_HALF);
	return arena_printf(arena, "M%u,%uL%u,%uh%uz", tip.x, tip.y,
	    back.x - HEAD_HALF, back.y, 2 * HEAD_HALF);
}

struct outline
outline_line(struct arena *arena, const struct line *line)
{
	const struct point *points = line->points;
	const size_t n = line->npoints;
	struct outline drawn = { NULL, NULL };
	struct point at = points[0];
	struct point last = points[n - 1];

	if (line->has_arrow) {
		drawn.detail = arrow_head(arena, last, points[n - 2]);
		last = point_towards(last, points[n - 2], LINE_ARROW);
	}
	drawn.shape = arena_printf(arena, "M%u,%u", at.x, at.y);
	for (size_t i = 1; i + 1 < n; i++) {
		const struct point corner = points[i];
		const uint32_t radius = line_corner(at, corner, points[i + 1]);
		const struct point begin = point_towards(corner, at, radius);

		at = point_towards(corner, points[i + 1], radius);
		drawn.shape =
		    arena_printf(arena, "%sL%u,%uQ%u,%u %u,%u", drawn.shape,
			begin.x, begin.y, corner.x, corner.y, at.x, at.y);
	}
	drawn.shape =
	    arena_printf(arena, "%sL%u,%u", drawn.shape, last.x, last.y);
	return drawn;
}
