/*
 * `approve` and `reject`: a person's decision about what an approval asks.
 */
#include <stdio.h>

#include "command.h"

static int
decide(struct call *call, const char *verb)
{
	char line[512];
	uint32_t execution = 0;
	if (call->line.noperands > 1) {
		execution = sw__call_number(call->line.operands[1]);
		if (execution == 0)
			return sw__call_usage(call,
			    "'%s' is no number of an execution",
			    call->line.operands[1]);
	}
	if ((size_t)snprintf(line, sizeof line, "%s %s", verb,
		call->line.operands[0]) >= sizeof line)
		return sw__call_usage(call, "there is no such approval");
	return sw__call_post(call, line, execution);
}

static int
run_approve(struct call *call)
{
	return decide(call, "approve");
}

static int
run_reject(struct call *call)
{
	return decide(call, "reject");
}

static const struct sw_option options[] = {
	{ "--comment", "TEXT", "why; recorded with the decision" },
	{ "--token", "T", "answers the question of this token alone" },
	{ "--execution", "N", "whose it is, if that is not clear" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_approve = {
	.name = "approve",
	.operands = "STAGE.ACTION [#N]",
	.min_operands = 1,
	.max_operands = 2,
	.summary = "say yes to an approval (for #N alone)",
	.options = options,
	.changes = true,
	.run = run_approve,
};

const struct command sw__command_reject = {
	.name = "reject",
	.operands = "STAGE.ACTION [#N]",
	.min_operands = 1,
	.max_operands = 2,
	.summary = "say no to an approval (for #N alone)",
	.options = options,
	.changes = true,
	.run = run_reject,
};
