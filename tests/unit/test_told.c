/* A program with the same machine and other waits and names: what was recorded
 * means what it meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "journal/book.h"

static const struct sw_stage stages[] = {
	{ .name = "Build", .first_action = 0, .last_action = 0 },
};
static const struct sw_action actions[] = {
	{ .name = "Make",
	    .run_order = 1,
	    .category = SW_CATEGORY_BUILD,
	    .bounds = SW_ALONE,
	    .retries = 1 },
};
static const struct sw_work work[] = {
	{ .backoff_ms = 60000, .namespace_ = "now" },
};

#define TABLES(backoff, namespace_)                                            \
	"{\"fingerprint\":\"0000000000000011\",\"stages\":[{\"actions\":[{"    \
	"\"backoff\":" backoff                                                 \
	",\"name\":\"Make\",\"namespace\":\"" namespace_                       \
	"\"}],\"name\":\"Build\"}]}"

static int
apply(
    struct sw_book *book, uint64_t time_ms, const char *kind, const char *text)
{
	struct sw_output out;
	struct sw_error err;
	struct sw_body *body;
	assert_int_equal(sw__body_read(&body, text, strlen(text)), 0);
	const struct sw_row row = {
		.seq = book->seq + 1,
		.time_ms = time_ms,
		.kind = kind,
		.body = body,
	};
	const int status = sw__book_apply(book, &row, &out, &err);
	sw__body_drop(body);
	return status;
}

/* Started, failed, to be tried again. */
static void
fail_once(struct sw_book *book, const char *tables)
{
	char first[512];
	snprintf(first, sizeof first,
	    "{\"pipeline\":\"p\",\"machine\":\"0000000000000011\",\"tables\":%"
	    "s}",
	    tables);
	assert_int_equal(apply(book, 1000, "pipeline", first), 0);
	assert_int_equal(
	    apply(book, 1000, "start",
		"{\"event\":\"start\",\"execution\":1,\"id\":\"x\","
		"\"revisions\":{},\"variables\":{}}"),
	    0);
	assert_int_equal(apply(book, 1000, "dispatch",
			     "{\"action\":\"Build.Make\",\"execution\":1,"
			     "\"id\":\"1.0.1\",\"number\":1}"),
	    0);
	assert_int_equal(apply(book, 2000, "fail",
			     "{\"attempt\":\"1.0.1\",\"event\":"
			     "\"fail Build.Make\"}"),
	    0);
}

static void
book__means_what_was_told_before(void **state)
{
	static const char again[] =
	    "{\"action\":\"Build.Make\",\"execution\":1,"
	    "\"id\":\"1.0.2\",\"number\":2}";
	struct sw_machine machine = {
		.name = "p",
		.fingerprint = 0x11,
		.nstages = 1,
		.nactions = 1,
		.group_max = 1,
		.target_words = SW_TARGET_WORDS,
		.mode = SW_MODE_SUPERSEDED,
		.stages = stages,
		.actions = actions,
	};
	const struct sw_pipeline pipeline = {
		.name = "p",
		.machine = &machine,
		.work = work,
	};
	(void)state;
	machine.state_size = (uint32_t)sw_state_size(&machine);
	struct sw_book *book = sw__book_new(&pipeline);
	fail_once(book, TABLES("1000", "then"));
	assert_int_equal(
	    apply(book, 2999, "dispatch", again), SW_ERROR_CORRUPT);
	assert_int_equal(apply(book, 3000, "dispatch", again), 0);
	/* From here on another program's. */
	assert_int_equal(
	    apply(book, 3000, "program",
		"{\"hash\":\"b\",\"tables\":" TABLES("60000", "now") "}"),
	    0);
	assert_int_equal(apply(book, 4000, "succeed",
			     "{\"attempt\":\"1.0.2\",\"event\":\"succeed "
			     "Build.Make\",\"variables\":{\"A\":\"b\"}}"),
	    0);
	const struct sw_execution *x = sw__book_execution(book, 1);
	assert_null(sw__members_get(&x->namespaces, "then"));
	assert_non_null(sw__members_get(&x->namespaces, "now"));
	sw__book_free(book);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(book__means_what_was_told_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
