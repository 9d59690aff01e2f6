/*
 * Retention: what is pruned is not needed by anybody, a line of history is
 * left of it, and a journal without its first rows is as good as before.
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
#include <unistd.h>

#include "engine/engine.h"
#include "engine/world_real.h"
#include "journal/prune.h"
#include "store/removal.h"
#include "view/view.h"

static const struct sw_stage stages[] = {
	{ .name = "Ask", .first_action = 0, .last_action = 0 },
	{ .name = "Ship", .first_action = 1, .last_action = 1 },
};
static const struct sw_action actions[] = {
	{ "First", 0, 1, SW_CATEGORY_APPROVAL, SW_ALONE, 0, 0 },
	{ "Second", 1, 1, SW_CATEGORY_APPROVAL, SW_ALONE, 0, 0 },
};
static const struct sw_work work[] = {
	{ .provider = &sw_provider_manual, .timeout_ms = 3600000, .text = "?" },
	{ .provider = &sw_provider_manual, .timeout_ms = 3600000, .text = "?" },
};
static const struct sw_view view = { "asks.xml", NULL, NULL };

struct fixture {
	struct sw_real_world real; /* first: `self` is this */
	struct sw_clock_calls clock;
	uint64_t now_ms;
	struct sw_machine machine;
	struct sw_pipeline pipeline;
	struct sw_retention retention;
	char path[64];
	struct sw_statedir dir;
	uv_loop_t loop;
	struct sw_engine *engine;
	struct sw_error err;
};

static uint64_t
now(void *self)
{
	return ((const struct fixture *)self)->now_ms;
}

static const char *
boot(void *self)
{
	(void)self;
	return "boot";
}

static int
open_engine(struct fixture *f)
{
	const struct sw_engine_options options = {
		.pipeline = &f->pipeline,
		.dir = &f->dir,
		.world = &f->real.world,
		.retention = f->retention.keep == 0 && f->retention.keep_ms == 0
				 ? NULL
				 : &f->retention,
	};
	f->engine = NULL;
	return sw__engine_open(&f->engine, &options, &f->err);
}

static struct fixture *
new_fixture(uint8_t mode, struct sw_retention retention)
{
	struct fixture *f = calloc(1, sizeof *f);
	f->machine = (struct sw_machine){
		.name = "asks",
		.fingerprint = 0x11,
		.nstages = 2,
		.nactions = 2,
		.group_max = 1,
		.in_flight_max = mode == SW_MODE_SUPERSEDED ? 0 : 50,
		.target_words = mode == SW_MODE_PARALLEL ? 0 : 1,
		.queue_max = mode == SW_MODE_QUEUED ? SW_QUEUE_MAX(2, 50) : 0,
		.mode = mode,
		.stages = stages,
		.actions = actions,
	};
	f->machine.state_size = (uint32_t)sw_state_size(&f->machine);
	f->pipeline = (struct sw_pipeline){
		.name = "asks",
		.version = "0",
		.machine = &f->machine,
		.work = work,
		.view = &view,
	};
	f->retention = retention;
	f->now_ms = UINT64_C(1000) * SW_DAY_MS;
	snprintf(f->path, sizeof f->path, "/tmp/prune.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	assert_int_equal(sw__statedir_open(&f->dir, f->path, true, &f->err), 0);
	uv_loop_init(&f->loop);
	sw__real_world(&f->real, &f->loop);
	f->clock = (struct sw_clock_calls){ now, now, boot };
	f->real.world.clock = &f->clock;
	assert_int_equal(open_engine(f), 0);
	return f;
}

static void
close_engine(struct fixture *f)
{
	if (f->engine == NULL)
		return;
	sw__engine_close(f->engine);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	sw__engine_free(f->engine);
	f->engine = NULL;
}

static void
free_fixture(struct fixture *f)
{
	close_engine(f);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	sw__statedir_close(&f->dir);
	sw__remove_tree(AT_FDCWD, f->path);
	free(f);
}

static const struct sw_book *
book_of(const struct fixture *f)
{
	return sw__engine_book(f->engine);
}

static void
post(struct fixture *f, const char *line)
{
	json_t *facts = json_pack("{s:s}", "by", "alice");
	const int status = sw__engine_post(f->engine, line, facts, &f->err);
	json_decref(facts);
	if (status != 0)
		fail_msg("%s: %s", line, f->err.text);
}

static void
decide(struct fixture *f, const char *what, uint32_t number)
{
	char line[64];
	if (f->machine.mode == SW_MODE_PARALLEL)
		snprintf(line, sizeof line, "#%u %s", number, what);
	else
		snprintf(line, sizeof line, "%s", what);
	post(f, line);
}

static uint32_t
start(struct fixture *f)
{
	const struct sw_start start = { 0 };
	uint32_t number = 0;
	if (sw__engine_start(f->engine, &start, &number, &f->err) != 0)
		fail_msg("%s", f->err.text);
	return number;
}

static void
reject(struct fixture *f, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		decide(f, "reject Ask.First", start(f));
}

static void
release(struct fixture *f, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t number = start(f);
		decide(f, "approve Ask.First", number);
		decide(f, "approve Ship.Second", number);
	}
}

