/*
 * Turns of the engine: what waits is taken together, and none of it harms
 * another. The pipeline has two approvals, so that no process runs.
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
#include "owner/key.h"
#include "owner/request.h"
#include "store/removal.h"

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
	{ .provider = &sw_provider_manual, .timeout_ms = 3600000, .text = "?" },
	{ .provider = &sw_provider_manual, .timeout_ms = 3600000, .text = "?" },
};
static const struct sw_pipeline pipeline = {
	.name = "asks",
	.version = "0",
	.machine = &machine,
	.work = work,
};

struct fixture {
	char path[64];
	struct sw_statedir dir;
	uv_loop_t loop;
	struct sw_real_world real;
	const struct sw_journal_calls *sound; /* as it was */
	struct sw_journal_calls calls;
	struct sw_engine *engine;
	struct sw_error err;
};

static void
open_engine(struct fixture *f)
{
	const struct sw_engine_options options = {
		.pipeline = &pipeline,
		.dir = &f->dir,
		.world = &f->real.world,
	};
	assert_int_equal(sw__engine_open(&f->engine, &options, &f->err), 0);
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	snprintf(f->path, sizeof f->path, "/tmp/turn.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	assert_int_equal(
	    sw__statedir_open(&f->dir, f->path, false, &f->err), 0);
	assert_int_equal(sw__statedir_own(&f->dir, &f->err), 0);
	uv_loop_init(&f->loop);
	sw__real_world(&f->real, &f->loop);
	f->sound = f->real.world.journal;
	open_engine(f);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	sw__engine_close(f->engine);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	sw__engine_free(f->engine);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	sw__statedir_close(&f->dir);
	sw__remove_tree(AT_FDCWD, f->path);
	free(f);
	return 0;
}

/* One that writes down what became of it. */
struct witness {
	struct sw_matter matter;
	const struct fixture *fixture;
	const char *line;
	bool spoils;  /* it fails when its row is drafted */
	uint64_t seq; /* of the book, when it was told */
	int nturns;
	int ntold;
};

static int
draft(struct sw_matter *matter, struct sw_turn *turn, struct sw_error *err)
{
	struct witness *w = (struct witness *)matter;
	w->nturns++;
	struct sw_facts facts = sw__turn_facts(turn);
	const int status = sw__turn_post(turn, w->line, &facts, err);
	return w->spoils ? sw__error(err, SW_ERROR_SYSTEM, "no more memory")
			 : status;
}

static void
tell(struct sw_matter *matter)
{
	struct witness *w = (struct witness *)matter;
	w->seq = sw__engine_book(w->fixture->engine)->seq;
	w->ntold++;
}

static void
submit(const struct fixture *f, struct witness *w, const char *line)
{
	*w = (struct witness){ { .draft = draft, .done = tell }, f, line,
		w->spoils, 0, 0, 0 };
	sw__engine_submit(f->engine, &w->matter);
}

static uint64_t
count_rows(const struct fixture *f)
{
	uint64_t rows = 0;
	struct sw_error err;
	assert_int_equal(sw__engine_replay(f->engine, &rows, &err), 0);
	return rows;
}

static void
turn__answers_when_all_that_waits_is_recorded(void **state)
{
	const struct fixture *f = *state;
	struct witness one = { 0 }, two = { 0 };
	submit(f, &one, "close Ask");
	submit(f, &two, "close Again");
	assert_int_equal(count_rows(f), 1);
	sw__engine_turn(f->engine);
	assert_int_equal(count_rows(f), 3);
	assert_int_equal(one.seq, 3);
	assert_int_equal(two.seq, 3);
	assert_int_equal(one.ntold + two.ntold, 2);
	assert_int_equal(one.nturns + two.nturns, 2);
}

static void
turn__comes_when_the_loop_has_collected(void **state)
{
	struct fixture *f = *state;
	struct witness one = { 0 };
	submit(f, &one, "close Ask");
	uv_run(&f->loop, UV_RUN_ONCE);
	assert_int_equal(one.ntold, 1);
	assert_int_equal(one.matter.status, 0);
	/* Nothing is left that would wake it. */
	assert_int_equal(uv_run(&f->loop, UV_RUN_DEFAULT), 0);
}

