/* stagewright fmt: a model in canonical form. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "command.h"
#include "compilation.h"
#include "read/document.h"
#include "read/format.h"
#include "report.h"
#include "whole_file.h"

enum mode {
	MODE_PRINT,
	MODE_WRITE, /* -w: over the file, if it changes */
	MODE_CHECK, /* --check: names the files that would change */
};

static int
complain(const char *what, const char *path)
{
	fprintf(stderr, "stagewright: cannot %s '%s': %s\n", what, path,
	    strerror(errno));
	return EXIT_TROUBLE;
}

static int
deliver(const char *path, enum mode mode, const char *text, size_t size,
    bool is_changed)
{
	if (mode == MODE_PRINT)
		return fwrite(text, 1, size, stdout) == size
			   ? EXIT_YES
			   : complain("write", "standard output");
	if (!is_changed)
		return EXIT_YES;
	if (mode == MODE_WRITE && strcmp(path, "-") != 0)
		return whole_file_write(path, text, size)
			   ? EXIT_YES
			   : complain("write", path);
	printf("%s\n", path);
	return EXIT_NO;
}

static int
format_file(struct compilation *compilation, const char *path, enum mode mode)
{
	struct document *document;
	char *text = NULL;
	size_t size = 0;
	bool is_changed;
	FILE *to;
	int status;

	if (!compilation_source(compilation, path))
		return EXIT_TROUBLE;
	document = document_parse(
	    compilation->sources, compilation->file, compilation->diagnostics);
	if (document == NULL)
		return EXIT_NO;
	to = check_memory(open_memstream(&text, &size));
	format_document(document, to);
	document_free(document);
	close_memory(to, &text);
	is_changed =
	    size != source_size(compilation->sources, compilation->file) ||
	    memcmp(text, source_bytes(compilation->sources, compilation->file),
		size) != 0;
	status = deliver(path, mode, text, size, is_changed);
	free(text);
	return status;
}

static int
run(const struct call *call)
{
	const enum mode mode = call_has(call, "--check") ? MODE_CHECK
			       : call_has(call, "-w")    ? MODE_WRITE
							 : MODE_PRINT;
	struct compilation compilation;
	int status = EXIT_YES;

	if (call_has(call, "--check") && call_has(call, "-w"))
		return call_usage(call, "-w or --check, not both");
	compilation_init(&compilation);
	for (int i = 0; i < call->line.noperands; i++) {
		const int result =
		    format_file(&compilation, call->line.operands[i], mode);

		if (result > status)
			status = result;
	}
	diagnostics_print(compilation.diagnostics, stderr,
	    (struct diagnostic_style){ .color = report_wants_color(stderr) });
	compilation_release(&compilation);
	return status;
}

static const struct sw_option options[] = {
	{ "-w", NULL, "write it into the file" },
	{ "--check", NULL, "is the file so? name those that are not" },
	{ NULL, NULL, NULL },
};

const struct command command_fmt = {
	.name = "fmt",
	.operands = "MODEL...",
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.summary = "print a model in canonical form",
	.options = options,
	.run = run,
};
