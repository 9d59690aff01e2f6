/*
 * Lowered pipeline to Mermaid. Stages are subgraphs, actions nodes with a
 * shape for each category; ids are the identifiers of the generated code.
 * Sets line widths and no fills: pages that show Mermaid have light and dark
 * themes of their own.
 */
#include "emit_mermaid.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "drawing.h"
#include "line.h"
#include "lower/lower.h"
#include "model/model.h"

struct print {
	struct text *text;
	struct arena *arena;
	const struct drawing *drawing;
	const struct lowered *lowered;
	struct lines *lines;
};

/* The brackets around a label are the shape. */
struct brackets {
	const char *open;
	const char *close;
};

static const struct brackets brackets[SW_NCATEGORIES] = {
	[SW_CATEGORY_SOURCE] = { "[(", ")]" },
	[SW_CATEGORY_BUILD] = { "(", ")" },
	[SW_CATEGORY_TEST] = { "[/", "/]" },
	[SW_CATEGORY_DEPLOY] = { ">", "]" },
	[SW_CATEGORY_APPROVAL] = { "{{", "}}" },
	[SW_CATEGORY_INVOKE] = { "[[", "]]" },
	[SW_CATEGORY_COMPUTE] = { "[", "]" },
};

/* What is marked looks so, whatever it is; NULL: it looks as usual. */
static void
put_class(const struct print *p, enum mark mark, const char *usual)
{
	const char *class_ = mark == MARK_NONE   ? usual
			     : mark == MARK_SAME ? NULL
						 : look_of_mark(mark)->class_;

	if (class_ != NULL)
		TEXT(p->text, ":::$class$", IDENT("class", class_));
}

static void
put_action(const struct print *p, uint32_t action)
{
	const struct sw_action *row = &p->lowered->machine.actions[action];
	const struct card card = drawing_action(p->arena, p->drawing, action);
	const char *label = arena_printf(p->arena, "%s\n%s%s%s", card.name,
	    card.small, card.smaller[0] != '\0' ? "\n" : "", card.smaller);

	TEXT(p->text, "    $id$",
	    IDENT("id", p->lowered->action_idents[action]));
	text_put(p->text, brackets[row->category].open);
	TEXT(p->text, "$label$", MERMAID("label", label));
	text_put(p->text, brackets[row->category].close);
	put_class(p, card.mark,
	    row->category == SW_CATEGORY_APPROVAL ? "approval" : NULL);
	text_put(p->text, "\n");
}

/* A node of a stage that is no action: its id is the stage's and a word. */
static void
put_condition(const struct print *p, uint32_t stage, bool is_entry)
{
	const struct card card =
	    drawing_condition(p->arena, p->drawing, stage, is_entry);

	if (card.name == NULL)
		return;
	TEXT(p->text, "    $stage$__$word${$label$}",
	    IDENT("stage", p->lowered->stage_idents[stage]),
	    IDENT("word", is_entry ? "entry" : "success"),
	    MERMAID("label",
		arena_printf(p->arena, "%s\n%s", card.name, card.small)));
	put_class(p, card.mark, "condition");
	text_put(p->text, "\n");
}

/* "A & B & C", from one action up to another. */
static void
put_group(const struct print *p, uint32_t begin, uint32_t end)
{
	for (uint32_t i = begin; i < end; i++) {
		text_put(p->text, i > begin ? " & " : "");
		TEXT(
		    p->text, "$id$", IDENT("id", p->lowered->action_idents[i]));
	}
}

/* The order of the groups of a stage, and the conditions around them. */
static void
put_sequence(const struct print *p, uint32_t stage)
{
	const struct drawn drawn = drawing_actions(p->lowered, stage);
	const struct stage *of = p->lowered->stages[stage];
	const char *id = p->lowered->stage_idents[stage];
	uint32_t begin = drawn.first;
	uint32_t behind = drawing_group_end(p->lowered, begin);

	if (of->before_entry.at.file != 0) {
		TEXT(p->text, "    $id$__entry --> ", IDENT("id", id));
		put_group(p, begin, behind);
		text_put(p->text, "\n");
	}
	while (behind <= drawn.last) {
		const uint32_t next = drawing_group_end(p->lowered, behind);
		text_put(p->text, "    ");
		put_group(p, begin, behind);
		text_put(p->text, " --> ");
		if (behind - begin > 1 && next - behind > 1)
			TEXT(p->text, "$id$__join$n$((\" \")) --> ",
			    IDENT("id", id), NUM("n", behind - drawn.first));
		put_group(p, behind, next);
		text_put(p->text, "\n");
		begin = behind;
		behind = next;
	}
	if (of->on_success.at.file != 0) {
		text_put(p->text, "    ");
		put_group(p, begin, behind);
		TEXT(p->text, " --> $id$__success\n", IDENT("id", id));
	}
}

/* An arrow, with a sign where something is added or gone. */
static const char *
arrow_of(enum mark mark, const char *usual)
{
	if (mark == MARK_ADDED)
		return " == \"+\" ==> ";
	return mark == MARK_REMOVED ? " -. \"−\" .-> " : usual;
}

static void
put_end(const struct print *p, uint32_t stage, const struct line_end *end)
{
	const char *id = p->lowered->stage_idents[stage];

	if (end->action != NULL)
		TEXT(p->text, "$id$",
		    IDENT("id", p->lowered->action_idents[end->row]));
	else if (end->part != NULL)
		TEXT(p->text, "$id$__$word$", IDENT("id", id),
		    IDENT("word", strcmp(end->part, "beforeEntry") == 0
				      ? "entry"
				      : "success"));
	else
		TEXT(p->text, "$id$__join$n$", IDENT("id", id),
		    NUM("n", end->join));
}

