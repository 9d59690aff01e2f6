/* What GitHub knows findings by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/arena.h"
#include "report/line_hash.h"

static void
expect(const char *text, const char *const *hashes, uint32_t n)
{
	struct arena *arena = arena_new();
	uint32_t found;
	const char **lines = line_hashes(arena, text, strlen(text), &found);

	assert_int_equal(found, n);
	for (uint32_t i = 0; i < n; i++)
		assert_string_equal(lines[i], hashes[i]);
	arena_free(arena);
}

static void
line_hash__is_that_of_github(void **state)
{
	static const char *const hashes[] = { "bb1534d3f5543bce:1",
		"526b62a62ba26e18:1", "af9b63a8e0e4c6de:1",
		"c77b8d5657d5b8d4:1" };
	(void)state;
	expect("<pipeline name=\"shop\">\n  <stage name=\"Source\"/>\n"
	       "  <stage name=\"Source\"/>\n</pipeline>\n",
	    hashes, 4);
	/* Neither blanks nor the ends of lines play a part. */
	expect("<pipeline name=\"shop\">\r\n\t<stage name=\"Source\"/>\r\n"
	       "<stage name=\"Source\"/>\r</pipeline>\r\n",
	    hashes, 4);
}

static void
line_hash__counts_lines_that_are_alike(void **state)
{
	struct arena *arena = arena_new();
	char text[601];
	uint32_t n;
	(void)state;
	for (size_t i = 0; i < 300; i++)
		memcpy(text + 2 * i, "a\n", 2);
	text[600] = '\0';
	const char **lines = line_hashes(arena, text, 600, &n);
	assert_int_equal(n, 300);
	assert_string_equal(strchr(lines[0], ':'), ":1");
	assert_string_equal(strchr(lines[199], ':'), ":200");
	arena_free(arena);
}

static void
line_hash__takes_any_bytes(void **state)
{
	struct arena *arena = arena_new();
	uint32_t n;
	(void)state;
	(void)line_hashes(arena, "", 0, &n);
	assert_int_equal(n, 0);
	(void)line_hashes(arena, "\xff\xc3\n\xf0\x9f\x9a\x80", 7, &n);
	assert_int_equal(n, 2);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_hash__is_that_of_github),
		cmocka_unit_test(line_hash__counts_lines_that_are_alike),
		cmocka_unit_test(line_hash__takes_any_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
