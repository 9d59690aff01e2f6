/* Sets of numbers, against one that has a bit for each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "journal/ranges.h"
#include "tests/differential/chance.h"

#define MAX 64

static void
assert_same(const struct sw_ranges *ranges, const bool *bits)
{
	uint32_t n = 0;
	for (uint32_t i = 1; i <= MAX; i++) {
		assert_int_equal(sw__ranges_have(ranges, i), bits[i]);
		n += bits[i];
	}
	assert_int_equal(sw__ranges_count(ranges), n);
	for (uint32_t i = 1; i < ranges->n; i++)
		assert_true(
		    ranges->items[i - 1].last + 1 < ranges->items[i].first);
}

static void
ranges__are_a_set(void **state)
{
	struct chance chance = chance_new(1);
	struct sw_ranges ranges = { 0 };
	bool bits[MAX + 1] = { false };
	(void)state;
	for (int i = 0; i < 20000; i++) {
		const uint32_t number = 1 + chance_below(&chance, MAX);
		/* It fills up, and empties again. */
		const bool fills = i / 1000 % 2 == 0;
		const bool adds = (chance_below(&chance, 8) != 0) == fills;
		assert_int_equal(sw__ranges_reserve(&ranges, 1), 0);
		if (adds)
			sw__ranges_add(&ranges, number);
		else
			sw__ranges_remove(&ranges, number);
		bits[number] = adds;
		assert_same(&ranges, bits);
	}
	sw__ranges_free(&ranges);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges__are_a_set),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
