/* stagewright simulate: steps a pipeline's machine, one event a line. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "compilation.h"
#include "lower/lower.h"
#include "report.h"
#include "simulate/simulate.h"

const struct command command_simulate;

struct options {
	const char *model;
	const char *events;
	enum simulate_format format;
};

/* False: the command line is wrong. */
static bool
read_options(struct options *options, int argc, char **argv)
{
	*options = (struct options){ .format = SIMULATE_TEXT };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			options->format = SIMULATE_JSON;
		else if (strcmp(argv[i], "--events") == 0 && i + 1 < argc)
			options->events = argv[++i];
		else if ((argv[i][0] == '-' && argv[i][1] != '\0') ||
			 options->model != NULL)
			return false;
		else
			options->model = argv[i];
	}
	return options->model != NULL && options->events != NULL;
}

static FILE *
open_events(const char *path)
{
	if (strcmp(path, "-") == 0)
		return stdin;
	FILE *events = fopen(path, "r");
	if (events == NULL)
		fprintf(stderr, "stagewright: cannot read '%s': %s\n", path,
		    strerror(errno));
	return events;
}

static int
step_through(const struct compilation *c, const struct options *options)
{
	FILE *events = open_events(options->events);
	if (events == NULL)
		return EXIT_TROUBLE;
	struct simulate_problem problem;
	const int failed = simulate(
	    &c->lowered->machine, events, stdout, options->format, &problem);
	if (failed < 0 && problem.line > 0)
		fprintf(stderr, "%s:%lu: error: %s\n",
		    events == stdin ? "<stdin>" : options->events, problem.line,
		    problem.what);
	else if (failed < 0)
		fprintf(stderr, "stagewright: %s\n", problem.what);
	if (events != stdin)
		(void)fclose(events);
	return failed < 0 ? EXIT_TROUBLE : EXIT_YES;
}

static int
run(int argc, char **argv)
{
	struct options options;
	if (!read_options(&options, argc, argv))
		return command_usage(&command_simulate);
	struct compilation c;
	compilation_init(&c);
	int status = report_lowered(&c, options.model, true);
	if (status == EXIT_YES)
		status = step_through(&c, &options);
	compilation_release(&c);
	return status;
}

const struct command command_simulate = {
	.name = "simulate",
	.synopsis = "MODEL --events FILE|- [--json]",
	.summary = "step a pipeline's machine through events",
	.run = run,
};
