/*
 * States carried over to a changed machine: what the new state says of who is
 * in flight, of who was there before, and of what somebody decided.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "carried.h"

/* Who waits for a place has one where there is no limit. */
static void
carry__starts_who_waited_for_a_place(void **unused)
{
	(void)unused;
	struct pair p;
	pair_build(&p, "running 1\nA: X Y\n", "A: X Y\n");
	rig_do(&p.old, "start");
	assert_null(pair_carry(&p, NULL));
	assert_action(&p.now, "A.X", IN_PROGRESS);
	assert_action(&p.now, "A.Y", IN_PROGRESS);
	pair_build(&p, "running 1\nA: X Y\n", "running 1\nA: X Y\nB: Z\n");
	rig_do(&p.old, "start");
	assert_null(pair_carry(&p, NULL));
	assert_action(&p.now, "A.Y", PENDING);
	rig_do(&p.now, "succeed A.X");
	assert_action(&p.now, "A.Y", IN_PROGRESS);
}

/* What a stage says of one that never ran it as it is now is forgotten. */
static void
carry__forgets_what_no_longer_holds(void **unused)
{
	(void)unused;
	struct pair p;
	pair_build(&p, "S: F\nP beforeEntry=FAIL:R onFailure=RETRY*2: A B\n",
	    "S: F\nP beforeEntry=FAIL:R onFailure=RETRY*2: A B | New\n");
	rig_do(&p.old, "start; succeed S.F; override P beforeEntry; "
		       "fail P.A; succeed P.B; succeed P.A");
	assert_stage(&p.old, "P", SUCCEEDED);
	assert_int_equal(rig_stage(&p.old, "P")->retries, 1);
	assert_int_equal(rig_stage(&p.old, "P")->succeeded, 1);
	assert_null(pair_carry(&p, NULL));
	assert_stage(&p.now, "P", SKIPPED);
	assert_int_equal(rig_stage(&p.now, "P")->retries, 0);
	assert_int_equal(rig_stage(&p.now, "P")->overridden, 0);
	assert_int_equal(rig_stage(&p.now, "P")->succeeded, 0);
	/* A rollback that ended came from nowhere. */
	pair_rolled_back(
	    &p, ENTRY "Put^ | Smoke\n", ENTRY "Put^ | Smoke | New\n");
	rig_do(&p.old, "succeed Prod.Put; succeed Prod.Smoke");
	assert_stage(&p.old, "Prod", SUCCEEDED);
	assert_null(pair_carry(&p, NULL));
	assert_stage(&p.now, "Prod", NONE);
	assert_int_equal(rig_stage(&p.now, "Prod")->type, SW_TYPE_STANDARD);
	assert_int_equal(rig_stage(&p.now, "Prod")->succeeded, 0);
}

/* Who is at work in front of a stage may enter it, whatever was rolled back
 * there; who Succeeded in it has skipped what is new before it. */
static void
carry__lets_no_rollback_skip_for_others(void **unused)
{
	(void)unused;
	struct pair p;
	pair_rolled_back(&p, ENTRY "Put^ | Smoke\n",
	    "S: Fetch\nGate: Ask?\nProd beforeEntry=FAIL:R onSuccess=FAIL:H: "
	    "Put^ | Smoke\n");
	assert_judged(&p, 1, OVER, FITS);
	assert_null(pair_carry(&p, NULL));
	assert_stage(&p.now, "Gate", SKIPPED);
	assert_int_equal(rig_stage(&p.now, "Gate")->execution, 2);
	pair_build(&p, ENTRY "Put^ | Smoke\n", ENTRY "Put^ | Smoke | New\n");
	rig_do(&p.old, "start; succeed S.Fetch; pass Prod.R; "
		       "succeed Prod.Put; "
		       "succeed Prod.Smoke; pass Prod.H; start; "
		       "rollback Prod #1; "
		       "succeed Prod.Put; succeed Prod.Smoke");
	assert_null(pair_carry(&p, NULL));
	rig_do(&p.now, "succeed S.Fetch");
	assert_action(&p.now, "Prod.R", IN_PROGRESS);
	assert_int_equal(rig_stage(&p.now, "Prod")->execution, 2);
}

/* All the attempts of a stage that begins anew are before it again. */
static void
carry__begins_anew_with_all_attempts(void **unused)
{
	(void)unused;
	struct pair p;
	const uint8_t repeats[] = { 0, 1 };
	pair_build(&p, "S: F\nB onFailure=RETRY*2: A\n",
	    "S: F\nB onFailure=RETRY*2: A New\n");
	rig_do(&p.old, "start; succeed S.F; fail B.A");
	assert_int_equal(rig_stage(&p.old, "B")->retries, 1);
	assert_judged(&p, 1, REPEAT, BEHIND);
	assert_null(pair_carry(&p, repeats));
	assert_int_equal(rig_stage(&p.now, "B")->retries, 0);
	assert_action(&p.now, "B.New", IN_PROGRESS);
	/* A stage that is gone, or that nobody holds, begins for nobody. */
	const uint8_t all[] = { 1, 1, 1 };
	pair_build(&p, "S: F\nB: A\nC: D\n", "S: F\nB: A\n");
	assert_null(pair_carry(&p, all));
	assert_action(&p.now, "B.A", NONE);
}

