/*
 * Schedules as crontab(5) of POSIX has them: minute hour day month weekday,
 * with lists, ranges and steps, and names of months and weekdays.
 */
#ifndef COMPILER_CHECK_SCHEDULE_H
#define COMPILER_CHECK_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bit i of a field: i is in it. */
struct schedule {
	uint64_t minutes;  /* 0 to 59 */
	uint64_t hours;    /* 0 to 23 */
	uint64_t days;     /* 1 to 31 */
	uint64_t months;   /* 1 to 12 */
	uint64_t weekdays; /* 0 to 6, Sunday is 0 */
	bool any_weekday;  /* the weekday was "*": days alone decide */
};

/* NULL and *out, or what is wrong (static) and *offset where. */
const char *schedule_read(
    const char *text, struct schedule *out, size_t *offset);
/* Is there no day on which it comes? 30 February, for one. */
bool schedule_is_never(const struct schedule *schedule);

/*
 * NULL for a time zone: "UTC", "UTC+05:30", "Europe/Berlin"; else what is
 * wrong. The database of zones is not consulted: it differs between machines.
 */
const char *schedule_check_zone(const char *zone);

#endif
