/*
 * States carried over to a changed machine: what becomes of executions for
 * each kind of change, and on random walks that a state carried to the same
 * machine is the same, byte for byte, and one carried to another keeps the
 * laws and goes on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "carried.h"
#include "machine/words.h"

enum {
	EVENTS_MAX = 512
};

static void
carry__takes_what_fits(void **unused)
{
	(void)unused;
	struct pair p;
	/* Behind where they are nothing is new; ahead there is. */
	pair_changed(&p, "Source: Fetch\nBuild: Make | Unit Lint | Scan\n"
			 "After: Tell\n");
	assert_judged(&p, 1, OVER, FITS);
	pair_changed(&p, "Source: Fetch\nBuild: Make | Unit Lint\n"
			 "Prod: Ask? | Install^ | Smoke\nAfter: Tell\n");
	assert_judged(&p, 1, OVER, FITS);
	assert_judged(&p, 2, OVER, FITS);
	assert_null(pair_carry(&p, NULL));
	assert_action(&p.now, "Build.Unit", IN_PROGRESS);
	rig_do(
	    &p.now, "approve Prod.Ask; succeed Build.Unit; succeed Build.Lint");
	assert_action(&p.now, "Prod.Install", IN_PROGRESS);
}

static void
carry__never_skips_what_is_new_behind(void **unused)
{
	(void)unused;
	struct pair p;
	/* An approval in front of the one who waits for another. */
	pair_changed(&p,
	    "Source: Fetch\nBuild: Make | Unit Lint\nGate: Lawyer?\n"
	    "Prod: Ask? | Install^\n");
	assert_judged(&p, 1, OVER, FITS);
	assert_judged(&p, 2, STAY, BEHIND);
	assert_int_equal(pair_judge(&p, 2).subject, 4);
	/* Accepted by somebody: whoever is past it has skipped it. */
	assert_null(pair_carry(&p, NULL));
	assert_stage(&p.now, "Gate", SKIPPED);
	assert_int_equal(rig_stage(&p.now, "Gate")->execution, 1);
	pair_changed(&p, "Source: Fetch Sign\nBuild: Make | Unit Lint\n"
			 "Prod: Ask? | Install^\n");
	assert_judged(&p, 1, STAY, BEHIND);
}

static void
carry__begins_a_stage_anew_where_it_may(void **unused)
{
	(void)unused;
	struct pair p;
	const uint8_t repeats[] = { 0, 1, 1 };
	/* New in front of the group, or in it: Build and approvals may. */
	pair_changed(&p, "Source: Fetch\nBuild: Make Gen | Unit Lint\n"
			 "Prod: Ask? Also? | Install^\n");
	assert_judged(&p, 1, REPEAT, BEHIND);
	/* Prod has Build behind it, in which something is new. */
	assert_judged(&p, 2, STAY, BEHIND);
	pair_changed(&p, "Source: Fetch\nBuild: Make | Unit Lint\n"
			 "Prod: Ask? Also? | Install^\n");
	assert_judged(&p, 2, REPEAT, BEHIND);
	assert_null(pair_carry(&p, repeats));
	assert_action(&p.now, "Build.Make", IN_PROGRESS);
	assert_action(&p.now, "Build.Unit", NONE);
	assert_action(&p.now, "Prod.Also", IN_PROGRESS);
	assert_action(&p.now, "Prod.Ask", IN_PROGRESS);
	/* Not when something was deployed in it. */
	pair_changed(&p, "Source: Fetch\nBuild: Make | Unit Lint\n"
			 "Prod: Ask? Also? | Install^\n");
	rig_do(&p.old, "approve Prod.Ask");
	assert_judged(&p, 2, STAY, BEHIND);
	assert_int_equal(pair_judge(&p, 2).repeat_reason, SW_CARRY_EFFECT);
	assert_int_equal(pair_judge(&p, 2).repeat_subject, 5);
}

