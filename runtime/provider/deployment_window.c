/*
 * DeploymentWindow: a rule that passes while a window is open, and waits until
 * it opens; the rule's timeout, a stop or an override end the wait (User Guide,
 * "DeploymentWindow"). Parameters: cron (notation/cron.h), timeZone (UTC if it
 * is not given), with summer time as provider/zone.h says.
 *
 * Nothing is computed once and for all: whenever the wait ends, the clock is
 * looked at anew. A clock that is set ends it at once, and it never lasts
 * longer than LOOK_S, whatever the kernel makes of a machine that slept.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "provider.h"
#include "provider/zone.h"

/* The longest time without a look at the clock. */
#define LOOK_S 60

/* Seconds of Unix. time() may be a tick behind the clock of the timer. */
static int64_t
now_s(void)
{
	struct timespec now;
	return clock_gettime(CLOCK_REALTIME, &now) == 0 ? (int64_t)now.tv_sec
							: 0;
}

/* "2026-11-24 09:00:00 CET" */
static const char *
say_time(int64_t at, char *out, size_t size)
{
	const time_t t = (time_t)at;
	struct tm tm;
	if (!localtime_r(&t, &tm) ||
	    strftime(out, size, "%Y-%m-%d %H:%M:%S %Z", &tm) == 0)
		out[0] = '\0';
	return out;
}

/* Waits until `until`, LOOK_S have passed or the clock has been set; 0, or
 * errno. */
static int
wait_until(int timer, int64_t until)
{
	const int64_t look = now_s() + LOOK_S;
	const struct itimerspec when = {
		.it_value.tv_sec = (time_t)(until < look ? until : look),
	};
	uint64_t n;
	if (timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
		&when, NULL) != 0)
		return errno == ECANCELED ? 0 : errno;
	if (read(timer, &n, sizeof n) < 0 && errno != ECANCELED &&
	    errno != EINTR)
		return errno;
	return 0;
}

static int
wait_for_window(const struct sw_job *job, const struct sw_cron *cron, int timer)
{
	const char *text = sw__job_parameter(job, "cron");
	char now_said[64], open_said[64];
	int64_t opens, expected = -1;
	for (;;) {
		const int64_t now = now_s();
		if (!sw__zone_next(cron, now, &opens))
			return sw__job_fail(
			    job, 1, "the window '%s' never opens again", text);
		say_time(now, now_said, sizeof now_said);
		if (opens <= now) {
			printf("%s: the window '%s' is open\n", now_said, text);
			return 0;
		}
		if (opens != expected)
			printf("%s: the window '%s' opens at %s\n", now_said,
			    text, say_time(opens, open_said, sizeof open_said));
		expected = opens;
		(void)fflush(stdout);
		const int rc = wait_until(timer, opens);
		if (rc != 0)
			return sw__job_fail(job, 1,
			    "cannot wait for the window: %s", strerror(rc));
	}
}

static int
perform(const struct sw_job *job)
{
	const char *text = sw__job_parameter(job, "cron");
	const char *zone = sw__job_parameter(job, "timeZone");
	struct sw_cron cron;
	struct sw_error err;
	size_t offset;
	if (!text)
		return sw__job_fail(job, 1, "parameter 'cron' is missing");
	const char *problem = sw_cron_read(text, &cron, &offset);
	if (problem)
		return sw__job_fail(job, 1,
		    "malformed schedule '%.200s': at character %zu: %s", text,
		    offset + 1, problem);
	if (sw__zone_set(zone ? zone : "UTC", &err) != 0)
		return sw__job_fail(job, 1, "%s", err.text);
	const int timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC);
	if (timer < 0)
		return sw__job_fail(
		    job, 1, "cannot wait for the window: %s", strerror(errno));
	const int status = wait_for_window(job, &cron, timer);
	close(timer);
	return status;
}

const struct sw_provider sw_provider_deployment_window = {
	.name = "DeploymentWindow",
	.perform = perform,
};
