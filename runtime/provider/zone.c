/*
 * Walks along the time of a zone: while clocks run evenly, the calendar says
 * when a schedule is open; where they are set, the walk begins anew. Input: a
 * schedule and an instant; output: an instant. The zone is libc's.
 */
#include "zone.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "notation/zone_name.h"

#define DAY_S 86400

/* libc takes a zone that it cannot find for UTC, silently. */
static bool
is_in_database(const char *path)
{
	static const char magic[] = { 'T', 'Z', 'i', 'f' };
	char begin[sizeof magic];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	const bool is_zone =
	    read(fd, begin, sizeof begin) == (ssize_t)sizeof begin &&
	    memcmp(begin, magic, sizeof magic) == 0;
	close(fd);
	return is_zone;
}

int
sw__zone_set(const char *name, struct sw_error *err)
{
	char zone[sizeof SW_ZONE_FOLDER + SW_ZONE_NAME_MAX + 8];
	const char *problem;
	switch (sw_zone_name(name, &problem)) {
	case SW_ZONE_NONE:
		return sw__error(err, SW_ERROR_USAGE,
		    "no time zone has the name '%.80s': %s", name, problem);
	case SW_ZONE_UTC:
		snprintf(zone, sizeof zone, "UTC0");
		break;
	case SW_ZONE_OFFSET:
		/* "<+0530>-05:30": POSIX counts westwards. */
		snprintf(zone, sizeof zone, "<%.3s%.2s>%c%s", name + 3,
		    name + 7, name[3] == '+' ? '-' : '+', name + 4);
		break;
	case SW_ZONE_REGION:
		snprintf(zone, sizeof zone, "%s/%s", SW_ZONE_FOLDER, name);
		if (!is_in_database(zone))
			return sw__error(err, SW_ERROR_USAGE,
			    "no time zone has the name '%s' on this machine: "
			    "'%s' is none; install tzdata if it should be",
			    name, zone);
		snprintf(zone, sizeof zone, ":%s", name);
		break;
	}
	if (setenv("TZ", zone, 1) != 0)
		return sw__error_errno(err, "cannot set the time zone");
	tzset();
	return SW_OK;
}

struct sw_civil
sw__zone_civil(int64_t at)
{
	const time_t t = (time_t)at;
	struct tm tm;
	if (!localtime_r(&t, &tm))
		return (struct sw_civil){ 0 };
	return (struct sw_civil){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
		tm.tm_hour, tm.tm_min, tm.tm_sec };
}

/* How much the zone's clocks are ahead of UTC's, in seconds. */
static int64_t
offset_at(int64_t at)
{
	const struct sw_civil civil = sw__zone_civil(at);
	return sw_civil_seconds(&civil) - at;
}

/* The first instant behind `from`, up to `to`, when clocks have been set. */
static int64_t
find_change(int64_t from, int64_t to)
{
	const int64_t offset = offset_at(from);
	while (to - from > 1) {
		const int64_t middle = from + (to - from) / 2;
		if (offset_at(middle) == offset)
			from = middle;
		else
			to = middle;
	}
	return to;
}

bool
sw__zone_next(const struct sw_cron *cron, int64_t from, int64_t *out)
{
	const int64_t last =
	    from + (int64_t)SW_CRON_HORIZON_YEARS * 366 * DAY_S;
	int64_t at = from;
	while (at <= last) {
		struct sw_civil civil = sw__zone_civil(at);
		const int64_t begin = sw_civil_seconds(&civil);
		if (!sw_cron_next(cron, &civil))
			return false;
		const int64_t ahead = sw_civil_seconds(&civil) - begin;
		if (ahead == 0) {
			*out = at;
			return true;
		}
		const int64_t to = at + (ahead < DAY_S ? ahead : DAY_S);
		at = offset_at(to) == begin - at ? to : find_change(at, to);
	}
	return false;
}
