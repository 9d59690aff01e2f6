/* stagewright diff: what a change to a model means. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/text.h"
#include "command.h"
#include "compare/compare.h"
#include "compilation.h"
#include "report.h"

const struct command command_diff;

/* Columns of texts before places are pushed out. */
#define TEXT_WIDTH_MAX 96

static const struct {
	const char *mark; /* says it without colour */
	const char *name;
	const char *color;
} weights[] = {
	[WEIGHT_FOLDED] = { " ", "folded", "\033[2m" },
	[WEIGHT_SHOWN] = { "~", "shown", "" },
	[WEIGHT_DECISION] = { "!", "decision", "\033[1;33m" },
};

static const char *
place_text(const struct compilation *c, struct span at)
{
	if (!span_is_set(at))
		return NULL;
	const struct location l = source_locate(c->sources, at.file, at.begin);
	return arena_printf(c->arena, "%s:%u:%u",
	    source_name(c->sources, at.file), (unsigned)l.line,
	    (unsigned)l.column);
}

static void
print_change(const struct compilation *c, const struct change *change,
    int width, bool is_colored)
{
	const struct change_info *info = change_info(change->id);
	const char *color = is_colored ? weights[change->weight].color : "";
	const char *plain = *color != '\0' ? "\033[0m" : "";
	const bool is_gone = !span_is_set(change->new_at);
	printf("%s%s %-9s%s%-*s  %s%s  [%s]\n", color,
	    weights[change->weight].mark, info->word, plain, width,
	    change->text, is_gone ? "was " : "",
	    place_text(c, is_gone ? change->old_at : change->new_at),
	    info->name);
}

static void
print_text(const struct compilation *c, const struct comparison *comparison,
    const char *const paths[2])
{
	const bool is_colored = report_wants_color(stdout);
	if (comparison->n == 0)
		return; /* no change in meaning: nothing to say */
	printf("%s -> %s: ", paths[0], paths[1]);
	if (comparison->ndecisions == 0)
		puts("nothing to decide");
	else
		printf("%zu to decide\n", comparison->ndecisions);
	int width = 0;
	for (size_t i = 0; i < comparison->n; i++) {
		const size_t length = strlen(comparison->changes[i].text);
		if (length <= TEXT_WIDTH_MAX && (int)length > width)
			width = (int)length;
	}
	for (size_t i = 0; i < comparison->n; i++)
		print_change(c, &comparison->changes[i], width, is_colored);
	if (comparison->nunchanged > 0)
		printf("  %u action%s unchanged\n",
		    (unsigned)comparison->nunchanged,
		    comparison->nunchanged == 1 ? "" : "s");
}

static void
print_json(const struct compilation *c, const struct comparison *comparison,
    const char *const paths[2])
{
	struct text *text = text_new(stdout);
	TEXT(text,
	    "{\"old\": $old$, \"new\": $new$, \"decisions\": $n$, "
	    "\"unchanged\": $unchanged$, \"changes\": [",
	    JSTR("old", paths[0]), JSTR("new", paths[1]),
	    NUM("n", comparison->ndecisions),
	    NUM("unchanged", comparison->nunchanged));
	for (size_t i = 0; i < comparison->n; i++) {
		const struct change *change = &comparison->changes[i];
		TEXT(text,
		    "$comma$\n  {\"id\": $id$, \"weight\": $weight$, "
		    "\"text\": $text$, \"before\": $before$, \"after\": "
		    "$after$, \"oldPlace\": $old$, \"newPlace\": $new$}",
		    LABEL("comma", i == 0 ? "" : ","),
		    JSTR("id", change_info(change->id)->name),
		    JSTR("weight", weights[change->weight].name),
		    JSTR("text", change->text), JSTR("before", change->before),
		    JSTR("after", change->after),
		    JSTR("old", place_text(c, change->old_at)),
		    JSTR("new", place_text(c, change->new_at)));
	}
	text_put(text, comparison->n == 0 ? "]}\n" : "\n]}\n");
	(void)text_close(text);
}

/* Both models without errors; *models in the order of the paths. */
static int
read_models(struct compilation *c, const char *const paths[2],
    const struct model *models[2])
{
	int status = EXIT_YES;
	for (int i = 0; i < 2; i++) {
		const bool is_good = compilation_check(c, paths[i]);
		models[i] = c->model;
		if (c->file == 0)
			return EXIT_TROUBLE;
		if (!is_good)
			status = EXIT_TROUBLE;
	}
	return status;
}

static int
run(int argc, char **argv)
{
	bool is_json = false;
	int first = 1;
	for (; first < argc && argv[first][0] == '-' && argv[first][1] != '\0';
	     first++) {
		if (strcmp(argv[first], "--") == 0) {
			first++;
			break;
		}
		is_json = strcmp(argv[first], "--json") == 0;
		if (!is_json)
			return command_usage(&command_diff);
	}
	if (argc - first != 2)
		return command_usage(&command_diff);
	const char *const paths[2] = { argv[first], argv[first + 1] };
	const struct model *models[2] = { NULL, NULL };
	struct compilation c;
	compilation_init(&c);
	int status = read_models(&c, paths, models);
	if (status == EXIT_YES) {
		const struct comparison *comparison =
		    compare(c.arena, models[0], models[1]);
		if (is_json)
			print_json(&c, comparison, paths);
		else
			print_text(&c, comparison, paths);
		status = comparison->ndecisions > 0 ? EXIT_NO : EXIT_YES;
	} else {
		/* What cannot be read right has no meaning to compare. */
		diagnostics_print(c.diagnostics, stderr,
		    (struct diagnostic_style){
			.color = report_wants_color(stderr) });
	}
	compilation_release(&c);
	return status;
}

const struct command command_diff = {
	.name = "diff",
	.synopsis = "[--json] OLD NEW",
	.summary = "say what a change to a model means",
	.run = run,
};
