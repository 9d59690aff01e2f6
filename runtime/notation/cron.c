/*
 * What schedules mean: which days of a month, and the next time. The form of
 * their text is cron_read.c's. Input: sets; output: a time on the calendar.
 * Knows no zone, no clock and no summer time.
 */
#include "cron.h"

#include <assert.h>

enum {
	SUNDAY,
	FRIDAY = 5,
	SATURDAY = 6,
	DAYS_OF_WEEK
};

static bool
has(uint64_t set, int i)
{
	return (set >> i & 1) != 0;
}

/* Days from 1970-01-01 to the first of a month. A year begins in March here,
 * so that the leap day is its last. */
static int64_t
days_to_month(int year, int month)
{
	const int64_t y = month <= 2 ? year - 1 : year;
	const int64_t m = month <= 2 ? month + 9 : month - 3;

	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 - 719468;
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
length_of(int year, int month)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };

	assert(month >= 1 && month <= 12);
	return lengths[month - 1] + (month == 2 && is_leap(year));
}

/* A day of a month as a bit. */
static uint32_t
day_bit(int day)
{
	assert(day >= 1 && day <= 31);
	return UINT32_C(1) << day;
}

/* Of Monday to Friday the nearest to `day`, without leaving the month. */
static int
nearest_workday(int day, int weekday, int length)
{
	if (weekday == SATURDAY)
		return day == 1 ? 3 : day - 1;
	if (weekday == SUNDAY)
		return day == length ? day - 2 : day + 1;
	return day;
}

/* A month: the weekday of its first day, and how many it has. */
struct month {
	int first;
	int length;
};

static int
weekday_of(const struct month *month, int day)
{
	return (month->first + day - 1) % DAYS_OF_WEEK;
}

static uint32_t
days_by_number(const struct sw_cron *cron, const struct month *month)
{
	const int last_weekday = weekday_of(month, month->length);
	uint32_t found = cron->days;

	for (int i = 0; i < month->length; i++)
		if (has(cron->lasts, i))
			found |= day_bit(month->length - i);
	for (int day = 1; day <= month->length; day++)
		if (has(cron->nears, day))
			found |= day_bit(nearest_workday(
			    day, weekday_of(month, day), month->length));
	if (cron->has_last_near)
		found |=
		    day_bit(month->length - (last_weekday == SATURDAY    ? 1
						: last_weekday == SUNDAY ? 2
									 : 0));
	return found;
}

static uint32_t
days_by_weekday(const struct sw_cron *cron, const struct month *month)
{
	uint32_t found = 0;

	for (int day = 1; day <= month->length; day++) {
		const int weekday = weekday_of(month, day);
		const int nth = (day - 1) / DAYS_OF_WEEK + 1;
		const bool is_last = day + DAYS_OF_WEEK > month->length;

		if (has(cron->weekdays, weekday) ||
		    has(cron->nths[weekday], nth) ||
		    (is_last && has(cron->nths[weekday], 0)))
			found |= day_bit(day);
	}
	return found;
}

/* The days of a month on which the schedule is open. */
static uint32_t
days_in(const struct sw_cron *cron, int year, int month)
{
	/* 1970-01-01 was a Thursday; a remainder may be negative. */
	const int since = (int)(days_to_month(year, month) % DAYS_OF_WEEK);
	const struct month place = { (since + 4 + DAYS_OF_WEEK) % DAYS_OF_WEEK,
		length_of(year, month) };
	const uint32_t all = (UINT32_C(2) << place.length) - 2;

	if (cron->any_day && cron->any_weekday)
		return all;
	if (cron->any_weekday)
		return days_by_number(cron, &place) & all;
	if (cron->any_day)
		return days_by_weekday(cron, &place);
	return (days_by_number(cron, &place) | days_by_weekday(cron, &place)) &
	       all;
}

static bool
is_in_year(const struct sw_cron *cron, int year)
{
	const int i = year - SW_CRON_FIRST_YEAR;

	return cron->any_year || (i >= 0 && year <= SW_CRON_LAST_YEAR &&
				     has(cron->years[i / 64], i % 64));
}

bool
sw_cron_matches(const struct sw_cron *cron, const struct sw_civil *at)
{
	return is_in_year(cron, at->year) && has(cron->months, at->month) &&
	       has(days_in(cron, at->year, at->month), at->day) &&
	       has(cron->hours, at->hour) && has(cron->minutes, at->minute) &&
	       has(cron->seconds, at->second);
}

/* The smallest of a set that is `from` or more, or -1. */
static int
at_least(uint64_t set, int from)
{
	for (int i = from; i < 64; i++)
		if (has(set, i))
			return i;
	return -1;
}

/* Moves the time of day forward to an open one; false: today has none left. */
static bool
next_in_day(const struct sw_cron *cron, struct sw_civil *at)
{
	const int first_minute = at_least(cron->minutes, 0);
	const int first_second = at_least(cron->seconds, 0);
	int hour = at->hour, minute = at->minute, second = -1;

	if (has(cron->hours, hour) && has(cron->minutes, minute))
		second = at_least(cron->seconds, at->second);
	if (second < 0) {
		second = first_second;
		minute = has(cron->hours, hour)
			     ? at_least(cron->minutes, minute + 1)
			     : -1;
	}
	if (minute < 0) {
		minute = first_minute;
		hour = at_least(cron->hours, hour + 1);
	}
	if (hour < 0)
		return false;
	at->hour = hour;
	at->minute = minute;
	at->second = second;
	return true;
}

/* The same for the rest of a month, the time of its day being set back to 0
 * when a day is passed over. */
static bool
next_in_month(const struct sw_cron *cron, struct sw_civil *at)
{
	const uint32_t days = days_in(cron, at->year, at->month);
	struct sw_civil t = *at;

	for (t.day = at_least(days, at->day); t.day > 0;
	     t.day = at_least(days, t.day + 1)) {
		if (t.day != at->day)
			t.hour = t.minute = t.second = 0;
		if (next_in_day(cron, &t)) {
			*at = t;
			return true;
		}
	}
	return false;
}

bool
sw_cron_next(const struct sw_cron *cron, struct sw_civil *at)
{
	const int last = at->year + SW_CRON_HORIZON_YEARS;
	struct sw_civil t = *at;

	while (t.year <= last) {
		if (is_in_year(cron, t.year) && has(cron->months, t.month) &&
		    next_in_month(cron, &t)) {
			*at = t;
			return true;
		}
		t = (struct sw_civil){ t.year, t.month + 1, 1, 0, 0, 0 };
		if (t.month > 12) {
			t.month = 1;
			t.year++;
		}
	}
	return false;
}

int64_t
sw_civil_seconds(const struct sw_civil *at)
{
	const int64_t days = days_to_month(at->year, at->month) + at->day - 1;

	return ((days * 24 + at->hour) * 60 + at->minute) * 60 + at->second;
}

struct sw_civil
sw_civil_at(int64_t seconds)
{
	int64_t days = seconds / 86400;
	int rest = (int)(seconds % 86400);
	struct sw_civil at = { 0 };

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	/* 146,097 days are 400 years; the guess is less than a year off. */
	at.year = (int)(days * 400 / 146097) + 1970 - (days < 0);
	while (days_to_month(at.year + 1, 1) <= days)
		at.year++;
	while (days_to_month(at.year, 1) > days)
		at.year--;
	at.month = 12;
	while (days_to_month(at.year, at.month) > days)
		at.month--;
	at.day = (int)(days - days_to_month(at.year, at.month)) + 1;
	at.hour = rest / 3600;
	at.minute = rest / 60 % 60;
	at.second = rest % 60;
	return at;
}
