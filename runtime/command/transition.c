/* `open` and `close`: the transition into a stage. */
#include <stdio.h>

#include "command.h"

static int
post(struct call *call, const char *verb)
{
	char line[512];
	if ((size_t)snprintf(line, sizeof line, "%s %s", verb,
		call->line.operands[0]) >= sizeof line)
		return sw__call_usage(call, "there is no such stage");
	return sw__call_post(call, line, 0);
}

static int
run_open(struct call *call)
{
	return post(call, "open");
}

static int
run_close(struct call *call)
{
	return post(call, "close");
}

static const struct sw_option options[] = {
	{ "--comment", "TEXT", "why" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_open = {
	.name = "open",
	.operands = "STAGE",
	.min_operands = 1,
	.max_operands = 1,
	.summary = "let executions into a stage again",
	.options = options,
	.changes = true,
	.run = run_open,
};

const struct command sw__command_close = {
	.name = "close",
	.operands = "STAGE",
	.min_operands = 1,
	.max_operands = 1,
	.summary = "let nobody into a stage",
	.options = options,
	.changes = true,
	.run = run_close,
};
