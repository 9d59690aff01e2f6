/*
 * The stages of a pipeline as boxes on a terminal: the drawing of `status`.
 * Input: the stages of view.h; output: lines on the screen. First every box is
 * measured, then they are set into rows, then drawn.
 */
#include <stdlib.h>
#include <string.h>

#include "face_part.h"

/* "│───▶│", and where something is to be said "│─┤ closed ├▶│" */
#define GAP 4u
#define GAP_WIDE 12u
#define BOX_MIN 16u

struct box {
	const json_t *stage;
	struct sw_say_line *lines;
	size_t nlines;
	uint32_t gap; /* in front of it */
	uint32_t width;
	uint32_t height;
	uint32_t column; /* of its left edge */
	uint32_t row;
	bool has_groups; /* actions that run together: a column of brackets */
	bool is_old;     /* an earlier execution was the last one here */
};

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* Do two lines below each other run at the same time? */
static bool
are_together(const struct box *box, size_t i, size_t k)
{
	if (k >= box->nlines || box->lines[i].action == NULL ||
	    box->lines[k].action == NULL)
		return false;
	return sw__say_number(box->lines[i].action, "runOrder") ==
		   sw__say_number(box->lines[k].action, "runOrder") &&
	       strcmp(sw__say_text(box->lines[i].action, "condition", ""),
		   sw__say_text(box->lines[k].action, "condition", "")) == 0;
}

/* The bracket beside the i-th line: NONE when it runs alone. */
static enum sw_mark
bracket(const struct box *box, size_t i)
{
	const bool above = i > 0 && are_together(box, i - 1, i);
	const bool below = are_together(box, i, i + 1);

	if (above && below)
		return SW_MARK_MIDDLE;
	if (above)
		return SW_MARK_LAST;
	return below ? SW_MARK_FIRST : SW_MARK_NONE;
}

static bool
is_special(const json_t *stage)
{
	return !json_is_true(json_object_get(stage, "open")) ||
	       sw__say_number(stage, "waiting") != 0;
}

/* " #7 ": who was the last one here, or passed it over; "" for nobody. */
static void
say_number(const json_t *stage, char *out, size_t size)
{
	const json_int_t n = sw__say_number(stage, "execution");

	out[0] = '\0';
	if (n != 0)
		snprintf(out, size, " %s#%lld ",
		    strcmp(sw__say_text(stage, "status", ""), "Skipped") == 0
			? "skipped "
			: "",
		    (long long)n);
}

static void
measure(struct box *box, const json_t *stage, bool is_first, json_int_t newest)
{
	const json_int_t execution = sw__say_number(stage, "execution");
	const char *environment = sw__say_text(stage, "environment", "");
	char number[32];
	say_number(stage, number, sizeof number);
	uint32_t inner = sw__canvas_width(sw__say_text(stage, "name", "?")) +
			 sw__canvas_width(number) + 6;

	box->stage = stage;
	box->is_old = execution != newest;
	box->gap = is_special(stage) ? GAP_WIDE : is_first ? 0 : GAP;
	box->height = (uint32_t)box->nlines + 2;
	for (size_t i = 0; i < box->nlines; i++) {
		const json_t *action = box->lines[i].action;
		char note[SW_SAY_MAX];
		if (action == NULL) {
			sw__say_condition(
			    box->lines[i].condition, note, sizeof note);
			inner = larger(inner, sw__canvas_width(note) + 3);
			continue;
		}
		sw__say_action(action, note, sizeof note);
		box->has_groups |= bracket(box, i) != SW_MARK_NONE;
		inner = larger(
		    inner, sw__canvas_width(sw__say_text(action, "name", "?")) +
			       sw__canvas_width(note) + 6);
	}
	inner = larger(inner, sw__canvas_width(environment) + 4);
	box->width = larger(BOX_MIN, inner + (box->has_groups ? 4 : 2));
}

/* Sets the boxes into rows; returns how many lines they take. */
static uint32_t
set(struct box *boxes, size_t n, uint32_t columns)
{
	uint32_t column = 0;
	uint32_t row = 0;
	uint32_t height = 0;

	for (size_t i = 0; i < n; i++) {
		struct box *box = &boxes[i];
		if (box->gap + box->width > columns)
			box->width = columns - box->gap;
		if (column > 0 && column + box->gap + box->width > columns) {
			row += height + 1;
			column = 0;
			height = 0;
		}
		box->column = column + box->gap;
		box->row = row;
		column = box->column + box->width;
		height = larger(height, box->height);
	}
	return row + height;
}