static void
turn__comes_at_once_when_the_queue_is_full(void **state)
{
	const struct fixture *f = *state;
	static struct witness all[SW_WAITING_MAX + 1];
	memset(all, 0, sizeof all);
	for (int i = 0; i <= SW_WAITING_MAX; i++)
		submit(f, &all[i], i % 2 == 0 ? "close Ask" : "open Ask");
	assert_int_equal(all[0].ntold, 1);
	assert_int_equal(all[SW_WAITING_MAX - 1].ntold, 1);
	assert_int_equal(all[SW_WAITING_MAX].ntold, 0);
	sw__engine_turn(f->engine);
	assert_int_equal(all[SW_WAITING_MAX].matter.status, 0);
	/* One is a checkpoint's. */
	assert_int_equal(count_rows(f), SW_WAITING_MAX + 3);
}

static void
turn__what_is_refused_harms_no_other(void **state)
{
	const struct fixture *f = *state;
	struct witness one = { 0 }, two = { 0 }, three = { 0 };
	submit(f, &one, "close Ask");
	submit(f, &two, "stop #1");
	submit(f, &three, "close Again");
	sw__engine_turn(f->engine);
	assert_int_equal(two.matter.status, SW_ERROR_REFUSED);
	assert_int_equal(one.matter.status, 0);
	assert_int_equal(three.matter.status, 0);
	assert_int_equal(count_rows(f), 3);
	assert_int_equal(three.nturns, 1);
}

static void
turn__what_fails_half_way_harms_no_other(void **state)
{
	const struct fixture *f = *state;
	struct witness one = { 0 }, two = { .spoils = true }, three = { 0 };
	submit(f, &one, "close Ask");
	submit(f, &two, "open Ask");
	submit(f, &three, "close Again");
	sw__engine_turn(f->engine);
	assert_int_equal(one.matter.status, 0);
	assert_int_equal(two.matter.status, SW_ERROR_SYSTEM);
	assert_int_equal(three.matter.status, 0);
	assert_int_equal(one.ntold + two.ntold + three.ntold, 3);
	assert_int_equal(count_rows(f), 3);
	const struct sw_book *book = sw__engine_book(f->engine);
	assert_int_equal(book->seq, 3);
	assert_int_equal(sw_state_stage(book->shared->state, 0)->closed, 1);
}

static void
keep(json_t *answer, void *payload)
{
	*(json_t **)payload = answer;
}

static void
ask(const struct fixture *f, const char *request, json_t **answer)
{
	const struct sw_asker asker = { .by = "alice" };
	*answer = NULL;
	sw__request_submit(
	    f->engine, json_loads(request, 0, NULL), &asker, keep, answer);
}

static void
turn__of_a_hundred_decisions_takes_the_first(void **state)
{
	const struct fixture *f = *state;
	json_t *answers[100];
	json_t *started;
	ask(f, "{\"verb\":\"start\"}", &started);
	for (int i = 0; i < 100; i++)
		ask(f,
		    i % 2 == 0
			? "{\"verb\":\"post\",\"event\":\"reject Ask.First\"}"
			: "{\"verb\":\"post\",\"event\":\"approve Ask.First\"}",
		    &answers[i]);
	sw__engine_turn(f->engine);
	assert_true(json_is_true(json_object_get(answers[0], "ok")));
	for (int i = 0; i < 100; i++) {
		const char *error =
		    json_string_value(json_object_get(answers[i], "error"));
		if (i > 0)
			assert_non_null(
			    strstr(error, "was rejected for #1 already"));
		json_decref(answers[i]);
	}
	json_decref(started);
	/* pipeline, start, ask, reject */
	assert_int_equal(count_rows(f), 4);
}

static json_t *
ask_now(const struct fixture *f, const char *request)
{
	json_t *answer;
	ask(f, request, &answer);
	if (answer == NULL)
		sw__engine_turn(f->engine);
	return answer;
}

