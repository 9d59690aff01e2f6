/* stagewright check: is a model right, and if not, where and why. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/diagnostic.h"
#include "command.h"
#include "compilation.h"
#include "forms.h"
#include "report.h"
#include "report/report.h"

const struct command command_check;

enum color {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/* From which severity on findings are a failure; in order of --fail-on. */
enum fail_on {
	FAIL_ON_ERROR,
	FAIL_ON_WARNING,
	FAIL_ON_NOTE,
	FAIL_NEVER,
};

struct options {
	struct forms forms;
	enum fail_on fail_on;
	bool brief;
	bool no_allow;
	enum color color;
};

static bool
read_fail_on(struct options *options, const char *word)
{
	static const char *const words[] = { [FAIL_ON_ERROR] = "error",
		[FAIL_ON_WARNING] = "warning",
		[FAIL_ON_NOTE] = "note",
		[FAIL_NEVER] = "never" };

	for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], word) == 0) {
			options->fail_on = (enum fail_on)i;
			return true;
		}
	fprintf(stderr,
	    "stagewright: no '--fail-on %s'; there are error, warning, note "
	    "and never\n",
	    word);
	return false;
}

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
		bool is_good = true;
		if (strcmp(argv[i], "--json") == 0)
			is_good = forms_add(&options->forms, "json");
		else if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
			is_good = forms_add(&options->forms, argv[++i]);
		else if (strcmp(argv[i], "--fail-on") == 0 && i + 1 < argc)
			is_good = read_fail_on(options, argv[++i]);
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
		if (!is_good)
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

/* What is printed, and how. */
struct printing {
	const struct compilation *compilation;
	const struct options *options;
};

static void
print_text(const void *self, FILE *to)
{
	const struct printing *p = self;
	const enum color color = p->options->color;

	diagnostics_print(p->compilation->diagnostics, to,
	    (struct diagnostic_style){ .color = color == COLOR_AUTO
						    ? report_wants_color(to)
						    : color == COLOR_ALWAYS,
		.brief = p->options->brief });
}

static void
print_json(const void *self, FILE *to)
{
	const struct printing *p = self;

	diagnostics_print_json(p->compilation->diagnostics, to);
}

static bool
write_outputs(const struct compilation *c, const struct options *options)
{
	const struct printing printing = { c, options };
	struct report *report = report_new(c->arena, c->sources, "check");

	report_diagnostics(report, c->diagnostics);
	report_name_findings(report);
	return forms_write(&options->forms, report,
	    &(struct forms_own){ print_text, print_json, &printing });
}

/* Another status for findings than whether there are errors. */
static int
fail_on(const struct compilation *c, enum fail_on from, int status)
{
	size_t n = diagnostics_count(c->diagnostics, SEVERITY_ERROR);

	if (status > EXIT_NO || from == FAIL_ON_ERROR)
		return status;
	if (from == FAIL_NEVER)
		return EXIT_YES;
	n += diagnostics_count(c->diagnostics, SEVERITY_WARNING);
	if (from == FAIL_ON_NOTE)
		n += diagnostics_count(c->diagnostics, SEVERITY_NOTE);
	return n > 0 ? EXIT_NO : EXIT_YES;
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
	status = fail_on(&compilation, options.fail_on, status);
	if (!write_outputs(&compilation, &options))
		status = EXIT_TROUBLE;
	compilation_release(&compilation);
	return status;
}

const struct command command_check = {
	.name = "check",
	.synopsis =
	    "[-o FORM[=FILE]]... [--json] [--brief] "
	    "[--fail-on error|warning|note|never] [--color=auto|always|never] "
	    "[--no-allow] [--lint FILE|git:REVISION:PATH]... "
	    "[--policy FILE|git:REVISION:PATH]... MODEL...",
	.summary = "say what is wrong with a model, and where",
	.run = run,
};
