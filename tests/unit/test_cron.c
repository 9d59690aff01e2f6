/*
 * Schedules: what is read, where it is malformed, when it is open. What cron.c
 * works out from sets is compared with a look at every day by the text of its
 * fields and the C library's calendar.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "notation/cron.h"
#include "schedules.h"

static struct sw_cron
read_well(const char *text)
{
	struct sw_cron cron;
	size_t offset;
	const char *problem = sw_cron_read(text, &cron, &offset);

	if (problem != NULL)
		fail_msg("'%s': %s", text, problem);
	return cron;
}

static void
cron_read__fills_in_sets(void **state)
{
	struct sw_cron cron = read_well("*/15 9-16 1,31 JAN-MAR MON-THU");

	(void)state;
	assert_int_equal(
	    cron.minutes, 1ull | 1ull << 15 | 1ull << 30 | 1ull << 45);
	assert_int_equal(cron.hours, 0xffull << 9);
	assert_int_equal(cron.days, 1ull << 1 | 1ull << 31);
	assert_int_equal(cron.months, 0xe);
	assert_int_equal(cron.weekdays, 0x1e);
	assert_int_equal(cron.seconds, (1ull << 60) - 1);
	assert_false(cron.any_weekday);
	assert_false(cron.any_day);
	assert_true(cron.any_year);
}

static void
cron_read__takes_every_bound(void **state)
{
	struct sw_cron cron = read_well("0-59 0-23 1-31 1-12 0-7");

	(void)state;
	assert_int_equal(cron.minutes, (1ull << 60) - 1);
	assert_int_equal(cron.hours, (1ull << 24) - 1);
	assert_int_equal(cron.days, (1ull << 32) - 2);
	assert_int_equal(cron.months, (1ull << 13) - 2);
	assert_int_equal(cron.weekdays, 0x7f);
	assert_int_equal(read_well("* * * * 7").weekdays, 1);
	assert_true(read_well("* * * * *").any_weekday);
	assert_int_equal(
	    read_well("50/5 * * dec sun").minutes, 1ull << 50 | 1ull << 55);
	cron = read_well(" 0-59\t*  * ? 1-12  1-7 1970-2199 ");
	assert_int_equal(cron.seconds, (1ull << 60) - 1);
	assert_int_equal(cron.weekdays, 0x7f);
	assert_true(cron.any_day);
	assert_false(cron.any_year);
	for (int i = 0; i < 4; i++)
		assert_int_equal(
		    cron.years[i], i < 3 ? UINT64_MAX : (1ull << 38) - 1);
}

static void
cron_read__counts_weekdays_by_its_form(void **state)
{
	(void)state;
	assert_int_equal(read_well("* * * * 1").weekdays, 1 << 1);
	assert_int_equal(read_well("* * * ? * 1").weekdays, 1 << 0);
	assert_int_equal(read_well("* * * ? * SUN,7").weekdays, 1 | 1 << 6);
	assert_int_equal(read_well("* * * * FRI-MON").weekdays, 0x63);
	assert_int_equal(read_well("* * * * MON-SUN").weekdays, 0x7f);
	assert_int_equal(read_well("* * * ? * 6-2").weekdays, 0x63);
	assert_int_equal(read_well("* * * ? * FRI-MON/2").weekdays, 0x21);
}

static void
cron_read__takes_what_quartz_has(void **state)
{
	struct sw_cron cron = read_well("0 0 9 L,L-3,15W,LW,7 * ?");

	(void)state;
	assert_int_equal(cron.lasts, 1 | 1 << 3);
	assert_int_equal(cron.nears, 1 << 15);
	assert_int_equal(cron.days, 1 << 7);
	assert_true(cron.has_last_near);
	assert_true(cron.any_weekday);
	cron = read_well("* * 9 ? * L,6#3,FRIL,2");
	assert_int_equal(cron.weekdays, 1 << 6 | 1 << 1);
	assert_int_equal(cron.nths[5], 1 << 3 | 1);
	assert_true(cron.any_day);
}

/* A window is open for minutes: CodePipeline takes "*" as the seconds alone,
 * and writes 0 in its example. */
static void
cron_read__takes_second_0_for_the_minute(void **state)
{
	(void)state;
	assert_int_equal(read_well("0 * * * * ?").seconds, (1ull << 60) - 1);
	assert_int_equal(read_well("0,30 * * * * ?").seconds, 1 | 1 << 30);
}

static void
wrong_at(const char *text, size_t expected, const char *words)
{
	struct sw_cron cron;
	size_t offset = 99;
	const char *problem = sw_cron_read(text, &cron, &offset);

	if (problem == NULL)
		fail_msg("'%s' is read", text);
	if (offset != expected || strstr(problem, words) == NULL)
		fail_msg("'%s': %zu: %s", text, offset, problem);
}

