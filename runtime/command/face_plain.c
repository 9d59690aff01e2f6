/*
 * Documents as plain lines, for pipes and logs: one fact a line, never cut.
 * Input: documents of view.h; output: text.
 */
#include <string.h>

#include "face_part.h"

/* What somebody wrote, behind two blanks. */
static void
print_words(FILE *out, const char *words)
{
	fprintf(out, "  ");
	sw__canvas_text(out, words);
}

/* Of `show` alone: each attempt but the last, and what that one left behind. */
static void
print_attempts(FILE *out, const json_t *action)
{
	const json_t *attempts = json_object_get(action, "attempts");
	const size_t n = json_array_size(attempts);
	const json_t *last = json_array_get(attempts, n - 1);
	const char *name;
	json_t *value;

	for (size_t i = 0; i + 1 < n; i++) {
		const json_t *attempt = json_array_get(attempts, i);
		fprintf(out, "      attempt %-14" JSON_INTEGER_FORMAT " %-12s",
		    sw__say_number(attempt, "number"),
		    sw__say_text(attempt, "status", "-"));
		print_words(out, sw__say_text(attempt, "reason", ""));
		fprintf(out, "\n");
	}
	json_object_foreach(json_object_get(last, "variables"), name, value) {
		fprintf(out, "      %s = ", name);
		sw__canvas_text(out, json_string_value(value));
		fprintf(out, "\n");
	}
	json_object_foreach(json_object_get(last, "artifacts"), name, value) {
		fprintf(out, "      artifact %s %s\n", name,
		    json_string_value(value));
	}
}

static void
print_actions(FILE *out, const json_t *stage)
{
	size_t i;
	json_t *action;
	json_array_foreach(json_object_get(stage, "actions"), i, action) {
		const json_t *approval = json_object_get(action, "approval");
		fprintf(out, "    %-24s %-12s",
		    sw__say_text(action, "name", "?"),
		    sw__say_text(action, "status", "-"));
		if (json_is_integer(json_object_get(action, "duration_ms"))) {
			char took[32];
			sw__say_duration(sw__say_number(action, "duration_ms"),
			    took, sizeof took);
			fprintf(out, " %s", took);
		}
		if (json_is_integer(json_object_get(action, "retryAt"))) {
			char note[SW_SAY_MAX];
			sw__say_action(action, note, sizeof note);
			fprintf(out, "  %s:", note);
		}
		if (sw__say_text(action, "reason", NULL) != NULL)
			print_words(out, sw__say_text(action, "reason", ""));
		else if (json_is_object(approval))
			print_words(out, sw__say_text(approval, "text", ""));
		fprintf(out, "\n");
		print_attempts(out, action);
	}
}

/* Who waits behind the first. */
static void
print_queue(FILE *out, const json_t *queue)
{
	for (size_t i = 1; i < json_array_size(queue); i++)
		fprintf(out, "%s#%" JSON_INTEGER_FORMAT,
		    i == 1 ? "; behind it " : ", ",
		    json_integer_value(json_array_get(queue, i)));
}

static void
print_stages(FILE *out, const json_t *stages)
{
	size_t i;
	json_t *stage;
	json_array_foreach(stages, i, stage) {
		fprintf(out, "  %-26s %-12s", sw__say_text(stage, "name", "?"),
		    sw__say_text(stage, "status", "-"));
		if (sw__say_number(stage, "execution") != 0)
			fprintf(out, " #%" JSON_INTEGER_FORMAT,
			    sw__say_number(stage, "execution"));
		if (!json_is_true(json_object_get(stage, "open")))
			fprintf(out, " closed");
		if (sw__say_number(stage, "waiting") != 0) {
			fprintf(out, " #%" JSON_INTEGER_FORMAT " ",
			    sw__say_number(stage, "waiting"));
			sw__canvas_text(
			    out, sw__say_text(stage, "reason", "waits"));
			print_queue(out, json_object_get(stage, "queue"));
		}
		fprintf(out, "\n");
		print_actions(out, stage);
	}
}

static void
print_execution(FILE *out, const json_t *execution)
{
	char when[32];
	char took[32];
	sw__say_time(sw__say_number(execution, "started"), when, sizeof when);
	sw__say_duration(
	    sw__say_number(execution, "duration_ms"), took, sizeof took);
	fprintf(out, "#%-4" JSON_INTEGER_FORMAT " %-12s %s %8s",
	    sw__say_number(execution, "number"),
	    sw__say_text(execution, "status", "?"), when, took);
	const json_t *revision =
	    json_array_get(json_object_get(execution, "revisions"), 0);
	if (revision != NULL) {
		fprintf(out, "  %.7s ", sw__say_text(revision, "revision", ""));
		sw__canvas_text(out, sw__say_text(revision, "summary", ""));
	}
	if (sw__say_number(execution, "target") != 0) {
		char text[SW_SAY_MAX];
		sw__say_trigger(execution, text, sizeof text);
		print_words(out, text);
	}
	if (sw__say_text(execution, "reason", NULL) != NULL)
		print_words(out, sw__say_text(execution, "reason", ""));
	fprintf(out, "\n");
}

static void
print_executions(FILE *out, const json_t *executions)
{
	size_t i;
	json_t *execution;
	json_array_foreach(executions, i, execution) {
		print_execution(out, execution);
	}
}

void
sw__face_plain_status(FILE *out, const json_t *status)
{
	fprintf(out, "%s\n", sw__say_text(status, "pipeline", "?"));
	const json_t *executions = json_object_get(status, "executions");
	size_t i;
	json_t *execution;
	/* PARALLEL: each has the stages for itself. */
	const bool is_own =
	    json_object_get(json_array_get(executions, 0), "stages") != NULL;
	if (!is_own) {
		print_executions(out, executions);
		print_stages(out, json_object_get(status, "stages"));
		return;
	}
	json_array_foreach(executions, i, execution) {
		print_execution(out, execution);
		print_stages(out, json_object_get(execution, "stages"));
	}
}

void
sw__face_plain_history(FILE *out, const json_t *history)
{
	print_executions(out, json_object_get(history, "executions"));
}

void
sw__face_plain_show(FILE *out, const json_t *show)
{
	print_execution(out, json_object_get(show, "execution"));
	print_stages(out, json_object_get(show, "stages"));
}
