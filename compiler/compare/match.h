/*
 * Which stage and which action of one model is which of another:
 *
 *	1. stages of the same name; then what is left, by how many of their
 *	   actions have a counterpart by name
 *	2. actions of the same name and category in counterparts of stages
 *	3. of those left, one alone on each side that does the same: category, provider,
 *	   commands, configuration, artifacts
 *	4. of those left, the assignment with the greatest sum of similarities
 *	   (H. W. Kuhn, "The Hungarian method", 1955), for pairs of one category
 *	   that are similar enough. Never approvals and deploys to production:
 *	   what guards or is guarded is not the same by resemblance.
 */
#ifndef COMPILER_MATCH_H
#define COMPILER_MATCH_H

#include <stdint.h>

#include "check/flow.h"

struct arena;

#define MATCH_NONE UINT32_MAX
/* Actions without a counterpart, on one side, that steps 3 and 4 look at. */
#define MATCH_SINGLE_MAX 200
/* Of 100: what is less alike than that is something else. */
#define MATCH_THRESHOLD 60

struct matching {
	uint32_t *stages;  /* of each old one the new one, or MATCH_NONE */
	uint32_t *actions; /* likewise, indices of the flows */
	uint32_t *stages_back;
	uint32_t *actions_back;
	uint32_t *similarity; /* of each old action that has one: of 100 */
};

/* Owned by the arena. */
const struct matching *match(
    struct arena *arena, const struct flow *old, const struct flow *new_);

#endif
