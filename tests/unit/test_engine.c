/*
 * The engine on a pipeline of two stages with an approval each, so that no
 * process runs: what is recorded, what is refused, what a restart finds.
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

#include "engine/engine.h"
#include "engine/world_real.h"
#include "owner/request.h"
#include "store/removal.h"
#include "view/view.h"

static const struct sw_stage stages[] = {
	{ .name = "Ask", .first_action = 0, .last_action = 0 },
	{ .name = "Again", .first_action = 1, .last_action = 1 },
};
static const struct sw_action actions[] = {
	{ "First", 0, 1, SW_CATEGORY_APPROVAL, SW_ALONE, 0, 0 },
	{ "Second", 1, 1, SW_CATEGORY_APPROVAL, SW_ALONE, 0, 0 },
};
static const struct sw_machine machine = {
	.name = "asks",
	.fingerprint = 0x11,
	.nstages = 2,
	.nactions = 2,
	.group_max = 1,
	.target_words = SW_TARGET_WORDS,
	.state_size = SW_STATE_SIZE(2, 2 * SW_TARGET_WORDS, 2),
	.stages = stages,
	.actions = actions,
};
static const struct sw_work work[] = {
	{ .provider = &sw_provider_manual,
	    .timeout_ms = 3600000,
	    .text = "Take #{variables.WHAT}?" },
	{ .provider = &sw_provider_manual,
	    .timeout_ms = 1,
	    .text = "#{Ask.NOTHING}" },
};
static const struct sw_variable variables[] = {
	{ "WHAT", NULL, NULL },
	{ "HOW", "well", NULL },
	{ NULL, NULL, NULL },
};
static const struct sw_place places[] = {
	{ 1, "text", 0, 9, 4, NULL },
	{ 0, NULL, 0, 0, 0, NULL },
};
static const struct sw_view view = { "asks.xml", NULL, places };
static const struct sw_pipeline pipeline = {
	.name = "asks",
	.version = "0",
	.machine = &machine,
	.work = work,
	.variables = variables,
	.view = &view,
};

struct fixture {
	char path[64];
	struct sw_statedir dir;
	uv_loop_t loop;
	struct sw_real_world real;
	struct sw_real_world idle; /* without a loop */
	struct sw_engine *engine;
	struct sw_error err;
	char rows[2048]; /* texts of the rows that listeners were told */
};

static void
on_row(const json_t *row, void *payload)
{
	struct fixture *f = payload;
	strcat(f->rows, json_string_value(json_object_get(row, "kind")));
	strcat(f->rows, " ");
}

static int
open_engine(struct fixture *f, const struct sw_pipeline *which)
{
	const struct sw_engine_options options = {
		.pipeline = which,
		.dir = &f->dir,
		.world = &f->real.world,
		.row = on_row,
		.payload = f,
	};
	f->engine = NULL;
	return sw__engine_open(&f->engine, &options, &f->err);
}

static const struct sw_try *
current_of(const struct fixture *f, uint32_t action)
{
	const struct sw_book *book = sw__engine_book(f->engine);
	return sw__book_current(book, book->shared, action);
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

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	snprintf(f->path, sizeof f->path, "/tmp/engine.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	assert_int_equal(
	    sw__statedir_open(&f->dir, f->path, false, &f->err), 0);
	assert_int_equal(sw__statedir_own(&f->dir, &f->err), 0);
	uv_loop_init(&f->loop);
	sw__real_world(&f->real, &f->loop);
	sw__real_world(&f->idle, NULL);
	assert_int_equal(open_engine(f, &pipeline), 0);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	close_engine(f);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	sw__statedir_close(&f->dir);
	sw__remove_tree(AT_FDCWD, f->path);
	free(f);
	return 0;
}

static int
start(struct fixture *f, const char *name, const char *value)
{
	uint32_t number = 0;
	json_t *given = json_pack("{s:s}", name, value);
	const struct sw_start spec = { .variables = given };
	const int status = sw__engine_start(f->engine, &spec, &number, &f->err);
	json_decref(given);
	return status == 0 ? (int)number : status;
}

/* The answer's document, or its error, as a string of JSON. */
static char *
ask(struct fixture *f, const char *request)
{
	static char text[16384];
	json_t *parsed = json_loads(request, 0, NULL);
	json_t *answer = sw__request_answer(f->engine, parsed, "alice", 0);
	char *dumped = json_dumps(answer, JSON_COMPACT | JSON_SORT_KEYS);
	snprintf(text, sizeof text, "%s", dumped);
	free(dumped);
	json_decref(answer);
	json_decref(parsed);
	return text;
}

