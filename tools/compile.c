/* stagewright compile: a model to C, or to what a pass makes of it. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <sys/stat.h>

#include "base/text.h"
#include "command.h"
#include "compilation.h"
#include "emit/emit.h"
#include "lower/lower.h"
#include "output.h"
#include "report.h"

const struct command command_compile;

struct options {
	const char *model;
	const char *output; /* a directory; with promela a file */
	const char *dump;
	bool amalgamate;
	bool promela;
	bool dot;
};

/* False: the command line is wrong. */
static bool
read_options(struct options *options, int argc, char **argv)
{
	*options = (struct options){ .output = NULL };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
			options->output = argv[++i];
		else if (strcmp(argv[i], "--amalgamate") == 0)
			options->amalgamate = true;
		else if (strcmp(argv[i], "--promela") == 0)
			options->promela = true;
		else if (strcmp(argv[i], "--dot") == 0)
			options->dot = true;
		else if (strncmp(argv[i], "--dump=", 7) == 0)
			options->dump = argv[i] + 7;
		else if ((argv[i][0] == '-' && argv[i][1] != '\0') ||
			 options->model != NULL)
			return false;
		else
			options->model = argv[i];
	}
	return options->model != NULL &&
	       (options->dump == NULL ||
		   strcmp(options->dump, "machine") == 0 ||
		   strcmp(options->dump, "model") == 0);
}

/* What a pass made, on stdout. */
static int
dump(const struct compilation *c, const char *pass)
{
	struct text *text = text_new(stdout);
	if (strcmp(pass, "model") == 0)
		emit_model(text, c->model);
	else
		emit_machine(text, c->lowered);
	if (text_close(text) == 0)
		return EXIT_YES;
	fprintf(stderr, "stagewright: cannot write: %s\n", strerror(errno));
	return EXIT_TROUBLE;
}

/* The machine in Promela: a file, or stdout. */
static int
write_promela(const struct compilation *c, const char *path)
{
	FILE *stream = path == NULL ? stdout : fopen(path, "w");
	int failed = stream == NULL;
	if (!failed) {
		struct text *text = text_new(stream);
		emit_promela(text, c->lowered, c->sources);
		failed = text_close(text) != 0;
		if (path != NULL)
			failed |= fclose(stream) != 0;
	}
	if (!failed)
		return EXIT_YES;
	fprintf(stderr, "stagewright: cannot write '%s': %s\n",
	    path == NULL ? "stdout" : path, strerror(errno));
	return EXIT_TROUBLE;
}

/* The directory is made when it is not there; its parent must be. */
static int
write_files(const struct compilation *c, const struct options *options)
{
	const struct output_file *const pipeline[] = { &output_header,
		&output_source, &output_view };
	const char *directory = options->output != NULL ? options->output : ".";
	if (options->promela)
		return write_promela(c, options->output);
	if (mkdir(directory, 0777) != 0 && errno != EEXIST) {
		fprintf(stderr, "stagewright: cannot make '%s': %s\n",
		    directory, strerror(errno));
		return EXIT_TROUBLE;
	}
	int status = EXIT_YES;
	if (options->dot)
		status = output_write(c, directory, &output_dot);
	if (options->amalgamate && status == EXIT_YES)
		return output_write(c, directory, &output_amalgamation);
	for (size_t i = 0; i < 3 && status == EXIT_YES; i++)
		status = output_write(c, directory, pipeline[i]);
	return status;
}

static int
run(int argc, char **argv)
{
	struct options options;
	if (!read_options(&options, argc, argv))
		return command_usage(&command_compile);
	struct compilation c;
	compilation_init(&c);
	int status = report_lowered(&c, options.model,
	    options.dump == NULL ? USE_PROGRAM : USE_MACHINE);
	if (status == EXIT_YES)
		status = options.dump != NULL ? dump(&c, options.dump)
					      : write_files(&c, &options);
	compilation_release(&c);
	return status;
}

const struct command command_compile = {
	.name = "compile",
	.synopsis = "MODEL [-o DIR] [--amalgamate] [--dot] [--promela] "
		    "[--dump=model|machine]",
	.summary = "turn a pipeline into C",
	.run = run,
};
