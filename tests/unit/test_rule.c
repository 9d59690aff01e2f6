/* What providers of rules do, each in a process of its own: comparisons,
 * windows, commands. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "attempts.h"
#include "store/artifact.h"

static void
check_variable(struct attempts *t, const char *variable, const char *operator_,
    const char *value)
{
	const struct sw_parameter parameters[] = { { "variable", variable },
		{ "operator", operator_ }, { value ? "value" : NULL, value },
		{ NULL, NULL } };
	attempts_run(t, &(struct attempts_action){
			    .provider = &sw_provider_variable_check,
			    .parameters = parameters,
			});
	assert_int_equal(t->end.outcome, SW_OUTCOME_EXITED);
	assert_int_equal(t->end.succeeded, t->end.code == 0);
}

static void
variable_check__compares(void **state)
{
	struct attempts *t = *state;
	const struct {
		const char *variable, *operator_, *value;
		bool passes;
	} cases[] = {
		{ "main", "EQ", "main", true },
		{ "main", "EQ", "Main", false },
		{ "", "EQ", "", true },
		{ "main", "NE", "dev", true },
		{ "main", "NE", "main", false },
		{ "fix: the update", "CONTAINS", "update", true },
		{ "update", "CONTAINS", "updates", false },
		{ "update", "CONTAINS", "", true },
		{ "a.c", "CONTAINS", ".*", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		check_variable(
		    t, cases[i].variable, cases[i].operator_, cases[i].value);
		if (t->end.succeeded != cases[i].passes)
			fail_msg("'%s' %s '%s'", cases[i].variable,
			    cases[i].operator_, cases[i].value);
	}
}

static void
variable_check__matches_all_of_the_value(void **state)
{
	struct attempts *t = *state;
	const struct {
		const char *variable, *value;
		bool passes;
	} cases[] = {
		{ "main", "main|release/.*", true },
		{ "release/1.2", "main|release/.*", true },
		{ "feature/main", "main|release/.*", false },
		{ "maintenance", "main|release/.*", false },
		{ "ab", "a|ab", true },
		{ "v1.20.3", "v[0-9]+(\\.[0-9]+)*", true },
		{ "v1.20.", "v[0-9]+(\\.[0-9]+)*", false },
		{ "v1", "^v1$", true },
		{ "two\nlines", "two.lines", true },
		{ "main\n", "main", false },
		{ "", "a*", true },
		{ "\303\244\303\244", "(\303\244){2}", true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		check_variable(t, cases[i].variable, "MATCHES", cases[i].value);
		if (t->end.succeeded != cases[i].passes)
			fail_msg("'%s' MATCHES '%s'", cases[i].variable,
			    cases[i].value);
	}
}

static void
variable_check__says_what_it_compared(void **state)
{
	struct attempts *t = *state;
	const struct sw_parameter written[] = {
		{ "variable", "#{Src.BranchName}" }, { NULL, NULL }
	};
	const struct sw_parameter parameters[] = { { "variable", "dev" },
		{ "operator", "EQ" }, { "value", "main" }, { NULL, NULL } };
	attempts_run(t, &(struct attempts_action){
			    .provider = &sw_provider_variable_check,
			    .written = written,
			    .parameters = parameters,
			});
	assert_string_equal(t->end.reason,
	    "#{Src.BranchName} is 'dev', which is not equal to 'main'");
	assert_int_equal(t->end.code, 1);
	check_variable(t, "dev", "NE", "dev");
	assert_string_equal(t->end.reason, "'dev' is equal to 'dev'");
	check_variable(t, "dev", "CONTAINS", "x");
	assert_string_equal(t->end.reason, "'dev' does not contain 'x'");
	check_variable(t, "dev", "MATCHES", "x+");
	assert_string_equal(t->end.reason, "'dev' does not match 'x+'");
	check_variable(t, "dev", "EQ", "dev");
	assert_string_equal(attempts_log(t), "'dev': EQ 'dev'\n");
}

/* Two hundred of a character of two bytes: it is cut between two of them. */
static void
variable_check__says_long_values_in_part(void **state)
{
	struct attempts *t = *state;
	char value[402];
	char expected[512];
	value[0] = 'x';
	for (int i = 1; i < 401; i += 2)
		memcpy(value + i, "\303\244", 2);
	value[401] = '\0';
	check_variable(t, value, "EQ", "y");
	snprintf(expected, sizeof expected, "'%.159s...' is not equal to 'y'",
	    value);
	assert_string_equal(t->end.reason, expected);
}