static void
engine_start__asks_with_the_value_of_its_variables(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(start(f, "WHAT", "#{it}"), 1);
	const struct sw_try *asked = current_of(f, 0);
	assert_string_equal(sw__body_value(asked->asked)->text, "Take #{it}?");
	assert_int_equal(asked->due_ms, asked->started_ms + 3600000);
	assert_string_equal(f->rows, "pipeline start ask ");
}

static void
engine_start__wants_every_variable_and_no_other(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(start(f, "HOW", "badly"), SW_ERROR_USAGE);
	assert_non_null(strstr(f->err.text, "'WHAT' has no default"));
	assert_int_equal(start(f, "WHO", "me"), SW_ERROR_USAGE);
	assert_int_equal(sw__engine_book(f->engine)->nexecutions, 0);
}

static void
engine_post__a_refused_event_is_answered_and_not_recorded(void **state)
{
	struct fixture *f = *state;
	const uint64_t before = sw__engine_book(f->engine)->seq;
	assert_int_equal(sw__engine_post(f->engine, "stop #1", NULL, &f->err),
	    SW_ERROR_REFUSED);
	assert_non_null(strstr(f->err.text, "ExecutionNotFound"));
	assert_int_equal(
	    sw__engine_post(f->engine, "frobnicate", NULL, &f->err),
	    SW_ERROR_USAGE);
	assert_int_equal(sw__engine_book(f->engine)->seq, before);
}

static void
engine_open__finds_what_was_there(void **state)
{
	struct fixture *f = *state;
	uint8_t before[SW_DIGEST_BYTES], after[SW_DIGEST_BYTES];
	start(f, "WHAT", "it");
	start(f, "WHAT", "that");
	assert_int_equal(
	    sw__engine_post(f->engine, "close Again", NULL, &f->err), 0);
	sw__book_digest(sw__engine_book(f->engine), before);
	json_t *was = sw__view_show(sw__engine_book(f->engine), 0, 1, &f->err);
	close_engine(f);
	assert_int_equal(open_engine(f, &pipeline), 0);
	sw__book_digest(sw__engine_book(f->engine), after);
	json_t *is = sw__view_show(sw__engine_book(f->engine), 0, 1, &f->err);
	assert_memory_equal(before, after, sizeof before);
	assert_true(json_equal(was, is));
	json_decref(was);
	json_decref(is);
}

static void
engine_open__refuses_another_machine(void **state)
{
	struct fixture *f = *state;
	struct sw_machine other = machine;
	struct sw_pipeline newer = pipeline;
	other.fingerprint = 0x12;
	newer.machine = &other;
	close_engine(f);
	assert_int_equal(open_engine(f, &newer), SW_ERROR_UPGRADE);
	assert_non_null(strstr(f->err.text, "another version"));
	newer.machine = &machine;
	newer.name = "replies";
	assert_int_equal(open_engine(f, &newer), SW_ERROR_SYSTEM);
	assert_non_null(strstr(f->err.text, "belongs to pipeline 'asks'"));
}

static void
engine_action__that_cannot_be_resolved_fails_where_it_stands(void **state)
{
	struct fixture *f = *state;
	start(f, "WHAT", "it");
	assert_int_equal(
	    sw__engine_post(f->engine, "approve Ask.First", NULL, &f->err), 0);
	const struct sw_execution *execution =
	    sw__book_execution(sw__engine_book(f->engine), 1);
	assert_int_equal(execution->status, SW_STATUS_FAILED);
	assert_non_null(strstr(execution->reason, "asks.xml:9:4: "));
	assert_non_null(strstr(execution->reason, "Ask.NOTHING"));
	assert_string_equal(f->rows, "pipeline start ask approve fail ");
}

static void
engine_approval__the_first_decision_wins(void **state)
{
	struct fixture *f = *state;
	start(f, "WHAT", "it");
	assert_non_null(
	    strstr(ask(f, "{\"verb\":\"post\",\"event\":\"reject Ask.First\","
			  "\"by\":\"ann\",\"execution\":1}"),
		"\"ok\":true"));
	assert_non_null(
	    strstr(ask(f, "{\"verb\":\"post\",\"event\":\"approve Ask.First\","
			  "\"by\":\"bob\",\"execution\":1}"),
		"rejected for #1 already by alice"));
}

