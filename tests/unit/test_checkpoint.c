/*
 * Checkpoints: a book that is stored and read again is the same book, a start
 * reads the last one and what is behind it, and a damaged one is made up for.
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
#include "journal/checkpoint.h"
#include "store/removal.h"
#include "upgrade/upgrade.h"
#include "view/view.h"

static const struct sw_stage stages[] = {
	{ .name = "Ask", .first_action = 0, .last_action = 0 },
	{ .name = "Again", .first_action = 1, .last_action = 1, .closed = 1 },
};
static const struct sw_action actions[] = {
	{ "First", 0, 1, SW_CATEGORY_APPROVAL, SW_ALONE, 0, 0 },
	{ "Second", 1, 1, SW_CATEGORY_APPROVAL, SW_ALONE, 0, 0 },
};
static const struct sw_stage other_stages[] = {
	{ .name = "Ask", .first_action = 0, .last_action = 0 },
	{ .name = "Later", .first_action = 1, .last_action = 1 },
};
static const struct sw_work work[] = {
	{ .provider = &sw_provider_manual, .timeout_ms = 3600000, .text = "?" },
	{ .provider = &sw_provider_manual, .timeout_ms = 3600000, .text = "?" },
};
static const struct sw_view view = { "asks.xml", NULL, NULL };

struct fixture {
	struct sw_machine machine;
	struct sw_pipeline pipeline;
	char path[64];
	struct sw_statedir dir;
	uv_loop_t loop;
	struct sw_real_world real;
	struct sw_engine *engine;
	struct sw_error err;
};

static void
make_machine(struct sw_machine *out, const struct sw_stage *rows, uint8_t mode)
{
	*out = (struct sw_machine){
		.name = "asks",
		.fingerprint = 0x11,
		.nstages = 2,
		.nactions = 2,
		.group_max = 1,
		.in_flight_max = mode == SW_MODE_SUPERSEDED ? 0 : 50,
		.target_words = mode == SW_MODE_PARALLEL ? 0 : SW_TARGET_WORDS,
		.queue_max = mode == SW_MODE_QUEUED ? SW_QUEUE_MAX(2, 50) : 0,
		.mode = mode,
		.stages = rows,
		.actions = actions,
	};
	out->state_size = (uint32_t)sw_state_size(out);
}

static int
open_engine(struct fixture *f)
{
	const struct sw_engine_options options = {
		.pipeline = &f->pipeline,
		.dir = &f->dir,
		.world = &f->real.world,
	};
	f->engine = NULL;
	return sw__engine_open(&f->engine, &options, &f->err);
}

static struct fixture *
new_fixture(uint8_t mode)
{
	struct fixture *f = calloc(1, sizeof *f);
	make_machine(&f->machine, stages, mode);
	f->pipeline = (struct sw_pipeline){
		.name = "asks",
		.version = "0",
		.machine = &f->machine,
		.work = work,
		.view = &view,
	};
	snprintf(f->path, sizeof f->path, "/tmp/checkpoint.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	assert_int_equal(sw__statedir_open(&f->dir, f->path, true, &f->err), 0);
	uv_loop_init(&f->loop);
	sw__real_world(&f->real, &f->loop);
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

static uint32_t
at_hand(const struct fixture *f)
{
	uint32_t at = 0;
	while (sw__book_at_hand(book_of(f), &at) != NULL)
		;
	return at;
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

static uint32_t
start(struct fixture *f)
{
	const struct sw_start start = { 0 };
	uint32_t number = 0;
	if (sw__engine_start(f->engine, &start, &number, &f->err) != 0)
		fail_msg("%s", f->err.text);
	return number;
}

/* Executions that are rejected, one after the other. */
static void
reject(struct fixture *f, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t number = start(f);
		char line[64] = "reject Ask.First";
		if (f->machine.mode == SW_MODE_PARALLEL)
			snprintf(
			    line, sizeof line, "#%u reject Ask.First", number);
		post(f, line);
	}
}

