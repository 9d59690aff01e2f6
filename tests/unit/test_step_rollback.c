/*
 * Rollback, by hand and automatic (runtime/machine/semantics.md, section 9;
 * the CodePipeline User Guide's "Roll back a stage").
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "built.h"

#define SOURCE "Source: Fetch\n"
#define LAST "Last: End\n"
#define PLAIN SOURCE "Ship: A | B\n" LAST
#define AUTO SOURCE "Ship onFailure=ROLLBACK: A\n" LAST
/* All three conditions, and an automatic retry instead of a rollback. */
#define GATED                                                                  \
	SOURCE "Ship beforeEntry=FAIL:R onSuccess=FAIL:S onFailure=RETRY:T: "  \
	       "A\n" LAST

#define TO_SHIP "start; succeed Source.Fetch"
/* An execution that Succeeded in all stages of PLAIN. */
#define DONE TO_SHIP "; succeed Ship.A; succeed Ship.B; succeed Last.End"
#define DONE_AUTO TO_SHIP "; succeed Ship.A; succeed Last.End"
#define DONE_GATED                                                             \
	TO_SHIP "; pass Ship.R; succeed Ship.A; pass Ship.S; succeed Last.End"

static const struct sw_state *
state_of(const struct rig *rig)
{
	return (const struct sw_state *)(const void *)rig->state;
}

/* 9.2: a new execution of type ROLLBACK runs the stage's actions with what
 * the target had */
static void
rollback__is_a_new_execution_of_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN, DONE "; " DONE "; rollback Ship #1");
	assert_commands(&rig, "execution rollback #3 to #1; start Ship.A #3; ");
	assert_rules(&rig, "rollback.started Ship #3; group.begin Ship 1; ");
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 3);
	assert_int_equal(rig_stage(&rig, "Ship")->type, SW_TYPE_ROLLBACK);
	assert_int_equal(state_of(&rig)->executions, 3);
	assert_action(&rig, "Ship.B", NONE);
}

/* 9.2, 8.5: automatic retries were of the execution that it replaces */
static void
rollback__has_had_no_automatic_retries(void **unused)
{
	(void)unused;
	RIG(rig, SOURCE "Ship onFailure=RETRY: A\n" LAST,
	    DONE_AUTO "; " TO_SHIP "; fail Ship.A");
	assert_int_equal(rig_stage(&rig, "Ship")->retries, 1);
	rig_do(&rig, "fail Ship.A; rollback Ship #1");
	assert_int_equal(rig_stage(&rig, "Ship")->retries, 0);
}

/* 9.2: then it is Succeeded in that stage, and goes nowhere else */
static void
rollback__ends_in_its_stage(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN,
	    DONE "; rollback Ship #1; succeed Ship.A; succeed Ship.B");
	assert_commands(&rig, "execution succeeded #2; ");
	assert_rules(&rig, "action.succeeded Ship.B; stage.succeeded Ship #2; "
			   "execution.succeeded Ship #2; ");
	assert_stage(&rig, "Ship", SUCCEEDED);
	assert_int_equal(rig_stage(&rig, "Last")->execution, 1);
	rig_refused(&rig, "stop #2", SW_REFUSED_NOT_STOPPABLE);
}

/* 9.2: or Failed */
static void
rollback__fails_in_its_stage(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN, DONE "; rollback Ship #1; fail Ship.A");
	assert_commands(&rig, "execution failed #2; ");
	assert_stage(&rig, "Ship", FAILED);
}

/* 9.2: it takes the lock whatever waits and whether or not the transition is
 * open; who waited enters when it is done */
static void
rollback__goes_before_who_waits(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN, DONE "; close Ship; " TO_SHIP "; rollback Ship #1");
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 3);
	assert_int_equal(rig_stage(&rig, "Ship")->waiting, 2);
	rig_do(&rig, "succeed Ship.A; open Ship");
	assert_int_equal(rig_stage(&rig, "Ship")->waiting, 2);
	rig_do(&rig, "succeed Ship.B");
	assert_commands(&rig, "execution succeeded #3; start Ship.A #2; ");
	assert_int_equal(rig_stage(&rig, "Ship")->type, SW_TYPE_STANDARD);
}

/* 9.2: an execution that arrives during a rollback waits */
static void
rollback__holds_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN, DONE "; rollback Ship #1; " TO_SHIP);
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 2);
	assert_int_equal(rig_stage(&rig, "Ship")->waiting, 3);
	rig_refused(&rig, "rollback Ship #1", SW_REFUSED_ROLLBACK_HELD);
}

