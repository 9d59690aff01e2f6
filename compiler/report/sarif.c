/*
 * The report as SARIF: what GitHub's code scanning reads of it, and what other
 * readers need to find the place and the rule.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/names.h"
#include "base/source.h"
#include "base/text.h"
#include "line_hash.h"
#include "outputs.h"
#include "report.h"

struct sarif {
	const struct report *report;
	struct text *text;
	const struct report_rule **rules;
	size_t nrules;
	/* Of the file that was last asked for. */
	uint32_t file;
	uint32_t nlines;
	const char **hashes;
};

static const char *
level_of(enum severity severity)
{
	static const char *const levels[] = {
		[SEVERITY_ERROR] = "error",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_NOTE] = "note",
	};
	return levels[severity];
}

/* A path as a URI reference (RFC 3986, section 2.1). */
static const char *
uri_of(struct arena *arena, const char *path)
{
	static const char plain[] = "-._~/";
	char *uri = arena_alloc(arena, 3 * strlen(path) + 1);
	char *to = uri;

	for (const unsigned char *p = (const unsigned char *)path; *p; p++)
		if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= '0' && *p <= '9') || strchr(plain, *p) != NULL)
			*to++ = (char)*p;
		else
			to += sprintf(to, "%%%02X", *p);
	*to = '\0';
	return uri;
}

static void
put_region(const struct sarif *s, const struct report_place *place)
{
	TEXT(s->text,
	    "{\"startLine\":$line$,\"startColumn\":$column$,"
	    "\"endLine\":$endline$,\"endColumn\":$endcolumn$}",
	    NUM("line", place->begin.line), NUM("column", place->begin.column),
	    NUM("endline", place->end.line),
	    NUM("endcolumn", place->end.column));
}

static void
put_artifact(const struct sarif *s, const struct report_place *place)
{
	TEXT(s->text, "\"artifactLocation\":{\"uri\":$uri$}",
	    JSTR("uri", uri_of(s->report->arena, place->path)));
}

static void
put_place(const struct sarif *s, const struct report_place *place)
{
	text_put(s->text, "\"physicalLocation\":{");
	put_artifact(s, place);
	if (place->begin.line > 0) {
		text_put(s->text, ",\"region\":");
		put_region(s, place);
	}
	text_put(s->text, "}");
}

/* Brackets of a message would be links (SARIF 2.1.0, 3.11.6). */
static const char *
message_of(const struct report *report, const struct finding *finding)
{
	const char *whole = report_message(report, finding);
	char *message = arena_alloc(report->arena, 2 * strlen(whole) + 1);
	char *to = message;

	for (const char *p = whole; *p != '\0'; p++) {
		if (*p == '[' || *p == ']' || *p == '\\')
			*to++ = '\\';
		*to++ = *p;
	}
	*to = '\0';
	return message;
}

static void
put_rules(const struct sarif *s)
{
	for (size_t i = 0; i < s->nrules; i++) {
		const struct report_rule *rule = s->rules[i];
		const char *page =
		    rule->page != NULL ? rule->page : rule->title;

		TEXT(s->text,
		    "$comma${\"id\":$id$,"
		    "\"shortDescription\":{\"text\":$title$},"
		    "\"fullDescription\":{\"text\":$title$},"
		    "\"help\":{\"text\":$page$,\"markdown\":$page$},"
		    "\"defaultConfiguration\":{\"level\":$level$}}",
		    LABEL("comma", i > 0 ? "," : ""), JSTR("id", rule->id),
		    JSTR("title", rule->title), JSTR("page", page),
		    JSTR("level", level_of(rule->level)));
	}
}

static uint64_t
index_of(const struct sarif *s, const struct report_rule *rule)
{
	uint64_t i = 0;
	while (i + 1 < s->nrules && s->rules[i] != rule)
		i++;
	return i;
}

static void
put_fingerprints(struct sarif *s, const struct finding *finding)
{
	const struct report_place *place = &finding->place;

	TEXT(s->text, ",\"partialFingerprints\":{\"stagewright/v1\":$key$",
	    JSTR("key", finding->key));
	if (place->at.file != 0 && place->begin.line > 0) {
		if (s->file != place->at.file)
			s->hashes = line_hashes(s->report->arena,
			    source_bytes(s->report->sources, place->at.file),
			    source_size(s->report->sources, place->at.file),
			    &s->nlines);
		s->file = place->at.file;
		if (place->begin.line <= s->nlines)
			TEXT(s->text, ",\"primaryLocationLineHash\":$hash$",
			    JSTR("hash", s->hashes[place->begin.line - 1]));
	}
	text_put(s->text, "}");
}

static void
put_related(const struct sarif *s, const struct finding *finding)
{
	size_t n = 0;

	for (size_t i = 0; i < finding->nrelated && n < SARIF_PLACES_MAX; i++) {
		const struct report_place *place = &finding->related[i];
		if (place->path == NULL)
			continue;
		text_put(s->text, n == 0 ? ",\"relatedLocations\":[" : ",");
		TEXT(s->text, "{\"id\":$id$,\"message\":{\"text\":$text$},",
		    NUM("id", n), JSTR("text", place->text));
		put_place(s, place);
		text_put(s->text, "}");
		n++;
	}
	text_put(s->text, n > 0 ? "]" : "");
}

