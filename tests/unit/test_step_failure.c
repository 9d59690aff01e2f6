/*
 * What follows when actions failed, or nobody knows: onFailure, automatic
 * retries of a stage and of an action, onUnknown (runtime/machine/semantics.md,
 * sections 3.8 and 8.5; the CodePipeline User Guide's "Configure a stage for
 * automatic retry").
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "built.h"

#define SOURCE "Source: Fetch\n"
#define LAST "Last: End\n"
#define RETRY SOURCE "Ship onFailure=RETRY: A | B C\n" LAST
#define RETRY_ALL SOURCE "Ship onFailure=RETRY_ALL: A | B C\n" LAST
#define RULES SOURCE "Ship onFailure=RETRY:R,S: A | B C\n" LAST
#define BACK SOURCE "Ship onFailure=ROLLBACK: A B\n" LAST
#define BACK_RULES SOURCE "Ship onFailure=ROLLBACK:R: A\n" LAST

#define TO_SHIP "start; succeed Source.Fetch"
#define TO_GROUP TO_SHIP "; succeed Ship.A"
/* One execution that Succeeded in Ship of BACK. */
#define DONE TO_GROUP "; succeed Ship.B; succeed Last.End"

/* 8.5: RETRY: an automatic retry of the failed actions, the lock kept */
static void
on_failure__retries_failed_actions(void **unused)
{
	(void)unused;
	RIG(rig, RETRY, TO_GROUP "; " TO_SHIP "; fail Ship.B; succeed Ship.C");
	assert_commands(&rig, "start Ship.B #1; ");
	assert_rules(&rig, "action.succeeded Ship.C; stage.retries Ship #1; "
			   "group.begin Ship 2; ");
	assert_stage(&rig, "Ship", IN_PROGRESS);
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 1);
	assert_int_equal(rig_stage(&rig, "Ship")->waiting, 2);
	assert_action(&rig, "Ship.A", SUCCEEDED);
	assert_action(&rig, "Ship.C", SUCCEEDED);
}

/* 8.5: in its mode: ALL_ACTIONS begins the stage anew */
static void
on_failure__retries_all_actions(void **unused)
{
	(void)unused;
	RIG(rig, RETRY_ALL, TO_GROUP "; fail Ship.B; succeed Ship.C");
	assert_commands(&rig, "start Ship.A #1; ");
	assert_rules(&rig, "action.succeeded Ship.C; stage.retries Ship #1; "
			   "group.begin Ship 1; ");
	assert_action(&rig, "Ship.C", NONE);
}

/* 8.5: ALL_ACTIONS asks beforeEntry again, FAILED_ACTIONS does not */
static void
on_failure__retry_of_all_asks_before_entry_again(void **unused)
{
	(void)unused;
	RIG(rig, SOURCE "Ship beforeEntry=FAIL:R onFailure=RETRY_ALL: A\n",
	    TO_SHIP "; pass Ship.R; fail Ship.A");
	assert_commands(&rig, "start Ship.R #1; ");
	RIG(failed, SOURCE "Ship beforeEntry=FAIL:R onFailure=RETRY: A\n",
	    TO_SHIP "; pass Ship.R; fail Ship.A");
	assert_commands(&failed, "start Ship.A #1; ");
}

/* 8.5: siblings run to their end first */
static void
on_failure__waits_for_siblings(void **unused)
{
	(void)unused;
	RIG(rig, RETRY, TO_GROUP "; fail Ship.B");
	assert_rules(&rig, "action.failed Ship.B; group.waits Ship 2; ");
	assert_commands(&rig, "");
}

