/* Emitted text into files of a directory. */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "command.h"
#include "compilation.h"
#include "draw/drawing.h"
#include "draw/emit_dot.h"
#include "draw/render.h"
#include "emit/emit.h"
#include "lower/lower.h"
#include "whole_file.h"

static void
emit_header_of(struct text *text, const struct compilation *c)
{
	emit_header(text, c->lowered, c->sources);
}

static void
emit_source_of(struct text *text, const struct compilation *c)
{
	emit_source(text, c->lowered, c->sources);
}

static void
emit_view_of(struct text *text, const struct compilation *c)
{
	struct picture svg = { NULL, 0 };
	const char *problem;

	if (c->lowered->machine.nactions > RENDER_ACTIONS_MAX)
		problem = arena_printf(c->arena,
		    "there are more than %u actions", RENDER_ACTIONS_MAX);
	else
		problem = render(c->arena,
		    &(struct drawing){ .lowered = c->lowered }, "svg", &svg);
	if (problem != NULL)
		fprintf(stderr,
		    "stagewright: the binary carries no drawing: %s\n",
		    problem);
	emit_view(text, c->lowered, c->sources, svg.bytes);
}

static void
emit_main_of(struct text *text, const struct compilation *c)
{
	emit_main(text, c->lowered, c->sources);
}

static void
emit_amalgamation_of(struct text *text, const struct compilation *c)
{
	emit_amalgamation(text, c->lowered, c->sources);
}

static void
emit_dot_of(struct text *text, const struct compilation *c)
{
	emit_dot(
	    text, c->arena, &(struct drawing){ .lowered = c->lowered }, NULL);
}

const struct output_file output_header = { ".h", emit_header_of };
const struct output_file output_source = { ".c", emit_source_of };
const struct output_file output_view = { "_view.c", emit_view_of };
const struct output_file output_main = { "_main.c", emit_main_of };
const struct output_file output_amalgamation = { ".c", emit_amalgamation_of };
const struct output_file output_dot = { ".dot", emit_dot_of };

static int
complain(const char *path)
{
	fprintf(stderr, "stagewright: cannot write '%s': %s\n", path,
	    strerror(errno));
	return EXIT_TROUBLE;
}

struct output_job {
	const struct compilation *c;
	const struct output_file *file;
};

static void
emit_one(const void *self, struct text *text)
{
	const struct output_job *job = self;

	job->file->emit(text, job->c);
}

int
output_write(const struct compilation *c, const char *directory,
    const struct output_file *file)
{
	const char *path = arena_printf(
	    c->arena, "%s/%s%s", directory, c->lowered->prefix, file->suffix);

	return whole_file_text(path, emit_one, &(struct output_job){ c, file })
		   ? EXIT_YES
		   : complain(path);
}
