/*
 * All that can be seen of one stage, whatever happens: the search of all
 * states (explore.h), projected on it.
 */
#ifndef COMPILER_VERIFY_PROJECT_H
#define COMPILER_VERIFY_PROJECT_H

#include <stdint.h>

#include "draw/chart.h"

struct arena;

/* Bounds of a search that is for a picture. */
#define PROJECT_MEMORY_MAX (UINT64_C(512) << 20)
#define PROJECT_SECONDS_MAX 30.0
#define PROJECT_EXECUTIONS_MAX 8u

struct project_options {
	uint32_t stage;
	uint32_t executions; /* STANDARD ones, from 1 */
	unsigned moves;      /* of enum explore_moves, beside EXPLORE_RUNS */
};

/* The words of --moves, and the moves of a list of them, parted by commas; 0:
 * one of them is none. */
#define PROJECT_MOVES "retries,overrides,rollbacks,stops,transitions,unknown"
unsigned project_moves(const char *words);

/*
 * Fills in *chart, owned by the arena. NULL; or why there is no picture, with
 * a way out, owned by the arena.
 */
const char *project_stage(struct arena *arena, const struct sw_machine *machine,
    const struct project_options *options, struct chart *chart);

#endif
