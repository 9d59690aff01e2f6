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

#define ROW_MIDDLE 23  /* from the top of a row up to the way back */
#define PAST_STAGES 11 /* from stages that are gone down to it */
#define PAST_BELOW 7   /* from what is gone down to the line past it */

/* Groups of actions and conditions, from left to right in a stage. */
struct column {
	const char *condition; /* "beforeEntry", "onSuccess"; NULL: actions */
	uint32_t begin;        /* actions */
	uint32_t end;
	struct box box; /* of the condition */
	enum mark mark; /* likewise */
};

/* One gathering of the lines of a stage. */
struct gathering {
	const struct drawing *drawing;
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
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
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

static enum mark
member_mark(const struct gathering *g, const struct column *column, uint32_t i)
{
	return column->condition != NULL
		   ? column->mark
		   : drawing_action_mark(g->drawing, column->begin + i);
}

/* All of it is gone. */
static bool
is_removed(const struct gathering *g, const struct column *column)
{
	uint32_t i = 0;
	while (i < members(column) && member_mark(g, column, i) == MARK_REMOVED)
		i++;
	return i == members(column);
}

static struct line_end
member_end(const struct gathering *g, const struct column *column, uint32_t i)
{
	const struct sw_machine *machine = &g->lowered->machine;
	struct line_end end = { .stage = machine->stages[g->stage].name };

	if (column->condition != NULL)
		end.part = column->condition;
	else
		end = (struct line_end){ .stage = end.stage,
			.action = machine->actions[column->begin + i].name,
			.row = column->begin + i };
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
		line->mark = mark_between(
		    member_mark(g, from, a), member_mark(g, to, b));
		if (out.y == in.y)
			set_way(g->layout, line, straight, 2);
		else
			set_way(g->layout, line, way, 4);
	}
}

/* A place of its own for lines to meet. */
static struct line_end
add_join(struct gathering *g, struct point at)
{
	struct lines *lines = g->lines;
	const struct line_end join = {
		.stage = g->lowered->machine.stages[g->stage].name,
		.join = (uint32_t)lines->njoins + 1,
	};

	lines->joins[lines->njoins++] =
	    (struct join){ join, { at.x - 2, at.y - 2, 4, 4 } };
	return join;
}

/* All of one column come together in a point, then all of the next begin. */
static void
add_joined(struct gathering *g, const struct column *from,
    const struct column *to, uint32_t axis)
{
	const struct point knot = {
		gap_middle(member_box(g, from, 0), member_box(g, to, 0)), axis
	};
	const struct line_end join = add_join(g, knot);

	for (uint32_t i = 0; i < members(from); i++) {
		const struct point out = right_of(member_box(g, from, i));
		const struct point way[] = { out, { knot.x, out.y }, knot };
		struct line *line = add_line(g, member_end(g, from, i), join);
		line->mark = member_mark(g, from, i);
		set_way(g->layout, line, way, 3);
	}
	for (uint32_t k = 0; k < members(to); k++) {
		const struct point in = left_of(member_box(g, to, k));
		const struct point way[] = { knot, { knot.x, in.y }, in };
		struct line *line = add_line(g, join, member_end(g, to, k));
		line->has_arrow = true;
		line->mark = member_mark(g, to, k);
		set_way(g->layout, line, way, 3);
	}
}

/* The lowest edge of the actions of these columns. */
static uint32_t
bottom_of(const struct gathering *g, const struct column *columns, size_t n)
{
	uint32_t bottom = 0;
	for (size_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < members(&columns[i]); k++) {
			const struct box box = member_box(g, &columns[i], k);
			bottom = larger(bottom, box.y + box.h);
		}
	return bottom;
}

/*
 * Below columns that are gone, from the last one that is there to the next:
 * in two parts, which meet under the first of them.
 */
static void
add_past(struct gathering *g, const struct column *columns, size_t n)
{
	const struct column *from = &columns[0];
	const struct column *to = &columns[n - 1];
	const struct box first = member_box(g, from + 1, 0);
	const uint32_t left = gap_middle(member_box(g, from, 0), first);
	const uint32_t right =
	    gap_middle(member_box(g, to - 1, 0), member_box(g, to, 0));
	const struct point knot = { first.x + first.w / 2,
		bottom_of(g, from + 1, n - 2) + PAST_BELOW };
	const struct line_end join = add_join(g, knot);

	for (uint32_t i = 0; i < members(from); i++) {
		const struct point out = right_of(member_box(g, from, i));
		const struct point way[] = { out, { left, out.y },
			{ left, knot.y }, knot };
		struct line *line = add_line(g, member_end(g, from, i), join);
		line->mark = mark_between(MARK_SAME, member_mark(g, from, i));
		set_way(g->layout, line, way, 4);
	}
	for (uint32_t k = 0; k < members(to); k++) {
		const struct point in = left_of(member_box(g, to, k));
		const struct point way[] = { knot, { right, knot.y },
			{ right, in.y }, in };
		struct line *line = add_line(g, join, member_end(g, to, k));
		line->has_arrow = true;
		line->mark = mark_between(MARK_SAME, member_mark(g, to, k));
		set_way(g->layout, line, way, 4);
	}
}

