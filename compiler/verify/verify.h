/*
 * Proves the properties of a pipeline, each with runs alone and with what
 * operators may do, and keeps a shortest run to what breaks it.
 *
 *	runs       start, ends of actions and rules, answers to approvals
 *	operators  stop, abandon, retry, open, close, override, roll back
 *
 * Properties that speak of several executions are judged with two, the
 * others with one, unless more are asked for.
 */
#ifndef COMPILER_VERIFY_VERIFY_H
#define COMPILER_VERIFY_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "explore.h"
#include "judge.h"
#include "property.h"

struct arena;
struct lowered;
struct obligations;

/* Of one search, unless something else is asked for. */
#define VERIFY_MEMORY_MAX (UINT64_C(2) << 30)
#define VERIFY_SECONDS_MAX 300.0
/* To look for a run that is shorter than the one found in order (explore.c). */
#define VERIFY_SHORTEN_MEMORY (UINT64_C(64) << 20)
/* Rollbacks by hand, and transitions that operators close at a time. */
#define VERIFY_ROLLBACKS 1
#define VERIFY_CLOSINGS 1
/* Executions that can be asked for. */
#define VERIFY_EXECUTIONS_MAX 8

enum verify_status {
	VERIFY_HOLDS,
	VERIFY_HOLDS_UNLESS, /* an operator does what `events` say */
	VERIFY_FAILS,
	VERIFY_UNKNOWN /* a search was not finished */
};

/* What was found of one property. */
struct verdict {
	const struct property *property;
	enum verify_status status;
	struct breach breach;
	struct sw_event *events; /* a shortest run to it; with operators, if
				    VERIFY_SHORTEN_MEMORY was enough */
	size_t nevents;
};

/* One search, or none: outcome is of no meaning then. */
struct verify_search {
	bool was_made;
	bool has_operators;
	bool is_several;
	uint32_t executions;
	enum explore_outcome outcome;
	struct explore_progress counts;
};

#define VERIFY_SEARCHES 4

struct verify_options {
	uint32_t executions;  /* 0: one, or two */
	uint64_t memory_max;  /* 0: VERIFY_MEMORY_MAX */
	double seconds_max;   /* 0: VERIFY_SECONDS_MAX */
	const char *property; /* its name; NULL: all */
	bool is_unreduced;    /* all actions are told apart */
	/* May be NULL. */
	bool (*progress)(void *self, const struct explore_progress *progress);
	void *self;
};

struct verification {
	const struct properties *properties;
	struct verdict *verdicts;
	size_t n;
	struct verify_search searches[VERIFY_SEARCHES];
};

/* Owned by the arena. */
struct verification *verify(struct arena *arena, const struct lowered *lowered,
    const struct obligations *obligations,
    const struct verify_options *options);

#endif