static void
carry__leaves_open_what_somebody_opened(void **unused)
{
	(void)unused;
	struct pair p;
	pair_build(&p, "S: F\nP closed: X\n", "S: F\nP closed: X\nE: Y\n");
	assert_null(pair_carry(&p, NULL));
	assert_int_equal(rig_stage(&p.now, "P")->closed, 1);
	rig_do(&p.old, "open P");
	assert_null(pair_carry(&p, NULL));
	assert_int_equal(rig_stage(&p.now, "P")->closed, 0);
}

/* Whoever asks to carry what was judged not to fit is told the law. */
static void
carry__has_a_place_for_all_who_wait(void **unused)
{
	(void)unused;
	struct pair p;
	pair_build(&p, "QUEUED 5\n" SHOP, SHOP);
	rig_do(&p.old, "start; start; start; start");
	assert_string_equal(pair_carry(&p, NULL), "queue");
	pair_build(&p, "S: F\nP: X\n", "S: F\nQ: X\n");
	rig_do(&p.old, "close P; start; succeed S.F");
	assert_int_equal(rig_stage(&p.old, "P")->waiting, 1);
	assert_string_equal(pair_carry(&p, NULL), "one-place");
	/* Those behind the first keep their order. */
	pair_build(&p, "QUEUED 5\n" SHOP, "QUEUED 5\n" SHOP "E: Y\n");
	rig_do(&p.old, "start; start; start; start");
	assert_null(pair_carry(&p, NULL));
	assert_int_equal(rig_stage(&p.now, "Source")->queued,
	    rig_stage(&p.old, "Source")->queued);
}

static void
carry__keeps_what_was_decided(void **unused)
{
	(void)unused;
	struct pair p;
	pair_changed(&p, "Source: Fetch\nBuild closed: Make | Unit Lint\n"
			 "Prod: Ask? | Install^\n");
	rig_do(&p.old, "close Prod; approve Prod.Ask; succeed Prod.Install");
	assert_null(pair_carry(&p, NULL));
	assert_int_equal(rig_stage(&p.now, "Prod")->closed, 1);
	assert_int_equal(rig_stage(&p.now, "Build")->closed, 1);
	rig_do(&p.now, "open Prod; rollback Prod #1");
	/* What the target never ran it cannot roll back to. */
	pair_changed(&p, "Source: Fetch\nBuild: Make | Unit Lint\n"
			 "Prod: Ask? | Install^ | Smoke\n");
	rig_do(&p.old, "approve Prod.Ask; succeed Prod.Install");
	assert_null(pair_carry(&p, NULL));
	assert_stage(&p.now, "Prod", SKIPPED);
	rig_refused(&p.now, "rollback Prod #1", SW_REFUSED_ROLLBACK_SKIPPED);
}

/* Failed in Prod; retried there it would be past the lawyer. */
static void
carry__ends_a_past_that_would_bypass(void **unused)
{
	(void)unused;
	struct pair p;
	pair_changed(&p,
	    "Source: Fetch\nBuild: Make | Unit Lint\nGate: Lawyer?\n"
	    "Prod: Ask? | Install^\n");
	rig_do(&p.old, "reject Prod.Ask");
	assert_int_equal(
	    sw_carry_judge_past(&p.carry, rig_state(&p.old), 2).way,
	    SW_CARRY_STAY);
	assert_null(pair_carry(&p, NULL));
	rig_refused(&p.now, "retry Prod", SW_REFUSED_NOT_RETRYABLE);
	/* Where nothing is new it may, but for whom the caller knows more. */
	pair_changed(&p, SHOP "After: Tell\n");
	rig_do(&p.old, "reject Prod.Ask");
	const uint8_t repeats[] = { 0, 0, 1 };
	assert_null(pair_carry(&p, repeats));
	rig_refused(&p.now, "retry Prod", SW_REFUSED_NOT_RETRYABLE);
	assert_null(pair_carry(&p, NULL));
	rig_do(&p.now, "retry Prod");
}

static void
carry__keeps_targets_of_the_same_actions(void **unused)
{
	(void)unused;
	static const struct {
		const char *to;
		int keeps;
	} cases[] = {
		{ "S: F\nP: Put^ | T\nB: Tell\n", 1 },
		{ "S: F\nP beforeEntry=FAIL:R onSuccess=FAIL:H: Put^ | T\n",
		    1 },
		{ "S: F\nP: Put^\n", 1 },
		{ "S: F\nP: New | Put^ | T\n", 0 },
		{ "S: F\nP: Put^ | New | T\n", 0 },
		{ "S: F\nP: Put^ | T | New\n", 0 },
		{ "S: F\nQ: Put^ | T\n", 0 },
		{ "P: Put^ | T\n", 0 },
	};
	struct pair p;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pair_build(&p, "S: F\nP: Put^ | T\n", cases[i].to);
		assert_int_equal(
		    sw_carry_keeps_targets(&p.carry, 1), cases[i].keeps);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carry__starts_who_waited_for_a_place),
		cmocka_unit_test(carry__forgets_what_no_longer_holds),
		cmocka_unit_test(carry__lets_no_rollback_skip_for_others),
		cmocka_unit_test(carry__begins_anew_with_all_attempts),
		cmocka_unit_test(carry__leaves_open_what_somebody_opened),
		cmocka_unit_test(carry__has_a_place_for_all_who_wait),
		cmocka_unit_test(carry__keeps_what_was_decided),
		cmocka_unit_test(carry__ends_a_past_that_would_bypass),
		cmocka_unit_test(carry__keeps_targets_of_the_same_actions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
