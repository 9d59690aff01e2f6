/*
 * What was proven, told: a table of verdicts, and of each that does not hold
 * a run that shows it; findings with ids and weights; JSON.
 */
#ifndef COMPILER_VERIFY_REPORT_H
#define COMPILER_VERIFY_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "verify.h"

struct arena;
struct diagnostics;
struct obligations;
struct sources;
struct text;

struct verify_telling {
	struct arena *arena;
	const struct verification *v;
	const struct sources *sources;
	const char *today; /* for <allow until="..."> */
	bool is_full;      /* a line for each event */
};

/*
 * Adds the findings: what fails, and verify-budget for what is unknown; a
 * policy's with the weight of its level, each with the run that shows it. What
 * an <allow> covers is left out.
 */
void verify_find(const struct verify_telling *telling,
    const struct obligations *obligations, struct diagnostics *diagnostics);

/* Verdicts, counts, and runs; findings are printed elsewhere. */
void verify_print(const struct verify_telling *telling, FILE *to);
/* With findings. NULL: it came to no search, and they say why. */
void verify_print_json(const struct verify_telling *telling,
    const struct diagnostics *diagnostics, FILE *to);
/* A run as a graph of DOT, its steps from top to bottom. */
void verify_draw(const struct verify_telling *telling,
    const struct verdict *verdict, struct text *text);

/* Could something not be decided? */
bool verify_is_unknown(const struct verification *v);

#endif
