/*
 * PARALLEL: a state of its own for each execution, and the limits of how many
 * run (runtime/machine/semantics.md, sections 3.7 and 10; the CodePipeline
 * User Guide's "How executions are processed in PARALLEL mode").
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "built.h"
#include "machine/instances.h"

#define THREE                                                                  \
	"Source: Fetch\n"                                                      \
	"Ship: A | B C\n"                                                      \
	"Last: End\n"
#define PARALLEL "PARALLEL\n" THREE

/* All states of a pipeline, and what the last step said. */
struct party {
	struct built built;
	struct sw_instances *instances;
	struct sw_command commands[64];
	struct sw_fired fired[64];
	struct sw_output out;
};

static void
party_build(struct party *party, const char *machine)
{
	build_machine(&party->built, machine);
	party->instances = sw_instances_new(&party->built.machine);
	assert_non_null(party->instances);
	party->out = (struct sw_output){ .commands = party->commands,
		.fired = party->fired };
}

static int
party_step(struct party *party, const char *line)
{
	struct sw_addressed event;
	char problem[SW_WORDS_MAX];
	if (sw_words_read_event(&party->built.machine, line, &event, problem) !=
	    0)
		fail_msg("%s: %s", line, problem);
	return sw_instances_step(party->instances, event, &party->out);
}

static const struct sw_stage_state *
party_stage(const struct party *party, uint32_t execution, uint32_t stage)
{
	const struct sw_state *state =
	    sw_instances_state(party->instances, execution);
	assert_non_null(state);
	assert_null(sw_state_broken_law(&party->built.machine, state));
	return sw_state_stage(state, stage);
}

/* 10: no locks, no waiting: every execution goes on alone */
static void
executions__do_not_wait_for_each_other(void **unused)
{
	(void)unused;
	struct party party;
	party_build(&party, PARALLEL);
	assert_int_equal(party_step(&party, "start"), SW_ACCEPTED);
	assert_int_equal(party_step(&party, "start"), SW_ACCEPTED);
	assert_int_equal(party.out.ncommands, 1);
	assert_int_equal(party.commands[0].execution, 2);
	assert_int_equal(
	    party_step(&party, "#2 succeed Source.Fetch"), SW_ACCEPTED);
	assert_int_equal(
	    party_stage(&party, 1, 0)->status, SW_STATUS_IN_PROGRESS);
	assert_int_equal(party_stage(&party, 1, 1)->status, SW_STATUS_NONE);
	assert_int_equal(party_stage(&party, 2, 1)->execution, 2);
	assert_int_equal(
	    party_step(&party, "#1 succeed Source.Fetch"), SW_ACCEPTED);
	assert_int_equal(party_stage(&party, 1, 1)->execution, 1);
	assert_int_equal(
	    party_stage(&party, 2, 1)->status, SW_STATUS_IN_PROGRESS);
	assert_int_equal(sw_instances_executions(party.instances), 2);
	sw_instances_free(party.instances);
}

/* 10: an event of an execution that never started is refused */
static void
execution__that_never_started_is_refused(void **unused)
{
	(void)unused;
	struct party party;
	party_build(&party, PARALLEL);
	assert_int_equal(party_step(&party, "#1 succeed Source.Fetch"),
	    SW_REFUSED_EXECUTION);
	assert_int_equal(party_step(&party, "stop #1"), SW_REFUSED_EXECUTION);
	assert_null(sw_instances_state(party.instances, 1));
	assert_int_equal(party_step(&party, "start"), SW_ACCEPTED);
	assert_int_equal(
	    party_step(&party, "#2 retry Ship"), SW_REFUSED_EXECUTION);
	assert_int_equal(party.out.ncommands, 0);
	assert_int_equal(party.out.nfired, 0);
	assert_null(sw_instances_state(party.instances, 0));
	sw_instances_free(party.instances);
}

/* 10: transitions don't exist */
static void
transitions__do_not_exist(void **unused)
{
	(void)unused;
	struct party party;
	party_build(&party, PARALLEL);
	assert_int_equal(
	    party_step(&party, "close Ship"), SW_REFUSED_NO_TRANSITION);
	assert_int_equal(
	    party_step(&party, "open Ship"), SW_REFUSED_NO_TRANSITION);
	sw_instances_free(party.instances);
}

