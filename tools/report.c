/* From a model's file to what a tool works with, findings printed. */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diagnostic.h"
#include "command.h"
#include "compilation.h"

int
report_lowered(struct compilation *compilation, const char *path, bool runnable)
{
	const char *no_color = getenv("NO_COLOR");
	const bool color =
	    isatty(STDERR_FILENO) && (no_color == NULL || no_color[0] == '\0');
	bool good = compilation_lower(compilation, path);
	if (good && runnable)
		good = compilation_check_runnable(compilation);
	/* Notes are what `check` is asked for. */
	if (diagnostics_count(compilation->diagnostics, SEVERITY_ERROR) > 0 ||
	    diagnostics_count(compilation->diagnostics, SEVERITY_WARNING) > 0)
		diagnostics_print(compilation->diagnostics, stderr,
		    (struct diagnostic_style){ .color = color });
	if (good)
		return EXIT_YES;
	return compilation->file == 0 ? EXIT_TROUBLE : EXIT_NO;
}
