/*
 * Schedules in time zones, across every change of their clocks: compared with
 * a look at what the clock shows in each minute.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "notation/zone_name.h"
#include "provider/zone.h"
#include "schedules.h"

static void
need_database(void)
{
	if (access(SW_ZONE_FOLDER "/Europe/Berlin", R_OK) != 0)
		skip();
}

static void
set_zone(const char *name)
{
	struct sw_error err;

	if (sw__zone_set(name, &err) != 0)
		fail_msg("%s", err.text);
}

static int64_t
utc(int year, int month, int day, int hour, int minute)
{
	return sw_civil_seconds(
	    &(struct sw_civil){ year, month, day, hour, minute, 0 });
}

static int64_t
next(const char *text, int64_t from)
{
	struct sw_cron cron;
	size_t offset;
	int64_t at = -1;

	assert_null(sw_cron_read(text, &cron, &offset));
	return sw__zone_next(&cron, from, &at) ? at : -1;
}

static void
zone_name__knows_the_forms(void **state)
{
	const char *const good[] = { "UTC", "UTC+05:30", "UTC-14:00",
		"Europe/Berlin", "America/Argentina/Salta", "Etc/GMT+5",
		"US/Eastern", "America/New_York", "America/Port-au-Prince" };
	const char *const bad[] = { "", "utc", "UTC+5", "UTC+15:00",
		"UTC+05:60", "UTC+05:300", "UTC*05:30", "UTC+a5:30",
		"UTC+0a:30", "UTC+05.30", "UTC+05:a0", "UTC+05:0a",
		"Europe/Ber^lin", "Europe/Ber~lin", "Berlin", "IST", "CET",
		"Europa/X", "Europe/", "Europe//Berlin", "Europe/../../x",
		"Europe/a b", "Europe/Berlin/", "/etc/passwd",
		"America/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	const char *problem;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (sw_zone_name(good[i], &problem) == SW_ZONE_NONE)
			fail_msg("'%s': %s", good[i], problem);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (sw_zone_name(bad[i], &problem) != SW_ZONE_NONE ||
		    problem == NULL)
			fail_msg("'%s' is a zone", bad[i]);
}

static void
zone_set__refuses_what_libc_takes_for_utc(void **state)
{
	struct sw_error err;

	(void)state;
	assert_int_equal(sw__zone_set("Europe/Nowhere", &err), SW_ERROR_USAGE);
	assert_non_null(strstr(err.text, "'Europe/Nowhere'"));
	assert_non_null(strstr(err.text, "tzdata"));
	/* A folder. */
	assert_int_equal(
	    sw__zone_set("America/Argentina", &err), SW_ERROR_USAGE);
	assert_int_equal(sw__zone_set("Berlin", &err), SW_ERROR_USAGE);
	assert_non_null(strstr(err.text, "as in Europe/Berlin"));
}

static void
zone_set__counts_offsets_eastwards(void **state)
{
	(void)state;
	set_zone("UTC+05:30");
	assert_int_equal(sw__zone_civil(0).hour, 5);
	assert_int_equal(sw__zone_civil(0).minute, 30);
	set_zone("UTC-03:00");
	assert_int_equal(sw__zone_civil(0).hour, 21);
	set_zone("UTC");
	assert_int_equal(sw__zone_civil(0).hour, 0);
}

/* Berlin, 29 March 2026: at 01:00 UTC clocks go from 02:00 to 03:00. */
static void
zone_next__passes_over_times_that_are_left_out(void **state)
{
	(void)state;
	need_database();
	set_zone("Europe/Berlin");
	assert_int_equal(next("30 2 * * *", utc(2026, 3, 28, 12, 0)),
	    utc(2026, 3, 30, 0, 30));
	assert_int_equal(next("30 2 29 3 *", utc(2026, 3, 1, 0, 0)),
	    utc(2027, 3, 29, 0, 30));
	assert_int_equal(next("* 2-3 * * *", utc(2026, 3, 29, 0, 59)),
	    utc(2026, 3, 29, 1, 0));
	/* Its only time is one of them: as it is every year. */
	assert_int_equal(next("0 30 2 29 3 ? 2026", utc(2026, 1, 1, 0, 0)), -1);
	assert_int_equal(next("0 30 2 ? 3 1L", utc(2026, 1, 1, 0, 0)), -1);
}