/* 8.5: as many times as `attempts` says (1), then Failed */
static void
on_failure__retries_once_unless_said(void **unused)
{
	(void)unused;
	RIG(rig, RETRY, TO_SHIP "; fail Ship.A; fail Ship.A");
	assert_stage(&rig, "Ship", FAILED);
	assert_commands(&rig, "execution failed #1; ");
	assert_rules(&rig, "action.failed Ship.A; stage.failed Ship #1; ");
	RIG(three, SOURCE "Ship onFailure=RETRY*3: A\n",
	    TO_SHIP "; fail Ship.A; fail Ship.A; fail Ship.A");
	assert_commands(&three, "start Ship.A #1; ");
	assert_int_equal(rig_stage(&three, "Ship")->retries, 3);
	rig_do(&three, "fail Ship.A");
	assert_stage(&three, "Ship", FAILED);
}

/* 8.5: for each entering */
static void
on_failure__retries_each_execution(void **unused)
{
	(void)unused;
	RIG(rig, RETRY,
	    TO_SHIP "; fail Ship.A; fail Ship.A; " TO_SHIP "; fail Ship.A");
	assert_commands(&rig, "start Ship.A #2; ");
}

/* 8.5: and again after a retry by hand */
static void
on_failure__retries_again_after_a_retry_by_hand(void **unused)
{
	(void)unused;
	RIG(rig, RETRY,
	    TO_SHIP "; fail Ship.A; fail Ship.A; retry Ship; fail Ship.A");
	assert_commands(&rig, "start Ship.A #1; ");
	assert_stage(&rig, "Ship", IN_PROGRESS);
	rig_do(&rig, "fail Ship.A; retry Ship all; fail Ship.A");
	assert_stage(&rig, "Ship", IN_PROGRESS);
	rig_do(&rig, "fail Ship.A");
	assert_stage(&rig, "Ship", FAILED);
}

/* 8.5: a retry by itself does not give further ones */
static void
on_failure__retry_of_all_counts_too(void **unused)
{
	(void)unused;
	RIG(rig, RETRY_ALL, TO_SHIP "; fail Ship.A; fail Ship.A");
	assert_stage(&rig, "Ship", FAILED);
}

/* 8.5: the first stage, of sources, too */
static void
on_failure__retries_the_first_stage(void **unused)
{
	(void)unused;
	RIG(rig, "Source onFailure=RETRY: Fetch\n" LAST,
	    "start; fail Source.Fetch");
	assert_commands(&rig, "start Source.Fetch #1; ");
}

/* 8.5: not after a failed condition */
static void
on_failure__says_nothing_of_a_failed_condition(void **unused)
{
	(void)unused;
	RIG(before, SOURCE "Ship beforeEntry=FAIL:R onFailure=RETRY: A\n",
	    TO_SHIP "; fail Ship.R");
	assert_stage(&before, "Ship", FAILED);
	RIG(after, SOURCE "Ship onSuccess=FAIL:R onFailure=RETRY:S: A\n",
	    TO_SHIP "; succeed Ship.A; fail Ship.R");
	assert_stage(&after, "Ship", FAILED);
	assert_action(&after, "Ship.S", NONE);
}

/* 8.5, 5.1: not when Stopping */
static void
on_failure__says_nothing_when_stopping(void **unused)
{
	(void)unused;
	RIG(rig, RETRY, TO_SHIP "; stop #1; fail Ship.A");
	assert_stage(&rig, "Ship", STOPPED);
	RIG(rules, RULES, TO_SHIP "; stop #1; fail Ship.A");
	assert_stage(&rules, "Ship", STOPPED);
	assert_action(&rules, "Ship.R", NONE);
	RIG(back, BACK, DONE "; " TO_GROUP "; stop #2; fail Ship.B");
	assert_stage(&back, "Ship", STOPPED);
	assert_commands(&back, "execution stopped #2; ");
}

