/*
 * The lines of a drawing as edges of the DOT. With a layout each edge says its
 * way as gvc reads it: points of Bezier curves, corners round.
 */
#include <assert.h>
#include <stdio.h>

#include "base/text.h"
#include "drawing.h"
#include "emit_dot_part.h"
#include "line.h"
#include "looks.h"
#include "lower/lower.h"

/* An arrow's pen is wide: it ends before what it shows. */
#define ARROW_OFF 2
/* Of a corner's control points: about 0.55 of its radius. */
#define PULL(radius) ((radius) - (radius) / 2)

/* A way as text. */
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

static void
way_draw(struct way *way, const struct line *line)
{
	const struct point *points = line->points;
	const size_t n = line->npoints;
	struct point at = points[0];
	struct point last = points[n - 1];

	if (line->has_arrow) {
		last = point_towards(last, points[n - 2], ARROW_OFF);
		way->used = (size_t)snprintf(way->text, sizeof way->text,
		    "e,%u,%u", last.x, way->height - last.y);
		last = point_towards(last, points[n - 2], LINE_ARROW);
	}
	way_add(way, at);
	for (size_t i = 1; i + 1 < n; i++) {
		const struct point corner = points[i];
		const struct point next = points[i + 1];
		const uint32_t radius = line_corner(at, corner, next);
		const struct point end = point_towards(corner, next, radius);
		way_line(way, at, point_towards(corner, at, radius));
		way_add(way, point_towards(corner, at, PULL(radius)));
		way_add(way, point_towards(corner, next, PULL(radius)));
		way_add(way, end);
		at = end;
	}
	way_add(way, at);
	way_add(way, last);
	way_add(way, last);
}

/* pos= of an edge, if there is a layout. */
static void
put_way(const struct dot_print *p, const struct line *line)
{
	struct way way = { .used = 0 };

	if (line->npoints == 0)
		return;
	way.height = p->layout->height;
	way_draw(&way, line);
	TEXT(p->text, " pos=\"$way$\"", DOT("way", way.text));
}

/* The name of a node, in quotes. */
static void
put_end(const struct dot_print *p, const struct line_end *end)
{
	if (end->action != NULL)
		TEXT(p->text, "\"$stage$.$name$$gone$\"",
		    DOT("stage", end->stage), DOT("name", end->action),
		    DOT("gone", drawing_action_mark(p->drawing, end->row) ==
					MARK_REMOVED
				    ? "/removed"
				    : ""));
	else if (end->part != NULL)
		TEXT(p->text, "\"$stage$/$name$\"", DOT("stage", end->stage),
		    DOT("name", end->part));
	else
		TEXT(p->text, "\"$stage$/join$n$\"", DOT("stage", end->stage),
		    NUM("n", end->join));
}

/* What is added or gone; the rest looks as it does. */
static void
put_mark(const struct dot_print *p, enum mark mark)
{
	if (mark != MARK_ADDED && mark != MARK_REMOVED)
		return;
	TEXT(p->text, " color=\"$line$\"$style$",
	    DOT("line", look_of_mark(mark)->line),
	    DOT("style", look_of_mark(mark)->is_dashed ? " style=dashed" : ""));
}

void
dot_put_sequence(const struct dot_print *p, uint32_t stage)
{
	const struct lines *lines = p->lines;

	lines_of_stage(p->lines, p->drawing, p->layout, stage);

	for (size_t i = 0; i < lines->njoins; i++) {
		text_put(p->text, "  ");
		put_end(p, &lines->joins[i].end);
		text_put(p->text, " [class=join shape=point label=\"\""
				  " width=0.06 color=\"" LOOK_SEQUENCE "\"");
		dot_put_place(p, &lines->joins[i].box);
		text_put(p->text, "]\n");
	}
	for (size_t i = 0; i < lines->n; i++) {
		const struct line *line = &lines->items[i];
		text_put(p->text, "  ");
		put_end(p, &line->from);
		text_put(p->text, " -> ");
		put_end(p, &line->to);
		text_put(p->text, line->has_arrow
				      ? " [class=sequence"
				      : " [class=sequence arrowhead=none");
		put_mark(p, line->mark);
		put_way(p, line);
		text_put(p->text, "]\n");
	}
}

static void
put_gate(const struct dot_print *p, uint32_t stage)
{
	TEXT(p->text,
	    "  \"$to$/gate\" [id=\"$to$/gate\" class=\"gate\" shape=box"
	    " style=\"filled,rounded\" color=\"" LOOK_HALT "\""
	    " fillcolor=\"" LOOK_HALT "\" fontcolor=\"" LOOK_PAPER "\""
	    " fontsize=10"
	    " label=\"closed\" tooltip=\"the transition is closed\"",
	    DOT("to", p->lowered->machine.stages[stage].name));
	dot_put_place(p, &p->layout->stages[stage].gate);
	text_put(p->text, "]\n");
}

/* One line into a stage; what kind of line is in the id, behind a '/'. */
static void
put_transition_line(const struct dot_print *p, uint32_t stage,
    const struct line *of, const char *kind)
{
	const struct line line = *of;
	const bool is_closed = p->lowered->machine.stages[stage].closed != 0;
	const bool is_marked =
	    line.mark == MARK_ADDED || line.mark == MARK_REMOVED;
	const bool is_dashed =
	    is_marked ? look_of_mark(line.mark)->is_dashed : is_closed;

	text_put(p->text, "  ");
	put_end(p, &line.from);
	text_put(p->text, " -> ");
	put_end(p, &line.to);
	TEXT(p->text,
	    " [id=\"$to$/$kind$\" class=\"transition$more$\""
	    " ltail=\"cluster_$from$\" lhead=\"cluster_$to$\""
	    " penwidth=2 color=\"$line$\"$style$"
	    " tooltip=\"transition $from$ to $to$$said$\"",
	    DOT("from", line.from.stage), DOT("to", line.to.stage),
	    DOT("kind", kind), DOT("more", is_closed ? " closed" : ""),
	    DOT("line", is_marked   ? look_of_mark(line.mark)->line
			: is_closed ? LOOK_HALT
				    : LOOK_TRANSITION),
	    DOT("style", is_dashed ? " style=dashed" : ""),
	    DOT("said", is_closed ? ", closed at first" : ""));
	if (line.npoints == 0) {
		text_put(p->text,
		    is_closed ? " label=\" closed \" arrowhead=tee]\n" : "]\n");
		return;
	}
	put_way(p, &line);
	text_put(p->text, "]\n");
}

void
dot_put_transition(const struct dot_print *p, uint32_t stage)
{
	const struct line line =
	    line_of_transition(p->drawing, p->layout, stage);
	struct line past;

	put_transition_line(p, stage, &line, "transition");
	if (line_past_removed(p->drawing, p->layout, stage, &past))
		put_transition_line(p, stage, &past, "transition past");
	if (p->layout != NULL && p->lowered->machine.stages[stage].closed != 0)
		put_gate(p, stage);
}
