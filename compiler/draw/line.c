/*
 * Which lines a pipeline has, and their ways through a layout. A column is
 * what runs together in a stage: a group of actions, or a condition.
 */
#include "line.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "drawing.h"
#include "lower/lower.h"
#include "model/model.h"

#define ROW_MIDDLE 23 /* from the top of a row up to the way back */

/* Groups of actions and conditions, from left to right in a stage. */
struct column {
	const char *condition; /* "beforeEntry", "onSuccess"; NULL: actions */
	uint32_t begin;        /* actions */
	uint32_t end;
	struct box box; /* of the condition */
};

/* One gathering of the lines of a stage. */
struct gathering {
	const struct lowered *lowered;
	const struct layout *layout;
	uint32_t stage;
	struct lines *lines;
};

struct point
point_towards(struct point from, struct point to, uint32_t distance)
{
	struct point at = from;

	if (to.x != from.x)
		at.x = to.x > from.x ? from.x + distance : from.x - distance;
	else if (to.y != from.y)
		at.y = to.y > from.y ? from.y + distance : from.y - distance;
	return at;
}

static uint32_t
distance(struct point a, struct point b)
{
	const uint32_t x = a.x > b.x ? a.x - b.x : b.x - a.x;
	const uint32_t y = a.y > b.y ? a.y - b.y : b.y - a.y;
	return x + y;
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

uint32_t
line_corner(struct point before, struct point corner, struct point after)
{
	return smaller(smaller(distance(before, corner), LINE_CORNER),
	    distance(corner, after) / 2);
}

static struct point
left_of(struct box box)
{
	return (struct point){ box.x, box.y + box.h / 2 };
}

static struct point
right_of(struct box box)
{
	return (struct point){ box.x + box.w, box.y + box.h / 2 };
}

static uint32_t
members(const struct column *column)
{
	return column->condition != NULL ? 1 : column->end - column->begin;
}

static struct box
member_box(const struct gathering *g, const struct column *column, uint32_t i)
{
	if (column->condition != NULL || g->layout == NULL)
		return column->box;
	return g->layout->actions[column->begin + i];
}

static struct line_end
member_end(const struct gathering *g, const struct column *column, uint32_t i)
{
	const struct sw_machine *machine = &g->lowered->machine;
	struct line_end end = { .stage = machine->stages[g->stage].name };

	if (column->condition != NULL)
		end.part = column->condition;
	else
		end.action = machine->actions[column->begin + i].name;
	return end;
}

static void
set_way(const struct layout *layout, struct line *line,
    const struct point *points, size_t n)
{
	assert(n >= 2 && n <= LINE_POINTS_MAX);
	if (layout == NULL)
		return;
	memcpy(line->points, points, n * sizeof *points);
	line->npoints = n;
}

static struct line *
add_line(struct gathering *g, struct line_end from, struct line_end to)
{
	struct line *line = &g->lines->items[g->lines->n++];

	*line = (struct line){ .from = from, .to = to };
	return line;
}

/* Where lines between two columns turn: in the middle of the gap. */
static uint32_t
gap_middle(struct box from, struct box to)
{
	return (from.x + from.w + to.x) / 2;
}

/* From every node of a column to every node of the next; one of them has one
 * node alone. */
static void
add_direct(
    struct gathering *g, const struct column *from, const struct column *to)
{
	const uint32_t n = members(from) * members(to);

	for (uint32_t i = 0; i < n; i++) {
		const uint32_t a = i / members(to);
		const uint32_t b = i % members(to);
		const struct box from_box = member_box(g, from, a);
		const struct box to_box = member_box(g, to, b);
		const uint32_t middle = gap_middle(from_box, to_box);
		const struct point out = right_of(from_box);
		const struct point in = left_of(to_box);
		const struct point way[] = { out, { middle, out.y },
			{ middle, in.y }, in };
		const struct point straight[] = { out, in };
		struct line *line =
		    add_line(g, member_end(g, from, a), member_end(g, to, b));
		line->has_arrow = true;
		if (out.y == in.y)
			set_way(g->layout, line, straight, 2);
		else
			set_way(g->layout, line, way, 4);
	}
}

/* All of one column come together in a point, then all of the next begin. */
static void
add_joined(struct gathering *g, const struct column *from,
    const struct column *to, uint32_t axis)
{
	const struct point knot = {
		gap_middle(member_box(g, from, 0), member_box(g, to, 0)), axis
	};
	const struct line_end join = {
		.stage = g->lowered->machine.stages[g->stage].name,
		.join = to->begin - from->begin
	};

	g->lines->joins[g->lines->njoins++] =
	    (struct join){ join, { knot.x - 2, knot.y - 2, 4, 4 } };
	for (uint32_t i = 0; i < members(from); i++) {
		const struct point out = right_of(member_box(g, from, i));
		const struct point way[] = { out, { knot.x, out.y }, knot };
		set_way(g->layout, add_line(g, member_end(g, from, i), join),
		    way, 3);
	}
	for (uint32_t k = 0; k < members(to); k++) {
		const struct point in = left_of(member_box(g, to, k));
		const struct point way[] = { knot, { knot.x, in.y }, in };
		struct line *line = add_line(g, join, member_end(g, to, k));
		line->has_arrow = true;
		set_way(g->layout, line, way, 3);
	}
}

/* The columns of a stage, joined from left to right. */
static void
gather(struct gathering *g, const struct stage_layout *at)
{
	const struct stage *of = g->lowered->stages[g->stage];
	const struct drawn drawn = drawing_actions(g->lowered, g->stage);
	struct column last = { NULL, 0, 0, { 0, 0, 0, 0 } };
	bool is_first = true;

	if (drawing_has(&of->before_entry)) {
		last = (struct column){ "beforeEntry", 0, 0, at->entry };
		is_first = false;
	}
	for (uint32_t i = drawn.first; i <= drawn.last;) {
		const struct column next = { NULL, i,
			drawing_group_end(g->lowered, i), { 0, 0, 0, 0 } };
		if (!is_first && members(&last) > 1 && members(&next) > 1)
			add_joined(g, &last, &next, at->axis);
		else if (!is_first)
			add_direct(g, &last, &next);
		last = next;
		is_first = false;
		i = next.end;
	}
	if (drawing_has(&of->on_success)) {
		const struct column next = { "onSuccess", 0, 0, at->success };
		add_direct(g, &last, &next);
	}
}

struct lines *
lines_new(struct arena *arena, const struct lowered *lowered)
{
	struct lines *lines = arena_alloc(arena, sizeof *lines);
	size_t largest = 0;

	for (uint32_t i = 0; i < lowered->machine.nstages; i++) {
		const struct drawn drawn = drawing_actions(lowered, i);
		const size_t nactions = drawn.last - drawn.first + 1;
		largest = nactions > largest ? nactions : largest;
	}
	/* An action has at most one line on either side that is not also the
	 * only line of another one, and so has a condition. */
	lines->items =
	    arena_array(arena, 2 * largest + 2, sizeof *lines->items);
	lines->joins = arena_array(arena, largest, sizeof *lines->joins);
	return lines;
}

void
lines_of_stage(struct lines *lines, const struct lowered *lowered,
    const struct layout *layout, uint32_t stage)
{
	static const struct stage_layout nowhere;
	struct gathering g = { lowered, layout, stage, lines };

	lines->n = 0;
	lines->njoins = 0;
	gather(&g, layout != NULL ? &layout->stages[stage] : &nowhere);
}

/* The highest edge of the stages of this one's row, which it begins. */
static uint32_t
row_top(
    const struct lowered *lowered, const struct layout *layout, uint32_t stage)
{
	const struct stage_layout *stages = layout->stages;
	uint32_t top = stages[stage].box.y;

	for (uint32_t s = stage;
	     s < lowered->machine.nstages && stages[s].row == stages[stage].row;
	     s++)
		top = smaller(top, stages[s].box.y);
	return top;
}

static void
set_transition_way(const struct lowered *lowered, const struct layout *layout,
    uint32_t stage, struct line *line)
{
	const struct stage_layout *to = &layout->stages[stage];
	const struct stage_layout *from = to - 1;

	if (from->row == to->row) {
		const struct point way[] = { { from->box.x + from->box.w,
						 to->axis },
			{ to->box.x, to->axis } };
		set_way(layout, line, way, 2);
		return;
	}
	/* Down, back to the left in the middle between the rows, and down. */
	const uint32_t begin = from->box.x + from->box.w / 2;
	const uint32_t end = to->box.x + to->box.w / 2;
	const uint32_t middle = row_top(lowered, layout, stage) - ROW_MIDDLE;
	const struct point way[] = { { begin, from->box.y + from->box.h },
		{ begin, middle }, { end, middle }, { end, to->box.y } };
	const struct point straight[] = { way[0], way[3] };
	if (begin == end)
		set_way(layout, line, straight, 2);
	else
		set_way(layout, line, way, 4);
}

struct line
line_of_transition(
    const struct lowered *lowered, const struct layout *layout, uint32_t stage)
{
	const struct sw_stage *to = &lowered->machine.stages[stage];
	const struct sw_stage *from = to - 1;
	const struct sw_action *actions = lowered->machine.actions;
	const uint32_t last = drawing_actions(lowered, stage - 1).last;
	const uint32_t first = drawing_actions(lowered, stage).first;
	struct line line = {
		.from = { .stage = from->name, .action = actions[last].name },
		.to = { .stage = to->name, .action = actions[first].name },
		.has_arrow = true,
	};

	if (layout != NULL)
		set_transition_way(lowered, layout, stage, &line);
	return line;
}
