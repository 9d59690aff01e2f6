/*
 * Conditions, rule by rule (runtime/machine/semantics.md, section 8; the
 * CodePipeline User Guide's "How do stage conditions work?").
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "built.h"

#define SOURCE "Source: Fetch\n"
#define LAST "Last: End\n"
#define BEFORE SOURCE "Ship beforeEntry=FAIL:R,S: A | B\n" LAST
#define SKIP SOURCE "Ship beforeEntry=SKIP:R,S: A | B\n" LAST
#define SUCCESS SOURCE "Ship onSuccess=FAIL:R,S: A\n" LAST
#define BACK SOURCE "Ship onSuccess=ROLLBACK:R: A\n" LAST

#define TO_SHIP "start; succeed Source.Fetch"
#define TO_RULES TO_SHIP "; succeed Ship.A"

/* 8.1: the rules of a condition start together */
static void
rules__start_together(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP);
	assert_commands(&rig, "start Ship.R #1; start Ship.S #1; ");
	assert_rules(&rig,
	    "action.succeeded Source.Fetch; stage.succeeded Source #1; "
	    "arrive.enters Ship #1; condition.begin Ship beforeEntry; ");
	assert_action(&rig, "Ship.A", NONE);
}

/* 8.1: it is decided when all have ended */
static void
condition__is_decided_when_all_rules_have_ended(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP "; fail Ship.R");
	assert_stage(&rig, "Ship", IN_PROGRESS);
	assert_rules(&rig, "rule.failed Ship.R; ");
	assert_commands(&rig, "");
	rig_do(&rig, "pass Ship.S");
	assert_stage(&rig, "Ship", FAILED);
}

/* 8.1: the stage is held, and InProgress, while rules run */
static void
condition__holds_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP "; " TO_SHIP);
	assert_stage(&rig, "Ship", IN_PROGRESS);
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 1);
	assert_int_equal(rig_stage(&rig, "Ship")->waiting, 2);
	rig_refused(&rig, "retry Ship", SW_REFUSED_STAGE_HELD);
}

/* 8.1: pass and fail are for rules, succeed is for actions */
static void
rule__passes_and_action_succeeds(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP);
	rig_step(&rig, (struct sw_event){ SW_EVENT_SUCCEED, 1, 0 });
	assert_int_equal(rig.refusal, SW_REFUSED_NOT_ACTION);
	rig_step(&rig, (struct sw_event){ SW_EVENT_APPROVE, 1, 0 });
	assert_int_equal(rig.refusal, SW_REFUSED_NOT_APPROVAL);
	rig_step(&rig, (struct sw_event){ SW_EVENT_PASS, 3, 0 });
	assert_int_equal(rig.refusal, SW_REFUSED_NOT_RULE);
	rig_refused(&rig, "fail Ship.A", SW_REFUSED_NOT_RUNNING);
	rig_do(&rig, "pass Ship.R");
	assert_rules(&rig, "rule.passed Ship.R; ");
	rig_refused(&rig, "pass Ship.R", SW_REFUSED_NOT_RUNNING);
}

/* 8.1: unknown is as for actions: it stays until pass or fail decides */
static void
rule__unknown_is_decided_by_pass_or_fail(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP "; pass Ship.R; unknown Ship.S");
	assert_action(&rig, "Ship.S", UNKNOWN);
	assert_stage(&rig, "Ship", IN_PROGRESS);
	rig_do(&rig, "pass Ship.S");
	assert_action(&rig, "Ship.A", IN_PROGRESS);
	RIG(other, BEFORE,
	    TO_SHIP "; pass Ship.R; unknown Ship.S; "
		    "fail Ship.S");
	assert_stage(&other, "Ship", FAILED);
}

/* 8.2: all passed: the first group */
static void
before_entry__passed_begins_the_first_group(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP "; pass Ship.R; pass Ship.S");
	assert_commands(&rig, "start Ship.A #1; ");
	assert_rules(&rig,
	    "rule.passed Ship.S; condition.passed Ship beforeEntry; "
	    "group.begin Ship 1; ");
}

/* 8.2: otherwise FAIL: stage and execution Failed */
static void
before_entry__failed_fails_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP "; pass Ship.R; fail Ship.S");
	assert_stage(&rig, "Ship", FAILED);
	assert_commands(&rig, "execution failed #1; ");
	assert_rules(&rig,
	    "rule.failed Ship.S; condition.failed Ship beforeEntry; "
	    "stage.failed Ship #1; ");
	assert_action(&rig, "Ship.A", NONE);
	rig_refused(&rig, "stop #1", SW_REFUSED_NOT_STOPPABLE);
}

