/*
 * The parts of resolving: policy.c goes through the policies, resolve.c finds
 * out what each is about, judge.c judges those that need no run. Nobody else
 * includes this.
 */
#ifndef COMPILER_POLICY_PART_H
#define COMPILER_POLICY_PART_H

#include "attribute.h"
#include "policy.h"
#include "roster.h"

struct names;

struct resolving {
	struct arena *arena;
	struct obligations *obligations;
	struct roster *roster;
	struct names *writers; /* artifacts to the actions that write them */
	size_t looks; /* of POLICY_LOOKS_MAX; past it nothing goes on */
};

/* Fills in what a policy is about, and the verdict unless runs will tell. */
void policy_resolve(struct resolving *r, struct obligation *obligation);

/* Judges a require or only that is resolved. */
void policy_judge(struct resolving *r, struct obligation *obligation);

/* Reports a value of a policy that cannot be (struct-value, pol-unknown), and
 * marks the policy as unreadable. */
struct diagnostic *policy_refuse(struct resolving *r,
    struct obligation *obligation, enum check_id id, struct span at,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* False and reported (pol-unknown) when the language has no such attribute. */
bool policy_attribute(struct resolving *r, struct obligation *obligation,
    const struct value *name, struct attribute *out);

/* Takes so many of the looks that all policies together have; false and
 * reported, once, when they are not left. */
bool policy_may_look(
    struct resolving *r, struct obligation *obligation, size_t n);

#endif
