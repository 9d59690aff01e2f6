/*
 * `settle STAGE.ACTION succeeded|failed`: what became of an action whose
 * outcome nobody but a person can find out.
 */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "machine/words.h"

static int
run_settle(struct call *call)
{
	char line[512];
	const char *verb = NULL;
	const struct sw_machine *machine = call->pipeline->machine;
	const int64_t action =
	    sw_words_find_action(machine, call->line.operands[0]);
	const bool is_rule = action >= 0 && machine->actions[action].category ==
						SW_CATEGORY_RULE;
	if (strcmp(call->line.operands[1], "succeeded") == 0)
		verb = is_rule ? "pass" : "succeed";
	else if (strcmp(call->line.operands[1], "failed") == 0)
		verb = "fail";
	else
		return sw__call_usage(call,
		    "'%s' is neither 'succeeded' nor 'failed'",
		    call->line.operands[1]);
	if ((size_t)snprintf(line, sizeof line, "%s %s", verb,
		call->line.operands[0]) >= sizeof line)
		return sw__call_usage(call, "there is no such action");
	return sw__call_post(call, line, 0);
}

static const struct sw_option options[] = {
	{ "--comment", "TEXT", "how you know" },
	{ "--execution", "N", "whose it is, if that is not clear" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_settle = {
	.name = "settle",
	.operands = "STAGE.ACTION RESULT",
	.min_operands = 2,
	.max_operands = 2,
	.summary = "decide what is Unknown: succeeded or failed",
	.options = options,
	.changes = true,
	.run = run_settle,
};
