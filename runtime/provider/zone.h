/*
 * The time of a zone, for a process that needs one zone: it is set by tzset,
 * so only a process of its own may do so. A schedule is open at an instant if
 * the zone's clocks then show a time at which it is open. When clocks go
 * forward, times that are left out never come: a window that lies in them
 * does not open that day. When they go back, a time comes twice: a window
 * opens both times.
 */
#ifndef RUNTIME_ZONE_H
#define RUNTIME_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "notation/cron.h"

/* Sets the zone of this process. 0, or SW_ERROR_USAGE: it is no zone, or this
 * machine's database has none of this name. */
int sw__zone_set(const char *name, struct sw_error *err);
/* What the zone's clocks show at an instant, in seconds of Unix. */
struct sw_civil sw__zone_civil(int64_t at);
/*
 * The first instant from `from` on at which the schedule is open. False: there
 * is none within SW_CRON_HORIZON_YEARS. Takes it that clocks are not set twice
 * within one day.
 */
bool sw__zone_next(const struct sw_cron *cron, int64_t from, int64_t *out);

#endif
