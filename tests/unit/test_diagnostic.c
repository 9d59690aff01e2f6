/* The sink: order, repetition, limits, excerpts, suggestions. */
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

struct fixture {
	struct arena *arena;
	struct sources *sources;
	struct diagnostics *diagnostics;
};

static int
set_up(void **state)
{
	static struct fixture f;

	f.arena = arena_new();
	f.sources = sources_new(f.arena);
	f.diagnostics = diagnostics_new(f.arena, f.sources);
	*state = &f;
	return 0;
}

static int
tear_down(void **state)
{
	arena_free(((struct fixture *)*state)->arena);
	return 0;
}

static void
expect_print(struct fixture *f, bool brief, const char *expected)
{
	char *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);

	diagnostics_print(f->diagnostics, stream,
	    (struct diagnostic_style){ .brief = brief });
	fclose(stream);
	assert_string_equal(out, expected);
	free(out);
}

static struct diagnostic *
add(struct fixture *f, enum check_id id, uint32_t begin, uint32_t end,
    const char *text)
{
	return diagnostic_add(
	    f->diagnostics, id, (struct span){ 1, begin, end }, "%s", text);
}

static void
diagnostics_print__shows_places_labels_and_help(void **state)
{
	static const char text[] = "<a>\n\t<\xc3\xa4 b=\"c\"/>\n</a>\n";
	struct fixture *f = *state;
	struct diagnostic *d;

	source_add(f->sources, "m.xml", text, sizeof text - 1);
	d = add(f, CHECK_ART_ORDER, 12, 13, "artifact 'c' is read too early");
	diagnostic_label(d, "read here");
	diagnostic_also(d, (struct span){ 1, 0, 3 }, "written here");
	diagnostic_help(d, "wait");
	expect_print(f, false,
	    "m.xml:2:8: error: artifact 'c' is read too early [art-order]\n"
	    "    2 |  <\xc3\xa4 b=\"c\"/>\n"
	    "      |        ^ read here\n"
	    "    1 | <a>\n"
	    "      | --- written here\n"
	    "      = help: wait\n"
	    "\n"
	    "1 error\n");
}

static void
diagnostics_print__sorts_and_says_nothing_twice(void **state)
{
	struct fixture *f = *state;

	source_add(f->sources, "m.xml", "<a/>\n<b/>\n", 10);
	add(f, CHECK_ART_ORDER, 6, 7, "later");
	add(f, CHECK_VAR_UNUSED, 1, 2, "z");
	add(f, CHECK_ART_ORDER, 1, 2, "y");
	add(f, CHECK_ART_ORDER, 1, 2, "y");
	add(f, CHECK_STRUCT_CONFUSABLE, 1, 2, "x");
	expect_print(f, true,
	    "m.xml:1:2: error: y [art-order]\n"
	    "m.xml:1:2: warning: x [struct-confusable]\n"
	    "m.xml:1:2: note: z [var-unused]\n"
	    "m.xml:2:2: error: later [art-order]\n"
	    "2 errors, 1 warning, 1 note\n");
}

static void
diagnostics_print__cannot_be_commanded_by_a_model(void **state)
{
	struct fixture *f = *state;

	source_add(f->sources, "m.xml", "\033[2J\xe2\x80\xae\n", 8);
	add(f, CHECK_STRUCT_VALUE, 0, 1, "'\033]0;x\007\n'");
	expect_print(f, false,
	    "m.xml:1:1: error: '?]0;x\?\?' [struct-value]\n"
	    "    1 | ?[2J?\n"
	    "      | ^\n"
	    "\n"
	    "1 error\n");
}

static void
diagnostic_add__counts_what_it_does_not_keep(void **state)
{
	struct fixture *f = *state;

	source_add(f->sources, "m.xml", "x", 1);
	for (int i = 0; i < DIAGNOSTICS_MAX + 5; i++) {
		struct diagnostic *d =
		    add(f, CHECK_ART_ORDER, 0, 1, "the same");

		diagnostic_label(d, "label");
		diagnostic_help(d, "help");
	}
	assert_int_equal(diagnostics_count(f->diagnostics, SEVERITY_ERROR),
	    DIAGNOSTICS_MAX + 5);
	expect_print(f, true,
	    "m.xml:1:1: error: the same [art-order]\n"
	    "1 error, 5 more not shown\n");
}

static void
diagnostics_print_json__has_all(void **state)
{
	struct fixture *f = *state;
	char *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);

	source_add(f->sources, "m.xml", "<a/>", 4);
	diagnostic_help(add(f, CHECK_VAR_UNUSED, 1, 2, "say \"no\""), "h");
	diagnostics_print_json(f->diagnostics, stream);
	fclose(stream);
	assert_string_equal(out,
	    "[\n{\"file\":\"m.xml\",\"line\":1,\"column\":2,\"endLine\":1,"
	    "\"endColumn\":3,\"severity\":\"note\",\"id\":\"var-unused\","
	    "\"message\":\"say \\\"no\\\"\",\"label\":null,\"help\":\"h\","
	    "\"related\":[]}\n]\n");
	free(out);
}

static void
did_you_mean__finds_the_nearest(void **state)
{
	static const char *const words[] = { "stage", "source", "test", "by",
		"executionMode", "timeout" };

	(void)state;
	assert_string_equal(did_you_mean("stgae", words, 6), "stage");
	assert_string_equal(did_you_mean("TIMEOUT", words, 6), "timeout");
	assert_string_equal(
	    did_you_mean("execution", words, 6), "executionMode");
	assert_null(did_you_mean("to", words, 6));
	assert_null(did_you_mean("flurb", words, 6));
	assert_null(did_you_mean("", words, 6));
}

int
main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(diagnostics_print__shows_places_labels_and_help),
		TEST(diagnostics_print__sorts_and_says_nothing_twice),
		TEST(diagnostics_print__cannot_be_commanded_by_a_model),
		TEST(diagnostic_add__counts_what_it_does_not_keep),
		TEST(diagnostics_print_json__has_all),
		TEST(did_you_mean__finds_the_nearest),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
