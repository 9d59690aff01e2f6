/*
 * QUEUED: a queue at each stage and a limit of executions in flight
 * (runtime/machine/semantics.md, sections 2.1 and 2.5; the CodePipeline User
 * Guide's "How executions are processed in QUEUED mode").
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "built.h"
#include "machine/layout.h"

#define THREE                                                                  \
	"Source: Fetch\n"                                                      \
	"Ship: A\n"                                                            \
	"Last: End\n"
#define QUEUED "QUEUED\n" THREE
#define QUEUED_2 "QUEUED 2\n" THREE

#define TO_SHIP "start; succeed Source.Fetch"

/* Who waits in front of a stage, first to last: "#2 #3". */
static const char *
waiting_of(const struct rig *rig, uint32_t stage, char *text)
{
	const struct sw_state *state = (const void *)rig->state;
	size_t n = 0;
	text[0] = '\0';
	for (uint32_t i = 0;; i++) {
		const uint32_t execution =
		    sw_state_waiting(rig->machine, state, stage, i);
		if (execution == 0)
			return text;
		n += (size_t)snprintf(
		    text + n, 100 - n, "%s#%u", n > 0 ? " " : "", execution);
	}
}

#define assert_queue(rig, stage, expected)                                     \
	do {                                                                   \
		char queue_[100];                                              \
		assert_string_equal(waiting_of(rig, stage, queue_), expected); \
	} while (0)

/* 2.5: who arrives waits behind those who wait; nobody is superseded */
static void
queue__grows_at_its_end(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED, "start; start; start; start");
	assert_queue(&rig, 0, "#2 #3 #4");
	assert_commands(&rig, "");
	assert_rules(&rig, "execution.started #4; arrive.waits Source #4; ");
}

/* 2.5: nobody overtakes: the first who waits enters */
static void
queue__lets_the_first_in(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED, "start; start; start; start; succeed Source.Fetch");
	assert_int_equal(rig_stage(&rig, "Source")->execution, 2);
	assert_queue(&rig, 0, "#3 #4");
	rig_do(&rig, "fail Source.Fetch");
	assert_commands(&rig, "execution failed #2; start Source.Fetch #3; ");
	assert_queue(&rig, 0, "#4");
	rig_do(&rig, "abandon #3");
	assert_int_equal(rig_stage(&rig, "Source")->execution, 4);
	assert_queue(&rig, 0, "");
}

/* 2.5: each stage has its own */
static void
queue__is_one_for_each_stage(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED,
	    TO_SHIP "; " TO_SHIP "; " TO_SHIP "; " TO_SHIP
		    "; start; start; start");
	assert_queue(&rig, 1, "#2 #3 #4");
	assert_queue(&rig, 0, "#6 #7");
	rig_do(&rig, "succeed Ship.A; succeed Ship.A; succeed Ship.A");
	assert_queue(&rig, 2, "#2 #3");
	assert_queue(&rig, 1, "");
	assert_queue(&rig, 0, "#6 #7");
	rig_do(&rig, "succeed Source.Fetch; succeed Last.End");
	assert_queue(&rig, 2, "#3");
	assert_queue(&rig, 1, "#5");
	assert_queue(&rig, 0, "#7");
}

/* 4: a closed transition lets nobody in, whoever arrives; open lets in the
 * first alone */
static void
queue__waits_for_the_transition(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED, "close Ship; " TO_SHIP "; " TO_SHIP "; " TO_SHIP);
	assert_queue(&rig, 1, "#1 #2 #3");
	rig_do(&rig, "open Ship");
	assert_commands(&rig, "start Ship.A #1; ");
	assert_queue(&rig, 1, "#2 #3");
}

