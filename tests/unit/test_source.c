/* Files, and places in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/source.h"

struct fixture {
	struct arena *arena;
	struct sources *sources;
};

static int
set_up(void **state)
{
	static struct fixture fixture;

	fixture.arena = arena_new();
	fixture.sources = sources_new(fixture.arena);
	*state = &fixture;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *fixture = *state;

	arena_free(fixture->arena);
	return 0;
}

static void
expect_place(struct fixture *f, uint32_t file, uint32_t offset, uint32_t line,
    uint32_t column)
{
	struct location location = source_locate(f->sources, file, offset);

	assert_int_equal(location.line, line);
	assert_int_equal(location.column, column);
}

static void
source_locate__counts_code_points(void **state)
{
	static const char text[] = "a\xc3\xa4\xf0\x9f\x98\x80"
				   "b\n\tc\r\nd";
	uint32_t file =
	    source_add(((struct fixture *)*state)->sources, "f", text, 13);

	expect_place(*state, file, 0, 1, 1);
	expect_place(*state, file, 1, 1, 2);
	expect_place(*state, file, 3, 1, 3);
	expect_place(*state, file, 7, 1, 4);
	expect_place(*state, file, 10, 2, 2);
	expect_place(*state, file, 13, 3, 1);
}

static void
source_locate__does_not_count_a_byte_order_mark(void **state)
{
	uint32_t file = source_add(
	    ((struct fixture *)*state)->sources, "f", "\xef\xbb\xbf<a/>", 7);

	expect_place(*state, file, 0, 1, 1);
	expect_place(*state, file, 3, 1, 1);
	expect_place(*state, file, 5, 1, 3);
}

static void
source_locate__works_backwards_and_past_65535_lines(void **state)
{
	struct fixture *f = *state;
	size_t size = 2 * 200000;
	char *text = arena_alloc(f->arena, size + 1);
	uint32_t file;

	for (size_t i = 0; i < size; i += 2)
		memcpy(text + i, "x\n", 2);
	file = source_add(f->sources, "f", text, size);
	expect_place(f, file, 2 * 199999, 200000, 1);
	expect_place(f, file, 2 * 65535 + 1, 65536, 2);
	expect_place(f, file, 2 * 65535, 65536, 1);
	expect_place(f, file, 0, 1, 1);
}

static void
source_line__leaves_out_line_ends(void **state)
{
	struct fixture *f = *state;
	uint32_t file = source_add(f->sources, "f", "one\r\n\ntwo", 9);
	size_t length;
	const char *line = source_line(f->sources, file, 1, &length);

	assert_int_equal(length, 3);
	assert_memory_equal(line, "one", 3);
	source_line(f->sources, file, 2, &length);
	assert_int_equal(length, 0);
	line = source_line(f->sources, file, 3, &length);
	assert_int_equal(length, 3);
	assert_memory_equal(line, "two", 3);
}

static void
source_read__tells_why_not(void **state)
{
	struct fixture *f = *state;
	uint32_t file = 0;

	assert_int_equal(source_read(f->sources, "/nowhere/at/all", &file),
	    SOURCE_UNREADABLE);
	assert_int_equal(
	    source_read(f->sources, "/", &file), SOURCE_UNREADABLE);
	assert_int_equal(
	    source_read(f->sources, "/dev/zero", &file), SOURCE_TOO_LARGE);
	assert_int_equal(file, 0);
}

int
main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(source_locate__counts_code_points),
		TEST(source_locate__does_not_count_a_byte_order_mark),
		TEST(source_locate__works_backwards_and_past_65535_lines),
		TEST(source_line__leaves_out_line_ends),
		TEST(source_read__tells_why_not),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
