/*
 * Collects findings for the outputs: works their places out, makes their texts
 * plain, and names each by rule and element.
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic_store.h"
#include "base/utf8.h"

/* In front of the path of what a revision has (compilation.h). */
#define REVISION "git:"

struct report *
report_new(
    struct arena *arena, const struct sources *sources, const char *command)
{
	struct report *report = arena_alloc(arena, sizeof *report);

	report->arena = arena;
	report->sources = sources;
	report->command = command;
	return report;
}

const char *
report_plain(struct arena *arena, const char *text)
{
	const size_t length = strlen(text);
	const char *end = text + length;
	char *plain = arena_alloc(arena, length + 1), *to = plain;

	for (size_t size; text < end; text += size) {
		size = utf8_character(text, end);
		if (utf8_is_plain(text, size)) {
			memcpy(to, text, size);
			to += size;
		} else {
			*to++ = *text == '\t' ? ' ' : '?';
		}
	}
	*to = '\0';
	return plain;
}

static const char *
plain_or_null(struct arena *arena, const char *text)
{
	return text != NULL && *text != '\0' ? report_plain(arena, text) : NULL;
}

/* "ci/release.xml" of "git:4f2c1a9:ci/release.xml" and of what is below the
 * top. */
static const char *
path_of(const struct report *report, const char *name)
{
	const size_t top = report->top != NULL ? strlen(report->top) : 0;
	const char *path = NULL;

	if (strncmp(name, REVISION, strlen(REVISION)) == 0)
		path = strchr(name + strlen(REVISION), ':');
	if (path != NULL)
		return path + 1;
	return top > 0 && strncmp(name, report->top, top) == 0 ? name + top
							       : name;
}

struct report_place
report_place(const struct report *report, struct span at, const char *text)
{
	struct report_place place = { .at = at, .text = "" };

	if (text != NULL)
		place.text = report_plain(report->arena, text);
	if (!span_is_set(at))
		return place;
	place.path = path_of(report, source_name(report->sources, at.file));
	if (at.begin == UINT32_MAX)
		return place;
	place.begin = source_locate(report->sources, at.file, at.begin);
	place.end = source_locate(report->sources, at.file, at.end);
	return place;
}

struct finding *
report_add(struct report *report, const struct report_rule *rule,
    enum severity level, struct span at, const char *text)
{
	struct finding *finding;

	if (report->n == REPORT_FINDINGS_MAX) {
		report->nleft_out++;
		return NULL;
	}
	if (report->n == report->capacity) {
		const size_t capacity = report->capacity * 2 + 16;
		struct finding *findings =
		    arena_array(report->arena, capacity, sizeof *findings);

		if (report->n > 0)
			memcpy(findings, report->findings,
			    report->n * sizeof *findings);
		report->findings = findings;
		report->capacity = capacity;
	}
	finding = &report->findings[report->n++];
	finding->rule = rule;
	finding->level = level;
	finding->place = report_place(report, at, NULL);
	finding->text = report_plain(report->arena, text);
	return finding;
}

static void
add_related(struct report *report, struct finding *finding,
    const struct diagnostic *diagnostic)
{
	size_t n = 0;

	for (const struct diagnostic_place *p = diagnostic->places; p;
	     p = p->next)
		n++;
	if (n == 0)
		return;
	finding->related =
	    arena_array(report->arena, n, sizeof *finding->related);
	for (const struct diagnostic_place *p = diagnostic->places; p;
	     p = p->next)
		finding->related[finding->nrelated++] =
		    report_place(report, p->at, p->text);
}

static void
add_run(struct report *report, struct finding *finding,
    const struct diagnostic *diagnostic)
{
	size_t n = 0;

	for (const struct diagnostic_step *s = diagnostic->steps; s;
	     s = s->next)
		n++;
	if (n == 0)
		return;
	finding->run = arena_array(report->arena, n, sizeof *finding->run);
	for (const struct diagnostic_step *s = diagnostic->steps; s;
	     s = s->next)
		finding->run[finding->nsteps++] = (struct report_step){
			.text = report_plain(report->arena, s->text),
			.place = report_place(report, s->at, NULL),
			.is_decision = s->is_decision,
		};
}

static void
add_edits(struct report *report, struct finding *finding,
    const struct diagnostic *diagnostic)
{
	size_t n = 0;

	for (const struct diagnostic_edit *e = diagnostic->edits; e;
	     e = e->next)
		n++;
	if (n == 0)
		return;
	finding->edits = arena_array(report->arena, n, sizeof *finding->edits);
	for (const struct diagnostic_edit *e = diagnostic->edits; e;
	     e = e->next)
		finding->edits[finding->nedits++] = (struct report_edit){
			.place = report_place(report, e->at, NULL),
			.text = e->text,
		};
}

static struct finding *
add_diagnostic(struct report *report, const struct diagnostic *d)
{
	struct finding *finding = report_add(
	    report, report_rule_of(report, d->id), d->severity, d->at, d->text);

	if (finding == NULL)
		return NULL;
	finding->label = plain_or_null(report->arena, d->label);
	finding->help = plain_or_null(report->arena, d->help);
	finding->subject = plain_or_null(report->arena, d->subject);
	add_related(report, finding, d);
	add_run(report, finding, d);
	add_edits(report, finding, d);
	return finding;
}

static void
add_allowed(struct report *report, const struct diagnostic *d)
{
	struct report_suppression *suppression;
	struct finding *finding = add_diagnostic(report, d);

	if (finding == NULL)
		return;
	suppression = arena_alloc(report->arena, sizeof *suppression);
	suppression->reason = report_plain(report->arena, d->allowed);
	suppression->place = report_place(report, d->allowed_at, NULL);
	finding->suppression = suppression;
}

void
report_diagnostics(struct report *report, const struct diagnostics *diagnostics)
{
	size_t n;
	struct diagnostic **sorted = diagnostics_sorted(diagnostics, &n);

	for (size_t i = 0; i < n; i++)
		(void)add_diagnostic(report, sorted[i]);
	sorted = diagnostics_sorted_allowed(diagnostics, &n);
	for (size_t i = 0; i < n; i++)
		add_allowed(report, sorted[i]);
	report->nleft_out += diagnostics->dropped;
}

const char *
report_message(const struct report *report, const struct finding *finding)
{
	const char *label = finding->label, *help = finding->help;

	if (label == NULL && help == NULL)
		return finding->text;
	return arena_printf(report->arena, "%s.%s%s%s%s%s%s", finding->text,
	    label != NULL ? " " : "", label != NULL ? label : "",
	    label != NULL ? "." : "", help != NULL ? " " : "",
	    help != NULL ? help : "", help != NULL ? "." : "");
}
