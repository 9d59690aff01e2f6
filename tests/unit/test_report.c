/* What outputs make of findings that no model of the other tests has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/source.h"
#include "base/text.h"
#include "report/markdown.h"
#include "report/outputs.h"
#include "report/report.h"

#define MODEL                                                                  \
	"<pipeline name=\"p\">\n  <stage name=\"\xc3\xa4\"/>\n</pipeline>\n"

static const struct report_rule rule = { "art-order", "A title", SEVERITY_ERROR,
	NULL };

static struct report *
new_report(struct arena *arena)
{
	struct sources *sources = sources_new(arena);

	(void)source_add(sources, "a.xml", MODEL, strlen(MODEL));
	(void)source_add(sources, "git:main:b.xml", MODEL, strlen(MODEL));
	return report_new(arena, sources, "check");
}

/* The <stage> of one of the two. */
static struct span
stage_of(uint32_t file)
{
	const uint32_t begin =
	    (uint32_t)(strstr(MODEL, "<stage") - (const char *)MODEL);

	return (struct span){ file, begin, begin + 6 };
}

/* An output's bytes; owned by the arena. */
static const char *
output(struct arena *arena, const struct report *report,
    void (*write)(const struct report *report, struct text *text))
{
	char *bytes = NULL;
	size_t size;
	FILE *to = open_memstream(&bytes, &size);
	struct text *text = text_new(to);

	write(report, text);
	assert_int_equal(text_close(text), 0);
	assert_int_equal(fclose(to), 0);
	const char *copy = arena_strdup(arena, bytes);
	free(bytes);
	return copy;
}

static void
add_edit(struct report *report, struct finding *finding, struct span at)
{
	if (finding->edits == NULL)
		finding->edits =
		    arena_array(report->arena, 3, sizeof *finding->edits);
	finding->edits[finding->nedits++] =
	    (struct report_edit){ report_place(report, at, NULL), "x" };
}

static unsigned
count(const char *text, const char *word)
{
	unsigned n = 0;

	for (const char *p = text; (p = strstr(p, word)) != NULL; p++)
		n++;
	return n;
}

static void
report_place__of_a_revision_is_its_path(void **state)
{
	struct arena *arena = arena_new();
	const struct report *report = new_report(arena);
	const struct report_place at = report_place(report, stage_of(2), NULL);
	const struct report_place whole =
	    report_place(report, span_of_file(2), NULL);

	(void)state;
	assert_string_equal(at.path, "b.xml");
	assert_int_equal(at.begin.line, 2);
	assert_int_equal(at.begin.column, 3);
	assert_string_equal(whole.path, "b.xml");
	assert_int_equal(whole.begin.line, 0);
	arena_free(arena);
}

static void
report_name_findings__numbers_those_alike(void **state)
{
	struct arena *arena = arena_new();
	struct report *report = new_report(arena);

	(void)state;
	for (int i = 0; i < 2; i++)
		(void)report_add(
		    report, &rule, SEVERITY_ERROR, stage_of(1), "t");
	report_add(report, &rule, SEVERITY_ERROR, stage_of(1), "t")->subject =
	    "other";
	report_name_findings(report);
	assert_string_equal(
	    report->findings[0].key, "art-order|pipeline[p]/stage[\xc3\xa4]|");
	assert_string_equal(report->findings[1].key,
	    "art-order|pipeline[p]/stage[\xc3\xa4]||2");
	assert_string_equal(report->findings[2].key,
	    "art-order|pipeline[p]/stage[\xc3\xa4]|other");
	arena_free(arena);
}

static void
output_sarif__corrects_each_file_once(void **state)
{
	struct arena *arena = arena_new();
	struct report *report = new_report(arena);
	struct finding *finding =
	    report_add(report, &rule, SEVERITY_ERROR, stage_of(1), "t");

	(void)state;
	add_edit(report, finding, stage_of(1));
	add_edit(report, finding, stage_of(1));
	add_edit(report, finding, stage_of(2));
	report_name_findings(report);
	const char *sarif = output(arena, report, output_sarif);
	assert_int_equal(count(sarif, "\"fixes\""), 1);
	assert_int_equal(count(sarif, "\"replacements\""), 2);
	assert_int_equal(count(sarif, "\"deletedRegion\""), 3);
	/* A suggestion has no path: there is none of two files. */
	assert_int_equal(
	    count(output(arena, report, output_rdjson), "suggestions"), 0);
	finding->nedits = 2;
	assert_int_equal(
	    count(output(arena, report, output_rdjson), "suggestions"), 1);
	arena_free(arena);
}

static void
outputs__leave_out_what_is_allowed(void **state)
{
	static void (*const outputs[])(const struct report *,
	    struct text *) = { output_sarif, output_github, output_gitlab,
		output_checkstyle, output_rdjson, output_markdown };
	static const struct report_suppression because = { .reason = "later" };
	struct arena *arena = arena_new();
	struct report *report = new_report(arena);

	(void)state;
	report_add(report, &rule, SEVERITY_ERROR, stage_of(1), "told")
	    ->suppression = &because;
	report_name_findings(report);
	for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
		assert_null(strstr(output(arena, report, outputs[i]), "told"));
	const char *all = output(arena, report, output_sarif_allowed);
	assert_non_null(strstr(all, "\"justification\":\"later\""));
	arena_free(arena);
}

static void
output_markdown__fits_into_a_comment(void **state)
{
	struct arena *arena = arena_new();
	struct report *report = new_report(arena);

	(void)state;
	report->nleft_out = 7;
	for (int i = 0; i < 3000; i++)
		(void)report_add(report, &rule,
		    i % 20 == 0 ? SEVERITY_ERROR : SEVERITY_NOTE, stage_of(1),
		    "some words that say what is wrong");
	report_name_findings(report);
	const char *page = output(arena, report, output_markdown);
	assert_true(strlen(page) <= MARKDOWN_MAX);
	assert_non_null(
	    strstr(page, "### 150 errors, 2850 notes, and 7 more\n"));
	assert_non_null(strstr(page, "too long for a comment"));
	assert_int_equal(count(page, "<details>"), 1);
	assert_int_equal(count(page, "</details>"), 1);
	/* 140 of 150 errors, 2840 of 2850 notes, and the seven. */
	page = output(arena, report, output_github);
	assert_int_equal(count(page, "\n::") + 1, 20);
	assert_non_null(strstr(page, "\n2987 more findings"));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_place__of_a_revision_is_its_path),
		cmocka_unit_test(report_name_findings__numbers_those_alike),
		cmocka_unit_test(output_sarif__corrects_each_file_once),
		cmocka_unit_test(outputs__leave_out_what_is_allowed),
		cmocka_unit_test(output_markdown__fits_into_a_comment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
