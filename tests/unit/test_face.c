#define _DEFAULT_SOURCE /* strsep */
/*
 * The faces of a released binary: documents of view.h, kept in tests/face, on
 * terminals of several widths. FACE_UPDATE=1 writes what is expected anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "command/canvas.h"
#include "command/face.h"
#include "command/say.h"

enum {
	COLOR = 1,
	UNICODE = 2
};

static char *
drawn(const char *name, uint32_t columns, int can)
{
	char path[128];
	json_error_t problem;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	const struct sw_screen screen = { out, "./release", NULL, columns, 50,
		(can & COLOR) != 0, (can & UNICODE) != 0 };

	snprintf(path, sizeof path, "tests/face/%s.json", name);
	json_t *document = json_load_file(path, 0, &problem);
	assert_non_null(document);
	if (strncmp(name, "history", 7) == 0)
		sw__face_history(&screen, document);
	else if (strncmp(name, "show", 4) == 0)
		sw__face_show(&screen, document);
	else
		sw__face_status(&screen, document);
	json_decref(document);
	fclose(out);
	return text;
}

static char *
expected(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	FILE *in = fopen(path, "r");

	for (int c; in != NULL && (c = getc(in)) != EOF;)
		putc(c, out);
	if (in != NULL)
		fclose(in);
	fclose(out);
	return text;
}

static void
check(const char *name, uint32_t columns, int can)
{
	char path[128];
	char *got = drawn(name, columns, can);

	snprintf(path, sizeof path, "tests/face/%s.%u%s%s.txt", name, columns,
	    (can & COLOR) != 0 ? "-color" : "",
	    (can & UNICODE) != 0 ? "" : "-ascii");
	if (getenv("FACE_UPDATE") != NULL) {
		FILE *out = fopen(path, "w");
		assert_non_null(out);
		fputs(got, out);
		fclose(out);
	}
	char *wanted = expected(path);
	assert_string_equal(got, wanted);
	free(wanted);
	free(got);
}

static void
face_status__is_a_drawing_on_a_terminal(void **state)
{
	(void)state;
	check("status-busy", 100, UNICODE);
	check("status-failed", 100, UNICODE);
	check("status-empty", 100, UNICODE);
}

static void
face_status__fits_any_width(void **state)
{
	(void)state;
	check("status-busy", 60, UNICODE);
	check("status-busy", 200, UNICODE);
	check("status-hostile", 60, UNICODE);
}

static void
face_status__has_color_and_ascii(void **state)
{
	(void)state;
	check("status-busy", 80, UNICODE | COLOR);
	check("status-busy", 80, 0);
	check("status-hostile", 80, 0);
}

static void
face_status__is_plain_elsewhere(void **state)
{
	(void)state;
	check("status-busy", 0, UNICODE);
}

static void
face_row__is_one_line_whatever_people_write(void **state)
{
	json_t *row = json_pack("{s:s, s:s, s:s, s:I}", "kind", "succeed",
	    "action", "OK.M", "text",
	    "OK.M asks: a\n\n\033[31mb \n00:00:00  #9 Succeeded é", "time",
	    (json_int_t)0);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	const struct sw_screen screen = { out, "./release", NULL, 0, 0, false,
		false };

	(void)state;
	sw__face_row(&screen, row);
	fclose(out);
	assert_non_null(strchr(text, ' '));
	assert_string_equal(strchr(text, ' '),
	    "  OK.M asks: a [31mb 00:00:00  #9 Succeeded é\n");
	free(text);
	json_decref(row);
}

static void
face_row__says_who_begins_to_wait(void **state)
{
	json_t *row = json_pack("{s:s, s:s, s:I, s:[ss]}", "kind", "succeed",
	    "text", "A.B succeeded", "time", (json_int_t)0, "rules",
	    "action.succeeded A.B", "arrive.waits Next #3");
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	const struct sw_screen screen = { out, "./release", NULL, 0, 0, false,
		false };

	(void)state;
	sw__face_row(&screen, row);
	fclose(out);
	assert_non_null(strstr(text, "  #3 waits before Next\n"));
	free(text);
	json_decref(row);
}

/* The document of status-failed, its stage still going on. */
static void
face_status__says_how_an_unknown_action_is_settled(void **state)
{
	json_error_t problem;
	json_t *document =
	    json_load_file("tests/face/status-failed.json", 0, &problem);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	const struct sw_screen screen = { out, "./release", NULL, 100, 50,
		false, true };
	size_t i;
	json_t *stage;

	(void)state;
	json_array_foreach(json_object_get(document, "stages"), i, stage)
		json_object_set_new(stage, "status", json_string("InProgress"));
	sw__face_status(&screen, document);
	fclose(out);
	assert_non_null(
	    strstr(text, "./release settle Build.Lint succeeded\n"));
	free(text);
	json_decref(document);
}

static void
face_history__is_a_table(void **state)
{
	(void)state;
	check("history", 100, UNICODE);
	check("history", 60, UNICODE);
	check("history", 0, UNICODE);
}

static void
face_show__is_a_tree(void **state)
{
	(void)state;
	check("show", 80, UNICODE);
	check("show", 0, UNICODE);
}

/* Every line of every drawing is at most as wide as the screen. */
static void
face_status__never_runs_over(void **state)
{
	static const char *const names[] = { "status-busy", "status-failed",
		"status-empty", "status-hostile", "history", "show" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		for (uint32_t columns = 40; columns <= 200; columns += 7) {
			char *text = drawn(names[i], columns, UNICODE);
			char *rest = text;
			for (char *line; (line = strsep(&rest, "\n")) != NULL;)
				/* Commands are never cut. */
				if (strncmp(line, "      ./release", 15) != 0)
					assert_true(
					    sw__canvas_width(line) <= columns);
			free(text);
		}
}

static void
say_duration__has_the_two_largest_units(void **state)
{
	static const struct {
		json_int_t ms;
		const char *text;
	} cases[] = { { 0, "0.0s" }, { 9999, "9.9s" }, { 10000, "10s" },
		{ 61000, "1m01s" }, { 7500000, "2h05m" },
		{ 273600000, "3d4h" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[32];
		sw__say_duration(cases[i].ms, text, sizeof text);
		assert_string_equal(text, cases[i].text);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(face_status__is_a_drawing_on_a_terminal),
		cmocka_unit_test(face_status__fits_any_width),
		cmocka_unit_test(face_status__has_color_and_ascii),
		cmocka_unit_test(face_status__is_plain_elsewhere),
		cmocka_unit_test(
		    face_status__says_how_an_unknown_action_is_settled),
		cmocka_unit_test(face_row__is_one_line_whatever_people_write),
		cmocka_unit_test(face_row__says_who_begins_to_wait),
		cmocka_unit_test(face_history__is_a_table),
		cmocka_unit_test(face_show__is_a_tree),
		cmocka_unit_test(face_status__never_runs_over),
		cmocka_unit_test(say_duration__has_the_two_largest_units),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
