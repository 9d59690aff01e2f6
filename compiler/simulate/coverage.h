/*
 * What scenarios have exercised of a pipeline: which rule of the machine
 * fired, for which stage or action. What a model should have exercised is
 * derived from it: each action's success and failure, each approval's
 * rejection, each gate, each condition both ways.
 */
#ifndef COMPILER_COVERAGE_H
#define COMPILER_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stagewright/machine.h>

struct arena;
struct lowered;
struct session;
struct sources;
struct step;
struct text;

struct coverage;

/* Nothing is exercised yet. Owned by the arena. */
struct coverage *coverage_new(
    struct arena *arena, const struct lowered *lowered);

/* A player's `watch`; the context is the coverage. */
void coverage_watch(
    void *context, const struct session *session, const struct step *step);

/* How much there is and how much of it was exercised. */
struct coverage_share {
	size_t rules; /* of the machine, that can fire for this model */
	size_t rules_exercised;
	size_t paths; /* of the model's elements */
	size_t paths_exercised;
};

struct coverage_share coverage_share(const struct coverage *coverage);

/* "exercised: 17 of 25 ways (68 %), ..."; owned by the arena. */
const char *coverage_summary(const struct coverage *coverage);

/* What was not exercised, by element with its place and by rule of the
 * machine; then the shares. */
void coverage_put(struct text *text, const struct coverage *coverage,
    const struct sources *sources);
/* The same as a member of a JSON object: "coverage":{...}. */
void coverage_put_json(struct text *text, const struct coverage *coverage,
    const struct sources *sources);

/*
 * What a drawing says of an action or stage: "never fails", or NULL when all
 * of it was exercised, or its stage never entered. Owned by the arena of the coverage.
 */
const char *coverage_of_action(const struct coverage *coverage, uint32_t i);
const char *coverage_of_stage(const struct coverage *coverage, uint32_t i);

#endif