static void
engine_approval__is_not_carried_over_to_another_execution(void **state)
{
	struct fixture *f = *state;
	start(f, "WHAT", "it");
	assert_non_null(
	    strstr(ask(f, "{\"verb\":\"post\",\"event\":\"approve Ask.First\","
			  "\"by\":\"ann\",\"execution\":2}"),
		"asks about #1 now, not about #2"));
	assert_int_equal(current_of(f, 0)->status, SW_STATUS_IN_PROGRESS);
}

/* The time of an approval is over while no engine runs. */
static void
engine_timer__outlives_a_restart(void **state)
{
	struct fixture *f = *state;
	static struct sw_work hasty[2];
	static struct sw_pipeline quick; /* the engine borrows it to its end */
	memcpy(hasty, work, sizeof hasty);
	quick = pipeline;
	hasty[0].timeout_ms = 1;
	quick.work = hasty;
	close_engine(f);
	assert_int_equal(open_engine(f, &quick), 0);
	start(f, "WHAT", "it");
	close_engine(f);
	const uint64_t closed = sw__wall_ms();
	while (sw__wall_ms() < closed + 3)
		; /* the wall clock is the one that counts here */
	assert_int_equal(open_engine(f, &quick), 0);
	assert_int_equal(sw__engine_resume(f->engine, &f->err), 0);
	const struct sw_book *book = sw__engine_book(f->engine);
	while (sw__book_execution(book, 1)->status == SW_STATUS_IN_PROGRESS)
		uv_run(&f->loop, UV_RUN_ONCE);
	assert_non_null(strstr(
	    sw__book_execution(book, 1)->reason, "was not decided within"));
}

/* Nobody ran the pipeline when its time was over, and the first one to open
 * it is too late. */
static void
engine_approval__is_not_decided_after_its_time(void **state)
{
	struct fixture *f = *state;
	struct sw_work hasty[2];
	struct sw_pipeline quick = pipeline;
	memcpy(hasty, work, sizeof hasty);
	hasty[0].timeout_ms = 1;
	quick.work = hasty;
	close_engine(f);
	assert_int_equal(open_engine(f, &quick), 0);
	start(f, "WHAT", "it");
	close_engine(f);
	const struct sw_engine_options options = {
		.pipeline = &quick, .dir = &f->dir, .world = &f->idle.world
	};
	const uint64_t closed = sw__wall_ms();
	while (sw__wall_ms() < closed + 3)
		; /* the wall clock is the one that counts here */
	assert_int_equal(sw__engine_open(&f->engine, &options, &f->err), 0);
	assert_non_null(strstr(
	    ask(f, "{\"verb\":\"post\",\"event\":\"approve Ask.First\"}"),
	    "was given up for #1 already"));
	assert_int_equal(
	    sw__book_execution(sw__engine_book(f->engine), 1)->status,
	    SW_STATUS_FAILED);
	sw__engine_free(f->engine);
	f->engine = NULL;
}

static void
engine_tips__are_news_once_and_start_in_the_same_commit(void **state)
{
	struct fixture *f = *state;
	json_t *given = json_pack("{s:s}", "WHAT", "it");
	const struct sw_start spec = { .variables = given };
	const struct sw_seen seen[] = {
		{ 0, "refs/heads/main", "abc", &spec },
		{ 0, "refs/heads/dev", "def", NULL },
	};
	assert_null(
	    sw__book_tip(sw__engine_book(f->engine), 0, "refs/heads/main"));
	assert_int_equal(sw__engine_tips(f->engine, seen, 2, &f->err), 0);
	json_decref(given);
	close_engine(f);
	assert_int_equal(open_engine(f, &pipeline), 0);
	const struct sw_book *book = sw__engine_book(f->engine);
	assert_string_equal(sw__book_tip(book, 0, "refs/heads/main"), "abc");
	assert_string_equal(sw__book_tip(book, 0, "refs/heads/dev"), "def");
	assert_int_equal(book->nexecutions, 1);
}

