/* Event lines read and written, and what the machine says as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "built.h"
#include "machine/words.h"

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
	assert_problem("retry Shop",
	    "no stage 'Shop'; the event is written 'retry STAGE'");
	assert_problem("stop 1",
	    "no execution number '1'; the event is written 'stop #N'");
	assert_problem("stop #4294967296",
	    "no execution number '#4294967296'; the event is written 'stop "
	    "#N'");
	assert_problem("stop #1x",
	    "no execution number '#1x'; the event is written 'stop #N'");
	assert_problem("stop #1-",
	    "no execution number '#1-'; the event is written 'stop #N'");
	assert_problem("stop no1",
	    "no execution number 'no1'; the event is written 'stop #N'");
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

#define GATED                                                                  \
	"Source: Fetch\n"                                                      \
	"Ship beforeEntry=FAIL:Window onSuccess=ROLLBACK:Probe "               \
	"onFailure=RETRY:Ask: A | B?\n"

static void
assert_problem_of(
    const struct sw_machine *machine, const char *line, const char *expected)
{
	struct sw_addressed event = { { 77, 77, 77 }, 77 };
	char problem[SW_WORDS_MAX];
	assert_int_equal(
	    sw_words_read_event(machine, line, &event, problem), -1);
	assert_string_equal(problem, expected);
	assert_int_equal(event.event.kind, 77);
	assert_int_equal(event.execution, 77);
}

/* Reads a line, compares the event, and writes the same line. */
static void
assert_event(const struct sw_machine *machine, const char *line,
    struct sw_event expected, uint32_t execution)
{
	struct sw_addressed event;
	char text[SW_WORDS_MAX];
	if (sw_words_read_event(machine, line, &event, text) != 0)
		fail_msg("%s: %s", line, text);
	assert_int_equal(event.event.kind, expected.kind);
	assert_int_equal(event.event.subject, expected.subject);
	assert_int_equal(event.event.target, expected.target);
	assert_int_equal(event.execution, execution);
	assert_string_equal(sw_words_event(machine, event, text), line);
}

static void
event__of_conditions_and_rollback_reads_back(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, GATED);
	const struct sw_machine *m = &built.machine;
	assert_event(
	    m, "pass Ship.Window", (struct sw_event){ SW_EVENT_PASS, 1, 0 }, 0);
	assert_event(
	    m, "fail Ship.Window", (struct sw_event){ SW_EVENT_FAIL, 1, 0 }, 0);
	assert_event(m, "unknown Ship.Probe",
	    (struct sw_event){ SW_EVENT_UNKNOWN, 4, 0 }, 0);
	assert_event(m, "override Ship beforeEntry",
	    (struct sw_event){ SW_EVENT_OVERRIDE_BEFORE_ENTRY, 1, 0 }, 0);
	assert_event(m, "override Ship onSuccess",
	    (struct sw_event){ SW_EVENT_OVERRIDE_ON_SUCCESS, 1, 0 }, 0);
	assert_event(m, "override Ship onFailure",
	    (struct sw_event){ SW_EVENT_OVERRIDE_ON_FAILURE, 1, 0 }, 0);
	assert_event(m, "rollback Ship #4294967295",
	    (struct sw_event){ SW_EVENT_ROLLBACK, 1, UINT32_MAX }, 0);
}

static void
event__of_conditions_and_rollback_says_what_is_wrong(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, GATED);
	const struct sw_machine *m = &built.machine;
	assert_problem_of(m, "pass Ship.A",
	    "no rule of a condition 'Ship.A'; the event is written 'pass "
	    "STAGE.RULE'");
	assert_problem_of(m, "succeed Ship.Window",
	    "no action 'Ship.Window'; the event is written 'succeed "
	    "STAGE.ACTION'");
	assert_problem_of(m, "approve Ship.Window",
	    "no action 'Ship.Window'; the event is written 'approve "
	    "STAGE.ACTION'");
	assert_problem_of(m, "fail Ship.Nobody",
	    "no action or rule 'Ship.Nobody'; the event is written 'fail "
	    "STAGE.ACTION'");
	assert_problem_of(m, "override Ship",
	    "malformed event; it is written 'override STAGE "
	    "beforeEntry|onSuccess'");
	assert_problem_of(m, "override Ship onEntry",
	    "malformed event; it is written 'override STAGE "
	    "beforeEntry|onSuccess'");
	assert_problem_of(m, "rollback Ship",
	    "malformed event; it is written 'rollback STAGE #N'");
	assert_problem_of(m, "rollback Ship 1",
	    "no execution number '1'; the event is written 'rollback STAGE "
	    "#N'");
	assert_problem_of(m, "rollback Ship #1 #2",
	    "malformed event; it is written 'rollback STAGE #N'");
	assert_problem_of(m, "rollback Shop #1",
	    "no stage 'Shop'; the event is written 'rollback STAGE #N'");
	assert_problem_of(m, "#2 pass Ship.Window",
	    "an event of execution '#2'; only in mode PARALLEL it is said "
	    "whose an event is");
	assert_problem_of(m, "",
	    "unknown event ''; events are start, succeed, fail, unknown, "
	    "approve, reject, pass, open, close, stop, abandon, retry, "
	    "override and rollback");
}