/* The book read from its own checkpoint: its state, and the same checkpoint. */
static void
check_round_trip(const struct fixture *f)
{
	const struct sw_book *book = book_of(f);
	struct sw_checkpoint first, second;
	struct sw_error err;
	uint8_t before[SW_DIGEST_BYTES], after[SW_DIGEST_BYTES];
	struct sw_book *copy = sw__book_new(&f->pipeline);
	assert_int_equal(sw__checkpoint_make(&first, book, &err), 0);
	if (sw__checkpoint_read(copy, first.body, NULL, NULL, &err) != 0)
		fail_msg("%s\n%s", err.text, first.body);
	sw__book_digest(book, before);
	sw__book_digest(copy, after);
	assert_memory_equal(before, after, sizeof before);
	assert_int_equal(sw__checkpoint_make(&second, copy, &err), 0);
	assert_string_equal(first.body, second.body);
	sw__checkpoint_release(&first);
	sw__checkpoint_release(&second);
	sw__book_free(copy);
}

static void
checkpoint_read__gives_the_book_that_was_stored(void **state)
{
	(void)state;
	for (uint8_t mode = 0; mode < SW_NMODES; mode++) {
		struct fixture *f = new_fixture(mode);
		const bool is_parallel = mode == SW_MODE_PARALLEL;
		check_round_trip(f);
		for (int i = 0; i < 5; i++)
			start(f);
		check_round_trip(f);
		post(f,
		    is_parallel ? "#2 approve Ask.First" : "approve Ask.First");
		check_round_trip(f);
		if (!is_parallel) {
			post(f, "open Again");
			check_round_trip(f);
			post(f, "approve Again.Second");
			post(f, "rollback Again #1");
			post(f, "close Again");
		} else {
			post(f, "stop #3");
			post(f, "#1 reject Ask.First");
		}
		check_round_trip(f);
		free_fixture(f);
	}
}

static void
engine_open__steps_only_what_is_behind_the_checkpoint(void **state)
{
	(void)state;
	for (uint8_t mode = 0; mode < SW_NMODES; mode++) {
		struct fixture *f = new_fixture(mode);
		uint64_t rows = 0;
		reject(f, 400);
		/* It was stored once: most are put away. */
		assert_true(book_of(f)->stored_seq >= 1024);
		assert_true(at_hand(f) < 100);
		assert_int_equal(
		    sw__engine_replay(f->engine, &rows, &f->err), 0);
		close_engine(f);
		assert_int_equal(open_engine(f), 0);
		assert_true(at_hand(f) <= 2);
		assert_int_equal(book_of(f)->seq, book_of(f)->stored_seq + 1);
		reject(f, 30);
		assert_int_equal(
		    sw__engine_replay(f->engine, &rows, &f->err), 0);
		assert_int_equal(rows, book_of(f)->seq);
		free_fixture(f);
	}
}

static void
view__shows_who_was_put_away(void **state)
{
	struct fixture *f = new_fixture(SW_MODE_SUPERSEDED);
	(void)state;
	reject(f, 3);
	json_t *before = sw__view_show(book_of(f), 7, 1, &f->err);
	reject(f, 400);
	json_t *after = sw__view_show(book_of(f), 7, 1, &f->err);
	assert_true(json_equal(before, after));
	json_t *history = sw__view_history(book_of(f), 7, 1000, &f->err);
	assert_int_equal(
	    json_array_size(json_object_get(history, "executions")), 403);
	assert_true(at_hand(f) < 100);
	json_decref(before);
	json_decref(after);
	json_decref(history);
	free_fixture(f);
}

