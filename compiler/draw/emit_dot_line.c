/*
 * The edges of the DOT: the order inside a stage, and the transitions between
 * stages. With a layout each edge says its way: straight where it can be,
 * otherwise along the two axes with round corners. Knows nothing of nodes but
 * their names and boxes.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/text.h"
#include "drawing.h"
#include "emit_dot_part.h"
#include "lower/lower.h"
#include "model/model.h"

enum {
	POINTS_MAX = 4, /* that a way turns at, with both ends */
	CORNER = 8,     /* radius of a corner */
	PULL = 4,       /* of its control points: about 0.55 of the radius */
	ARROW = 7,      /* length of an arrow's head */
	ARROW_OFF = 2,  /* its pen is wide: it ends before what it shows */
	ROW_MIDDLE = 23 /* from the top of a row up to the way back */
};

/* Groups of actions and conditions, from left to right in a stage. */
struct column {
	const char *condition; /* "beforeEntry", "onSuccess"; NULL: actions */
	uint32_t begin;        /* actions */
	uint32_t end;
	struct box box; /* of the condition */
};

struct point {
	uint32_t x;
	uint32_t y;
};

/* A way as gvc reads it: points of Bezier curves. */
struct way {
	char text[640];
	size_t used;
	uint32_t height; /* of the page: y is turned around */
};

static void
way_add(struct way *way, struct point point)
{
	const size_t room = sizeof way->text - way->used;
	const int n = snprintf(way->text + way->used, room, "%s%u,%u",
	    way->used > 0 ? " " : "", point.x, way->height - point.y);

	assert(n > 0 && (size_t)n < room);
	way->used += (size_t)n;
}

static void
way_line(struct way *way, struct point from, struct point to)
{
	way_add(way, from);
	way_add(way, to);
	way_add(way, to);
}

/* The point at a distance from `from` towards `to`, which is beside it or
 * above or below. */
static struct point
towards(struct point from, struct point to, uint32_t distance)
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

static void
way_draw(struct way *way, const struct point *points, size_t n, bool arrow)
{
	struct point at = points[0];
	struct point last = points[n - 1];

	if (arrow) {
		last = towards(last, points[n - 2], ARROW_OFF);
		way->used = (size_t)snprintf(way->text, sizeof way->text,
		    "e,%u,%u", last.x, way->height - last.y);
		last = towards(last, points[n - 2], ARROW);
	}
	way_add(way, at);
	for (size_t i = 1; i + 1 < n; i++) {
		const struct point corner = points[i];
		const struct point next = points[i + 1];
		const uint32_t radius =
		    smaller(smaller(distance(at, corner), CORNER),
			distance(corner, next) / 2);
		const uint32_t pull = radius - radius * PULL / CORNER;
		const struct point end = towards(corner, next, radius);
		way_line(way, at, towards(corner, at, radius));
		way_add(way, towards(corner, at, pull));
		way_add(way, towards(corner, next, pull));
		way_add(way, end);
		at = end;
	}
	way_add(way, at);
	way_add(way, last);
	way_add(way, last);
}

