/*
 * Lowered pipeline to DOT: stages as clusters, actions as nodes, in document
 * order. Takes words from drawing.h and, for a drawing with positions, places
 * from a layout; decides looks alone. It is printed as text and not through
 * cgraph, whose subgraphs take quadratic time: 10,000 stages of 10 actions
 * are two minutes there and a tenth of a second here.
 */
#include "emit_dot.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "drawing.h"
#include "emit_dot_part.h"
#include "line.h"
#include "looks.h"
#include "lower/lower.h"
#include "model/model.h"

/* How each category is drawn by Graphviz. */
struct shape {
	const char *name;
	const char *style;
};

static const struct shape shapes[SW_NCATEGORIES] = {
	[SW_CATEGORY_SOURCE] = { "cylinder", "filled" },
	[SW_CATEGORY_BUILD] = { "box", "filled,rounded" },
	[SW_CATEGORY_TEST] = { "note", "filled" },
	[SW_CATEGORY_DEPLOY] = { "cds", "filled" },
	[SW_CATEGORY_APPROVAL] = { "octagon", "filled" },
	[SW_CATEGORY_INVOKE] = { "component", "filled" },
	[SW_CATEGORY_COMPUTE] = { "box3d", "filled" },
};

/* "1.250", inches of points. */
static void
print_inches(uint32_t points, char *out, size_t size)
{
	snprintf(out, size, "%u.%03u", points / 72, points % 72 * 1000 / 72);
}

void
dot_put_place(const struct dot_print *p, const struct box *box)
{
	const struct layout *layout = p->layout;
	char width[24];
	char height[24];

	if (layout == NULL)
		return;
	/* Centres may fall on half a point; y grows upwards. */
	const uint32_t x = 2 * box->x + box->w;
	const uint32_t y = 2 * (layout->height - box->y) - box->h;
	print_inches(box->w, width, sizeof width);
	print_inches(box->h, height, sizeof height);
	TEXT(p->text, " pos=\"$x$$half_x$,$y$$half_y$\"", NUM("x", x / 2),
	    DOT("half_x", x % 2 != 0 ? ".5" : ""), NUM("y", y / 2),
	    DOT("half_y", y % 2 != 0 ? ".5" : ""));
	TEXT(p->text, " width=$w$ height=$h$", DOT("w", width),
	    DOT("h", height));
}

/* A name with the sign of its mark: as HTML of Graphviz. What is gone is struck,
 * its sign is not. */
static void
put_marked(const struct dot_print *p, enum mark mark, const char *name)
{
	const struct mark_look *look = look_of_mark(mark);

	if (look->is_struck)
		TEXT(p->text, "$sign$<S>$name$</S>", XML("sign", look->sign),
		    XML("name", name + strlen(look->sign)));
	else
		TEXT(p->text, "$name$", XML("name", name));
}

/* A label of a name and one or two lines of small print. */
static void
put_label(const struct dot_print *p, const struct card *card)
{
	text_put(p->text, " label=<");
	put_marked(p, card->mark, card->name);
	TEXT(p->text,
	    "<BR/><FONT POINT-SIZE=\"9\" COLOR=\"" LOOK_INK_SMALL "\">$small$",
	    XML("small", card->small));
	if (card->smaller[0] != '\0')
		TEXT(p->text, "<BR/>$more$", XML("more", card->smaller));
	text_put(p->text, "</FONT>>");
}

/* How a node is drawn. */
struct pen {
	const char *line;
	const char *fill;
	const char *style;
	const char *width; /* NULL: that of all nodes */
};

/* What is marked looks so, whatever it is. */
static void
put_pen(const struct dot_print *p, enum mark mark, const struct pen *usual)
{
	const struct mark_look *look = look_of_mark(mark);
	const bool is_marked = mark != MARK_NONE;
	const char *width = is_marked ? look->width : usual->width;

	/* A double line is two of them. */
	if (look->is_double)
		width = "1.5";
	TEXT(p->text,
	    " style=\"$style$$more$\" color=\"$line$\""
	    " fillcolor=\"$fill$\"",
	    DOT("style", usual->style),
	    DOT("more", look->is_dashed ? ",dashed" : ""),
	    DOT("line", is_marked ? look->line : usual->line),
	    DOT("fill", is_marked ? look->fill : usual->fill));
	if (width != NULL)
		TEXT(p->text, " penwidth=$width$", DOT("width", width));
	if (look->is_double)
		text_put(p->text, " peripheries=2");
}

