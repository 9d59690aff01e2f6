/* Times in their order, whatever the order in which they came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/due.h"

static uint64_t
take(struct sw_dues *dues)
{
	const struct sw_due *first = sw__dues_first(dues);
	assert_non_null(first);
	const uint64_t ms = first->ms;
	assert_int_equal(first->task.action, ms % 7);
	sw__dues_drop(dues);
	return ms;
}

static void
add(struct sw_dues *dues, uint64_t ms)
{
	const struct sw_due due = { ms, { 1, (uint32_t)(ms % 7) } };
	assert_int_equal(sw__dues_add(dues, due), 0);
}

static void
dues_first__is_the_earliest(void **state)
{
	struct sw_dues dues = { 0 };
	uint64_t ms = 1;
	(void)state;
	assert_null(sw__dues_first(&dues));
	for (int i = 0; i < 1000; i++) {
		ms = ms * 6364136223846793005u + 1442695040888963407u;
		add(&dues, ms % 500);
	}
	uint64_t before = 0;
	for (int i = 0; i < 400; i++) {
		const uint64_t now = take(&dues);
		assert_true(now >= before);
		before = now;
	}
	add(&dues, before);
	add(&dues, 1000);
	assert_int_equal(take(&dues), before);
	for (int i = 0; i < 600; i++) {
		const uint64_t now = take(&dues);
		assert_true(now >= before);
		before = now;
	}
	assert_int_equal(take(&dues), 1000);
	assert_null(sw__dues_first(&dues));
	sw__dues_drop(&dues);
	sw__dues_free(&dues);
}

static void
dues_clear__leaves_none(void **state)
{
	struct sw_dues dues = { 0 };
	(void)state;
	add(&dues, 5);
	add(&dues, 4);
	sw__dues_clear(&dues);
	assert_null(sw__dues_first(&dues));
	add(&dues, 9);
	assert_int_equal(take(&dues), 9);
	sw__dues_free(&dues);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dues_first__is_the_earliest),
		cmocka_unit_test(dues_clear__leaves_none),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
