/*
 * The laws of a state: each test breaks one by hand and sees it named; and a
 * long random walk of the shop never does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machines.h"

enum {
	SOURCE,
	BUILD,
	GATE,
	SHIP
};

static struct sw_state *
state_of(struct rig *rig)
{
	return (struct sw_state *)(void *)rig->state;
}

static struct sw_stage_state *
stage_of(struct rig *rig, uint32_t stage)
{
	return (struct sw_stage_state *)(state_of(rig) + 1) + stage;
}

static uint8_t *
actions_of(struct rig *rig)
{
	return (uint8_t *)((uint32_t *)stage_of(rig, rig->machine->nstages) +
			   rig->machine->nstages * rig->machine->target_words);
}

#define assert_broken(rig, law)                                                \
	assert_string_equal(                                                   \
	    sw_state_broken_law((rig)->machine, state_of(rig)), law)

/* #1 and #2 in Gate (holding, waiting), #3 in Build with a group running. */
static void
busy(struct rig *rig)
{
	rig_init(rig, &machine_shop);
	for (int i = 0; i < 2; i++)
		rig_do(rig,
		    "start; succeed Source.Checkout; succeed Build.Compile; "
		    "succeed Build.Unit; succeed Build.Lint");
	rig_do(rig, "start; succeed Source.Checkout; succeed Build.Compile");
	assert_null(sw_state_broken_law(rig->machine, state_of(rig)));
}

static void
fingerprint__must_be_the_machines(void **unused)
{
	(void)unused;
	struct rig rig;
	busy(&rig);
	state_of(&rig)->fingerprint++;
	assert_broken(&rig, "fingerprint");
	busy(&rig);
	state_of(&rig)->reserved = 1;
	assert_broken(&rig, "fingerprint");
}

static void
fields__must_be_within_their_types(void **unused)
{
	(void)unused;
	struct rig rig;
	busy(&rig);
	stage_of(&rig, SHIP)->status = SW_STATUS_ABANDONED;
	assert_broken(&rig, "stage-status");
	busy(&rig);
	stage_of(&rig, SHIP)->closed = 2;
	assert_broken(&rig, "stage-status");
	busy(&rig);
	stage_of(&rig, SHIP)->reserved = 1;
	assert_broken(&rig, "stage-status");
	static const uint8_t impossible[] = { SW_STATUS_STOPPED,
		SW_STATUS_STOPPING, SW_STATUS_SUPERSEDED, SW_NSTATUSES };
	for (size_t i = 0; i < sizeof impossible; i++) {
		busy(&rig);
		actions_of(&rig)[2] = impossible[i];
		assert_broken(&rig, "action-status");
	}
}

static void
executions__must_have_started(void **unused)
{
	(void)unused;
	struct rig rig;
	busy(&rig);
	stage_of(&rig, SOURCE)->waiting = 4;
	assert_broken(&rig, "execution-started");
	busy(&rig);
	stage_of(&rig, SOURCE)->execution = 4;
	assert_broken(&rig, "execution-started");
}

static void
nobody__has_no_status(void **unused)
{
	(void)unused;
	struct rig rig;
	busy(&rig);
	stage_of(&rig, SHIP)->status = SW_STATUS_FAILED;
	assert_broken(&rig, "status-of-nobody");
	busy(&rig);
	actions_of(&rig)[5] = SW_STATUS_SUCCEEDED;
	assert_broken(&rig, "action-of-nobody");
}

static void
order__is_that_of_the_starts(void **unused)
{
	(void)unused;
	struct rig rig;
	busy(&rig);
	stage_of(&rig, BUILD)->waiting = 1;
	assert_broken(&rig, "start-order");
	busy(&rig);
	stage_of(&rig, GATE)->execution = 2;
	stage_of(&rig, GATE)->waiting = 0;
	stage_of(&rig, SHIP)->execution = 3;
	stage_of(&rig, SHIP)->status = SW_STATUS_STOPPED;
	assert_broken(&rig, "start-order");
	/* Waiting for a stage that a newer one was in when it came there. */
	rig_init(&rig, &machine_shop);
	rig_do(&rig, "start; start");
	stage_of(&rig, SOURCE)->waiting = 0;
	stage_of(&rig, BUILD)->waiting = 2;
	stage_of(&rig, BUILD)->closed = 1;
	assert_broken(&rig, "start-order");
}

static void
free_stage__is_not_waited_for(void **unused)
{
	(void)unused;
	struct rig rig;
	busy(&rig);
	stage_of(&rig, SOURCE)->execution = 2;
	state_of(&rig)->executions = 4;
	stage_of(&rig, SOURCE)->waiting = 4;
	assert_broken(&rig, "free-open-waited-for");
}

static void
terminal__holds_nothing(void **unused)
{
	(void)unused;
	struct rig rig;
	busy(&rig);
	stage_of(&rig, BUILD)->status = SW_STATUS_FAILED;
	assert_broken(&rig, "terminal-holds-nothing");
	busy(&rig);
	stage_of(&rig, SOURCE)->status = SW_STATUS_SUCCEEDED;
	actions_of(&rig)[0] = SW_STATUS_FAILED;
	assert_broken(&rig, "succeeded-stage-complete");
}

static void
held_stage__has_something_to_wait_for(void **unused)
{
	(void)unused;
	struct rig rig;
	busy(&rig);
	actions_of(&rig)[4] = SW_STATUS_SUCCEEDED;
	assert_broken(&rig, "held-stage-runs");
}

static void
execution__is_in_one_place(void **unused)
{
	(void)unused;
	struct rig rig;
	busy(&rig);
	stage_of(&rig, SHIP)->execution = 1;
	stage_of(&rig, SHIP)->status = SW_STATUS_IN_PROGRESS;
	actions_of(&rig)[5] = SW_STATUS_IN_PROGRESS;
	assert_broken(&rig, "one-place");
	rig_init(&rig, &machine_shop);
	rig_do(&rig, "close Build; start; succeed Source.Checkout; start");
	stage_of(&rig, BUILD)->waiting = 2;
	assert_broken(&rig, "one-place");
}

/* xorshift64*, so that a walk is the same on every machine. */
static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 0x2545f4914f6cdd1dU;
}

static void
walk__breaks_no_law(void **unused)
{
	(void)unused;
	struct rig rig;
	rig_init(&rig, &machine_shop);
	uint64_t seed = 20261123;
	uint32_t accepted = 0;
	for (int i = 0; i < 1000000; i++) {
		struct sw_event event = {
			(uint32_t)(next_random(&seed) >> 33) % SW_NEVENTS,
			(uint32_t)(next_random(&seed) >> 33) % 6,
			0,
		};
		if (event.kind == SW_EVENT_STOP ||
		    event.kind == SW_EVENT_ABANDON)
			event.subject =
			    state_of(&rig)->executions - event.subject;
		rig_step(&rig, event);
		accepted += rig.refusal == SW_ACCEPTED;
	}
	assert_true(accepted > 100000);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fingerprint__must_be_the_machines),
		cmocka_unit_test(fields__must_be_within_their_types),
		cmocka_unit_test(executions__must_have_started),
		cmocka_unit_test(nobody__has_no_status),
		cmocka_unit_test(order__is_that_of_the_starts),
		cmocka_unit_test(free_stage__is_not_waited_for),
		cmocka_unit_test(terminal__holds_nothing),
		cmocka_unit_test(held_stage__has_something_to_wait_for),
		cmocka_unit_test(execution__is_in_one_place),
		cmocka_unit_test(walk__breaks_no_law),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("laws", tests, NULL, NULL);
}