/* 9.2: without conditions, without automatic retries */
static void
rollback__runs_no_conditions(void **unused)
{
	(void)unused;
	RIG(rig, GATED, DONE_GATED "; rollback Ship #1");
	assert_commands(&rig, "execution rollback #2 to #1; start Ship.A #2; ");
	rig_do(&rig, "succeed Ship.A");
	assert_commands(&rig, "execution succeeded #2; ");
	rig_do(&rig, "rollback Ship #1; fail Ship.A");
	assert_commands(&rig, "execution failed #3; ");
	assert_stage(&rig, "Ship", FAILED);
	rig_do(&rig, "retry Ship all");
	assert_commands(&rig, "execution resumed #3; start Ship.A #3; ");
}

/* 8.5, 9.2: it has no automatic retries, and none are counted */
static void
rollback__counts_no_retries(void **unused)
{
	(void)unused;
	RIG(rig, SOURCE "Ship onSuccess=ROLLBACK:S onFailure=RETRY*2: A\n" LAST,
	    TO_SHIP "; succeed Ship.A; pass Ship.S; " TO_SHIP
		    "; fail Ship.A; succeed Ship.A");
	assert_int_equal(rig_stage(&rig, "Ship")->retries, 1);
	rig_do(&rig, "fail Ship.S");
	assert_int_equal(rig_stage(&rig, "Ship")->type, SW_TYPE_ROLLBACK);
	assert_int_equal(rig_stage(&rig, "Ship")->retries, 0);
}

/* 9.2: without another rollback */
static void
rollback__that_fails_is_not_rolled_back(void **unused)
{
	(void)unused;
	RIG(rig, AUTO, DONE_AUTO "; rollback Ship #1; fail Ship.A");
	assert_commands(&rig, "execution failed #2; ");
	assert_rules(&rig, "action.failed Ship.A; stage.failed Ship #2; ");
	assert_stage(&rig, "Ship", FAILED);
}

/* 6, 9.2: a failed rollback is retried by hand, and stays one */
static void
rollback__that_failed_can_be_retried(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN,
	    DONE "; rollback Ship #1; succeed Ship.A; fail Ship.B; "
		 "retry Ship");
	assert_commands(&rig, "execution resumed #2; start Ship.B #2; ");
	rig_do(&rig, "succeed Ship.B");
	assert_commands(&rig, "execution succeeded #2; ");
	assert_int_equal(rig_stage(&rig, "Last")->execution, 1);
}

/* 5: a rollback is stopped and abandoned as any execution is */
static void
rollback__can_be_stopped(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN, DONE "; rollback Ship #1; stop #2; succeed Ship.A");
	assert_stage(&rig, "Ship", STOPPED);
	assert_commands(&rig, "execution stopped #2; ");
	rig_do(&rig, "retry Ship; abandon #2");
	assert_commands(&rig, "cancel Ship.B #2; execution stopped #2; ");
}

/* 9.4: refused for the first stage */
static void
rollback__of_the_first_stage_is_refused(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN, DONE);
	rig_refused(&rig, "rollback Source #1", SW_REFUSED_NO_ROLLBACK);
	assert_int_equal(rig_stage(&rig, "Source")->succeeded, 0);
}

/* 9.4: refused while somebody holds the stage */
static void
rollback__of_a_held_stage_is_refused(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN, DONE "; " TO_SHIP);
	rig_refused(&rig, "rollback Ship #1", SW_REFUSED_ROLLBACK_HELD);
	rig_do(&rig, "stop #2");
	rig_refused(&rig, "rollback Ship #1", SW_REFUSED_ROLLBACK_HELD);
	rig_do(&rig, "succeed Ship.A; rollback Ship #1");
}

/* 9.1: a target Succeeded in that stage */
static void
target__succeeded_in_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN, TO_SHIP "; fail Ship.A");
	rig_refused(&rig, "rollback Ship #1", SW_REFUSED_NO_TARGET);
	rig_refused(&rig, "rollback Last #1", SW_REFUSED_NO_TARGET);
	rig_do(&rig, "retry Ship; succeed Ship.A; succeed Ship.B");
	assert_int_equal(
	    sw_state_is_target(rig.machine, state_of(&rig), 1, 1), 1);
	assert_int_equal(
	    sw_state_is_target(rig.machine, state_of(&rig), 2, 1), 0);
	assert_int_equal(
	    sw_state_is_target(rig.machine, state_of(&rig), 1, 0), 0);
	rig_do(&rig, "rollback Ship #1");
}

/* 9.1: though it Failed in a later stage */
static void
target__may_have_failed_later(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN,
	    TO_SHIP "; succeed Ship.A; succeed Ship.B; fail Last.End");
	rig_refused(&rig, "rollback Last #1", SW_REFUSED_NO_TARGET);
	rig_do(&rig, "rollback Ship #1");
}

