/*
 * Model to machine: every order, number, identifier and bound is decided
 * here, so that what comes after only prints or steps. No I/O. The model must
 * have passed its checks.
 */
#ifndef COMPILER_LOWER_H
#define COMPILER_LOWER_H

#include <stdbool.h>

#include <stagewright/machine.h>

struct action;
struct arena;
struct limits;
struct model;
struct rule;
struct stage;
struct trigger;

/* Deadlines of actions that do not say one (User Guide, "Quotas"). */
#define LOWER_APPROVAL_TIMEOUT_MS (7 * UINT64_C(86400000))
/* Of a rule that waits for its window: one that opens once a week does. */
#define LOWER_WINDOW_TIMEOUT_MS (7 * UINT64_C(86400000))

/* What an action or a rule does, beside the machine. Owned by the arena. */
struct lowered_work {
	const char *provider;    /* of the runtime: "git" of sw_provider_git */
	const char *environment; /* the action's or its stage's; NULL: none */
	const char **inputs;     /* the primary one first; NULL ends, or NULL */
	uint64_t timeout_ms;     /* never 0 */
	uint64_t backoff_ms;     /* before the second attempt; 0: no retries */
	bool exec;               /* its commands are argv lines */
	const char *sandbox;     /* "user", "bubblewrap"; NULL: none */
	bool network;            /* in its sandbox */
	const struct limits *limits; /* 0: unlimited */
};

/* A trigger and the action that it watches for. */
struct lowered_trigger {
	const struct trigger *trigger;
	const char *name; /* "Source.Checkout" */
	uint32_t action;
};

/* A lowered pipeline. Arrays are indexed as the machine's tables are. */
struct lowered {
	struct sw_machine machine; /* complete: it can be stepped as it is */
	const struct model *model;
	const char *prefix;            /* C identifier of the pipeline */
	const char *upper;             /* the same in capitals */
	const char **stage_idents;     /* "STOREFRONT_BUILD" */
	const char **action_idents;    /* "STOREFRONT_BUILD_COMPILE" */
	const struct stage **stages;   /* of the model */
	const struct action **actions; /* of the model; NULL: a rule's row */
	const struct rule **rules;     /* of the model; NULL: an action's */
	struct lowered_work *work;     /* one for each action and rule */
	struct lowered_trigger *triggers;
	size_t ntriggers;
	bool uses_git; /* a provider needs libgit2 */
};

/* Owned by the arena. */
struct lowered *lower(struct arena *arena, const struct model *model);

#endif