static void
put_action(const struct dot_print *p, uint32_t action)
{
	const struct sw_action *row = &p->lowered->machine.actions[action];
	const struct look *look = look_of(row->category);
	const struct shape *shape = &shapes[row->category];
	const char *stage = p->lowered->machine.stages[row->stage].name;

	const struct card card = drawing_action(p->arena, p->drawing, action);

	/* What is gone may have the name of what is new. */
	TEXT(p->text,
	    "    \"$stage$.$name$$gone$\" [id=\"$stage$.$name$$gone$\""
	    " class=\"action $class$\" shape=$shape$",
	    DOT("stage", stage), DOT("name", row->name),
	    DOT("gone", card.mark == MARK_REMOVED ? "/removed" : ""),
	    DOT("class", look->class_), DOT("shape", shape->name));
	put_pen(p, card.mark,
	    &(struct pen){ look->line, look->fill, shape->style,
		row->category == SW_CATEGORY_APPROVAL ? "2.5" : NULL });
	/* Clear of the cylinder's upper end. */
	if (row->category == SW_CATEGORY_SOURCE)
		text_put(p->text, " labelloc=b");
	put_label(p, &card);
	TEXT(p->text, " tooltip=\"$hint$\"",
	    DOT("hint", drawing_action_hint(p->arena, p->lowered, action)));
	if (p->layout != NULL) {
		struct box box = p->layout->actions[action];
		/* cds is drawn 12 points lower than its node. */
		if (row->category == SW_CATEGORY_DEPLOY)
			box =
			    (struct box){ box.x, box.y - 6, box.w, box.h + 12 };
		dot_put_place(p, &box);
	}
	text_put(p->text, "]\n");
}

static void
put_condition(const struct dot_print *p, uint32_t stage, bool is_entry,
    const struct box *box)
{
	const char *element = is_entry ? "beforeEntry" : "onSuccess";
	const char *name = p->lowered->machine.stages[stage].name;
	const struct card card =
	    drawing_condition(p->arena, p->drawing, stage, is_entry);
	const bool is_marked = card.mark != MARK_NONE;

	if (card.name == NULL)
		return;
	TEXT(p->text,
	    "    \"$stage$/$element$\" [id=\"$stage$/$element$\""
	    " class=\"condition\" shape=hexagon",
	    DOT("stage", name), DOT("element", element));
	put_pen(p, card.mark,
	    &(struct pen){ LOOK_HALT, LOOK_PAPER,
		is_marked ? "filled" : "filled,dashed", "1.5" });
	TEXT(p->text, " tooltip=\"$element$\"", DOT("element", element));
	put_label(p, &card);
	if (box != NULL)
		dot_put_place(p, box);
	text_put(p->text, "]\n");
}

static void
put_badge(const struct dot_print *p, const struct stage *stage,
    const struct stage_layout *at)
{
	const char *environment = stage->environment.text;

	if (environment == NULL)
		return;
	const bool stands_out = environment_is_production(environment);
	TEXT(p->text,
	    "    \"$stage$/environment\" [id=\"$stage$/environment\""
	    " class=\"environment$more$\" shape=box style=\"filled,rounded\""
	    " color=\"$line$\" fillcolor=\"$fill$\" fontcolor=\"$ink$\""
	    " fontsize=9 label=\"$text$\" tooltip=\"environment $text$\"",
	    DOT("stage", stage->name.text),
	    DOT("more", stands_out ? " production" : ""),
	    DOT("line", stands_out ? LOOK_INK : LOOK_BADGE_LINE),
	    DOT("fill", stands_out ? LOOK_INK : LOOK_PAPER),
	    DOT("ink", stands_out ? LOOK_PAPER : LOOK_BADGE_INK),
	    DOT("text", drawing_cut(p->arena, environment)));
	dot_put_place(p, &at->badge);
	text_put(p->text, "]\n");
}

