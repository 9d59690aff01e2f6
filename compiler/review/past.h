/*
 * What one execution has behind it in a state of the old machine, seen from
 * the new one: does it have what it will read, and did it do what the new one
 * would have had done?
 */
#ifndef COMPILER_REVIEW_PAST_H
#define COMPILER_REVIEW_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/carry.h"

struct arena;
struct comparison;
struct lowered;

struct past;

/* Owned by the arena. */
struct past *past_new(struct arena *arena, const struct comparison *comparison,
    const struct lowered *const lowered[2], const struct sw_carry *carry);

/* Where it is. */
struct past_place {
	const struct sw_state *state;
	uint32_t stage;   /* of the old machine; it is in the new one, too */
	bool at_begin;    /* it goes on at the stage's beginning */
	bool is_rollback; /* whose past was another one's */
};

/* The first thing that the new machine would not have let happen, or that it
 * reads and nobody will have written; NULL: nothing. Owned by the arena. */
const char *past_objection(
    const struct past *past, const struct past_place *place);

#endif
