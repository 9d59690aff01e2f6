/*
 * The machine, rule by rule: each test names a rule of
 * runtime/machine/semantics.md and cites its section.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "machines.h"

#define TO_BUILD "start; succeed Source.Checkout"
#define TO_UNITS TO_BUILD "; succeed Build.Compile"
#define TO_GATE TO_UNITS "; succeed Build.Unit; succeed Build.Lint"
#define TO_SHIP TO_GATE "; approve Gate.Ask"
/* The next execution, up to waiting in front of Build. */
#define NEXT_TO_BUILD "start; succeed Source.Checkout"

/* A rig of the shop after these event lines. */
#define RIG(name, lines)                                                       \
	struct rig name;                                                       \
	rig_init(&name, &machine_shop);                                        \
	rig_do(&name, lines)

/* 1 */
static void
subject__unknown_is_refused(void **unused)
{
	(void)unused;
	RIG(rig, "start");
	rig_step(&rig, (struct sw_event){ SW_EVENT_OPEN, 4, 0 });
	assert_int_equal(rig.refusal, SW_REFUSED_STAGE);
	rig_step(&rig, (struct sw_event){ SW_EVENT_RETRY_ALL, UINT32_MAX, 0 });
	assert_int_equal(rig.refusal, SW_REFUSED_STAGE);
	rig_step(&rig, (struct sw_event){ SW_EVENT_SUCCEED, 6, 0 });
	assert_int_equal(rig.refusal, SW_REFUSED_ACTION);
	rig_step(&rig, (struct sw_event){ SW_NEVENTS, 0, 0 });
	assert_int_equal(rig.refusal, SW_REFUSED_EVENT);
	rig_step(&rig, (struct sw_event){ UINT32_MAX, 0, 0 });
	assert_int_equal(rig.refusal, SW_REFUSED_EVENT);
}

/* 1 */
static void
subject__execution_never_started_is_refused(void **unused)
{
	(void)unused;
	RIG(rig, "start");
	rig_refused(&rig, "stop #2", SW_REFUSED_EXECUTION);
	rig_refused(&rig, "abandon #2", SW_REFUSED_EXECUTION);
	rig_refused(&rig, "stop #0", SW_REFUSED_EXECUTION);
}

/* 2.1 */
static void
start__enters_the_first_stage(void **unused)
{
	(void)unused;
	RIG(rig, "start");
	assert_commands(&rig, "start Source.Checkout #1; ");
	assert_rules(&rig, "execution.started #1; arrive.enters Source #1; "
			   "group.begin Source 1; ");
	assert_int_equal(rig_stage(&rig, "Source")->execution, 1);
}

/* 2.1 */
static void
start__is_refused_when_numbers_are_used_up(void **unused)
{
	(void)unused;
	RIG(rig, "");
	struct sw_state *state = (struct sw_state *)(void *)rig.state;
	state->executions = SW_EXECUTIONS_MAX;
	rig_refused(&rig, "start", SW_REFUSED_LIMIT);
}

/* 2.2 */
static void
arrive__waits_when_the_stage_is_held(void **unused)
{
	(void)unused;
	RIG(rig, "start; start");
	assert_int_equal(rig_stage(&rig, "Source")->execution, 1);
	assert_int_equal(rig_stage(&rig, "Source")->waiting, 2);
	assert_commands(&rig, "");
	assert_rules(&rig, "execution.started #2; arrive.waits Source #2; ");
}

/* 2.2 */
static void
arrive__waits_when_the_transition_is_closed(void **unused)
{
	(void)unused;
	RIG(rig, "close Build; " TO_BUILD);
	assert_int_equal(rig_stage(&rig, "Build")->waiting, 1);
	assert_int_equal(rig_stage(&rig, "Build")->status, SW_STATUS_NONE);
}

/* 2.3 */
static void
arrive__supersedes_the_one_who_waits(void **unused)
{
	(void)unused;
	RIG(rig, "start; start; start");
	assert_int_equal(rig_stage(&rig, "Source")->waiting, 3);
	assert_commands(&rig, "execution superseded #2; ");
	assert_rules(&rig, "execution.started #3; arrive.supersedes Source #2; "
			   "arrive.waits Source #3; ");
}

/* 2.3 */
static void
supersede__never_reaches_an_unanswered_approval(void **unused)
{
	(void)unused;
	RIG(rig, TO_GATE "; " TO_GATE);
	assert_int_equal(rig_stage(&rig, "Gate")->execution, 1);
	assert_int_equal(rig_stage(&rig, "Gate")->waiting, 2);
	rig_do(&rig, "approve Gate.Ask");
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 1);
	assert_int_equal(rig_stage(&rig, "Gate")->execution, 2);
}

