/* stagewright graph: a model as a picture, in the format of its suffix. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "command.h"
#include "compilation.h"
#include "draw/emit_dot.h"
#include "draw/emit_mermaid.h"
#include "draw/render.h"
#include "report.h"

const struct command command_graph;

struct options {
	const char *model;
	const char *out;    /* "-": standard output */
	const char *format; /* of `formats` */
	bool artifacts;
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

/* False: the command line is wrong. */
static bool
read_options(struct options *options, int argc, char **argv)
{
	const char *format = NULL;

	*options = (struct options){ .model = NULL };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--artifacts") == 0)
			options->artifacts = true;
		else if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
			options->out = argv[++i];
		else if (strcmp(argv[i], "--format") == 0 && i + 1 < argc)
			format = argv[++i];
		else if ((argv[i][0] == '-' && argv[i][1] != '\0') ||
			 options->model != NULL)
			return false;
		else
			options->model = argv[i];
	}
	if (options->model == NULL || options->out == NULL)
		return false;
	options->format = find_format(format, options->out);
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
write_text(const struct compilation *c, const struct options *options, FILE *to)
{
	const struct dot_options dot = { NULL, options->artifacts };
	struct text *text = text_new(to);

	if (strcmp(options->format, "dot") == 0)
		emit_dot(text, c->arena, c->lowered, &dot);
	else
		emit_mermaid(text, c->arena, c->lowered, options->artifacts);
	return text_close(text);
}

static int
write_picture(const struct picture *picture, FILE *to)
{
	if (fwrite(picture->bytes, 1, picture->size, to) != picture->size)
		return -1;
	return fflush(to);
}

static int
complain(const struct options *options, const char *problem)
{
	fprintf(stderr, "stagewright: cannot draw '%s': %s\n", options->out,
	    problem);
	return EXIT_TROUBLE;
}

/* A picture is rendered before its file is touched. */
static int
draw(const struct compilation *c, const struct options *options)
{
	const bool is_stdout = strcmp(options->out, "-") == 0;
	struct picture picture = { NULL, 0 };
	const char *problem = NULL;

	if (!is_text(options))
		problem = render(c->arena, c->lowered, options->format,
		    options->artifacts, &picture);
	if (problem != NULL)
		return complain(options, problem);
	FILE *to = is_stdout ? stdout : fopen(options->out, "wb");
	if (to == NULL)
		return complain(options, strerror(errno));
	int failed = is_text(options) ? write_text(c, options, to)
				      : write_picture(&picture, to);
	const int error = errno;
	if (!is_stdout && fclose(to) != 0 && failed == 0)
		return complain(options, strerror(errno));
	return failed == 0 ? EXIT_YES : complain(options, strerror(error));
}

static int
run(int argc, char **argv)
{
	struct options options;
	struct compilation compilation;

	if (!read_options(&options, argc, argv))
		return command_usage(&command_graph);
	compilation_init(&compilation);
	int status = report_lowered(&compilation, options.model, USE_PICTURE);
	if (status == EXIT_YES)
		status = draw(&compilation, &options);
	compilation_release(&compilation);
	return status;
}

const struct command command_graph = {
	.name = "graph",
	.synopsis =
	    "[--artifacts] [--format svg|png|pdf|dot|mmd] -o FILE MODEL",
	.summary = "draw a model",
	.run = run,
};