static void
carry__needs_what_runs(void **unused)
{
	(void)unused;
	struct pair p;
	pair_changed(&p, "Source: Fetch\nBuild: Make | Lint\n"
			 "Prod: Ask | Install^\n");
	assert_judged(&p, 1, REPEAT, ROW_GONE);
	/* Another category is another action. */
	assert_judged(&p, 2, REPEAT, ROW_GONE);
	pair_changed(
	    &p, "Source: Fetch\nBuild: Make | Unit Lint\nLive: Ask?\n");
	assert_judged(&p, 2, STAY, STAGE_GONE);
	assert_string_equal(pair_carry(&p, NULL), "one-place");
}

static void
carry__minds_the_order(void **unused)
{
	(void)unused;
	struct pair p;
	pair_changed(&p, "Source: Fetch\nBuild: Unit Lint | Make\n"
			 "Prod: Ask? | Install^\n");
	assert_judged(&p, 1, REPEAT, ORDER);
	/* Deployed once; ahead again. */
	pair_build(
	    &p, "A: Fetch\nB: Put^\nC: Test\n", "A: Fetch\nC: Test\nB: Put^\n");
	rig_do(&p.old, "start; succeed A.Fetch; succeed B.Put");
	assert_judged(&p, 2, STAY, AGAIN);
}

static void
carry__knows_modes(void **unused)
{
	(void)unused;
	struct pair p;
	pair_changed(&p, "QUEUED 5\n" SHOP);
	assert_judged(&p, 1, OVER, FITS);
	assert_null(pair_carry(&p, NULL));
	rig_do(&p.now, "start; start; start");
	pair_changed(&p, "PARALLEL 5\n" SHOP);
	assert_judged(&p, 1, STAY, MODE);
	pair_build(&p, "QUEUED 5\n" SHOP, SHOP);
	rig_do(&p.old, "start; start");
	assert_judged(&p, 0, OVER, FITS);
	rig_do(&p.old, "start");
	assert_judged(&p, 0, STAY, MODE);
}

/* xorshift64*, so that a walk is the same on every machine. */
static uint32_t
next_random(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (uint32_t)((*seed * 0x2545f4914f6cdd1dU) >> 33);
}

static void
step_random(struct rig *rig, uint64_t *seed)
{
	struct sw_event events[EVENTS_MAX];
	const uint32_t n =
	    sw_candidates(rig->machine, rig_state(rig), events, EVENTS_MAX);
	if (n == 0)
		return;
	struct sw_event event = events[next_random(seed) % n];
	if (event.kind == SW_EVENT_ABANDON || event.kind == SW_EVENT_STOP)
		event = events[next_random(seed) % n];
	rig_step(rig, event);
}

#define BUSY                                                                   \
	"Source: Fetch*\n"                                                     \
	"Build beforeEntry=SKIP:R,S onFailure=RETRY*2: A B^ | C\n"             \
	"Ship beforeEntry=FAIL:R onSuccess=ROLLBACK:H onFailure=RETRY_ALL:W: " \
	"Ask? Put^* | Check+\n"                                                \
	"End: Tell!\n"

/* The same tables: the same bytes, and the same life from then on. */
static void
carry__to_the_same_is_the_same(void **unused)
{
	(void)unused;
	static const char *const heads[] = { "", "QUEUED 4\n", "running 1\n",
		"QUEUED 3\nrunning 2\ntargets 1\n", "PARALLEL 3\n" };
	static struct pair p;
	uint64_t seed = 7;
	for (size_t h = 0; h < sizeof heads / sizeof heads[0]; h++) {
		char lines[1024];
		snprintf(lines, sizeof lines, "%s%s", heads[h],
		    h == 4 ? "Source: A B\nShip beforeEntry=FAIL:R: Ask? B^\n"
			   : BUSY);
		pair_build(&p, lines, lines);
		for (int i = 0; i < 3000; i++) {
			step_random(&p.old, &seed);
			const uint32_t n = p.from.machine.nstages;
			for (uint32_t s = 0; s < n; s++)
				assert_judged(&p, s, OVER, FITS);
			assert_null(pair_carry(&p, NULL));
			assert_memory_equal(p.old.state + sizeof(uint64_t),
			    p.now.state + sizeof(uint64_t),
			    p.from.machine.state_size - sizeof(uint64_t));
		}
	}
}

