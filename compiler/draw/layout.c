/*
 * Places the parts of a drawing. Takes a lowered pipeline; first measures each
 * stage by its texts, then breaks the stages into rows, then gives each its
 * place. A pipeline is a chain of groups: no search is needed, and lines stay
 * straight, which no general layout of graphs promises.
 */
#include "layout.h"

#include <string.h>

#include "base/arena.h"
#include "drawing.h"
#include "lower/lower.h"
#include "model/model.h"

enum {
	ROW_WIDTH = 960,  /* rows are broken to stay below it */
	ROW_GAP = 46,     /* between rows: the way back goes through it */
	MODE_HEAD = 24,   /* above everything: what is said of the mode */
	STAGE_GAP = 34,   /* between stages: room for the transition */
	STAGE_PAD = 14,   /* inside a stage, on three sides */
	STAGE_HEAD = 34,  /* its name and environment */
	STAGE_FOOT = 18,  /* its note on failure */
	EVEN_ROWS = 4,    /* up to so many actions, all stages of a row are as
	                     high as the highest */
	COLUMN_GAP = 30,  /* between groups: room for the arrows */
	CARD_GAP = 9,     /* between actions that run together */
	CARD_HEIGHT = 45, /* two lines of text */
	CARD_TALL = 54,   /* three */
	CARD_MIN = 90,
	NAME_SIZE = 11,
	SMALL_SIZE = 9,
	STAGE_SIZE = 13,
	CAPTION_GAP = 14, /* above what the marks mean: lines go there */
	MARK_HEIGHT = 18, /* of names, badges, gates and notes */
	GATE_WIDTH = 54
};

/* Advance widths of Helvetica from space to tilde, in 1/1000 of the size
 * (Adobe's font metrics, Helvetica.afm). */
static const uint16_t helvetica[] = { 278, 278, 355, 556, 556, 889, 667, 191,
	333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
	556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722,
	722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778,
	722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833,
	556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
	260, 334, 584 };
_Static_assert(sizeof helvetica / sizeof helvetica[0] == '~' - ' ' + 1,
    "a width for each printable character of ASCII");

uint32_t
layout_text_width(const char *text, uint32_t size)
{
	uint64_t width = 0;
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p >= ' ' && *p <= '~')
			width += helvetica[*p - ' '];
		else if ((*p & 0xc0) != 0x80) /* a code point begins */
			width += *p >= 0xe3 ? 1000 : 600;
	}
	return (uint32_t)((width * size + 999) / 1000);
}

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t
on_grid(uint32_t width)
{
	return (width + LAYOUT_GRID - 1) / LAYOUT_GRID * LAYOUT_GRID;
}

/* What the shape of a category takes from the width of its text. */
static uint32_t
shape_width(enum sw_category category)
{
	switch (category) {
	case SW_CATEGORY_APPROVAL:
		return 30;
	case SW_CATEGORY_DEPLOY:
	case SW_CATEGORY_INVOKE:
	case SW_CATEGORY_COMPUTE:
	case SW_CATEGORY_TEST:
		return 12;
	case SW_CATEGORY_SOURCE:
	case SW_CATEGORY_BUILD:
	case SW_CATEGORY_RULE:
	case SW_NCATEGORIES:
		break;
	}
	return 4;
}

/* A pass over the pipeline. */
struct placing {
	struct arena *arena;
	const struct drawing *drawing;
	const struct lowered *lowered;
	struct layout *layout;
};

/* The room that a text needs where Helvetica is not at hand and a wider font
 * takes its place: DejaVu Sans is a fifth wider. */
static uint32_t
text_room(const char *text, uint32_t size)
{
	return layout_text_width(text, size) * 6 / 5;
}

static uint32_t
card_width(const struct card *card)
{
	return larger(text_room(card->name, NAME_SIZE),
		   text_room(card->small, SMALL_SIZE)) +
	       14;
}

