/* Schedules by the text of their fields, item by item, value by value. */
#define _DEFAULT_SOURCE
#include "schedules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

const char *const schedule_texts[] = {
	"* * * * *",
	"0 9 * * *",
	"* 9-16 * * MON-FRI",
	"*/7 */5 * * *",
	"5/10 22,23,0-3 * * *",
	"0 0 1 1 *",
	"30 2 * * *",
	"59 23 31 * *",
	"0 12 29 2 *",
	"0 0 13 * FRI",
	"0 0 */10 * 0",
	"15,45 6 1-7,25-31/2 JAN,DEC *",
	"* * * * FRI-MON",
	"0 0 9-17 ? * MON-FRI *",
	"* 30 10 L * ?",
	"* 0 1 L-3 * ?",
	"* 0 0 LW * ?",
	"* 0 0 1W * ?",
	"* 0 0 15W * ?",
	"* 0 0 31W * ?",
	"* 0 0 28W 2 ?",
	"* 0 8 ? * 6#3",
	"* 0 8 ? * TUE#1,THU#5",
	"* 0 8 ? * 6L",
	"* 0 8 ? * L",
	"* 0 8 ? 2-11/3 1L,SAT#2",
	"* */20 4 1,L,10W * ? 2024-2100/2",
	"* 0 0 29 FEB ? *",
	NULL,
};

#define MONTHS "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
#define WEEKDAYS "SUNMONTUEWEDTHUFRISAT"

/* A number, or a name by its place among names that begin with `first`. */
static int
value_of(const char *text, char **end, const char *names, int first)
{
	for (int i = 0; names != NULL && names[i] != '\0'; i += 3)
		if (strncasecmp(text, names + i, 3) == 0) {
			*end = (char *)(uintptr_t)(text + 3);
			return first + i / 3;
		}
	return (int)strtol(text, end, 10);
}

/* Is a value in "*", "a", "a-b", with "/step"? `round` is the length of what
 * begins anew, or 0. */
static bool
is_in_item(const char *item, int value, int min, int max, const char *names,
    int first, int round)
{
	char *end = NULL;
	int low = min, high = max, step = 1;

	if (*item == '*') {
		end = (char *)(uintptr_t)(item + 1);
	} else {
		low = high = value_of(item, &end, names, first);
		if (*end == '-')
			high = value_of(end + 1, &end, names, first);
		else if (*end == '/')
			high = max;
	}
	if (*end == '/')
		step = (int)strtol(end + 1, &end, 10);
	if (high < low)
		high += round;
	for (int i = low; i <= high; i += step)
		if (i == value || (round > 0 && i % round == value % round))
			return true;
	return false;
}

static bool
is_in(const char *field, int value, int min, int max, const char *names)
{
	char copy[64];
	char *rest = copy;

	snprintf(copy, sizeof copy, "%s", field);
	for (char *item = strsep(&rest, ","); item != NULL;
	     item = strsep(&rest, ","))
		if (is_in_item(item, value, min, max, names, 1, 0))
			return true;
	return false;
}

static struct tm
libc_day(int year, int month, int day)
{
	struct tm tm = { .tm_year = year - 1900,
		.tm_mon = month - 1,
		.tm_mday = day,
		.tm_hour = 12 };

	timegm(&tm);
	return tm;
}

static int
length_of(int year, int month)
{
	int day = 28;

	while (libc_day(year, month, day + 1).tm_mday == day + 1)
		day++;
	return day;
}

static bool
is_workday(int year, int month, int day)
{
	const int weekday = libc_day(year, month, day).tm_wday;

	return weekday != 0 && weekday != 6;
}

static bool
is_nearest(int year, int month, int day, int wanted)
{
	const int length = length_of(year, month);
	int best = 0;

	if (wanted > length)
		return false;
	for (int i = 1; i <= length; i++)
		if (is_workday(year, month, i) &&
		    (best == 0 || abs(i - wanted) < abs(best - wanted)))
			best = i;
	return day == best;
}

static bool
is_day_item(const char *item, int year, int month, int day)
{
	const int length = length_of(year, month);
	const size_t n = strlen(item);
	bool is_later = false;

	if (strcmp(item, "LW") == 0) {
		for (int i = day + 1; i <= length; i++)
			is_later = is_later || is_workday(year, month, i);
		return is_workday(year, month, day) && !is_later;
	}
	if (*item == 'L')
		return day == length + atoi(item + 1);
	if (item[n - 1] == 'W')
		return is_nearest(year, month, day, atoi(item));
	return is_in_item(item, day, 1, 31, NULL, 0, 0);
}

static bool
is_weekday_item(
    const struct schedule *s, const char *item, int year, int month, int day)
{
	const int first = s->is_quartz ? 1 : 0;
	const int weekday = libc_day(year, month, day).tm_wday + first;
	char *end;
	int wanted;

	if (strcmp(item, "L") == 0)
		return weekday == 6 + first;
	wanted = value_of(item, &end, WEEKDAYS, first);
	if (*end == 'L')
		return weekday == wanted && day + 7 > length_of(year, month);
	if (*end == '#')
		return weekday == wanted && (day + 6) / 7 == atoi(end + 1);
	return is_in_item(item, weekday, first, 6 + first, WEEKDAYS, first, 7);
}

static bool
is_one_of(const struct schedule *s, int field, int year, int month, int day)
{
	char copy[64];
	char *rest = copy;

	snprintf(copy, sizeof copy, "%s", s->fields[field]);
	for (char *item = strsep(&rest, ","); item != NULL;
	     item = strsep(&rest, ","))
		if (field == 3 ? is_day_item(item, year, month, day)
			       : is_weekday_item(s, item, year, month, day))
			return true;
	return false;
}

static bool
is_open_day(const struct schedule *s, int year, int month, int day)
{
	const bool any_day =
	    strchr("*?", s->fields[3][0]) != NULL && s->fields[3][1] == '\0';
	const bool any_weekday =
	    strchr("*?", s->fields[5][0]) != NULL && s->fields[5][1] == '\0';

	if (!is_in(s->fields[4], month, 1, 12, MONTHS) ||
	    (s->fields[6][0] != '\0' &&
		!is_in(s->fields[6], year, 1970, 2199, NULL)))
		return false;
	if (any_day && any_weekday)
		return true;
	return (!any_day && is_one_of(s, 3, year, month, day)) ||
	       (!any_weekday && is_one_of(s, 5, year, month, day));
}

void
schedule_split(struct schedule *out, const char *text)
{
	char fields[7][64] = { "" };
	const int n = sscanf(text, "%63s %63s %63s %63s %63s %63s %63s",
	    fields[0], fields[1], fields[2], fields[3], fields[4], fields[5],
	    fields[6]);
	const int skipped = n == 5;

	memset(out, 0, sizeof *out);
	out->is_quartz = n > 5;
	for (int i = 0; i < n; i++)
		memcpy(out->fields[i + skipped], fields[i], 64);
	for (int i = 0; i < 24 * 60; i++)
		out->minutes[i] = is_in(out->fields[1], i % 60, 0, 59, NULL) &&
				  is_in(out->fields[2], i / 60, 0, 23, NULL);
}

bool
schedule_is_open(struct schedule *s, const struct sw_civil *at)
{
	if (s->year != at->year || s->month != at->month || s->day != at->day) {
		s->year = at->year;
		s->month = at->month;
		s->day = at->day;
		s->is_open_day = is_open_day(s, at->year, at->month, at->day);
	}
	return s->is_open_day && s->minutes[at->hour * 60 + at->minute];
}