/* Who is in flight carries over or begins anew, or the whole stays. */
static int
carry_if_all_may(struct pair *p)
{
	uint8_t repeats[BUILT_STAGES_MAX] = { 0 };
	int nin_flight = 0;
	for (uint32_t s = 0; s < p->from.machine.nstages; s++) {
		const struct sw_stage_state *at =
		    sw_state_stage(rig_state(&p->old), s);
		const int holds = at->status == SW_STATUS_IN_PROGRESS ||
				  at->status == SW_STATUS_STOPPING;
		struct sw_carry_answer a = { .way = SW_CARRY_OVER };
		if (at->waiting != 0)
			a = sw_carry_judge(&p->carry, rig_state(&p->old), s, 0);
		if (a.way != SW_CARRY_OVER)
			return 0;
		if (holds)
			a = sw_carry_judge(&p->carry, rig_state(&p->old), s, 1);
		if (a.way == SW_CARRY_STAY)
			return 0;
		repeats[s] = a.way == SW_CARRY_REPEAT;
		nin_flight += holds || at->waiting != 0;
	}
	const char *law = pair_carry(p, repeats);
	/* Stages that change places may part who is in order. */
	if (law != NULL && (nin_flight == 0 || strcmp(law, "start-order") != 0))
		fail_msg("judged to fit, and breaks law %s", law);
	return law == NULL;
}

static void
carry__keeps_the_laws(void **unused)
{
	(void)unused;
	static const char *const others[] = {
		BUSY "More: X\n",
		"New: N\n" BUSY,
		"Source: Fetch*\nBuild beforeEntry=SKIP:R: A B^ | C D\n"
		"Ship: Ask? Put^* | Check+\nEnd: Tell!\n",
		"Source: Fetch*\nBuild: C | B^ | A\nGate: G?\n"
		"Ship beforeEntry=SKIP:R onSuccess=FAIL:H: Ask? Put^ | "
		"Check\nEnd: Tell!\n",
		"Source: Fetch*\nShip: Ask? Put^* | Check+\n"
		"Build onFailure=ROLLBACK: A B^ | C\nEnd: Tell!\n",
		"Ship: Ask? Put^* | Check+\nEnd: Tell! Also\n",
	};
	static const char *const heads[] = { "", "QUEUED 4\n",
		"QUEUED 9\nrunning 3\n" };
	static struct pair p;
	uint64_t seed = 3;
	int ncarried = 0;
	for (size_t k = 0; k < 6 * 9; k++) {
		char from[1024], to[1024];
		snprintf(from, sizeof from, "%s%s", heads[k % 3], BUSY);
		snprintf(
		    to, sizeof to, "%s%s", heads[k / 3 % 3], others[k / 9]);
		if (k % 3 == 2 || k / 3 % 3 == 2)
			continue;
		pair_build(&p, from, to);
		for (int i = 0; i < 600; i++) {
			step_random(&p.old, &seed);
			if (!carry_if_all_may(&p))
				continue;
			ncarried++;
			for (int n = 0; n < 20; n++)
				step_random(&p.now, &seed);
		}
	}
	assert_true(ncarried > 3000);
}

/* The place of who is at a stage. */
static const char *
place(struct pair *p, uint32_t stage, enum sw_carry_at at)
{
	static char text[SW_CARRY_PLACE_MAX(BUILT_ROWS_MAX)];
	const size_t n = sw_carry_place(
	    &p->from.machine, rig_state(&p->old), stage, at, text);
	assert_int_equal(strlen(text), n);
	return text;
}

