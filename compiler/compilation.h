/*
 * One run of the compiler: the passes in their order. What a tool needs to
 * get from a file name to a checked model or a machine is here; what it then
 * does with it is its own.
 */
#ifndef COMPILER_COMPILATION_H
#define COMPILER_COMPILATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diagnostics;
struct lints;
struct lowered;
struct model;
struct obligations;
struct policies;
struct sources;

struct compilation {
	struct arena *arena;
	struct sources *sources;
	struct diagnostics *diagnostics;
	uint32_t file;       /* of the model; 0: it cannot be read */
	struct model *model; /* NULL: not read */
	/* A machine can be made of the model, right or wrong as it may be: it
	 * can be compared and searched (compilation_machine). */
	bool has_machine;
	struct lowered *lowered; /* NULL: not lowered */
	/* Files of scenarios that compilation_check reads with a model, given
	 * by the caller; without any, the one beside it, if it is there. */
	const char *const *scenario_paths;
	size_t nscenario_paths;
	bool wants_scenarios;
	const char *beside; /* the one that was read beside it, or NULL */
	/* The policies of the model and those given beside it; NULL: the model
	 * is not checked. */
	struct obligations *obligations;
	const struct policies **policies; /* given beside the models */
	size_t npolicies;
	struct lints *lints; /* given beside the models; NULL: none */
	bool ignores_allows; /* no <allow> hides anything */
	char today[11];      /* "2027-01-31", for <allow until="..."> */
};

/* Today is that of SOURCE_DATE_EPOCH, if set, so that a build can be repeated
 * (https://reproducible-builds.org/specs/source-date-epoch/). */
void compilation_init(struct compilation *compilation);
void compilation_release(struct compilation *compilation);

/*
 * Reads policies that all models which follow are to keep: of a file, or
 * "git:REVISION:PATH". False if they cannot be read; that and what is wrong
 * with them is in the diagnostics.
 */
bool compilation_policies(struct compilation *compilation, const char *where);

/* The same of a <lint> that has the last word on levels, after the models'
 * own. What is wrong with it is said with each model. */
bool compilation_lint(struct compilation *compilation, const char *where);

/* The first step alone: the bytes of the file. False if it cannot be read. */
bool compilation_source(struct compilation *compilation, const char *path);
/*
 * Reads and checks a model ("-": standard input). True if there is a model
 * and no error; the findings are in the diagnostics either way. Several models may
 * follow one another; the findings add up.
 */
bool compilation_check(struct compilation *compilation, const char *path);
/* The same, then lowers it. */
bool compilation_lower(struct compilation *compilation, const char *path);
/* After compilation_check: lowers a model that has_machine. */
void compilation_machine(struct compilation *compilation);
/* What a model is lowered for. */
enum compilation_use {
	USE_MACHINE, /* to be drawn, stepped, searched */
	USE_PROGRAM  /* to be run by the runtime */
};

/* After compilation_check: errors for what cannot be so used yet
 * (run-unsupported). */
bool compilation_check_use(
    struct compilation *compilation, enum compilation_use use);

/* Where the scenarios of a model are looked for: "release.scenarios.xml"
 * beside "release.xml". Owned by the arena; NULL for "-". */
const char *compilation_beside(
    const struct compilation *compilation, const char *path);

/* The model that a file of scenarios stands beside, "release.xml" of
 * "release.scenarios.xml"; any other path as it is. */
const char *compilation_model_of(
    const struct compilation *compilation, const char *path);

#endif
