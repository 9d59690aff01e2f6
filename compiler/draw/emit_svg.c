/*
 * A lowered pipeline as SVG: what stands where comes from the layout, the
 * words from drawing.h, colours from looks.h, outlines from outline.h. Drawn
 * from the back to the front: stages, lines, cards. Everything carries the
 * colours of the light picture, and its style sheet those of a dark one.
 */
#include "emit_svg.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "drawing.h"
#include "layout.h"
#include "line.h"
#include "looks.h"
#include "lower/lower.h"
#include "model/model.h"
#include "outline.h"

enum {
	MARGIN = 18,      /* around everything */
	STAGE_ROUND = 12, /* corners */
	MARK_ROUND = 6,
	TEXT_LEADING = 13, /* from a line of a card to the next */
	LID_ROOM = 3,      /* what the lid of a cylinder pushes its text down */
	NOTE_HEIGHT = 12,
	NOTE_SIZE = 8,
	CAPTION_HEIGHT = 20
};

/* One printing. */
struct svg {
	struct text *text;
	struct arena *arena;
	const struct drawing *drawing;
	const struct lowered *lowered;
	const struct layout *layout;
	const struct svg_notes *notes; /* NULL: none */
	struct lines *lines;           /* of one stage after the other */
};

/* What a browser adds to the picture: system fonts, and a dark variant. */
static const char style_sheet[] =
    "<style>\n"
    ".stagewright text{font-family:system-ui,-apple-system,\"Segoe UI\","
    "Roboto,\"Helvetica Neue\",Helvetica,Arial,sans-serif}\n"
    "@media (prefers-color-scheme:dark){\n"
    ".stagewright>.paper{fill:#0d141c}\n"
    ".stagewright text{fill:#e8edf2}\n"
    ".stagewright .small{fill:#a3b1bf}\n"
    ".stagewright .stage .shape{fill:#16202b;stroke:#324151}\n"
    ".stagewright .stage.production .shape{stroke:#e8edf2}\n"
    ".stagewright .way{stroke:#8b9bab}\n"
    ".stagewright .head{fill:#8b9bab}\n"
    ".stagewright .closed .way{stroke:#ff9a62}\n"
    ".stagewright .closed .head{fill:#ff9a62}\n"
    ".stagewright .source .shape{fill:#14283c;stroke:#7db4ea}\n"
    ".stagewright .build .shape{fill:#2f2710;stroke:#dcb75c}\n"
    ".stagewright .test .shape{fill:#0f2b25;stroke:#63c3ab}\n"
    ".stagewright .deploy .shape{fill:#221e45;stroke:#a99df5}\n"
    ".stagewright .approval .shape{fill:#3d1d0c;stroke:#ff9a62}\n"
    ".stagewright .condition .shape{fill:#16202b;stroke:#ff9a62}\n"
    ".stagewright .invoke .shape,.stagewright .compute .shape"
    "{fill:#1f2a36;stroke:#9fb0c1}\n"
    ".stagewright .environment .shape{fill:#16202b;stroke:#7c8b9a}\n"
    ".stagewright .environment.production .shape"
    "{fill:#e8edf2;stroke:#e8edf2}\n"
    ".stagewright .environment.production text{fill:#0d141c}\n"
    ".stagewright .gate .shape{fill:#ff9a62;stroke:#ff9a62}\n"
    ".stagewright .gate text{fill:#0d141c}\n";

/* The same of what is marked. */
static const char mark_sheet[] =
    ".stagewright .same .shape{fill:#16202b;stroke:#6b7988}\n"
    ".stagewright .renamed .shape{fill:#33290f;stroke:#6b7988}\n"
    ".stagewright .added .shape{fill:#0b2a40;stroke:#56b4e9}\n"
    ".stagewright .added .inner{stroke:#0b2a40}\n"
    ".stagewright .removed .shape{fill:#3a1d0b;stroke:#ff8a3d}\n"
    ".stagewright .changed .shape{fill:#33290f;stroke:#f0b429}\n"
    ".stagewright .stage.added .shape,.stagewright .stage.removed .shape,"
    ".stagewright .stage.changed .shape,.stagewright .stage.renamed .shape"
    "{fill:#16202b}\n"
    ".stagewright .way.added{stroke:#56b4e9}\n"
    ".stagewright .head.added{fill:#56b4e9}\n"
    ".stagewright .way.removed{stroke:#ff8a3d}\n"
    ".stagewright .head.removed{fill:#ff8a3d}\n";