/* 2.4 */
static void
enter__makes_earlier_statuses_history(void **unused)
{
	(void)unused;
	RIG(rig, TO_UNITS "; fail Build.Unit; fail Build.Lint; " NEXT_TO_BUILD);
	assert_int_equal(rig_stage(&rig, "Build")->execution, 2);
	assert_int_equal(
	    rig_action(&rig, "Build.Compile"), SW_STATUS_IN_PROGRESS);
	assert_int_equal(rig_action(&rig, "Build.Unit"), SW_STATUS_NONE);
}

/* 2.4 */
static void
leave__arrives_first_then_lets_the_next_one_in(void **unused)
{
	(void)unused;
	RIG(rig, "start; start; succeed Source.Checkout");
	assert_commands(
	    &rig, "start Build.Compile #1; start Source.Checkout #2; ");
	assert_rules(&rig,
	    "action.succeeded Source.Checkout; stage.succeeded Source #1; "
	    "arrive.enters Build #1; group.begin Build 1; "
	    "release.enters Source #2; group.begin Source 1; ");
}

/* 3.1 */
static void
group__starts_together_in_order_of_run_order(void **unused)
{
	(void)unused;
	RIG(rig, TO_UNITS);
	assert_commands(&rig, "start Build.Unit #1; start Build.Lint #1; ");
	assert_rules(
	    &rig, "action.succeeded Build.Compile; group.begin Build 2; ");
}

/* 3.2 */
static void
action__that_is_not_running_cannot_end(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD);
	rig_refused(&rig, "succeed Build.Unit", SW_REFUSED_NOT_RUNNING);
	rig_refused(&rig, "fail Source.Checkout", SW_REFUSED_NOT_RUNNING);
	rig_refused(&rig, "unknown Ship.Install", SW_REFUSED_NOT_RUNNING);
	rig_refused(&rig, "approve Gate.Ask", SW_REFUSED_NOT_RUNNING);
}

/* 3.2: an approval's time limit is a fail */
static void
approval__fails_by_its_timeout(void **unused)
{
	(void)unused;
	RIG(rig, TO_GATE "; fail Gate.Ask");
	assert_int_equal(rig_stage(&rig, "Gate")->status, SW_STATUS_FAILED);
	assert_commands(&rig, "execution failed #1; ");
}

/* 3.3 */
static void
unknown__holds_its_group_until_decided(void **unused)
{
	(void)unused;
	RIG(rig, TO_UNITS "; unknown Build.Unit; succeed Build.Lint");
	assert_int_equal(rig_action(&rig, "Build.Unit"), SW_STATUS_UNKNOWN);
	assert_int_equal(
	    rig_stage(&rig, "Build")->status, SW_STATUS_IN_PROGRESS);
	rig_refused(&rig, "unknown Build.Unit", SW_REFUSED_NOT_RUNNING);
	rig_do(&rig, "succeed Build.Unit");
	assert_int_equal(rig_stage(&rig, "Gate")->execution, 1);
}

/* 3.3 */
static void
unknown__can_be_decided_as_failed(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD "; unknown Build.Compile; fail Build.Compile");
	assert_int_equal(rig_stage(&rig, "Build")->status, SW_STATUS_FAILED);
}

/* 3.3, 3.4 */
static void
unknown__approval_is_decided_by_succeed(void **unused)
{
	(void)unused;
	RIG(rig, TO_GATE "; unknown Gate.Ask");
	rig_refused(&rig, "approve Gate.Ask", SW_REFUSED_NOT_RUNNING);
	rig_do(&rig, "succeed Gate.Ask");
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 1);
}

/* 3.4 */
static void
approval__takes_approve_and_not_succeed(void **unused)
{
	(void)unused;
	RIG(rig, TO_GATE);
	rig_refused(&rig, "succeed Gate.Ask", SW_REFUSED_NOT_DECIDED_HERE);
	rig_do(&rig, "approve Gate.Ask");
	assert_rules(&rig,
	    "approval.approved Gate.Ask; stage.succeeded Gate #1; "
	    "arrive.enters Ship #1; group.begin Ship 1; ");
}

/* 3.4 */
static void
approval__rejected_fails_the_execution(void **unused)
{
	(void)unused;
	RIG(rig, TO_GATE "; reject Gate.Ask");
	assert_commands(&rig, "execution failed #1; ");
	assert_rules(
	    &rig, "approval.rejected Gate.Ask; stage.failed Gate #1; ");
}