static enum sw_ink
border_ink(const struct box *box)
{
	const char *status = sw__say_text(box->stage, "status", NULL);
	const json_t *actions = json_object_get(box->stage, "actions");
	size_t i;
	json_t *action;

	json_array_foreach(actions, i, action)
		if (sw__say_asks(action))
			return SW_INK_WAIT;
	if (status == NULL || box->is_old || strcmp(status, "Succeeded") == 0)
		return SW_INK_FAINT;
	return sw__say_ink(status, false);
}

/* The upper edge with the stage's name and its execution, the lower one with
 * its environment, and the sides. */
static void
draw_border(struct sw_canvas *canvas, const struct box *box)
{
	const enum sw_ink ink = border_ink(box);
	const enum sw_ink name_ink = box->is_old ? SW_INK_PLAIN : SW_INK_STRONG;
	const uint32_t right = box->column + box->width - 1;
	const uint32_t bottom = box->row + box->height - 1;
	const char *environment = sw__say_text(box->stage, "environment", "");
	struct sw_pen pen = { box->column, box->row, box->width, ink };
	char number[32];

	pen.column = sw__canvas_mark(canvas, pen, SW_MARK_UPPER_LEFT, 1);
	sw__canvas_mark(canvas, pen, SW_MARK_DASH, box->width - 2);
	pen.column = right;
	sw__canvas_mark(canvas, pen, SW_MARK_UPPER_RIGHT, 1);
	say_number(box->stage, number, sizeof number);
	pen = (struct sw_pen){ box->column + 2, box->row, 1, ink };
	pen.column = sw__canvas_put(canvas, pen, " ");
	pen.ink = name_ink;
	pen.room = box->width - 6 - sw__canvas_width(number);
	pen.column =
	    sw__canvas_put(canvas, pen, sw__say_text(box->stage, "name", "?"));
	pen.room = 1;
	sw__canvas_put(canvas, pen, " ");
	pen.room = sw__canvas_width(number);
	pen.column = right - 1 - pen.room;
	pen.ink = ink;
	sw__canvas_put(canvas, pen, number);
	for (uint32_t row = box->row + 1; row < bottom; row++) {
		pen = (struct sw_pen){ box->column, row, 1, ink };
		sw__canvas_mark(canvas, pen, SW_MARK_BAR, 1);
		pen.column = right;
		sw__canvas_mark(canvas, pen, SW_MARK_BAR, 1);
	}
	pen = (struct sw_pen){ box->column, bottom, box->width, ink };
	pen.column = sw__canvas_mark(canvas, pen, SW_MARK_LOWER_LEFT, 1);
	sw__canvas_mark(canvas, pen, SW_MARK_DASH, box->width - 2);
	pen.column = right;
	sw__canvas_mark(canvas, pen, SW_MARK_LOWER_RIGHT, 1);
	if (environment[0] == '\0')
		return;
	pen.room = sw__canvas_width(environment);
	if (pen.room > box->width - 6)
		pen.room = box->width - 6;
	pen.column = right - 3 - pen.room;
	pen.ink =
	    strncmp(environment, "prod", 4) == 0 ? SW_INK_STRONG : SW_INK_PLAIN;
	const uint32_t end = pen.column + 1 + pen.room;
	sw__canvas_put(
	    canvas, (struct sw_pen){ pen.column, bottom, 1, ink }, " ");
	pen.column++;
	sw__canvas_put(canvas, pen, environment);
	sw__canvas_put(canvas, (struct sw_pen){ end, bottom, 1, ink }, " ");
}

/* The head of a condition, above its rules. */
static void
draw_condition(struct sw_canvas *canvas, const struct box *box, size_t i)
{
	char text[SW_SAY_MAX];

	sw__say_condition(box->lines[i].condition, text, sizeof text);
	sw__canvas_put(canvas,
	    (struct sw_pen){ box->column + 2, box->row + 1 + (uint32_t)i,
		box->width - 4, SW_INK_FAINT },
	    text);
}

