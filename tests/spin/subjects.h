/*
 * Pipelines that are explored twice: by compiler/verify on the machine itself,
 * and by SPIN on what `compile --promela` says of it.
 */
#ifndef SPIN_SUBJECTS_H
#define SPIN_SUBJECTS_H

#include <stddef.h>
#include <stdint.h>

/* What a policy forbids, of two stages or two rows of the tables. */
enum subject_policy {
	POLICY_NONE,
	POLICY_HELD_BOTH,   /* both stages are held */
	POLICY_RUNS_BEFORE, /* the first runs, the second has not Succeeded */
};

struct subject {
	const char *name;
	const char *words;   /* of tests/unit/built.h */
	uint32_t executions; /* the bounds of the search */
	uint32_t rollbacks;
	uint32_t closings;
	unsigned moves; /* of enum explore_moves, beside EXPLORE_RUNS */
	enum subject_policy policy;
	uint32_t first;
	uint32_t second;
};

extern const struct subject subjects[];
extern const size_t nsubjects;

#endif
