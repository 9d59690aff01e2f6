/*
 * What goes on, redrawn in place on a terminal: after each change, and each
 * second while nothing changes, since times go on. Elsewhere it stays closed
 * and draws nothing.
 */
#ifndef COMMAND_LIVE_H
#define COMMAND_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>
#include <uv.h>

#include "screen.h"

struct sw_live {
	struct sw_screen screen;
	uv_timer_t timer;
	json_t *(*show)(void *payload);
	void *payload;
	uint32_t lines; /* that stand on the terminal */
	bool has_timer;
	bool is_open;
};

/*
 * `show` makes a document of sw__view_show, which is drawn and let go; NULL:
 * there is nothing to draw. Without a loop (NULL) time alone draws nothing.
 * The loop is borrowed until the handle of the timer
 * has closed behind sw__live_close. *live must be zero and not move.
 */
void sw__live_open(struct sw_live *live, const struct sw_screen *screen,
    uv_loop_t *loop, json_t *(*show)(void *payload), void *payload);
/* Draws, if it is open. */
void sw__live_draw(struct sw_live *live);
/* What was drawn last stays. Closed or not. */
void sw__live_close(struct sw_live *live);

#endif
