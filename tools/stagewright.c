/* The `stagewright` command: finds the subcommand and hands over. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "command.h"

extern const struct command command_build;
extern const struct command command_check;
extern const struct command command_compile;
extern const struct command command_diff;
extern const struct command command_explain;
extern const struct command command_fmt;
extern const struct command command_graph;
extern const struct command command_review;
extern const struct command command_simulate;
extern const struct command command_verify;

const struct command *const commands[] = {
	&command_check,
	&command_diff,
	&command_review,
	&command_explain,
	&command_fmt,
	&command_simulate,
	&command_verify,
	&command_graph,
	&command_compile,
	&command_build,
	NULL,
};

static void
print_help(FILE *to)
{
	fputs("usage: stagewright COMMAND [ARGUMENT...]\n\n", to);
	for (int i = 0; commands[i] != NULL; i++)
		fprintf(to, "  %-10s %s\n", commands[i]->name,
		    commands[i]->summary);
	fputs("\nstagewright COMMAND --help says more; see also "
	      "stagewright(1).\n",
	    to);
}

static const struct sw_option common[] = {
	{ "--help", NULL, "print this" },
	{ NULL, NULL, NULL },
};

static void
print_command(const struct command *command)
{
	printf("usage: stagewright %s%s %s\n%c%s.\n\n", command->name,
	    command->options == NULL ? "" : " [OPTION]...", command->operands,
	    toupper((unsigned char)command->summary[0]), command->summary + 1);
	if (command->options != NULL)
		sw_options_print(stdout, command->options);
	sw_options_print(stdout, common);
	puts("\nsee also stagewright(1)");
}

/* What was printed is there, or the command has not done what it is for. */
static int
finish(int status)
{
	const bool is_lost = fflush(stdout) != 0 || ferror(stdout) != 0;

	if (!is_lost || status != EXIT_YES)
		return status;
	fprintf(stderr, "stagewright: cannot write standard output: %s\n",
	    strerror(errno));
	return EXIT_TROUBLE;
}

/* Runs a command whose command line fits it; otherwise says what is wrong. */
static int
judge_and_run(const struct call *call)
{
	const struct command *command = call->command;
	const int n = call->line.noperands;

	if (call_has(call, "--help")) {
		print_command(command);
		return EXIT_YES;
	}
	if (n < command->min_operands)
		return call_usage(call, "it wants %s", command->operands);
	if (command->max_operands != OPERANDS_ANY && n > command->max_operands)
		return call_usage(call, "'%s' is too much",
		    call->line.operands[command->max_operands]);
	return command->run(call);
}

static int
run(const struct command *command, int argc, char **argv)
{
	const struct sw_option *const tables[] = { common, command->options,
		NULL };
	struct call call = { .command = command };
	char problem[SW_COMMAND_LINE_PROBLEM];
	call.line.given =
	    check_memory(calloc((size_t)argc, sizeof *call.line.given));
	call.line.operands =
	    check_memory(calloc((size_t)argc, sizeof *call.line.operands));
	const int status = sw_command_line_read(
			       &call.line, tables, argc, argv, 2, problem) == 0
			       ? judge_and_run(&call)
			       : call_usage(&call, "%s", problem);
	free(call.line.given);
	free(call.line.operands);
	return status;
}

int
main(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return finish(EXIT_YES);
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("stagewright " STAGEWRIGHT_VERSION);
		return finish(EXIT_YES);
	}
	for (int i = 0; commands[i] != NULL; i++)
		if (strcmp(argv[1], commands[i]->name) == 0)
			return finish(run(commands[i], argc, argv));
	fprintf(stderr,
	    "stagewright: no command '%s'; stagewright --help lists them\n",
	    argv[1]);
	return EXIT_USAGE;
}
