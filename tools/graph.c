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

const struct command command_graph;

struct options {
	const char *model;
	const char *out;    /* "-": standard output */
	const char *format; /* of `formats` */
	bool artifacts;
	const char *from;  /* the model before a change; NULL: none is drawn */
	const char *stage; /* its life is drawn; NULL: the pipeline is */
	uint32_t executions; /* of that: how many start; 0: not said */
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

static bool
read_executions(struct options *options, const char *text)
{
	char *end;
	const unsigned long n = strtoul(text, &end, 10);

	options->executions = (uint32_t)n;
	if (*text >= '0' && *text <= '9' && *end == '\0' && n >= 1 &&
	    n <= PROJECT_EXECUTIONS_MAX)
		return true;
	fprintf(stderr,
	    "stagewright: '%s' is no number of executions from 1 to %u\n", text,
	    PROJECT_EXECUTIONS_MAX);
	return false;
}

static bool
read_moves(struct options *options, const char *words)
{
	options->moves = project_moves(words);
	if (options->moves == 0)
		fprintf(stderr,
		    "stagewright: '%s' is no list of " PROJECT_MOVES "\n",
		    words);
	return options->moves != 0;
}

/* False: the command line is wrong. */
static bool
read_options(struct options *options, int argc, char **argv)
{
	const char *format = NULL;
	bool good = true;

	*options = (struct options){ 0 };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--artifacts") == 0)
			options->artifacts = true;
		else if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
			options->out = argv[++i];
		else if (strcmp(argv[i], "--format") == 0 && i + 1 < argc)
			format = argv[++i];
		else if (strcmp(argv[i], "--from") == 0 && i + 1 < argc)
			options->from = argv[++i];
		else if (strcmp(argv[i], "--machine") == 0 && i + 1 < argc)
			options->stage = argv[++i];
		else if (strcmp(argv[i], "--executions") == 0 && i + 1 < argc)
			good = read_executions(options, argv[++i]) && good;
		else if (strcmp(argv[i], "--moves") == 0 && i + 1 < argc)
			good = read_moves(options, argv[++i]) && good;
		else if ((argv[i][0] == '-' && argv[i][1] != '\0') ||
			 options->model != NULL)
			return false;
		else
			options->model = argv[i];
	}
	if (!good || options->model == NULL || options->out == NULL)
		return false;
	if (options->stage == NULL &&
	    (options->executions != 0 || options->moves != 0)) {
		fprintf(stderr,
		    "stagewright: --executions and --moves are about the life "
		    "of a stage; say --machine STAGE, too\n");
		return false;
	}
	if (options->from != NULL && options->stage != NULL) {
		fprintf(stderr,
		    "stagewright: --from draws what changed of a pipeline, not "
		    "of a stage's life; leave out --machine\n");
		return false;
	}
	if (options->executions == 0)
		options->executions = 1;
	options->format = find_format(format, options->out);
	if (options->stage != NULL && options->format != NULL &&
	    strcmp(options->format, "mmd") == 0) {
		fprintf(stderr,
		    "stagewright: a machine is drawn as .svg, .png, .pdf or "
		    ".dot\n");
		return false;
	}
	if (options->format == NULL)
		fprintf(stderr,
		    "stagewright: no format for '%s'; a name that ends in "
		    ".svg, .png, .pdf, .dot or .mmd says it, or --format\n",
		    options->out);
	return options->format != NULL;
}

static bool
is_text(const struct options *options)
{
	return strcmp(options->format, "dot") == 0 ||
	       strcmp(options->format, "mmd") == 0;
}

/* 0, or -1 with errno. */
static int
write_text(const struct compilation *c, const struct options *options,
    const struct drawing *drawing, FILE *to)
{
	struct text *text = text_new(to);

	if (strcmp(options->format, "dot") == 0)
		emit_dot(text, c->arena, drawing, NULL);
	else
		emit_mermaid(text, c->arena, drawing);
	return text_close(text);
}

static int
write_picture(const struct picture *picture, FILE *to)
{
	if (fwrite(picture->bytes, 1, picture->size, to) != picture->size)
		return -1;
	return fflush(to);
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

/* A picture is rendered before its file is touched. */
static int
draw(const struct compilation *c, const struct options *options,
    const struct drawing *drawing)
{
	const bool is_stdout = strcmp(options->out, "-") == 0;
	struct picture picture = { NULL, 0 };
	const char *problem = NULL;

	if (options->stage != NULL)
		problem = draw_machine(c, options, &picture);
	else if (!is_text(options))
		problem = render(c->arena, drawing, options->format, &picture);
	if (problem != NULL)
		return complain(options, problem);
	FILE *to = is_stdout ? stdout : fopen(options->out, "wb");
	if (to == NULL)
		return complain(options, strerror(errno));
	int failed = picture.bytes == NULL ? write_text(c, options, drawing, to)
					   : write_picture(&picture, to);
	const int error = errno;
	if (!is_stdout && fclose(to) != 0 && failed == 0)
		return complain(options, strerror(errno));
	return failed == 0 ? EXIT_YES : complain(options, strerror(error));
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
run(int argc, char **argv)
{
	struct options options;
	struct compilation compilation;
	struct drawing drawing;

	if (!read_options(&options, argc, argv))
		return command_usage(&command_graph);
	compilation_init(&compilation);
	int status = options.from != NULL
			 ? read_change(&compilation, &options, &drawing)
			 : read_model(&compilation, &options, &drawing);
	if (status == EXIT_YES)
		status = draw(&compilation, &options, &drawing);
	compilation_release(&compilation);
	return status;
}

const struct command command_graph = {
	.name = "graph",
	.synopsis =
	    "[--artifacts] [--format svg|png|pdf|dot|mmd] [--from OLD]\n"
	    "    [--machine STAGE [--executions N] [--moves LIST]] -o FILE "
	    "MODEL",
	.summary = "draw a model",
	.run = run,
};
