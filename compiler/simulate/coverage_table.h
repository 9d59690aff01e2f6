/* What coverage.c and coverage_paths.c share. Nobody else includes it. */
#ifndef COMPILER_COVERAGE_TABLE_H
#define COMPILER_COVERAGE_TABLE_H

#include "coverage.h"

struct coverage {
	struct arena *arena;
	const struct lowered *lowered;
	uint32_t nsubjects; /* columns: stages or actions, whatever is more */
	uint8_t *fired;     /* [rule * nsubjects + subject] */
};

static inline bool
coverage_has(const struct coverage *c, enum sw_rule rule, uint32_t subject)
{
	return c->fired[(size_t)rule * c->nsubjects + subject] != 0;
}

#endif