static void
open_again(struct fixture *f)
{
	sw__engine_close(f->engine);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	sw__engine_free(f->engine);
	open_engine(f);
}

static void
expect(json_t *answer, json_t *first)
{
	assert_non_null(answer);
	if (!json_equal(answer, first))
		fail_msg("%s\n%s", json_dumps(answer, 0), json_dumps(first, 0));
	json_decref(answer);
}

/* A journal whose commits fail, having happened or not. */
static struct {
	bool happens;
	bool reopens;
	int fails; /* so many */
} fault;

static int
append_badly(struct sw_journal *journal, struct sw_journal_row *rows,
    uint32_t n, struct sw_error *err)
{
	if (fault.fails-- <= 0)
		return sw__journal_append(journal, rows, n, err);
	if (fault.happens)
		assert_int_equal(sw__journal_append(journal, rows, n, err), 0);
	return sw__error(err, SW_ERROR_UNKNOWN_OUTCOME, "the sync failed");
}

static int
reopen_badly(struct sw_journal *journal, struct sw_error *err)
{
	return fault.reopens ? sw__journal_reopen(journal, err)
			     : sw__error(err, SW_ERROR_SYSTEM, "no such disk");
}

/* From here on the journal is that one. */
static void
break_journal(struct fixture *f, bool happens, bool reopens)
{
	fault.happens = happens;
	fault.reopens = reopens;
	fault.fails = 1;
	f->calls = *f->real.world.journal;
	f->calls.append = append_badly;
	f->calls.reopen = reopen_badly;
	f->real.world.journal = &f->calls;
}

static void
commit__that_failed_and_is_there_is_answered_as_it_is(void **state)
{
	struct fixture *f = *state;
	struct witness one = { 0 }, two = { 0 };
	break_journal(f, true, true);
	submit(f, &one, "close Ask");
	submit(f, &two, "close Again");
	sw__engine_turn(f->engine);
	assert_int_equal(one.matter.status, 0);
	assert_int_equal(two.matter.status, 0);
	assert_int_equal(count_rows(f), 3);
}

static void
commit__that_failed_and_is_not_there_has_failed_for_all(void **state)
{
	struct fixture *f = *state;
	struct witness one = { 0 }, two = { 0 };
	json_t *status;
	break_journal(f, false, true);
	submit(f, &one, "close Ask");
	submit(
	    f, &two, "close Ask"); /* refused, since the first one is there */
	ask(f, "{\"verb\":\"status\"}", &status);
	sw__engine_turn(f->engine);
	assert_int_equal(one.matter.status, SW_ERROR_SYSTEM);
	assert_int_equal(two.matter.status, SW_ERROR_SYSTEM);
	assert_true(json_is_true(json_object_get(status, "ok")));
	json_decref(status);
	assert_int_equal(count_rows(f), 1);
	submit(f, &one, "close Ask");
	sw__engine_turn(f->engine);
	assert_int_equal(one.matter.status, 0);
}

static void
commit__that_nobody_can_look_at_is_not_said_to_have_failed(void **state)
{
	struct fixture *f = *state;
	json_t *answers[2];
	break_journal(f, true, false);
	ask(f, "{\"verb\":\"post\",\"event\":\"close Ask\",\"key\":\"k\"}",
	    &answers[0]);
	ask(f, "{\"verb\":\"status\"}", &answers[1]);
	sw__engine_turn(f->engine);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    json_integer_value(json_object_get(answers[i], "code")),
		    SW_ERROR_UNKNOWN_OUTCOME);
		json_decref(answers[i]);
	}
	f->real.world.journal = f->sound;
	open_again(f);
	/* Who asks again is told. */
	answers[0] = ask_now(
	    f, "{\"verb\":\"post\",\"event\":\"close Ask\",\"key\":\"k\"}");
	assert_true(json_is_true(json_object_get(answers[0], "ok")));
	json_decref(answers[0]);
	assert_int_equal(count_rows(f), 2);
}