/* 8.5: with rules: they run first, the result is engaged when all passed */
static void
on_failure__asks_its_rules_first(void **unused)
{
	(void)unused;
	RIG(rig, RULES, TO_SHIP "; fail Ship.A");
	assert_commands(&rig, "start Ship.R #1; start Ship.S #1; ");
	assert_rules(
	    &rig, "action.failed Ship.A; condition.begin Ship onFailure; ");
	assert_stage(&rig, "Ship", IN_PROGRESS);
	rig_do(&rig, "pass Ship.R");
	assert_commands(&rig, "");
	rig_do(&rig, "pass Ship.S");
	assert_commands(&rig, "start Ship.A #1; ");
	assert_rules(&rig,
	    "rule.passed Ship.S; condition.passed Ship onFailure; "
	    "stage.retries Ship #1; group.begin Ship 1; ");
	rig_do(&rig, "succeed Ship.A; succeed Ship.B; succeed Ship.C");
	assert_stage(&rig, "Ship", SUCCEEDED);
}

/* 8.5: when its rules fail: stage and execution Failed */
static void
on_failure__with_failed_rules_fails_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, RULES, TO_SHIP "; fail Ship.A; pass Ship.R; fail Ship.S");
	assert_stage(&rig, "Ship", FAILED);
	assert_commands(&rig, "execution failed #1; ");
	assert_rules(&rig,
	    "rule.failed Ship.S; condition.failed Ship onFailure; "
	    "stage.failed Ship #1; ");
	rig_do(&rig, "retry Ship");
	assert_commands(&rig, "execution resumed #1; start Ship.A #1; ");
}

/* 8.1, 8.5: its rules are asked anew after each failure */
static void
on_failure__asks_its_rules_after_each_failure(void **unused)
{
	(void)unused;
	RIG(rig, RULES,
	    TO_SHIP "; fail Ship.A; pass Ship.R; pass Ship.S; fail Ship.A");
	assert_commands(&rig, "start Ship.R #1; start Ship.S #1; ");
	rig_do(&rig, "pass Ship.R; pass Ship.S");
	assert_stage(&rig, "Ship", FAILED);
}

/* 8.5, 5.1: stopped while its rules run */
static void
on_failure__stopped_in_its_rules(void **unused)
{
	(void)unused;
	RIG(rig, RULES,
	    TO_SHIP "; fail Ship.A; stop #1; pass Ship.R; pass Ship.S");
	assert_stage(&rig, "Ship", STOPPED);
	assert_commands(&rig, "execution stopped #1; ");
	rig_do(&rig, "retry Ship");
	assert_commands(&rig, "execution resumed #1; start Ship.A #1; ");
	RIG(gone, RULES, TO_SHIP "; fail Ship.A; abandon #1");
	assert_action(&gone, "Ship.R", ABANDONED);
	assert_stage(&gone, "Ship", STOPPED);
}

/* 8.5: ROLLBACK: Failed, and an automatic rollback to the latest target */
static void
on_failure__rolls_back(void **unused)
{
	(void)unused;
	RIG(rig, BACK, DONE "; " TO_GROUP "; fail Ship.B");
	assert_commands(&rig,
	    "execution failed #2; execution rollback #3 to #1; "
	    "start Ship.A #3; start Ship.B #3; ");
	assert_rules(&rig, "action.failed Ship.B; stage.failed Ship #2; "
			   "rollback.started Ship #3; group.begin Ship 1; ");
	assert_int_equal(rig_stage(&rig, "Ship")->type, SW_TYPE_ROLLBACK);
}

/* 8.5: ROLLBACK with rules: when all passed */
static void
on_failure__rolls_back_when_its_rules_passed(void **unused)
{
	(void)unused;
	RIG(rig, BACK_RULES,
	    TO_GROUP "; " TO_SHIP "; fail Ship.A; pass Ship.R");
	assert_commands(&rig, "execution failed #2; "
			      "execution rollback #3 to #1; start Ship.A #3; ");
	RIG(kept, BACK_RULES,
	    TO_GROUP "; " TO_SHIP "; fail Ship.A; fail Ship.R");
	assert_commands(&kept, "execution failed #2; ");
	assert_stage(&kept, "Ship", FAILED);
}