/* pos= of an edge, if there is a layout. */
static void
put_way(
    const struct dot_print *p, const struct point *points, size_t n, bool arrow)
{
	struct way way = { .used = 0 };

	assert(n >= 2 && n <= POINTS_MAX);
	if (p->options->layout == NULL)
		return;
	way.height = p->options->layout->height;
	way_draw(&way, points, n, arrow);
	TEXT(p->text, " pos=\"$way$\"", DOT("way", way.text));
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
member_box(const struct dot_print *p, const struct column *column, uint32_t i)
{
	if (column->condition != NULL || p->options->layout == NULL)
		return column->box;
	return p->options->layout->actions[column->begin + i];
}

/* The name of the i-th node of a column, in quotes. */
static void
put_member(const struct dot_print *p, const char *stage,
    const struct column *column, uint32_t i)
{
	if (column->condition != NULL)
		TEXT(p->text, "\"$stage$/$name$\"", DOT("stage", stage),
		    DOT("name", column->condition));
	else
		TEXT(p->text, "\"$stage$.$name$\"", DOT("stage", stage),
		    DOT("name",
			p->lowered->machine.actions[column->begin + i].name));
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
put_direct(const struct dot_print *p, const char *stage,
    const struct column *from, const struct column *to)
{
	const uint32_t n = members(from) * members(to);

	for (uint32_t i = 0; i < n; i++) {
		const uint32_t a = i / members(to);
		const uint32_t b = i % members(to);
		const struct box from_box = member_box(p, from, a);
		const struct box to_box = member_box(p, to, b);
		const uint32_t middle = gap_middle(from_box, to_box);
		const struct point out = right_of(from_box);
		const struct point in = left_of(to_box);
		const struct point way[] = { out, { middle, out.y },
			{ middle, in.y }, in };
		const struct point straight[] = { out, in };
		text_put(p->text, "  ");
		put_member(p, stage, from, a);
		text_put(p->text, " -> ");
		put_member(p, stage, to, b);
		text_put(p->text, " [class=sequence");
		if (out.y == in.y)
			put_way(p, straight, 2, true);
		else
			put_way(p, way, 4, true);
		text_put(p->text, "]\n");
	}
}

/* All of one column come together in a point, then all of the next begin. */
static void
put_joined(const struct dot_print *p, const char *stage,
    const struct column *from, const struct column *to, uint32_t axis)
{
	const struct point knot = {
		gap_middle(member_box(p, from, 0), member_box(p, to, 0)), axis
	};
	const struct box dot = { knot.x - 2, knot.y - 2, 4, 4 };
	const uint32_t number = to->begin - from->begin;

	TEXT(p->text,
	    "  \"$stage$/join$n$\" [class=join shape=point label=\"\""
	    " width=0.06 color=\"#6b7988\"",
	    DOT("stage", stage), NUM("n", number));
	dot_put_place(p, &dot);
	text_put(p->text, "]\n");
	for (uint32_t i = 0; i < members(from); i++) {
		const struct point out = right_of(member_box(p, from, i));
		const struct point way[] = { out, { knot.x, out.y }, knot };
		text_put(p->text, "  ");
		put_member(p, stage, from, i);
		TEXT(p->text,
		    " -> \"$stage$/join$n$\" [class=sequence arrowhead=none",
		    DOT("stage", stage), NUM("n", number));
		put_way(p, way, 3, false);
		text_put(p->text, "]\n");
	}
	for (uint32_t k = 0; k < members(to); k++) {
		const struct point in = left_of(member_box(p, to, k));
		const struct point way[] = { knot, { knot.x, in.y }, in };
		TEXT(p->text, "  \"$stage$/join$n$\" -> ", DOT("stage", stage),
		    NUM("n", number));
		put_member(p, stage, to, k);
		text_put(p->text, " [class=sequence");
		put_way(p, way, 3, true);
		text_put(p->text, "]\n");
	}
}

void
dot_put_sequence(const struct dot_print *p, uint32_t stage)
{
	static const struct stage_layout nowhere;
	const struct stage *of = p->lowered->stages[stage];
	const struct sw_stage *row = &p->lowered->machine.stages[stage];
	const struct stage_layout *at = p->options->layout != NULL
					    ? &p->options->layout->stages[stage]
					    : &nowhere;
	struct column last = { NULL, 0, 0, { 0, 0, 0, 0 } };
	bool is_first = true;

	if (drawing_has(&of->before_entry)) {
		last = (struct column){ "beforeEntry", 0, 0, at->entry };
		is_first = false;
	}
	for (uint32_t i = row->first_action; i <= row->last_action;) {
		const struct column next = { NULL, i,
			drawing_group_end(p->lowered, i), { 0, 0, 0, 0 } };
		if (!is_first && members(&last) > 1 && members(&next) > 1)
			put_joined(p, row->name, &last, &next, at->axis);
		else if (!is_first)
			put_direct(p, row->name, &last, &next);
		last = next;
		is_first = false;
		i = next.end;
	}
	if (drawing_has(&of->on_success)) {
		const struct column next = { "onSuccess", 0, 0, at->success };
		put_direct(p, row->name, &last, &next);
	}
}

/* The highest edge of the stages of this one's row, which it begins. */
static uint32_t
row_top(const struct dot_print *p, uint32_t stage)
{
	const struct stage_layout *stages = p->options->layout->stages;
	uint32_t top = stages[stage].box.y;

	for (uint32_t s = stage; s < p->lowered->machine.nstages &&
				 stages[s].row == stages[stage].row;
	     s++)
		top = smaller(top, stages[s].box.y);
	return top;
}

static void
put_transition_way(const struct dot_print *p, uint32_t stage)
{
	const struct stage_layout *to = &p->options->layout->stages[stage];
	const struct stage_layout *from = to - 1;

	if (from->row == to->row) {
		const struct point way[] = { { from->box.x + from->box.w,
						 to->axis },
			{ to->box.x, to->axis } };
		put_way(p, way, 2, true);
		return;
	}
	/* Down, back to the left in the middle between the rows, and down. */
	const uint32_t begin = from->box.x + from->box.w / 2;
	const uint32_t end = to->box.x + to->box.w / 2;
	const uint32_t middle = row_top(p, stage) - ROW_MIDDLE;
	const struct point way[] = { { begin, from->box.y + from->box.h },
		{ begin, middle }, { end, middle }, { end, to->box.y } };
	const struct point straight[] = { way[0], way[3] };
	if (begin == end)
		put_way(p, straight, 2, true);
	else
		put_way(p, way, 4, true);
}

void
dot_put_transition(const struct dot_print *p, uint32_t stage)
{
	const struct sw_stage *to = &p->lowered->machine.stages[stage];
	const struct sw_stage *from = to - 1;
	const struct sw_action *actions = p->lowered->machine.actions;

	TEXT(p->text,
	    "  \"$from$.$last$\" -> \"$to$.$first$\""
	    " [id=\"$to$/transition\" class=\"transition$more$\""
	    " ltail=\"cluster_$from$\" lhead=\"cluster_$to$\""
	    " penwidth=2 color=\"$line$\"$style$"
	    " tooltip=\"transition $from$ to $to$$said$\"",
	    DOT("from", from->name), DOT("to", to->name),
	    DOT("last", actions[from->last_action].name),
	    DOT("first", actions[to->first_action].name),
	    DOT("more", to->closed ? " closed" : ""),
	    DOT("line", to->closed ? "#b5420f" : "#3a4856"),
	    DOT("style", to->closed ? " style=dashed" : ""),
	    DOT("said", to->closed ? ", closed at first" : ""));
	if (p->options->layout == NULL) {
		text_put(p->text, to->closed
				      ? " label=\" closed \" arrowhead=tee]\n"
				      : "]\n");
		return;
	}
	put_transition_way(p, stage);
	text_put(p->text, "]\n");
	if (!to->closed)
		return;
	TEXT(p->text,
	    "  \"$to$/gate\" [id=\"$to$/gate\" class=\"gate\" shape=box"
	    " style=\"filled,rounded\" color=\"#b5420f\""
	    " fillcolor=\"#b5420f\" fontcolor=\"#ffffff\" fontsize=10"
	    " label=\"closed\" tooltip=\"the transition is closed\"",
	    DOT("to", to->name));
	dot_put_place(p, &p->options->layout->stages[stage].gate);
	text_put(p->text, "]\n");
}