/* 8.2: SKIP: the stage is Skipped, its actions never run, the execution
 * leaves it as if it had succeeded */
static void
before_entry__skip_passes_the_stage_over(void **unused)
{
	(void)unused;
	RIG(rig, SKIP, TO_SHIP "; fail Ship.R; fail Ship.S");
	assert_stage(&rig, "Ship", SKIPPED);
	assert_action(&rig, "Ship.A", NONE);
	assert_int_equal(rig_stage(&rig, "Last")->execution, 1);
	assert_commands(&rig, "start Last.End #1; ");
	assert_rules(&rig,
	    "rule.failed Ship.S; condition.failed Ship beforeEntry; "
	    "stage.skipped Ship #1; arrive.enters Last #1; "
	    "group.begin Last 1; ");
}

/* 8.2: SKIP with all rules passed skips nothing */
static void
before_entry__skip_passed_begins_the_first_group(void **unused)
{
	(void)unused;
	RIG(rig, SKIP, TO_SHIP "; pass Ship.R; pass Ship.S");
	assert_stage(&rig, "Ship", IN_PROGRESS);
	assert_action(&rig, "Ship.A", IN_PROGRESS);
}

/* 8.2, 3.6: skipping the last stage ends the execution: Succeeded */
static void
before_entry__skip_of_the_last_stage_succeeds(void **unused)
{
	(void)unused;
	RIG(rig, SOURCE "Ship beforeEntry=SKIP:R: A\n",
	    TO_SHIP "; fail Ship.R");
	assert_commands(&rig, "execution succeeded #1; ");
	assert_stage(&rig, "Ship", SKIPPED);
}

/* 8.2: a skipped stage lets the next one in */
static void
before_entry__skip_lets_the_next_one_in(void **unused)
{
	(void)unused;
	RIG(rig, SKIP, TO_SHIP "; " TO_SHIP "; fail Ship.R; fail Ship.S");
	assert_commands(
	    &rig, "start Last.End #1; start Ship.R #2; start Ship.S #2; ");
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 2);
}

/* 6, 9.4: a skipped stage can be neither retried
 * nor rolled back */
static void
skipped__is_neither_retried_nor_rolled_back(void **unused)
{
	(void)unused;
	RIG(rig, SKIP,
	    TO_SHIP "; pass Ship.R; pass Ship.S; succeed Ship.A; "
		    "succeed Ship.B; succeed Last.End; " TO_SHIP
		    "; fail Ship.R; pass Ship.S");
	assert_stage(&rig, "Ship", SKIPPED);
	rig_refused(&rig, "retry Ship", SW_REFUSED_NOT_RETRYABLE);
	rig_refused(&rig, "retry Ship all", SW_REFUSED_NOT_RETRYABLE);
	rig_refused(&rig, "rollback Ship #1", SW_REFUSED_ROLLBACK_SKIPPED);
	rig_refused(&rig, "rollback Ship #2", SW_REFUSED_ROLLBACK_SKIPPED);
}

/* 8.3: onSuccess comes after the last group */
static void
on_success__begins_after_the_last_group(void **unused)
{
	(void)unused;
	RIG(rig, SUCCESS, TO_SHIP);
	assert_action(&rig, "Ship.R", NONE);
	rig_do(&rig, "succeed Ship.A");
	assert_commands(&rig, "start Ship.R #1; start Ship.S #1; ");
	assert_rules(
	    &rig, "action.succeeded Ship.A; condition.begin Ship onSuccess; ");
	assert_stage(&rig, "Ship", IN_PROGRESS);
}

/* 8.3: all passed: Succeeded */
static void
on_success__passed_succeeds_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, SUCCESS, TO_RULES "; pass Ship.R; pass Ship.S");
	assert_stage(&rig, "Ship", SUCCEEDED);
	assert_rules(&rig,
	    "rule.passed Ship.S; condition.passed Ship onSuccess; "
	    "stage.succeeded Ship #1; arrive.enters Last #1; "
	    "group.begin Last 1; ");
}

/* 8.3: otherwise FAIL: Failed */
static void
on_success__failed_fails_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, SUCCESS, TO_RULES "; fail Ship.S; pass Ship.R");
	assert_stage(&rig, "Ship", FAILED);
	assert_commands(&rig, "execution failed #1; ");
	assert_stage(&rig, "Last", NONE);
}

