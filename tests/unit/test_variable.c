/* References replaced by values. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/variable.h"

static const char *
look_up(const char *namespace_, size_t namespace_length, const char *name,
    size_t name_length, void *payload)
{
	(void)payload;
	if (namespace_length != 5 || strncmp(namespace_, "Build", 5) != 0)
		return NULL;
	if (name_length == 7 && strncmp(name, "VERSION", 7) == 0)
		return "1.2";
	if (name_length == 5 && strncmp(name, "EMPTY", 5) == 0)
		return "";
	if (name_length == 4 && strncmp(name, "SELF", 4) == 0)
		return "#{Build.SELF}";
	return NULL;
}

static void
resolves(const char *text, const char *expected)
{
	struct sw_error err;
	char *got;
	if (sw__variable_resolve(&got, text, look_up, NULL, &err) != 0)
		fail_msg("%s", err.text);
	assert_string_equal(got, expected);
	free(got);
}

static void
variable_resolve__replaces_each_reference(void **state)
{
	(void)state;
	resolves("", "");
	resolves("no reference # { $x", "no reference # { $x");
	resolves("#{Build.VERSION}", "1.2");
	resolves(
	    "a#{Build.VERSION}#{Build.EMPTY}b#{Build.VERSION}", "a1.2b1.2");
}

static void
variable_resolve__never_looks_at_a_value_again(void **state)
{
	(void)state;
	resolves("<#{Build.SELF}>", "<#{Build.SELF}>");
}

static void
variable_resolve__names_what_has_no_value(void **state)
{
	struct sw_error err;
	char *out = NULL;
	(void)state;
	assert_int_equal(
	    sw__variable_resolve(&out, "v#{Build.NONE}", look_up, NULL, &err),
	    SW_ERROR_REFUSED);
	assert_string_equal(err.text,
	    "'#{Build.NONE}' has no value: 'Build' has given no variable "
	    "'NONE'");
	assert_int_equal(
	    sw__variable_resolve(&out, "v#{Build", look_up, NULL, &err),
	    SW_ERROR_REFUSED);
	assert_non_null(strstr(err.text, "'#{Build'"));
	assert_null(out);
}

static void
variable_resolve__has_a_limit(void **state)
{
	struct sw_error err;
	char *big = malloc(SW_RESOLVED_MAX + 1);
	char *out;
	(void)state;
	assert_non_null(big);
	memset(big, 'x', SW_RESOLVED_MAX);
	big[SW_RESOLVED_MAX] = '\0';
	assert_int_equal(
	    sw__variable_resolve(&out, big, look_up, NULL, &err), 0);
	free(out);
	big[SW_RESOLVED_MAX - 1] = '\0';
	char *both = malloc(SW_RESOLVED_MAX + 64);
	assert_non_null(both);
	strcpy(both, big);
	strcat(both, "#{Build.VERSION}");
	assert_int_equal(sw__variable_resolve(&out, both, look_up, NULL, &err),
	    SW_ERROR_LIMIT);
	free(both);
	free(big);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(variable_resolve__replaces_each_reference),
		cmocka_unit_test(
		    variable_resolve__never_looks_at_a_value_again),
		cmocka_unit_test(variable_resolve__names_what_has_no_value),
		cmocka_unit_test(variable_resolve__has_a_limit),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
