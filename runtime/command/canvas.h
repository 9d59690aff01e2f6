/*
 * A rectangle of characters to draw on, then to print: texts are put at a
 * column and a row, in an ink, and cut where the room ends. What does not fit
 * is not drawn.
 */
#ifndef COMMAND_CANVAS_H
#define COMMAND_CANVAS_H

#include "screen.h"

struct sw_canvas;

/* NULL when memory is out. Freed with sw__canvas_free; the screen is borrowed
 * until then. */
struct sw_canvas *sw__canvas_new(
    const struct sw_screen *screen, uint32_t columns, uint32_t rows);
void sw__canvas_free(struct sw_canvas *canvas);

/* Columns that a text takes on this screen. */
uint32_t sw__canvas_width(const char *text);

struct sw_pen {
	uint32_t column;
	uint32_t row;
	uint32_t room; /* columns that may be used */
	enum sw_ink ink;
};

/* Returns the column behind what was put. Controls are shown as blanks. */
uint32_t sw__canvas_put(
    struct sw_canvas *canvas, struct sw_pen pen, const char *text);
/* A mark, so many times from left to right. */
uint32_t sw__canvas_mark(struct sw_canvas *canvas, struct sw_pen pen,
    enum sw_mark mark, uint32_t times);

/* A text on its line as it is, controls and line ends as blanks: what people
 * write into commits must not look like lines of ours. */
void sw__canvas_text(FILE *out, const char *text);

/* Prints all rows, without blanks at their ends. */
void sw__canvas_print(const struct sw_canvas *canvas);

#endif