static void
engine_tips__that_cannot_start_are_said_and_seen(void **state)
{
	struct fixture *f = *state;
	const struct sw_start nothing = { 0 };
	const struct sw_seen seen = { 0, "refs/heads/main", "abc", &nothing };
	assert_int_equal(
	    sw__engine_tips(f->engine, &seen, 1, &f->err), SW_ERROR_USAGE);
	assert_non_null(strstr(f->err.text, "'WHAT' has no default"));
	assert_non_null(
	    sw__book_tip(sw__engine_book(f->engine), 0, "refs/heads/main"));
	assert_int_equal(sw__engine_book(f->engine)->nexecutions, 0);
}

static void
engine_replay__counts_the_rows_that_agree(void **state)
{
	struct fixture *f = *state;
	uint64_t rows = 0;
	start(f, "WHAT", "it");
	assert_int_equal(sw__engine_replay(f->engine, &rows, &f->err), 0);
	assert_int_equal(rows, 3);
}

static void
engine_without_a_loop__records_and_starts_nothing(void **state)
{
	struct fixture *f = *state;
	close_engine(f);
	const struct sw_engine_options options = {
		.pipeline = &pipeline, .dir = &f->dir, .world = &f->idle.world
	};
	assert_int_equal(sw__engine_open(&f->engine, &options, &f->err), 0);
	assert_int_equal(start(f, "WHAT", "it"), 1);
	assert_null(current_of(f, 0));
	sw__engine_free(f->engine);
	/* The next engine with one does. */
	assert_int_equal(open_engine(f, &pipeline), 0);
	assert_int_equal(sw__engine_resume(f->engine, &f->err), 0);
	assert_non_null(current_of(f, 0));
}

static void
request__what_is_none_is_answered(void **state)
{
	struct fixture *f = *state;
	assert_non_null(strstr(ask(f, "{}"), "\"ok\":false"));
	assert_non_null(
	    strstr(ask(f, "{\"verb\":\"dance\"}"), "'dance' is no request"));
	assert_non_null(
	    strstr(ask(f, "{\"verb\":\"post\",\"event\":\"start\"}"),
		"names no event"));
	assert_non_null(
	    strstr(ask(f, "{\"verb\":\"show\"}"), "nothing was ever started"));
}

static void
book_apply__reports_rows_that_nobody_wrote(void **state)
{
	struct fixture *f = *state;
	static const char *const rows[][2] = {
		{ "dispatch", "{\"action\":\"Ask.First\",\"execution\":1,"
			      "\"number\":1,\"id\":\"1.0.1\"}" },
		{ "dispatch", "{}" },
		{ "ask", "{\"text\":\"?\"}" },
		{ "ended", "{\"attempt\":\"1.0.1\"}" },
		{ "tip", "{\"ref\":1}" },
		{ "pipeline", "{}" },
		{ "start",
		    "{\"event\":\"start\",\"execution\":9,\"id\":\"x\"}" },
		{ "start", "{}" },
		{ "dance", "{\"event\":\"dance\"}" },
	};
	struct sw_book *book = sw__book_new(&pipeline);
	book->seq = 1; /* as behind the first row */
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct sw_output out;
		struct sw_body *body;
		assert_int_equal(
		    sw__body_read(&body, rows[i][1], strlen(rows[i][1])), 0);
		const struct sw_row row = {
			.seq = 2,
			.kind = rows[i][0],
			.body = body,
		};
		assert_int_equal(sw__book_apply(book, &row, &out, &f->err),
		    SW_ERROR_CORRUPT);
		assert_int_equal(book->seq, 1);
		sw__body_drop(body);
	}
	sw__book_free(book);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(engine_start__asks_with_the_value_of_its_variables),
		TEST(engine_start__wants_every_variable_and_no_other),
		TEST(engine_post__a_refused_event_is_answered_and_not_recorded),
		TEST(engine_open__finds_what_was_there),
		TEST(engine_open__refuses_another_machine),
		TEST(
		    engine_action__that_cannot_be_resolved_fails_where_it_stands),
		TEST(engine_approval__the_first_decision_wins),
		TEST(engine_approval__is_not_carried_over_to_another_execution),
		TEST(engine_timer__outlives_a_restart),
		TEST(engine_approval__is_not_decided_after_its_time),
		TEST(engine_tips__are_news_once_and_start_in_the_same_commit),
		TEST(engine_tips__that_cannot_start_are_said_and_seen),
		TEST(engine_replay__counts_the_rows_that_agree),
		TEST(engine_without_a_loop__records_and_starts_nothing),
		TEST(request__what_is_none_is_answered),
		TEST(book_apply__reports_rows_that_nobody_wrote),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