static uint32_t
action_width(const struct placing *p, uint32_t action)
{
	const struct sw_action *row = &p->lowered->machine.actions[action];
	const struct card card = drawing_action(p->arena, p->drawing, action);
	uint32_t width = card_width(&card);

	if (p->drawing->artifacts)
		width = larger(width, text_room(card.smaller, SMALL_SIZE) + 14);
	return on_grid(larger(CARD_MIN, width + shape_width(row->category)));
}

static uint32_t
card_height(const struct placing *p)
{
	return p->drawing->artifacts ? CARD_TALL : CARD_HEIGHT;
}

static struct box
condition_size(const struct placing *p, uint32_t stage, bool is_entry)
{
	const struct card card =
	    drawing_condition(p->arena, p->drawing, stage, is_entry);

	if (card.name == NULL)
		return (struct box){ 0, 0, 0, 0 };
	return (struct box){ 0, 0,
		on_grid(larger(CARD_MIN, card_width(&card) + 24)),
		CARD_HEIGHT };
}

/* Gives each action of the stage its size; adds them up in its box. Returns
 * the number of columns. */
static uint32_t
measure_groups(const struct placing *p, uint32_t stage)
{
	const struct drawn drawn = drawing_actions(p->lowered, stage);
	struct stage_layout *at = &p->layout->stages[stage];
	uint32_t columns = 0;
	uint32_t end;

	for (uint32_t i = drawn.first; i <= drawn.last; i = end) {
		uint32_t width = 0;
		end = drawing_group_end(p->lowered, i);
		for (uint32_t k = i; k < end; k++)
			width = larger(width, action_width(p, k));
		for (uint32_t k = i; k < end; k++)
			p->layout->actions[k] =
			    (struct box){ 0, 0, width, card_height(p) };
		at->box.w += width;
		at->box.h = larger(at->box.h,
		    (end - i) * (card_height(p) + CARD_GAP) - CARD_GAP);
		columns++;
	}
	return columns;
}

/* Name, badge, note: their sizes, and the width that they need. */
static uint32_t
measure_marks(const struct placing *p, uint32_t stage, struct stage_layout *at)
{
	const char *name = drawing_stage(p->arena, p->drawing, stage);
	const char *environment = p->lowered->stages[stage]->environment.text;
	const char *foot = drawing_foot(p->arena, p->drawing, stage);
	uint32_t width;

	/* Bold is wider than the table of the plain face says. */
	at->name.w = on_grid(text_room(name, STAGE_SIZE));
	width = at->name.w + 6;
	if (environment != NULL) {
		environment = drawing_cut(p->arena, environment);
		at->badge.w = on_grid(text_room(environment, SMALL_SIZE) + 16);
		width += at->badge.w;
	}
	if (*foot != '\0') {
		at->failure.w = on_grid(layout_text_width(foot, SMALL_SIZE));
		width = larger(width, at->failure.w + 8);
	}
	return width;
}

/* box.w becomes final; box.h is that of the actions alone as yet. */
static void
measure_stage(const struct placing *p, uint32_t stage)
{
	struct stage_layout *at = &p->layout->stages[stage];
	uint32_t columns = measure_groups(p, stage);

	at->entry = condition_size(p, stage, true);
	at->success = condition_size(p, stage, false);
	at->box.w += at->entry.w + at->success.w;
	columns += at->entry.w != 0 ? 1 : 0;
	columns += at->success.w != 0 ? 1 : 0;
	at->box.w += (columns - 1) * COLUMN_GAP;
	at->box.w = larger(at->box.w, measure_marks(p, stage, at));
	at->box.w += 2 * STAGE_PAD;
	if (p->lowered->machine.stages[stage].closed)
		at->gate.w = GATE_WIDTH;
}

/* Room before a stage that is not the first of its row. */
static uint32_t
gap_before(const struct stage_layout *at)
{
	return at->gate.w != 0 ? STAGE_GAP + at->gate.w + 8 : STAGE_GAP;
}

