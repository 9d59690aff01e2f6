/* Which bytes are a character, and which characters hide. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"

static void
utf8_size__refuses_what_is_no_character(void **unused)
{
	(void)unused;
	assert_int_equal(utf8_size("a", 1), 1);
	assert_int_equal(utf8_size("\xc3\xa4", 2), 2);
	assert_int_equal(utf8_size("\xc3\xa4", 1), 0);
	assert_int_equal(utf8_size("\xc0\x80", 2), 0);
	assert_int_equal(utf8_size("\xed\xa0\x80", 3), 0);
	assert_int_equal(utf8_size("\xf4\x90\x80\x80", 4), 0);
}

static void
utf8_hidden__knows_its_ranges(void **unused)
{
	(void)unused;
	assert_int_equal(utf8_hidden("\xc2\x9f"), 2);     /* U+009F */
	assert_int_equal(utf8_hidden("\xc2\xa0"), 0);     /* U+00A0 */
	assert_int_equal(utf8_hidden("\xe2\x80\x8a"), 0); /* U+200A */
	assert_int_equal(utf8_hidden("\xe2\x80\x8b"), 3); /* U+200B */
	assert_int_equal(utf8_hidden("\xe2\x80\xa8"), 3); /* U+2028 */
	assert_int_equal(utf8_hidden("\xe2\x80\xae"), 3); /* U+202E */
	assert_int_equal(utf8_hidden("\xe2\x80\xaf"), 0); /* U+202F */
	assert_int_equal(utf8_hidden("\xe2"), 0);
}

static void
utf8_turns__leaves_what_is_only_invisible(void **unused)
{
	(void)unused;
	assert_true(utf8_turns("\xe2\x80\x8e"));  /* U+200E */
	assert_true(utf8_turns("\xe2\x81\xa9"));  /* U+2069 */
	assert_false(utf8_turns("\xe2\x80\x8b")); /* U+200B */
	assert_false(utf8_turns("\xe2\x81\xaa")); /* U+206A */
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_size__refuses_what_is_no_character),
		cmocka_unit_test(utf8_hidden__knows_its_ranges),
		cmocka_unit_test(utf8_turns__leaves_what_is_only_invisible),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