static void
draw_action(struct sw_canvas *canvas, const struct box *box, size_t i)
{
	const json_t *action = box->lines[i].action;
	const char *status = sw__say_text(action, "status", NULL);
	const bool asks = sw__say_asks(action);
	const enum sw_ink ink = sw__say_ink(status, asks);
	const bool is_quiet =
	    status == NULL || strcmp(status, "Succeeded") == 0;
	const uint32_t right = box->column + box->width - 2;
	struct sw_pen pen = { box->column + 2, box->row + 1 + (uint32_t)i, 1,
		SW_INK_FAINT };
	char note[SW_SAY_MAX];

	sw__say_action(action, note, sizeof note);
	if (box->has_groups) {
		if (bracket(box, i) != SW_MARK_NONE)
			sw__canvas_mark(canvas, pen, bracket(box, i), 1);
		pen.column += 2;
	}
	pen.ink = box->is_old ? SW_INK_FAINT : ink;
	sw__canvas_mark(canvas, pen, sw__say_mark(status, asks), 1);
	pen.column += 2;
	pen.ink = status == NULL || box->is_old ? SW_INK_FAINT
		  : is_quiet                    ? SW_INK_PLAIN
						: SW_INK_STRONG;
	const uint32_t end = right - sw__canvas_width(note);
	pen.room = end > pen.column + 1 ? end - pen.column - 1 : 0;
	sw__canvas_put(canvas, pen, sw__say_text(action, "name", "?"));
	if (end <= pen.column)
		return;
	pen = (struct sw_pen){ end, pen.row, right - end,
		is_quiet ? SW_INK_FAINT : ink };
	sw__canvas_put(canvas, pen, note);
}

/* The way into a box: open or closed, and who waits there. */
static void
draw_gap(struct sw_canvas *canvas, const struct box *box)
{
	const bool is_open = json_is_true(json_object_get(box->stage, "open"));
	const json_int_t waiting = sw__say_number(box->stage, "waiting");
	struct sw_pen pen = { box->column - box->gap, box->row + 1, box->gap,
		is_open ? SW_INK_FAINT : SW_INK_WAIT };
	char text[40];

	if (box->gap == 0)
		return;
	sw__canvas_mark(canvas, pen, SW_MARK_DASH, box->gap - 1);
	pen.column = box->column - 1;
	sw__canvas_mark(canvas, pen, SW_MARK_ARROW, 1);
	if (!is_open) {
		pen.column = box->column - box->gap + 1;
		pen.column = sw__canvas_mark(canvas, pen, SW_MARK_SHUT_LEFT, 1);
		pen.column = sw__canvas_put(canvas, pen, " closed ");
		sw__canvas_mark(canvas, pen, SW_MARK_SHUT_RIGHT, 1);
	}
	if (waiting == 0)
		return;
	const size_t more =
	    json_array_size(json_object_get(box->stage, "queue"));
	if (more > 1)
		snprintf(text, sizeof text, "#%lld +%zu wait",
		    (long long)waiting, more - 1);
	else
		snprintf(text, sizeof text, "#%lld waits", (long long)waiting);
	pen = (struct sw_pen){ box->column - box->gap + 1, box->row + 2,
		box->gap - 2, SW_INK_WAIT };
	sw__canvas_put(canvas, pen, text);
}

/* The lines of all stages; false without memory. */
static bool
find_lines(struct box *boxes, const json_t *stages)
{
	for (size_t i = 0; i < json_array_size(stages); i++) {
		const json_t *stage = json_array_get(stages, i);
		const size_t max = sw__say_count(stage);
		boxes[i].lines = calloc(max + 1, sizeof *boxes[i].lines);
		if (boxes[i].lines == NULL)
			return false;
		boxes[i].nlines = sw__say_lines(stage, boxes[i].lines, max);
	}
	return true;
}

static void
draw_boxes(struct sw_canvas *canvas, const struct box *boxes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		draw_gap(canvas, &boxes[i]);
		draw_border(canvas, &boxes[i]);
		for (size_t k = 0; k < boxes[i].nlines; k++)
			if (boxes[i].lines[k].action == NULL)
				draw_condition(canvas, &boxes[i], k);
			else
				draw_action(canvas, &boxes[i], k);
	}
}

void
sw__face_boxes(
    const struct sw_screen *screen, const json_t *stages, json_int_t newest)
{
	const size_t n = json_array_size(stages);
	struct box *boxes = calloc(n > 0 ? n : 1, sizeof *boxes);

	if (boxes == NULL)
		return;
	if (find_lines(boxes, stages)) {
		for (size_t i = 0; i < n; i++)
			measure(&boxes[i], json_array_get(stages, i), i == 0,
			    newest);
		struct sw_canvas *canvas = sw__canvas_new(
		    screen, screen->columns, set(boxes, n, screen->columns));
		if (canvas != NULL) {
			draw_boxes(canvas, boxes, n);
			sw__canvas_print(canvas);
		}
		sw__canvas_free(canvas);
	}
	for (size_t i = 0; i < n; i++)
		free(boxes[i].lines);
	free(boxes);
}
