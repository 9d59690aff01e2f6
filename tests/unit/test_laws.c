/*
 * The laws of a state: each test breaks one by hand and sees it named; and a
 * long random walk of the shop never does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "built.h"
#include "machine/layout.h"

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
bytes_of(struct rig *rig)
{
	return rig->state +
	       (actions_of(rig->machine, state_of(rig)) - rig->state);
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
		bytes_of(&rig)[2] = impossible[i];
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
	bytes_of(&rig)[5] = SW_STATUS_SUCCEEDED;
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
	bytes_of(&rig)[0] = SW_STATUS_FAILED;
	assert_broken(&rig, "succeeded-stage-complete");
}

static void
held_stage__has_something_to_wait_for(void **unused)
{
	(void)unused;
	struct rig rig;
	busy(&rig);
	bytes_of(&rig)[4] = SW_STATUS_SUCCEEDED;
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
	bytes_of(&rig)[5] = SW_STATUS_IN_PROGRESS;
	assert_broken(&rig, "one-place");
	rig_init(&rig, &machine_shop);
	rig_do(&rig, "close Build; start; succeed Source.Checkout; start");
	stage_of(&rig, BUILD)->waiting = 2;
	assert_broken(&rig, "one-place");
}

/* A rig of a machine with everything, after these event lines. */
#define GATED                                                                  \
	"running 2\nSource: Fetch*\n"                                          \
	"Ship beforeEntry=FAIL:R,S onSuccess=FAIL:T onFailure=RETRY:U: A B C " \
	"| D\nLast: End\n"
#define SOUND(name, words, lines)                                              \
	RIG(name, words, lines);                                               \
	assert_null(sw_state_broken_law(name.machine, state_of(&name)))

/* Rows of Ship in GATED. */
enum {
	FETCH,
	R,
	S,
	A,
	B,
	C,
	D,
	T,
	U,
	END
};
#define TO_SHIP "start; succeed Source.Fetch"
#define TO_GROUP TO_SHIP "; pass Ship.R; pass Ship.S"
#define TO_END                                                                 \
	TO_GROUP "; succeed Ship.A; succeed Ship.B; succeed Ship.C; "          \
		 "succeed Ship.D; pass Ship.T"

/* Sets one byte of an action in a state that is otherwise sound. */
#define assert_action_breaks(words, lines, row, byte, law)                     \
	do {                                                                   \
		SOUND(rig_, words, lines);                                     \
		bytes_of(&rig_)[row] = (byte);                                 \
		assert_broken(&rig_, law);                                     \
	} while (0)

/* Sets one field of a stage in a state that is otherwise sound. */
#define assert_stage_breaks(words, lines, stage, field, value, law)            \
	do {                                                                   \
		SOUND(rig_, words, lines);                                     \
		stage_of(&rig_, stage)->field = (value);                       \
		assert_broken(&rig_, law);                                     \
	} while (0)

static void
action_status__counts_retries_while_running(void **unused)
{
	(void)unused;
	assert_action_breaks(
	    GATED, "start", FETCH, SW_STATUS_FAILED, "held-stage-runs");
	assert_action_breaks(GATED, "start; fail Source.Fetch", FETCH,
	    SW_STATUS_IN_PROGRESS | 2 << 4, "action-status");
	assert_action_breaks(GATED, "start; fail Source.Fetch", FETCH,
	    SW_STATUS_SUCCEEDED | 1 << 4, "action-status");
	assert_action_breaks(
	    GATED, TO_SHIP, FETCH, SW_STATUS_SKIPPED, "action-status");
}

static void
stage_status__is_within_its_type(void **unused)
{
	(void)unused;
	static const uint8_t impossible[] = { SW_STATUS_SUPERSEDED,
		SW_STATUS_ABANDONED, SW_STATUS_UNKNOWN, SW_STATUS_PENDING,
		SW_NSTATUSES };
	for (size_t i = 0; i < sizeof impossible; i++)
		assert_stage_breaks(
		    GATED, TO_SHIP, 1, status, impossible[i], "stage-status");
	assert_stage_breaks(GATED, TO_SHIP, 1, type, SW_NTYPES, "stage-status");
	assert_stage_breaks(GATED, TO_SHIP, 1, retries, 2, "stage-status");
	assert_stage_breaks(GATED, TO_SHIP, 0, retries, 1, "stage-status");
}