/* 3.4 */
static void
approve__is_refused_for_other_actions(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD);
	rig_refused(&rig, "approve Build.Compile", SW_REFUSED_NOT_APPROVAL);
	rig_refused(&rig, "reject Build.Compile", SW_REFUSED_NOT_APPROVAL);
}

/* 3.5 */
static void
failure__waits_for_siblings_then_fails_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, TO_UNITS "; fail Build.Unit");
	assert_rules(&rig, "action.failed Build.Unit; group.waits Build 2; ");
	assert_int_equal(
	    rig_stage(&rig, "Build")->status, SW_STATUS_IN_PROGRESS);
	rig_do(&rig, "succeed Build.Lint");
	assert_rules(
	    &rig, "action.succeeded Build.Lint; stage.failed Build #1; ");
	assert_commands(&rig, "execution failed #1; ");
}

/* 3.5 */
static void
failure__starts_no_later_group(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD "; fail Build.Compile");
	assert_int_equal(rig_action(&rig, "Build.Unit"), SW_STATUS_NONE);
	assert_int_equal(rig_stage(&rig, "Build")->status, SW_STATUS_FAILED);
}

/* 3.5, 2.4 */
static void
failure__lets_the_next_one_in(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD "; " NEXT_TO_BUILD "; fail Build.Compile");
	assert_commands(&rig, "execution failed #1; start Build.Compile #2; ");
}

/* 3.6 */
static void
execution__succeeds_after_the_last_stage(void **unused)
{
	(void)unused;
	RIG(rig, TO_SHIP "; succeed Ship.Install");
	assert_commands(&rig, "execution succeeded #1; ");
	assert_int_equal(rig_stage(&rig, "Ship")->status, SW_STATUS_SUCCEEDED);
	rig_refused(&rig, "stop #1", SW_REFUSED_NOT_STOPPABLE);
}

/* 4 */
static void
close__leaves_the_holder_alone(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD "; close Build; succeed Build.Compile");
	assert_int_equal(rig_action(&rig, "Build.Unit"), SW_STATUS_IN_PROGRESS);
}

/* 4, 2.4 */
static void
close__keeps_the_waiting_one_out_when_the_stage_frees(void **unused)
{
	(void)unused;
	RIG(rig, "start; start; close Source; succeed Source.Checkout");
	assert_int_equal(rig_stage(&rig, "Source")->execution, 1);
	assert_int_equal(rig_stage(&rig, "Source")->waiting, 2);
}

/* 4, 2.3 */
static void
close__newer_supersedes_the_waiting(void **unused)
{
	(void)unused;
	RIG(rig, "close Source; start; start");
	assert_commands(&rig, "execution superseded #1; ");
}

/* 4 */
static void
open__lets_the_waiting_one_in(void **unused)
{
	(void)unused;
	RIG(rig, "close Source; start; open Source");
	assert_commands(&rig, "start Source.Checkout #1; ");
	assert_rules(&rig,
	    "transition.opened Source; release.enters Source #1; "
	    "group.begin Source 1; ");
}

/* 4 */
static void
open__keeps_waiting_while_the_stage_is_held(void **unused)
{
	(void)unused;
	RIG(rig, "start; close Source; start; open Source");
	assert_commands(&rig, "");
	assert_int_equal(rig_stage(&rig, "Source")->waiting, 2);
}

/* 4 */
static void
transition__twice_the_same_is_refused(void **unused)
{
	(void)unused;
	RIG(rig, "start");
	rig_refused(&rig, "open Build", SW_REFUSED_ALREADY_OPEN);
	rig_do(&rig, "close Build");
	rig_refused(&rig, "close Build", SW_REFUSED_ALREADY_CLOSED);
}

/* 4 */
static void
transition__declared_closed_starts_closed(void **unused)
{
	(void)unused;
	struct sw_stage stages[4];
	memcpy(stages, machine_shop.stages, sizeof stages);
	stages[3].closed = 1;
	struct sw_machine machine = machine_shop;
	machine.stages = stages;
	struct rig rig;
	rig_init(&rig, &machine);
	rig_refused(&rig, "close Ship", SW_REFUSED_ALREADY_CLOSED);
	rig_do(&rig, TO_SHIP);
	assert_int_equal(rig_stage(&rig, "Ship")->waiting, 1);
}

