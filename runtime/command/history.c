/* `history`: the executions, newest first. */
#include "command.h"
#include "face.h"

static int
run_history(struct call *call)
{
	struct sw_error err;
	const char *text = sw__call_option(call, "--limit");
	json_t *request = json_pack("{s:s}", "verb", "history");
	if (text != NULL) {
		const uint32_t limit = sw__call_number(text);
		if (limit == 0) {
			json_decref(request);
			return sw__call_usage(
			    call, "'%s' is no number from 1", text);
		}
		json_object_set_new(
		    request, "limit", json_integer((json_int_t)limit));
	}
	json_t *history = sw__call_ask(call, request, false, &err);
	if (history == NULL)
		return sw__call_failed(call, &err);
	if (call->is_json)
		return sw__call_print(history);
	struct sw_screen screen;
	sw__call_screen(call, &screen);
	sw__face_history(&screen, history);
	json_decref(history);
	return EXIT_YES;
}

static const struct sw_option options[] = {
	{ "--limit", "N", "list so many (20)" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_history = {
	.name = "history",
	.operands = "",
	.summary = "the executions, newest first",
	.options = options,
	.run = run_history,
};