static const char sheet_end[] = "}\n</style>\n";

/* How a shape is drawn. */
struct pen {
	const char *line;
	const char *fill;
	const char *width;
	bool is_dashed;
	bool is_double;
};

/* What is marked looks so, whatever it is. */
static struct pen
marked_pen(enum mark mark, struct pen usual)
{
	const struct mark_look *look = look_of_mark(mark);

	return mark == MARK_NONE
		   ? usual
		   : (struct pen){ look->line, look->fill, look->width,
			     look->is_dashed, look->is_double };
}

/* " added", behind another class; "" */
static const char *
more_class(const struct svg *s, enum mark mark)
{
	return mark == MARK_NONE
		   ? ""
		   : arena_printf(s->arena, " %s", look_of_mark(mark)->class_);
}

static void
put_shape(const struct svg *s, const char *path, const struct pen *pen)
{
	TEXT(s->text,
	    "<path class=\"shape\" fill=\"$fill$\" stroke=\"$line$\""
	    " stroke-width=\"$width$\"",
	    XML("fill", pen->fill), XML("line", pen->line),
	    XML("width", pen->width));
	if (pen->is_dashed)
		text_put(s->text, " stroke-dasharray=\"5,3\"");
	TEXT(s->text, " d=\"$path$\"/>\n", XML("path", path));
	if (pen->is_double)
		TEXT(s->text,
		    "<path class=\"inner\" fill=\"none\" stroke=\"$fill$\""
		    " stroke-width=\"1.4\" d=\"$path$\"/>\n",
		    XML("fill", pen->fill), XML("path", path));
}

/* How words are written: attributes of <text>, without their colour. */
#define FONT_STAGE " font-size=\"13\" font-weight=\"bold\""
#define FONT_NAME " text-anchor=\"middle\" font-size=\"11\""
#define FONT_MARK " text-anchor=\"middle\" font-size=\"10\""
#define FONT_BADGE " text-anchor=\"middle\" font-size=\"9\""
#define FONT_SMALL " class=\"small\" text-anchor=\"middle\" font-size=\"9\""
#define FONT_NOTE_MARK " text-anchor=\"middle\" font-size=\"8\""
#define FONT_NOTE " class=\"small\" font-size=\"9\""

static void
put_words(const struct svg *s, struct point at, const char *font,
    const char *ink, const char *words)
{
	TEXT(s->text, "<text x=\"$x$\" y=\"$y$\"", NUM("x", at.x),
	    NUM("y", at.y));
	text_put(s->text, font);
	TEXT(s->text, " fill=\"$ink$\">$words$</text>\n", XML("ink", ink),
	    LABEL("words", words));
}

/* A name with the sign of its mark. What is gone is struck, its sign is not: a
 * line through a minus cannot be told from the minus. */
static void
put_name(const struct svg *s, struct point at, const char *font, enum mark mark,
    const char *name)
{
	const struct mark_look *look = look_of_mark(mark);

	if (!look->is_struck) {
		put_words(s, at, font, LOOK_INK, name);
		return;
	}
	TEXT(s->text, "<text x=\"$x$\" y=\"$y$\"", NUM("x", at.x),
	    NUM("y", at.y));
	text_put(s->text, font);
	TEXT(s->text,
	    " fill=\"" LOOK_INK "\">$sign$"
	    "<tspan text-decoration=\"line-through\">$name$</tspan></text>\n",
	    LABEL("sign", look->sign),
	    LABEL("name", name + strlen(look->sign)));
}