static void
put_foot(
    const struct dot_print *p, uint32_t stage, const struct stage_layout *at)
{
	const char *words = drawing_foot(p->arena, p->drawing, stage);
	/* A font wider than the layout's would begin left of a box too small. */
	const struct box room = { at->failure.x, at->failure.y,
		at->box.x + at->box.w - at->failure.x, at->failure.h };

	if (*words == '\0')
		return;
	TEXT(p->text,
	    "    \"$stage$/onFailure\" [id=\"$stage$/onFailure\""
	    " class=\"note\" shape=plaintext style=\"\" margin=0 fontsize=9"
	    " fontcolor=\"" LOOK_INK_SMALL "\" label=\"$text$\\l\"",
	    DOT("stage", p->lowered->machine.stages[stage].name),
	    DOT("text", words));
	dot_put_place(p, &room);
	text_put(p->text, "]\n");
}

/* The renderer would centre the label of a cluster on its own idea of the
 * width: with a layout the name is a node, which begins at its left edge. */
static void
put_name(
    const struct dot_print *p, uint32_t stage, const struct stage_layout *at)
{
	const enum mark mark = drawing_stage_mark(p->drawing, stage);
	const char *name = drawing_stage(p->arena, p->drawing, stage);

	TEXT(p->text,
	    "    \"$stage$/name\" [shape=plaintext style=\"\" margin=0"
	    " fontname=\"Helvetica-Bold\" fontsize=13",
	    DOT("stage", p->lowered->machine.stages[stage].name));
	if (look_of_mark(mark)->is_struck) {
		text_put(p->text, " label=<");
		put_marked(p, mark, name);
		text_put(p->text, "<BR ALIGN=\"LEFT\"/>>");
	} else {
		TEXT(p->text, " label=\"$name$\\l\"", DOT("name", name));
	}
	dot_put_place(p, &at->name);
	text_put(p->text, "]\n");
}

/* The label of a cluster that dot will lay out: all in one table. */
static void
put_stage_table(const struct dot_print *p, uint32_t stage)
{
	const char *environment = p->lowered->stages[stage]->environment.text;
	const char *foot = drawing_foot(p->arena, p->drawing, stage);

	text_put(p->text,
	    " margin=12 label=<<TABLE BORDER=\"0\" CELLSPACING=\"0\"><TR>"
	    "<TD ALIGN=\"LEFT\"><B>");
	put_marked(p, drawing_stage_mark(p->drawing, stage),
	    drawing_stage(p->arena, p->drawing, stage));
	text_put(p->text, "</B></TD>");
	if (environment != NULL) {
		const bool stands_out = environment_is_production(environment);
		TEXT(p->text,
		    "<TD STYLE=\"ROUNDED\" BORDER=\"1\" "
		    "COLOR=\"" LOOK_BADGE_LINE
		    "\" BGCOLOR=\"$fill$\"><FONT POINT-SIZE=\"9\""
		    " COLOR=\"$ink$\">$text$</FONT></TD>",
		    DOT("fill", stands_out ? LOOK_INK : LOOK_PAPER),
		    DOT("ink", stands_out ? LOOK_PAPER : LOOK_BADGE_INK),
		    XML("text", drawing_cut(p->arena, environment)));
	}
	text_put(p->text, "</TR>");
	if (*foot != '\0')
		TEXT(p->text,
		    "<TR><TD ALIGN=\"LEFT\" COLSPAN=\"2\">"
		    "<FONT POINT-SIZE=\"9\">$text$</FONT></TD></TR>",
		    XML("text", foot));
	text_put(p->text, "</TABLE>>");
}

static void
put_stage_place(const struct dot_print *p, const struct stage_layout *at)
{
	const struct box *box = &at->box;
	const uint32_t top = p->layout->height - box->y;

	TEXT(p->text, " bb=\"$left$,$bottom$,$right$,$top$\"",
	    NUM("left", box->x), NUM("bottom", top - box->h),
	    NUM("right", box->x + box->w), NUM("top", top));
}

