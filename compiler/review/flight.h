/*
 * What becomes of releases in flight when the new machine takes over: every
 * state that the old one can reach is judged as an upgrade judges the state
 * that is there (runtime/machine/carry.h), and of each place the strictest
 * answer is kept. So the table is a proof: an execution that is anywhere fares
 * as it says, or better.
 *
 * Beside the machines it is asked what the new one reads from there on and who
 * has written it, and whether what was done is what the new one would have
 * had done, as the runtime asks it of an execution (runtime/upgrade/needs.h,
 * past.h); here of what has Succeeded in the state.
 *
 * One execution is enough, since a place (sw_carry_place) is of one: that
 * somebody waits behind is set by hand where it matters. Operators move, too.
 */
#ifndef COMPILER_REVIEW_FLIGHT_H
#define COMPILER_REVIEW_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct comparison;
struct lowered;
struct text;

/* Of the search; and places with what was before them that are told apart, in
 * a table and in a plan (runtime/upgrade/planned.h reads no more). */
#define FLIGHT_MEMORY_MAX (UINT64_C(256) << 20)
#define FLIGHT_SECONDS_MAX 5.0
#define FLIGHT_PLACES_MAX 16384
#define FLIGHT_PLAN_MAX 262144

/* Strictest last. */
enum flight_what {
	FLIGHT_CARRIES, /* it goes on; of who has ended: it can be retried */
	FLIGHT_REPEATS, /* its stage begins anew */
	FLIGHT_OLD,     /* it ends on the old machine */
	FLIGHT_ENDS     /* it has ended, and cannot be retried any more */
};

struct flight_row {
	uint32_t stage;    /* of the old machine */
	const char *place; /* sw_carry_place's */
	enum flight_what what;
	const char *why; /* NULL of FLIGHT_CARRIES */
};

struct flight {
	const struct lowered *const *lowered;
	struct flight_row *rows; /* by stage, as they were found */
	size_t n;
	bool is_complete;          /* all places are there */
	const bool *loses_targets; /* of rollbacks: of each old stage that is
				      there still */
};

/* "carries", "repeats", "old", "ends": the words of a plan. */
const char *flight_word(enum flight_what what);

/*
 * `tells_apart`: places that differ by actions that are interchangeable have
 * rows of their own, as a plan needs them. Owned by the arena; borrows
 * `lowered`, old and new.
 */
const struct flight *flight_judge(struct arena *arena,
    const struct comparison *comparison, const struct lowered *const lowered[2],
    bool tells_apart);

/* Adds what does not just go on to the comparison: rv-running, and
 * rv-rollback-lost. */
void flight_tell(struct arena *arena, struct comparison *comparison,
    const struct flight *flight);

/* The plan of this change that `./release upgrade --plan` takes. */
void flight_plan(struct text *text, const struct flight *flight);

#endif
