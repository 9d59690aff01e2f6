/*
 * Model to machine: every order, number, identifier and bound is decided
 * here, so that what comes after only prints or steps. No I/O. The model must
 * have passed its checks.
 */
#ifndef COMPILER_LOWER_H
#define COMPILER_LOWER_H

#include <stagewright/machine.h>

struct action;
struct arena;
struct model;
struct stage;

/* A lowered pipeline. Arrays are indexed as the machine's tables are. */
struct lowered {
	struct sw_machine machine; /* complete: it can be stepped as it is */
	const struct model *model;
	const char *prefix; /* C identifier of the pipeline: "storefront" */
	const char *upper;  /* the same in capitals */
	const char **stage_idents;   /* "BUILD", unique among stages */
	const char **action_idents;  /* "BUILD_COMPILE", unique among actions */
	const struct stage **stages; /* of the model */
	const struct action **actions; /* of the model */
};

/* Owned by the arena. */
struct lowered *lower(struct arena *arena, const struct model *model);

#endif
