/*
 * Documents in words. Input: objects of view.h; output: short texts. Knows
 * nothing of where they are put.
 */
#include "say.h"

#include <string.h>
#include <time.h>

const char *
sw__say_text(const json_t *object, const char *name, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text == NULL ? otherwise : text;
}

json_int_t
sw__say_number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

void
sw__say_duration(json_int_t ms, char *out, size_t size)
{
	const long long s = ms / 1000;

	if (s < 10)
		snprintf(
		    out, size, "%lld.%llds", s, (long long)ms % 1000 / 100);
	else if (s < 60)
		snprintf(out, size, "%llds", s);
	else if (s < 3600)
		snprintf(out, size, "%lldm%02llds", s / 60, s % 60);
	else if (s < 86400)
		snprintf(out, size, "%lldh%02lldm", s / 3600, s / 60 % 60);
	else
		snprintf(out, size, "%lldd%lldh", s / 86400, s / 3600 % 24);
}

void
sw__say_time(json_int_t ms, char *out, size_t size)
{
	const time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	out[0] = '\0';
	if (localtime_r(&seconds, &tm) == NULL ||
	    strftime(out, size, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		out[0] = '\0';
}

/* Statuses of runtime/machine/words.h. */
static const struct status_face {
	const char *status;
	const char *words;
	enum sw_mark mark;
	enum sw_ink ink;
} faces[] = {
	{ "InProgress", "in progress", SW_MARK_GOING, SW_INK_GOING },
	{ "Stopping", "stopping", SW_MARK_GOING, SW_INK_WAIT },
	{ "Succeeded", "succeeded", SW_MARK_GOOD, SW_INK_GOOD },
	{ "Failed", "failed", SW_MARK_BAD, SW_INK_BAD },
	{ "Stopped", "stopped", SW_MARK_OTHER, SW_INK_WAIT },
	{ "Superseded", "superseded", SW_MARK_OTHER, SW_INK_FAINT },
	{ "Abandoned", "abandoned", SW_MARK_OTHER, SW_INK_WAIT },
	{ "Unknown", "unknown", SW_MARK_OTHER, SW_INK_BAD },
	{ "Skipped", "skipped", SW_MARK_OTHER, SW_INK_FAINT },
	{ "Pending", "waits for its turn", SW_MARK_NONE, SW_INK_WAIT },
};

static const struct status_face *
face_of(const char *status)
{
	static const struct status_face none = { "", "", SW_MARK_NONE,
		SW_INK_FAINT };

	for (size_t i = 0; status != NULL && i < sizeof faces / sizeof faces[0];
	     i++)
		if (strcmp(faces[i].status, status) == 0)
			return &faces[i];
	return &none;
}

const char *
sw__say_status(const char *status)
{
	return face_of(status)->words;
}

enum sw_mark
sw__say_mark(const char *status, bool asks)
{
	return asks ? SW_MARK_ASKS : face_of(status)->mark;
}

enum sw_ink
sw__say_ink(const char *status, bool asks)
{
	return asks ? SW_INK_WAIT : face_of(status)->ink;
}

bool
sw__say_asks(const json_t *action)
{
	return json_is_object(json_object_get(action, "approval")) &&
	       strcmp(sw__say_text(action, "status", ""), "InProgress") == 0;
}

static bool
is_approval(const json_t *action)
{
	return strcmp(sw__say_text(action, "category", ""), "Approval") == 0;
}

void
sw__say_action(const json_t *action, char *out, size_t size)
{
	const char *status = sw__say_text(action, "status", NULL);
	char took[32] = "";

	out[0] = '\0';
	if (status == NULL)
		return;
	if (json_is_integer(json_object_get(action, "duration_ms")))
		sw__say_duration(
		    sw__say_number(action, "duration_ms"), took, sizeof took);
	if (json_is_integer(json_object_get(action, "retryAt"))) {
		char when[32];
		sw__say_time(
		    sw__say_number(action, "retryAt"), when, sizeof when);
		snprintf(out, size, "failed, again at %s",
		    strchr(when, ' ') == NULL ? when : strchr(when, ' ') + 1);
	} else if (sw__say_asks(action))
		snprintf(out, size, "waits %s", took);
	else if (is_approval(action) && strcmp(status, "Succeeded") == 0)
		snprintf(out, size, "approved");
	else if (is_approval(action) && strcmp(status, "Failed") == 0)
		snprintf(out, size, "rejected");
	else if (strcmp(status, "InProgress") == 0)
		snprintf(out, size, "running %s", took);
	else if (strcmp(status, "Succeeded") == 0)
		snprintf(out, size, "%s", took);
	else
		snprintf(out, size, "%s", sw__say_status(status));
}

void
sw__say_condition(const json_t *condition, char *out, size_t size)
{
	static const char *const words[][3] = {
		{ "beforeEntry", "FAIL", "before entry, else fail" },
		{ "beforeEntry", "SKIP", "before entry, else skip" },
		{ "onSuccess", "FAIL", "on success, else fail" },
		{ "onSuccess", "ROLLBACK", "on success, else roll back" },
		{ "onFailure", "RETRY", "on failure, retry" },
		{ "onFailure", "ROLLBACK", "on failure, roll back" },
	};
	const char *name = sw__say_text(condition, "name", "?");
	const char *result = sw__say_text(condition, "result", "?");

	snprintf(out, size, "%s", name);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i][0], name) == 0 &&
		    strcmp(words[i][1], result) == 0)
			snprintf(out, size, "%s%s", words[i][2],
			    json_is_true(
				json_object_get(condition, "overridden"))
				? " (overridden)"
				: "");
}