static void
key__makes_a_start_happen_once(void **state)
{
	struct fixture *f = *state;
	static const char request[] = "{\"verb\":\"start\",\"key\":\"k\"}";
	json_t *one, *two;
	ask(f, request, &one);
	ask(f, request, &two);
	sw__engine_turn(f->engine);
	expect(two, one);
	expect(ask_now(f, request), one);
	open_again(f);
	expect(ask_now(f, request), one);
	assert_int_equal(sw__engine_book(f->engine)->nexecutions, 1);
	json_decref(one);
	json_decref(ask_now(f, "{\"verb\":\"start\",\"key\":\"l\"}"));
	json_decref(ask_now(f, "{\"verb\":\"start\"}"));
	assert_int_equal(sw__engine_book(f->engine)->nexecutions, 3);
}

static void
key__gives_a_decision_its_first_answer(void **state)
{
	struct fixture *f = *state;
	static const char approval[] =
	    "{\"verb\":\"post\",\"event\":\"approve Ask.First\","
	    "\"comment\":\"fine\",\"key\":\"mine\"}";
	static const char refusal[] =
	    "{\"verb\":\"post\",\"event\":\"reject Ask.First\","
	    "\"key\":\"mine\"}";
	json_decref(ask_now(f, "{\"verb\":\"start\"}"));
	json_t *first = ask_now(f, approval);
	assert_true(json_is_true(json_object_get(first, "ok")));
	const uint64_t rows = count_rows(f);
	expect(ask_now(f, approval), first);
	open_again(f);
	expect(ask_now(f, approval), first);
	json_t *other = ask_now(f, refusal);
	assert_non_null(
	    strstr(json_string_value(json_object_get(other, "error")),
		"the key mine was given to another request, which is row 4"));
	assert_int_equal(count_rows(f), rows);
	json_decref(other);
	json_decref(first);
}

static void
key__of_what_was_refused_may_be_used_again(void **state)
{
	struct fixture *f = *state;
	static const char request[] =
	    "{\"verb\":\"post\",\"event\":\"open Ask\",\"key\":\"k\"}";
	json_t *answer = ask_now(f, request);
	assert_true(json_is_false(json_object_get(answer, "ok")));
	json_decref(answer);
	json_decref(ask_now(f, "{\"verb\":\"post\",\"event\":\"close Ask\"}"));
	answer = ask_now(f, request);
	assert_true(json_is_true(json_object_get(answer, "ok")));
	json_decref(answer);
}

static void
key__has_a_limit(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *key;
		int length;
		int code;
	} cases[] = {
		{ "x", SW_KEY_MAX, 0 },
		{ "x", SW_KEY_MAX + 1, SW_ERROR_LIMIT },
		{ "", 0, SW_ERROR_USAGE },
		{ " ", 1, SW_ERROR_USAGE },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char key[SW_KEY_MAX + 2] = { 0 };
		char request[256];
		memset(key, cases[i].key[0], (size_t)cases[i].length);
		snprintf(request, sizeof request,
		    "{\"verb\":\"start\",\"key\":\"%s\"}", key);
		json_t *answer = ask_now(f, request);
		assert_int_equal(
		    json_integer_value(json_object_get(answer, "code")),
		    cases[i].code);
		json_decref(answer);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(turn__answers_when_all_that_waits_is_recorded),
		TEST(turn__comes_when_the_loop_has_collected),
		TEST(turn__comes_at_once_when_the_queue_is_full),
		TEST(turn__what_is_refused_harms_no_other),
		TEST(turn__what_fails_half_way_harms_no_other),
		TEST(turn__of_a_hundred_decisions_takes_the_first),
		TEST(commit__that_failed_and_is_there_is_answered_as_it_is),
		TEST(commit__that_failed_and_is_not_there_has_failed_for_all),
		TEST(
		    commit__that_nobody_can_look_at_is_not_said_to_have_failed),
		TEST(key__makes_a_start_happen_once),
		TEST(key__gives_a_decision_its_first_answer),
		TEST(key__of_what_was_refused_may_be_used_again),
		TEST(key__has_a_limit),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
