/*
 * Judges properties in the course of a search: a visitor of explore.h, and
 * what it has found.
 *
 * A state forgets. What a property needs to know of the past is kept beside
 * it, as bits for each execution: which stages it was let past (Skipped),
 * which it has Succeeded in (if there are rollbacks), and for each <follow>
 * whether something is still owed. Of all other earlier stages an execution
 * is known to have Succeeded in every action, since it left them (semantics.md,
 * 3.6, and the law succeeded-stage-complete, which is judged too).
 */
#ifndef COMPILER_VERIFY_JUDGE_H
#define COMPILER_VERIFY_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "explore.h"
#include "property.h"

/* Steps between states that are kept to look for ends and circles. */
#define JUDGE_EDGES_MAX (UINT32_C(1) << 28)

/* Where a property was first broken. */
struct breach {
	bool is_found;
	bool is_unsure;        /* it could not be judged */
	bool is_witnessed;     /* there is what is to be there: it holds */
	uint32_t state;        /* number in the search */
	struct sw_event event; /* the last one; SW_NEVENTS: the state itself */
	uint32_t action;       /* that it is about, or UINT32_MAX */
	uint32_t other;     /* of two that run at once; what `action` lacks */
	uint32_t stage;     /* UINT32_MAX: none */
	uint32_t execution; /* 0: nobody's */
	const char *detail; /* static: which law */
};

struct judge;

/*
 * For one search with these options, which the judge fills in with itself as
 * visitor and its bits. `breaches` has one for each property; those found
 * already are left as they are. Keeps edges if `wants_ends`.
 */
struct judge *judge_new(const struct properties *properties,
    struct breach *breaches, struct explore_options *options, bool is_several,
    bool wants_ends);
void judge_free(struct judge *judge);

/* Has all been found out that the search is for? Then it may end. */
bool judge_has_seen_enough(const struct judge *judge);

/* When the search is complete: what only all states together say. */
void judge_whole(struct judge *judge, const struct explore *explore);

#endif
