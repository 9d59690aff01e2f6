/*
 * Two machines for tests, and what is carried from one to the other.
 */
#ifndef TESTS_CARRIED_H
#define TESTS_CARRIED_H

#include <stdint.h>

#include "built.h"
#include "machine/carry.h"

/* Two machines, a state of each, and room for what is the same in them. */
struct pair {
	struct built from, to;
	struct rig old, now;
	uint32_t stages[BUILT_STAGES_MAX], old_stages[BUILT_STAGES_MAX];
	uint32_t actions[BUILT_ROWS_MAX], old_actions[BUILT_ROWS_MAX];
	struct sw_carry carry;
};

/* The words of both (built.h). */
void pair_build(struct pair *pair, const char *from, const char *to);

#define SHOP "Source: Fetch\nBuild: Make | Unit Lint\nProd: Ask? | Install^\n"

/* From SHOP: one in Prod waits for its approval, one is in Build. */
void pair_changed(struct pair *pair, const char *to);

/* The beginning of a Prod with rules, whose actions are Put and Smoke. */
#define ENTRY "S: Fetch\nProd beforeEntry=FAIL:R onSuccess=FAIL:H: "

/* From an ENTRY: #2 came after #1 and is rolled back to it; Put runs. */
void pair_rolled_back(struct pair *pair, const char *from, const char *to);

/* Who holds the stage of the old machine, or waits for it. */
struct sw_carry_answer pair_judge(struct pair *pair, uint32_t stage);

#define assert_judged(pair, stage, is, why)                                    \
	do {                                                                   \
		const struct sw_carry_answer a_ = pair_judge(pair, stage);     \
		assert_int_equal(a_.way, SW_CARRY_##is);                       \
		assert_int_equal(a_.reason, SW_CARRY_##why);                   \
	} while (0)

/*
 * Carries the state of `old` to `now`; the law that it breaks, or NULL.
 * `repeats` is of sw_carry_state; NULL for none.
 */
const char *pair_carry(struct pair *pair, const uint8_t *repeats);

#endif
