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

struct options {
	const char *model;
	const char *binary;
	const char *keep; /* where the C stays; NULL: nowhere */
	bool is_static;
};

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
run(const struct call *call)
{
	const struct options options = { call->line.operands[0],
		call_option(call, "-o"), call_option(call, "--keep"),
		call_has(call, "--static") };
	if (options.binary == NULL)
		return call_usage(call, "where to? say -o BINARY");
	struct compilation c;
	compilation_init(&c);
	int status = report_lowered(&c, options.model, USE_PROGRAM);
	if (status == EXIT_YES)
		status = build(&c, &options);
	compilation_release(&c);
	return status;
}

static const struct sw_option options[] = {
	{ "-o", "BINARY", "the program" },
	{ "--static", NULL, "link the libraries into it" },
	{ "--keep", "DIR", "leave its C there" },
	{ NULL, NULL, NULL },
};

const struct command command_build = {
	.name = "build",
	.operands = "MODEL -o BINARY",
	.min_operands = 1,
	.max_operands = 1,
	.summary = "turn a pipeline into a program",
	.options = options,
	.run = run,
};
