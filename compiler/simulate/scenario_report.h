/*
 * All scenarios of a model played, and what failed said: the step with its
 * place, what was expected and what is, the run so far.
 */
#ifndef COMPILER_SCENARIO_REPORT_H
#define COMPILER_SCENARIO_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct coverage;
struct model;
struct sources;
struct sw_machine;

/* Events of the run so far that are printed; the first of a longer one are
 * left out. */
#define SCENARIO_RUN_MAX 40

struct scenario_options {
	bool json;
	const char *const *names; /* play only these; none: all */
	size_t nnames;
	struct coverage *coverage; /* also fills this in; NULL: no */
};

struct scenario_tally {
	size_t played;
	size_t failed;
	unsigned long events;
};

/*
 * Plays the scenarios of a model that passed its checks, in their order, and
 * prints the failures as text, or everything as one JSON object. False with
 * errno: it could not be written.
 */
bool scenarios_play(const struct model *model, const struct sw_machine *machine,
    const struct sources *sources, const struct scenario_options *options,
    FILE *out, struct scenario_tally *tally);

#endif
