/* What the files of the judge share. Internal to compiler/verify/. */
#ifndef COMPILER_VERIFY_JUDGE_PART_H
#define COMPILER_VERIFY_JUDGE_PART_H

#include <stdlib.h>

#include "edges.h"
#include "judge.h"
#include "lower/lower.h"
#include "policy/policy.h"

#define NO_BIT UINT32_MAX

struct judge {
	const struct properties *properties;
	const struct lowered *lowered;
	struct breach *breaches;
	unsigned moves;
	bool is_several;
	uint32_t nexecutions;
	/* Bits of one execution beside the state; NO_BIT: not kept. */
	uint32_t bits_each;
	uint32_t *skipped_bits;   /* by stage */
	uint32_t *succeeded_bits; /* by stage */
	uint32_t *follow_bits;    /* by property */
	bool has_follow;
	/* By action that writes what production gets: it was written after all
	 * approvals; an approval came after it was written once. */
	uint32_t *unseen_bits;
	uint32_t *seen_bits;
	bool has_writes;
	uint32_t *of_starts; /* properties that are about what starts */
	size_t nof_starts;
	uint32_t *of_entries; /* and about stages that are entered */
	size_t nof_entries;
	uint64_t after;      /* what stands beside the state after the step */
	bool *has_started;   /* by action */
	struct edges *edges; /* NULL: not kept */
	uint8_t *is_end;     /* by state; as capacity says */
	size_t nends;
};

/* Is a property to be judged in this search? */
static inline bool
is_judged(const struct judge *judge, size_t property)
{
	const struct property *p = &judge->properties->items[property];
	return !judge->breaches[property].is_found &&
	       !judge->breaches[property].is_witnessed &&
	       p->is_several == judge->is_several &&
	       !(p->is_of_runs && (judge->moves & EXPLORE_OPERATORS) != 0);
}

static inline uint64_t
bit_of(const struct judge *judge, uint32_t execution, uint32_t bit)
{
	return bit == NO_BIT
		   ? 0
		   : UINT64_C(1) << ((execution - 1) * judge->bits_each + bit);
}

/* judge_follow.c: <follow>, which needs what was owed before. */
uint64_t judge__follow(
    struct judge *judge, const struct explore_step *step, uint64_t observed);
/* judge_write.c: what was approved, and what was written since. */
void judge__give_writes(struct judge *judge);
uint64_t judge__writes(const struct judge *judge,
    const struct explore_step *step, uint64_t observed);
/* The first of needs that `action` breaks when it starts, by the bits after
 * the step; n: it breaks none. */
size_t judge__written_since(const struct judge *judge,
    const struct property_need *needs, size_t n, uint32_t action,
    uint32_t execution, bool was_seen);
/* Gives out the bits of one execution, while all executions' fit. */
uint32_t judge__take_bit(struct judge *judge);
/* judge_start.c: what may start, and when. */
void judge__starts(struct judge *judge, const struct explore_step *step);
void judge__entries(struct judge *judge, const struct explore_step *step);
/* Which properties these two judge, worked out once. */
void judge__sort(struct judge *judge);
/* judge_place.c: what may run at the same time. */
void judge__place(struct judge *judge, const struct explore_place *place);

#endif
