/* stagewright build: a model to the program that releases by it. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "command.h"
#include "compilation.h"
#include "lower/lower.h"
#include "output.h"
#include "report.h"
#include "toolchain.h"

const struct command command_build;

struct options {
	const char *model;
	const char *binary;
	const char *keep; /* where the C stays; NULL: nowhere */
	bool is_static;
};

/* False: the command line is wrong. */
static bool
read_options(struct options *options, int argc, char **argv)
{
	*options = (struct options){ .model = NULL };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
			options->binary = argv[++i];
		else if (strcmp(argv[i], "--keep") == 0 && i + 1 < argc)
			options->keep = argv[++i];
		else if (strcmp(argv[i], "--static") == 0)
			options->is_static = true;
		else if ((argv[i][0] == '-' && argv[i][1] != '\0') ||
			 options->model != NULL)
			return false;
		else
			options->model = argv[i];
	}
	return options->model != NULL && options->binary != NULL;
}

/* The files of a program; those that the compiler is given come first. */
static const struct output_file *const files[] = { &output_source, &output_view,
	&output_main, &output_header };
#define NFILES (sizeof files / sizeof files[0])
#define NSOURCES (NFILES - 1)

/* A folder for the C: the one to keep, or a new one; NULL, reason printed. */
static const char *
make_folder(struct arena *arena, const struct options *options)
{
	if (options->keep != NULL) {
		if (mkdir(options->keep, 0777) == 0 || errno == EEXIST)
			return options->keep;
		fprintf(stderr, "stagewright: cannot make '%s': %s\n",
		    options->keep, strerror(errno));
		return NULL;
	}
	const char *temporary = getenv("TMPDIR");
	if (temporary == NULL || temporary[0] == '\0')
		temporary = "/tmp";
	char *folder = arena_printf(arena, "%s/stagewright-XXXXXX", temporary);
	if (mkdtemp(folder) != NULL)
		return folder;
	fprintf(stderr, "stagewright: cannot make a folder in '%s': %s\n",
	    temporary, strerror(errno));
	return NULL;
}

static const char *
path_of(const struct compilation *c, const char *folder, size_t file)
{
	return arena_printf(c->arena, "%s/%s%s", folder, c->lowered->prefix,
	    files[file]->suffix);
}

/* Compiles beside the binary's place and moves it there when it is whole. */
static int
link_binary(const struct compilation *c, const struct options *options,
    const char *folder)
{
	const char *sources[NSOURCES];
	for (size_t i = 0; i < NSOURCES; i++)
		sources[i] = path_of(c, folder, i);
	const char *temporary = arena_printf(
	    c->arena, "%s.%ld.tmp", options->binary, (long)getpid());
	/* Before the linker says it in its own words. */
	FILE *place = fopen(temporary, "w");
	if (place == NULL) {
		fprintf(stderr, "stagewright: cannot write '%s': %s\n",
		    options->binary, strerror(errno));
		return EXIT_TROUBLE;
	}
	(void)fclose(place);
	const struct toolchain_job job = {
		.output = temporary,
		.sources = sources,
		.nsources = NSOURCES,
		.is_static = options->is_static,
		.uses_git = c->lowered->uses_git,
	};
	const int status = toolchain_link(c->arena, &job);
	if (status == EXIT_YES && rename(temporary, options->binary) == 0)
		return EXIT_YES;
	if (status == EXIT_YES)
		fprintf(stderr, "stagewright: cannot write '%s': %s\n",
		    options->binary, strerror(errno));
	unlink(temporary);
	return EXIT_TROUBLE;
}

static int
build(const struct compilation *c, const struct options *options)
{
	const char *folder = make_folder(c->arena, options);
	if (folder == NULL)
		return EXIT_TROUBLE;
	int status = EXIT_YES;
	for (size_t i = 0; i < NFILES && status == EXIT_YES; i++)
		status = output_write(c, folder, files[i]);
	if (status == EXIT_YES)
		status = link_binary(c, options, folder);
	if (options->keep == NULL) {
		for (size_t i = 0; i < NFILES; i++)
			unlink(path_of(c, folder, i));
		rmdir(folder);
	}
	return status;
}

static int
run(int argc, char **argv)
{
	struct options options;
	if (!read_options(&options, argc, argv))
		return command_usage(&command_build);
	struct compilation c;
	compilation_init(&c);
	int status = report_lowered(&c, options.model, USE_PROGRAM);
	if (status == EXIT_YES)
		status = build(&c, &options);
	compilation_release(&c);
	return status;
}

const struct command command_build = {
	.name = "build",
	.synopsis = "MODEL -o BINARY [--static] [--keep DIR]",
	.summary = "turn a pipeline into a program",
	.run = run,
};