/* The index behind the last stage of a row that begins at `first`. */
static uint32_t
row_end(const struct placing *p, uint32_t first, uint32_t width)
{
	const struct stage_layout *stages = p->layout->stages;
	uint32_t used = stages[first].box.w;
	uint32_t end = first + 1;

	while (end < p->lowered->machine.nstages &&
	       used + gap_before(&stages[end]) + stages[end].box.w <= width) {
		used += gap_before(&stages[end]) + stages[end].box.w;
		end++;
	}
	return end;
}

static uint32_t
count_rows(const struct placing *p, uint32_t width)
{
	uint32_t rows = 0;
	for (uint32_t s = 0; s < p->lowered->machine.nstages; rows++)
		s = row_end(p, s, width);
	return rows;
}

/* The narrowest width that needs no more rows than ROW_WIDTH does: rows of
 * about the same length. */
static uint32_t
even_width(const struct placing *p)
{
	const uint32_t rows = count_rows(p, ROW_WIDTH);
	uint32_t low = 1;
	uint32_t high = ROW_WIDTH;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		if (count_rows(p, middle) <= rows)
			high = middle;
		else
			low = middle + 1;
	}
	return high;
}

static void
place_column(const struct placing *p, uint32_t begin, uint32_t end, uint32_t x,
    uint32_t axis)
{
	const uint32_t step = card_height(p) + CARD_GAP;
	const uint32_t height = (end - begin) * step - CARD_GAP;

	for (uint32_t i = begin; i < end; i++) {
		p->layout->actions[i].x = x;
		p->layout->actions[i].y =
		    axis - height / 2 + (i - begin) * step;
	}
}

/* The width of all columns of a stage. */
static uint32_t
content_width(const struct placing *p, uint32_t stage)
{
	const struct drawn drawn = drawing_actions(p->lowered, stage);
	const struct stage_layout *at = &p->layout->stages[stage];
	uint32_t width = 0;

	width += at->entry.w != 0 ? at->entry.w + COLUMN_GAP : 0;
	width += at->success.w != 0 ? at->success.w + COLUMN_GAP : 0;
	for (uint32_t i = drawn.first; i <= drawn.last;) {
		width += p->layout->actions[i].w;
		i = drawing_group_end(p->lowered, i);
		width += i <= drawn.last ? COLUMN_GAP : 0;
	}
	return width;
}

/* The columns of a stage whose box and axis are known. */
static void
place_inside(const struct placing *p, uint32_t stage)
{
	const struct drawn drawn = drawing_actions(p->lowered, stage);
	struct stage_layout *at = &p->layout->stages[stage];
	uint32_t x = at->box.x + (at->box.w - content_width(p, stage)) / 2;
	uint32_t end;

	if (at->entry.w != 0) {
		at->entry.x = x;
		at->entry.y = at->axis - at->entry.h / 2;
		x += at->entry.w + COLUMN_GAP;
	}
	for (uint32_t i = drawn.first; i <= drawn.last; i = end) {
		end = drawing_group_end(p->lowered, i);
		place_column(p, i, end, x, at->axis);
		x += p->layout->actions[i].w + COLUMN_GAP;
	}
	if (at->success.w != 0) {
		at->success.x = x;
		at->success.y = at->axis - at->success.h / 2;
	}
}

/* Name, badge, note and gate of a stage whose box and axis are known, in a
 * row that begins at row_y. */
