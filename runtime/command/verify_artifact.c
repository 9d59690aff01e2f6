/* `verify-artifact FILE|DIR`: is it what this pipeline made and signed? */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "canvas.h"
#include "command.h"
#include "provenance/verdict.h"

static int
read_ring(
    const struct call *call, struct sw_key_ring *ring, struct sw_error *err)
{
	struct sw_statedir dir;
	int at = 0;
	int rc = 0;
	for (const char *path; rc == 0 && (path = sw__call_next(call,
					       "--public-key", &at)) != NULL;)
		rc = sw__key_ring_add(ring, path, err);
	if (rc != 0 || ring->n != 0)
		return rc;
	if (sw__call_open(call, &dir, false, err) != 0) {
		sw__error_add(err, "; give the public key with --public-key");
		return err->code;
	}
	rc = sw__key_ring_add_state(ring, dir.path, err);
	sw__statedir_close(&dir);
	return rc;
}

/* "DIR/" has its bundle beside it, as "DIR" has. */
static const char *
bundle_of(const struct call *call, char path[PATH_MAX])
{
	const char *given = sw__call_option(call, "--bundle");
	const char *of = call->line.operands[0];
	size_t length = strlen(of);
	while (length > 1 && of[length - 1] == '/')
		length--;
	snprintf(path, PATH_MAX, "%.*s.intoto.jsonl", (int)length, of);
	return given == NULL ? path : given;
}

static const char *
text_in(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text == NULL ? "?" : text;
}

/* One line; what others wrote cannot look like a line of ours. */
__attribute__((format(printf, 1, 2))) static void
line(const char *format, ...)
{
	char text[SW_ERROR_TEXT_MAX];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	sw__canvas_text(stdout, text);
	putchar('\n');
}

static void
say(const struct call *call, const json_t *verdict)
{
	size_t i;
	const json_t *each;
	const bool is_yes = json_is_true(json_object_get(verdict, "verified"));
	line("%s: %s", call->line.operands[0],
	    is_yes ? "verified" : "not verified");
	if (is_yes)
		line("  artifact '%s' of %s in %s, %s",
		    text_in(verdict, "artifact"), text_in(verdict, "action"),
		    text_in(verdict, "invocation"),
		    text_in(verdict, "finishedOn"));
	json_array_foreach(json_object_get(verdict, "approvals"), i, each)
		line("  %s: %s by %s", text_in(each, "action"),
		    text_in(each, "decision"), text_in(each, "decidedBy"));
	json_array_foreach(json_object_get(verdict, "reasons"), i, each)
		line("  %s", json_string_value(each));
}

static int
run_verify_artifact(struct call *call)
{
	struct sw_error err;
	struct sw_key_ring ring = { .n = 0 };
	char path[PATH_MAX];
	if (read_ring(call, &ring, &err) != 0)
		return sw__call_failed(call, &err);
	json_t *verdict = sw__verdict(call->line.operands[0],
	    bundle_of(call, path), &ring, call->pipeline->name, &err);
	if (verdict == NULL)
		return sw__call_failed(call, &err);
	const int status = json_is_true(json_object_get(verdict, "verified"))
			       ? EXIT_YES
			       : EXIT_NO;
	if (call->is_json) {
		sw__call_print(verdict);
		return status;
	}
	say(call, verdict);
	json_decref(verdict);
	return status;
}

static const struct sw_option options[] = {
	{ "--bundle", "FILE", "its statements (FILE.intoto.jsonl)" },
	{ "--public-key", "FILE", "trust these public keys; may be repeated" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_verify_artifact = {
	.name = "verify-artifact",
	.operands = "FILE|DIR",
	.min_operands = 1,
	.max_operands = 1,
	.summary = "is it what was made and signed?",
	.options = options,
	.run = run_verify_artifact,
};
