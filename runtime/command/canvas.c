/*
 * Characters in a rectangle. Input: texts in UTF-8, places; output: lines on
 * the screen's stream. Knows what a character is, and nothing of pipelines.
 */
#include "canvas.h"

#include <assert.h>
#include <stdlib.h>

/* A character of two columns has a cell and then a cell that is FOLLOWS. */
#define FOLLOWS UINT32_MAX

struct cell {
	uint32_t character; /* code point; 0: blank */
	enum sw_ink ink;
};

struct sw_canvas {
	const struct sw_screen *screen;
	uint32_t columns;
	uint32_t rows;
	struct cell cells[];
};

struct sw_canvas *
sw__canvas_new(const struct sw_screen *screen, uint32_t columns, uint32_t rows)
{
	const size_t n = (size_t)columns * rows;
	struct sw_canvas *canvas =
	    calloc(1, sizeof *canvas + n * sizeof canvas->cells[0]);

	if (canvas == NULL)
		return NULL;
	canvas->screen = screen;
	canvas->columns = columns;
	canvas->rows = rows;
	return canvas;
}

void
sw__canvas_free(struct sw_canvas *canvas)
{
	free(canvas);
}

/* The next code point; what is no UTF-8 is U+FFFD, a byte at a time. */
static uint32_t
next_character(const char **text)
{
	const unsigned char *p = (const unsigned char *)*text;
	const unsigned more = p[0] >= 0xf0   ? 3
			      : p[0] >= 0xe0 ? 2
			      : p[0] >= 0xc0 ? 1
					     : 0;
	uint32_t c = more > 0 ? p[0] & (0x3fu >> more) : p[0];

	*text += 1;
	if (more == 0)
		return p[0] < 0x80 ? c : 0xfffd;
	for (unsigned i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0xfffd;
		c = c << 6 | (p[i] & 0x3fu);
	}
	*text += more;
	return c;
}

/* Controls, and characters that hide or turn a text around. */
static bool
is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* 0: it goes onto the character before it. The wide blocks of Unicode's
 * EastAsianWidth.txt, and combining marks, roughly. */
static uint32_t
columns_of(uint32_t c)
{
	if ((c >= 0x300 && c <= 0x36f) || (c >= 0xfe00 && c <= 0xfe0f))
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
	    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
	    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	    (c >= 0x1f300 && c <= 0x1f64f) || (c >= 0x1f900 && c <= 0x1f9ff) ||
	    (c >= 0x20000 && c <= 0x3fffd))
		return 2;
	return 1;
}

uint32_t
sw__canvas_width(const char *text)
{
	uint32_t width = 0;
	while (*text != '\0')
		width += columns_of(next_character(&text));
	return width;
}

static uint32_t
put_character(struct sw_canvas *canvas, uint32_t column, uint32_t row,
    uint32_t c, enum sw_ink ink)
{
	const uint32_t width = columns_of(c);
	struct cell *cell =
	    &canvas->cells[(size_t)row * canvas->columns + column];

	if (width == 0 || column + width > canvas->columns)
		return column;
	*cell = (struct cell){ is_hidden(c) ? ' ' : c, ink };
	if (width == 2)
		cell[1] = (struct cell){ FOLLOWS, ink };
	return column + width;
}

uint32_t
sw__canvas_put(struct sw_canvas *canvas, struct sw_pen pen, const char *text)
{
	const uint32_t width = sw__canvas_width(text);
	uint32_t end = pen.column + pen.room;

	if (pen.row >= canvas->rows || pen.room == 0)
		return pen.column;
	if (end > canvas->columns)
		end = canvas->columns;
	const bool is_cut = pen.column + width > end;
	while (*text != '\0') {
		const uint32_t c = next_character(&text);
		if (pen.column + columns_of(c) + (is_cut ? 1 : 0) > end)
			break;
		pen.column =
		    put_character(canvas, pen.column, pen.row, c, pen.ink);
	}
	if (is_cut && pen.column < end)
		pen.column = sw__canvas_mark(canvas, pen, SW_MARK_CUT, 1);
	return pen.column;
}

uint32_t
sw__canvas_mark(struct sw_canvas *canvas, struct sw_pen pen, enum sw_mark mark,
    uint32_t times)
{
	const char *text = sw__screen_mark(canvas->screen, mark);
	const uint32_t c = next_character(&text);

	if (pen.row >= canvas->rows)
		return pen.column;
	for (uint32_t i = 0; i < times && pen.column < canvas->columns; i++)
		pen.column =
		    put_character(canvas, pen.column, pen.row, c, pen.ink);
	return pen.column;
}

static void
print_character(FILE *out, uint32_t c, bool has_unicode)
{
	if (c >= 0x80 && !has_unicode) {
		putc('?', out);
	} else if (c < 0x80) {
		putc((int)c, out);
	} else if (c < 0x800) {
		putc((int)(0xc0 | c >> 6), out);
		putc((int)(0x80 | (c & 0x3f)), out);
	} else if (c < 0x10000) {
		putc((int)(0xe0 | c >> 12), out);
		putc((int)(0x80 | (c >> 6 & 0x3f)), out);
		putc((int)(0x80 | (c & 0x3f)), out);
	} else {
		putc((int)(0xf0 | c >> 18), out);
		putc((int)(0x80 | (c >> 12 & 0x3f)), out);
		putc((int)(0x80 | (c >> 6 & 0x3f)), out);
		putc((int)(0x80 | (c & 0x3f)), out);
	}
}

void
sw__canvas_text(FILE *out, const char *text)
{
	bool is_gap = false;

	while (*text != '\0') {
		const uint32_t c = next_character(&text);
		const bool is_blank = c == ' ' || is_hidden(c);
		if (is_hidden(c) && is_gap)
			continue;
		print_character(out, is_blank ? ' ' : c, true);
		is_gap = is_blank;
	}
}

/* A row up to its last character that is no blank. */
static void
print_row(const struct sw_canvas *canvas, uint32_t row)
{
	const struct sw_screen *screen = canvas->screen;
	const struct cell *cells =
	    &canvas->cells[(size_t)row * canvas->columns];
	enum sw_ink ink = SW_INK_PLAIN;
	uint32_t end = canvas->columns;

	while (end > 0 && (cells[end - 1].character == 0 ||
			      cells[end - 1].character == ' '))
		end--;
	for (uint32_t i = 0; i < end; i++) {
		const bool is_blank =
		    cells[i].character == 0 || cells[i].character == ' ';
		/* A blank looks the same in any ink. */
		const enum sw_ink wanted = is_blank ? ink : cells[i].ink;
		if (cells[i].character == FOLLOWS)
			continue;
		if (wanted != ink && ink != SW_INK_PLAIN)
			fputs(sw__screen_ink_end(screen), screen->out);
		if (wanted != ink)
			fputs(sw__screen_ink(screen, wanted), screen->out);
		ink = wanted;
		print_character(screen->out,
		    is_blank ? ' ' : cells[i].character, screen->has_unicode);
	}
	if (ink != SW_INK_PLAIN)
		fputs(sw__screen_ink_end(screen), screen->out);
	putc('\n', screen->out);
}

void
sw__canvas_print(const struct sw_canvas *canvas)
{
	for (uint32_t row = 0; row < canvas->rows; row++)
		print_row(canvas, row);
}
