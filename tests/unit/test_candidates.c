/*
 * Candidates: on random walks of machines with everything, each event that a
 * step accepts is among them, and a refused one changes nothing; no law is
 * broken on the way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "built.h"

enum {
	EVENTS_MAX = 1024
};

static const char *const machines[] = {
	"Source: Fetch\nShip closed: A | B C\nLast: Ask?\n",
	"Source: A+* | B!\nGate beforeEntry=FAIL:R,S onFailure=RETRY*2:T: A B\n"
	"Skip beforeEntry=SKIP:R onSuccess=ROLLBACK:S onFailure=ROLLBACK: A\n",
	"targets 1\nrunning 2\nSource onSuccess=FAIL:R: A B* C\n"
	"Ship onFailure=ROLLBACK:S,T,U: Ask? A | B\nLast beforeEntry=FAIL:R: "
	"A\n",
	"QUEUED 3\nSource: Fetch\nShip onFailure=ROLLBACK: A | B\nLast: End?\n",
	"QUEUED 5\nrunning 1\nSource onFailure=RETRY_ALL: A B*\n"
	"Skip beforeEntry=SKIP:R,S onSuccess=FAIL:T: A?\nLast: End+\n",
	"PARALLEL 2\nrunning 2\nSource: A B C\n"
	"Ship beforeEntry=FAIL:R onSuccess=FAIL:S onFailure=RETRY*2: A? B!* C\n"
	"Skip beforeEntry=SKIP:R: A\n",
};

/* xorshift64*, so that a walk is the same on every machine. */
static uint32_t
next_random(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (uint32_t)((*seed * 0x2545f4914f6cdd1dU) >> 33);
}

static struct sw_state *
state_of(struct rig *rig)
{
	return (struct sw_state *)(void *)rig->state;
}

static bool
is_among(const struct sw_event *events, uint32_t n, struct sw_event event)
{
	for (uint32_t i = 0; i < n; i++)
		if (events[i].kind == event.kind &&
		    events[i].subject == event.subject &&
		    events[i].target == event.target)
			return true;
	return false;
}

/* Takes the event on a copy; accepted: it must be a candidate. */
static void
try_event(const struct rig *rig, struct sw_event event,
    const struct sw_event *candidates, uint32_t n)
{
	struct rig copy = *rig;
	copy.out.commands = copy.commands;
	copy.out.fired = copy.fired;
	rig_step(&copy, event);
	if (copy.refusal == SW_ACCEPTED) {
		if (!is_among(candidates, n, event))
			fail_msg("no candidate: event %u of %u to %u",
			    event.kind, event.subject, event.target);
		return;
	}
	assert_memory_equal(copy.state, rig->state, sizeof copy.state);
	assert_int_equal(copy.out.ncommands, 0);
	assert_int_equal(copy.out.nfired, 0);
}

/* Every event that can be named in this state. */
static void
try_all(struct rig *rig, const struct sw_event *candidates, uint32_t n)
{
	const struct sw_machine *m = rig->machine;
	const uint32_t executions = state_of(rig)->executions;
	const uint32_t back = executions < 40 ? executions : 40;
	for (uint32_t kind = 0; kind < SW_NEVENTS; kind++) {
		const bool of_execution =
		    kind == SW_EVENT_STOP || kind == SW_EVENT_ABANDON;
		const uint32_t subjects = kind == SW_EVENT_START ? 1
					  : of_execution         ? back + 2
							 : m->nactions + 1;
		for (uint32_t i = 0; i < subjects; i++) {
			const uint32_t subject =
			    of_execution ? executions + 1 - i : i;
			const uint32_t targets =
			    kind == SW_EVENT_ROLLBACK ? back + 2 : 1;
			for (uint32_t k = 0; k < targets; k++)
				try_event(rig,
				    (struct sw_event){ kind, subject,
					kind == SW_EVENT_ROLLBACK
					    ? executions + 1 - k
					    : 0 },
				    candidates, n);
		}
	}
}

/* Something runs for good only when it is let: ends are twice as likely. */
static struct sw_event
pick(const struct sw_event *events, uint32_t n, uint64_t *seed)
{
	struct sw_event event = events[next_random(seed) % n];
	const bool is_end = event.kind <= SW_EVENT_REJECT ||
			    event.kind == SW_EVENT_PASS ||
			    event.kind == SW_EVENT_OPEN;
	return is_end ? event : events[next_random(seed) % n];
}