/* A name and one or two lines of small print in the middle of a box. */
static void
put_label(const struct svg *s, const struct box *box, const struct card *card)
{
	const uint32_t lines = card->smaller[0] != '\0' ? 3 : 2;
	struct point at = { box->x + box->w / 2,
		box->y + (box->h - lines * TEXT_LEADING) / 2 + 10 };

	put_name(s, at, FONT_NAME, card->mark, card->name);
	at.y += TEXT_LEADING;
	put_words(s, at, FONT_SMALL, LOOK_INK_SMALL, card->small);
	at.y += TEXT_LEADING - 1;
	if (card->smaller[0] != '\0')
		put_words(s, at, FONT_SMALL, LOOK_INK_SMALL, card->smaller);
}

static void
put_action(const struct svg *s, uint32_t action)
{
	const struct sw_action *row = &s->lowered->machine.actions[action];
	const struct look *look = look_of(row->category);
	const bool is_gate = row->category == SW_CATEGORY_APPROVAL;
	const struct card card = drawing_action(s->arena, s->drawing, action);
	const struct pen pen =
	    marked_pen(card.mark, (struct pen){ look->line, look->fill,
				      is_gate ? "2.5" : "1.2", false, false });
	struct box box = s->layout->actions[action];
	const struct outline outline =
	    outline_action(s->arena, row->category, &box);

	/* What is gone may have the name of what is new. */
	TEXT(s->text,
	    "<g id=\"$stage$.$name$$gone$\" class=\"action $class$$more$\">"
	    "<title>$hint$</title>\n",
	    LABEL("stage", s->lowered->machine.stages[row->stage].name),
	    LABEL("name", row->name),
	    XML("gone", card.mark == MARK_REMOVED ? "/removed" : ""),
	    XML("class", look->class_), XML("more", more_class(s, card.mark)),
	    LABEL("hint", drawing_action_hint(s->arena, s->lowered, action)));
	put_shape(s, outline.shape, &pen);
	if (outline.detail != NULL)
		put_shape(s, outline.detail, &pen);
	if (row->category == SW_CATEGORY_SOURCE)
		box.y += LID_ROOM;
	put_label(s, &box, &card);
	text_put(s->text, "</g>\n");
}

/* <g> of a part of a stage, to be ended. */
static void
put_part(const struct svg *s, const char *stage, const char *part,
    const char *class_, const char *hint)
{
	TEXT(s->text,
	    "<g id=\"$stage$/$part$\" class=\"$class$\">"
	    "<title>$hint$</title>\n",
	    LABEL("stage", stage), XML("part", part), XML("class", class_),
	    LABEL("hint", hint));
}

static void
put_condition(
    const struct svg *s, uint32_t stage, bool is_entry, const struct box *box)
{
	const char *element = is_entry ? "beforeEntry" : "onSuccess";
	const struct card card =
	    drawing_condition(s->arena, s->drawing, stage, is_entry);
	const struct pen pen = marked_pen(card.mark,
	    (struct pen){ LOOK_HALT, LOOK_PAPER, "1.5", true, false });

	if (card.name == NULL)
		return;
	put_part(s, s->lowered->machine.stages[stage].name, element,
	    arena_printf(s->arena, "condition%s", more_class(s, card.mark)),
	    element);
	put_shape(s, outline_gate(s->arena, box), &pen);
	put_label(s, box, &card);
	text_put(s->text, "</g>\n");
}

/* Words in a box of their own: a badge, a gate. */
static void
put_mark(const struct svg *s, const struct box *box, const struct pen *pen,
    const char *font, const char *ink, const char *words)
{
	const struct point middle = { box->x + box->w / 2,
		box->y + box->h / 2 + 3 };

	put_shape(s, outline_round(s->arena, box, MARK_ROUND), pen);
	put_words(s, middle, font, ink, words);
}

static void
put_badge(const struct svg *s, const struct stage *stage, const struct box *box)
{
	static const struct pen usual = { LOOK_BADGE_LINE, LOOK_PAPER, "1.2",
		false, false };
	static const struct pen strong = { LOOK_INK, LOOK_INK, "1.2", false,
		false };
	const char *environment = stage->environment.text;

	if (environment == NULL)
		return;
	const bool stands_out = environment_is_production(environment);
	put_part(s, stage->name.text, "environment",
	    stands_out ? "environment production" : "environment",
	    arena_printf(s->arena, "environment %s", environment));
	put_mark(s, box, stands_out ? &strong : &usual,
	    stands_out ? FONT_BADGE " font-weight=\"bold\"" : FONT_BADGE,
	    stands_out ? LOOK_PAPER : LOOK_BADGE_INK,
	    drawing_cut(s->arena, environment));
	text_put(s->text, "</g>\n");
}

