/* Logs on a terminal: what comes through, and what is shown instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "command/tame.h"

/* The text in pieces of that many bytes. */
static void
check_pieces(const char *text, const char *expected, size_t piece)
{
	struct sw_tame tame = { .n = 0 };
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);
	for (size_t at = 0; at < strlen(text); at += piece) {
		const size_t left = strlen(text) - at;
		assert_int_equal(sw__tame_write(&tame, out, text + at,
				     left < piece ? left : piece),
		    0);
	}
	assert_int_equal(sw__tame_end(&tame, out), 0);
	fclose(out);
	assert_string_equal(got, expected);
	free(got);
}

static void
check(const char *text, const char *expected)
{
	for (size_t piece = 1; piece <= strlen(text); piece++)
		check_pieces(text, expected, piece);
}

static void
tame__lets_text_and_colours_through(void **state)
{
	static const char *const texts[] = { "plain\n", "a\tb\r\n",
		"\x1b[1;31mred\x1b[0m\x1b[m", "\x1b[38:2:1:2:3mx",
		"h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xc2\xa0",
		"\xe2\x80\x94 \xe2\x81\x84" };
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		check(texts[i], texts[i]);
}

static void
tame__shows_other_controls(void **state)
{
	(void)state;
	check("\x1b]0;title\a", "^[]0;title^G");
	check("\x1b]52;c;cHdu\x1b\\", "^[]52;c;cHdu^[\\");
	check("\x1b[2J\x1b[1;1H", "^[[2J^[[1;1H");
	check("\x1b[6n", "^[[6n");
	check("\x1b\x1b[2J", "^[^[[2J");
	check("a\bb\x7f\x01", "a^Hb^?^A");
	check("\x1b[31", "^[[31");
	check("\x1b[11111111111111111111111111111111111m",
	    "^[[11111111111111111111111111111111111m");
}

static void
tame__shows_what_turns_text_around(void **state)
{
	(void)state;
	check("\xe2\x80\xae!\xe2\x81\xa6!\xe2\x80\x8f", "?!?!?");
	check("\xc2\x9b"
	      "2J",
	    "?2J");
}

static void
tame__hides_nothing_behind_broken_characters(void **state)
{
	(void)state;
	check("\xc2\x1b]0;x", "?^[]0;x");
	check("\xe2\x80\x1b[2J", "??^[[2J");
	check("\xf0\x9f\x1b[2J", "??^[[2J");
	check("\x9b"
	      "2J\xff\xc0\x9b",
	    "?2J???");
	check("\xe2\x80", "??");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tame__lets_text_and_colours_through),
		cmocka_unit_test(tame__shows_other_controls),
		cmocka_unit_test(tame__shows_what_turns_text_around),
		cmocka_unit_test(tame__hides_nothing_behind_broken_characters),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