/* Berlin, 25 October 2026: at 01:00 UTC clocks go from 03:00 to 02:00. */
static void
zone_next__opens_twice_when_a_time_comes_twice(void **state)
{
	(void)state;
	need_database();
	set_zone("Europe/Berlin");
	assert_int_equal(next("30 2 * * *", utc(2026, 10, 24, 12, 0)),
	    utc(2026, 10, 25, 0, 30));
	assert_int_equal(next("30 2 * * *", utc(2026, 10, 25, 0, 31)),
	    utc(2026, 10, 25, 1, 30));
	assert_int_equal(next("30 2 * * *", utc(2026, 10, 25, 1, 31)),
	    utc(2026, 10, 26, 1, 30));
	/* Also if the next day of the schedule is a year away. */
	assert_int_equal(next("30 2 25 10 *", utc(2026, 10, 25, 0, 31)),
	    utc(2026, 10, 25, 1, 30));
}

/* Samoa had no 30 December 2011. */
static void
zone_next__passes_over_a_day_that_is_left_out(void **state)
{
	(void)state;
	need_database();
	set_zone("Pacific/Apia");
	assert_int_equal(next("0 9 29-30 12 *", utc(2011, 12, 29, 20, 0)),
	    utc(2012, 12, 28, 19, 0));
}

static void
zone_next__finds_the_second(void **state)
{
	(void)state;
	set_zone("UTC");
	assert_int_equal(next("15 30 9 * * ?", utc(2026, 11, 23, 0, 0)),
	    utc(2026, 11, 23, 9, 30) + 15);
	assert_int_equal(next("* * * * *", 1234567), 1234567);
}

/* What the zone's clock shows in each minute of some days. */
#define MINUTES (420 * 24 * 60)

static void
compare(const char *zone, const char *text, int64_t begin,
    const struct sw_civil *shown)
{
	struct schedule schedule;
	struct sw_cron cron;
	int64_t expected = -1;
	size_t offset;

	assert_null(sw_cron_read(text, &cron, &offset));
	schedule_split(&schedule, text);
	for (int i = MINUTES - 1; i >= 120; i--) {
		const int64_t t = begin + i * INT64_C(60);
		const bool is_change =
		    shown[i - 120].hour != (shown[i].hour + 22) % 24;
		int64_t found = -1;

		if (schedule_is_open(&schedule, &shown[i]))
			expected = t;
		/* Often where clocks change, now and then elsewhere. */
		if (expected < 0 || i % (is_change ? 7 : 499) != 0)
			continue;
		if (!sw__zone_next(&cron, t, &found) || found != expected)
			fail_msg("%s '%s' from %lld: %lld, not %lld", zone,
			    text, (long long)t, (long long)found,
			    (long long)expected);
	}
}

/* Clocks that go by half an hour, at midnight, for a month, or a day. */
static void
zone_next__is_what_every_minute_says(void **state)
{
	const struct {
		const char *name;
		int year;
	} zones[] = { { "UTC", 2027 }, { "UTC+05:30", 2027 },
		{ "Europe/Berlin", 2026 }, { "America/New_York", 2027 },
		{ "Australia/Lord_Howe", 2027 }, { "Asia/Kathmandu", 2027 },
		{ "America/Sao_Paulo", 2017 }, { "Pacific/Apia", 2011 },
		{ "Africa/Casablanca", 2023 }, { "Asia/Beirut", 2023 } };
	const char *const texts[] = { "30 2 * * *", "* 9-16 * * MON-FRI",
		"*/7 0-3 * * *", "0 0 * * SUN", "* 5/25 */4 L-2,LW * ?",
		"0 30 1 ? * 1L" };

	struct sw_civil *shown;

	(void)state;
	need_database();
	shown = calloc(MINUTES, sizeof *shown);
	assert_non_null(shown);
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		const int64_t begin = utc(zones[i].year, 1, 1, 0, 0);

		set_zone(zones[i].name);
		for (int j = 0; j < MINUTES; j++)
			shown[j] = sw__zone_civil(begin + j * INT64_C(60));
		for (size_t j = 0; j < sizeof texts / sizeof *texts; j++)
			compare(zones[i].name, texts[j], begin, shown);
	}
	free(shown);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zone_name__knows_the_forms),
		cmocka_unit_test(zone_set__refuses_what_libc_takes_for_utc),
		cmocka_unit_test(zone_set__counts_offsets_eastwards),
		cmocka_unit_test(
		    zone_next__passes_over_times_that_are_left_out),
		cmocka_unit_test(
		    zone_next__opens_twice_when_a_time_comes_twice),
		cmocka_unit_test(zone_next__passes_over_a_day_that_is_left_out),
		cmocka_unit_test(zone_next__finds_the_second),
		cmocka_unit_test(zone_next__is_what_every_minute_says),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