static void
carry__has_a_text_for_each_place(void **unused)
{
	(void)unused;
	struct pair p;
	pair_changed(&p, SHOP);
	assert_string_equal(place(&p, 2, SW_CARRY_HOLDS), "holds r.");
	assert_string_equal(place(&p, 1, SW_CARRY_HOLDS), "holds srr");
	rig_do(&p.old, "fail Build.Unit; unknown Build.Lint");
	assert_string_equal(place(&p, 1, SW_CARRY_HOLDS), "holds sfr");
	rig_do(&p.old, "stop #2");
	assert_string_equal(place(&p, 1, SW_CARRY_HOLDS), "holds stopping sfr");
	rig_do(&p.old, "succeed Build.Lint; start; succeed Source.Fetch; "
		       "approve Prod.Ask; succeed Prod.Install; "
		       "succeed Build.Make; succeed Build.Unit");
	assert_string_equal(place(&p, 1, SW_CARRY_HOLDS), "holds ssr");
	rig_do(&p.old, "rollback Prod #1; succeed Build.Lint");
	assert_string_equal(place(&p, 2, SW_CARRY_HOLDS), "holds rollback r.");
	assert_string_equal(place(&p, 2, SW_CARRY_WAITS), "waits");
	rig_do(&p.old, "reject Prod.Ask");
	assert_string_equal(place(&p, 2, SW_CARRY_ENDED), "ended");
	pair_build(&p,
	    "QUEUED 4\nrunning 1\nA beforeEntry=FAIL:R onSuccess=FAIL:H: "
	    "X Y\n",
	    SHOP);
	rig_do(&p.old, "start; override A beforeEntry");
	assert_string_equal(place(&p, 0, SW_CARRY_HOLDS), "holds frw.");
	rig_do(&p.old, "start; start; succeed A.X; succeed A.Y; "
		       "override A onSuccess");
	assert_string_equal(place(&p, 0, SW_CARRY_HOLDS), "holds r...");
	rig_do(&p.old, "start");
	assert_string_equal(place(&p, 0, SW_CARRY_WAITS), "waits crowded");
}

enum {
	PLACES_MAX = 2000
};

/* What was judged of a place before. */
struct judged {
	uint32_t stage;
	char place[SW_CARRY_PLACE_MAX(BUILT_ROWS_MAX)];
	struct sw_carry_answer answer;
};

static void
assert_as_before(struct judged *known, size_t *nknown, struct pair *p,
    uint32_t stage, enum sw_carry_at at)
{
	const char *text = place(p, stage, at);
	const struct sw_carry_answer a =
	    at == SW_CARRY_ENDED
		? sw_carry_judge_past(&p->carry, rig_state(&p->old), stage)
		: sw_carry_judge(&p->carry, rig_state(&p->old), stage,
		      at == SW_CARRY_HOLDS);
	size_t i = 0;
	while (i < *nknown &&
	       (known[i].stage != stage || strcmp(known[i].place, text) != 0))
		i++;
	if (i == *nknown) {
		assert_true(i < PLACES_MAX);
		known[i].stage = stage;
		strcpy(known[i].place, text);
		known[i].answer = a;
		++*nknown;
	}
	assert_memory_equal(&known[i].answer, &a, sizeof a);
}

/* A place has all that an answer depends on. */
static void
carry__judges_by_the_place_alone(void **unused)
{
	(void)unused;
	static const char *const heads[] = { "", "QUEUED 4\nrunning 1\n" };
	static struct judged known[PLACES_MAX];
	static struct pair p;
	uint64_t seed = 11;
	for (size_t h = 0; h < 2; h++) {
		char from[1024];
		size_t nknown = 0;
		snprintf(from, sizeof from, "%s%s", heads[h], BUSY);
		pair_build(&p, from,
		    "Source: Fetch*\nBuild onFailure=RETRY: C B | A B2^\n"
		    "Ship: Put^* Ask? | Check+\nEnd: Tell!\n");
		for (int i = 0; i < 4000; i++) {
			step_random(&p.old, &seed);
			for (uint32_t s = 0; s < 4; s++) {
				const struct sw_stage_state *at =
				    sw_state_stage(rig_state(&p.old), s);
				if (at->waiting != 0)
					assert_as_before(known, &nknown, &p, s,
					    SW_CARRY_WAITS);
				if (at->status == SW_STATUS_IN_PROGRESS ||
				    at->status == SW_STATUS_STOPPING)
					assert_as_before(known, &nknown, &p, s,
					    SW_CARRY_HOLDS);
				else if (at->execution != 0)
					assert_as_before(known, &nknown, &p, s,
					    SW_CARRY_ENDED);
			}
		}
		assert_true(nknown > 50);
	}
}

