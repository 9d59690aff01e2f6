/* Schedules and time zones: what is read, what is malformed, what is never. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/schedule.h"

static struct schedule
read_well(const char *text)
{
	struct schedule schedule;
	size_t offset;
	const char *problem = schedule_read(text, &schedule, &offset);

	if (problem != NULL)
		fail_msg("'%s': %s", text, problem);
	return schedule;
}

static void
schedule_read__fills_in_sets(void **state)
{
	struct schedule schedule = read_well("*/15 9-16 1,31 JAN-MAR MON-THU");

	(void)state;
	assert_int_equal(
	    schedule.minutes, 1ull | 1ull << 15 | 1ull << 30 | 1ull << 45);
	assert_int_equal(schedule.hours, 0xffull << 9);
	assert_int_equal(schedule.days, 1ull << 1 | 1ull << 31);
	assert_int_equal(schedule.months, 0xe);
	assert_int_equal(schedule.weekdays, 0x1e);
	assert_false(schedule.any_weekday);
}

static void
schedule_read__takes_every_bound(void **state)
{
	struct schedule schedule = read_well("0-59 0-23 1-31 1-12 0-7");

	(void)state;
	assert_int_equal(schedule.minutes, (1ull << 60) - 1);
	assert_int_equal(schedule.hours, (1ull << 24) - 1);
	assert_int_equal(schedule.days, (1ull << 32) - 2);
	assert_int_equal(schedule.months, (1ull << 13) - 2);
	assert_int_equal(schedule.weekdays, 0x7f);
	assert_int_equal(read_well("* * * * 7").weekdays, 1);
	assert_true(read_well("* * * * *").any_weekday);
	assert_int_equal(
	    read_well("50/5 * * dec sun").minutes, 1ull << 50 | 1ull << 55);
}

static void
wrong_at(const char *text, size_t expected)
{
	struct schedule schedule;
	size_t offset = 99;

	if (schedule_read(text, &schedule, &offset) == NULL)
		fail_msg("'%s' should be malformed", text);
	assert_int_equal(offset, expected);
}

static void
schedule_read__says_where_it_is_malformed(void **state)
{
	(void)state;
	wrong_at("", 0);
	wrong_at("* * * *", 7);
	wrong_at("* * * * * *", 10);
	wrong_at("60 * * * *", 0);
	wrong_at("* 24 * * *", 2);
	wrong_at("* * 0 * *", 4);
	wrong_at("* * 32 * *", 4);
	wrong_at("* * * 13 *", 6);
	wrong_at("* * * * 8", 8);
	wrong_at("* * * * 1-", 10);
	wrong_at("5-3 * * * *", 3);
	wrong_at("*/60 * * * *", 2);
	wrong_at("1,,2 * * * *", 2);
	wrong_at("1x * * * *", 1);
	wrong_at("1000 * * * *", 0);
	wrong_at("* * * FOO *", 6);
}

static void
schedule_is_never__knows_the_months(void **state)
{
	(void)state;
	struct schedule never = read_well("* * 30 FEB *");
	struct schedule leap = read_well("* * 29 2 *");
	struct schedule june = read_well("* * 31 2,4,6,9,11 *");
	struct schedule december = read_well("* * 31 2,12 *");
	struct schedule weekday = read_well("* * 31 2 MON");

	assert_true(schedule_is_never(&never));
	assert_false(schedule_is_never(&leap));
	assert_true(schedule_is_never(&june));
	assert_false(schedule_is_never(&december));
	assert_false(schedule_is_never(&weekday));
}

static void
schedule_check_zone__knows_the_forms(void **state)
{
	static const char *const good[] = { "UTC", "UTC+05:30", "UTC-12:00",
		"UTC+14:59", "Europe/Berlin", "Etc/GMT+5",
		"America/Argentina/Salta" };
	static const char *const bad[] = { "", "CET", "UTC+5", "UTC+15:00",
		"UTC+05:60", "UTC*05:30", "UTC+0a:00", "UTC+05-30", "Europe",
		"Europe/", "Europa/Berlin", "Eur/Berlin", "Europe/Ber lin" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (schedule_check_zone(good[i]) != NULL)
			fail_msg("'%s' is a time zone", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (schedule_check_zone(bad[i]) == NULL)
			fail_msg("'%s' is no time zone", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schedule_read__fills_in_sets),
		cmocka_unit_test(schedule_read__takes_every_bound),
		cmocka_unit_test(schedule_read__says_where_it_is_malformed),
		cmocka_unit_test(schedule_is_never__knows_the_months),
		cmocka_unit_test(schedule_check_zone__knows_the_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
