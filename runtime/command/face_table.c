/*
 * Executions as a table on a terminal: `history`. Input: a document of view.h;
 * output: lines, columns as wide as what is in them.
 */
#include <string.h>

#include "face_part.h"

enum {
	NUMBER,
	STATUS,
	STARTED,
	TOOK,
	REVISION,
	TRIGGER,
	NCOLUMNS
};

static const char *const titles[NCOLUMNS] = { "#", "status", "started", "took",
	"revision", "started for" };

/* The text of a cell. */
static void
say_cell(const json_t *execution, int column, char *out, size_t size)
{
	out[0] = '\0';
	switch (column) {
	case NUMBER:
		snprintf(out, size, "#%lld",
		    (long long)sw__say_number(execution, "number"));
		return;
	case STATUS:
		snprintf(out, size, "%s",
		    sw__say_status(sw__say_text(execution, "status", NULL)));
		return;
	case STARTED:
		sw__say_time(sw__say_number(execution, "started"), out, size);
		return;
	case TOOK:
		sw__say_duration(
		    sw__say_number(execution, "duration_ms"), out, size);
		return;
	case REVISION:
		sw__say_revision(execution, out, size);
		return;
	default:
		sw__say_trigger(execution, out, size);
	}
}

/* The reason of one that did not succeed, below its row. */
static void
print_reason(
    const struct sw_screen *screen, const json_t *execution, uint32_t indent)
{
	const char *reason = sw__say_text(execution, "reason", NULL);

	if (reason != NULL)
		sw__face_line(screen, SW_INK_FAINT, indent, reason);
}

static void
print_row(const struct sw_screen *screen, const uint32_t *widths,
    const json_t *execution)
{
	const char *status = sw__say_text(execution, "status", NULL);
	struct sw_canvas *canvas = sw__canvas_new(screen, screen->columns, 1);
	struct sw_pen pen = { 0, 0, 1, sw__say_ink(status, false) };
	uint32_t column = 2;

	if (canvas == NULL)
		return;
	if (execution != NULL)
		sw__canvas_mark(canvas, pen, sw__say_mark(status, false), 1);
	for (int i = 0; i < NCOLUMNS && column < screen->columns; i++) {
		char text[SW_SAY_MAX];
		if (execution != NULL)
			say_cell(execution, i, text, sizeof text);
		else
			snprintf(text, sizeof text, "%s", titles[i]);
		pen = (struct sw_pen){ column, 0, screen->columns - column,
			execution == NULL ? SW_INK_FAINT
			: i == STATUS     ? sw__say_ink(status, false)
			: i == TRIGGER    ? SW_INK_FAINT
					  : SW_INK_PLAIN };
		if (pen.room > widths[i])
			pen.room = widths[i];
		sw__canvas_put(canvas, pen, text);
		column += widths[i] + 2;
	}
	sw__canvas_print(canvas);
	sw__canvas_free(canvas);
}

void
sw__face_history(const struct sw_screen *screen, const json_t *history)
{
	const json_t *executions = json_object_get(history, "executions");
	uint32_t widths[NCOLUMNS];
	size_t i;
	json_t *execution;

	if (screen->columns == 0) {
		sw__face_plain_history(screen->out, history);
		return;
	}
	for (int c = 0; c < NCOLUMNS; c++)
		widths[c] = sw__canvas_width(titles[c]);
	json_array_foreach(executions, i, execution) {
		for (int c = 0; c < NCOLUMNS; c++) {
			char text[SW_SAY_MAX];
			say_cell(execution, c, text, sizeof text);
			const uint32_t width = sw__canvas_width(text);
			widths[c] = width > widths[c] ? width : widths[c];
		}
	}
	/* The message of a commit leaves room for what the row began with. */
	if (widths[REVISION] > screen->columns / 3)
		widths[REVISION] = screen->columns / 3;
	print_row(screen, widths, NULL);
	json_array_foreach(executions, i, execution) {
		print_row(screen, widths, execution);
		print_reason(screen, execution, widths[NUMBER] + 4);
	}
}