/* PARALLEL: a failed one can be retried, however long ago that was. */
static void
engine_post__finds_who_was_put_away(void **state)
{
	struct fixture *f = new_fixture(SW_MODE_PARALLEL);
	uint64_t rows;
	(void)state;
	reject(f, 400);
	const struct sw_try *before = sw__book_last(book_of(f), 0, 3);
	assert_int_equal(before->number, 1);
	post(f, "#3 retry Ask");
	assert_int_equal(
	    sw__book_execution(book_of(f), 3)->status, SW_STATUS_IN_PROGRESS);
	post(f, "#3 approve Ask.First");
	reject(f, 400);
	assert_int_equal(sw__book_last(book_of(f), 0, 3)->number, 2);
	if (sw__engine_replay(f->engine, &rows, &f->err) != 0)
		fail_msg("%s", f->err.text);
	close_engine(f);
	assert_int_equal(open_engine(f), 0);
	assert_int_equal(sw__book_last(book_of(f), 0, 3)->number, 2);
	free_fixture(f);
}

/* SUPERSEDED: a rollback goes back to one that was put away. */
static void
engine_post__rolls_back_to_who_was_put_away(void **state)
{
	struct fixture *f = new_fixture(SW_MODE_SUPERSEDED);
	uint64_t rows;
	(void)state;
	post(f, "open Again");
	for (int i = 0; i < 5; i++) {
		start(f);
		post(f, "approve Ask.First");
		post(f, "approve Again.Second");
	}
	for (int i = 0; i < 600; i++) {
		post(f, "close Again");
		post(f, "open Again");
	}
	assert_true(at_hand(f) < 3);
	post(f, "rollback Again #2");
	assert_int_equal(sw__book_execution(book_of(f), 6)->target, 2);
	if (sw__engine_replay(f->engine, &rows, &f->err) != 0)
		fail_msg("%s", f->err.text);
	free_fixture(f);
}

/* Alters the n-th occurrence, counted from the end, of bytes in the file. */
static void
alter_last(const struct fixture *f, const char *from, const char *to)
{
	char path[128];
	const size_t room = 8u << 20;
	char *bytes = malloc(room);
	snprintf(path, sizeof path, "%s/journal.db", f->path);
	const int fd = open(path, O_RDWR);
	const ssize_t n = pread(fd, bytes, room, 0);
	const size_t length = strlen(from);
	ssize_t found = -1;
	for (ssize_t i = 0; i + (ssize_t)length <= n; i++)
		if (memcmp(bytes + i, from, length) == 0) {
			found = i;
			assert_int_equal(
			    pwrite(fd, to, length, i), (ssize_t)length);
		}
	assert_true(found >= 0);
	close(fd);
	free(bytes);
}

static void
engine_open__makes_up_for_a_damaged_checkpoint(void **state)
{
	struct fixture *f = new_fixture(SW_MODE_SUPERSEDED);
	uint8_t before[SW_DIGEST_BYTES], after[SW_DIGEST_BYTES];
	uint64_t rows;
	(void)state;
	reject(f, 400);
	sw__book_digest(book_of(f), before);
	close_engine(f);
	/* In checkpoints alone. */
	alter_last(f, "\"flight\":[", "\"flought\":");
	assert_int_equal(open_engine(f), 0);
	sw__book_digest(book_of(f), after);
	assert_memory_equal(before, after, sizeof before);
	assert_int_equal(sw__book_last(book_of(f), 0, 7)->number, 1);
	if (sw__engine_replay(f->engine, &rows, &f->err) != 0)
		fail_msg("%s", f->err.text);
	free_fixture(f);
}

static void
note(const char *what, const char *name, void *payload)
{
	strcat(payload, what);
	strcat(payload, " ");
	strcat(payload, name);
	strcat(payload, "; ");
}