/* 10: no rollback */
static void
rollback__does_not_exist(void **unused)
{
	(void)unused;
	RIG(rig, PARALLEL,
	    "start; #1 succeed Source.Fetch; #1 succeed Ship.A; "
	    "#1 succeed Ship.B; #1 succeed Ship.C");
	rig_refused(&rig, "#1 rollback Ship #1", SW_REFUSED_NO_ROLLBACK);
	rig_refused(&rig, "#1 rollback Ship #2", SW_REFUSED_EXECUTION);
}

/* 2.1, 10: the limit of executions in flight is over all of them */
static void
start__is_refused_at_the_limit(void **unused)
{
	(void)unused;
	struct party party;
	party_build(&party, "PARALLEL 2\n" THREE);
	assert_int_equal(party_step(&party, "start"), SW_ACCEPTED);
	assert_int_equal(party_step(&party, "start"), SW_ACCEPTED);
	assert_int_equal(party_step(&party, "start"), SW_REFUSED_IN_FLIGHT);
	assert_int_equal(sw_instances_executions(party.instances), 2);
	assert_int_equal(
	    party_step(&party, "#1 fail Source.Fetch"), SW_ACCEPTED);
	assert_int_equal(party_step(&party, "start"), SW_ACCEPTED);
	assert_int_equal(sw_instances_executions(party.instances), 3);
	assert_int_equal(party_step(&party, "start"), SW_REFUSED_IN_FLIGHT);
	/* Who is retried goes on past the limit. */
	assert_int_equal(party_step(&party, "#1 retry Source"), SW_ACCEPTED);
	assert_int_equal(party_step(&party, "abandon #2"), SW_ACCEPTED);
	assert_int_equal(party_step(&party, "start"), SW_REFUSED_IN_FLIGHT);
	assert_int_equal(party_step(&party, "abandon #3"), SW_ACCEPTED);
	assert_int_equal(party_step(&party, "start"), SW_ACCEPTED);
	assert_int_equal(party_stage(&party, 4, 0)->execution, 4);
	sw_instances_free(party.instances);
}

/* 10: many executions, each in its own state */
static void
executions__are_found_by_number(void **unused)
{
	(void)unused;
	struct party party;
	party_build(&party, "PARALLEL 100\n" THREE);
	for (uint32_t i = 1; i <= 100; i++) {
		assert_int_equal(party_step(&party, "start"), SW_ACCEPTED);
		assert_int_equal(party.commands[0].execution, i);
	}
	for (uint32_t i = 1; i <= 100; i++)
		assert_int_equal(party_stage(&party, i, 0)->execution, i);
	sw_instances_free(party.instances);
	sw_instances_free(NULL);
}

/* 10: the state of one that Succeeded may go; its events are refused as
 * before */
static void
execution__that_succeeded_can_be_forgotten(void **unused)
{
	(void)unused;
	static const char *const lines[] = { "#1 succeed Ship.A",
		"#1 retry Ship", "#1 retry Ship all", "stop #1", "abandon #1",
		"#1 unknown Ship.A", "#1 rollback Ship #1",
		"#1 rollback Ship #2", "close Ship" };
	enum {
		N = sizeof lines / sizeof lines[0]
	};
	struct party party;
	int refused[N];
	party_build(&party, "PARALLEL\nSource: Fetch\nShip: A\n");
	assert_int_equal(party_step(&party, "start"), SW_ACCEPTED);
	assert_int_equal(
	    party_step(&party, "#1 succeed Source.Fetch"), SW_ACCEPTED);
	assert_int_equal(party_step(&party, "#1 succeed Ship.A"), SW_ACCEPTED);
	for (int i = 0; i < N; i++) {
		refused[i] = party_step(&party, lines[i]);
		assert_int_not_equal(refused[i], SW_ACCEPTED);
	}
	sw_instances_forget(party.instances, 1);
	assert_null(sw_instances_state(party.instances, 1));
	for (int i = 0; i < N; i++)
		assert_int_equal(party_step(&party, lines[i]), refused[i]);
	assert_int_equal(sw_instances_executions(party.instances), 1);
	assert_int_equal(
	    party_step(&party, "#2 retry Ship"), SW_REFUSED_EXECUTION);
	assert_int_equal(sw_instances_shared(party.instances)->executions, 0);
	assert_int_equal(party_step(&party, "start"), SW_ACCEPTED);
	assert_int_equal(party_stage(&party, 2, 0)->execution, 2);
	sw_instances_free(party.instances);
}