static void
put_stage(const struct dot_print *p, uint32_t stage)
{
	const struct stage *of = p->lowered->stages[stage];
	const struct sw_stage *row = &p->lowered->machine.stages[stage];
	const struct drawn drawn = drawing_actions(p->lowered, stage);
	const struct stage_layout *at =
	    p->layout != NULL ? &p->layout->stages[stage] : NULL;
	const bool stands_out = environment_is_production(of->environment.text);
	const enum mark mark = drawing_stage_mark(p->drawing, stage);
	const bool is_marked = mark != MARK_NONE && mark != MARK_SAME;

	TEXT(p->text,
	    "  subgraph \"cluster_$name$\" {\n"
	    "    graph [id=\"$name$\" class=\"stage$more$\" color=\"$line$\"",
	    DOT("name", row->name),
	    DOT("more", stands_out ? " production" : ""),
	    DOT("line", is_marked    ? look_of_mark(mark)->line
			: stands_out ? LOOK_INK
				     : LOOK_STAGE_LINE));
	if (is_marked || stands_out)
		text_put(p->text, " penwidth=2.5");
	if (look_of_mark(mark)->is_dashed)
		text_put(p->text, " style=\"filled,rounded,dashed\"");
	if (at == NULL)
		put_stage_table(p, stage);
	else
		put_stage_place(p, at);
	text_put(p->text, "]\n");
	if (at != NULL) {
		put_name(p, stage, at);
		put_badge(p, of, at);
		put_foot(p, stage, at);
	}
	put_condition(p, stage, true, at != NULL ? &at->entry : NULL);
	for (uint32_t i = drawn.first; i <= drawn.last; i++)
		put_action(p, i);
	put_condition(p, stage, false, at != NULL ? &at->success : NULL);
	text_put(p->text, "  }\n");
}

/* A line of words of its own at a place, if there are any. */
static void
put_words(const struct dot_print *p, const char *id, const char *words,
    const struct box *at)
{
	TEXT(p->text,
	    "  \"/$id$\" [shape=plaintext style=\"\" margin=0 fontsize=9"
	    " fontcolor=\"" LOOK_INK_SMALL "\" label=\"$words$\\l\"",
	    DOT("id", id), DOT("words", words));
	struct box room = *at;
	room.w = room.w * 3 / 2; /* as in put_foot */
	dot_put_place(p, &room);
	text_put(p->text, "]\n");
}

/* What is said of the execution mode, and of what the marks mean. */
static void
put_all_words(const struct dot_print *p)
{
	const char *mode = drawing_mode(p->arena, p->lowered);
	const struct marks *marks = p->drawing->marks;

	if (p->layout == NULL)
		return;
	if (mode[0] != '\0')
		put_words(p, "mode", mode, &p->layout->mode);
	if (marks != NULL)
		put_words(p, "caption", marks->caption, &p->layout->caption);
}

static void
put_head(const struct dot_print *p)
{
	const bool is_plain = p->layout == NULL;
	const char *mode = drawing_mode(p->arena, p->lowered);

	TEXT(p->text, "digraph \"$name$\" {\n  graph [class=stagewright",
	    DOT("name", p->lowered->machine.name));
	text_put(p->text,
	    is_plain ? " rankdir=LR compound=true newrank=true nodesep=0.15"
		       " ranksep=0.35 fontname=Helvetica"
		     : " fontname=\"Helvetica-Bold\" label=\"\"");
	if (is_plain && mode[0] != '\0')
		TEXT(
		    p->text, " label=\"$mode$\" labelloc=t", DOT("mode", mode));
	text_put(p->text,
	    " outputorder=edgesfirst bgcolor=\"" LOOK_PAPER "\" pad=0.25"
	    " fontsize=13 fontcolor=\"" LOOK_INK "\" style=\"filled,rounded\""
	    " fillcolor=\"" LOOK_STAGE_FILL "\" labeljust=l]\n"
	    "  node [fontname=Helvetica fontsize=11 fontcolor=\"" LOOK_INK "\""
	    " penwidth=1.2");
	text_put(p->text, is_plain
			      ? " height=0.6 width=1.25 margin=\"0.14,0.04\"]\n"
			      : " fixedsize=true]\n");
	text_put(p->text,
	    "  edge [color=\"" LOOK_SEQUENCE "\" penwidth=1.3 arrowsize=0.7"
	    " fontname=Helvetica fontsize=9 fontcolor=\"" LOOK_HALT "\"]\n");
}

void
emit_dot(struct text *text, struct arena *arena, const struct drawing *drawing,
    const struct layout *layout)
{
	const struct lowered *lowered = drawing->lowered;
	const struct dot_print p = { text, arena, drawing, lowered, layout,
		lines_new(arena, lowered) };

	put_head(&p);
	put_all_words(&p);
	for (uint32_t s = 0; s < lowered->machine.nstages; s++)
		put_stage(&p, s);
	for (uint32_t s = 0; s < lowered->machine.nstages; s++) {
		if (s > 0)
			dot_put_transition(&p, s);
		dot_put_sequence(&p, s);
	}
	text_put(text, "}\n");
}