/* 8.3: ROLLBACK: Failed, and an automatic rollback */
static void
on_success__rollback_fails_and_rolls_back(void **unused)
{
	(void)unused;
	RIG(rig, BACK, TO_RULES "; pass Ship.R; " TO_RULES "; fail Ship.R");
	assert_commands(&rig, "execution failed #2; "
			      "execution rollback #3 to #1; start Ship.A #3; ");
	assert_rules(&rig,
	    "rule.failed Ship.R; condition.failed Ship onSuccess; "
	    "stage.failed Ship #2; rollback.started Ship #3; "
	    "group.begin Ship 1; ");
}

/* 8.3: actions that failed never come to onSuccess */
static void
on_success__is_not_asked_after_a_failure(void **unused)
{
	(void)unused;
	RIG(rig, SUCCESS, TO_SHIP "; fail Ship.A");
	assert_stage(&rig, "Ship", FAILED);
	assert_action(&rig, "Ship.R", NONE);
}

/* 5.1, 8.1: stop lets rules end; whatever they say, then Stopped */
static void
stop__lets_rules_end(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP "; stop #1; pass Ship.R");
	assert_stage(&rig, "Ship", STOPPING);
	rig_do(&rig, "pass Ship.S");
	assert_stage(&rig, "Ship", STOPPED);
	assert_commands(&rig, "execution stopped #1; ");
	assert_action(&rig, "Ship.A", NONE);
	RIG(skip, SKIP, TO_SHIP "; stop #1; fail Ship.R; fail Ship.S");
	assert_stage(&skip, "Ship", STOPPED);
	assert_stage(&skip, "Last", NONE);
	RIG(back, BACK,
	    TO_RULES "; pass Ship.R; " TO_RULES "; stop #2; fail Ship.R");
	assert_stage(&back, "Ship", STOPPED);
	assert_commands(&back, "execution stopped #2; ");
}

/* 5.2: abandon ends running and Unknown rules at once */
static void
abandon__ends_rules_at_once(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP "; unknown Ship.R; abandon #1");
	assert_action(&rig, "Ship.R", ABANDONED);
	assert_action(&rig, "Ship.S", ABANDONED);
	assert_stage(&rig, "Ship", STOPPED);
	assert_commands(&rig, "cancel Ship.R #1; cancel Ship.S #1; "
			      "execution stopped #1; ");
	assert_rules(&rig, "action.abandoned Ship.R; action.abandoned Ship.S; "
			   "stage.stopped Ship #1; ");
}

/* 6.1: a retry goes on with the condition that failed: all of its rules */
static void
retry__runs_the_failed_condition_again(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP "; pass Ship.R; fail Ship.S; retry Ship");
	assert_commands(&rig, "execution resumed #1; start Ship.R #1; "
			      "start Ship.S #1; ");
	RIG(after, SUCCESS, TO_RULES "; fail Ship.R; pass Ship.S; retry Ship");
	assert_commands(&after, "execution resumed #1; start Ship.R #1; "
				"start Ship.S #1; ");
	assert_action(&after, "Ship.A", SUCCEEDED);
	rig_do(&after, "pass Ship.R; pass Ship.S");
	assert_stage(&after, "Ship", SUCCEEDED);
}

/* 6.1: what passed before is not asked again by a retry of failed actions */
static void
retry__of_failed_actions_leaves_before_entry(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE,
	    TO_SHIP "; pass Ship.R; pass Ship.S; fail Ship.A; retry Ship");
	assert_commands(&rig, "execution resumed #1; start Ship.A #1; ");
}

/* 6.2: ALL_ACTIONS: from the beginning of the stage, conditions included */
static void
retry_all__asks_before_entry_again(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE,
	    TO_SHIP "; pass Ship.R; pass Ship.S; succeed Ship.A; fail Ship.B; "
		    "retry Ship all");
	assert_commands(&rig, "execution resumed #1; start Ship.R #1; "
			      "start Ship.S #1; ");
	assert_action(&rig, "Ship.A", NONE);
	assert_action(&rig, "Ship.B", NONE);
}

/* 6.1: a stage stopped while its rules ran goes on with them */
static void
retry__of_a_stage_stopped_in_its_rules(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP "; pass Ship.R; abandon #1; retry Ship");
	assert_commands(&rig, "execution resumed #1; start Ship.R #1; "
			      "start Ship.S #1; ");
	RIG(done, BEFORE,
	    TO_SHIP "; stop #1; pass Ship.R; pass Ship.S; retry Ship");
	assert_commands(&done, "execution resumed #1; start Ship.A #1; ");
}

