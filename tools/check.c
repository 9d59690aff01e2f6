/* stagewright check: is a model right, and if not, where and why. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/diagnostic.h"
#include "command.h"
#include "compilation.h"
#include "report.h"

const struct command command_check;

enum color {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
};

struct options {
	bool json;
	bool brief;
	bool no_allow;
	enum color color;
};

/* The index of the first model; 0: the command line is wrong. */
static int
parse_options(int argc, char **argv, struct options *options)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		if (strcmp(argv[i], "--json") == 0)
			options->json = true;
		else if (strcmp(argv[i], "--brief") == 0)
			options->brief = true;
		else if (strcmp(argv[i], "--no-allow") == 0)
			options->no_allow = true;
		else if ((strcmp(argv[i], "--policy") == 0 ||
			     strcmp(argv[i], "--lint") == 0) &&
			 i + 1 < argc)
			i++; /* read_files takes it */
		else if (strcmp(argv[i], "--color=auto") == 0)
			options->color = COLOR_AUTO;
		else if (strcmp(argv[i], "--color=always") == 0)
			options->color = COLOR_ALWAYS;
		else if (strcmp(argv[i], "--color=never") == 0)
			options->color = COLOR_NEVER;
		else
			return 0;
	}
	return i < argc ? i : 0;
}

/* Policies and levels: those of the options in front of the first model. */
static int
read_files(struct compilation *compilation, int first, char **argv)
{
	int status = EXIT_YES;

	for (int i = 1; i < first; i++)
		if ((strcmp(argv[i], "--policy") == 0 &&
			!compilation_policies(compilation, argv[++i])) ||
		    (strcmp(argv[i], "--lint") == 0 &&
			!compilation_lint(compilation, argv[++i])))
			status = EXIT_TROUBLE;
	if (status == EXIT_YES &&
	    diagnostics_count(compilation->diagnostics, SEVERITY_ERROR) > 0)
		status = EXIT_NO;
	return status;
}

static bool
is_among(const char *path, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], path) == 0)
			return true;
	return false;
}

static int
run(int argc, char **argv)
{
	struct options options = { .color = COLOR_AUTO };
	int first = parse_options(argc, argv, &options);
	struct compilation compilation;
	int status;

	if (first == 0)
		return command_usage(&command_check);
	compilation_init(&compilation);
	compilation.wants_scenarios = true;
	compilation.ignores_allows = options.no_allow;
	status = read_files(&compilation, first, argv);
	for (int i = first; i < argc; i++) {
		const char *model = compilation_model_of(&compilation, argv[i]);
		bool is_good;

		/* A file of scenarios whose model is to be checked as well. */
		if (model != argv[i] && is_among(model, argc, argv))
			continue;
		is_good = compilation_check(&compilation, model);
		if (compilation.file == 0)
			status = EXIT_TROUBLE;
		else if (!is_good && status == EXIT_YES)
			status = EXIT_NO;
	}
	if (options.json)
		diagnostics_print_json(compilation.diagnostics, stdout);
	else
		diagnostics_print(compilation.diagnostics, stdout,
		    (struct diagnostic_style){
			.color = options.color == COLOR_AUTO
				     ? report_wants_color(stdout)
				     : options.color == COLOR_ALWAYS,
			.brief = options.brief });
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("stagewright: cannot write");
		status = EXIT_TROUBLE;
	}
	compilation_release(&compilation);
	return status;
}

const struct command command_check = {
	.name = "check",
	.synopsis = "[--json] [--brief] [--color=auto|always|never] "
		    "[--no-allow] [--lint FILE|git:REVISION:PATH]... "
		    "[--policy FILE|git:REVISION:PATH]... MODEL...",
	.summary = "say what is wrong with a model, and where",
	.run = run,
};