/* 9.1: it is a STANDARD execution */
static void
target__is_no_rollback(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN,
	    DONE "; rollback Ship #1; succeed Ship.A; succeed Ship.B");
	rig_refused(&rig, "rollback Ship #2", SW_REFUSED_NO_TARGET);
	assert_int_equal(rig_stage(&rig, "Ship")->succeeded, 1);
	rig_do(&rig, "rollback Ship #1");
	assert_commands(&rig, "execution rollback #3 to #1; start Ship.A #3; ");
}

/* 9.1: a stage that was Skipped does not count */
static void
target__did_not_skip_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, SOURCE "Ship beforeEntry=SKIP:R: A\n" LAST,
	    TO_SHIP "; fail Ship.R; " TO_SHIP "; pass Ship.R; fail Ship.A");
	rig_refused(&rig, "rollback Ship #1", SW_REFUSED_NO_TARGET);
	assert_int_equal(rig_stage(&rig, "Ship")->succeeded, 0);
}

/* 9.1: any of those that Succeeded, those between did not */
static void
target__is_any_that_succeeded(void **unused)
{
	(void)unused;
	RIG(rig, PLAIN,
	    DONE "; " TO_SHIP "; fail Ship.A; " TO_SHIP "; abandon #3; " DONE);
	rig_refused(&rig, "rollback Ship #2", SW_REFUSED_NO_TARGET);
	rig_refused(&rig, "rollback Ship #3", SW_REFUSED_NO_TARGET);
	rig_refused(&rig, "rollback Ship #5", SW_REFUSED_EXECUTION);
	rig_refused(&rig, "rollback Ship #0", SW_REFUSED_EXECUTION);
	rig_do(&rig, "rollback Ship #1; abandon #5; rollback Ship #4");
	assert_commands(&rig, "execution rollback #6 to #4; start Ship.A #6; ");
}

/* 9.1, 9.4: the state remembers 32 executions a word before the latest */
static void
target__that_lies_too_far_back_is_outdated(void **unused)
{
	(void)unused;
	RIG(rig, "targets 1\n" SOURCE "Ship: A\n" LAST, "");
	for (uint32_t i = 1; i <= 40; i++) {
		rig_do(&rig, TO_SHIP);
		rig_do(&rig,
		    i % 2 == 1 || i == 40 ? "succeed Ship.A" : "fail Ship.A");
		if (i % 2 == 1 || i == 40)
			rig_do(&rig, "succeed Last.End");
	}
	for (uint32_t i = 1; i <= 40; i++) {
		char line[32];
		const bool is_far = i <= 8;
		const bool is_target = !is_far && (i % 2 == 1 || i == 40);
		snprintf(line, sizeof line, "rollback Ship #%u", i);
		assert_int_equal(
		    sw_state_is_target(rig.machine, state_of(&rig), 1, i),
		    is_target);
		if (!is_target)
			rig_refused(&rig, line,
			    is_far ? SW_REFUSED_OUTDATED
				   : SW_REFUSED_NO_TARGET);
	}
	rig_do(&rig, "rollback Ship #9");
}

/* 9.1: a long pause between two that Succeeded forgets all before */
static void
target__is_forgotten_after_a_long_pause(void **unused)
{
	(void)unused;
	RIG(rig, "targets 1\n" SOURCE "Ship: A\n" LAST, DONE_AUTO);
	for (int i = 0; i < 70; i++)
		rig_do(&rig, TO_SHIP "; fail Ship.A");
	/* It is the latest, however long ago. */
	assert_int_equal(
	    sw_state_is_target(rig.machine, state_of(&rig), 1, 1), 1);
	rig_do(&rig, TO_SHIP "; succeed Ship.A");
	for (uint32_t i = 1; i <= 71; i++)
		assert_int_equal(
		    sw_state_is_target(rig.machine, state_of(&rig), 1, i), 0);
	assert_int_equal(
	    sw_state_is_target(rig.machine, state_of(&rig), 1, 72), 1);
}

/* 9.1: where no targets are kept there is nothing to roll back to */
static void
target__none_is_kept_without_room(void **unused)
{
	(void)unused;
	RIG(rig, "targets 0\n" SOURCE "Ship: A\n" LAST, DONE_AUTO);
	rig_refused(&rig, "rollback Ship #1", SW_REFUSED_NO_TARGET);
	assert_int_equal(rig_stage(&rig, "Ship")->succeeded, 0);
}