struct asked {
	struct sw_matter matter;
	struct sw_retention retention;
};

static int
draft_asked(
    struct sw_matter *matter, struct sw_turn *turn, struct sw_error *err)
{
	const struct asked *asked = (const struct asked *)matter;
	return sw__turn_prune(turn, &asked->retention, "alice", err);
}

static void
on_done(struct sw_matter *matter)
{
	(void)matter;
}

static int
prune(struct fixture *f, struct sw_retention retention)
{
	struct asked asked = { { .draft = draft_asked, .done = on_done },
		retention };
	sw__engine_submit(f->engine, &asked.matter);
	sw__engine_turn(f->engine);
	f->err = asked.matter.err;
	return asked.matter.status;
}

static uint64_t
replay(struct fixture *f)
{
	uint64_t rows = 0;
	if (sw__engine_replay(f->engine, &rows, &f->err) != 0)
		fail_msg("%s", f->err.text);
	return rows;
}

static void
reopen(struct fixture *f)
{
	close_engine(f);
	if (open_engine(f) != 0)
		fail_msg("%s", f->err.text);
}

static bool
is_pruned(const struct fixture *f, uint32_t number)
{
	return sw__book_prunable(book_of(f), number) == SW_PRUNED;
}

static void
turn_prune__keeps_the_newest_and_their_history(void **state)
{
	(void)state;
	for (uint8_t mode = 0; mode < SW_NMODES; mode++) {
		struct fixture *f =
		    new_fixture(mode, (struct sw_retention){ 0 });
		release(f, 40);
		json_t *before = sw__view_history(book_of(f), 7, 99, &f->err);
		assert_int_equal(prune(f, (struct sw_retention){ 5, 0 }), 0);
		/* Targets of rollbacks: the last 32. */
		const bool is_parallel = mode == SW_MODE_PARALLEL;
		assert_true(is_pruned(f, 8));
		assert_int_equal(is_pruned(f, 9), is_parallel);
		assert_int_equal(is_pruned(f, 35), is_parallel);
		assert_false(is_pruned(f, 36));
		assert_int_equal(
		    sw__book_execution(book_of(f), 8)->pruned_ms, f->now_ms);
		json_t *after = sw__view_history(book_of(f), 7, 99, &f->err);
		assert_int_equal(
		    json_array_size(json_object_get(after, "executions")), 40);
		size_t i;
		json_t *x;
		json_array_foreach(json_object_get(after, "executions"), i, x) {
			const json_t *was = json_array_get(
			    json_object_get(before, "executions"), i);
			static const char *const kept[] = { "id", "status",
				"started", "ended", "trigger", "revisions",
				"reason" };
			for (size_t k = 0; k < 7; k++)
				assert_true(
				    json_equal(json_object_get(x, kept[k]),
					json_object_get(was, kept[k])));
		}
		json_decref(before);
		json_decref(after);
		assert_int_equal(
		    prune(f, (struct sw_retention){ 5, 0 }), SW_ERROR_REFUSED);
		replay(f);
		reopen(f);
		assert_true(is_pruned(f, 8));
		replay(f);
		if (!is_parallel) {
			post(f, "rollback Ship #9");
			assert_int_not_equal(
			    sw__engine_post(
				f->engine, "rollback Ship #8", NULL, &f->err),
			    0);
		}
		free_fixture(f);
	}
}

static void
turn_prune__keeps_what_either_rule_says(void **state)
{
	struct fixture *f =
	    new_fixture(SW_MODE_SUPERSEDED, (struct sw_retention){ 0 });
	(void)state;
	reject(f, 10);
	f->now_ms += 10 * SW_DAY_MS;
	reject(f, 10);
	assert_int_equal(prune(f, (struct sw_retention){ 0, 11 * SW_DAY_MS }),
	    SW_ERROR_REFUSED);
	assert_int_equal(
	    prune(f, (struct sw_retention){ 15, 9 * SW_DAY_MS }), 0);
	assert_int_equal(sw__ranges_gap(&book_of(f)->pruned, 1), 6);
	assert_int_equal(
	    prune(f, (struct sw_retention){ 5, 9 * SW_DAY_MS }), 0);
	assert_int_equal(sw__ranges_gap(&book_of(f)->pruned, 1), 11);
	assert_int_equal(
	    prune(f, (struct sw_retention){ 0, 0 }), SW_ERROR_REFUSED);
	free_fixture(f);
}