/* 10: in the other modes there is one state, of all executions */
static void
instances__of_other_modes_are_one_state(void **unused)
{
	(void)unused;
	struct party party;
	party_build(&party, "QUEUED\n" THREE);
	assert_int_equal(party_step(&party, "start"), SW_ACCEPTED);
	assert_int_equal(party_step(&party, "start"), SW_ACCEPTED);
	assert_int_equal(sw_instances_executions(party.instances), 2);
	assert_ptr_equal(sw_instances_state(party.instances, 1),
	    sw_instances_state(party.instances, 7));
	assert_int_equal(party_stage(&party, 1, 0)->waiting, 2);
	assert_int_equal(party_step(&party, "stop #3"), SW_REFUSED_EXECUTION);
	sw_instances_free(party.instances);
}

/* 10: a state is that of one execution */
static void
start__of_a_started_state_is_refused(void **unused)
{
	(void)unused;
	RIG(rig, PARALLEL, "start");
	assert_commands(&rig, "start Source.Fetch #1; ");
	rig_refused(&rig, "start", SW_REFUSED_STARTED);
	rig_do(&rig, "#1 fail Source.Fetch");
	rig_refused(&rig, "start", SW_REFUSED_STARTED);
	rig_do(&rig, "#1 retry Source; #1 succeed Source.Fetch; #1 stop #1");
	rig_refused(&rig, "start", SW_REFUSED_STARTED);
}

/* 3, 5, 6: all else is as in the other modes */
static void
execution__goes_its_way(void **unused)
{
	(void)unused;
	RIG(rig, PARALLEL,
	    "start; #1 succeed Source.Fetch; #1 succeed Ship.A; #1 fail "
	    "Ship.B; "
	    "#1 succeed Ship.C");
	assert_commands(&rig, "execution failed #1; ");
	rig_do(&rig, "#1 retry Ship");
	assert_commands(&rig, "execution resumed #1; start Ship.B #1; ");
	rig_do(&rig, "stop #1; #1 succeed Ship.B");
	assert_commands(&rig, "execution stopped #1; ");
	rig_do(&rig, "#1 retry Ship; #1 succeed Last.End");
	assert_commands(&rig, "execution succeeded #1; ");
}

/* 3.7: further actions of a group wait, and start in the model's order */
static void
limit__holds_further_actions_back(void **unused)
{
	(void)unused;
	RIG(rig, "running 2\nSource: A B C D E | F\n", "start");
	assert_commands(&rig, "start Source.A #1; start Source.B #1; ");
	assert_rules(&rig, "execution.started #1; arrive.enters Source #1; "
			   "group.begin Source 1; action.waits Source.C; "
			   "action.waits Source.D; action.waits Source.E; ");
	assert_action(&rig, "Source.C", PENDING);
	rig_do(&rig, "succeed Source.B");
	assert_commands(&rig, "start Source.C #1; ");
	rig_do(&rig, "succeed Source.C");
	assert_commands(&rig, "start Source.D #1; ");
	rig_do(&rig, "succeed Source.D; succeed Source.E; succeed Source.A");
	assert_commands(&rig, "start Source.F #1; ");
}

/* 3.7: what waits for its place neither ends nor is decided */
static void
pending__has_not_started(void **unused)
{
	(void)unused;
	RIG(rig, "running 1\nSource: A B?\n", "start");
	rig_refused(&rig, "fail Source.B", SW_REFUSED_NOT_RUNNING);
	rig_refused(&rig, "unknown Source.B", SW_REFUSED_NOT_RUNNING);
	rig_refused(&rig, "approve Source.B", SW_REFUSED_NOT_RUNNING);
}

