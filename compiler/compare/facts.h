/*
 * An element of a model as a list of facts, each with a key and a value, so
 * that two can be compared whatever the element is: the table of the language
 * (model/grammar.h) says what there is. What is as good as not given (a
 * default) is no fact; "60m" and "1h" are the same.
 *
 *	timeout           20m
 *	run               make check; make lint
 *	input             code
 *	output package    (files) dist/
 *	env TOKEN         (secret) DEPLOY_TOKEN
 *	beforeEntry       FAIL
 *	beforeEntry OfficeHours cron    0 9 ...
 *
 * Not among them: name and runOrder, <allow>, and elements that are matched by
 * themselves: stages, actions, triggers, policies, scenarios.
 */
#ifndef COMPILER_FACTS_H
#define COMPILER_FACTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/source.h"
#include "model/element.h"

struct arena;

struct fact {
	const char *key;
	const char *value; /* to be compared */
	const char *said;  /* as it was written */
	struct span at;
};

/* Sorted by key, then value. */
struct facts {
	struct fact *items;
	size_t n;
	size_t room;
};

/* Owned by the arena. */
struct facts facts_of(
    struct arena *arena, enum element_id element, const void *object);

#endif
