/*
 * The faces: which form a document takes on which screen, and the plain one.
 * Input: documents of view.h; output: text.
 */
#include "face.h"

#include <stdarg.h>
#include <string.h>

#include "face_part.h"

void
sw__face_line(const struct sw_screen *screen, enum sw_ink ink, uint32_t indent,
    const char *text)
{
	const uint32_t width = indent + sw__canvas_width(text);
	const uint32_t columns = screen->columns > 0 && width > screen->columns
				     ? screen->columns
				     : width;
	struct sw_canvas *canvas = sw__canvas_new(screen, columns, 1);

	if (canvas == NULL)
		return;
	sw__canvas_put(
	    canvas, (struct sw_pen){ indent, 0, columns - indent, ink }, text);
	sw__canvas_print(canvas);
	sw__canvas_free(canvas);
}

void
sw__face_command(const struct sw_screen *screen, const char *format, ...)
{
	char text[SW_SAY_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	fprintf(screen->out, "      %s %s%s%s\n", screen->program, text,
	    screen->state != NULL ? " --state " : "",
	    screen->state != NULL ? screen->state : "");
}

/* "#7  in Staging, 12s since its start  5fca3b1 Fix the cart  main, by a" */
static void
print_execution(const struct sw_screen *screen, const json_t *execution)
{
	const char *status = sw__say_text(execution, "status", NULL);
	const uint32_t columns = screen->columns;
	struct sw_canvas *canvas = sw__canvas_new(screen, columns, 1);
	struct sw_pen pen = { 0, 0, columns, sw__say_ink(status, false) };
	char text[SW_SAY_MAX];

	if (canvas == NULL)
		return;
	if (json_is_true(json_object_get(execution, "waits")))
		pen.ink = SW_INK_WAIT;
	pen.column =
	    sw__canvas_mark(canvas, pen, sw__say_mark(status, false), 1) + 1;
	pen.room = columns - pen.column;
	snprintf(text, sizeof text, "#%lld ",
	    (long long)sw__say_number(execution, "number"));
	pen.column = sw__canvas_put(canvas, pen, text);
	pen.room = columns - pen.column;
	sw__say_execution(execution, text, sizeof text);
	pen.column = sw__canvas_put(canvas, pen, text) + 2;
	pen.ink = SW_INK_PLAIN;
	pen.room = columns > pen.column ? columns - pen.column : 0;
	sw__say_revision(execution, text, sizeof text);
	pen.column = sw__canvas_put(canvas, pen, text) + 2;
	pen.ink = SW_INK_FAINT;
	pen.room = columns > pen.column ? columns - pen.column : 0;
	sw__say_trigger(execution, text, sizeof text);
	sw__canvas_put(canvas, pen, text);
	sw__canvas_print(canvas);
	sw__canvas_free(canvas);
}

void
sw__face_head(const struct sw_screen *screen, const char *pipeline,
    const json_t *executions)
{
	size_t i;
	json_t *execution;

	sw__face_line(screen, SW_INK_STRONG, 0, pipeline);
	if (executions != NULL && json_array_size(executions) == 0) {
		sw__face_line(
		    screen, SW_INK_FAINT, 0, "nothing has been released yet");
		sw__face_command(screen, "run");
	}
	json_array_foreach(executions, i, execution) {
		print_execution(screen, execution);
	}
}

/* What an execution waits for, if it does. */
static void
print_wait(const struct sw_screen *screen, const json_t *execution)
{
	char text[SW_SAY_MAX];

	if (!json_is_true(json_object_get(execution, "waits")))
		return;
	snprintf(text, sizeof text, "#%lld %s",
	    (long long)sw__say_number(execution, "number"),
	    sw__say_text(execution, "reason", "waits"));
	putc('\n', screen->out);
	sw__face_line(screen, SW_INK_WAIT, 2, text);
}

static json_int_t
newest_of(const json_t *executions)
{
	return sw__say_number(json_array_get(executions, 0), "number");
}

/* An execution goes on, but no process carries it. */
static bool
is_orphaned(const json_t *status)
{
	size_t i;
	json_t *execution;

	if (!json_is_null(json_object_get(status, "owner")))
		return false;
	json_array_foreach(
	    json_object_get(status, "executions"), i, execution) {
		if (json_is_null(json_object_get(execution, "ended")))
			return true;
	}
	return false;
}

static bool
is_parallel(const json_t *document)
{
	return strcmp(sw__say_text(document, "mode", ""), "PARALLEL") == 0;
}

/* PARALLEL: each execution has the stages for itself. */
static void
print_parallel(const struct sw_screen *screen, const json_t *status)
{
	const json_t *executions = json_object_get(status, "executions");
	size_t i;
	json_t *execution;

	sw__face_head(screen, sw__say_text(status, "pipeline", "?"),
	    json_array_size(executions) == 0 ? executions : NULL);
	if (json_array_size(executions) == 0)
		sw__face_boxes(screen, json_object_get(status, "stages"), 0);
	json_array_foreach(executions, i, execution) {
		const json_t *stages = json_object_get(execution, "stages");
		putc('\n', screen->out);
		print_execution(screen, execution);
		sw__face_boxes(
		    screen, stages, sw__say_number(execution, "number"));
		sw__face_attention(screen, stages, true);
	}
}

void
sw__face_status(const struct sw_screen *screen, const json_t *status)
{
	const json_t *executions = json_object_get(status, "executions");
	const json_t *stages = json_object_get(status, "stages");

	if (screen->columns == 0) {
		sw__face_plain_status(screen->out, status);
		return;
	}
	if (is_parallel(status)) {
		print_parallel(screen, status);
	} else {
		sw__face_head(
		    screen, sw__say_text(status, "pipeline", "?"), executions);
		putc('\n', screen->out);
		sw__face_boxes(screen, stages, newest_of(executions));
		sw__face_attention(screen, stages, false);
	}
	if (is_orphaned(status)) {
		sw__face_line(screen, SW_INK_WAIT, 2,
		    "no process carries it on; what runs goes on alone");
		sw__face_command(screen, "run --resume");
	}
}

void
sw__face_show(const struct sw_screen *screen, const json_t *show)
{
	const json_t *execution = json_object_get(show, "execution");

	if (screen->columns == 0) {
		sw__face_plain_show(screen->out, show);
		return;
	}
	sw__face_line(
	    screen, SW_INK_STRONG, 0, sw__say_text(show, "pipeline", "?"));
	print_execution(screen, execution);
	putc('\n', screen->out);
	sw__face_tree(screen, show, false);
	print_wait(screen, execution);
	sw__face_attention(
	    screen, json_object_get(show, "stages"), is_parallel(show));
}

void
sw__face_progress(const struct sw_screen *screen, const json_t *show)
{
	const json_t *execution = json_object_get(show, "execution");

	print_execution(screen, execution);
	sw__face_tree(screen, show, true);
	print_wait(screen, execution);
	sw__face_attention(
	    screen, json_object_get(show, "stages"), is_parallel(show));
}

/* "arrive.waits Staging #3": what happened to whom, beside what the row says. */
static void
print_news(FILE *out, const char *when, const json_t *rules)
{
	static const char *const news[][3] = {
		{ "arrive.waits ", "waits before ", "" },
		{ "rollback.started ", "rolls ", " back" },
		{ "rollback.no-target ", "has nothing to roll ", " back to" },
		{ "stage.skipped ", "passes ", " over" },
		{ "stage.retries ", "tries ", " again" },
	};
	size_t i;
	json_t *rule;

	json_array_foreach(rules, i, rule) {
		const char *text = json_string_value(rule);
		const char *number = text == NULL ? NULL : strrchr(text, ' ');
		for (size_t k = 0;
		     number != NULL && k < sizeof news / sizeof news[0]; k++) {
			const size_t n = strlen(news[k][0]);
			if (strncmp(text, news[k][0], n) != 0)
				continue;
			fprintf(out, "%s  %s %s%.*s%s\n", when, number + 1,
			    news[k][1],
			    number > text + n ? (int)(number - text - (long)n)
					      : 0,
			    text + n, news[k][2]);
		}
	}
}

void
sw__face_row(const struct sw_screen *screen, const json_t *row)
{
	FILE *out = screen->out;
	char text[32];
	/* The time of day alone, behind the date. */
	sw__say_time(sw__say_number(row, "time"), text, sizeof text);
	const char *when =
	    strchr(text, ' ') != NULL ? strchr(text, ' ') + 1 : text;
	fprintf(out, "%s  ", when);
	sw__canvas_text(out, sw__say_text(row, "text", ""));
	putc('\n', out);
	print_news(out, when, json_object_get(row, "rules"));
	const char *number;
	json_t *status;
	json_object_foreach(json_object_get(row, "ended"), number, status) {
		fprintf(out, "%s  #%s %s\n", when, number,
		    json_string_value(status));
	}
	(void)fflush(out);
}

void
sw__face_ways_on(const struct sw_screen *screen, const json_t *row)
{
	const char *kind = sw__say_text(row, "kind", "");
	const char *action = sw__say_text(row, "action", "?");

	const char *token = sw__say_text(row, "token", NULL);

	if (strcmp(kind, "ask") == 0) {
		const char *option = token == NULL ? "" : " --token ";
		token = token == NULL ? "" : token;
		sw__face_command(
		    screen, "approve %s%s%s", action, option, token);
		sw__face_command(
		    screen, "reject %s%s%s", action, option, token);
	} else if (strcmp(kind, "unknown") == 0) {
		sw__face_command(
		    screen, "settle %s succeeded | failed", action);
	}
	(void)fflush(screen->out);
}
