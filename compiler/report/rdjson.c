/*
 * The report in reviewdog's Diagnostic Format, as one document
 * (github.com/reviewdog/reviewdog, proto/rdf/reviewdog.proto). Its columns
 * count bytes, ours characters.
 */
#include "base/source.h"
#include "base/text.h"
#include "outputs.h"
#include "report.h"

static void
put_position(const struct report *report, struct text *text, uint32_t file,
    uint32_t offset, uint32_t line)
{
	size_t length;
	const char *begin = source_line(report->sources, file, line, &length);
	const char *at = source_bytes(report->sources, file) + offset;

	TEXT(text, "{\"line\":$line$,\"column\":$column$}", NUM("line", line),
	    NUM("column", (uint64_t)(at - begin) + 1));
}

static void
put_range(const struct report *report, struct text *text,
    const struct report_place *place)
{
	const struct span at = place->at;

	text_put(text, "\"range\":{\"start\":");
	put_position(report, text, at.file, at.begin, place->begin.line);
	text_put(text, ",\"end\":");
	put_position(report, text, at.file, at.end, place->end.line);
	text_put(text, "}");
}

static void
put_location(const struct report *report, struct text *text,
    const struct report_place *place)
{
	TEXT(text, "\"location\":{\"path\":$path$", JSTR("path", place->path));
	if (place->begin.line > 0) {
		text_put(text, ",");
		put_range(report, text, place);
	}
	text_put(text, "}");
}

static void
put_related(const struct report *report, struct text *text,
    const struct finding *finding)
{
	const char *between = ",\"related_locations\":[";

	for (size_t i = 0; i < finding->nrelated; i++) {
		const struct report_place *place = &finding->related[i];
		if (place->path == NULL)
			continue;
		text_put(text, between);
		TEXT(text, "{\"message\":$text$,", JSTR("text", place->text));
		put_location(report, text, place);
		text_put(text, "}");
		between = ",";
	}
	text_put(text, *between == ',' && between[1] == '\0' ? "]" : "");
}

/* A suggestion has no path: it is of the file that the finding is in. */
static void
put_suggestions(const struct report *report, struct text *text,
    const struct finding *finding)
{
	size_t n = 0;

	while (n < finding->nedits &&
	       finding->edits[n].place.at.file == finding->place.at.file)
		n++;
	if (n == 0 || n < finding->nedits)
		return;
	text_put(text, ",\"suggestions\":[");
	for (size_t i = 0; i < n; i++) {
		text_put(text, i > 0 ? ",{" : "{");
		put_range(report, text, &finding->edits[i].place);
		TEXT(text, ",\"text\":$text$}",
		    JSTR("text", finding->edits[i].text));
	}
	text_put(text, "]");
}

static void
put_finding(const struct report *report, struct text *text,
    const struct finding *finding)
{
	static const char *const severities[] = {
		[SEVERITY_ERROR] = "ERROR",
		[SEVERITY_WARNING] = "WARNING",
		[SEVERITY_NOTE] = "INFO",
	};

	TEXT(text,
	    "\n{\"message\":$text$,\"severity\":$severity$,\"code\":{\"value\":"
	    "$id$},",
	    JSTR("text", report_message(report, finding)),
	    JSTR("severity", severities[finding->level]),
	    JSTR("id", finding->rule->id));
	put_location(report, text, &finding->place);
	put_related(report, text, finding);
	put_suggestions(report, text, finding);
	text_put(text, "}");
}

void
output_rdjson(const struct report *report, struct text *text)
{
	const char *between = "";

	text_put(
	    text, "{\"source\":{\"name\":\"stagewright\"},\"diagnostics\":[");
	for (size_t i = 0; i < report->n; i++) {
		const struct finding *finding = &report->findings[i];
		if (finding->suppression != NULL || finding->place.path == NULL)
			continue;
		text_put(text, between);
		put_finding(report, text, finding);
		between = ",";
	}
	text_put(text, "]}\n");
}