/* semantics.md 10: in PARALLEL an event says whose it is */
static void
event__of_parallel_says_whose_it_is(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, "PARALLEL\n" GATED);
	const struct sw_machine *m = &built.machine;
	assert_event(m, "start", (struct sw_event){ SW_EVENT_START, 0, 0 }, 0);
	assert_event(m, "#2 succeed Ship.A",
	    (struct sw_event){ SW_EVENT_SUCCEED, 2, 0 }, 2);
	assert_event(m, "#4294967295 pass Ship.Window",
	    (struct sw_event){ SW_EVENT_PASS, 1, 0 }, UINT32_MAX);
	assert_event(m, "#3 retry Ship all",
	    (struct sw_event){ SW_EVENT_RETRY_ALL, 1, 0 }, 3);
	assert_event(m, "#3 override Ship onSuccess",
	    (struct sw_event){ SW_EVENT_OVERRIDE_ON_SUCCESS, 1, 0 }, 3);
	assert_event(m, "#3 rollback Ship #1",
	    (struct sw_event){ SW_EVENT_ROLLBACK, 1, 1 }, 3);
	assert_event(m, "stop #2", (struct sw_event){ SW_EVENT_STOP, 2, 0 }, 2);
	assert_event(
	    m, "open Ship", (struct sw_event){ SW_EVENT_OPEN, 1, 0 }, 0);
	assert_event(
	    m, "close Ship", (struct sw_event){ SW_EVENT_CLOSE, 1, 0 }, 0);
	/* Nobody's, whoever is said. */
	struct sw_addressed event;
	char problem[SW_WORDS_MAX];
	assert_int_equal(
	    sw_words_read_event(m, "#2 open Ship", &event, problem), 0);
	assert_int_equal(event.execution, 0);
}

/* A transition is nobody's, whoever is named before it. */
static void
event__of_parallel_that_nobody_is_asked(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, "PARALLEL\n" GATED);
	static const char *const lines[] = { "#2 open Ship", "#2 close Ship",
		"#2 start" };
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct sw_addressed event;
		char problem[SW_WORDS_MAX];
		assert_int_equal(sw_words_read_event(
				     &built.machine, lines[i], &event, problem),
		    0);
		assert_int_equal(event.execution, 0);
	}
}

static void
event__of_parallel_says_what_is_wrong(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, "PARALLEL\n" GATED);
	const struct sw_machine *m = &built.machine;
	assert_problem_of(m, "succeed Ship.A",
	    "whose event is it? In mode PARALLEL it is written '#N succeed "
	    "STAGE.ACTION'");
	assert_problem_of(m, "retry Ship",
	    "whose event is it? In mode PARALLEL it is written '#N retry "
	    "STAGE [all]'");
	assert_problem_of(m, "#0 succeed Ship.A",
	    "malformed execution '#0'; it is written '#2'");
	assert_problem_of(m, "#x succeed Ship.A",
	    "malformed execution '#x'; it is written '#2'");
	assert_problem_of(m, "# succeed Ship.A",
	    "unknown event '#'; events are start, succeed, fail, unknown, "
	    "approve, reject, pass, open, close, stop, abandon, retry, "
	    "override and rollback");
	assert_problem_of(m, "#2 go",
	    "unknown event 'go'; events are start, succeed, fail, unknown, "
	    "approve, reject, pass, open, close, stop, abandon, retry, "
	    "override and rollback");
}