static void
put_foot(const struct svg *s, uint32_t stage, const struct box *box)
{
	const char *words = drawing_foot(s->arena, s->drawing, stage);

	if (*words == '\0')
		return;
	put_part(s, s->lowered->machine.stages[stage].name, "onFailure", "note",
	    words);
	put_words(s, (struct point){ box->x, box->y + 12 }, FONT_NOTE,
	    LOOK_INK_SMALL, words);
	text_put(s->text, "</g>\n");
}

static void
put_stage(const struct svg *s, uint32_t stage)
{
	const struct stage *of = s->lowered->stages[stage];
	const struct stage_layout *at = &s->layout->stages[stage];
	const bool stands_out = environment_is_production(of->environment.text);
	const enum mark mark = drawing_stage_mark(s->drawing, stage);
	const bool is_marked = mark != MARK_NONE && mark != MARK_SAME;
	struct pen pen = { stands_out ? LOOK_INK : LOOK_STAGE_LINE,
		LOOK_STAGE_FILL, stands_out ? "2.5" : "1", false, false };

	/* Its cards are what is coloured. */
	if (is_marked)
		pen = marked_pen(mark, pen);
	pen.fill = LOOK_STAGE_FILL;

	TEXT(s->text,
	    "<g id=\"$name$\" class=\"stage$more$\"><title>$name$</title>\n",
	    LABEL("name", of->name.text),
	    XML("more", is_marked    ? more_class(s, mark)
			: stands_out ? " production"
				     : ""));
	put_shape(s, outline_round(s->arena, &at->box, STAGE_ROUND), &pen);
	put_name(s, (struct point){ at->name.x, at->name.y + 13 }, FONT_STAGE,
	    mark, drawing_stage(s->arena, s->drawing, stage));
	text_put(s->text, "</g>\n");
}

/* The cards and marks of a stage. */
static void
put_inside(const struct svg *s, uint32_t stage)
{
	const struct stage *of = s->lowered->stages[stage];
	const struct drawn drawn = drawing_actions(s->lowered, stage);
	const struct stage_layout *at = &s->layout->stages[stage];

	put_badge(s, of, &at->badge);
	put_foot(s, stage, &at->failure);
	put_condition(s, stage, true, &at->entry);
	for (uint32_t i = drawn.first; i <= drawn.last; i++)
		put_action(s, i);
	put_condition(s, stage, false, &at->success);
}

/* Words in a tag over the lower edge of a box: in its middle, or on the left,
 * where no line leaves it. */
static void
put_note(
    const struct svg *s, const struct box *box, const char *words, bool is_left)
{
	static const struct pen pen = { LOOK_PAPER, LOOK_HALT, "1", false,
		false };
	struct box tag = { .h = NOTE_HEIGHT };

	if (words == NULL || box->w == 0)
		return;
	/* Fonts of a browser may be wider. */
	tag.w = layout_text_width(words, NOTE_SIZE) * 6 / 5 + 14;
	tag.x =
	    is_left ? box->x + STAGE_ROUND : box->x + box->w / 2 - tag.w / 2;
	tag.y = box->y + box->h - NOTE_HEIGHT / 2 - 1;
	text_put(s->text, "<g class=\"gate\">\n");
	put_mark(s, &tag, &pen, FONT_NOTE_MARK, LOOK_PAPER, words);
	text_put(s->text, "</g>\n");
}

/* Of the rules of a condition: what there is to say of the first, and of how
 * many more. */
