/*
 * Schedules a second time, for tests: no sets, but a look at the text of each
 * field for each day and each minute of a day, with weekdays of libc's.
 */
#ifndef TESTS_SCHEDULES_H
#define TESTS_SCHEDULES_H

#include <stdbool.h>

#include "notation/cron.h"

struct schedule {
	bool is_quartz;
	char fields[7][64]; /* from seconds on; "" for none */
	bool minutes[24 * 60];
	/* The day that was looked at last. */
	int year, month, day;
	bool is_open_day;
};

/* Schedules of both forms; NULL ends. */
extern const char *const schedule_texts[];

void schedule_split(struct schedule *out, const char *text);
/* Is it open in this minute? */
bool schedule_is_open(struct schedule *schedule, const struct sw_civil *at);

#endif
