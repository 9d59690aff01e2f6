/*
 * Time as the engine sees it, with clocks that the test sets: an approval that
 * is to wait for a minute waits for a minute, whatever the wall clock does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine_turn.h"
#include "engine/world_real.h"
#include "store/removal.h"

#define MINUTE 60000
#define HOUR ((int64_t)3600000)
#define YEARS (10 * 365 * 24 * HOUR)

static const struct sw_stage stages[] = {
	{ .name = "Ask", .first_action = 0, .last_action = 0 },
};
static const struct sw_action actions[] = {
	{ "Her", 0, 1, SW_CATEGORY_APPROVAL, SW_ALONE, 0, 0 },
};
static const struct sw_machine machine = {
	.name = "asks",
	.fingerprint = 0x11,
	.nstages = 1,
	.nactions = 1,
	.group_max = 1,
	.target_words = SW_TARGET_WORDS,
	.state_size = SW_STATE_SIZE(1, SW_TARGET_WORDS, 1),
	.stages = stages,
	.actions = actions,
};
static const struct sw_work work[] = {
	{ .provider = &sw_provider_manual, .timeout_ms = MINUTE, .text = "?" },
};
static const struct sw_pipeline pipeline = {
	.name = "asks",
	.version = "0",
	.machine = &machine,
	.work = work,
};

/* The real world but for its clocks and its loop, which are the test's. */
struct fixture {
	struct sw_real_world real; /* first: it is everybody's `self` */
	struct sw_world world;
	uint64_t wall_ms;
	uint64_t boot_ms;
	const char *boot;
	uint64_t armed_ms; /* 0: nothing is */
	char path[64];
	struct sw_statedir dir;
	struct sw_engine *engine;
	struct sw_error err;
};

static uint64_t
wall_ms(void *self)
{
	return ((const struct fixture *)self)->wall_ms;
}

static uint64_t
boot_ms(void *self)
{
	return ((const struct fixture *)self)->boot_ms;
}

static const char *
boot_id(void *self)
{
	return ((const struct fixture *)self)->boot;
}

static int
open_loop(void *self, const struct sw_loop_events *events, void *payload,
    struct sw_error *err)
{
	(void)self;
	(void)events;
	(void)payload;
	(void)err;
	return 0;
}

static void
wake(void *self, bool is_waiting)
{
	(void)self;
	(void)is_waiting;
}

static void
arm(void *self, uint64_t at_ms)
{
	((struct fixture *)self)->armed_ms = at_ms;
}

static void
disarm(void *self)
{
	((struct fixture *)self)->armed_ms = 0;
}

static void
close_loop(void *self)
{
	disarm(self);
}

static const struct sw_clock_calls clock_calls = { wall_ms, boot_ms, boot_id };
static const struct sw_loop_calls loop_calls = { open_loop, wake, arm, disarm,
	close_loop };

static void
open_engine(struct fixture *f)
{
	const struct sw_engine_options options = {
		.pipeline = &pipeline,
		.dir = &f->dir,
		.world = &f->world,
	};
	assert_int_equal(sw__engine_open(&f->engine, &options, &f->err), 0);
	assert_int_equal(sw__engine_resume(f->engine, &f->err), 0);
}

static void
close_engine(struct fixture *f)
{
	sw__engine_close(f->engine);
	sw__engine_free(f->engine);
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	sw__real_world(&f->real, NULL);
	f->world = f->real.world;
	f->world.clock = &clock_calls;
	f->world.loop = &loop_calls;
	f->wall_ms = UINT64_C(1790000000000);
	f->boot_ms = 5000;
	f->boot = "11111111-1111-4111-8111-111111111111";
	snprintf(f->path, sizeof f->path, "/tmp/clock.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	assert_int_equal(
	    sw__statedir_open(&f->dir, f->path, false, &f->err), 0);
	assert_int_equal(sw__statedir_own(&f->dir, &f->err), 0);
	open_engine(f);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	uint64_t rows;
	assert_int_equal(sw__engine_replay(f->engine, &rows, &f->err), 0);
	close_engine(f);
	sw__statedir_close(&f->dir);
	sw__remove_tree(AT_FDCWD, f->path);
	free(f);
	return 0;
}

/* Asks the question that is to wait for a minute. */
static void
start(struct fixture *f)
{
	const struct sw_start nothing = { 0 };
	uint32_t number;
	assert_int_equal(
	    sw__engine_start(f->engine, &nothing, &number, &f->err), 0);
}

static void
pass(struct fixture *f, uint64_t ms)
{
	f->wall_ms += ms;
	f->boot_ms += ms;
	sw__engine_turn(f->engine);
}

static void
set_wall(struct fixture *f, int64_t by_ms)
{
	f->wall_ms += (uint64_t)by_ms;
}

static bool
waits(const struct fixture *f)
{
	return sw__book_execution(sw__engine_book(f->engine), 1)->status ==
	       SW_STATUS_IN_PROGRESS;
}

static uint64_t
seq_of(const struct fixture *f)
{
	return sw__engine_book(f->engine)->seq;
}

