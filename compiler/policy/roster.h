/*
 * The actions and stages of a model by the numbers of its machine: what
 * selectors pick from.
 */
#ifndef COMPILER_ROSTER_H
#define COMPILER_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"

struct arena;
struct names;

struct roster {
	const struct model *model;
	const struct action **actions; /* by stage, runOrder and line */
	uint32_t *stage_of;            /* the stage's number, of each action */
	uint32_t nactions;
	struct names *parameters; /* every parameter that an action has */
	/* What it takes to ask all of them for an attribute: actions, stages and
	 * everything that actions hold. */
	size_t weight;
	unsigned *suggestions; /* that may still be worked out */
};

/* Owned by the arena. */
struct roster *roster_new(struct arena *arena, const struct model *model);

/* May one more suggestion be worked out? For a model full of misspelt names
 * they end (LIMIT_SUGGESTIONS). */
bool roster_suggests(const struct roster *roster);

/* What a policy is about: an action, or a stage when action is NULL. */
struct member {
	const struct stage *stage;
	const struct action *action;
};

struct member roster_action(const struct roster *roster, uint32_t action);
struct member roster_stage(const struct roster *roster, uint32_t stage);

#endif