/* 8.4: its rules are Abandoned, the stage goes on as if they had passed */
static void
override__of_before_entry_begins_the_first_group(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP "; fail Ship.R; override Ship beforeEntry");
	assert_commands(&rig, "cancel Ship.S #1; start Ship.A #1; ");
	assert_rules(&rig, "condition.overridden Ship beforeEntry; "
			   "action.abandoned Ship.S; group.begin Ship 1; ");
	assert_action(&rig, "Ship.R", FAILED);
	assert_action(&rig, "Ship.S", ABANDONED);
	assert_int_equal(
	    rig_stage(&rig, "Ship")->overridden, SW_OVERRIDDEN_BEFORE_ENTRY);
}

/* 8.4: of onSuccess, whether it says FAIL or ROLLBACK */
static void
override__of_on_success_succeeds_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, SUCCESS, TO_RULES "; unknown Ship.R; override Ship onSuccess");
	assert_stage(&rig, "Ship", SUCCEEDED);
	assert_action(&rig, "Ship.R", ABANDONED);
	assert_int_equal(
	    rig_stage(&rig, "Ship")->overridden, SW_OVERRIDDEN_ON_SUCCESS);
	assert_int_equal(rig_stage(&rig, "Last")->execution, 1);
	RIG(back, BACK, TO_RULES "; override Ship onSuccess");
	assert_stage(&back, "Ship", SUCCEEDED);
}

/* 8.4: SKIP and onFailure cannot be overridden */
static void
override__of_skip_and_on_failure_is_refused(void **unused)
{
	(void)unused;
	RIG(rig, SKIP, TO_SHIP);
	rig_refused(
	    &rig, "override Ship beforeEntry", SW_REFUSED_NOT_OVERRIDABLE);
	RIG(failure, SOURCE "Ship onFailure=ROLLBACK:R: A\n",
	    TO_SHIP "; fail Ship.A");
	assert_action(&failure, "Ship.R", IN_PROGRESS);
	rig_refused(
	    &failure, "override Ship onFailure", SW_REFUSED_NOT_OVERRIDABLE);
}

/* 8.4: only while its rules run */
static void
override__is_refused_while_no_rule_runs(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, "start");
	rig_refused(
	    &rig, "override Ship beforeEntry", SW_REFUSED_NO_CONDITION_RUNS);
	rig_refused(
	    &rig, "override Ship onSuccess", SW_REFUSED_NO_CONDITION_RUNS);
	rig_refused(
	    &rig, "override Source beforeEntry", SW_REFUSED_NO_CONDITION_RUNS);
	rig_do(&rig, "succeed Source.Fetch");
	rig_refused(
	    &rig, "override Ship onSuccess", SW_REFUSED_NO_CONDITION_RUNS);
	rig_do(&rig, "pass Ship.R; pass Ship.S");
	rig_refused(
	    &rig, "override Ship beforeEntry", SW_REFUSED_NO_CONDITION_RUNS);
	/* What runs is the other condition. */
	RIG(both, SOURCE "Ship beforeEntry=FAIL:R onSuccess=FAIL:S: A\n",
	    TO_SHIP "; pass Ship.R; succeed Ship.A");
	rig_refused(
	    &both, "override Ship beforeEntry", SW_REFUSED_NO_CONDITION_RUNS);
	rig_do(&both, "override Ship onSuccess");
}

/* 8.4: it stays overridden for a retry of failed actions, and is asked again
 * by one of all actions and by the next execution */
static void
override__lasts_until_the_stage_begins_anew(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE,
	    TO_SHIP "; override Ship beforeEntry; fail Ship.A; retry Ship");
	assert_commands(&rig, "execution resumed #1; start Ship.A #1; ");
	rig_do(&rig, "fail Ship.A; retry Ship all");
	assert_int_equal(rig_stage(&rig, "Ship")->overridden, 0);
	assert_commands(&rig, "execution resumed #1; start Ship.R #1; "
			      "start Ship.S #1; ");
	RIG(next, BEFORE,
	    TO_SHIP "; override Ship beforeEntry; fail Ship.A; " TO_SHIP);
	assert_int_equal(rig_stage(&next, "Ship")->overridden, 0);
	assert_action(&next, "Ship.R", IN_PROGRESS);
}