/* 3.7: whether one failed does not matter: siblings start and run */
static void
limit__changes_when_never_whether(void **unused)
{
	(void)unused;
	RIG(rig, "running 1\nSource: A B C\n", "start; fail Source.A");
	assert_commands(&rig, "start Source.B #1; ");
	assert_rules(&rig, "action.failed Source.A; group.waits Source 1; ");
	rig_do(&rig, "succeed Source.B; succeed Source.C");
	assert_stage(&rig, "Source", FAILED);
	rig_do(&rig, "retry Source");
	assert_commands(&rig, "execution resumed #1; start Source.A #1; ");
}

/* 3.3, 3.7: one that is Unknown keeps its place */
static void
limit__counts_unknown_actions(void **unused)
{
	(void)unused;
	RIG(rig, "running 1\nSource: A B\n", "start; unknown Source.A");
	assert_action(&rig, "Source.B", PENDING);
	assert_commands(&rig, "");
	rig_do(&rig, "succeed Source.A");
	assert_action(&rig, "Source.B", IN_PROGRESS);
}

/* 3.7, 3.8: and so does one that is tried again */
static void
limit__counts_actions_tried_again(void **unused)
{
	(void)unused;
	RIG(rig, "running 1\nSource: A* B\n", "start; fail Source.A");
	assert_commands(&rig, "start Source.A #1; ");
	assert_action(&rig, "Source.B", PENDING);
}

/* 5.1: when stopping, what waits for a place never starts */
static void
stop__forgets_what_waits_for_a_place(void **unused)
{
	(void)unused;
	RIG(rig, "running 1\nSource: A B\n", "start; stop #1");
	assert_action(&rig, "Source.B", NONE);
	rig_do(&rig, "succeed Source.A");
	assert_commands(&rig, "execution stopped #1; ");
	rig_do(&rig, "retry Source");
	assert_commands(&rig, "execution resumed #1; start Source.B #1; ");
}

/* 5.2 */
static void
abandon__forgets_what_waits_for_a_place(void **unused)
{
	(void)unused;
	RIG(rig, "running 1\nSource: A B\n", "start; abandon #1");
	assert_action(&rig, "Source.A", ABANDONED);
	assert_action(&rig, "Source.B", NONE);
	assert_commands(&rig, "cancel Source.A #1; execution stopped #1; ");
	rig_do(&rig, "retry Source");
	assert_commands(&rig, "execution resumed #1; start Source.A #1; ");
	assert_action(&rig, "Source.B", PENDING);
}

/* 3.7: the limit is of one execution: two stages run as many each */
static void
limit__is_of_one_execution(void **unused)
{
	(void)unused;
	RIG(rig, "running 1\nSource: Fetch\nShip: A B\n",
	    "start; succeed Source.Fetch; start");
	assert_action(&rig, "Ship.A", IN_PROGRESS);
	assert_action(&rig, "Ship.B", PENDING);
	assert_action(&rig, "Source.Fetch", IN_PROGRESS);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(executions__do_not_wait_for_each_other),
		cmocka_unit_test(execution__that_never_started_is_refused),
		cmocka_unit_test(transitions__do_not_exist),
		cmocka_unit_test(rollback__does_not_exist),
		cmocka_unit_test(start__is_refused_at_the_limit),
		cmocka_unit_test(executions__are_found_by_number),
		cmocka_unit_test(execution__that_succeeded_can_be_forgotten),
		cmocka_unit_test(instances__of_other_modes_are_one_state),
		cmocka_unit_test(start__of_a_started_state_is_refused),
		cmocka_unit_test(execution__goes_its_way),
		cmocka_unit_test(limit__holds_further_actions_back),
		cmocka_unit_test(pending__has_not_started),
		cmocka_unit_test(limit__changes_when_never_whether),
		cmocka_unit_test(limit__counts_unknown_actions),
		cmocka_unit_test(limit__counts_actions_tried_again),
		cmocka_unit_test(stop__forgets_what_waits_for_a_place),
		cmocka_unit_test(abandon__forgets_what_waits_for_a_place),
		cmocka_unit_test(limit__is_of_one_execution),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("step_parallel", tests, NULL, NULL);
}
