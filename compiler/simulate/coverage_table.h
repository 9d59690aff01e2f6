/* What the files of coverage share. Nobody else includes it. */
#ifndef COMPILER_COVERAGE_TABLE_H
#define COMPILER_COVERAGE_TABLE_H

#include "coverage.h"

struct coverage {
	struct arena *arena;
	const struct lowered *lowered;
	uint32_t nsubjects; /* columns: stages or actions, whatever is more */
	uint8_t *fired;     /* [rule * nsubjects + subject] */
	bool by_hand;       /* a rollback that somebody asked for: that shows
	                       the rule, and nothing of the stage's condition */
};

static inline bool
coverage_has(const struct coverage *c, enum sw_rule rule, uint32_t subject)
{
	return c->fired[(size_t)rule * c->nsubjects + subject] != 0;
}

/* What a machine has that not every machine has, as bits; and which of them a
 * rule needs to be able to fire. */
unsigned coverage_features(const struct sw_machine *machine);
unsigned coverage_needs(enum sw_rule rule);

#endif
