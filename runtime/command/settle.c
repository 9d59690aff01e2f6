/*
 * `settle STAGE.ACTION succeeded|failed`: what became of an action whose
 * outcome nobody but a person can find out.
 */
#include <stdio.h>
#include <string.h>

#include "command.h"

static int
run_settle(struct call *call)
{
	char line[512];
	const char *verb = NULL;
	if (strcmp(call->operands[1], "succeeded") == 0)
		verb = "succeed";
	else if (strcmp(call->operands[1], "failed") == 0)
		verb = "fail";
	else
		return sw__call_usage(call,
		    "'%s' is neither 'succeeded' nor 'failed'",
		    call->operands[1]);
	if ((size_t)snprintf(line, sizeof line, "%s %s", verb,
		call->operands[0]) >= sizeof line)
		return sw__call_usage(call, "there is no such action");
	return sw__call_post(call, line, 0);
}

static const struct command_option options[] = {
	{ "--comment", "TEXT", "how you know" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_settle = {
	.name = "settle",
	.operands = "STAGE.ACTION RESULT",
	.min_operands = 2,
	.max_operands = 2,
	.summary = "decide an Unknown action: succeeded or failed",
	.options = options,
	.run = run_settle,
};