/* Of those that can be retried as many as there may be, and no retry of one
 * that was given up. */
static void
turn_prune__gives_up_the_oldest_retries(void **state)
{
	struct fixture *f =
	    new_fixture(SW_MODE_PARALLEL, (struct sw_retention){ 0 });
	(void)state;
	release(f, 1);
	reject(f, SW_RETRYABLE_MAX + 3);
	assert_int_equal(prune(f, (struct sw_retention){ 1, 0 }), 0);
	assert_true(is_pruned(f, 1));
	assert_true(is_pruned(f, 4));
	assert_false(is_pruned(f, 5));
	post(f, "#5 retry Ask");
	assert_int_equal(
	    sw__engine_post(f->engine, "#4 retry Ask", NULL, &f->err),
	    SW_ERROR_REFUSED);
	replay(f);
	free_fixture(f);
}

static void
engine_turn__prunes_when_one_ends(void **state)
{
	struct fixture *f =
	    new_fixture(SW_MODE_SUPERSEDED, (struct sw_retention){ 3, 0 });
	(void)state;
	reject(f, 20);
	assert_int_equal(sw__ranges_gap(&book_of(f)->pruned, 1), 18);
	replay(f);
	free_fixture(f);
}

static uint32_t
at_hand(const struct fixture *f)
{
	uint32_t at = 0;
	while (sw__book_at_hand(book_of(f), &at) != NULL)
		;
	return at;
}

static void
engine_turn__lets_rows_go(void **state)
{
	(void)state;
	for (uint8_t mode = 0; mode < SW_NMODES; mode++) {
		struct fixture *f =
		    new_fixture(mode, (struct sw_retention){ 50, 0 });
		for (int day = 0; day < 12; day++) {
			release(f, 150);
			f->now_ms += SW_DAY_MS;
		}
		const uint64_t all = book_of(f)->seq;
		const uint64_t rows = replay(f);
		assert_true(rows < all / 2);
		assert_true(at_hand(f) < 500);
		reopen(f);
		assert_true(replay(f) <= rows + 2);
		reject(f, 5);
		json_t *history =
		    sw__view_history(book_of(f), 7, 9999, &f->err);
		assert_int_equal(
		    json_array_size(json_object_get(history, "executions")),
		    1805);
		json_decref(history);
		free_fixture(f);
	}
}

/* The first row that is left, or where it begins, cannot be altered. */
static void
journal_read__finds_a_beginning_that_was_altered(void **state)
{
	struct fixture *f =
	    new_fixture(SW_MODE_SUPERSEDED, (struct sw_retention){ 50, 0 });
	char path[128], line[64];
	(void)state;
	for (int day = 0; day < 12; day++) {
		release(f, 150);
		f->now_ms += SW_DAY_MS;
	}
	const uint64_t base = book_of(f)->seq - replay(f);
	assert_true(base > 0);
	close_engine(f);
	snprintf(path, sizeof path, "%s/journal.db", f->path);
	snprintf(
	    line, sizeof line, "\"through\":%llu", (unsigned long long)base);
	const size_t room = 64u << 20;
	char *bytes = malloc(room);
	const int fd = open(path, O_RDWR);
	const ssize_t n = pread(fd, bytes, room, 0);
	for (ssize_t i = 0; i + 30 < n; i++)
		if (memcmp(bytes + i, line, strlen(line)) == 0) {
			char *last = bytes + i + strlen(line) - 1;
			*last = *last == '0' ? '1' : '0';
			assert_int_equal(pwrite(fd, last, 1, last - bytes), 1);
		}
	close(fd);
	free(bytes);
	assert_int_equal(open_engine(f), SW_ERROR_CORRUPT);
	free_fixture(f);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    turn_prune__keeps_the_newest_and_their_history),
		cmocka_unit_test(turn_prune__keeps_what_either_rule_says),
		cmocka_unit_test(turn_prune__gives_up_the_oldest_retries),
		cmocka_unit_test(engine_turn__prunes_when_one_ends),
		cmocka_unit_test(engine_turn__lets_rows_go),
		cmocka_unit_test(
		    journal_read__finds_a_beginning_that_was_altered),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
