/* From a model's file to what a tool works with, findings printed. */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diagnostic.h"
#include "command.h"
#include "compilation.h"
#include "report/report.h"

bool
report_wants_color(FILE *to)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(fileno(to)) && (no_color == NULL || *no_color == '\0');
}

int
report_lowered(
    struct compilation *compilation, const char *path, enum compilation_use use)
{
	bool good = compilation_lower(compilation, path);
	if (good)
		good = compilation_check_use(compilation, use);
	/* Notes are what `check` is asked for. */
	if (diagnostics_count(compilation->diagnostics, SEVERITY_ERROR) > 0 ||
	    diagnostics_count(compilation->diagnostics, SEVERITY_WARNING) > 0)
		diagnostics_print(compilation->diagnostics, stderr,
		    (struct diagnostic_style){
			.color = report_wants_color(stderr) });
	if (good)
		return EXIT_YES;
	return compilation->file == 0 ? EXIT_TROUBLE : EXIT_NO;
}

struct report *
report_of(const struct compilation *compilation, const char *command)
{
	struct report *report =
	    report_new(compilation->arena, compilation->sources, command);

	report_diagnostics(report, compilation->diagnostics);
	report_name_findings(report);
	return report;
}
