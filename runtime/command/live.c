/*
 * Frames on a terminal. Input: documents of sw__view_show, time; output: each
 * frame over the one before it, in one write.
 */
#include "live.h"

#include <stdlib.h>
#include <string.h>

#include "face.h"

#define TICK_MS 1000

/* Lines of a frame that the terminal has room for, the cursor's own left out;
 * what is below is not shown. */
static uint32_t
count_lines(const char *frame, uint32_t rows)
{
	uint32_t lines = 0;
	for (const char *p = frame; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	return rows > 1 && lines > rows - 1 ? rows - 1 : lines;
}

/* ECMA-48: CUU moves up, EL clears the rest of a line, ED what is below. */
static void
put_frame(struct sw_live *live, const char *frame)
{
	const uint32_t lines = count_lines(frame, live->screen.rows);
	FILE *out = live->screen.out;

	if (live->lines > 0)
		fprintf(out, "\033[%uA", live->lines);
	putc('\r', out);
	for (uint32_t i = 0; i < lines; i++) {
		const size_t length = strcspn(frame, "\n");
		fprintf(out, "%.*s", (int)length, frame);
		fputs("\033[K\n", out);
		frame += length + 1;
	}
	fputs("\033[J", out);
	(void)fflush(out);
	live->lines = lines;
}

void
sw__live_draw(struct sw_live *live)
{
	char *frame = NULL;
	size_t size = 0;

	if (!live->is_open)
		return;
	json_t *show = live->show(live->payload);
	if (show == NULL)
		return;
	/* The terminal may have another size by now. */
	FILE *out = live->screen.out;
	struct sw_screen screen;
	sw__screen_open(&screen, out, live->screen.program);
	screen.state = live->screen.state;
	live->screen = screen;
	screen.out = open_memstream(&frame, &size);
	if (screen.out != NULL && screen.columns > 0) {
		sw__face_progress(&screen, show);
		(void)fclose(screen.out);
		/* NULL: there was no room; the next one may have some. */
		if (frame != NULL)
			put_frame(live, frame);
	} else if (screen.out != NULL) {
		(void)fclose(screen.out);
	}
	free(frame);
	json_decref(show);
}

static void
on_tick(uv_timer_t *timer)
{
	sw__live_draw(timer->data);
}

void
sw__live_open(struct sw_live *live, const struct sw_screen *screen,
    uv_loop_t *loop, json_t *(*show)(void *payload), void *payload)
{
	if (screen->columns == 0)
		return;
	live->screen = *screen;
	live->show = show;
	live->payload = payload;
	live->is_open = true;
	live->has_timer =
	    loop != NULL && uv_timer_init(loop, &live->timer) == 0;
	if (!live->has_timer)
		return;
	live->timer.data = live;
	if (uv_timer_start(&live->timer, on_tick, TICK_MS, TICK_MS) == 0)
		uv_unref((uv_handle_t *)&live->timer);
}

void
sw__live_close(struct sw_live *live)
{
	if (!live->is_open)
		return;
	sw__live_draw(live);
	if (live->has_timer)
		uv_close((uv_handle_t *)&live->timer, NULL);
	live->is_open = false;
}
