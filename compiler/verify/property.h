/*
 * What is to be proven of a pipeline: the properties that every machine
 * should have, and its policies. This file knows what they are about; whether
 * they hold is judge.h's.
 */
#ifndef COMPILER_VERIFY_PROPERTY_H
#define COMPILER_VERIFY_PROPERTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diagnostic.h"
#include "base/source.h"

struct arena;
struct lowered;
struct obligation;
struct obligations;

enum property_kind {
	/* Whatever the model. */
	PROPERTY_LAWS,             /* sw_state_broken_law, in every state */
	PROPERTY_FAILURE_STOPS,    /* nothing starts behind what failed */
	PROPERTY_STOP_STOPS,       /* nothing starts in a stopped execution */
	PROPERTY_ROLLBACK_TARGET,  /* only what Succeeded is rolled back to */
	PROPERTY_BOUNDED_ATTEMPTS, /* as many as the model says */
	PROPERTY_CLEAN_END,        /* who has ended holds nothing */
	PROPERTY_DEADLOCK,    /* who is in flight can go on, or be helped */
	PROPERTY_COMPLETE,    /* an end can always be reached */
	PROPERTY_DEAD_ACTION, /* each action starts in some run */
	PROPERTY_LIVELOCK,    /* nobody runs for ever */
	/* Of a model that has such things. */
	PROPERTY_NEEDS_OPERATOR, /* no run waits for an operator */
	PROPERTY_GATE,           /* no deploy passes its approvals by */
	PROPERTY_ARTIFACTS,      /* what is read was written */
	PROPERTY_VARIABLES,      /* likewise */
	PROPERTY_UNGATED_RETRY,  /* no automatic retry deploys unasked */
	PROPERTY_ENVIRONMENT,    /* one execution at a time deploys to one */
	PROPERTY_ROLLBACK_NONE,  /* a stage that can never be rolled back */
	PROPERTY_STALE,          /* no deploy of what nobody approved */
	PROPERTY_REWRITTEN,      /* nor of what was written again since */
	PROPERTY_PULL_REQUEST,   /* no pull request reaches production */
	PROPERTY_STAGING_FIRST,  /* production comes after staging */
	PROPERTY_ENDLESS_RETRY,  /* retries have an end */
	PROPERTY_STARVES,        /* nobody is replaced again and again */
	/* Policies. */
	PROPERTY_PRECEDE,
	PROPERTY_NEVER,
	PROPERTY_FOLLOW,
	PROPERTY_ALONE
};

struct property {
	enum property_kind kind;
	const char *name; /* "clean-end", or a policy's id */
	const char *says; /* what holds, in a few words */
	enum check_id check;
	const struct obligation *obligation; /* of a policy */
	/* GATE: the deploy; ROLLBACK_NONE: the stage; STARVES: the approval */
	uint32_t subject;
	bool is_several; /* it speaks of several executions */
	bool is_of_all;  /* operators are no excuse */
	bool is_of_runs; /* operators are not looked at */
};

/* `what` reads, by the thing at `at`, what `by` has written. */
struct property_need {
	uint32_t what;
	uint32_t by;
	const char *name;
	struct span at;
};

struct properties {
	const struct lowered *lowered;
	struct property *items;
	size_t n;
	struct property_need *artifacts;
	size_t nartifacts;
	struct property_need *variables;
	size_t nvariables;
	/* What production gets, with an approval that comes after it is written
	 * and others before; and with one in the writer's stage that a retry
	 * asks no later than the writer. */
	struct property_need *stale;
	size_t nstale;
	struct property_need *rewritten;
	size_t nrewritten;
	/* By action: 0, or the number of the environment that it deploys to;
	 * and is that production? */
	uint32_t *environments;
	bool *is_production;
	bool *is_staging;
	bool *is_skippable; /* by stage */
};

/* All of them, those without a policy first; owned by the arena. */
struct properties *properties_list(struct arena *arena,
    const struct lowered *lowered, const struct obligations *obligations);

/* For alike_find: what any of them tells apart. Owned by the arena. */
uint64_t *properties_roles(
    struct arena *arena, const struct properties *properties);

/*
 * For bystander_find: of each action, whether a property of several executions
 * tells it apart. Owned by the arena.
 */
bool *properties_named(
    struct arena *arena, const struct properties *properties);

/* Is there an approval before this action, by the order of the model? */
bool properties_is_approval_before(
    const struct lowered *lowered, uint32_t approval, uint32_t action);

#endif