/* 5.1: of one that waits: Stopped at once, its place is free */
static void
stop__in_the_queue_frees_the_place(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED,
	    "close Ship; " TO_SHIP "; " TO_SHIP "; " TO_SHIP "; " TO_SHIP
	    "; start; start");
	rig_do(&rig, "stop #3");
	assert_commands(&rig, "execution stopped #3; ");
	assert_rules(&rig, "stop.waiting Ship #3; ");
	assert_queue(&rig, 1, "#1 #2 #4");
	rig_do(&rig, "stop #1");
	assert_queue(&rig, 1, "#2 #4");
	rig_do(&rig, "abandon #4");
	assert_queue(&rig, 1, "#2");
	rig_do(&rig, "stop #6");
	assert_queue(&rig, 0, "");
	rig_refused(&rig, "stop #3", SW_REFUSED_NOT_STOPPABLE);
	rig_refused(&rig, "abandon #1", SW_REFUSED_NOT_STOPPABLE);
	rig_do(&rig, "open Ship");
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 2);
}

/* 2.1: at the limit of executions in flight start is refused */
static void
start__is_refused_at_the_limit(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED_2, "start; start");
	rig_refused(&rig, "start", SW_REFUSED_IN_FLIGHT);
	rig_do(&rig, "stop #2; start");
	assert_queue(&rig, 0, "#3");
	rig_refused(&rig, "start", SW_REFUSED_IN_FLIGHT);
	/* Those that ended, and only those, make room. */
	rig_do(&rig, "succeed Source.Fetch");
	rig_refused(&rig, "start", SW_REFUSED_IN_FLIGHT);
	rig_do(&rig, "stop #1");
	rig_refused(&rig, "start", SW_REFUSED_IN_FLIGHT);
	rig_do(&rig, "succeed Ship.A; start");
}

/* 2.1: 50 unless said */
static void
start__is_refused_at_fifty(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED, "");
	for (int i = 0; i < SW_IN_FLIGHT_DEFAULT; i++)
		rig_do(&rig, "start");
	rig_refused(&rig, "start", SW_REFUSED_IN_FLIGHT);
	const struct sw_state *state = (const void *)rig.state;
	assert_int_equal(sw_state_in_flight(rig.machine, state), 50);
}

/* 2.1: SUPERSEDED has no such limit */
static void
start__has_no_limit_in_superseded(void **unused)
{
	(void)unused;
	RIG(rig, THREE, "");
	for (int i = 0; i < 1000; i++)
		rig_do(&rig, "start");
	const struct sw_state *state = (const void *)rig.state;
	assert_int_equal(sw_state_in_flight(rig.machine, state), 2);
}

/* 6: who is retried takes the lock back before the queue, at the limit too */
static void
retry__takes_the_stage_back_before_the_queue(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED_2,
	    TO_SHIP "; close Ship; fail Ship.A; " TO_SHIP "; start");
	assert_queue(&rig, 1, "#2");
	rig_refused(&rig, "start", SW_REFUSED_IN_FLIGHT);
	rig_do(&rig, "retry Ship");
	assert_commands(&rig, "execution resumed #1; start Ship.A #1; ");
	assert_queue(&rig, 1, "#2");
	rig_do(&rig, "open Ship; succeed Ship.A");
	assert_commands(&rig, "start Last.End #1; start Ship.A #2; ");
}

/* 6: a failure lets the next one in, who makes the failed one unretryable */
static void
retry__is_refused_after_the_next_entered(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED, TO_SHIP "; " TO_SHIP "; fail Ship.A");
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 2);
	rig_refused(&rig, "retry Ship", SW_REFUSED_STAGE_HELD);
	rig_do(&rig, "succeed Ship.A");
	rig_refused(&rig, "retry Ship", SW_REFUSED_NOT_RETRYABLE);
}