size_t
sw__say_lines(const json_t *stage, struct sw_say_line *lines, size_t max)
{
	static const char *const parts[] = { "beforeEntry", NULL, "onSuccess",
		"onFailure" };
	const json_t *actions = json_object_get(stage, "actions");
	const json_t *conditions = json_object_get(stage, "conditions");
	size_t n = 0;
	size_t i;
	json_t *item;

	for (size_t part = 0; part < 4; part++) {
		json_array_foreach(conditions, i, item)
			if (n < max && parts[part] != NULL &&
			    strcmp(sw__say_text(item, "name", ""),
				parts[part]) == 0)
				lines[n++] = (struct sw_say_line){ NULL, item };
		json_array_foreach(actions, i, item) {
			const char *own = sw__say_text(item, "condition", NULL);
			if (n < max && (own == NULL) == (parts[part] == NULL) &&
			    (own == NULL || strcmp(own, parts[part]) == 0))
				lines[n++] = (struct sw_say_line){ item, NULL };
		}
	}
	return n;
}

size_t
sw__say_count(const json_t *stage)
{
	return json_array_size(json_object_get(stage, "actions")) +
	       json_array_size(json_object_get(stage, "conditions"));
}

void
sw__say_execution(const json_t *execution, char *out, size_t size)
{
	const char *status = sw__say_text(execution, "status", "");
	const char *at = sw__say_text(execution, "at", NULL);
	const bool waits = json_is_true(json_object_get(execution, "waits"));
	char took[32];

	sw__say_duration(
	    sw__say_number(execution, "duration_ms"), took, sizeof took);
	if (strcmp(status, "InProgress") != 0)
		snprintf(
		    out, size, "%s after %s", sw__say_status(status), took);
	else
		snprintf(out, size, "%s %s, %s so far",
		    waits ? "waits before" : "in", at == NULL ? "?" : at, took);
}

void
sw__say_revision(const json_t *execution, char *out, size_t size)
{
	const json_t *revision =
	    json_array_get(json_object_get(execution, "revisions"), 0);

	out[0] = '\0';
	if (revision != NULL)
		snprintf(out, size, "%.7s %s",
		    sw__say_text(revision, "revision", ""),
		    sw__say_text(revision, "summary", ""));
}

void
sw__say_trigger(const json_t *execution, char *out, size_t size)
{
	static const char *const prefixes[] = { "refs/heads/", "refs/tags/" };
	const json_t *trigger = json_object_get(execution, "trigger");
	const char *type = sw__say_text(trigger, "type", "");
	char target[48] = "";
	const char *detail = sw__say_text(trigger, "detail", "");
	/* Of a push the source is the one that saw it: no news. */
	const char *by =
	    strcmp(type, "Manual") == 0 || strcmp(type, "ManualRollback") == 0
		? sw__say_text(trigger, "by", "")
		: "";

	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if (strncmp(detail, prefixes[i], strlen(prefixes[i])) == 0)
			detail += strlen(prefixes[i]);
	if (sw__say_number(execution, "target") != 0)
		snprintf(target, sizeof target, "back to #%lld%s",
		    (long long)sw__say_number(execution, "target"),
		    detail[0] != '\0' || by[0] != '\0' ? ", " : "");
	snprintf(out, size, "%s%s%s%s%s", target, detail,
	    detail[0] != '\0' && by[0] != '\0' ? ", " : "",
	    by[0] != '\0' ? "by " : "", by);
}
