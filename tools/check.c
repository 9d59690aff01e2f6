/* stagewright check: is a model right, and if not, where and why. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "command.h"
#include "compilation.h"
#include "fix.h"
#include "forms.h"
#include "report.h"
#include "since.h"

enum color {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
};
static const char *const colors[] = { "auto", "always", "never" };

/* From which severity on findings are a failure. */
enum fail_on {
	FAIL_ON_ERROR,
	FAIL_ON_WARNING,
	FAIL_ON_NOTE,
	FAIL_NEVER,
};
static const char *const fail_ons[] = { "error", "warning", "note", "never" };

struct options {
	struct forms forms;
	enum fail_on fail_on;
	bool brief;
	enum color color;
};

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

static const struct report *
make_report(const void *self)
{
	const struct printing *p = self;

	return report_of(p->compilation, "check");
}

static const struct forms_own own = { print_text, print_json, NULL, make_report,
	NULL };

/* EXIT_YES; or EXIT_USAGE, and said: the command line is wrong. */
static int
read_options(struct options *options, const struct call *call)
{
	const int fail_on = call_word(call, "--fail-on", fail_ons, 4);
	const int color = call_word(call, "--color", colors, 3);
	const char *fix = call_option(call, "--fix");

	if (call_has(call, "--diff") && !call_has(call, "--fix"))
		return call_usage(call, "'--diff' is for '--fix'");
	if (call_has(call, "--fix") && call_has(call, "--since"))
		return call_usage(
		    call, "'--fix' corrects what is old, too: no '--since'");
	if (fix != NULL && *fix != '\0' && strcmp(fix, "all") != 0)
		return call_usage(call,
		    "'--fix' makes safe corrections, '--fix=all' guesses, too; "
		    "there is no '--fix=%s'",
		    fix);

	*options = (struct options){ .brief = call_has(call, "--brief") };
	if (fail_on < 0 || color < 0 ||
	    !forms_read(&options->forms, &own, call))
		return EXIT_USAGE;
	options->fail_on = (enum fail_on)fail_on;
	options->color = (enum color)color;
	return EXIT_YES;
}

/* Policies and levels given beside the models. */
static int
read_files(struct compilation *compilation, const struct call *call)
{
	const char *path;
	int status = EXIT_YES;

	for (int at = 0; (path = call_next(call, "--policy", &at)) != NULL;)
		if (!compilation_policies(compilation, path))
			status = EXIT_TROUBLE;
	for (int at = 0; (path = call_next(call, "--lint", &at)) != NULL;)
		if (!compilation_lint(compilation, path))
			status = EXIT_TROUBLE;
	if (status == EXIT_YES &&
	    diagnostics_count(compilation->diagnostics, SEVERITY_ERROR) > 0)
		status = EXIT_NO;
	return status;
}

static bool
is_operand(const struct call *call, const char *path)
{
	for (int i = 0; i < call->line.noperands; i++)
		if (strcmp(call->line.operands[i], path) == 0)
			return true;
	return false;
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

/* Checks one model, and forgets what is not new. */
static int
check_one(struct compilation *c, const char *model, struct since *since)
{
	const size_t errors = diagnostics_count(c->diagnostics, SEVERITY_ERROR);
	const size_t begin = diagnostics_added(c->diagnostics);

	(void)compilation_check(c, model);
	if (c->file == 0)
		return EXIT_TROUBLE;
	if (since != NULL)
		since_forget(since, c, model, begin);
	return diagnostics_count(c->diagnostics, SEVERITY_ERROR) > errors
		   ? EXIT_NO
		   : EXIT_YES;
}

/* The models that are asked for: of scenarios, theirs. Their number. */
static size_t
list_models(
    const struct compilation *c, const struct call *call, const char **models)
{
	size_t n = 0;

	for (int i = 0; i < call->line.noperands; i++) {
		const char *given = call->line.operands[i];
		const char *model = compilation_model_of(c, given);

		/* A file of scenarios whose model is to be checked as well. */
		if (model == given || !is_operand(call, model))
			models[n++] = model;
	}
	return n;
}

/* What --lint and --policy give is read again for each state of a file. */
static void
give(const void *self, struct compilation *c)
{
	c->wants_scenarios = true;
	(void)read_files(c, self);
}

static int
fix_all(struct compilation *c, const struct call *call)
{
	const struct fix_settings settings = {
		.apply = give,
		.self = call,
		.most =
		    *call_option(call, "--fix") == '\0' ? FIX_SAFE : FIX_UNSAFE,
		.only_shows = call_has(call, "--diff"),
	};
	const char **models = arena_array(
	    c->arena, (size_t)call->line.noperands, sizeof(const char *));
	const size_t n = list_models(c, call, models);
	int status = EXIT_YES;

	for (size_t i = 0; i < n; i++) {
		const int one = fix_model(models[i], &settings);

		status = one > status ? one : status;
	}
	return status;
}

static int
check_all(struct compilation *c, const struct call *call)
{
	const char **models = arena_array(
	    c->arena, (size_t)call->line.noperands, sizeof(const char *));
	const size_t n = list_models(c, call, models);
	const char *revision = call_option(call, "--since");
	struct since *since = NULL;
	int status = read_files(c, call);

	if (revision != NULL) {
		since = since_new(c, revision, models, n);
		if (since == NULL)
			return EXIT_TROUBLE;
		if (read_files(since_compilation(since), call) == EXIT_TROUBLE)
			status = EXIT_TROUBLE;
	}
	for (size_t i = 0; i < n; i++) {
		const int one = check_one(c, models[i], since);

		status = one > status ? one : status;
	}
	since_free(since);
	return status;
}

static int
run(const struct call *call)
{
	struct options options;
	struct compilation compilation;
	int status = read_options(&options, call);

	if (status != EXIT_YES)
		return status;
	compilation_init(&compilation);
	compilation.wants_scenarios = true;
	compilation.ignores_allows = call_has(call, "--no-allow");
	if (call_has(call, "--fix"))
		status = fix_all(&compilation, call);
	if (status != EXIT_YES || call_has(call, "--diff")) {
		compilation_release(&compilation);
		return status;
	}
	status = check_all(&compilation, call);
	status = fail_on(&compilation, options.fail_on, status);
	if (!forms_write(
		&options.forms, &(struct printing){ &compilation, &options }))
		status = EXIT_TROUBLE;
	compilation_release(&compilation);
	return status;
}

static const struct sw_option options[] = {
	{ "-o", "FORM[=FILE]", FORMS_HELP },
	{ "--json", NULL, "the same as -o json" },
	{ "--brief", NULL, "a line for each finding" },
	{ "--fail-on", "SEVERITY",
	    "error, warning, note or never: what exit 1 is for" },
	{ "--color", "auto|always|never", "of the text" },
	{ "--since", "REV",
	    "only what this revision of a model does not have" },
	{ "--fix", "[=all]", "correct the files; all: also by guesses" },
	{ "--diff", NULL, "with --fix: print what it would change" },
	{ "--no-allow", NULL, "show what an <allow> takes out, too" },
	{ "--lint", "FILE|git:REV:PATH", "levels, before those of the models" },
	{ "--policy", "FILE|git:REV:PATH",
	    "policies, beside those of the models" },
	{ NULL, NULL, NULL },
};

const struct command command_check = {
	.name = "check",
	.operands = "MODEL...",
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.summary = "say what is wrong with a model, and where",
	.options = options,
	.run = run,
};