/* What is long is said in part. */
static void
event__long_words_are_cut(void **unused)
{
	(void)unused;
	char line[900];
	char expected[900];
	memset(line, 'x', 800);
	line[800] = '\0';
	snprintf(expected, sizeof expected,
	    "unknown event '%.100s'; events are start, succeed, fail, unknown, "
	    "approve, reject, pass, open, close, stop, abandon, retry, "
	    "override and rollback",
	    line);
	assert_problem(line, expected);
	memcpy(line, "open ", 5);
	snprintf(expected, sizeof expected,
	    "no stage '%.200s'; the event is written 'open STAGE'", line + 5);
	assert_problem(line, expected);
	line[0] = '#';
	memset(line + 1, '1', 300);
	snprintf(expected, sizeof expected,
	    "malformed execution '%.100s'; it is written '#2'", line);
	assert_problem(line, expected);
}

/* Each command and each kind of subject as a line. */
static void
output__is_written_in_words(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, GATED);
	const struct sw_machine *m = &built.machine;
	char line[SW_WORDS_MAX];
	static const struct {
		enum sw_command_kind kind;
		const char *line;
	} commands[] = {
		{ SW_COMMAND_START, "start Ship.A #3" },
		{ SW_COMMAND_CANCEL, "cancel Ship.A #3" },
		{ SW_COMMAND_SUCCEEDED, "execution succeeded #3" },
		{ SW_COMMAND_FAILED, "execution failed #3" },
		{ SW_COMMAND_STOPPING, "execution stopping #3" },
		{ SW_COMMAND_STOPPED, "execution stopped #3" },
		{ SW_COMMAND_SUPERSEDED, "execution superseded #3" },
		{ SW_COMMAND_RESUMED, "execution resumed #3" },
		{ SW_COMMAND_ROLLBACK, "execution rollback #3 to #1" },
	};
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		assert_string_equal(
		    sw_words_command(m,
			(struct sw_command){ commands[i].kind, 2, 3, 1 }, line),
		    commands[i].line);
	static const struct {
		struct sw_fired fired;
		const char *line;
	} rules[] = {
		{ { SW_RULE_EXECUTION_STARTED, 0, 3 }, "execution.started #3" },
		{ { SW_RULE_TRANSITION_OPENED, 1, 0 },
		    "transition.opened Ship" },
		{ { SW_RULE_STAGE_FAILED, 1, 3 }, "stage.failed Ship #3" },
		{ { SW_RULE_GROUP_BEGIN, 3, 3 }, "group.begin Ship 2" },
		{ { SW_RULE_CONDITION_BEGIN, 1, 3 },
		    "condition.begin Ship beforeEntry" },
		{ { SW_RULE_CONDITION_PASSED, 4, 3 },
		    "condition.passed Ship onSuccess" },
		{ { SW_RULE_CONDITION_FAILED, 5, 3 },
		    "condition.failed Ship onFailure" },
		{ { SW_RULE_RULE_PASSED, 1, 3 }, "rule.passed Ship.Window" },
	};
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		assert_string_equal(
		    sw_words_fired(m, rules[i].fired, line), rules[i].line);
	assert_null(sw_words_condition(1));
}

static void
names__are_found(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, GATED);
	const struct sw_machine *m = &built.machine;
	assert_int_equal(sw_words_find_stage(m, "Ship"), 1);
	assert_int_equal(sw_words_find_stage(m, "Shi"), -1);
	assert_int_equal(sw_words_find_stage(m, "Ships"), -1);
	assert_int_equal(sw_words_find_action(m, "Ship.Window"), 1);
	assert_int_equal(sw_words_find_action(m, "Ship."), -1);
	assert_int_equal(sw_words_find_action(m, "Ship"), -1);
	assert_int_equal(sw_words_find_action(m, "Ship-A"), -1);
	assert_int_equal(sw_words_find_action(m, "Shop.A"), -1);
	char line[SW_WORDS_MAX];
	assert_string_equal(sw_words_action(m, 5, line), "Ship.Ask");
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
		cmocka_unit_test(event__of_conditions_and_rollback_reads_back),
		cmocka_unit_test(
		    event__of_conditions_and_rollback_says_what_is_wrong),
		cmocka_unit_test(event__of_parallel_says_whose_it_is),
		cmocka_unit_test(event__of_parallel_that_nobody_is_asked),
		cmocka_unit_test(event__of_parallel_says_what_is_wrong),
		cmocka_unit_test(event__long_words_are_cut),
		cmocka_unit_test(output__is_written_in_words),
		cmocka_unit_test(names__are_found),
		cmocka_unit_test(tables__have_a_word_for_everything),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
