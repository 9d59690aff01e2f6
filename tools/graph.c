/* stagewright graph: a model as a picture, in the format of its suffix. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/text.h"
#include "command.h"
#include "compare/compare.h"
#include "compilation.h"
#include "draw/change.h"
#include "draw/chart.h"
#include "draw/drawing.h"
#include "draw/emit_dot.h"
#include "draw/emit_mermaid.h"
#include "draw/render.h"
#include "lower/lower.h"
#include "machine/words.h"
#include "report.h"
#include "verify/project.h"
#include "whole_file.h"

struct options {
	const char *model;
	const char *out;    /* "-": standard output */
	const char *format; /* of `formats` */
	bool artifacts;
	const char *from;  /* the model before a change; NULL: none is drawn */
	const char *stage; /* its life is drawn; NULL: the pipeline is */
	uint32_t executions; /* of that: how many start */
	unsigned moves;      /* of that: what operators do */
};

static const char *const formats[] = { "svg", "png", "pdf", "dot", "mmd" };
#define NFORMATS (sizeof formats / sizeof formats[0])

/* The format that --format or the file's suffix asks for, or NULL. */
static const char *
find_format(const char *asked, const char *out)
{
	const char *suffix = strrchr(out, '.');

	if (asked == NULL)
		asked = suffix != NULL ? suffix + 1 : "";
	for (size_t i = 0; i < NFORMATS; i++)
		if (strcmp(formats[i], asked) == 0)
			return formats[i];
	return NULL;
}

/* What does not go together; EXIT_YES if nothing. */
static int
judge_options(const struct options *options, const struct call *call)
{
	if (options->stage == NULL &&
	    (call_has(call, "--executions") || call_has(call, "--moves")))
		return call_usage(call,
		    "--executions and --moves are about the life of a stage; "
		    "say --machine STAGE, too");
	if (options->from != NULL && options->stage != NULL)
		return call_usage(call,
		    "--from draws what changed of a pipeline, not of a stage's "
		    "life; leave out --machine");
	if (options->stage != NULL && strcmp(options->format, "mmd") == 0)
		return call_usage(
		    call, "a machine is drawn as .svg, .png, .pdf or .dot");
	return EXIT_YES;
}

/* EXIT_YES; or EXIT_USAGE, and said: the command line is wrong. */
static int
read_options(struct options *options, const struct call *call)
{
	const char *moves = call_option(call, "--moves");
	unsigned long executions = 1;

	*options = (struct options){ .model = call->line.operands[0],
		.out = call_option(call, "-o"),
		.format = formats[0],
		.artifacts = call_has(call, "--artifacts"),
		.from = call_option(call, "--from"),
		.stage = call_option(call, "--machine") };
	if (options->out == NULL)
		return call_usage(call, "where to? say -o FILE");
	if (!call_number(
		call, "--executions", PROJECT_EXECUTIONS_MAX, &executions))
		return EXIT_USAGE;
	options->executions = (uint32_t)executions;
	options->moves = moves == NULL ? 0 : project_moves(moves);
	if (moves != NULL && options->moves == 0)
		return call_usage(
		    call, "'%s' is no list of " PROJECT_MOVES, moves);
	const char *format =
	    find_format(call_option(call, "--format"), options->out);
	if (format == NULL)
		return call_usage(call,
		    "no format for '%s'; a name that ends in .svg, .png, .pdf, "
		    ".dot or .mmd says it, or --format",
		    options->out);
	options->format = format;
	return judge_options(options, call);
}

static bool
is_text(const struct options *options)
{
	return strcmp(options->format, "dot") == 0 ||
	       strcmp(options->format, "mmd") == 0;
}

/* What is written: a picture, or a drawing as text. */
struct writing {
	const struct compilation *c;
	const struct options *options;
	const struct drawing *drawing;
};

static void
emit_drawing(const void *self, struct text *text)
{
	const struct writing *w = self;

	if (strcmp(w->options->format, "dot") == 0)
		emit_dot(text, w->c->arena, w->drawing, NULL);
	else
		emit_mermaid(text, w->c->arena, w->drawing);
}

static bool
write_picture(const struct picture *picture, const char *path)
{
	if (path != NULL)
		return whole_file_write(path, picture->bytes, picture->size);
	return fwrite(picture->bytes, 1, picture->size, stdout) ==
		   picture->size &&
	       fflush(stdout) == 0;
}

/* Is there such a stage? */
static bool
find_stage(const struct compilation *c, const struct options *options)
{
	if (options->stage == NULL ||
	    sw_words_find_stage(&c->lowered->machine, options->stage) >= 0)
		return true;
	fprintf(stderr, "stagewright: there is no stage '%s' in '%s'\n",
	    options->stage, options->model);
	return false;
}