/* 3.8: a failed action is tried again while retries are left */
static void
action__is_tried_again(void **unused)
{
	(void)unused;
	RIG(rig, "Source: Fetch**\n" LAST, "start; fail Source.Fetch");
	assert_commands(&rig, "start Source.Fetch #1; ");
	assert_rules(&rig, "action.retried Source.Fetch; ");
	assert_action(&rig, "Source.Fetch", IN_PROGRESS);
	rig_do(&rig, "fail Source.Fetch");
	assert_commands(&rig, "start Source.Fetch #1; ");
	rig_do(&rig, "fail Source.Fetch");
	assert_stage(&rig, "Source", FAILED);
	assert_rules(
	    &rig, "action.failed Source.Fetch; stage.failed Source #1; ");
}

/* 3.8: retries are of one time that it starts */
static void
action__is_tried_again_after_a_retry_of_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, "Source: Fetch*\n" LAST,
	    "start; fail Source.Fetch; fail Source.Fetch; retry Source; "
	    "fail Source.Fetch");
	assert_commands(&rig, "start Source.Fetch #1; ");
	rig_do(&rig, "succeed Source.Fetch; start; fail Source.Fetch");
	assert_commands(&rig, "start Source.Fetch #2; ");
}

/* 3.8: an action that succeeds after all has nothing left to retry */
static void
action__that_succeeded_counts_no_retries(void **unused)
{
	(void)unused;
	RIG(rig, "Source: A* B*\n" LAST, "start; fail Source.A");
	const struct sw_state *state = (const void *)rig.state;
	assert_int_equal(sw_state_retries(rig.machine, state, 0), 1);
	assert_int_equal(sw_state_retries(rig.machine, state, 1), 0);
	rig_do(&rig, "succeed Source.A");
	assert_int_equal(sw_state_retries(rig.machine, state, 0), 0);
	assert_action(&rig, "Source.A", SUCCEEDED);
}

/* 3.8: nothing is tried again in an execution that is Stopping */
static void
action__is_not_tried_again_when_stopping(void **unused)
{
	(void)unused;
	RIG(rig, "Source: A* B\n" LAST, "start; stop #1; fail Source.A");
	assert_action(&rig, "Source.A", FAILED);
	assert_commands(&rig, "");
	rig_do(&rig, "succeed Source.B");
	assert_stage(&rig, "Source", STOPPED);
}

/* 3.8: what an approver rejected is not tried again */
static void
rejected_approval__is_not_tried_again(void **unused)
{
	(void)unused;
	RIG(rig, "Source: Ask?*\n" LAST, "start; reject Source.Ask");
	assert_stage(&rig, "Source", FAILED);
}

/* 3.8: one that Failed, Unknown before, is tried again too, and keeps count */
static void
unknown__decided_as_failed_is_tried_again(void **unused)
{
	(void)unused;
	RIG(rig, "Source: A*\n" LAST, "start; unknown Source.A; fail Source.A");
	assert_commands(&rig, "start Source.A #1; ");
	rig_do(&rig, "unknown Source.A");
	const struct sw_state *state = (const void *)rig.state;
	assert_int_equal(sw_state_retries(rig.machine, state, 0), 1);
	rig_do(&rig, "fail Source.A");
	assert_stage(&rig, "Source", FAILED);
}

/* 3.8: onUnknown="fail" does what fail does, retries included */
static void
on_unknown__fail_fails_the_action(void **unused)
{
	(void)unused;
	RIG(rig, "Source: A!\n" LAST, "start; unknown Source.A");
	assert_stage(&rig, "Source", FAILED);
	assert_rules(&rig, "action.failed Source.A; stage.failed Source #1; ");
	RIG(again, "Source: A!*\n" LAST, "start; unknown Source.A");
	assert_commands(&again, "start Source.A #1; ");
	RIG(asked, "Source: A?!\n" LAST, "start; unknown Source.A");
	assert_stage(&asked, "Source", FAILED);
}

