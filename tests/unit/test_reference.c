/* References in texts: where they are, and what is wrong with bad ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "notation/reference.h"

static void
reference_next__finds_names_and_place(void **state)
{
	const char *text = "v #{Build.VERSION}!";
	struct sw_reference found;

	(void)state;
	assert_null(sw_reference_next(text, &found));
	assert_int_equal(found.begin - text, 2);
	assert_int_equal(found.end - text, 18);
	assert_int_equal(found.namespace_length, 5);
	assert_memory_equal(found.namespace_, "Build", 5);
	assert_int_equal(found.name_length, 7);
	assert_memory_equal(found.name, "VERSION", 7);
}

static void
reference_next__goes_on_behind_the_last(void **state)
{
	struct sw_reference found;

	(void)state;
	assert_null(sw_reference_next("#{a.b}#{c-1.d@e_f}", &found));
	assert_null(sw_reference_next(found.end, &found));
	assert_memory_equal(found.namespace_, "c-1", 3);
	assert_int_equal(found.name_length, 5);
	assert_null(sw_reference_next(found.end, &found));
	assert_null(found.begin);
}

static void
reference_next__leaves_other_marks_alone(void **state)
{
	struct sw_reference found;

	(void)state;
	assert_null(sw_reference_next("# { ${a.b} # #x {} #", &found));
	assert_null(found.begin);
	assert_null(sw_reference_next("", &found));
	assert_null(found.begin);
}

static void
wrong(const char *text, const char *words, size_t end)
{
	struct sw_reference found;
	const char *problem = sw_reference_next(text, &found);

	if (problem == NULL || strstr(problem, words) == NULL)
		fail_msg("'%s': '%s'", text, problem ? problem : "nothing");
	assert_ptr_equal(found.begin, text);
	assert_int_equal(found.end - text, end);
}

static void
reference_next__names_what_is_wrong(void **state)
{
	(void)state;
	wrong("#{Build.VERSION", "no '}'", 15);
	wrong("#{Build.VERSION and", "no '}'", 15);
	wrong("#{Build.VERSION\tand", "no '}'", 15);
	wrong("#{Build.VERSION\nand", "no '}'", 15);
	wrong("#{Build.VERSION\r\n", "no '}'", 15);
	wrong("#{Build.VERSION\"", "no '}'", 15);
	wrong("#{Build.VERSION'", "no '}'", 15);
	wrong("#{", "no '}'", 2);
	wrong("#{}", "no namespace", 3);
	wrong("#{.x}", "no namespace", 2);
	wrong("#{Build}", "no name behind", 8);
	wrong("#{Build.}", "no name behind", 9);
	wrong("#{Bu!ld.x}", "a namespace has", 4);
	wrong("#{a^b.x}", "a namespace has", 3);
	wrong("#{a:b.x}", "a namespace has", 3);
	wrong("#{a~b.x}", "a namespace has", 3);
	wrong("#{a.b.c}", "a name has", 5);
	wrong("#{a.!}", "a name has", 4);
}

static void
reference_next__refuses_too_long_ones(void **state)
{
	char text[SW_REFERENCE_MAX + 2];
	struct sw_reference found;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "#{a.", 4);
	text[SW_REFERENCE_MAX - 1] = '}';
	text[SW_REFERENCE_MAX] = '\0';
	assert_null(sw_reference_next(text, &found));
	assert_non_null(found.begin);
	text[SW_REFERENCE_MAX - 1] = 'a';
	text[SW_REFERENCE_MAX] = '}';
	text[SW_REFERENCE_MAX + 1] = '\0';
	assert_non_null(sw_reference_next(text, &found));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference_next__finds_names_and_place),
		cmocka_unit_test(reference_next__goes_on_behind_the_last),
		cmocka_unit_test(reference_next__leaves_other_marks_alone),
		cmocka_unit_test(reference_next__names_what_is_wrong),
		cmocka_unit_test(reference_next__refuses_too_long_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
