/*
 * One execution as a tree: what `run` redraws on a terminal while it goes on,
 * and what `show` prints. Input: a document of sw__view_show; output: lines.
 */
#include <stdlib.h>
#include <string.h>

#include "face_part.h"

/* Columns that names of actions take at least, so that notes stand below each
 * other. */
#define NAME_COLUMNS 22u

/* A mark, a name, a note at a column of its own. */
struct line {
	uint32_t indent;
	enum sw_mark mark;
	enum sw_ink ink;
	enum sw_ink name_ink;
	const char *name;
	const char *note;
	const char *more; /* fainter, behind the note */
};

static void
print_line(const struct sw_screen *screen, const struct line *line)
{
	const uint32_t columns =
	    screen->columns > 0 ? screen->columns : SW_SCREEN_COLUMNS_MAX;
	struct sw_canvas *canvas = sw__canvas_new(screen, columns, 1);
	struct sw_pen pen = { line->indent, 0, columns, line->ink };

	if (canvas == NULL)
		return;
	pen.column = sw__canvas_mark(canvas, pen, line->mark, 1) + 1;
	pen.ink = line->name_ink;
	pen.room = columns - pen.column;
	pen.column = sw__canvas_put(canvas, pen, line->name) + 2;
	if (pen.column < NAME_COLUMNS)
		pen.column = NAME_COLUMNS;
	pen.ink = line->ink;
	pen.room = columns > pen.column ? columns - pen.column : 0;
	if (line->note[0] != '\0')
		pen.column = sw__canvas_put(canvas, pen, line->note) + 2;
	pen.ink = SW_INK_FAINT;
	pen.room = columns > pen.column ? columns - pen.column : 0;
	sw__canvas_put(canvas, pen, line->more);
	sw__canvas_print(canvas);
	sw__canvas_free(canvas);
}

static const char *
action_more(const json_t *action)
{
	const json_t *approval = json_object_get(action, "approval");

	if (sw__say_asks(action))
		return sw__say_text(approval, "text", "");
	return sw__say_text(
	    action, "reason", sw__say_text(approval, "comment", ""));
}

static void
print_action(const struct sw_screen *screen, const json_t *action)
{
	const char *status = sw__say_text(action, "status", NULL);
	const bool asks = sw__say_asks(action);
	char note[SW_SAY_MAX];
	struct line line = { SW_FACE_INDENT, sw__say_mark(status, asks),
		sw__say_ink(status, asks), SW_INK_PLAIN,
		sw__say_text(action, "name", "?"), note, action_more(action) };

	sw__say_action(action, note, sizeof note);
	if (status == NULL)
		line.name_ink = SW_INK_FAINT;
	print_line(screen, &line);
}

/* Attempts before the last one. */
static uint32_t
print_attempts(const struct sw_screen *screen, const json_t *action)
{
	const json_t *attempts = json_object_get(action, "attempts");
	const size_t n = json_array_size(attempts);
	size_t i;
	json_t *attempt;

	json_array_foreach(attempts, i, attempt) {
		const char *status = sw__say_text(attempt, "status", NULL);
		char name[64];
		const struct line line = { 2 * SW_FACE_INDENT,
			sw__say_mark(status, false), sw__say_ink(status, false),
			SW_INK_FAINT, name, sw__say_status(status),
			sw__say_text(attempt, "reason", "") };
		if (i + 1 == n)
			break;
		snprintf(name, sizeof name, "attempt %lld",
		    (long long)sw__say_number(attempt, "number"));
		print_line(screen, &line);
	}
	return n > 0 ? (uint32_t)n - 1 : 0;
}

/* What the last attempt left behind: variables, artifacts by their hash. */
static uint32_t
print_results(const struct sw_screen *screen, const json_t *action)
{
	const json_t *attempts = json_object_get(action, "attempts");
	json_t *last = json_array_get(attempts, json_array_size(attempts) - 1);
	char text[SW_SAY_MAX];
	uint32_t lines = 0;
	const char *name;
	json_t *value;

	json_object_foreach(json_object_get(last, "variables"), name, value) {
		snprintf(text, sizeof text, "%s = %s", name,
		    json_string_value(value));
		sw__face_line(screen, SW_INK_FAINT, 2 * SW_FACE_INDENT, text);
		lines++;
	}
	json_object_foreach(json_object_get(last, "artifacts"), name, value) {
		snprintf(text, sizeof text, "artifact %s %.12s", name,
		    json_string_value(value));
		sw__face_line(screen, SW_INK_FAINT, 2 * SW_FACE_INDENT, text);
		lines++;
	}
	return lines;
}

/* Nothing of it needs to be looked at. */
static bool
is_quiet(const json_t *stage)
{
	const char *status = sw__say_text(stage, "status", NULL);
	return status == NULL || strcmp(status, "Succeeded") == 0;
}

static uint32_t
print_stage(const struct sw_screen *screen, const json_t *stage, bool brief)
{
	const char *status = sw__say_text(stage, "status", NULL);
	const char *environment = sw__say_text(stage, "environment", "");
	const size_t max = sw__say_count(stage);
	char note[SW_SAY_MAX] = "";
	struct line line = { 0, sw__say_mark(status, false),
		sw__say_ink(status, false), SW_INK_STRONG,
		sw__say_text(stage, "name", "?"), note, environment };
	uint32_t lines = 1;

	if (status != NULL && strcmp(status, "Skipped") == 0)
		snprintf(note, sizeof note, "%s", sw__say_status(status));
	else if (json_is_integer(json_object_get(stage, "duration_ms")) &&
		 status != NULL)
		sw__say_duration(
		    sw__say_number(stage, "duration_ms"), note, sizeof note);
	if (status == NULL)
		line.name_ink = SW_INK_FAINT;
	print_line(screen, &line);
	if (brief && is_quiet(stage))
		return lines;
	struct sw_say_line *all = calloc(max + 1, sizeof *all);
	const size_t n = all == NULL ? 0 : sw__say_lines(stage, all, max);
	for (size_t i = 0; i < n; i++) {
		const json_t *action = all[i].action;
		lines++;
		if (action == NULL) {
			sw__say_condition(all[i].condition, note, sizeof note);
			sw__face_line(
			    screen, SW_INK_FAINT, SW_FACE_INDENT - 2, note);
			continue;
		}
		print_action(screen, action);
		if (!brief)
			lines += print_attempts(screen, action) +
				 print_results(screen, action);
	}
	free(all);
	return lines;
}

uint32_t
sw__face_tree(const struct sw_screen *screen, const json_t *show, bool brief)
{
	const json_t *stages = json_object_get(show, "stages");
	uint32_t lines = 0;
	size_t i;
	json_t *stage;

	json_array_foreach(stages, i, stage)
		lines += print_stage(screen, stage, brief);
	return lines;
}