/* 8.4: of an execution that is Stopping it ends what ran: Stopped */
static void
override__of_a_stopping_execution_stops_it(void **unused)
{
	(void)unused;
	RIG(rig, BEFORE, TO_SHIP "; stop #1; override Ship beforeEntry");
	assert_stage(&rig, "Ship", STOPPED);
	assert_commands(&rig, "cancel Ship.R #1; cancel Ship.S #1; "
			      "execution stopped #1; ");
	assert_action(&rig, "Ship.A", NONE);
	rig_do(&rig, "retry Ship");
	assert_commands(&rig, "execution resumed #1; start Ship.A #1; ");
}

/* 8.4, 6.1: overridden while Stopping, it has passed for a retry too */
static void
override__of_a_stopping_on_success_passes_for_a_retry(void **unused)
{
	(void)unused;
	RIG(rig, SUCCESS, TO_RULES "; stop #1; override Ship onSuccess");
	assert_stage(&rig, "Ship", STOPPED);
	rig_do(&rig, "retry Ship");
	assert_stage(&rig, "Ship", SUCCEEDED);
	assert_commands(&rig, "execution resumed #1; start Last.End #1; ");
	RIG(anew, SUCCESS,
	    TO_RULES "; stop #1; override Ship onSuccess; retry Ship all");
	assert_action(&anew, "Ship.A", IN_PROGRESS);
}

/* 3.7, 8.4: rules wait for a place as actions do; overridden ones never
 * start */
static void
override__ends_rules_that_wait_for_a_place(void **unused)
{
	(void)unused;
	RIG(rig, "running 1\n" BEFORE, TO_SHIP);
	assert_commands(&rig, "start Ship.R #1; ");
	assert_action(&rig, "Ship.S", PENDING);
	rig_do(&rig, "override Ship beforeEntry");
	assert_commands(&rig, "cancel Ship.R #1; start Ship.A #1; ");
	assert_action(&rig, "Ship.S", ABANDONED);
	RIG(one, "running 1\n" BEFORE, TO_SHIP "; fail Ship.R");
	assert_commands(&one, "start Ship.S #1; ");
	rig_do(&one, "pass Ship.S");
	assert_stage(&one, "Ship", FAILED);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules__start_together),
		cmocka_unit_test(
		    condition__is_decided_when_all_rules_have_ended),
		cmocka_unit_test(condition__holds_the_stage),
		cmocka_unit_test(rule__passes_and_action_succeeds),
		cmocka_unit_test(rule__unknown_is_decided_by_pass_or_fail),
		cmocka_unit_test(before_entry__passed_begins_the_first_group),
		cmocka_unit_test(before_entry__failed_fails_the_stage),
		cmocka_unit_test(before_entry__skip_passes_the_stage_over),
		cmocka_unit_test(
		    before_entry__skip_passed_begins_the_first_group),
		cmocka_unit_test(before_entry__skip_of_the_last_stage_succeeds),
		cmocka_unit_test(before_entry__skip_lets_the_next_one_in),
		cmocka_unit_test(skipped__is_neither_retried_nor_rolled_back),
		cmocka_unit_test(on_success__begins_after_the_last_group),
		cmocka_unit_test(on_success__passed_succeeds_the_stage),
		cmocka_unit_test(on_success__failed_fails_the_stage),
		cmocka_unit_test(on_success__rollback_fails_and_rolls_back),
		cmocka_unit_test(on_success__is_not_asked_after_a_failure),
		cmocka_unit_test(stop__lets_rules_end),
		cmocka_unit_test(abandon__ends_rules_at_once),
		cmocka_unit_test(retry__runs_the_failed_condition_again),
		cmocka_unit_test(retry__of_failed_actions_leaves_before_entry),
		cmocka_unit_test(retry_all__asks_before_entry_again),
		cmocka_unit_test(retry__of_a_stage_stopped_in_its_rules),
		cmocka_unit_test(
		    override__of_before_entry_begins_the_first_group),
		cmocka_unit_test(override__of_on_success_succeeds_the_stage),
		cmocka_unit_test(override__of_skip_and_on_failure_is_refused),
		cmocka_unit_test(override__is_refused_while_no_rule_runs),
		cmocka_unit_test(override__lasts_until_the_stage_begins_anew),
		cmocka_unit_test(override__of_a_stopping_execution_stops_it),
		cmocka_unit_test(
		    override__of_a_stopping_on_success_passes_for_a_retry),
		cmocka_unit_test(override__ends_rules_that_wait_for_a_place),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name(
	    "step_conditions", tests, NULL, NULL);
}
