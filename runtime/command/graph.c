/* `graph`: the drawing that was made when the pipeline was compiled. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

static int
write_file(struct call *call, const char *path, const char *svg)
{
	struct sw_error err;
	FILE *file = fopen(path, "w");
	if (file == NULL) {
		sw__error_errno(&err, "'%s'", path);
		return sw__call_failed(call, &err);
	}
	const int written = fputs(svg, file);
	if (fclose(file) != 0 || written < 0) {
		sw__error_errno(&err, "'%s'", path);
		return sw__call_failed(call, &err);
	}
	return EXIT_YES;
}

static int
run_graph(struct call *call)
{
	const struct sw_view *view = call->pipeline->view;
	const char *path = sw__call_option(call, "--output");
	if (view == NULL || view->svg == NULL) {
		struct sw_error err;
		sw__error(&err, SW_ERROR_REFUSED,
		    "this program was built without a drawing");
		return sw__call_failed(call, &err);
	}
	if (call->is_json)
		return sw__call_print(json_pack("{s:s, s:s}", "pipeline",
		    call->pipeline->name, "svg", view->svg));
	if (path != NULL && strcmp(path, "-") != 0)
		return write_file(call, path, view->svg);
	/* The last flush does not hear of what failed before it. */
	if (fputs(view->svg, stdout) == EOF && errno != EPIPE) {
		struct sw_error err;
		sw__error_errno(&err, "stdout");
		return sw__call_failed(call, &err);
	}
	return EXIT_YES;
}

static const struct sw_option options[] = {
	{ "-o|--output", "FILE", "write it there" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_graph = {
	.name = "graph",
	.operands = "",
	.summary = "the drawing of the pipeline, as SVG",
	.options = options,
	.run = run_graph,
};
