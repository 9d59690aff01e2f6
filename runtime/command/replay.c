/* `replay`: every state again from the journal, compared. */
#include <stdio.h>

#include "command.h"

static int
run_replay(struct call *call)
{
	struct sw_error err;
	json_t *document = sw__call_ask(
	    call, json_pack("{s:s}", "verb", "replay"), false, &err);
	if (document == NULL)
		return sw__call_failed(call, &err);
	if (call->is_json)
		return sw__call_print(document);
	printf("%" JSON_INTEGER_FORMAT
	       " rows: every state is the one that was recorded\n",
	    json_integer_value(json_object_get(document, "rows")));
	json_decref(document);
	return EXIT_YES;
}

const struct command sw__command_replay = {
	.name = "replay",
	.operands = "",
	.summary = "compute every state again and compare",
	.run = run_replay,
};