/* A rule that was overridden is done, though it never passed. */
static void
carry__takes_an_overridden_rule_as_done(void **unused)
{
	(void)unused;
	struct pair p;
	pair_build(&p, "A beforeEntry=FAIL:R: X | Y\n",
	    "A beforeEntry=FAIL:R: X | Y\nB: Tell\n");
	rig_do(&p.old, "start; override A beforeEntry");
	assert_judged(&p, 0, OVER, FITS);
	rig_do(&p.old, "succeed A.X");
	assert_judged(&p, 0, OVER, FITS);
	assert_null(pair_carry(&p, NULL));
	assert_int_equal(
	    rig_stage(&p.now, "A")->overridden, SW_OVERRIDDEN_BEFORE_ENTRY);
	/* What asks for no entry any more has none to override. */
	pair_build(&p, "A beforeEntry=FAIL:R: X | Y\n", "A: X | Y\nB: Tell\n");
	rig_do(&p.old, "start; override A beforeEntry");
	assert_null(pair_carry(&p, NULL));
	assert_int_equal(rig_stage(&p.now, "A")->overridden, 0);
}

/* A rollback runs no rules, so it lacks none; actions it runs as all do. */
static void
carry__asks_no_rule_of_a_rollback(void **unused)
{
	(void)unused;
	struct pair p;
	pair_rolled_back(
	    &p, ENTRY "Put^ | Smoke\n", ENTRY "Put^ | Smoke\nB: T\n");
	assert_judged(&p, 1, OVER, FITS);
	pair_rolled_back(&p, ENTRY "Put^ | Smoke\n",
	    "S: Fetch\nProd beforeEntry=FAIL:R,New onSuccess=FAIL:H: "
	    "Put^ | Smoke\n");
	assert_judged(&p, 1, OVER, FITS);
	pair_rolled_back(
	    &p, ENTRY "Put^ | Smoke\n", ENTRY "Put^ Mail | Smoke\n");
	assert_judged(&p, 1, STAY, BEHIND);
	assert_int_equal(pair_judge(&p, 1).repeat_reason, SW_CARRY_ROLLBACK);
	/* Whoever is no rollback would be past the new rule. */
	pair_build(&p, "S: Fetch\nProd beforeEntry=FAIL:R: Put^\n",
	    "S: Fetch\nProd beforeEntry=FAIL:R,New: Put^\n");
	rig_do(&p.old, "start; succeed S.Fetch; pass Prod.R");
	assert_judged(&p, 1, STAY, BEHIND);
}

/* Deployed, and declared that it may be deployed again. */
static void
carry__repeats_what_may_run_twice(void **unused)
{
	(void)unused;
	static const char *const marks[] = { "*", "+" };
	struct pair p;
	for (size_t i = 0; i < 2; i++) {
		char from[128], beside[128], before[128];
		snprintf(from, sizeof from, "S: F\nP: Put^%s | T\n", marks[i]);
		snprintf(beside, sizeof beside, "S: F\nP: Put^%s | T Also\n",
		    marks[i]);
		snprintf(before, sizeof before, "S: F\nP: Put^%s Also | T\n",
		    marks[i]);
		pair_build(&p, from, beside);
		rig_do(&p.old, "start; succeed S.F; succeed P.Put");
		assert_judged(&p, 1, REPEAT, BEHIND);
		/* Never two of them at a time. */
		pair_build(&p, from, before);
		rig_do(&p.old, "start; succeed S.F");
		assert_judged(&p, 1, STAY, BEHIND);
		assert_int_equal(
		    pair_judge(&p, 1).repeat_reason, SW_CARRY_EFFECT);
	}
}

