/*
 * The runs to production that the old machine refused and the new one accepts.
 *
 * When a deploy to production starts, the state says which gates (gates.h)
 * have Succeeded on the way. Of all runs of the old machine the smallest such
 * sets are kept for each deploy and type of execution: what any run had to
 * pass. A run of the new machine that starts the deploy with a set that
 * contains none of them is new, and the first that a search breadth first
 * finds is a shortest one. One execution is enough: what another one does to
 * it, to hold it up or to take its place, starts nothing.
 *
 * Runs without operators: what they may do is for policies to say, and
 * judged by `verify`.
 */
#ifndef COMPILER_REVIEW_BYPASS_H
#define COMPILER_REVIEW_BYPASS_H

#include <stdint.h>

struct arena;
struct comparison;
struct lowered;

/* Of one search; the set of states, and the clock. */
#define BYPASS_MEMORY_MAX (UINT64_C(256) << 20)
#define BYPASS_SECONDS_MAX 5.0
/* Smallest sets that are kept of one deploy. */
#define BYPASS_SETS_MAX 64

/*
 * Gives each change of the comparison that opens a way to production the
 * shortest run on it, and adds rv-bypass for what no other change says. A
 * search that is not finished adds one, too, which says so. `lowered`: old and
 * new, of the models compared.
 */
void bypass_find(struct arena *arena, struct comparison *comparison,
    const struct lowered *const lowered[2]);

#endif
