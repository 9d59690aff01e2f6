/*
 * Where text goes for people: what a terminal can show, and the marks that it
 * shows. On anything else than a terminal everything is plain lines.
 */
#ifndef COMMAND_SCREEN_H
#define COMMAND_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Narrower and wider terminals are treated as if they were these. */
#define SW_SCREEN_COLUMNS_MIN 40u
#define SW_SCREEN_COLUMNS_MAX 240u

struct sw_screen {
	FILE *out;
	const char *program; /* as it was called, for commands to type */
	const char *state;   /* the --state that it was given, or NULL */
	uint32_t columns;    /* 0: no terminal, plain lines */
	uint32_t rows;
	bool has_color;
	bool has_unicode;
};

/* How a piece of text looks. Marks and words say the same: colour helps. */
enum sw_ink {
	SW_INK_PLAIN,
	SW_INK_STRONG,
	SW_INK_FAINT,
	SW_INK_GOOD,
	SW_INK_GOING,
	SW_INK_WAIT,
	SW_INK_BAD,
	SW_NINKS
};

enum sw_mark {
	SW_MARK_NONE, /* not yet */
	SW_MARK_GOING,
	SW_MARK_GOOD,
	SW_MARK_BAD,
	SW_MARK_ASKS,
	SW_MARK_OTHER, /* stopped, abandoned, unknown */
	SW_MARK_DASH,
	SW_MARK_BAR,
	SW_MARK_UPPER_LEFT,
	SW_MARK_UPPER_RIGHT,
	SW_MARK_LOWER_LEFT,
	SW_MARK_LOWER_RIGHT,
	SW_MARK_ARROW,
	SW_MARK_SHUT_LEFT, /* on both sides of "closed" */
	SW_MARK_SHUT_RIGHT,
	SW_MARK_FIRST, /* of actions that run together */
	SW_MARK_MIDDLE,
	SW_MARK_LAST,
	SW_MARK_DOT,
	SW_MARK_CUT, /* at the end of a text that goes on */
	SW_NMARKS
};

/*
 * Looks at a stream: is it a terminal, how large, does it want colour
 * (https://no-color.org), does the locale's text have more than ASCII.
 */
void sw__screen_open(struct sw_screen *screen, FILE *out, const char *program);

/* The text of a mark on this screen: one column; static. */
const char *sw__screen_mark(const struct sw_screen *screen, enum sw_mark mark);
/* What switches an ink on, and what ends any; "" without colour; static. */
const char *sw__screen_ink(const struct sw_screen *screen, enum sw_ink ink);
const char *sw__screen_ink_end(const struct sw_screen *screen);

#endif