static const char *
note_of_condition(const struct svg *s, uint32_t stage, uint32_t run_order)
{
	const struct sw_machine *machine = &s->lowered->machine;
	const struct sw_stage *row = &machine->stages[stage];
	const struct sw_action *noted = NULL;
	const char *words = NULL;
	uint32_t nrules = 0, more = 0;

	for (uint32_t i = row->first_action; i <= row->last_action; i++) {
		const struct sw_action *rule = &machine->actions[i];

		if (rule->category != SW_CATEGORY_RULE ||
		    rule->run_order != run_order)
			continue;
		nrules++;
		if (s->notes->actions[i] == NULL)
			continue;
		more += noted != NULL;
		words = noted == NULL ? s->notes->actions[i] : words;
		noted = noted == NULL ? rule : noted;
	}
	if (words == NULL || nrules == 1)
		return words;
	words = arena_printf(s->arena, "%s %s", noted->name, words);
	return more == 0 ? words
			 : arena_printf(s->arena, "%s, +%u", words, more);
}

static void
put_notes(const struct svg *s, uint32_t stage)
{
	const struct sw_stage *row = &s->lowered->machine.stages[stage];
	const struct stage_layout *at = &s->layout->stages[stage];
	const char *words = note_of_condition(s, stage, SW_ON_FAILURE);

	/* The rules of onFailure have no place of their own. */
	if (words == NULL)
		words = s->notes->stages[stage];
	else if (s->notes->stages[stage] != NULL)
		words = arena_printf(
		    s->arena, "%s, %s", s->notes->stages[stage], words);
	put_note(s, &at->box, words, true);
	put_note(
	    s, &at->entry, note_of_condition(s, stage, SW_BEFORE_ENTRY), false);
	for (uint32_t i = row->first_action; i <= row->last_action; i++)
		if (s->lowered->machine.actions[i].category != SW_CATEGORY_RULE)
			put_note(s, &s->layout->actions[i],
			    s->notes->actions[i], false);
	put_note(
	    s, &at->success, note_of_condition(s, stage, SW_ON_SUCCESS), false);
}

static void
put_line(const struct svg *s, const struct line *line, struct pen usual)
{
	const struct outline outline = outline_line(s->arena, line);
	const char *more = more_class(s, line->mark);
	struct pen pen_of_line = marked_pen(line->mark, usual);
	const struct pen *pen = &pen_of_line;

	/* Twice a line would be two. */
	pen_of_line.width = usual.width;
	TEXT(s->text,
	    "<path class=\"way$more$\" fill=\"none\" stroke=\"$line$\""
	    " stroke-width=\"$width$\"",
	    XML("more", more), XML("line", pen->line),
	    XML("width", pen->width));
	if (pen->is_dashed)
		text_put(s->text, " stroke-dasharray=\"5,3\"");
	TEXT(s->text, " d=\"$path$\"/>\n", XML("path", outline.shape));
	if (outline.detail != NULL)
		TEXT(s->text,
		    "<path class=\"head$more$\" fill=\"$line$\""
		    " d=\"$path$\"/>\n",
		    XML("more", more), XML("line", pen->line),
		    XML("path", outline.detail));
}

/* The order inside a stage. */
static void
put_sequence(const struct svg *s, uint32_t stage)
{
	static const struct pen pen = { LOOK_SEQUENCE, "none", "1.3", false,
		false };
	const struct lines *lines = s->lines;

	lines_of_stage(s->lines, s->drawing, s->layout, stage);

	if (lines->n == 0)
		return;
	text_put(s->text, "<g class=\"sequence\">\n");
	for (size_t i = 0; i < lines->n; i++)
		put_line(s, &lines->items[i], pen);
	for (size_t i = 0; i < lines->njoins; i++)
		TEXT(s->text,
		    "<circle class=\"head\" fill=\"" LOOK_SEQUENCE
		    "\" cx=\"$x$\" cy=\"$y$\" r=\"2\"/>\n",
		    NUM("x", lines->joins[i].box.x + lines->joins[i].box.w / 2),
		    NUM("y",
			lines->joins[i].box.y + lines->joins[i].box.h / 2));
	text_put(s->text, "</g>\n");
}

