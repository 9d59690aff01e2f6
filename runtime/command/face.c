/*
 * Documents as plain lines. Input: documents of view.h; output: text.
 */
#include "command/face.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

static const char *
text_of(const json_t *object, const char *name, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text == NULL ? otherwise : text;
}

static json_int_t
number_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static void
print_actions(FILE *out, const json_t *stage)
{
	size_t i;
	json_t *action;
	json_array_foreach(json_object_get(stage, "actions"), i, action)
	{
		const json_t *approval = json_object_get(action, "approval");
		fprintf(out, "    %-24s %-12s", text_of(action, "name", "?"),
		    text_of(action, "status", "-"));
		if (json_is_integer(json_object_get(action, "duration_ms")))
			fprintf(out, " %.1f s",
			    (double)number_of(action, "duration_ms") / 1000);
		if (text_of(action, "reason", NULL) != NULL)
			fprintf(out, "  %s", text_of(action, "reason", ""));
		else if (json_is_object(approval))
			fprintf(out, "  %s", text_of(approval, "text", ""));
		fprintf(out, "\n");
	}
}

static void
print_stages(FILE *out, const json_t *stages)
{
	size_t i;
	json_t *stage;
	json_array_foreach(stages, i, stage)
	{
		fprintf(out, "  %-26s %-12s", text_of(stage, "name", "?"),
		    text_of(stage, "status", "-"));
		if (number_of(stage, "execution") != 0)
			fprintf(out, " #%" JSON_INTEGER_FORMAT,
			    number_of(stage, "execution"));
		if (!json_is_true(json_object_get(stage, "open")))
			fprintf(out, " closed");
		if (number_of(stage, "waiting") != 0)
			fprintf(out, " #%" JSON_INTEGER_FORMAT " %s",
			    number_of(stage, "waiting"),
			    text_of(stage, "reason", "waits"));
		fprintf(out, "\n");
		print_actions(out, stage);
	}
}

static void
print_execution(FILE *out, const json_t *execution)
{
	char when[32] = "";
	const time_t started = (time_t)(number_of(execution, "started") / 1000);
	struct tm tm;
	if (localtime_r(&started, &tm) != NULL)
		strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm);
	fprintf(out, "#%-4" JSON_INTEGER_FORMAT " %-12s %s %8.1f s",
	    number_of(execution, "number"), text_of(execution, "status", "?"),
	    when, (double)number_of(execution, "duration_ms") / 1000);
	const json_t *revision =
	    json_array_get(json_object_get(execution, "revisions"), 0);
	if (revision != NULL)
		fprintf(out, "  %.7s %s", text_of(revision, "revision", ""),
		    text_of(revision, "summary", ""));
	if (text_of(execution, "reason", NULL) != NULL)
		fprintf(out, "  %s", text_of(execution, "reason", ""));
	fprintf(out, "\n");
}

static void
print_executions(FILE *out, const json_t *executions)
{
	size_t i;
	json_t *execution;
	json_array_foreach(executions, i, execution)
	    print_execution(out, execution);
}

void
sw__face_status(FILE *out, const json_t *status)
{
	fprintf(out, "%s\n", text_of(status, "pipeline", "?"));
	print_executions(out, json_object_get(status, "executions"));
	print_stages(out, json_object_get(status, "stages"));
}

void
sw__face_history(FILE *out, const json_t *history)
{
	print_executions(out, json_object_get(history, "executions"));
}

void
sw__face_show(FILE *out, const json_t *show)
{
	print_execution(out, json_object_get(show, "execution"));
	print_stages(out, json_object_get(show, "stages"));
}

void
sw__face_row(FILE *out, const json_t *row)
{
	char when[16] = "";
	const time_t seconds = (time_t)(number_of(row, "time") / 1000);
	struct tm tm;
	if (localtime_r(&seconds, &tm) != NULL)
		strftime(when, sizeof when, "%H:%M:%S", &tm);
	fprintf(out, "%s  %s\n", when, text_of(row, "text", ""));
	const char *number;
	json_t *status;
	json_object_foreach(json_object_get(row, "ended"), number, status)
	    fprintf(
		out, "%s  #%s %s\n", when, number, json_string_value(status));
	fflush(out);
}