static void
walk(const char *lines, uint64_t seed, int steps)
{
	struct rig rig;
	struct built built;
	rig_build(&rig, &built, lines);
	struct sw_event events[EVENTS_MAX];
	int accepted = 0;
	for (int i = 0; i < steps; i++) {
		const uint32_t n = sw_candidates(
		    rig.machine, state_of(&rig), events, EVENTS_MAX);
		assert_in_range(n, 1, EVENTS_MAX);
		if (i % 16 == 0)
			try_all(&rig, events, n);
		/* An execution that ended is the end in PARALLEL. */
		const uint8_t last =
		    sw_state_stage(state_of(&rig), built.machine.nstages - 1)
			->status;
		if (built.machine.mode == SW_MODE_PARALLEL &&
		    (last == SW_STATUS_SUCCEEDED || last == SW_STATUS_SKIPPED))
			rig_build(&rig, &built, lines);
		rig_step(&rig, pick(events, n, &seed));
		accepted += rig.refusal == SW_ACCEPTED;
	}
	assert_true(accepted > steps / 8);
}

static void
candidates__miss_no_possible_event(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++)
		for (uint64_t seed = 1; seed <= 4; seed++)
			walk(machines[i], seed * 7919 + i, 2000);
}

static void
candidates__are_each_said_once(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
		struct rig rig;
		struct built built;
		uint64_t seed = 99 + i;
		rig_build(&rig, &built, machines[i]);
		for (int step = 0; step < 500; step++) {
			struct sw_event events[EVENTS_MAX];
			const uint32_t n = sw_candidates(
			    rig.machine, state_of(&rig), events, EVENTS_MAX);
			for (uint32_t k = 0; k < n; k++)
				if (is_among(events, k, events[k]))
					fail_msg("twice: event %u of %u",
					    events[k].kind, events[k].subject);
			rig_step(&rig, pick(events, n, &seed));
		}
	}
}

/* No more are written than there is room for; all are counted. */
static void
candidates__keep_to_their_room(void **unused)
{
	(void)unused;
	struct rig rig;
	struct built built;
	rig_build(&rig, &built, machines[0]);
	rig_do(&rig, "start; start");
	struct sw_event all[EVENTS_MAX];
	struct sw_event some[4];
	memset(some, 0xff, sizeof some);
	const uint32_t n =
	    sw_candidates(rig.machine, state_of(&rig), all, EVENTS_MAX);
	assert_int_equal(
	    sw_candidates(rig.machine, state_of(&rig), some, 3), n);
	assert_memory_equal(some, all, 3 * sizeof some[0]);
	assert_int_equal(some[3].kind, UINT32_MAX);
	assert_int_equal(
	    sw_candidates(rig.machine, state_of(&rig), NULL, 0), n);
}

/* What is said of a simple state, to the last. */
static void
candidates__of_a_running_approval(void **unused)
{
	(void)unused;
	struct rig rig;
	struct built built;
	rig_build(&rig, &built, "Source: Ask?\n");
	rig_do(&rig, "start");
	struct sw_event events[EVENTS_MAX];
	const struct sw_event expected[] = {
		{ SW_EVENT_START, 0, 0 },
		{ SW_EVENT_CLOSE, 0, 0 },
		{ SW_EVENT_APPROVE, 0, 0 },
		{ SW_EVENT_REJECT, 0, 0 },
		{ SW_EVENT_FAIL, 0, 0 },
		{ SW_EVENT_UNKNOWN, 0, 0 },
		{ SW_EVENT_STOP, 1, 0 },
		{ SW_EVENT_ABANDON, 1, 0 },
	};
	assert_int_equal(
	    sw_candidates(rig.machine, state_of(&rig), events, EVENTS_MAX), 8);
	assert_memory_equal(events, expected, sizeof expected);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(candidates__miss_no_possible_event),
		cmocka_unit_test(candidates__are_each_said_once),
		cmocka_unit_test(candidates__keep_to_their_room),
		cmocka_unit_test(candidates__of_a_running_approval),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("candidates", tests, NULL, NULL);
}