static void
place_marks(struct stage_layout *at, bool is_first, uint32_t row_y)
{
	at->name.h = MARK_HEIGHT;
	at->name.x = at->box.x + STAGE_PAD;
	at->name.y = at->box.y + 8;
	if (at->badge.w != 0) {
		at->badge.h = MARK_HEIGHT;
		at->badge.x = at->box.x + at->box.w - at->badge.w - 8;
		at->badge.y = at->box.y + 8;
	}
	if (at->failure.w != 0) {
		at->failure.h = MARK_HEIGHT;
		at->failure.x = at->box.x + STAGE_PAD;
		at->failure.y = at->box.y + at->box.h - MARK_HEIGHT - 4;
	}
	if (at->gate.w == 0)
		return;
	at->gate.h = MARK_HEIGHT;
	at->gate.x = at->box.x - at->gate.w - 21;
	at->gate.y = at->axis - MARK_HEIGHT / 2;
	if (is_first && at->row > 0) { /* on the way back, above */
		at->gate.x = at->box.x + at->box.w / 2 + 24;
		at->gate.y = row_y - ROW_GAP / 2 - MARK_HEIGHT / 2;
	}
}

/* Places the stages of one row below y; returns where it ends. */
static uint32_t
place_row(const struct placing *p, uint32_t first, uint32_t end, uint32_t y)
{
	struct stage_layout *stages = p->layout->stages;
	const uint32_t card = card_height(p) + CARD_GAP;
	uint32_t x = 0;
	uint32_t tallest = 0;
	bool has_foot = false;

	for (uint32_t s = first; s < end; s++) {
		tallest = larger(tallest, stages[s].box.h);
		has_foot |= stages[s].failure.w != 0;
	}
	const bool even = tallest <= EVEN_ROWS * card;
	for (uint32_t s = first; s < end; s++) {
		struct stage_layout *at = &stages[s];
		const uint32_t inner = even ? tallest : at->box.h;
		x += s > first ? gap_before(at) : 0;
		at->axis = y + STAGE_HEAD + tallest / 2;
		at->box.x = x;
		at->box.y = at->axis - inner / 2 - STAGE_HEAD;
		at->box.h = STAGE_HEAD + inner + STAGE_PAD;
		if (even ? has_foot : at->failure.w != 0)
			at->box.h += STAGE_FOOT;
		x += at->box.w;
		place_inside(p, s);
		place_marks(at, s == first, y);
	}
	p->layout->width = larger(p->layout->width, x);
	return y + STAGE_HEAD + tallest + STAGE_PAD +
	       (has_foot ? STAGE_FOOT : 0);
}

struct layout *
layout_new(struct arena *arena, const struct drawing *drawing)
{
	const struct lowered *lowered = drawing->lowered;
	const uint32_t nstages = lowered->machine.nstages;
	struct layout *layout = arena_alloc(arena, sizeof *layout);
	const struct placing p = { arena, drawing, lowered, layout };
	const char *mode = drawing_mode(arena, lowered);
	uint32_t y = 0;
	uint32_t row = 0;
	uint32_t end;

	layout->stages = arena_array(arena, nstages, sizeof *layout->stages);
	layout->actions = arena_array(
	    arena, lowered->machine.nactions, sizeof *layout->actions);
	for (uint32_t s = 0; s < nstages; s++)
		measure_stage(&p, s);
	if (mode[0] != '\0') {
		layout->mode = (struct box){ STAGE_PAD, 0,
			on_grid(layout_text_width(mode, SMALL_SIZE)),
			MARK_HEIGHT };
		layout->width = layout->mode.x + layout->mode.w;
		y = MODE_HEAD;
	}
	const uint32_t width = even_width(&p);
	for (uint32_t s = 0; s < nstages; s = end, row++) {
		end = row_end(&p, s, width);
		for (uint32_t k = s; k < end; k++)
			layout->stages[k].row = row;
		y += row > 0 ? ROW_GAP : 0;
		y = place_row(&p, s, end, y);
	}
	if (drawing->marks != NULL) {
		y += CAPTION_GAP;
		layout->caption = (struct box){ 0, y,
			on_grid(layout_text_width(
			    drawing->marks->caption, SMALL_SIZE)),
			MARK_HEIGHT };
		layout->width = larger(layout->width, layout->caption.w);
		y += MARK_HEIGHT;
	}
	layout->height = y;
	return layout;
}
