/*
 * The real world: each call of world.h is one of the modules below the engine
 * or of the system. Decides nothing.
 */
#include "world_real.h"

#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "attempt/leftover.h"
#include "attempt/standing.h"
#include "sweep.h"

static uint64_t
milliseconds(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t
sw__wall_ms(void)
{
	return milliseconds(CLOCK_REALTIME);
}

static uint64_t
wall_ms(void *self)
{
	(void)self;
	return sw__wall_ms();
}

static uint64_t
boot_ms(void *self)
{
	(void)self;
	return milliseconds(CLOCK_BOOTTIME);
}

static const char *
boot_id(void *self)
{
	const struct sw_real_world *real = self;
	return real->boot_id;
}

/* A time that was set anew meanwhile has not come: nothing is read. */
static void
on_due(uv_poll_t *poll, int status, int events)
{
	const struct sw_real_world *real = poll->data;
	uint64_t n;
	(void)status;
	(void)events;
	if (read(real->timer_fd, &n, sizeof n) != (ssize_t)sizeof n)
		return;
	uv_poll_stop(poll);
	real->events->due(real->payload);
}

static void
on_collected(uv_check_t *check)
{
	const struct sw_real_world *real = check->data;
	if (uv_is_active((const uv_handle_t *)&real->awake))
		real->events->collected(real->payload);
}

/* That it is there keeps the loop from sleeping. */
static void
on_awake(uv_idle_t *idle)
{
	(void)idle;
}

static int
open_loop(void *self, const struct sw_loop_events *events, void *payload,
    struct sw_error *err)
{
	struct sw_real_world *real = self;
	/* The clock of libuv's timers stands still while the machine sleeps. */
	real->timer_fd =
	    timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (real->timer_fd < 0)
		return sw__error_errno(err, "no timer");
	if (uv_poll_init(real->loop, &real->timer, real->timer_fd) != 0 ||
	    uv_check_init(real->loop, &real->collected) != 0 ||
	    uv_idle_init(real->loop, &real->awake) != 0 ||
	    uv_check_start(&real->collected, on_collected) != 0)
		return sw__error(err, SW_ERROR_SYSTEM, "no timer");
	uv_unref((uv_handle_t *)&real->collected);
	real->timer.data = real;
	real->collected.data = real;
	real->events = events;
	real->payload = payload;
	return 0;
}

static void
wake(void *self, bool is_waiting)
{
	struct sw_real_world *real = self;
	if (is_waiting)
		uv_idle_start(&real->awake, on_awake);
	else
		uv_idle_stop(&real->awake);
}

static void
arm(void *self, uint64_t at_ms)
{
	struct sw_real_world *real = self;
	/* All zero would disarm it. */
	const struct itimerspec when = { .it_value = {
					     .tv_sec = (time_t)(at_ms / 1000),
					     .tv_nsec = (long)(at_ms % 1000) *
							    1000000 +
							1,
					 } };
	timerfd_settime(real->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
	uv_poll_start(&real->timer, UV_READABLE, on_due);
}

static void
disarm(void *self)
{
	struct sw_real_world *real = self;
	uv_poll_stop(&real->timer);
}

static void
close_loop(void *self)
{
	struct sw_real_world *real = self;
	uv_close((uv_handle_t *)&real->timer, NULL);
	close(real->timer_fd);
	uv_close((uv_handle_t *)&real->collected, NULL);
	uv_close((uv_handle_t *)&real->awake, NULL);
}

static int
open_journal(void *self, struct sw_journal **out, const char *state_dir,
    struct sw_error *err)
{
	(void)self;
	return sw__journal_open(out, state_dir, err);
}

static int
launch(void *self, struct sw_attempt **out, const struct sw_attempt_spec *spec,
    sw_attempt_end_fn end, void *payload, struct sw_error *err)
{
	const struct sw_real_world *real = self;
	return sw__attempt_launch(out, real->loop, spec, end, payload, err);
}

static int
adopt(void *self, struct sw_attempt **out, const char *dir,
    sw_attempt_end_fn end, void *payload, struct sw_error *err)
{
	const struct sw_real_world *real = self;
	return sw__attempt_adopt(out, real->loop, dir, end, payload, err);
}

static void
stop_at(void *self, const char *dir)
{
	(void)self;
	sw__attempt_stop_at(dir);
}

static int
clear(void *self, const char *dir, bool keeps_gate, struct sw_error *err)
{
	(void)self;
	return sw__leftover_clear(dir, keeps_gate, err);
}

static int
sweep(void *self, const char *state_dir, const struct sw_ranges *pruned,
    const char *const *artifacts, size_t n, struct sw_error *err)
{
	(void)self;
	return sw__sweep(state_dir, pruned, artifacts, n, err);
}

static void
fill_random(void *self, uint8_t *bytes, size_t n)
{
	(void)self;
	randombytes_buf(bytes, n);
}

static const struct sw_clock_calls clock_calls = {
	.wall_ms = wall_ms,
	.boot_ms = boot_ms,
	.boot_id = boot_id,
};
static const struct sw_loop_calls loop_calls = {
	.open = open_loop,
	.wake = wake,
	.arm = arm,
	.disarm = disarm,
	.close = close_loop,
};
static const struct sw_journal_calls journal_calls = {
	.open = open_journal,
	.close = sw__journal_free,
	.read = sw__journal_read,
	.find = sw__journal_find,
	.append = sw__journal_append,
	.reopen = sw__journal_reopen,
	.cut = sw__journal_cut,
	.compact = sw__journal_compact,
	.base = sw__journal_base,
	.store = sw__journal_store,
	.checkpoint = sw__journal_checkpoint,
	.record = sw__journal_record,
	.last = sw__journal_last,
};
static const struct sw_attempt_calls attempt_calls = {
	.launch = launch,
	.adopt = adopt,
	.release = sw__attempt_release,
	.stop = sw__attempt_stop,
	.detach = sw__attempt_detach,
	.stop_at = stop_at,
	.clear = clear,
	.sweep = sweep,
};

void
sw__real_world(struct sw_real_world *out, uv_loop_t *loop)
{
	*out = (struct sw_real_world){
		.world = {
		    .self = out,
		    .loop = loop == NULL ? NULL : &loop_calls,
		    .clock = &clock_calls,
		    .journal = &journal_calls,
		    .attempts = &attempt_calls,
		    .random = fill_random,
		},
		.loop = loop,
	};
	sw__standing_boot(out->boot_id);
}