/* Line by line: each is marked by what it joins. */
static void
put_marked_sequence(const struct print *p, uint32_t stage)
{
	const struct lines *lines = p->lines;

	lines_of_stage(p->lines, p->drawing, NULL, stage);
	for (size_t i = 0; i < lines->njoins; i++) {
		text_put(p->text, "    ");
		put_end(p, stage, &lines->joins[i].end);
		text_put(p->text, "((\" \"))\n");
	}
	for (size_t i = 0; i < lines->n; i++) {
		const struct line *line = &lines->items[i];
		text_put(p->text, "    ");
		put_end(p, stage, &line->from);
		text_put(p->text,
		    arrow_of(line->mark, line->has_arrow ? " --> " : " --- "));
		put_end(p, stage, &line->to);
		text_put(p->text, "\n");
	}
}

static const char *
stage_label(const struct print *p, uint32_t stage)
{
	const char *environment = p->lowered->stages[stage]->environment.text;
	const char *foot = drawing_foot(p->arena, p->drawing, stage);
	const char *label = drawing_stage(p->arena, p->drawing, stage);

	if (environment != NULL)
		label = arena_printf(p->arena, "%s · %s", label,
		    drawing_cut(p->arena, environment));
	if (*foot != '\0')
		label = arena_printf(p->arena, "%s\n%s", label, foot);
	return label;
}

/* The transitions into a stage that is not the first. */
static void
put_transition(const struct print *p, uint32_t stage)
{
	const char *usual = p->lowered->machine.stages[stage].closed
				? " -. closed .-x "
				: " ==> ";
	const struct line line = line_of_transition(p->drawing, NULL, stage);
	struct line past;

	TEXT(p->text, "  $id$",
	    IDENT("id", p->lowered->stage_idents[stage - 1]));
	text_put(p->text, arrow_of(line.mark, usual));
	TEXT(p->text, "$id$\n", IDENT("id", p->lowered->stage_idents[stage]));
	if (!line_past_removed(p->drawing, NULL, stage, &past))
		return;
	const uint32_t before =
	    p->lowered->machine.actions[past.from.row].stage;
	TEXT(p->text, "  $id$", IDENT("id", p->lowered->stage_idents[before]));
	text_put(p->text, arrow_of(past.mark, usual));
	TEXT(p->text, "$id$\n", IDENT("id", p->lowered->stage_idents[stage]));
}

/* Widths and strokes as well as colours; text dark on them in any theme. */
static void
put_mark_classes(const struct print *p)
{
	for (enum mark mark = MARK_ADDED; mark < NMARKS; mark++) {
		const struct mark_look *look = look_of_mark(mark);
		TEXT(p->text,
		    "  classDef $class$ stroke:$line$,stroke-width:$width$px,"
		    "fill:$fill$,color:#000$dash$\n",
		    IDENT("class", look->class_), XML("line", look->line),
		    XML("width", look->width), XML("fill", look->fill),
		    XML("dash",
			look->is_dashed ? ",stroke-dasharray:6 4" : ""));
	}
}

/* The edge of a stage. A class would not be looked at here: to Mermaid 11 a
 * subgraph has none before all is read. */
static void
put_stage_style(const struct print *p, uint32_t stage, const char *id)
{
	const enum mark mark = drawing_stage_mark(p->drawing, stage);
	const struct mark_look *look = look_of_mark(mark);

	if (mark != MARK_NONE && mark != MARK_SAME)
		TEXT(p->text,
		    "  style $id$ stroke:$line$,stroke-width:$width$px$dash$\n",
		    IDENT("id", id), XML("line", look->line),
		    XML("width", look->width),
		    XML("dash",
			look->is_dashed ? ",stroke-dasharray:6 4" : ""));
	else if (mark == MARK_NONE &&
		 environment_is_production(
		     p->lowered->stages[stage]->environment.text))
		TEXT(p->text, "  style $id$ stroke-width:3px\n",
		    IDENT("id", id));
}

static void
put_stage(const struct print *p, uint32_t stage)
{
	const struct drawn drawn = drawing_actions(p->lowered, stage);
	const char *id = p->lowered->stage_idents[stage];

	TEXT(p->text, "  subgraph $id$[$label$]\n    direction LR\n",
	    IDENT("id", id), MERMAID("label", stage_label(p, stage)));
	put_condition(p, stage, true);
	for (uint32_t i = drawn.first; i <= drawn.last; i++)
		put_action(p, i);
	put_condition(p, stage, false);
	if (p->drawing->marks == NULL)
		put_sequence(p, stage);
	else
		put_marked_sequence(p, stage);
	text_put(p->text, "  end\n");
	put_stage_style(p, stage, id);
}

void
emit_mermaid(
    struct text *text, struct arena *arena, const struct drawing *drawing)
{
	const struct lowered *lowered = drawing->lowered;
	const struct print p = { text, arena, drawing, lowered,
		lines_new(arena, lowered) };
	const char *mode = drawing_mode(arena, lowered);

	/* Mermaid's title, in front of the flowchart. */
	if (mode[0] != '\0')
		TEXT(text, "---\ntitle: $mode$\n---\n", JSTR("mode", mode));
	/* Few stages read from left to right, many from top to bottom. */
	text_put(text, lowered->machine.nstages <= 4 ? "flowchart LR\n"
						     : "flowchart TB\n");
	for (uint32_t s = 0; s < lowered->machine.nstages; s++)
		put_stage(&p, s);
	for (uint32_t s = 1; s < lowered->machine.nstages; s++)
		put_transition(&p, s);
	if (drawing->marks != NULL) {
		put_mark_classes(&p);
		return;
	}
	text_put(text, "  classDef approval stroke:#b5420f,stroke-width:3px\n"
		       "  classDef condition stroke:#b5420f,"
		       "stroke-dasharray:4 3\n");
}
