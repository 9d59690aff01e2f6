/* The memory of a compilation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void
arena_alloc__gives_zeroed_aligned_memory(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t size = 1; size < 100000; size = size * 3 + 1) {
		unsigned char *memory = arena_alloc(arena, size);

		assert_int_equal((uintptr_t)memory % sizeof(void *), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, size);
	}
	arena_free(arena);
}

static void
arena_alloc__keeps_what_was_given_before(void **state)
{
	struct arena *arena = arena_new();
	char *texts[2000];

	(void)state;
	for (int i = 0; i < 2000; i++)
		texts[i] = arena_printf(arena, "text %d", i);
	for (int i = 0; i < 2000; i++) {
		char expected[20];

		snprintf(expected, sizeof expected, "text %d", i);
		assert_string_equal(texts[i], expected);
	}
	arena_free(arena);
}

static void
arena_strndup__ends_the_copy(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(arena_strndup(arena, "pipeline", 4), "pipe");
	assert_string_equal(arena_strdup(arena, ""), "");
	arena_free(arena);
}

static void
arena_free__takes_null(void **state)
{
	(void)state;
	arena_free(NULL);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_alloc__gives_zeroed_aligned_memory),
		cmocka_unit_test(arena_alloc__keeps_what_was_given_before),
		cmocka_unit_test(arena_strndup__ends_the_copy),
		cmocka_unit_test(arena_free__takes_null),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