static void
checkpoint_read__tells_names_that_the_machine_lacks(void **state)
{
	struct fixture *f = new_fixture(SW_MODE_SUPERSEDED);
	struct sw_machine machine;
	struct sw_pipeline other = f->pipeline;
	struct sw_checkpoint checkpoint;
	char told[512] = "";
	(void)state;
	start(f);
	post(f, "open Again");
	post(f, "approve Ask.First");
	assert_int_equal(
	    sw__checkpoint_make(&checkpoint, book_of(f), &f->err), 0);
	make_machine(&machine, other_stages, SW_MODE_SUPERSEDED);
	machine.fingerprint = 0x22;
	other.machine = &machine;
	struct sw_book *book = sw__book_new(&other);
	assert_int_equal(
	    sw__checkpoint_read(book, checkpoint.body, NULL, NULL, &f->err), 0);
	/* It tells of its machine: the book is in the terms of that one. */
	assert_ptr_not_equal(book->pipeline, &other);
	assert_int_equal(book->pipeline->machine->fingerprint,
	    f->pipeline.machine->fingerprint);
	sw__book_free(book);
	book = sw__book_new(&other);
	assert_int_equal(
	    sw__checkpoint_read(book, checkpoint.body, note, told, &f->err), 0);
	assert_non_null(strstr(told, "stage Again; "));
	assert_non_null(strstr(told, "action Again.Second; "));
	assert_int_equal(sw_state_action(&machine, book->shared->state, 0),
	    SW_STATUS_SUCCEEDED);
	sw__book_free(book);
	sw__checkpoint_release(&checkpoint);
	free_fixture(f);
}

/* Most executions are not at hand when the machine becomes another one. */
static void
upgrade__goes_over_with_who_was_put_away(void **state)
{
	(void)state;
	for (uint8_t mode = 0; mode < SW_NMODES; mode++) {
		struct fixture *f = new_fixture(mode);
		const struct sw_upgrade how = { .by = "alice" };
		json_t *plan = NULL;
		reject(f, 400);
		assert_true(at_hand(f) < 100);
		close_engine(f);
		make_machine(&f->machine, other_stages, mode);
		f->machine.fingerprint = 0x22;
		sw__real_world(&f->real, NULL);
		assert_int_equal(open_engine(f), 0);
		if (sw__upgrade(f->engine, &how, &plan, &f->err) != 0)
			fail_msg("%s", f->err.text);
		json_decref(plan);
		sw__engine_free(f->engine);
		f->engine = NULL;
		sw__real_world(&f->real, &f->loop);
		assert_int_equal(open_engine(f), 0);
		assert_int_equal(
		    book_of(f)->pipeline->machine->fingerprint, 0x22);
		assert_non_null(sw__book_execution(book_of(f), 1));
		reject(f, 1);
		free_fixture(f);
	}
}

static void
checkpoint_read__refuses_what_is_none(void **state)
{
	struct fixture *f = new_fixture(SW_MODE_SUPERSEDED);
	struct sw_checkpoint checkpoint;
	(void)state;
	start(f);
	assert_int_equal(
	    sw__checkpoint_make(&checkpoint, book_of(f), &f->err), 0);
	/* Each byte altered: it is read or refused, and never more. */
	const size_t length = strlen(checkpoint.body);
	for (size_t i = 0; i < length; i++) {
		const char was = checkpoint.body[i];
		struct sw_book *book = sw__book_new(&f->pipeline);
		checkpoint.body[i] = was == '0' ? '9' : '0';
		const int status = sw__checkpoint_read(
		    book, checkpoint.body, NULL, NULL, &f->err);
		assert_true(status == 0 || status == SW_ERROR_CORRUPT ||
			    status == SW_ERROR_SYSTEM);
		checkpoint.body[i] = was;
		sw__book_free(book);
	}
	sw__checkpoint_release(&checkpoint);
	free_fixture(f);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    checkpoint_read__gives_the_book_that_was_stored),
		cmocka_unit_test(
		    engine_open__steps_only_what_is_behind_the_checkpoint),
		cmocka_unit_test(view__shows_who_was_put_away),
		cmocka_unit_test(engine_post__finds_who_was_put_away),
		cmocka_unit_test(engine_post__rolls_back_to_who_was_put_away),
		cmocka_unit_test(
		    engine_open__makes_up_for_a_damaged_checkpoint),
		cmocka_unit_test(
		    checkpoint_read__tells_names_that_the_machine_lacks),
		cmocka_unit_test(upgrade__goes_over_with_who_was_put_away),
		cmocka_unit_test(checkpoint_read__refuses_what_is_none),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
