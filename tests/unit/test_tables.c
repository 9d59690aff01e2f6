/* What is written into the rows of a machine, so that a step need not look. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine/tables.h"

enum {
	NROWS = 8
};

static void
bounds__are_those_of_the_groups(void **unused)
{
	(void)unused;
	static const uint8_t expected[NROWS] = { SW_ALONE, SW_FIRST, SW_INNER,
		SW_INNER, SW_LAST, SW_FIRST, SW_LAST, SW_ALONE };
	struct sw_action rows[NROWS] = {
		{ .stage = 0, .run_order = 1 },
		{ .stage = 1, .run_order = 1 },
		{ .stage = 1, .run_order = 1 },
		{ .stage = 1, .run_order = 1 },
		{ .stage = 1, .run_order = 1 },
		{ .stage = 1, .run_order = 2 },
		{ .stage = 1, .run_order = 2 },
		{ .stage = 2, .run_order = 2 },
	};
	for (size_t i = 0; i < NROWS; i++)
		rows[i].bounds = UINT8_MAX;
	assert_int_equal(sw_tables_bound(rows, NROWS), 4);
	for (size_t i = 0; i < NROWS; i++)
		assert_int_equal(rows[i].bounds, expected[i]);
}

static void
largest__is_that_of_the_rows_said(void **unused)
{
	(void)unused;
	struct sw_action rows[3] = { { .run_order = 1 }, { .run_order = 1 },
		{ .run_order = 1 } };
	assert_int_equal(sw_tables_bound(rows, 0), 0);
	assert_int_equal(sw_tables_bound(rows, 2), 2);
	assert_int_equal(rows[1].bounds, SW_LAST);
	assert_int_equal(rows[2].bounds, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds__are_those_of_the_groups),
		cmocka_unit_test(largest__is_that_of_the_rows_said),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