/* Something is recorded, so that the engine looks at its clocks. */
static void
record(struct fixture *f)
{
	const bool is_closed =
	    sw_state_stage(sw__engine_book(f->engine)->shared->state, 0)
		->closed;
	assert_int_equal(
	    sw__engine_post(
		f->engine, is_closed ? "open Ask" : "close Ask", NULL, &f->err),
	    0);
}

static void
timer__comes_when_its_time_is_over_and_once(void **state)
{
	struct fixture *f = *state;
	start(f);
	const uint64_t asked = seq_of(f);
	assert_int_equal(f->armed_ms, 5000 + MINUTE + 1);
	pass(f, MINUTE);
	assert_true(waits(f));
	pass(f, 1);
	assert_false(waits(f));
	assert_int_equal(f->armed_ms, 0);
	pass(f, HOUR);
	assert_int_equal(seq_of(f), asked + 1);
}

static void
wait_whatever_happens(struct fixture *f, int64_t by_ms)
{
	start(f);
	pass(f, MINUTE / 2);
	const uint64_t before = seq_of(f);
	set_wall(f, by_ms);
	record(f);
	assert_int_equal(seq_of(f), before + 2); /* the clock, the event */
	assert_true(waits(f));
	assert_int_equal(f->armed_ms, 5000 + MINUTE + 1);
	pass(f, MINUTE / 2);
	assert_true(waits(f));
	pass(f, 1);
	assert_false(waits(f));
	assert_int_equal(seq_of(f), before + 3);
}

static void
timer__does_not_come_earlier_when_the_clock_is_set_forward(void **state)
{
	wait_whatever_happens(*state, HOUR);
}

static void
timer__does_not_come_later_when_the_clock_is_set_back(void **state)
{
	wait_whatever_happens(*state, -HOUR);
}

static void
timer__does_not_mind_ten_years(void **state)
{
	wait_whatever_happens(*state, YEARS);
}

static void
timer__does_not_mind_ten_years_back(void **state)
{
	wait_whatever_happens(*state, -YEARS);
}

/* Nobody asks for anything between: the timer alone wakes the engine. */
static void
timer__comes_on_time_when_the_clock_was_set_back_at_rest(void **state)
{
	struct fixture *f = *state;
	start(f);
	pass(f, MINUTE / 2);
	set_wall(f, -HOUR);
	pass(f, MINUTE / 2 + 1);
	assert_false(waits(f));
}

static void
clock__that_is_kept_right_is_not_recorded(void **state)
{
	struct fixture *f = *state;
	const uint64_t before = seq_of(f);
	set_wall(f, SW_CLOCK_JUMP_MS);
	record(f);
	assert_int_equal(seq_of(f), before + 1);
	set_wall(f, 1);
	record(f);
	assert_int_equal(seq_of(f), before + 3);
}

static void
rows__stand_in_the_order_of_their_times(void **state)
{
	struct fixture *f = *state;
	record(f);
	const uint64_t before = sw__engine_book(f->engine)->time_ms;
	set_wall(f, -HOUR);
	record(f);
	assert_int_equal(sw__engine_book(f->engine)->time_ms, before);
	pass(f, 2 * HOUR);
	record(f);
	assert_int_equal(sw__engine_book(f->engine)->time_ms, before + HOUR);
}

static void
restart__in_the_same_boot_waits_as_long(void **state)
{
	struct fixture *f = *state;
	start(f);
	close_engine(f);
	set_wall(f, -YEARS);
	f->boot_ms += MINUTE / 2;
	f->wall_ms += MINUTE / 2;
	open_engine(f);
	assert_int_equal(f->armed_ms, 5000 + MINUTE + 1);
	set_wall(f, 2 * YEARS);
	pass(f, MINUTE / 2);
	assert_true(waits(f));
	pass(f, 1);
	assert_false(waits(f));
}

static void
restart__of_the_machine_goes_by_the_wall_clock(void **state)
{
	struct fixture *f = *state;
	start(f);
	close_engine(f);
	f->boot = "22222222-2222-4222-8222-222222222222";
	f->boot_ms = 100;
	set_wall(f, MINUTE / 4);
	open_engine(f);
	assert_true(waits(f));
	assert_int_equal(f->armed_ms, 100 + MINUTE * 3 / 4 + 1);
	close_engine(f);
	f->boot = "33333333-3333-4333-8333-333333333333";
	set_wall(f, HOUR);
	open_engine(f);
	sw__engine_turn(f->engine);
	assert_false(waits(f));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(timer__comes_when_its_time_is_over_and_once),
		TEST(
		    timer__does_not_come_earlier_when_the_clock_is_set_forward),
		TEST(timer__does_not_come_later_when_the_clock_is_set_back),
		TEST(timer__does_not_mind_ten_years),
		TEST(timer__does_not_mind_ten_years_back),
		TEST(timer__comes_on_time_when_the_clock_was_set_back_at_rest),
		TEST(clock__that_is_kept_right_is_not_recorded),
		TEST(rows__stand_in_the_order_of_their_times),
		TEST(restart__in_the_same_boot_waits_as_long),
		TEST(restart__of_the_machine_goes_by_the_wall_clock),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