static void
variable_check__refuses_what_it_cannot_judge(void **state)
{
	struct attempts *t = *state;
	char *large = malloc(16386);
	check_variable(t, "a", "MATCHES", "(a");
	assert_string_equal(t->end.reason,
	    "malformed expression '(a': at character 1: the group is not "
	    "closed");
	check_variable(t, "a", "MATCHES", "[b-a]");
	assert_string_equal(
	    t->end.reason, "malformed expression '[b-a]': Invalid range end");
	check_variable(t, "a", "LIKE", "a");
	assert_string_equal(t->end.reason,
	    "parameter 'operator' is 'LIKE'; it must be EQ, NE, CONTAINS or "
	    "MATCHES");
	check_variable(t, "a", "EQ", NULL);
	assert_string_equal(t->end.reason, "parameter 'value' is missing");
	assert_non_null(large);
	memset(large, 'a', 16385);
	large[16385] = '\0';
	check_variable(t, large, "MATCHES", "a*");
	assert_string_equal(t->end.reason,
	    "the variable has 16385 bytes; MATCHES takes 16384 at most");
	check_variable(t, large + 1, "MATCHES", "a*");
	assert_true(t->end.succeeded);
	free(large);
}

static void
launch_window(struct attempts *t, const char *cron, const char *zone)
{
	const struct sw_parameter parameters[] = { { "cron", cron },
		{ zone ? "timeZone" : NULL, zone }, { NULL, NULL } };
	attempts_launch(t, &(struct attempts_action){
			       .provider = &sw_provider_deployment_window,
			       .parameters = parameters,
			   });
	sw__attempt_release(t->attempt);
}

static void
check_window(struct attempts *t, const char *cron, const char *zone)
{
	launch_window(t, cron, zone);
	attempts_await(t);
}

static void
deployment_window__passes_while_it_is_open(void **state)
{
	struct attempts *t = *state;
	check_window(t, "* * * * *", NULL);
	assert_true(t->end.succeeded);
	assert_non_null(strstr(attempts_log(t), " UTC: the window '* * * * *' "
						"is open\n"));
	check_window(t, "0 * * * * ?", "UTC+05:30");
	assert_true(t->end.succeeded);
	assert_non_null(strstr(attempts_log(t), " +0530: the window"));
}

/* A window of one second, the second after the next one. */
static void
deployment_window__waits_until_it_opens(void **state)
{
	struct attempts *t = *state;
	char cron[64];
	struct timespec now;
	struct tm tm;
	assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
	const time_t opens = now.tv_sec + 2;
	assert_non_null(gmtime_r(&opens, &tm));
	/* Two of them: second 0 alone would stand for its minute. */
	snprintf(cron, sizeof cron, "%d,%d %d %d %d %d ?", tm.tm_sec,
	    (tm.tm_sec + 30) % 60, tm.tm_min, tm.tm_hour, tm.tm_mday,
	    tm.tm_mon + 1);
	check_window(t, cron, "UTC");
	assert_true(t->end.succeeded);
	assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
	assert_true(now.tv_sec >= opens);
	assert_non_null(strstr(attempts_log(t), "' opens at "));
	assert_non_null(strstr(attempts_log(t), "' is open\n"));
}