/* 5.1 */
static void
stop__of_one_that_waits_is_at_once(void **unused)
{
	(void)unused;
	RIG(rig, "start; start; stop #2");
	assert_commands(&rig, "execution stopped #2; ");
	assert_int_equal(rig_stage(&rig, "Source")->waiting, 0);
	rig_refused(&rig, "stop #2", SW_REFUSED_NOT_STOPPABLE);
	rig_do(&rig, "start; abandon #3");
	assert_commands(&rig, "execution stopped #3; ");
}

/* 5.1 */
static void
stop__lets_what_runs_end_and_starts_nothing(void **unused)
{
	(void)unused;
	RIG(rig, TO_UNITS "; stop #1");
	assert_commands(&rig, "execution stopping #1; ");
	assert_rules(&rig, "stop.holding Build #1; ");
	rig_refused(&rig, "stop #1", SW_REFUSED_ALREADY_STOPPING);
	rig_do(&rig, "succeed Build.Unit");
	assert_commands(&rig, "");
	rig_do(&rig, "succeed Build.Lint");
	assert_commands(&rig, "execution stopped #1; ");
	assert_rules(
	    &rig, "action.succeeded Build.Lint; stage.stopped Build #1; ");
	assert_int_equal(rig_stage(&rig, "Gate")->status, SW_STATUS_NONE);
}

/* 5.1: whatever its outcome */
static void
stop__wins_over_a_failure(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD "; stop #1; fail Build.Compile");
	assert_int_equal(rig_stage(&rig, "Build")->status, SW_STATUS_STOPPED);
	rig_refused(&rig, "stop #1", SW_REFUSED_NOT_STOPPABLE);
}

/* 5.1, 2.4 */
static void
stop__frees_the_stage(void **unused)
{
	(void)unused;
	RIG(rig, "start; start; stop #1; succeed Source.Checkout");
	assert_commands(
	    &rig, "execution stopped #1; start Source.Checkout #2; ");
}

/* 5.2 */
static void
abandon__does_not_wait(void **unused)
{
	(void)unused;
	RIG(rig, TO_UNITS "; unknown Build.Lint; abandon #1");
	assert_commands(&rig, "cancel Build.Unit #1; cancel Build.Lint #1; "
			      "execution stopped #1; ");
	assert_rules(&rig, "action.abandoned Build.Unit; action.abandoned "
			   "Build.Lint; stage.stopped Build #1; ");
	assert_int_equal(rig_action(&rig, "Build.Unit"), SW_STATUS_ABANDONED);
	assert_int_equal(rig_action(&rig, "Build.Lint"), SW_STATUS_ABANDONED);
	assert_int_equal(
	    rig_action(&rig, "Build.Compile"), SW_STATUS_SUCCEEDED);
}

/* 5.2 */
static void
abandon__ends_a_stopping_execution(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD "; stop #1; abandon #1");
	assert_int_equal(rig_stage(&rig, "Build")->status, SW_STATUS_STOPPED);
	rig_refused(&rig, "abandon #1", SW_REFUSED_NOT_STOPPABLE);
}

/* 6 */
static void
retry__is_refused_where_nothing_failed(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD);
	rig_refused(&rig, "retry Source", SW_REFUSED_NOT_RETRYABLE);
	rig_refused(&rig, "retry Gate all", SW_REFUSED_NOT_RETRYABLE);
	rig_refused(&rig, "retry Build", SW_REFUSED_STAGE_HELD);
	rig_refused(&rig, "retry Build all", SW_REFUSED_STAGE_HELD);
}

/* 6.1 */
static void
retry__starts_failed_actions_again_and_keeps_the_others(void **unused)
{
	(void)unused;
	RIG(rig, TO_UNITS "; fail Build.Unit; succeed Build.Lint; retry Build");
	assert_commands(&rig, "execution resumed #1; start Build.Unit #1; ");
	assert_rules(&rig, "stage.retried Build #1; group.begin Build 2; ");
	rig_do(&rig, "succeed Build.Unit");
	assert_int_equal(rig_stage(&rig, "Gate")->execution, 1);
}

/* 6.1 */
static void
retry__starts_abandoned_actions_again(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD "; abandon #1; retry Build");
	assert_commands(&rig, "execution resumed #1; start Build.Compile #1; ");
}

/* 6.1 */
static void
retry__goes_on_with_the_group_that_is_not_complete(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD "; stop #1; succeed Build.Compile; retry Build");
	assert_commands(&rig, "execution resumed #1; start Build.Unit #1; "
			      "start Build.Lint #1; ");
}

