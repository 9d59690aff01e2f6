/*
 * `override STAGE beforeEntry|onSuccess`: a condition whose rules run is taken
 * as passed; what runs of it is ended.
 */
#include <stdio.h>

#include "command.h"

static int
run_override(struct call *call)
{
	char line[512];
	if ((size_t)snprintf(line, sizeof line, "override %s %s",
		call->line.operands[0], call->line.operands[1]) >= sizeof line)
		return sw__call_usage(call, "there is no such condition");
	return sw__call_post(call, line, 0);
}

static const struct sw_option options[] = {
	{ "--comment", "TEXT", "why" },
	{ "--execution", "N", "whose it is, if that is not clear" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_override = {
	.name = "override",
	.operands = "STAGE beforeEntry|onSuccess",
	.min_operands = 2,
	.max_operands = 2,
	.summary = "go on although a condition has not passed",
	.options = options,
	.changes = true,
	.run = run_override,
};