/* The columns of a stage, from left to right. Returns how many. */
static size_t
columns_of(const struct gathering *g, const struct stage_layout *at,
    struct column *columns)
{
	const struct marks *marks = g->drawing->marks;
	const struct stage *of = g->lowered->stages[g->stage];
	const struct drawn drawn = drawing_actions(g->lowered, g->stage);
	size_t n = 0;

	if (of->before_entry.at.file != 0)
		columns[n++] = (struct column){ "beforeEntry", 0, 0, at->entry,
			marks != NULL ? marks->entries[g->stage].mark
				      : MARK_NONE };
	for (uint32_t i = drawn.first; i <= drawn.last;) {
		const uint32_t end = drawing_group_end(g->lowered, i);
		columns[n++] = (struct column){ .begin = i, .end = end };
		i = end;
	}
	if (of->on_success.at.file != 0)
		columns[n++] = (struct column){ "onSuccess", 0, 0, at->success,
			marks != NULL ? marks->successes[g->stage].mark
				      : MARK_NONE };
	return n;
}

/* Joins them; what is gone as it was, and past it what is there. */
static void
gather(struct gathering *g, const struct stage_layout *at)
{
	struct column *columns = g->lines->columns;
	const size_t n = columns_of(g, at, columns);
	size_t kept = n; /* the last that is there; n: none yet */

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && members(&columns[i - 1]) > 1 &&
		    members(&columns[i]) > 1)
			add_joined(g, &columns[i - 1], &columns[i], at->axis);
		else if (i > 0)
			add_direct(g, &columns[i - 1], &columns[i]);
		if (is_removed(g, &columns[i]))
			continue;
		if (kept < n && kept + 1 < i)
			add_past(g, &columns[kept], i - kept + 1);
		kept = i;
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
	 * only line of another one, and so has a condition; as many again lead
	 * past what is gone. */
	lines->items =
	    arena_array(arena, 4 * (largest + 2), sizeof *lines->items);
	lines->joins =
	    arena_array(arena, 2 * (largest + 2), sizeof *lines->joins);
	lines->columns =
	    arena_array(arena, largest + 2, sizeof *lines->columns);
	return lines;
}

void
lines_of_stage(struct lines *lines, const struct drawing *drawing,
    const struct layout *layout, uint32_t stage)
{
	static const struct stage_layout nowhere;
	struct gathering g = { drawing, drawing->lowered, layout, stage,
		lines };

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
    uint32_t before, uint32_t stage, struct line *line)
{
	const struct stage_layout *to = &layout->stages[stage];
	const struct stage_layout *from = &layout->stages[before];
	const uint32_t begin = from->box.x + from->box.w / 2;
	const uint32_t end = to->box.x + to->box.w / 2;

	if (from->row == to->row && before + 1 == stage) {
		const struct point way[] = { { from->box.x + from->box.w,
						 to->axis },
			{ to->box.x, to->axis } };
		set_way(layout, line, way, 2);
		return;
	}
	if (from->row == to->row) { /* below what is between them */
		uint32_t below = 0;
		for (uint32_t i = before; i <= stage; i++)
			below = larger(below,
			    layout->stages[i].box.y + layout->stages[i].box.h);
		below += PAST_STAGES;
		const struct point way[] = {
			{ begin, from->box.y + from->box.h }, { begin, below },
			{ end, below }, { end, to->box.y + to->box.h }
		};
		set_way(layout, line, way, 4);
		return;
	}
	/* Down, back to the left in the middle between the rows, and down. */
	const uint32_t middle = row_top(lowered, layout, stage) - ROW_MIDDLE;
	const struct point way[] = { { begin, from->box.y + from->box.h },
		{ begin, middle }, { end, middle }, { end, to->box.y } };
	const struct point straight[] = { way[0], way[3] };
	if (begin == end)
		set_way(layout, line, straight, 2);
	else
		set_way(layout, line, way, 4);
}

static struct line
line_between(const struct drawing *drawing, const struct layout *layout,
    uint32_t before, uint32_t stage)
{
	const struct lowered *lowered = drawing->lowered;
	const struct sw_machine *machine = &lowered->machine;
	const uint32_t last = drawing_actions(lowered, before).last;
	const uint32_t first = drawing_actions(lowered, stage).first;
	struct line line = {
		.from = { .stage = machine->stages[before].name,
		    .action = machine->actions[last].name,
		    .row = last },
		.to = { .stage = machine->stages[stage].name,
		    .action = machine->actions[first].name,
		    .row = first },
		.has_arrow = true,
		.mark = mark_between(drawing_stage_mark(drawing, before),
		    drawing_stage_mark(drawing, stage)),
	};

	if (layout != NULL)
		set_transition_way(lowered, layout, before, stage, &line);
	return line;
}

struct line
line_of_transition(
    const struct drawing *drawing, const struct layout *layout, uint32_t stage)
{
	return line_between(drawing, layout, stage - 1, stage);
}

bool
line_past_removed(const struct drawing *drawing, const struct layout *layout,
    uint32_t stage, struct line *line)
{
	uint32_t before = stage;

	if (drawing_stage_mark(drawing, stage) == MARK_REMOVED)
		return false;
	while (before > 0 &&
	       drawing_stage_mark(drawing, before - 1) == MARK_REMOVED)
		before--;
	if (before == 0 || before == stage)
		return false;
	*line = line_between(drawing, layout, before - 1, stage);
	return true;
}