/* 9.3: automatic: the target is the latest */
static void
automatic__takes_the_latest_target(void **unused)
{
	(void)unused;
	RIG(rig, AUTO, DONE_AUTO "; " DONE_AUTO "; " TO_SHIP "; fail Ship.A");
	assert_commands(&rig, "execution failed #3; "
			      "execution rollback #4 to #2; start Ship.A #4; ");
	rig_do(&rig, "succeed Ship.A");
	assert_commands(&rig, "execution succeeded #4; ");
	rig_do(&rig, TO_SHIP "; fail Ship.A");
	assert_commands(&rig, "execution failed #5; "
			      "execution rollback #6 to #2; start Ship.A #6; ");
}

/* 9.3: without a target nothing more happens, and who waits enters */
static void
automatic__does_nothing_without_a_target(void **unused)
{
	(void)unused;
	RIG(rig, AUTO, TO_SHIP "; " TO_SHIP "; fail Ship.A");
	assert_commands(&rig, "execution failed #1; start Ship.A #2; ");
	assert_rules(&rig,
	    "action.failed Ship.A; stage.failed Ship #1; "
	    "rollback.no-target Ship #1; release.enters Ship #2; "
	    "group.begin Ship 1; ");
	rig_do(&rig, "fail Ship.A; retry Ship");
	assert_commands(&rig, "execution resumed #2; start Ship.A #2; ");
}

/* 9.3: it takes the lock directly, before those who wait */
static void
automatic__goes_before_who_waits(void **unused)
{
	(void)unused;
	RIG(rig, AUTO,
	    DONE_AUTO "; " TO_SHIP "; " TO_SHIP "; close Ship; fail Ship.A");
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 4);
	assert_int_equal(rig_stage(&rig, "Ship")->waiting, 3);
	rig_do(&rig, "open Ship; fail Ship.A");
	assert_commands(&rig, "execution failed #4; start Ship.A #3; ");
}

/* 6, 9.3: who Failed is not retried after the rollback entered */
static void
automatic__leaves_nothing_to_retry(void **unused)
{
	(void)unused;
	RIG(rig, AUTO, DONE_AUTO "; " TO_SHIP "; fail Ship.A; succeed Ship.A");
	assert_stage(&rig, "Ship", SUCCEEDED);
	rig_refused(&rig, "retry Ship", SW_REFUSED_NOT_RETRYABLE);
}

/* 2.1, 9: when the numbers are used up */
static void
rollback__is_refused_when_numbers_are_used_up(void **unused)
{
	(void)unused;
	RIG(rig, AUTO, DONE_AUTO "; " TO_SHIP);
	struct sw_state *state = (struct sw_state *)(void *)rig.state;
	state->executions = SW_EXECUTIONS_MAX;
	rig_do(&rig, "fail Ship.A");
	assert_commands(&rig, "execution failed #2; ");
	assert_stage(&rig, "Ship", FAILED);
	rig_refused(&rig, "rollback Ship #1", SW_REFUSED_LIMIT);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rollback__is_a_new_execution_of_the_stage),
		cmocka_unit_test(rollback__has_had_no_automatic_retries),
		cmocka_unit_test(rollback__ends_in_its_stage),
		cmocka_unit_test(rollback__fails_in_its_stage),
		cmocka_unit_test(rollback__goes_before_who_waits),
		cmocka_unit_test(rollback__holds_the_stage),
		cmocka_unit_test(rollback__runs_no_conditions),
		cmocka_unit_test(rollback__counts_no_retries),
		cmocka_unit_test(rollback__that_fails_is_not_rolled_back),
		cmocka_unit_test(rollback__that_failed_can_be_retried),
		cmocka_unit_test(rollback__can_be_stopped),
		cmocka_unit_test(rollback__of_the_first_stage_is_refused),
		cmocka_unit_test(rollback__of_a_held_stage_is_refused),
		cmocka_unit_test(target__succeeded_in_the_stage),
		cmocka_unit_test(target__may_have_failed_later),
		cmocka_unit_test(target__is_no_rollback),
		cmocka_unit_test(target__did_not_skip_the_stage),
		cmocka_unit_test(target__is_any_that_succeeded),
		cmocka_unit_test(target__that_lies_too_far_back_is_outdated),
		cmocka_unit_test(target__is_forgotten_after_a_long_pause),
		cmocka_unit_test(target__none_is_kept_without_room),
		cmocka_unit_test(automatic__takes_the_latest_target),
		cmocka_unit_test(automatic__does_nothing_without_a_target),
		cmocka_unit_test(automatic__goes_before_who_waits),
		cmocka_unit_test(automatic__leaves_nothing_to_retry),
		cmocka_unit_test(rollback__is_refused_when_numbers_are_used_up),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("step_rollback", tests, NULL, NULL);
}
