/* `rollback STAGE [#N|latest]`: a stage again, as an earlier execution left it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

static int
run_rollback(struct call *call)
{
	char line[512];
	char target[16] = "latest";
	if (call->line.noperands > 1 &&
	    strcmp(call->line.operands[1], "latest") != 0) {
		const uint32_t n = sw__call_number(call->line.operands[1]);
		if (n == 0)
			return sw__call_usage(call,
			    "'%s' is no number of an execution",
			    call->line.operands[1]);
		snprintf(target, sizeof target, "#%" PRIu32, n);
	}
	if ((size_t)snprintf(line, sizeof line, "rollback %s %s",
		call->line.operands[0], target) >= sizeof line)
		return sw__call_usage(call, "there is no such stage");
	return sw__call_post(call, line, 0);
}

static const struct sw_option options[] = {
	{ "--comment", "TEXT", "why" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_rollback = {
	.name = "rollback",
	.operands = "STAGE [#N|latest]",
	.min_operands = 1,
	.max_operands = 2,
	.summary = "release again what #N had released in a stage",
	.options = options,
	.changes = true,
	.run = run_rollback,
};
