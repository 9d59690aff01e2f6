/*
 * What somebody should look at, and the command that does something about it:
 * approvals that wait, outcomes that nobody knows, what failed, closed ways,
 * executions that wait. Input: stages of view.h; output: lines.
 */
#include <stdio.h>
#include <string.h>

#include "face_part.h"

static bool
has_status(const json_t *object, const char *status)
{
	return strcmp(sw__say_text(object, "status", ""), status) == 0;
}

static void
say_question(const struct sw_screen *screen, const json_t *action)
{
	const json_t *approval = json_object_get(action, "approval");
	const char *path = sw__say_text(action, "path", "?");
	const long long execution =
	    (long long)sw__say_number(approval, "execution");
	char due[32];
	char text[SW_SAY_MAX];

	sw__say_time(sw__say_number(approval, "due"), due, sizeof due);
	snprintf(text, sizeof text, "%s %s waits for a decision on #%lld: %s",
	    sw__screen_mark(screen, SW_MARK_ASKS), path, execution,
	    sw__say_text(approval, "text", ""));
	sw__face_line(screen, SW_INK_WAIT, 2, text);
	const char *token = sw__say_text(approval, "token", NULL);
	if (token != NULL) {
		sw__face_command(screen, "approve %s --token %s", path, token);
		sw__face_command(screen, "reject %s --token %s", path, token);
	} else {
		sw__face_command(screen, "approve %s %lld", path, execution);
		sw__face_command(screen, "reject %s %lld", path, execution);
	}
	snprintf(text, sizeof text, "until %.16s, then it is rejected", due);
	if (due[0] != '\0')
		sw__face_line(screen, SW_INK_FAINT, 6, text);
}

static void
say_failure(const struct sw_screen *screen, const json_t *action)
{
	const char *path = sw__say_text(action, "path", "?");
	char text[SW_SAY_MAX];

	snprintf(text, sizeof text, "%s %s %s",
	    sw__screen_mark(screen, SW_MARK_BAD), path,
	    sw__say_text(action, "reason",
		sw__say_status(sw__say_text(action, "status", NULL))));
	sw__face_line(screen, SW_INK_BAD, 2, text);
	if (json_is_string(json_object_get(action, "log")))
		sw__face_command(screen, "logs %s", path);
}

/* Nobody but a person can say how it ended. */
static void
say_doubt(
    const struct sw_screen *screen, const json_t *action, const char *whose)
{
	const char *path = sw__say_text(action, "path", "?");
	char text[SW_SAY_MAX];

	snprintf(text, sizeof text, "%s %s is unknown: %s",
	    sw__screen_mark(screen, SW_MARK_OTHER), path,
	    sw__say_text(action, "reason", "look at what it did"));
	sw__face_line(screen, SW_INK_BAD, 2, text);
	sw__face_command(screen, "settle %s succeeded%s", path, whose);
	sw__face_command(screen, "settle %s failed%s", path, whose);
}

/* "#8 waits until #7 leaves SignOff; behind it #9, #10" */
static void
say_queue(const json_t *stage, char *out, size_t size)
{
	const json_t *queue = json_object_get(stage, "queue");
	size_t length = (size_t)snprintf(out, size, "#%lld %s",
	    (long long)sw__say_number(stage, "waiting"),
	    sw__say_text(stage, "reason", "waits"));

	for (size_t i = 1; i < json_array_size(queue) && length < size; i++)
		length += (size_t)snprintf(out + length, size - length,
		    "%s#%lld", i == 1 ? "; behind it " : ", ",
		    (long long)json_integer_value(json_array_get(queue, i)));
}

static void
say_way(const struct sw_screen *screen, const json_t *stage)
{
	const bool is_open = json_is_true(json_object_get(stage, "open"));
	const long long waiting = (long long)sw__say_number(stage, "waiting");
	const char *name = sw__say_text(stage, "name", "?");
	char text[SW_SAY_MAX];

	if (waiting != 0)
		say_queue(stage, text, sizeof text);
	else
		snprintf(text, sizeof text, "the way into %s is closed", name);
	sw__face_line(screen, SW_INK_WAIT, 2, text);
	if (!is_open)
		sw__face_command(screen, "open %s", name);
}

void
sw__face_attention(
    const struct sw_screen *screen, const json_t *stages, bool is_parallel)
{
	bool is_first = true;
	size_t s;
	json_t *stage;

	json_array_foreach(stages, s, stage) {
		const json_t *actions = json_object_get(stage, "actions");
		const bool failed =
		    has_status(stage, "Failed") || has_status(stage, "Stopped");
		const bool special =
		    json_is_false(json_object_get(stage, "open")) ||
		    sw__say_number(stage, "waiting") != 0;
		char whose[48] = "";
		bool asks = false;
		size_t i;
		json_t *action;
		if (is_parallel)
			snprintf(whose, sizeof whose, " --execution %lld",
			    (long long)sw__say_number(stage, "execution"));
		json_array_foreach(actions, i, action)
			asks |= sw__say_asks(action) ||
				has_status(action, "Unknown");
		if ((asks || failed || special) && is_first) {
			putc('\n', screen->out);
			is_first = false;
		}
		json_array_foreach(actions, i, action) {
			if (sw__say_asks(action))
				say_question(screen, action);
			else if (failed && (has_status(action, "Failed") ||
					       has_status(action, "Unknown")))
				say_failure(screen, action);
			else if (has_status(action, "Unknown"))
				say_doubt(screen, action, whose);
		}
		if (failed)
			sw__face_command(screen, "retry %s%s",
			    sw__say_text(stage, "name", "?"), whose);
		if (special)
			say_way(screen, stage);
	}
}
