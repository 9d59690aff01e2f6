/*
 * Small pipelines of all modes, each with something of its own, and what of
 * each is explored. Their state spaces stay below some 100,000 states.
 */
#include "subjects.h"

#include "verify/explore.h"

#define U EXPLORE_UNKNOWN
#define S EXPLORE_STOPS
#define R EXPLORE_RETRIES
#define T EXPLORE_TRANSITIONS
#define O EXPLORE_OVERRIDES
#define B EXPLORE_ROLLBACKS
#define ALL EXPLORE_OPERATORS

const struct subject subjects[] = {
	/* 2 and 3: places, groups, unknown outcomes, approvals. */
	{ "one", "A: a\n", 1, 0, 0, 0, POLICY_NONE, 0, 0 },
	{ "group", "A: a b c | d\n", 1, 0, 0, 0, POLICY_RUNS_BEFORE, 3, 2 },
	{ "groups", "A: a | b c | d\nB: e f\n", 1, 0, 0, R, POLICY_RUNS_BEFORE,
	    1, 3 },
	{ "unknown", "A: a b\nB: c?\n", 1, 0, 0, U | S | R, POLICY_NONE, 0, 0 },
	{ "approval", "A: a\nB: b? c\n", 2, 0, 0, 0, POLICY_HELD_BOTH, 0, 1 },
	{ "supersede", "A: a\nB: b\nC: c\n", 4, 0, 0, 0, POLICY_HELD_BOTH, 0,
	    2 },
	{ "supersede-stop", "A: a\nB: b c\n", 3, 0, 0, S | R, POLICY_NONE, 0,
	    0 },
	{ "transition", "A: a\nB closed: b\nC: c\n", 2, 0, 1, T,
	    POLICY_HELD_BOTH, 1, 2 },
	{ "transitions", "A closed: a\nB: b\n", 3, 0, 2, T | S, POLICY_NONE, 0,
	    0 },
	{ "operators", "A: a b\nB: c? | d\n", 2, 0, 1, ALL & ~B, POLICY_NONE, 0,
	    0 },
	/* 3.7 and 3.8: limits, retries of actions. */
	{ "limit", "running 2\nA: a b c d\n", 1, 0, 0, S | R,
	    POLICY_RUNS_BEFORE, 2, 0 },
	{ "limit-one", "running 1\nA: a b | c\nB beforeEntry=FAIL:r,s: d e\n",
	    2, 0, 0, S | R | O, POLICY_RUNS_BEFORE, 1, 0 },
	{ "limit-unknown", "running 1\nA: a b c\n", 1, 0, 0, U | S | R,
	    POLICY_NONE, 0, 0 },
	{ "again", "A: a** b*\n", 1, 0, 0, S | R, POLICY_NONE, 0, 0 },
	{ "again-limit", "running 1\nA: a* b**\nB: c*\n", 2, 0, 0, S | R,
	    POLICY_NONE, 0, 0 },
	{ "on-unknown", "A: a! b+* c+\n", 1, 0, 0, U | S | R, POLICY_NONE, 0,
	    0 },
	{ "on-unknown-again", "A: a!* b*\nB: c?!\n", 1, 0, 0, U | S | R,
	    POLICY_NONE, 0, 0 },
	/* 8: conditions. */
	{ "entry-fail", "A: a\nB beforeEntry=FAIL:r,s: b\n", 2, 0, 0, R | S | O,
	    POLICY_RUNS_BEFORE, 3, 1 },
	{ "entry-skip", "A: a\nB beforeEntry=SKIP:r: b\nC: c\n", 2, 0, 1,
	    ALL & ~B, POLICY_RUNS_BEFORE, 2, 1 },
	{ "entry-skip-last", "A: a\nB beforeEntry=SKIP:r,s: b | c\n", 2, 0, 0,
	    R | S, POLICY_NONE, 0, 0 },
	{ "success-fail", "A onSuccess=FAIL:r: a b\nB: c\n", 2, 0, 0, R | S | O,
	    POLICY_NONE, 0, 0 },
	{ "success-rollback", "A: a\nB onSuccess=ROLLBACK:r: b\n", 3, 0, 0,
	    R | O, POLICY_HELD_BOTH, 0, 1 },
	{ "failure-retry", "A onFailure=RETRY: a b | c\n", 2, 0, 0, R | S,
	    POLICY_NONE, 0, 0 },
	{ "failure-retry-all", "A onFailure=RETRY_ALL*2: a | b c\nB: d\n", 1, 0,
	    0, R | S, POLICY_NONE, 0, 0 },
	{ "failure-rules", "A onFailure=RETRY*2:r,s: a b\n", 2, 0, 0, R | S | O,
	    POLICY_NONE, 0, 0 },
	{ "failure-rollback", "A: a\nB onFailure=ROLLBACK: b c\nC: d\n", 3, 0,
	    0, 0, POLICY_HELD_BOTH, 1, 2 },
	{ "failure-rollback-rules", "A: a\nB onFailure=ROLLBACK:r: b\n", 3, 0,
	    0, R | S, POLICY_NONE, 0, 0 },
	{ "all-conditions",
	    "A: a\nB beforeEntry=FAIL:r onSuccess=FAIL:s onFailure=RETRY:t: b "
	    "c\n",
	    2, 0, 0, R | S | O, POLICY_NONE, 0, 0 },
	{ "conditions-unknown",
	    "A beforeEntry=FAIL:r,s onSuccess=FAIL:t onFailure=RETRY_ALL:u: "
	    "a\n",
	    2, 0, 0, U | R | S | O, POLICY_NONE, 0, 0 },
	{ "conditions-limit",
	    "running 1\nA beforeEntry=SKIP:r,s onSuccess=FAIL:t,u: a* b\n", 1,
	    0, 0, R | S | O, POLICY_NONE, 0, 0 },
	/* 9: rollback. */
	{ "rollback", "A: a\nB: b\n", 2, 2, 0, B, POLICY_HELD_BOTH, 0, 1 },
	{ "rollback-operators", "A: a\nB: b | c\n", 2, 1, 1, ALL, POLICY_NONE,
	    0, 0 },
	{ "rollback-skip", "A: a\nB beforeEntry=SKIP:r: b\n", 3, 1, 0, B | R,
	    POLICY_NONE, 0, 0 },
	{ "rollback-both", "A: a\nB onFailure=ROLLBACK: b\n", 2, 1, 0,
	    B | R | S, POLICY_NONE, 0, 0 },
	{ "rollback-conditions",
	    "A: a\nB beforeEntry=FAIL:r onSuccess=ROLLBACK:s onFailure=RETRY: "
	    "b\n",
	    2, 1, 0, B | R | O, POLICY_RUNS_BEFORE, 2, 1 },
	/* 2.5: queues. */
	{ "queue", "QUEUED\nA: a\nB: b\n", 4, 0, 0, 0, POLICY_HELD_BOTH, 0, 1 },
	{ "queue-stop", "QUEUED\nA: a\nB: b\nC: c\n", 3, 0, 1, T | S,
	    POLICY_NONE, 0, 0 },
	{ "queue-limit", "QUEUED 2\nA: a\nB: b\n", 4, 0, 0, R | S, POLICY_NONE,
	    0, 0 },
	{ "queue-retry", "QUEUED 1\nA: a\nB closed: b\n", 3, 0, 0, R | T,
	    POLICY_NONE, 0, 0 },
	{ "queue-rollback", "QUEUED\nA: a\nB onFailure=ROLLBACK: b\n", 3, 1, 0,
	    B, POLICY_NONE, 0, 0 },
	{ "queue-limit-rollback", "QUEUED 2\nA: a\nB: b\n", 3, 1, 0, B | R,
	    POLICY_NONE, 0, 0 },
	{ "queue-conditions",
	    "QUEUED 3\nrunning 1\nA onFailure=RETRY: a b\nB "
	    "beforeEntry=SKIP:r: c\n",
	    3, 0, 0, S | O, POLICY_HELD_BOTH, 0, 1 },
	/* 10: an execution alone. */
	{ "parallel", "PARALLEL\nA: a b | c\nB: d?\n", 1, 0, 0, R | S,
	    POLICY_HELD_BOTH, 0, 1 },
	{ "parallel-limit", "PARALLEL\nrunning 2\nA: a b c\nB: d e f\n", 1, 0,
	    0, U | R | S, POLICY_RUNS_BEFORE, 2, 0 },
	{ "parallel-conditions",
	    "PARALLEL\nA: a\nB beforeEntry=SKIP:r onSuccess=FAIL:s "
	    "onFailure=RETRY*2:t: b* c\n",
	    1, 0, 0, U | R | S | O, POLICY_NONE, 0, 0 },
};

const size_t nsubjects = sizeof subjects / sizeof subjects[0];