/* 29 February: one that waits can be stopped, or runs into its deadline. */
static void
deployment_window__ends_at_its_deadline(void **state)
{
	struct attempts *t = *state;
	const struct sw_parameter parameters[] = { { "cron", "0 0 29 2 *" },
		{ NULL, NULL } };
	const time_t now = time(NULL);
	struct tm tm;
	assert_non_null(gmtime_r(&now, &tm));
	if (tm.tm_mon == 1 && tm.tm_mday == 29)
		skip();
	attempts_run(t, &(struct attempts_action){
			    .provider = &sw_provider_deployment_window,
			    .parameters = parameters,
			    .deadline_ms = 300,
			});
	assert_false(t->end.succeeded);
	assert_int_equal(t->end.outcome, SW_OUTCOME_TIMED_OUT);
	assert_non_null(
	    strstr(attempts_log(t), "the window '0 0 29 2 *' opens at 20"));
}

static void
deployment_window__refuses_what_it_cannot_judge(void **state)
{
	struct attempts *t = *state;
	check_window(t, "0 25 * * *", NULL);
	assert_string_equal(t->end.reason,
	    "malformed schedule '0 25 * * *': at character 3: an hour is a "
	    "number from 0 to 23");
	check_window(t, "* * 30 2 *", NULL);
	assert_string_equal(
	    t->end.reason, "the window '* * 30 2 *' never opens again");
	check_window(t, "0 0 0 * * ? 2001", NULL);
	assert_string_equal(
	    t->end.reason, "the window '0 0 0 * * ? 2001' never opens again");
	check_window(t, "* * * * *", "Mars");
	assert_string_equal(t->end.reason,
	    "no time zone has the name 'Mars': a time zone is UTC, UTC+05:30 "
	    "or as in Europe/Berlin");
	check_window(t, "* * * * *", "Europe/Nowhere");
	assert_non_null(strstr(t->end.reason, "on this machine"));
	attempts_run(t, &(struct attempts_action){
			    .provider = &sw_provider_deployment_window,
			});
	assert_string_equal(t->end.reason, "parameter 'cron' is missing");
}

/* As in an action: inputs in place, its own variables, the exit status. */
static void
commands_as_a_rule__has_inputs_and_variables(void **state)
{
	struct attempts *t = *state;
	const struct sw_artifact outputs[] = { { "code", NULL }, { 0 } };
	const char *const make[] = { "echo healthy >state", NULL };
	const char *const look[] = { "test \"$(cat state)\" = \"$WANTED\"",
		NULL };
	char hash[SW_HASH_HEX_MAX];
	attempts_run(
	    t, &(struct attempts_action){ .run = make, .outputs = outputs });
	assert_int_equal(sscanf(t->end.artifacts, "code=%64s", hash), 1);
	const struct sw_output_artifact inputs[] = { { "code", hash },
		{ NULL, NULL } };
	for (int i = 0; i < 2; i++) {
		const struct sw_parameter env[] = {
			{ "WANTED", i == 0 ? "healthy" : "ill" }, { NULL, NULL }
		};
		attempts_run(t, &(struct attempts_action){
				    .run = look,
				    .inputs = inputs,
				    .env = env,
				});
		assert_int_equal(t->end.succeeded, i == 0);
	}
	assert_string_equal(t->end.reason, "exited with status 1");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, attempts_set_up, attempts_tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(variable_check__compares),
		TEST(variable_check__matches_all_of_the_value),
		TEST(variable_check__says_what_it_compared),
		TEST(variable_check__says_long_values_in_part),
		TEST(variable_check__refuses_what_it_cannot_judge),
		TEST(deployment_window__passes_while_it_is_open),
		TEST(deployment_window__waits_until_it_opens),
		TEST(deployment_window__ends_at_its_deadline),
		TEST(deployment_window__refuses_what_it_cannot_judge),
		TEST(commands_as_a_rule__has_inputs_and_variables),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("rule", tests, NULL, NULL);
}
