/* Attempts: how they end, what is killed, and what is known after crashes. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "attempts.h"

static void
attempt_run__ends_with_the_exit_status(void **state)
{
	struct attempts *t = *state;
	attempts_script(t, "exit 0");
	assert_int_equal(t->end.outcome, SW_OUTCOME_EXITED);
	assert_true(t->end.succeeded);
	assert_string_equal(t->end.reason, "exited with status 0");
	attempts_script(t, "exit 2");
	assert_int_equal(t->end.outcome, SW_OUTCOME_EXITED);
	assert_int_equal(t->end.code, 2);
	assert_false(t->end.succeeded);
	assert_string_equal(t->end.reason, "exited with status 2");
	assert_int_equal(t->end.count, 1);
}

static int
set_up(void **state)
{
	struct attempts *t = malloc(sizeof *t);
	assert_non_null(t);
	attempts_init(t);
	*state = t;
	return 0;
}

static int
tear_down(void **state)
{
	attempts_release(*state);
	free(*state);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(attempt_run__ends_with_the_exit_status),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
