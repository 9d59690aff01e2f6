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
#include "whole_file.h"

enum pass {
	PASS_MODEL,
	PASS_MACHINE
};
static const char *const passes[] = { "model", "machine" };

/* What a pass made, on stdout. */
static int
dump(const struct compilation *c, enum pass pass)
{
	struct text *text = text_new(stdout);
	if (pass == PASS_MODEL)
		emit_model(text, c->model);
	else
		emit_machine(text, c->lowered);
	if (text_close(text) == 0)
		return EXIT_YES;
	fprintf(stderr, "stagewright: cannot write: %s\n", strerror(errno));
	return EXIT_TROUBLE;
}

static void
emit_promela_of(const void *self, struct text *text)
{
	const struct compilation *c = self;

	emit_promela(text, c->lowered, c->sources);
}

/* The machine in Promela: a file, or stdout. */
static int
write_promela(const struct compilation *c, const char *path)
{
	if (whole_file_text(path, emit_promela_of, c))
		return EXIT_YES;
	fprintf(stderr, "stagewright: cannot write '%s': %s\n",
	    path == NULL ? "stdout" : path, strerror(errno));
	return EXIT_TROUBLE;
}

/* The directory is made when it is not there; its parent must be. */
static int
write_files(const struct compilation *c, const struct call *call)
{
	const struct output_file *const pipeline[] = { &output_header,
		&output_source, &output_view };
	const char *output = call_option(call, "-o");
	const char *directory = output != NULL ? output : ".";
	if (call_has(call, "--promela"))
		return write_promela(c, output);
	if (mkdir(directory, 0777) != 0 && errno != EEXIST) {
		fprintf(stderr, "stagewright: cannot make '%s': %s\n",
		    directory, strerror(errno));
		return EXIT_TROUBLE;
	}
	int status = EXIT_YES;
	if (call_has(call, "--dot"))
		status = output_write(c, directory, &output_dot);
	if (call_has(call, "--amalgamate") && status == EXIT_YES)
		return output_write(c, directory, &output_amalgamation);
	for (size_t i = 0; i < 3 && status == EXIT_YES; i++)
		status = output_write(c, directory, pipeline[i]);
	return status;
}

static int
run(const struct call *call)
{
	const bool dumps = call_has(call, "--dump");
	const int pass = call_word(call, "--dump", passes, 2);
	if (pass < 0)
		return EXIT_USAGE;
	struct compilation c;
	compilation_init(&c);
	int status = report_lowered(
	    &c, call->line.operands[0], dumps ? USE_MACHINE : USE_PROGRAM);
	if (status == EXIT_YES)
		status =
		    dumps ? dump(&c, (enum pass)pass) : write_files(&c, call);
	compilation_release(&c);
	return status;
}

static const struct sw_option options[] = {
	{ "-o", "DIR", "the folder of the C (.); of --promela: the file" },
	{ "--amalgamate", NULL, "all of it in one file" },
	{ "--dot", NULL, "the machine for Graphviz, too" },
	{ "--promela", NULL, "the machine for SPIN, instead" },
	{ "--dump", "model|machine", "what a pass made, on stdout" },
	{ NULL, NULL, NULL },
};

const struct command command_compile = {
	.name = "compile",
	.operands = "MODEL",
	.min_operands = 1,
	.max_operands = 1,
	.summary = "turn a pipeline into C",
	.options = options,
	.run = run,
};
