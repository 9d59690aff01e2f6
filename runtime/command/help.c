/*
 * Help, from the table of commands. Input: a call; output: text that fits one
 * screen.
 */
#include "help.h"

#include <string.h>

void
sw__help_usage(FILE *out, const struct call *call)
{
	const struct command *command = call->command;
	fprintf(out, "usage: %s %s", call->program, command->name);
	if (command->options != NULL)
		fprintf(out, " [option]...");
	if (command->operands[0] != '\0')
		fprintf(out, " %s", command->operands);
	fprintf(out, "\n");
}

static const char once[] =
    "  --key KEY                  done once for this key, however often it is\n"
    "                             asked\n";
static const char places[] =
    "  --state DIR                where the state is; also STAGEWRIGHT_STATE\n"
    "                             (.stagewright/NAME in the current folder)\n"
    "  --json                     JSON on stdout\n";

static void
help_all(FILE *out, const struct call *call)
{
	fprintf(out,
	    "usage: %s COMMAND [option]... [operand]...\n"
	    "Releases through the pipeline '%s'.\n\n",
	    call->program, call->pipeline->name);
	for (int i = 0; sw__commands[i] != NULL; i++) {
		char left[64];
		snprintf(left, sizeof left, "%s %s", sw__commands[i]->name,
		    sw__commands[i]->operands);
		if (strlen(left) > SW_HELP_COLUMNS)
			fprintf(out, "  %s\n  %-*s %s\n", left, SW_HELP_COLUMNS,
			    "", sw__commands[i]->summary);
		else
			fprintf(out, "  %-*s %s\n", SW_HELP_COLUMNS, left,
			    sw__commands[i]->summary);
	}
	fprintf(out,
	    "\nof every command\n%s"
	    "  --help                     its options\n"
	    "  --version                  first: what this is\n\n"
	    "exit status: 0 succeeded; 1 failed, rejected or refused; 2 usage; "
	    "3 the system\nfailed; 4 it waits and was asked not to; 5 stopped "
	    "or superseded\n",
	    places);
}

void
sw__help(FILE *out, const struct call *call)
{
	if (call->command == NULL) {
		help_all(out, call);
		return;
	}
	sw__help_usage(out, call);
	fprintf(out, "%c%s.\n\n",
	    call->command->summary[0] >= 'a' && call->command->summary[0] <= 'z'
		? call->command->summary[0] - 'a' + 'A'
		: call->command->summary[0],
	    call->command->summary + 1);
	if (call->command->options != NULL)
		sw_options_print(out, call->command->options);
	if (call->command->changes)
		fputs(once, out);
	fputs(places, out);
}