static void
cron_read__says_where_it_is_malformed(void **state)
{
	(void)state;
	wrong_at("", 0, "fewer than five");
	wrong_at("* * * *", 7, "fewer than five");
	wrong_at("* * * ? * * * *", 14, "more than seven");
	wrong_at("60 * * * *", 0, "0 to 59");
	wrong_at("* 24 * * *", 2, "0 to 23");
	wrong_at("* * 0 * *", 4, "1 to 31");
	wrong_at("* * 32 * *", 4, "1 to 31");
	wrong_at("* * * 13 *", 6, "JAN to DEC");
	wrong_at("* * * * 8", 8, "0 to 7");
	wrong_at("* * * * MONDAY", 11, "SUN to SAT");
	wrong_at("* * * * MOM", 8, "SUN to SAT");
	wrong_at("{ * * * *", 0, "0 to 59");
	wrong_at("5-x * * * *", 2, "0 to 59");
	wrong_at("1-5/0 * * * *", 4, "a step");
	wrong_at("* 16-9 * * *", 5, "ends before it begins");
	wrong_at("*/0 * * * *", 2, "a step");
	wrong_at("*/60 * * * *", 2, "a step");
	wrong_at("1,,2 * * * *", 2, "0 to 59");
	wrong_at("1, * * * *", 2, "0 to 59");
	wrong_at("** * * * *", 1, "0 to 59");
	wrong_at("* * ? * *", 4, "begins with seconds");
	wrong_at("* * * * ?", 8, "begins with seconds");
	wrong_at("? * * * *", 0, "for the day or the weekday");
	wrong_at("* * L * *", 4, "begins with seconds");
	wrong_at("* * 15W * *", 6, "begins with seconds");
	wrong_at("* L * * *", 2, "0 to 23");
	wrong_at("* * * * 5L", 9, "begins with seconds");
	wrong_at("* * * * 5#2", 9, "begins with seconds");
	wrong_at("* * * ? * 0", 10, "1 (Sunday) to 7");
	wrong_at("* * * ? * 8", 10, "1 (Sunday) to 7");
	wrong_at("* * * ? * 6#6", 12, "1 to 5 times");
	wrong_at("* * * L-31 * ?", 8, "1 to 30");
	wrong_at("* * * 32W * ?", 6, "1 to 31");
	wrong_at("* * * ?,5 * *", 7, "1 to 31");
	wrong_at("* * * 5 * MON", 10, "the weekday is '?'");
	wrong_at("* * * * * ? 1969", 12, "1970 to 2199");
	wrong_at("* * * * * ? 2200", 12, "1970 to 2199");
	wrong_at("99999999999999999999 * * * *", 0, "0 to 59");
}

static void
cron_read__has_a_limit(void **state)
{
	char text[SW_CRON_MAX + 32];

	(void)state;
	memset(text, ' ', sizeof text);
	memcpy(text, "* * * * *", 9);
	text[SW_CRON_MAX] = '\0';
	(void)read_well(text);
	text[SW_CRON_MAX] = ' ';
	text[SW_CRON_MAX + 1] = '\0';
	wrong_at(text, SW_CRON_MAX, "1024 bytes");
}

static void
civil__is_the_calendar_of_libc(void **state)
{
	(void)state;
	for (int64_t t = -4102444800; t < 16725225600; t += 86400 * 3 + 4321) {
		const time_t at = (time_t)t;
		const struct sw_civil civil = sw_civil_at(t);
		struct tm tm;

		assert_non_null(gmtime_r(&at, &tm));
		assert_int_equal(sw_civil_seconds(&civil), t);
		assert_int_equal(civil.year, tm.tm_year + 1900);
		assert_int_equal(civil.month, tm.tm_mon + 1);
		assert_int_equal(civil.day, tm.tm_mday);
		assert_int_equal(civil.hour, tm.tm_hour);
		assert_int_equal(civil.minute, tm.tm_min);
		assert_int_equal(civil.second, tm.tm_sec);
	}
}

/* Every minute of these years: two leap years, and 2100, which is none. */
static void
compare(const char *text, int64_t begin, int64_t end)
{
	const struct sw_cron cron = read_well(text);
	struct schedule schedule;
	int64_t next = INT64_MAX;

	schedule_split(&schedule, text);
	for (int64_t t = end; t >= begin; t -= 60) {
		const struct sw_civil at = sw_civil_at(t);
		struct sw_civil found = at;
		const bool is_open = schedule_is_open(&schedule, &at);

		if (is_open)
			next = t;
		/* Behind the last one the end is not known. */
		if (next == INT64_MAX || (t / 60) % 11 > 1)
			continue;
		if (sw_cron_matches(&cron, &at) != is_open)
			fail_msg("'%s' at %lld", text, (long long)t);
		if (!sw_cron_next(&cron, &found) ||
		    sw_civil_seconds(&found) != next)
			fail_msg("'%s' next from %lld: %lld, not %lld", text,
			    (long long)t, (long long)sw_civil_seconds(&found),
			    (long long)next);
	}
}

