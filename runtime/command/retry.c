/* `retry STAGE`: a failed or stopped stage again. */
#include <stdio.h>

#include "command.h"

static int
run_retry(struct call *call)
{
	char line[512];
	if ((size_t)snprintf(line, sizeof line, "retry %s%s",
		call->line.operands[0],
		sw__call_option(call, "--all") != NULL ? " all" : "") >=
	    sizeof line)
		return sw__call_usage(call, "there is no such stage");
	return sw__call_post(call, line, 0);
}

static const struct sw_option options[] = {
	{ "--all", NULL, "all its actions, not only those that failed" },
	{ "--comment", "TEXT", "why" },
	{ "--execution", "N", "whose it is, if that is not clear" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_retry = {
	.name = "retry",
	.operands = "STAGE",
	.min_operands = 1,
	.max_operands = 1,
	.summary = "run the failed actions of a stage again",
	.options = options,
	.changes = true,
	.run = run_retry,
};
