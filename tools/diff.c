/* stagewright diff: what a change to a model means. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "change_set.h"
#include "command.h"
#include "compare/compare.h"
#include "compilation.h"
#include "forms.h"
#include "report.h"

/* The models in the order of the paths; EXIT_TROUBLE if one cannot be compared.
 * Of their findings the errors are kept that the old one does not have. */
static int
read_models(struct compilation *c, const char *const paths[2],
    const struct model *models[2])
{
	struct diagnostics_range found[2];
	for (int i = 0; i < 2; i++) {
		found[i].begin = diagnostics_added(c->diagnostics);
		(void)compilation_check(c, paths[i]);
		found[i].end = diagnostics_added(c->diagnostics);
		models[i] = c->model;
		if (!c->has_machine)
			return EXIT_TROUBLE;
	}
	diagnostics_keep_new(
	    c->diagnostics, found[0], found[1], SEVERITY_ERROR);
	return EXIT_YES;
}

/* What git gives a driver: path old-file old-hex old-mode new-file new-hex
 * new-mode, and of a rename two more (gitdiff-core(7), git(1)). */
#define DRIVER_ARGUMENTS 7

/*
 * For `git diff`, which ends when its driver does not end with 0: so it always
 * does, and says what cannot be compared.
 */
static int
drive(const struct call *call)
{
	const int argc = call->line.noperands;
	char *const *argv = call->line.operands;
	if (argc == 1) {
		printf("%s: not merged\n", argv[0]);
		return EXIT_YES;
	}
	if (argc < DRIVER_ARGUMENTS)
		return call_usage(call, "git gives a driver more");
	const char *const files[2] = { argv[1], argv[4] };
	struct change_pair pair = {
		.names = { argv[0],
		    argc > DRIVER_ARGUMENTS ? argv[DRIVER_ARGUMENTS] : argv[0] }
	};
	struct compilation c;
	compilation_init(&c);
	bool is_there[2], is_good = strcmp(files[0], files[1]) != 0;
	for (int i = 0; i < 2; i++) {
		is_there[i] = strcmp(files[i], "/dev/null") != 0;
		if (!is_there[i]) {
			pair.names[i] = NULL;
			continue;
		}
		(void)compilation_check(&c, files[i]);
		is_good &= c.has_machine;
		pair.models[i] = c.model;
	}
	if (is_good) {
		change_compare(c.arena, &pair, CHANGE_WANTS_MODELS);
	}
	const struct change_set set = {
		.c = &c, .command = "diff", .pairs = &pair, .n = 1
	};
	if (!is_good)
		printf("%s: cannot be compared: one of both is no model, or "
		       "includes another file\n",
		    argv[0]);
	else if (pair.comparison->n == 0)
		printf("%s: means the same\n", argv[0]);
	else
		(void)forms_write(
		    &(struct forms){ .own = &change_forms }, &set);
	compilation_release(&c);
	return EXIT_YES;
}

static int
run(const struct call *call)
{
	struct forms forms;
	if (call_has(call, "--driver"))
		return drive(call);
	if (call->line.noperands != 2)
		return call_usage(call, "it wants two models");
	if (!forms_read(&forms, &change_forms, call))
		return EXIT_USAGE;
	const char *const paths[2] = { call->line.operands[0],
		call->line.operands[1] };
	const struct model *models[2] = { NULL, NULL };
	struct compilation c;
	compilation_init(&c);
	int status = read_models(&c, paths, models);
	const size_t nerrors = diagnostics_count(c.diagnostics, SEVERITY_ERROR);
	if (status == EXIT_YES) {
		struct change_pair pair = { .names = { paths[0], paths[1] },
			.models = { models[0], models[1] } };
		change_compare(c.arena, &pair, change_wants(call));
		const struct change_set set = { .c = &c,
			.command = "diff",
			.pairs = &pair,
			.n = 1,
			.has_places = call_has(call, "--states") };
		status = pair.comparison->ndecisions > 0 || nerrors > 0
			     ? EXIT_NO
			     : EXIT_YES;
		if (!forms_write(&forms, &set) || !change_save(&set, call))
			status = EXIT_TROUBLE;
	}
	if (nerrors > 0)
		diagnostics_print(c.diagnostics, stderr,
		    (struct diagnostic_style){
			.color = report_wants_color(stderr) });
	compilation_release(&c);
	return status;
}

static const struct sw_option options[] = {
	{ "-o", "FORM[=FILE]", FORMS_HELP_PICTURES },
	{ "--json", NULL, "the same as -o json" },
	CHANGE_OPTIONS,
	{ "--driver", NULL, "as git calls it: PATH OLD HEX MODE NEW HEX MODE" },
	{ NULL, NULL, NULL },
};

const struct command command_diff = {
	.name = "diff",
	.operands = "OLD NEW",
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.summary = "say what a change to a model means",
	.options = options,
	.run = run,
};