static int
complain(const struct options *options, const char *problem)
{
	fprintf(stderr, "stagewright: cannot draw '%s': %s\n", options->out,
	    problem);
	return EXIT_TROUBLE;
}

/* The DOT of a chart, owned by the arena. */
static const char *
print_chart(const struct compilation *c, const struct chart *chart)
{
	char *bytes = NULL;
	size_t size;
	FILE *to = check_memory(open_memstream(&bytes, &size));
	struct text *text = text_new(to);

	emit_chart(text, c->arena, c->lowered, chart);
	if (text_close(text) != 0)
		out_of_memory();
	close_memory(to, &bytes);
	const char *dot = arena_strdup(c->arena, bytes);
	free(bytes);
	return dot;
}

/* The life of a stage. NULL, or what is wrong. */
static const char *
draw_machine(const struct compilation *c, const struct options *options,
    struct picture *picture)
{
	const struct sw_machine *machine = &c->lowered->machine;
	const struct project_options project = { (uint32_t)sw_words_find_stage(
						     machine, options->stage),
		options->executions, options->moves };
	struct chart chart;
	const char *problem =
	    project_stage(c->arena, machine, &project, &chart);
	if (problem != NULL)
		return problem;
	const char *dot = print_chart(c, &chart);
	if (strcmp(options->format, "dot") != 0)
		return render_dot(c->arena, dot, options->format, picture);
	picture->bytes = arena_strdup(c->arena, dot);
	picture->size = strlen(dot);
	return NULL;
}

static int
draw(const struct compilation *c, const struct options *options,
    const struct drawing *drawing)
{
	const char *path = strcmp(options->out, "-") == 0 ? NULL : options->out;
	struct picture picture = { NULL, 0 };
	const char *problem = NULL;

	if (options->stage != NULL)
		problem = draw_machine(c, options, &picture);
	else if (!is_text(options))
		problem = render(c->arena, drawing, options->format, &picture);
	if (problem != NULL)
		return complain(options, problem);
	const bool is_written =
	    picture.bytes != NULL
		? write_picture(&picture, path)
		: whole_file_text(path, emit_drawing,
		      &(struct writing){ c, options, drawing });
	return is_written ? EXIT_YES : complain(options, strerror(errno));
}

/* What a change did, as a picture: both models need a machine and no more. */
static int
read_change(struct compilation *c, const struct options *options,
    struct drawing *drawing)
{
	const char *const paths[2] = { options->from, options->model };
	const struct model *models[2];

	for (int i = 0; i < 2; i++) {
		(void)compilation_check(c, paths[i]);
		models[i] = c->model;
		if (c->has_machine)
			continue;
		diagnostics_print(c->diagnostics, stderr,
		    (struct diagnostic_style){
			.color = report_wants_color(stderr) });
		return EXIT_TROUBLE;
	}
	if (!drawing_of_change(
		c->arena, compare(c->arena, models[0], models[1]), drawing)) {
		fprintf(stderr,
		    "stagewright: a change of more than %u actions is no "
		    "picture; see `stagewright diff`\n",
		    CHANGE_ACTIONS_MAX);
		return EXIT_TROUBLE;
	}
	drawing->artifacts = options->artifacts;
	return EXIT_YES;
}

static int
read_model(struct compilation *c, const struct options *options,
    struct drawing *drawing)
{
	const int status = report_lowered(c, options->model, USE_MACHINE);

	if (status == EXIT_YES && !find_stage(c, options))
		return EXIT_USAGE;
	*drawing = (struct drawing){ c->lowered, options->artifacts, NULL };
	return status;
}

static int
run(const struct call *call)
{
	struct options options;
	struct compilation compilation;
	struct drawing drawing;
	int status = read_options(&options, call);

	if (status != EXIT_YES)
		return status;
	compilation_init(&compilation);
	status = options.from != NULL
		     ? read_change(&compilation, &options, &drawing)
		     : read_model(&compilation, &options, &drawing);
	if (status == EXIT_YES)
		status = draw(&compilation, &options, &drawing);
	compilation_release(&compilation);
	return status;
}

static const struct sw_option options[] = {
	{ "-o", "FILE", "the picture; its suffix says the format" },
	{ "--format", "svg|png|pdf|dot|mmd", "when the suffix does not" },
	{ "--artifacts", NULL, "draw what flows between actions, too" },
	{ "--from", "OLD", "draw what changed since that model" },
	{ "--machine", "STAGE", "draw the states of a stage instead" },
	{ "--executions", "N", "of --machine: how many start (1)" },
	{ "--moves", "LIST", "of --machine: what operators do" },
	{ NULL, NULL, NULL },
};

const struct command command_graph = {
	.name = "graph",
	.operands = "MODEL -o FILE",
	.min_operands = 1,
	.max_operands = 1,
	.summary = "draw a model",
	.options = options,
	.run = run,
};