static void
cron_next__is_what_every_minute_says(void **state)
{
	(void)state;
	for (size_t i = 0; schedule_texts[i] != NULL; i++) {
		compare(schedule_texts[i], 1703980800, 1738368000);
		compare(schedule_texts[i], 4099766400, 4110307200);
	}
}

static void
cron_next__looks_at_seconds(void **state)
{
	const struct sw_cron cron = read_well("15,45 30 9 * * ?");
	struct sw_civil at = { 2026, 11, 23, 9, 30, 16 };

	(void)state;
	assert_true(sw_cron_next(&cron, &at));
	assert_int_equal(at.second, 45);
	assert_int_equal(at.minute, 30);
	at.second = 46;
	assert_true(sw_cron_next(&cron, &at));
	assert_int_equal(at.day, 24);
	assert_int_equal(at.second, 15);
}

static void
cron_matches__looks_at_every_field(void **state)
{
	const struct sw_cron cron = read_well("15 30 9 23 11 ? 1970,2199");
	const struct sw_civil open = { 1970, 11, 23, 9, 30, 15 };
	struct sw_civil at = open;

	(void)state;
	assert_true(sw_cron_matches(&cron, &at));
	for (at.year = 1900; at.year < 2300; at.year++)
		assert_int_equal(sw_cron_matches(&cron, &at),
		    at.year == 1970 || at.year == 2199);
	at = open;
	at.month = 10;
	assert_false(sw_cron_matches(&cron, &at));
	at = open;
	at.day = 22;
	assert_false(sw_cron_matches(&cron, &at));
	at = open;
	at.hour = 10;
	assert_false(sw_cron_matches(&cron, &at));
	at = open;
	at.minute = 31;
	assert_false(sw_cron_matches(&cron, &at));
	at = open;
	at.second = 16;
	assert_false(sw_cron_matches(&cron, &at));
}

static bool
comes(const char *text)
{
	const struct sw_cron cron = read_well(text);
	struct sw_civil at = { 2026, 1, 1, 0, 0, 0 };

	return sw_cron_next(&cron, &at);
}

static void
cron_next__knows_what_never_comes(void **state)
{
	(void)state;
	assert_false(comes("* * 30 2 *"));
	assert_false(comes("* * 31 4,6,9,11 *"));
	assert_false(comes("0 0 0 29 2 ? 2026-2027"));
	assert_false(comes("0 0 0 * * ? 1999"));
	assert_false(comes("0 0 0 L-30 2 ?"));
	assert_false(comes("0 0 0 30W 2 ?"));
	assert_false(comes("0 0 0 ? 2 2#5 2026-2027"));
	assert_true(comes("* * 29 2 *"));
	assert_true(comes("* * 31 12 *"));
	assert_true(comes("* * 30 2 1"));
	assert_true(comes("0 0 0 ? 2 1#5"));
	assert_true(comes("59 59 23 31 12 ? 2199"));
}

/* 29 February on a Sunday: 2032, and 40 years across 2100. */
static void
cron_next__finds_what_is_rare(void **state)
{
	const struct sw_cron cron = read_well("0 0 0 ? 2 1#5");
	struct sw_civil at = { 2026, 1, 1, 0, 0, 0 };

	(void)state;
	assert_true(sw_cron_next(&cron, &at));
	assert_int_equal(at.year, 2032);
	at = (struct sw_civil){ 2088, 3, 1, 0, 0, 0 };
	assert_true(sw_cron_next(&cron, &at));
	assert_int_equal(at.year, 2128);
	assert_int_equal(at.day, 29);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cron_read__fills_in_sets),
		cmocka_unit_test(cron_read__takes_every_bound),
		cmocka_unit_test(cron_read__counts_weekdays_by_its_form),
		cmocka_unit_test(cron_read__takes_what_quartz_has),
		cmocka_unit_test(cron_read__takes_second_0_for_the_minute),
		cmocka_unit_test(cron_read__says_where_it_is_malformed),
		cmocka_unit_test(cron_read__has_a_limit),
		cmocka_unit_test(civil__is_the_calendar_of_libc),
		cmocka_unit_test(cron_next__is_what_every_minute_says),
		cmocka_unit_test(cron_next__looks_at_seconds),
		cmocka_unit_test(cron_matches__looks_at_every_field),
		cmocka_unit_test(cron_next__knows_what_never_comes),
		cmocka_unit_test(cron_next__finds_what_is_rare),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("cron", tests, NULL, NULL);
}
