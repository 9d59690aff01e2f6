/* The `stagewright` command: finds the subcommand and hands over. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

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

int
command_usage(const struct command *command)
{
	fprintf(stderr, "usage: stagewright %s %s\n", command->name,
	    command->synopsis);
	return EXIT_USAGE;
}

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

/* The synopsis names every option: "[--json]", "-o FILE". */
static bool
has_option(const struct command *command, const char *option)
{
	const size_t length = strcspn(option, "=");
	const char *at = command->synopsis;

	for (; (at = strchr(at, '-')) != NULL; at += strcspn(at, " ]=|"))
		if (strncmp(at, option, length) == 0 &&
		    (at[length] == '\0' || strchr(" ]=|", at[length]) != NULL))
			return true;
	return false;
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

static int
run(const struct command *command, int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		printf("usage: stagewright %s %s\n\n%s; see stagewright(1)\n",
		    command->name, command->synopsis, command->summary);
		return EXIT_YES;
	}
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (argv[i][0] == '-' && argv[i][1] != '\0' &&
		    !has_option(command, argv[i])) {
			fprintf(stderr,
			    "stagewright: '%s' has no option '%s'\n",
			    command->name, argv[i]);
			return command_usage(command);
		}
	return command->run(argc, argv);
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
			return finish(run(commands[i], argc - 1, argv + 1));
	fprintf(stderr,
	    "stagewright: no command '%s'; stagewright --help lists them\n",
	    argv[1]);
	return EXIT_USAGE;
}