/* 3.8: onUnknown="retry": a new attempt while one is left, then Unknown */
static void
on_unknown__retry_starts_an_attempt(void **unused)
{
	(void)unused;
	RIG(rig, "Source: A+*\n" LAST, "start; unknown Source.A");
	assert_commands(&rig, "start Source.A #1; ");
	assert_rules(&rig, "action.retried Source.A; ");
	rig_do(&rig, "unknown Source.A");
	assert_action(&rig, "Source.A", UNKNOWN);
	assert_commands(&rig, "");
	RIG(stopping, "Source: A+*\n" LAST, "start; stop #1; unknown Source.A");
	assert_action(&stopping, "Source.A", UNKNOWN);
	assert_stage(&stopping, "Source", STOPPING);
}

/* 3.8: unknown is for what runs, whatever onUnknown says */
static void
on_unknown__is_for_running_actions(void **unused)
{
	(void)unused;
	RIG(rig, "Source: A! | B+*\n" LAST, "start; succeed Source.A");
	rig_refused(&rig, "unknown Source.A", SW_REFUSED_NOT_RUNNING);
	rig_do(&rig, "unknown Source.B; unknown Source.B");
	rig_refused(&rig, "unknown Source.B", SW_REFUSED_NOT_RUNNING);
}

/* 3.8, 8.5: an action's retries come before the stage's */
static void
on_failure__comes_after_the_retries_of_an_action(void **unused)
{
	(void)unused;
	RIG(rig, "Source onFailure=RETRY: A*\n" LAST, "start; fail Source.A");
	assert_rules(&rig, "action.retried Source.A; ");
	rig_do(&rig, "fail Source.A");
	assert_rules(&rig, "action.failed Source.A; stage.retries Source #1; "
			   "group.begin Source 1; ");
	rig_do(&rig, "fail Source.A");
	assert_rules(&rig, "action.retried Source.A; ");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_failure__retries_failed_actions),
		cmocka_unit_test(on_failure__retries_all_actions),
		cmocka_unit_test(
		    on_failure__retry_of_all_asks_before_entry_again),
		cmocka_unit_test(on_failure__waits_for_siblings),
		cmocka_unit_test(on_failure__retries_once_unless_said),
		cmocka_unit_test(on_failure__retries_each_execution),
		cmocka_unit_test(
		    on_failure__retries_again_after_a_retry_by_hand),
		cmocka_unit_test(on_failure__retry_of_all_counts_too),
		cmocka_unit_test(on_failure__retries_the_first_stage),
		cmocka_unit_test(
		    on_failure__says_nothing_of_a_failed_condition),
		cmocka_unit_test(on_failure__says_nothing_when_stopping),
		cmocka_unit_test(on_failure__asks_its_rules_first),
		cmocka_unit_test(on_failure__with_failed_rules_fails_the_stage),
		cmocka_unit_test(on_failure__asks_its_rules_after_each_failure),
		cmocka_unit_test(on_failure__stopped_in_its_rules),
		cmocka_unit_test(on_failure__rolls_back),
		cmocka_unit_test(on_failure__rolls_back_when_its_rules_passed),
		cmocka_unit_test(action__is_tried_again),
		cmocka_unit_test(
		    action__is_tried_again_after_a_retry_of_the_stage),
		cmocka_unit_test(action__that_succeeded_counts_no_retries),
		cmocka_unit_test(action__is_not_tried_again_when_stopping),
		cmocka_unit_test(rejected_approval__is_not_tried_again),
		cmocka_unit_test(unknown__decided_as_failed_is_tried_again),
		cmocka_unit_test(on_unknown__fail_fails_the_action),
		cmocka_unit_test(on_unknown__retry_starts_an_attempt),
		cmocka_unit_test(on_unknown__is_for_running_actions),
		cmocka_unit_test(
		    on_failure__comes_after_the_retries_of_an_action),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("step_failure", tests, NULL, NULL);
}
