/*
 * stagewright simulate: plays the scenarios of a model, or steps its machine
 * through a list of events.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/text.h"
#include "command.h"
#include "compilation.h"
#include "draw/drawing.h"
#include "draw/emit_svg.h"
#include "lower/lower.h"
#include "model/model.h"
#include "report.h"
#include "simulate/coverage.h"
#include "simulate/interactive.h"
#include "simulate/scenario_report.h"
#include "simulate/simulate.h"
#include "whole_file.h"

/* Columns of a terminal that are made use of. */
#define COLUMNS_MAX 1000

struct options {
	const char *model;
	const char *events;
	const char **names; /* --scenario, as often as it is given */
	size_t nnames;
	const char **files; /* --scenarios, as often as it is given */
	size_t nfiles;
	bool json;
	bool coverage;
	const char *drawing; /* of the coverage */
	unsigned least;      /* per cent of ways that are to be exercised */
	bool interactive;
};

/* All values of an option that may be repeated. */
static const char **
read_all(
    const struct call *call, const char *option, struct arena *arena, size_t *n)
{
	const char **all =
	    arena_array(arena, (size_t)call->line.ngiven + 1, sizeof *all);
	int at = 0;

	for (*n = 0; (all[*n] = call_next(call, option, &at)) != NULL;)
		++*n;
	return all;
}

/* EXIT_YES; or EXIT_USAGE, and said: the command line is wrong. */
static int
read_options(
    struct options *options, struct arena *arena, const struct call *call)
{
	unsigned long least = 0;

