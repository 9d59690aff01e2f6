/* The capped log: what is kept and what is said to be missing. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "attempt/log.h"

#define HEAD 1000
#define TAIL 200

/* The byte that stands at a place of what was written. */
static char
byte_at(uint64_t at)
{
	return (char)('a' + at % 23);
}

/* Writes n bytes in pieces; the log's file is returned, to be closed. */
static FILE *
fill(struct sw_log *log, size_t n, size_t piece)
{
	FILE *file = tmpfile();
	char bytes[4096];
	assert_non_null(file);
	*log = (struct sw_log){
		.fd = fileno(file),
		.head_max = HEAD,
		.tail_max = TAIL,
	};
	for (size_t at = 0; at < n;) {
		const size_t part = n - at < piece ? n - at : piece;
		for (size_t i = 0; i < part; i++)
			bytes[i] = byte_at(at + i);
		sw__log_write(log, bytes, part);
		at += part;
	}
	return file;
}

static void
log_finish__leaves_a_short_log_alone(void **state)
{
	(void)state;
	for (size_t n = 0; n <= HEAD + TAIL; n += 100) {
		struct sw_log log;
		char got[HEAD + TAIL + 1];
		FILE *file = fill(&log, n, 77);
		assert_int_equal(sw__log_finish(&log), 0);
		assert_int_equal(log.total, n);
		assert_int_equal(pread(log.fd, got, sizeof got, 0), n);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(got[i], byte_at(i));
		fclose(file);
	}
}

static void
log_finish__keeps_both_ends_of_a_long_one(void **state)
{
	static const size_t sizes[] = { HEAD + TAIL + 1, HEAD + 2 * TAIL,
		HEAD + 2 * TAIL + 1, 9999, 12345 };
	static const size_t pieces[] = { 1, 7, TAIL, TAIL + 1, 4096 };
	(void)state;
	for (size_t k = 0; k < 25; k++) {
		const size_t n = sizes[k % 5];
		struct sw_log log;
		char got[HEAD + TAIL + 2] = "";
		FILE *file = fill(&log, n, pieces[k / 5]);
		const uint64_t missing = sw__log_finish(&log);
		assert_int_equal(log.total, n);
		assert_int_equal(
		    pread(log.fd, got, sizeof got, 0), HEAD + TAIL);
		for (size_t i = 0; i < HEAD; i++)
			assert_int_equal(got[i], byte_at(i));
		unsigned long long said;
		assert_int_equal(
		    sscanf(got + HEAD, "\n[stagewright: %llu bytes left out",
			&said),
		    1);
		assert_int_equal(said, missing);
		/* What follows the line is the end, without a gap. */
		const char *end = strchr(got + HEAD + 1, '\n');
		assert_non_null(end);
		const size_t kept = (size_t)(got + HEAD + TAIL - (end + 1));
		assert_int_equal(HEAD + missing + kept, n);
		for (size_t i = 0; i < kept; i++)
			assert_int_equal(end[1 + i], byte_at(n - kept + i));
		fclose(file);
	}
}

static void
log_write__counts_what_the_disk_refuses(void **state)
{
	(void)state;
	FILE *full = fopen("/dev/full", "r+");
	if (!full)
		skip();
	struct sw_log log = {
		.fd = fileno(full),
		.head_max = HEAD,
		.tail_max = TAIL,
	};
	sw__log_write(&log, "hello", 5);
	assert_int_equal(log.total, 5);
	assert_int_equal(sw__log_finish(&log), 5);
	fclose(full);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_finish__leaves_a_short_log_alone),
		cmocka_unit_test(log_finish__keeps_both_ends_of_a_long_one),
		cmocka_unit_test(log_write__counts_what_the_disk_refuses),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