static void
one_group__runs_in_a_stage(void **unused)
{
	(void)unused;
	assert_action_breaks(
	    GATED, TO_SHIP, A, SW_STATUS_IN_PROGRESS, "one-group");
	assert_action_breaks(GATED, TO_GROUP "; succeed Ship.A", D,
	    SW_STATUS_UNKNOWN, "one-group");
	assert_action_breaks(
	    GATED, TO_GROUP, U, SW_STATUS_IN_PROGRESS, "one-group");
}

static void
running_limit__is_kept(void **unused)
{
	(void)unused;
	assert_action_breaks(
	    GATED, TO_GROUP, C, SW_STATUS_IN_PROGRESS, "running-limit");
	assert_action_breaks(
	    GATED, TO_GROUP, C, SW_STATUS_UNKNOWN, "running-limit");
}

static void
pending__is_in_progress(void **unused)
{
	(void)unused;
	assert_action_breaks("Source: A B\n", "start", 1, SW_STATUS_PENDING,
	    "pending-in-progress");
	assert_action_breaks(GATED, TO_GROUP "; stop #1", C, SW_STATUS_PENDING,
	    "pending-in-progress");
	assert_action_breaks(GATED, TO_GROUP "; abandon #1", C,
	    SW_STATUS_PENDING, "pending-in-progress");
}

static void
succeeded__stage_is_complete(void **unused)
{
	(void)unused;
	assert_action_breaks(
	    GATED, TO_END, D, SW_STATUS_NONE, "succeeded-stage-complete");
	/* Of its rules some may have failed: it was overridden. */
	SOUND(rig, GATED, TO_END);
	bytes_of(&rig)[R] = SW_STATUS_ABANDONED;
	assert_null(sw_state_broken_law(rig.machine, state_of(&rig)));
}

static void
skipped__stage_never_started(void **unused)
{
	(void)unused;
	static const char skip[] =
	    "Source: Fetch\nShip beforeEntry=SKIP:R: A\nLast: End\n";
	assert_action_breaks(skip, TO_SHIP "; fail Ship.R", 2,
	    SW_STATUS_SUCCEEDED, "succeeded-stage-complete");
	SOUND(rig, skip, TO_SHIP "; fail Ship.R");
	assert_stage(&rig, "Ship", SKIPPED);
}

static void
rollback__runs_no_rule(void **unused)
{
	(void)unused;
	assert_action_breaks(GATED, TO_END "; rollback Ship #1", R,
	    SW_STATUS_SUCCEEDED, "rollback-without-conditions");
}

static void
overridden__is_what_can_be(void **unused)
{
	(void)unused;
	assert_stage_breaks(GATED, TO_SHIP, 0, overridden,
	    SW_OVERRIDDEN_BEFORE_ENTRY, "overridden");
	assert_stage_breaks(GATED, TO_SHIP, 0, overridden,
	    SW_OVERRIDDEN_ON_SUCCESS, "overridden");
	assert_stage_breaks("Source: A\nShip beforeEntry=SKIP:R: A\n", "start",
	    1, overridden, SW_OVERRIDDEN_BEFORE_ENTRY, "overridden");
}

#define QUEUED "QUEUED 4\nSource: Fetch\nShip: A\nLast: End\n"

/* Places of the queue, in the bytes of the rig. */
static uint32_t *
places_of(struct rig *rig)
{
	const uint8_t *queue =
	    (const uint8_t *)queue_of(rig->machine, state_of(rig));
	return (uint32_t *)(void *)(rig->state + (queue - rig->state));
}

static void
queue__has_a_first(void **unused)
{
	(void)unused;
	assert_stage_breaks(
	    QUEUED, "start; start; start", 0, waiting, 0, "queue");
	assert_stage_breaks(
	    QUEUED, "start; start; start", 0, queued, 0, "queue");
	assert_stage_breaks(
	    QUEUED, "start; start; start", 0, queued, 8, "start-order");
}

