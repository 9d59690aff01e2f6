/* Names of branches and tags: git's own judgement is the measure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "provider/ref_name.h"

static void
ref_name__proper_ones_are_taken(void **state)
{
	static const char *const names[] = { "main", "release/1.0", "a.b",
		"feature/x-y_z", "x$(touch${IFS}pwn)", "caf\xc3\xa9", "a@b",
		"a;b|c&d", "'quoted\"", "refs/heads/x", "lock", "a.lockx" };
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!sw__ref_name_is_valid(names[i]))
			fail_msg("'%s' is refused", names[i]);
}

static void
ref_name__improper_ones_are_refused(void **state)
{
	static const char *const names[] = { "", "-x", "--upload-pack=x", ".",
		"..", "a..b", "../x", ".a", "a/.b", "/a", "a/", "a//b", "a.",
		"a.lock", "a.lock/b", "a b", "a\tb", "a\nb", "a\x7f", "a~1",
		"a^", "a:b", "a?", "a*", "a[", "a\\b", "@", "a@{1}", "HEAD" };
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (sw__ref_name_is_valid(names[i]))
			fail_msg("'%s' is taken", names[i]);
}

static void
ref_name__length_is_limited(void **state)
{
	(void)state;
	char name[SW_REF_MAX];
	memset(name, 'a', sizeof name);
	name[SW_REF_MAX - 12] = 0;
	assert_true(sw__ref_name_is_valid(name));
	name[SW_REF_MAX - 12] = 'a';
	name[SW_REF_MAX - 11] = 0;
	assert_false(sw__ref_name_is_valid(name));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ref_name__proper_ones_are_taken),
		cmocka_unit_test(ref_name__improper_ones_are_refused),
		cmocka_unit_test(ref_name__length_is_limited),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