/* 2.5: those who are retried find their place in the queues, all at once */
static void
retry__of_every_stage_overfills_the_queues(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED_2,
	    TO_SHIP "; succeed Ship.A; fail Last.End; "
		    "close Last; " TO_SHIP "; fail Ship.A; close Ship; "
		    "start; fail Source.Fetch; close Source; "
		    "start; start");
	rig_do(&rig, "retry Source; retry Ship; retry Last");
	const struct sw_state *state = (const void *)rig.state;
	assert_int_equal(sw_state_in_flight(rig.machine, state), 5);
	rig_do(&rig, "succeed Ship.A; succeed Source.Fetch; open Source");
	rig_do(&rig, "succeed Source.Fetch; succeed Source.Fetch");
	assert_queue(&rig, 2, "#2");
	assert_queue(&rig, 1, "#3 #4 #5");
	rig_do(&rig, "open Ship; succeed Ship.A; succeed Ship.A; "
		     "succeed Ship.A");
	assert_queue(&rig, 2, "#2 #3 #4 #5");
	assert_int_equal(sw_state_in_flight(rig.machine, state), 5);
	rig_do(&rig, "open Last; succeed Last.End; succeed Last.End");
	assert_queue(&rig, 2, "#4 #5");
}

/* 2.5: the list of all queues may be full but for its last place */
static void
queue__moves_up_when_it_is_full(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED_2, "start; start");
	struct sw_state *state = (struct sw_state *)(void *)rig.state;
	struct sw_stage_state *stage = (struct sw_stage_state *)(state + 1);
	const uint8_t *places = (const uint8_t *)queue_of(rig.machine, state);
	uint32_t *queue =
	    (uint32_t *)(void *)(rig.state + (places - rig.state));
	assert_int_equal(rig.machine->queue_max, 5);
	state->executions = 6;
	stage->queued = 4;
	for (uint32_t i = 0; i < 4; i++)
		queue[i] = 3 + i;
	assert_queue(&rig, 0, "#2 #3 #4 #5 #6");
	rig_do(&rig, "stop #4");
	assert_queue(&rig, 0, "#2 #3 #5 #6");
	rig_do(&rig, "abandon #1");
	assert_queue(&rig, 0, "#3 #5 #6");
}

/* 9.2: a rollback goes before the queue */
static void
rollback__goes_before_the_queue(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED,
	    TO_SHIP "; succeed Ship.A; close Ship; " TO_SHIP "; " TO_SHIP
		    "; rollback Ship #1");
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 4);
	assert_queue(&rig, 1, "#2 #3");
	rig_do(&rig, "open Ship; succeed Ship.A");
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 2);
	assert_queue(&rig, 1, "#3");
}

/* 8.2: a skipped stage of several in a row */
static void
skip__passes_the_queue_on(void **unused)
{
	(void)unused;
	RIG(rig,
	    "QUEUED\nSource: Fetch\nShip beforeEntry=SKIP:R: A\nLast: End\n",
	    TO_SHIP "; " TO_SHIP "; " TO_SHIP "; fail Ship.R; fail Ship.R");
	assert_queue(&rig, 2, "#2");
	assert_int_equal(rig_stage(&rig, "Ship")->execution, 3);
}

/* 2.1, 2.4: without anybody before it, it enters as in SUPERSEDED */
static void
start__enters_a_free_stage(void **unused)
{
	(void)unused;
	RIG(rig, QUEUED, "start");
	assert_rules(&rig, "execution.started #1; arrive.enters Source #1; "
			   "group.begin Source 1; ");
	assert_queue(&rig, 0, "");
	assert_queue(&rig, 1, "");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queue__grows_at_its_end),
		cmocka_unit_test(queue__lets_the_first_in),
		cmocka_unit_test(queue__is_one_for_each_stage),
		cmocka_unit_test(queue__waits_for_the_transition),
		cmocka_unit_test(stop__in_the_queue_frees_the_place),
		cmocka_unit_test(start__is_refused_at_the_limit),
		cmocka_unit_test(start__is_refused_at_fifty),
		cmocka_unit_test(start__has_no_limit_in_superseded),
		cmocka_unit_test(retry__takes_the_stage_back_before_the_queue),
		cmocka_unit_test(retry__is_refused_after_the_next_entered),
		cmocka_unit_test(retry__of_every_stage_overfills_the_queues),
		cmocka_unit_test(queue__moves_up_when_it_is_full),
		cmocka_unit_test(rollback__goes_before_the_queue),
		cmocka_unit_test(skip__passes_the_queue_on),
		cmocka_unit_test(start__enters_a_free_stage),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("step_queue", tests, NULL, NULL);
}