static void
queue__is_in_the_order_of_the_starts(void **unused)
{
	(void)unused;
	static const char full[] = "start; start; start; start";
	for (uint32_t place = 0; place < 2; place++) {
		SOUND(rig, QUEUED, full);
		places_of(&rig)[place] = 2;
		assert_broken(&rig, "start-order");
	}
	SOUND(rig, QUEUED, full);
	places_of(&rig)[1] = 5;
	assert_broken(&rig, "execution-started");
	/* Who waits at a later stage is older. */
	SOUND(two, QUEUED, "close Ship; " TO_SHIP "; start; start");
	stage_of(&two, 1)->waiting = 3;
	assert_broken(&two, "start-order");
	/* As many as there are places. */
	SOUND(many, QUEUED, full);
	const uint32_t n = many.machine->queue_max;
	state_of(&many)->executions = 100;
	stage_of(&many, 0)->queued = (uint16_t)(n - 1);
	for (uint32_t i = 0; i < n - 1; i++)
		places_of(&many)[i] = 3 + i;
	assert_null(sw_state_broken_law(many.machine, state_of(&many)));
	stage_of(&many, 0)->queued++;
	assert_broken(&many, "queue");
}

static void
one_execution__is_in_a_state_of_parallel(void **unused)
{
	(void)unused;
	static const char parallel[] = "PARALLEL\nSource: Fetch\nShip: A\n";
	static const char lines[] = "start; #1 succeed Source.Fetch";
	assert_stage_breaks(parallel, lines, 1, closed, 1, "one-execution");
	SOUND(waits, parallel, lines);
	state_of(&waits)->executions = 2;
	assert_broken(&waits, "one-execution");
	SOUND(rig, parallel, lines);
	state_of(&rig)->executions = 2;
	stage_of(&rig, 0)->execution = 2;
	stage_of(&rig, 1)->execution = 2;
	stage_of(&rig, 1)->type = SW_TYPE_ROLLBACK;
	stage_of(&rig, 1)->waiting = 1;
	assert_broken(&rig, "one-execution");
}

static void
start_order__holds_beside_rollbacks(void **unused)
{
	(void)unused;
	static const char plain[] = "Source: Fetch\nShip: A\nLast: End\n";
	static const char back[] =
	    TO_SHIP "; succeed Ship.A; succeed Last.End; close Ship; " TO_SHIP
		    "; rollback Ship #1";
	/* Who waits is older than the rollback, and newer than the rest. */
	SOUND(rig, plain, back);
	stage_of(&rig, 1)->type = SW_TYPE_STANDARD;
	assert_broken(&rig, "start-order");
	assert_stage_breaks(plain, back, 1, succeeded, 3, "start-order");
	assert_stage_breaks(plain, back, 0, succeeded, 3, "start-order");
	assert_stage_breaks(plain, back, 2, succeeded, 2, "start-order");
	/* What is waited for counts beside a rollback, too. */
	assert_stage_breaks(plain, back, 1, waiting, 3, "start-order");
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
		cmocka_unit_test(action_status__counts_retries_while_running),
		cmocka_unit_test(stage_status__is_within_its_type),
		cmocka_unit_test(one_group__runs_in_a_stage),
		cmocka_unit_test(running_limit__is_kept),
		cmocka_unit_test(pending__is_in_progress),
		cmocka_unit_test(succeeded__stage_is_complete),
		cmocka_unit_test(skipped__stage_never_started),
		cmocka_unit_test(rollback__runs_no_rule),
		cmocka_unit_test(overridden__is_what_can_be),
		cmocka_unit_test(queue__has_a_first),
		cmocka_unit_test(queue__is_in_the_order_of_the_starts),
		cmocka_unit_test(one_execution__is_in_a_state_of_parallel),
		cmocka_unit_test(start_order__holds_beside_rollbacks),
		cmocka_unit_test(walk__breaks_no_law),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("laws", tests, NULL, NULL);
}