/* The run that shows it, step by step. */
static void
put_run(const struct sarif *s, const struct finding *finding)
{
	size_t n = 0;

	for (size_t i = 0; i < finding->nsteps && n < SARIF_PLACES_MAX; i++) {
		const struct report_step *step = &finding->run[i];
		if (step->place.path == NULL)
			continue;
		text_put(s->text, n == 0 ? ",\"codeFlows\":[{\"threadFlows\":"
					   "[{\"locations\":["
					 : ",");
		TEXT(s->text,
		    "{\"importance\":$importance$,\"location\":{\"message\":{"
		    "\"text\":$text$},",
		    JSTR("importance",
			step->is_decision ? "essential" : "important"),
		    JSTR("text", step->text));
		put_place(s, &step->place);
		text_put(s->text, "}}");
		n++;
	}
	text_put(s->text, n > 0 ? "]}]}]" : "");
}

/* The correction: all of its edits, in the files that they are of. */
static void
put_fix(const struct sarif *s, const struct finding *finding)
{
	const char *path = NULL; /* of the file that is open */

	if (finding->nedits == 0)
		return;
	text_put(s->text, ",\"fixes\":[{\"artifactChanges\":[");
	for (size_t i = 0; i < finding->nedits; i++) {
		const struct report_edit *edit = &finding->edits[i];
		if (path != NULL && strcmp(path, edit->place.path) == 0) {
			text_put(s->text, ",");
		} else {
			text_put(s->text, path != NULL ? "]},{" : "{");
			put_artifact(s, &edit->place);
			text_put(s->text, ",\"replacements\":[");
		}
		path = edit->place.path;
		text_put(s->text, "{\"deletedRegion\":");
		put_region(s, &edit->place);
		TEXT(s->text, ",\"insertedContent\":{\"text\":$text$}}",
		    JSTR("text", edit->text));
	}
	text_put(s->text, "]}]}]");
}

static void
put_suppression(const struct sarif *s, const struct finding *finding)
{
	const struct report_suppression *by = finding->suppression;

	if (by == NULL)
		return;
	TEXT(s->text,
	    ",\"suppressions\":[{\"kind\":\"inSource\","
	    "\"justification\":$reason$",
	    JSTR("reason", by->reason));
	if (by->place.path != NULL) {
		text_put(s->text, ",\"location\":{");
		put_place(s, &by->place);
		text_put(s->text, "}");
	}
	text_put(s->text, "}]");
}

static void
put_result(struct sarif *s, const struct finding *finding)
{
	TEXT(s->text,
	    "\n{\"ruleId\":$id$,\"ruleIndex\":$index$,\"level\":$level$,"
	    "\"message\":{\"text\":$text$}",
	    JSTR("id", finding->rule->id),
	    NUM("index", index_of(s, finding->rule)),
	    JSTR("level", level_of(finding->level)),
	    JSTR("text", message_of(s->report, finding)));
	if (finding->place.path != NULL) {
		text_put(s->text, ",\"locations\":[{");
		put_place(s, &finding->place);
		text_put(s->text, "}]");
	}
	put_related(s, finding);
	put_run(s, finding);
	put_fix(s, finding);
	put_suppression(s, finding);
	put_fingerprints(s, finding);
	text_put(s->text, "}");
}

static void
put_report(const struct report *report, struct text *text, bool with_allowed)
{
	struct sarif s = { .report = report, .text = text };
	size_t n = 0;

	s.rules = report_rules(report, &s.nrules);
	TEXT(text,
	    "{$schema$:\"https://json.schemastore.org/sarif-2.1.0.json\","
	    "\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{"
	    "\"name\":\"stagewright\",\"semanticVersion\":$version$,"
	    "\"rules\":[",
	    JSTR("schema", "$schema"), JSTR("version", STAGEWRIGHT_VERSION));
	put_rules(&s);
	TEXT(text,
	    "]}},\"columnKind\":\"unicodeCodePoints\","
	    "\"automationDetails\":{\"id\":$id$},\"results\":[",
	    JSTR("id", arena_printf(
			   report->arena, "stagewright/%s/", report->command)));
	for (size_t i = 0; i < report->n && n < SARIF_RESULTS_MAX; i++) {
		if (report->findings[i].suppression != NULL && !with_allowed)
			continue;
		text_put(text, n++ > 0 ? "," : "");
		put_result(&s, &report->findings[i]);
	}
	text_put(text, "]}]}\n");
}

void
output_sarif(const struct report *report, struct text *text)
{
	put_report(report, text, false);
}

void
output_sarif_allowed(const struct report *report, struct text *text)
{
	put_report(report, text, true);
}
