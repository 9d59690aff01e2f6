/* Outputs of a few fields a finding: GitHub's, GitLab's and Checkstyle's. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fnv.h"
#include "base/text.h"
#include "outputs.h"
#include "report.h"

/* A workflow command's data, or a property of it (GitHub's toolkit, core). */
static const char *
escaped(struct arena *arena, const char *words, bool is_property)
{
	char *out = arena_alloc(arena, 3 * strlen(words) + 1);
	char *to = out;

	for (const char *p = words; *p != '\0'; p++)
		if (*p == '%' || *p == '\r' || *p == '\n' ||
		    (is_property && (*p == ':' || *p == ',')))
			to += sprintf(to, "%%%02X", (unsigned char)*p);
		else
			*to++ = *p;
	*to = '\0';
	return out;
}

/* A line more of a command's data, if there is one. */
static void
put_further(struct arena *arena, struct text *text, const char *words)
{
	if (words == NULL)
		return;
	text_put(text, "%0A");
	text_put(text, escaped(arena, words, false));
}

static void
put_command(const struct report *report, struct text *text, const char *command,
    const struct finding *finding)
{
	struct arena *arena = report->arena;
	const struct report_place *place = &finding->place;
	const char *at = "";

	if (place->path != NULL)
		at = arena_printf(
		    arena, "file=%s,", escaped(arena, place->path, true));
	if (place->path != NULL && place->begin.line > 0)
		at = arena_printf(arena,
		    "%sline=%u,endLine=%u,col=%u,endColumn=%u,", at,
		    (unsigned)place->begin.line, (unsigned)place->end.line,
		    (unsigned)place->begin.column, (unsigned)place->end.column);
	text_put(text, arena_printf(arena, "::%s %stitle=%s::%s", command, at,
			   escaped(arena, finding->rule->id, true),
			   escaped(arena, finding->text, false)));
	put_further(arena, text, finding->label);
	put_further(arena, text, finding->help);
	text_put(text, "\n");
}

void
output_github(const struct report *report, struct text *text)
{
	static const struct {
		enum severity level;
		const char *command;
	} levels[] = { { SEVERITY_ERROR, "error" },
		{ SEVERITY_WARNING, "warning" }, { SEVERITY_NOTE, "notice" } };
	size_t nleft = report->nleft_out;

	for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
		size_t n = 0;
		for (size_t i = 0; i < report->n; i++) {
			const struct finding *finding = &report->findings[i];
			if (finding->level != levels[l].level ||
			    finding->suppression != NULL)
				continue;
			if (n++ < GITHUB_LEVEL_MAX)
				put_command(
				    report, text, levels[l].command, finding);
			else
				nleft++;
		}
	}
	if (nleft > 0)
		TEXT(text, "$n$ more findings are in the log alone\n",
		    NUM("n", nleft));
}

void
output_gitlab(const struct report *report, struct text *text)
{
	static const char *const severities[] = {
		[SEVERITY_ERROR] = "critical",
		[SEVERITY_WARNING] = "major",
		[SEVERITY_NOTE] = "info",
	};
	size_t n = 0;

	text_put(text, "[");
	for (size_t i = 0; i < report->n; i++) {
		const struct finding *finding = &report->findings[i];
		const uint32_t line = finding->place.begin.line;

		if (finding->suppression != NULL || finding->place.path == NULL)
			continue;
		TEXT(text,
		    "$comma$\n{\"description\":$text$,\"check_name\":$id$,"
		    "\"fingerprint\":$key$,\"severity\":$severity$,"
		    "\"location\":{\"path\":$path$,\"lines\":{\"begin\":"
		    "$line$}}}",
		    LABEL("comma", n++ > 0 ? "," : ""),
		    JSTR("text", finding->text), JSTR("id", finding->rule->id),
		    JSTR("key", arena_printf(report->arena, "%016llx",
				    (unsigned long long)fnv_text(
					FNV_OFFSET, finding->key))),
		    JSTR("severity", severities[finding->level]),
		    JSTR("path", finding->place.path),
		    NUM("line", line > 0 ? line : 1));
	}
	text_put(text, "]\n");
}

void
output_checkstyle(const struct report *report, struct text *text)
{
	static const char *const severities[] = {
		[SEVERITY_ERROR] = "error",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_NOTE] = "info",
	};
	const char *path = NULL; /* of the file that is open */

	text_put(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		       "<checkstyle version=\"4.3\">\n");
	for (size_t i = 0; i < report->n; i++) {
		const struct finding *finding = &report->findings[i];
		const struct report_place *place = &finding->place;

		if (finding->suppression != NULL || place->path == NULL)
			continue;
		if (path == NULL || strcmp(path, place->path) != 0) {
			text_put(text, path != NULL ? "</file>\n" : "");
			TEXT(text, "<file name=\"$path$\">\n",
			    LABEL("path", place->path));
			path = place->path;
		}
		TEXT(text,
		    "<error line=\"$line$\" column=\"$column$\""
		    " severity=\"$severity$\" message=\"$text$\""
		    " source=\"stagewright.$id$\"/>\n",
		    NUM("line", place->begin.line),
		    NUM("column", place->begin.column),
		    XML("severity", severities[finding->level]),
		    LABEL("text", finding->text), XML("id", finding->rule->id));
	}
	text_put(text, path != NULL ? "</file>\n" : "");
	text_put(text, "</checkstyle>\n");
}
