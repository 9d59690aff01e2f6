/* Results as bytes, and outcomes in words. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attempt/reason.h"
#include "attempt/result.h"

static const struct sw_output_artifact artifacts[] = { { "code", "abc" },
	{ "package", "def" }, { NULL, NULL } };
static const struct sw_parameter variables[] = { { "A", "1=2\nend=" },
	{ "B", "" }, { NULL, NULL } };
static const struct sw_result whole = {
	.outcome = SW_OUTCOME_SIGNALED,
	.code = 9,
	.reason = "ended by signal 9 (KILL)",
	.succeeded = false,
	.artifacts = artifacts,
	.variables = variables,
	.log_bytes = UINT64_MAX,
	.log_dropped = 3,
};

static void
result_decode__gives_back_what_was_encoded(void **state)
{
	(void)state;
	struct sw_error err;
	struct sw_result_store store;
	char *bytes;
	size_t size;
	assert_int_equal(sw__result_encode(&bytes, &size, &whole, &err), 0);
	assert_int_equal(sw__result_decode(&store, bytes, size, &err), 0);
	const struct sw_result *got = &store.result;
	assert_int_equal(got->outcome, SW_OUTCOME_SIGNALED);
	assert_int_equal(got->code, 9);
	assert_string_equal(got->reason, whole.reason);
	assert_true(got->log_bytes == UINT64_MAX);
	assert_int_equal(got->log_dropped, 3);
	assert_string_equal(got->artifacts[1].name, "package");
	assert_string_equal(got->artifacts[1].hash, "def");
	assert_null(got->artifacts[2].name);
	assert_string_equal(got->variables[0].value, "1=2\nend=");
	assert_string_equal(got->variables[1].value, "");
	assert_null(got->variables[2].name);
	sw__result_release(&store);
}

static void
result_decode__refuses_every_cut_and_most_changes(void **state)
{
	(void)state;
	struct sw_error err;
	struct sw_result_store store;
	char *bytes;
	size_t size;
	assert_int_equal(sw__result_encode(&bytes, &size, &whole, &err), 0);
	for (size_t n = 0; n < size; n++) {
		char *cut = malloc(n + 1);
		assert_non_null(cut);
		memcpy(cut, bytes, n);
		cut[n] = '\0';
		assert_int_equal(
		    sw__result_decode(&store, cut, n, &err), SW_ERROR_CORRUPT);
	}
	/* No change of a byte makes it read or write where it must not. */
	for (size_t i = 0; i < size; i++)
		for (int c = 0; c < 256; c += 51) {
			char *changed = malloc(size);
			assert_non_null(changed);
			memcpy(changed, bytes, size);
			changed[i] = (char)c;
			if (sw__result_decode(&store, changed, size, &err) == 0)
				sw__result_release(&store);
		}
	free(bytes);
}

static void
result_encode__has_a_limit(void **state)
{
	(void)state;
	struct sw_error err;
	char *big = malloc(SW_RESULT_MAX + 1);
	assert_non_null(big);
	memset(big, 'x', SW_RESULT_MAX);
	big[SW_RESULT_MAX] = '\0';
	const struct sw_parameter one[] = { { "BIG", big }, { NULL, NULL } };
	struct sw_result result = whole;
	char *bytes;
	size_t size;
	result.variables = one;
	assert_int_equal(
	    sw__result_encode(&bytes, &size, &result, &err), SW_ERROR_LIMIT);
	free(big);
}

static void
reason_deadline__speaks_in_units(void **state)
{
	static const struct {
		uint64_t ms;
		const char *text;
	} cases[] = {
		{ 1200000, "timed out after 20m" },
		{ 5400000, "timed out after 1h30m" },
		{ 604800000, "timed out after 7d" },
		{ 1500, "timed out after 1s500ms" },
		{ 1, "timed out after 1ms" },
	};
	char text[64];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		sw__reason_deadline(text, sizeof text, cases[i].ms);
		assert_string_equal(text, cases[i].text);
	}
}

static void
reason_missing__reads_what_shells_say(void **state)
{
	char text[64] = "untouched";
	(void)state;
	assert_int_equal(
	    sw__reason_missing(text, sizeof text, "sh: 1: mke: not found"), 0);
	assert_string_equal(text, "command not found: 'mke'");
	assert_int_equal(sw__reason_missing(text, sizeof text,
			     "x: line 2: ./no such: command not found"),
	    0);
	assert_string_equal(text, "command not found: './no such'");
	strcpy(text, "untouched");
	assert_int_equal(
	    sw__reason_missing(text, sizeof text, "page not found"), -1);
	assert_int_equal(sw__reason_missing(text, sizeof text, ""), -1);
	assert_int_equal(
	    sw__reason_missing(text, sizeof text, ": not found"), -1);
	assert_string_equal(text, "untouched");
}

static void
reason_signal__names_the_known_ones(void **state)
{
	char text[64];
	(void)state;
	sw__reason_signal(text, sizeof text, 9);
	assert_string_equal(text, "ended by signal 9 (KILL)");
	sw__reason_signal(text, sizeof text, 40);
	assert_string_equal(text, "ended by signal 40");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(result_decode__gives_back_what_was_encoded),
		cmocka_unit_test(
		    result_decode__refuses_every_cut_and_most_changes),
		cmocka_unit_test(result_encode__has_a_limit),
		cmocka_unit_test(reason_deadline__speaks_in_units),
		cmocka_unit_test(reason_missing__reads_what_shells_say),
		cmocka_unit_test(reason_signal__names_the_known_ones),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
