/* Event lines read and written, and what the machine says as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "machine/words.h"
#include "machines.h"

static void
assert_problem(const char *line, const char *expected)
{
	struct sw_addressed event = { { 77, 77, 77 }, 77 };
	char problem[SW_WORDS_MAX];
	assert_int_equal(
	    sw_words_read_event(&machine_shop, line, &event, problem), -1);
	assert_string_equal(problem, expected);
	assert_int_equal(event.event.kind, 77);
}

static void
event__reads_back_as_written(void **unused)
{
	(void)unused;
	static const char *const lines[] = { "start", "succeed Build.Unit",
		"fail Build.Unit", "unknown Build.Unit", "approve Gate.Ask",
		"reject Gate.Ask", "open Ship", "close Ship",
		"stop #4294967295", "abandon #1", "retry Build",
		"retry Build all" };
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct sw_addressed event;
		char text[SW_WORDS_MAX];
		assert_int_equal(
		    sw_words_read_event(&machine_shop, lines[i], &event, text),
		    0);
		assert_int_equal(event.event.kind, i);
		assert_string_equal(
		    sw_words_event(&machine_shop, event, text), lines[i]);
	}
}

static void
event__blanks_do_not_matter(void **unused)
{
	(void)unused;
	struct sw_addressed event;
	char problem[SW_WORDS_MAX];
	assert_int_equal(sw_words_read_event(&machine_shop,
			     " \tretry  Build\tall ", &event, problem),
	    0);
	assert_int_equal(event.event.kind, SW_EVENT_RETRY_ALL);
}

static void
event__says_what_is_wrong(void **unused)
{
	(void)unused;
	assert_problem("go",
	    "unknown event 'go'; events are start, succeed, fail, unknown, "
	    "approve, reject, pass, open, close, stop, abandon, retry, "
	    "override and rollback");
	assert_problem(
	    "succeed", "malformed event; it is written 'succeed STAGE.ACTION'");
	assert_problem("start now", "malformed event; it is written 'start'");
	assert_problem("retry Build everything",
	    "malformed event; it is written 'retry STAGE [all]'");
	assert_problem("retry Build all twice",
	    "malformed event; it is written 'retry STAGE [all]'");
	assert_problem("succeed Build.Compil",
	    "no action 'Build.Compil'; the event is written 'succeed "
	    "STAGE.ACTION'");
	assert_problem(
	    "open Shop", "no stage 'Shop'; the event is written 'open STAGE'");
	assert_problem("stop 1",
	    "no execution number '1'; the event is written 'stop #N'");
	assert_problem("stop #4294967296",
	    "no execution number '#4294967296'; the event is written 'stop "
	    "#N'");
	assert_problem("stop #1x",
	    "no execution number '#1x'; the event is written 'stop #N'");
	assert_problem("stop #1-",
	    "no execution number '#1-'; the event is written 'stop #N'");
	assert_problem("stop #",
	    "no execution number '#'; the event is written 'stop #N'");
	assert_problem("abandon #00000000001",
	    "no execution number '#00000000001'; the event is written "
	    "'abandon #N'");
}

static void
event__names_may_contain_dots(void **unused)
{
	(void)unused;
	static const struct sw_stage stages[] = {
		{ .name = "a", .first_action = 0, .last_action = 0 },
		{ .name = "a.b", .first_action = 1, .last_action = 1 },
	};
	static const struct sw_action actions[] = {
		{ .name = "c", .stage = 0 },
		{ .name = "d", .stage = 1 },
	};
	const struct sw_machine machine = { .nstages = 2,
		.nactions = 2,
		.stages = stages,
		.actions = actions };
	assert_int_equal(sw_words_find_action(&machine, "a.b.d"), 1);
	assert_int_equal(sw_words_find_action(&machine, "a.c"), 0);
	assert_int_equal(sw_words_find_action(&machine, "a.b"), -1);
}

/* A name of 100 characters fits every line. */
static void
names__of_the_largest_size_fit(void **unused)
{
	(void)unused;
	char name[101];
	memset(name, 'n', 100);
	name[100] = '\0';
	const struct sw_stage stage = { .name = name };
	const struct sw_action action = { .name = name };
	const struct sw_machine machine = { .nstages = 1,
		.nactions = 1,
		.stages = &stage,
		.actions = &action };
	char line[SW_WORDS_MAX];
	sw_words_command(
	    &machine, (struct sw_command){ SW_COMMAND_START, 0, 1, 0 }, line);
	assert_int_equal(strlen(line), strlen("start ") + 201 + strlen(" #1"));
	sw_words_fired(
	    &machine, (struct sw_fired){ SW_RULE_ACTION_FAILED, 0, 1 }, line);
	assert_int_equal(strlen(line), strlen("action.failed ") + 201);
	sw_words_event(&machine,
	    (struct sw_addressed){ { SW_EVENT_SUCCEED, 0, 0 }, 0 }, line);
	assert_int_equal(strlen(line), strlen("succeed ") + 201);
}

static void
tables__have_a_word_for_everything(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < SW_NRULES; i++) {
		assert_non_null(sw_words_rule((enum sw_rule)i));
		assert_non_null(sw_words_rule_sentence((enum sw_rule)i));
		assert_non_null(sw_words_rule_section((enum sw_rule)i));
	}
	for (uint32_t i = 0; i < SW_NREFUSALS; i++) {
		assert_non_null(sw_words_refusal((enum sw_refusal)i));
		assert_non_null(sw_words_refusal_sentence((enum sw_refusal)i));
	}
	for (uint32_t i = 0; i < SW_NCATEGORIES; i++)
		assert_non_null(sw_words_category((enum sw_category)i));
	assert_null(sw_words_status(SW_STATUS_NONE));
	for (uint32_t i = 1; i < SW_NSTATUSES; i++)
		assert_non_null(sw_words_status((enum sw_status)i));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(event__reads_back_as_written),
		cmocka_unit_test(event__blanks_do_not_matter),
		cmocka_unit_test(event__says_what_is_wrong),
		cmocka_unit_test(event__names_may_contain_dots),
		cmocka_unit_test(names__of_the_largest_size_fit),
		cmocka_unit_test(tables__have_a_word_for_everything),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
