/* Runs written as scenarios: what was written is read as the same story. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/text.h"
#include "model/model.h"
#include "read/reader.h"
#include "simulate/scenario.h"
#include "simulate/scenario_write.h"

/* What is written, and what is read of it. */
struct page {
	char *bytes;
	size_t size;
	FILE *stream;
	struct text *text;
	struct arena *arena;
	struct diagnostics *diagnostics;
	struct scenarios scenarios;
};

static void
page_open(struct page *page)
{
	*page = (struct page){ .bytes = NULL };
	page->stream = open_memstream(&page->bytes, &page->size);
	assert_non_null(page->stream);
	page->text = text_new(page->stream);
	scenarios_begin(page->text);
}

/* Ends what is written and reads it, without findings. */
static void
page_read(struct page *page)
{
	struct sources *sources;
	uint32_t file;

	scenarios_end(page->text);
	assert_int_equal(text_close(page->text), 0);
	assert_int_equal(fclose(page->stream), 0);
	page->arena = arena_new();
	sources = sources_new(page->arena);
	page->diagnostics = diagnostics_new(page->arena, sources);
	file = source_add(sources, "page", page->bytes, page->size);
	assert_true(scenarios_read(
	    page->arena, sources, file, page->diagnostics, &page->scenarios));
	assert_int_equal(
	    diagnostics_count(page->diagnostics, SEVERITY_ERROR), 0);
}

static void
page_close(struct page *page)
{
	arena_free(page->arena);
	free(page->bytes);
}

static void
scenario_event__is_read_as_the_same_words(void **state)
{
	static const char *const events[] = { "start", "succeed Build.Compile",
		"fail Build.Compile", "unknown Build.Unit.2",
		"approve SignOff.Manager", "reject SignOff.Manager",
		"pass Production.Hours", "open Production", "close Production",
		"stop #12", "abandon #4294967295", "retry Build",
		"retry Build all", "override Production onSuccess",
		"rollback Production #1", "#2 succeed Build.Compile",
		"#3 retry Build all" };
	const size_t n = sizeof events / sizeof *events;
	char line[SCENARIO_TEXT_MAX];
	struct page page;

	(void)state;
	page_open(&page);
	scenario_begin(page.text, "all", NULL);
	for (size_t i = 0; i < n; i++)
		assert_true(scenario_event(page.text, events[i], false, NULL));
	scenario_end(page.text);
	page_read(&page);
	assert_int_equal(page.scenarios.n, 1);
	assert_int_equal(page.scenarios.items[0].steps.n, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(
		    step_words(&page.scenarios.items[0].steps.items[i], line),
		    events[i]);
	page_close(&page);
}

static void
scenario_event__refuses_what_is_no_event(void **state)
{
	struct page page;

	(void)state;
	page_open(&page);
	assert_false(scenario_event(page.text, "", false, NULL));
	assert_false(scenario_event(page.text, "#2", false, NULL));
	assert_false(scenario_event(page.text, "begin Build", false, NULL));
	page_read(&page);
	assert_int_equal(page.scenarios.n, 0);
	page_close(&page);
}

static void
scenario_event__says_why_it_is_refused(void **state)
{
	struct page page;

	(void)state;
	page_open(&page);
	scenario_begin(page.text, "refused", NULL);
	scenario_event(
	    page.text, "retry Build", false, "StageNotRetryableException");
	scenario_expect(page.text, "stage", "Build", "status", "none");
	scenario_end(page.text);
	page_read(&page);
	const struct steps *steps = &page.scenarios.items[0].steps;
	assert_string_equal(
	    steps->items[0].refused.text, "StageNotRetryableException");
	assert_int_equal(steps->items[1].kind, STEP_EXPECT);
	assert_string_equal(steps->items[1].stage.text, "Build");
	assert_string_equal(steps->items[1].status.text, "none");
	page_close(&page);
}

static void
scenario_begin__takes_any_text(void **state)
{
	static const char name[] = "<a> & \"b\" 'c' -- d";
	struct page page;

	(void)state;
	page_open(&page);
	scenario_begin(page.text, name, "why --> this -- and that-");
	scenario_comment(page.text, "--->");
	scenario_end(page.text);
	page_read(&page);
	assert_string_equal(page.scenarios.items[0].name.text, name);
	page_close(&page);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scenario_event__is_read_as_the_same_words),
		cmocka_unit_test(scenario_event__refuses_what_is_no_event),
		cmocka_unit_test(scenario_event__says_why_it_is_refused),
		cmocka_unit_test(scenario_begin__takes_any_text),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
