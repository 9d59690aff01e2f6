/* `stop #N`: let what runs end, or abandon it. */
#include <inttypes.h>
#include <stdio.h>

#include "command.h"

static int
run_stop(struct call *call)
{
	char line[64];
	const uint32_t n = sw__call_number(call->line.operands[0]);
	if (n == 0)
		return sw__call_usage(call, "'%s' is no number of an execution",
		    call->line.operands[0]);
	snprintf(line, sizeof line, "%s #%" PRIu32,
	    sw__call_option(call, "--abandon") != NULL ? "abandon" : "stop", n);
	return sw__call_post(call, line, 0);
}

static const struct sw_option options[] = {
	{ "--abandon", NULL, "end what runs, do not wait for it" },
	{ "--comment", "TEXT", "why" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_stop = {
	.name = "stop",
	.operands = "#N",
	.min_operands = 1,
	.max_operands = 1,
	.summary = "stop an execution",
	.options = options,
	.changes = true,
	.run = run_stop,
};