/* What a category does outside decides whether it may be done again. */
static void
carry__repeats_by_category(void **unused)
{
	(void)unused;
	static const uint8_t harmless[] = { SW_CATEGORY_SOURCE,
		SW_CATEGORY_BUILD, SW_CATEGORY_TEST, SW_CATEGORY_APPROVAL };
	static const uint8_t others[] = { SW_CATEGORY_DEPLOY,
		SW_CATEGORY_INVOKE, SW_CATEGORY_COMPUTE };
	struct pair p;
	pair_build(&p, "S: F\nP: X | T\n", "S: F\nP: X | T Also\n");
	rig_do(&p.old, "start; succeed S.F; succeed P.X");
	for (size_t i = 0; i < sizeof harmless; i++) {
		p.from.rows[1].category = p.to.rows[1].category = harmless[i];
		assert_judged(&p, 1, REPEAT, BEHIND);
	}
	for (size_t i = 0; i < sizeof others; i++) {
		p.from.rows[1].category = p.to.rows[1].category = others[i];
		assert_judged(&p, 1, STAY, BEHIND);
	}
	/* Deployed once; ahead again, and may be. */
	pair_build(&p, "A: Fetch\nB: Put^*\nC: Test\n",
	    "A: Fetch\nC: Test\nB: Put^*\n");
	rig_do(&p.old, "start; succeed A.Fetch; succeed B.Put");
	assert_judged(&p, 2, OVER, FITS);
}

static void
assert_said(struct pair *pair, enum sw_carry_reason reason, uint32_t subject,
    const char *text)
{
	char words[SW_CARRY_WORDS_MAX];
	assert_string_equal(
	    sw_words_carry(&pair->carry, reason, subject, words), text);
}

static void
carry__says_why_in_words(void **unused)
{
	(void)unused;
	struct pair p;
	pair_build(
	    &p, "QUEUED 2\nSource: Fetch\nBuild: Make\n", "Source: Sign\n");
	assert_said(
	    &p, SW_CARRY_MODE, 0, "the mode changes from QUEUED to SUPERSEDED");
	assert_said(&p, SW_CARRY_STAGE_GONE, 1,
	    "stage 'Build' is where it is, and not in the new version");
	assert_said(&p, SW_CARRY_ROW_GONE, 0,
	    "'Source.Fetch' runs and is not in the new version");
	assert_said(&p, SW_CARRY_BEHIND, 0,
	    "'Source.Sign' is new and behind it: it would go on without");
	assert_said(&p, SW_CARRY_STOPPING, 0,
	    "it is Stopping, and nothing starts any more");
	assert_said(&p, SW_CARRY_ROLLBACK, 0, "it is a rollback");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carry__takes_what_fits),
		cmocka_unit_test(carry__never_skips_what_is_new_behind),
		cmocka_unit_test(carry__begins_a_stage_anew_where_it_may),
		cmocka_unit_test(carry__needs_what_runs),
		cmocka_unit_test(carry__minds_the_order),
		cmocka_unit_test(carry__knows_modes),
		cmocka_unit_test(carry__to_the_same_is_the_same),
		cmocka_unit_test(carry__keeps_the_laws),
		cmocka_unit_test(carry__has_a_text_for_each_place),
		cmocka_unit_test(carry__judges_by_the_place_alone),
		cmocka_unit_test(carry__takes_an_overridden_rule_as_done),
		cmocka_unit_test(carry__asks_no_rule_of_a_rollback),
		cmocka_unit_test(carry__repeats_what_may_run_twice),
		cmocka_unit_test(carry__repeats_by_category),
		cmocka_unit_test(carry__says_why_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