	*options = (struct options){ .model = call->line.operands[0],
		.events = call_option(call, "--events"),
		.json = call_has(call, "--json"),
		.coverage = call_has(call, "--coverage") ||
			    call_has(call, "--fail-under"),
		.drawing = call_option(call, "-o"),
		.interactive = call_has(call, "-i") };
	options->names = read_all(call, "--scenario", arena, &options->nnames);
	options->files = read_all(call, "--scenarios", arena, &options->nfiles);
	if (!call_number(call, "--fail-under", 100, &least))
		return EXIT_USAGE;
	options->least = (unsigned)least;
	const bool plays =
	    options->nnames > 0 || options->nfiles > 0 || options->coverage;
	if (plays + (options->events != NULL) + options->interactive > 1)
		return call_usage(
		    call, "scenarios, --events or -i: one of the three");
	if (options->drawing != NULL && !options->coverage)
		return call_usage(call, "-o draws --coverage; say that, too");
	if (options->interactive && options->json)
		return call_usage(
		    call, "-i is for people, --json for programs");
	return EXIT_YES;
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
	const int failed = simulate(&c->lowered->machine, events, stdout,
	    options->json ? SIMULATE_JSON : SIMULATE_TEXT, &problem);
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

static const struct scenario *
find_scenario(const struct model *model, const char *name)
{
	for (size_t i = 0; i < model->scenarios.n; i++)
		if (strcmp(model->scenarios.items[i].name.text, name) == 0)
			return &model->scenarios.items[i];
	return NULL;
}

/* False, and said: a scenario that is asked for is not there. */
static bool
has_scenarios(const struct compilation *c, const struct options *options)
{
	const struct scenarios *all = &c->model->scenarios;
	const char **names = arena_array(c->arena, all->n + 1, sizeof(char *));

	for (size_t i = 0; i < all->n; i++)
		names[i] = all->items[i].name.text;
	for (size_t i = 0; i < options->nnames; i++) {
		const char *name = options->names[i];
		const char *meant;

		if (find_scenario(c->model, name) != NULL)
			continue;
		meant = did_you_mean(name, names, all->n);
		fprintf(stderr, "stagewright: no scenario '%s'", name);
		if (meant != NULL)
			fprintf(stderr, "; did you mean '%s'?", meant);
		fputc('\n', stderr);
		return false;
	}
	return true;
}

static int
complain_of_none(const struct compilation *c, const struct options *options)
{
	const char *beside = compilation_beside(c, options->model);

	fprintf(stderr,
	    "stagewright: '%s' has no <scenario>; write one there%s%s%s, give "
	    "a file with --scenarios, or events with --events\n",
	    options->model, beside != NULL ? " or into '" : "",
	    beside != NULL ? beside : "", beside != NULL ? "'" : "");
	return EXIT_NO;
}

static void
print_tally(const struct compilation *c, const struct scenario_tally *tally)
{
	if (c->beside != NULL)
		printf("with %s: ", c->beside);
	printf("%zu scenario%s, %lu event%s, ", tally->played,
	    tally->played == 1 ? "" : "s", tally->events,
	    tally->events == 1 ? "" : "s");
	if (tally->failed == 0)
		printf("all as told\n");
	else
		printf("%zu failed\n", tally->failed);
}

/* The pipeline's drawing with what no scenario went through. */
struct coverage_picture {
	const struct compilation *c;
	struct svg_notes notes;
};

static void
emit_coverage(const void *self, struct text *text)
{
	const struct coverage_picture *picture = self;

	emit_svg_notes(text, picture->c->arena,
	    &(struct drawing){ .lowered = picture->c->lowered },
	    &picture->notes);
}

static int
draw_coverage(const struct compilation *c, const struct coverage *coverage,
    const char *path)
{
	const struct sw_machine *machine = &c->lowered->machine;
	const char **stages =
	    arena_array(c->arena, machine->nstages, sizeof(char *));
	const char **actions =
	    arena_array(c->arena, machine->nactions, sizeof(char *));
	const struct coverage_picture picture = { c,
		{ stages, actions, coverage_summary(coverage) } };

	for (uint32_t i = 0; i < machine->nstages; i++)
		stages[i] = coverage_of_stage(coverage, i);
	for (uint32_t i = 0; i < machine->nactions; i++)
		actions[i] = coverage_of_action(coverage, i);
	if (whole_file_text(
		strcmp(path, "-") == 0 ? NULL : path, emit_coverage, &picture))
		return EXIT_YES;
	fprintf(stderr, "stagewright: cannot write '%s': %s\n", path,
	    strerror(errno));
	return EXIT_TROUBLE;
}

/* Is as much exercised as is asked for? Said, if it is not. */
static bool
covers_enough(const struct coverage *coverage, unsigned least)
{
	struct coverage_share share;

	if (coverage == NULL || least == 0)
		return true;
	share = coverage_share(coverage);
	if (share.paths_exercised * 100 >= share.paths * least)
		return true;
	fprintf(stderr,
	    "stagewright: less than %u %% of the ways are exercised\n", least);
	return false;
}

static int
play_scenarios(const struct compilation *c, const struct options *options)
{
	struct scenario_tally tally;
	const struct scenario_options how = {
		.json = options->json,
		.names = options->names,
		.nnames = options->nnames,
		.coverage = options->coverage
				? coverage_new(c->arena, c->lowered)
				: NULL,
	};

	if (!has_scenarios(c, options))
		return EXIT_USAGE;
	if (c->model->scenarios.n == 0)
		return complain_of_none(c, options);
	if (!scenarios_play(c->model, &c->lowered->machine, c->sources, &how,
		stdout, &tally)) {
		perror("stagewright: cannot write");
		return EXIT_TROUBLE;
	}
	if (!options->json)
		print_tally(c, &tally);
	if (options->drawing != NULL &&
	    draw_coverage(c, how.coverage, options->drawing) != EXIT_YES)
		return EXIT_TROUBLE;
	return tally.failed == 0 && covers_enough(how.coverage, options->least)
		   ? EXIT_YES
		   : EXIT_NO;
}

/* Columns of the terminal; 80 where nobody says. */
static unsigned
count_columns(void)
{
	const char *columns = getenv("COLUMNS");
	const long asked = columns != NULL ? strtol(columns, NULL, 10) : 0;
	struct winsize size;

	if (asked > 0 && asked <= COLUMNS_MAX)
		return (unsigned)asked;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

/* The text of the locale is UTF-8; the program's own locale stays as it is. */
static bool
has_unicode(void)
{
	const locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool is_utf8;

	if (locale == (locale_t)0)
		return false;
	is_utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	freelocale(locale);
	return is_utf8;
}

static int
step_by_hand(const struct compilation *c)
{
	const bool is_terminal = isatty(STDIN_FILENO) != 0;
	const struct interactive io = {
		.in = stdin,
		.out = stdout,
		.prompts = is_terminal,
		.style = {
			.color = report_wants_color(stdout),
			.unicode = has_unicode(),
			.columns = count_columns(),
		},
	};

	if (interactive(&c->lowered->machine, &io))
		return EXIT_YES;
	perror("stagewright: cannot write");
	return EXIT_TROUBLE;
}

static int
simulate_model(struct compilation *c, const struct options *options)
{
	c->wants_scenarios = options->events == NULL && !options->interactive;
	c->scenario_paths = options->files;
	c->nscenario_paths = options->nfiles;
	const int status = report_lowered(c, options->model, USE_MACHINE);
	if (status != EXIT_YES)
		return status;
	if (options->interactive)
		return step_by_hand(c);
	return options->events != NULL ? step_through(c, options)
				       : play_scenarios(c, options);
}

static int
run(const struct call *call)
{
	struct options options;
	struct compilation c;
	compilation_init(&c);
	int status = read_options(&options, c.arena, call);
	if (status == EXIT_YES)
		status = simulate_model(&c, &options);
	compilation_release(&c);
	return status;
}

static const struct sw_option options[] = {
	{ "--scenarios", "FILE", "more scenarios, also of other files" },
	{ "--scenario", "NAME", "this one only" },
	{ "--coverage", NULL, "what no scenario has exercised" },
	{ "-o", "SVG", "of --coverage: a drawing" },
	{ "--fail-under", "N", "of --coverage: fail below N per cent" },
	{ "--events", "FILE|-", "no scenarios: a step for each line" },
	{ "-i", NULL, "no scenarios: step by hand" },
	{ "--json", NULL, "print JSON" },
	{ NULL, NULL, NULL },
};

const struct command command_simulate = {
	.name = "simulate",
	.operands = "MODEL",
	.min_operands = 1,
	.max_operands = 1,
	.summary = "play scenarios, or step a pipeline through events",
	.options = options,
	.run = run,
};