/* 6.1 */
static void
retry__of_a_complete_stage_succeeds_it(void **unused)
{
	(void)unused;
	RIG(rig, "start; stop #1; succeed Source.Checkout; retry Source");
	assert_commands(&rig, "execution resumed #1; start Build.Compile #1; ");
}

/* 6.2 */
static void
retry_all__begins_the_stage_anew(void **unused)
{
	(void)unused;
	RIG(rig,
	    TO_UNITS "; fail Build.Unit; succeed Build.Lint; retry Build all");
	assert_commands(&rig, "execution resumed #1; start Build.Compile #1; ");
	assert_int_equal(rig_action(&rig, "Build.Unit"), SW_STATUS_NONE);
}

/* 6 */
static void
retry__does_not_mind_a_closed_transition_or_who_waits(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD "; close Build; " NEXT_TO_BUILD
			  "; fail Build.Compile; retry Build");
	assert_int_equal(rig_stage(&rig, "Build")->execution, 1);
	assert_int_equal(rig_stage(&rig, "Build")->waiting, 2);
}

/* 6: when another entered since, the failed one is history */
static void
retry__is_refused_after_another_entered(void **unused)
{
	(void)unused;
	RIG(rig, TO_BUILD "; fail Build.Compile; " TO_GATE);
	rig_refused(&rig, "retry Build", SW_REFUSED_NOT_RETRYABLE);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subject__unknown_is_refused),
		cmocka_unit_test(subject__execution_never_started_is_refused),
		cmocka_unit_test(start__enters_the_first_stage),
		cmocka_unit_test(start__is_refused_when_numbers_are_used_up),
		cmocka_unit_test(arrive__waits_when_the_stage_is_held),
		cmocka_unit_test(arrive__waits_when_the_transition_is_closed),
		cmocka_unit_test(arrive__supersedes_the_one_who_waits),
		cmocka_unit_test(
		    supersede__never_reaches_an_unanswered_approval),
		cmocka_unit_test(enter__makes_earlier_statuses_history),
		cmocka_unit_test(
		    leave__arrives_first_then_lets_the_next_one_in),
		cmocka_unit_test(group__starts_together_in_order_of_run_order),
		cmocka_unit_test(action__that_is_not_running_cannot_end),
		cmocka_unit_test(approval__fails_by_its_timeout),
		cmocka_unit_test(unknown__holds_its_group_until_decided),
		cmocka_unit_test(unknown__can_be_decided_as_failed),
		cmocka_unit_test(unknown__approval_is_decided_by_succeed),
		cmocka_unit_test(approval__takes_approve_and_not_succeed),
		cmocka_unit_test(approval__rejected_fails_the_execution),
		cmocka_unit_test(approve__is_refused_for_other_actions),
		cmocka_unit_test(
		    failure__waits_for_siblings_then_fails_the_stage),
		cmocka_unit_test(failure__starts_no_later_group),
		cmocka_unit_test(failure__lets_the_next_one_in),
		cmocka_unit_test(execution__succeeds_after_the_last_stage),
		cmocka_unit_test(close__leaves_the_holder_alone),
		cmocka_unit_test(
		    close__keeps_the_waiting_one_out_when_the_stage_frees),
		cmocka_unit_test(close__newer_supersedes_the_waiting),
		cmocka_unit_test(open__lets_the_waiting_one_in),
		cmocka_unit_test(open__keeps_waiting_while_the_stage_is_held),
		cmocka_unit_test(transition__twice_the_same_is_refused),
		cmocka_unit_test(transition__declared_closed_starts_closed),
		cmocka_unit_test(stop__of_one_that_waits_is_at_once),
		cmocka_unit_test(stop__lets_what_runs_end_and_starts_nothing),
		cmocka_unit_test(stop__wins_over_a_failure),
		cmocka_unit_test(stop__frees_the_stage),
		cmocka_unit_test(abandon__does_not_wait),
		cmocka_unit_test(abandon__ends_a_stopping_execution),
		cmocka_unit_test(retry__is_refused_where_nothing_failed),
		cmocka_unit_test(
		    retry__starts_failed_actions_again_and_keeps_the_others),
		cmocka_unit_test(retry__starts_abandoned_actions_again),
		cmocka_unit_test(
		    retry__goes_on_with_the_group_that_is_not_complete),
		cmocka_unit_test(retry__of_a_complete_stage_succeeds_it),
		cmocka_unit_test(retry_all__begins_the_stage_anew),
		cmocka_unit_test(
		    retry__does_not_mind_a_closed_transition_or_who_waits),
		cmocka_unit_test(retry__is_refused_after_another_entered),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("step", tests, NULL, NULL);
}