static void
put_transition(const struct svg *s, uint32_t stage)
{
	static const struct pen open = { LOOK_TRANSITION, "none", "2", false,
		false };
	static const struct pen closed = { LOOK_HALT, "none", "2", true,
		false };
	static const struct pen gate = { LOOK_HALT, LOOK_HALT, "1.2", false,
		false };
	const struct sw_stage *to = &s->lowered->machine.stages[stage];
	const struct line line =
	    line_of_transition(s->drawing, s->layout, stage);
	struct line past;
	const bool is_closed = to->closed != 0;

	put_part(s, to->name, "transition",
	    is_closed ? "transition closed" : "transition",
	    arena_printf(s->arena, "transition %s to %s%s", to[-1].name,
		to->name, is_closed ? ", closed at first" : ""));
	put_line(s, &line, is_closed ? closed : open);
	if (line_past_removed(s->drawing, s->layout, stage, &past))
		put_line(s, &past, is_closed ? closed : open);
	text_put(s->text, "</g>\n");
	if (!is_closed)
		return;
	put_part(s, to->name, "gate", "gate", "the transition is closed");
	put_mark(s, &s->layout->stages[stage].gate, &gate, FONT_MARK,
	    LOOK_PAPER, "closed");
	text_put(s->text, "</g>\n");
}

static void
put_head(const struct svg *s)
{
	const uint32_t width = s->layout->width + 2 * MARGIN;
	const uint32_t height = s->layout->height + 2 * MARGIN +
				(s->notes != NULL ? CAPTION_HEIGHT : 0);

	TEXT(s->text,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"$w$pt\""
	    " height=\"$h$pt\" viewBox=\"-$margin$ -$margin$ $w$ $h$\">\n"
	    "<title>$name$</title>\n",
	    NUM("w", width), NUM("h", height), NUM("margin", MARGIN),
	    LABEL("name", s->lowered->machine.name));
	text_put(s->text, style_sheet);
	if (s->drawing->marks != NULL)
		text_put(s->text, mark_sheet);
	text_put(s->text, sheet_end);
	TEXT(s->text,
	    "<g class=\"stagewright\" font-family=\"Helvetica,sans-serif\">\n"
	    "<rect class=\"paper\" x=\"-$margin$\" y=\"-$margin$\""
	    " width=\"$w$\" height=\"$h$\" fill=\"" LOOK_PAPER "\"/>\n",
	    NUM("w", width), NUM("h", height), NUM("margin", MARGIN));
}

/* What is said of the execution mode, if anything. */
static void
put_mode(const struct svg *s)
{
	const struct box *box = &s->layout->mode;

	if (box->w != 0)
		put_words(s, (struct point){ box->x, box->y + 12 }, FONT_NOTE,
		    LOOK_INK_SMALL, drawing_mode(s->arena, s->lowered));
}

static void
put_drawing(const struct svg *s)
{
	const uint32_t nstages = s->lowered->machine.nstages;

	put_head(s);
	put_mode(s);
	for (uint32_t i = 0; i < nstages; i++)
		put_stage(s, i);
	for (uint32_t i = 0; i < nstages; i++) {
		if (i > 0)
			put_transition(s, i);
		put_sequence(s, i);
	}
	for (uint32_t i = 0; i < nstages; i++)
		put_inside(s, i);
}

void
emit_svg(struct text *text, struct arena *arena, const struct drawing *drawing)
{
	const struct svg s = { text, arena, drawing, drawing->lowered,
		layout_new(arena, drawing), NULL,
		lines_new(arena, drawing->lowered) };

	put_drawing(&s);
	if (drawing->marks != NULL)
		put_words(&s, (struct point){ 0, s.layout->caption.y + 12 },
		    FONT_NOTE, LOOK_INK_SMALL, drawing->marks->caption);
	text_put(text, "</g>\n</svg>\n");
}

void
emit_svg_notes(struct text *text, struct arena *arena,
    const struct drawing *drawing, const struct svg_notes *notes)
{
	const struct svg s = { text, arena, drawing, drawing->lowered,
		layout_new(arena, drawing), notes,
		lines_new(arena, drawing->lowered) };

	put_drawing(&s);
	for (uint32_t i = 0; i < s.lowered->machine.nstages; i++)
		put_notes(&s, i);
	put_words(&s, (struct point){ 0, s.layout->height + CAPTION_HEIGHT },
	    FONT_NOTE, LOOK_INK_SMALL, notes->caption);
	text_put(text, "</g>\n</svg>\n");
}
