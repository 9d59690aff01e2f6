/*
 * Schedules of deployment windows, on a calendar without time zones. Two
 * forms, told apart by their number of fields:
 *
 *   minute hour day month weekday                   crontab of POSIX
 *   second minute hour day month weekday [year]     Quartz, as CodePipeline's
 *                                                   DeploymentWindow has it
 *
 * Every field takes `*`, numbers, ranges `a-b`, lists `a,b` and steps `/n`;
 * months and weekdays have names. A weekday is 0 to 7 in the first form, where
 * 0 and 7 are Sunday, and 1 (Sunday) to 7 in the second; its ranges may pass
 * the end of the week. The second form alone has
 *
 *   ?      day or weekday: the other one decides
 *   L      day: the last of the month; L-3: three days before it; LW: the last
 *          of Monday to Friday. Weekday: Saturday; 6L: the last Friday
 *   15W    day: of Monday to Friday the nearest to the 15th, in this month
 *   6#3    weekday: the third Friday
 *
 * If day and weekday are both restricted, either is enough in the first form;
 * the second form refuses it, as Quartz does. A second 0 stands for all of the
 * minute: a window is open for minutes (CodePipeline takes `*` alone there, and
 * has 0 in its example). Pure; nothing is allocated.
 */
#ifndef NOTATION_CRON_H
#define NOTATION_CRON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a schedule. */
#define SW_CRON_MAX 1024
/* Years that can be given. */
#define SW_CRON_FIRST_YEAR 1970
#define SW_CRON_LAST_YEAR 2199
/* The calendar begins anew after so many: what does not come in them never
 * comes. */
#define SW_CRON_HORIZON_YEARS 400

/* A date and time of day, of whatever zone. */
struct sw_civil {
	int year;
	int month; /* 1 to 12 */
	int day;   /* 1 to 31 */
	int hour;
	int minute;
	int second;
};

/* Bit i of a set: i is in it. */
struct sw_cron {
	uint64_t seconds; /* 0 to 59 */
	uint64_t minutes; /* 0 to 59 */
	uint32_t hours;   /* 0 to 23 */
	uint32_t days;    /* 1 to 31 */
	uint32_t lasts;   /* 0: the last of the month, 3: three days before */
	uint32_t nears;   /* 15: 15W */
	uint16_t months;  /* 1 to 12 */
	uint8_t weekdays; /* 0 to 6, Sunday is 0 */
	/* Of each weekday: n: the n-th of the month, 0: the last. */
	uint8_t nths[7];
	bool has_last_near; /* LW */
	bool any_day;       /* `*` or `?`: the weekday decides */
	bool any_weekday;   /* `*` or `?`: the day decides */
	bool any_year;
	uint64_t years[4]; /* from SW_CRON_FIRST_YEAR */
};

/* NULL and *out, or what was expected (static) and *offset where. */
const char *sw_cron_read(const char *text, struct sw_cron *out, size_t *offset);
/* Is the schedule open then? */
bool sw_cron_matches(const struct sw_cron *cron, const struct sw_civil *at);
/*
 * Moves *at to the first time, from itself on, when the schedule is open.
 * False, and *at as it was: there is none within SW_CRON_HORIZON_YEARS.
 */
bool sw_cron_next(const struct sw_cron *cron, struct sw_civil *at);

/* Seconds from 1970-01-01 00:00:00 to then, on the same calendar. */
int64_t sw_civil_seconds(const struct sw_civil *at);
/* The inverse of it. */
struct sw_civil sw_civil_at(int64_t seconds);

#endif
