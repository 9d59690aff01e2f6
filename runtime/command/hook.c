/* `hook hint`: tells the owner that a source may have changed. */
#include <string.h>

#include "command/command.h"

static int
run_hook(struct call *call)
{
	struct sw_error err;
	if (strcmp(call->operands[0], "hint") != 0)
		return sw__call_usage(
		    call, "'hook' knows no '%s'", call->operands[0]);
	json_t *document =
	    sw__call_ask(call, json_pack("{s:s}", "verb", "hint"), false, &err);
	if (document == NULL)
		return sw__call_failed(call, &err);
	if (call->is_json)
		return sw__call_print(document);
	json_decref(document);
	return EXIT_YES;
}

const struct command sw__command_hook = {
	.name = "hook",
	.operands = "hint",
	.min_operands = 1,
	.max_operands = 2,
	.summary = "tell `serve` that a source has changed",
	.run = run_hook,
};
