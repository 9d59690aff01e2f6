/*
 * What is new among findings: those of a model of now without those that an
 * earlier state of it had, too. They are known again by rule and element
 * (key.c), whatever lines have moved.
 */
#ifndef COMPILER_SINCE_H
#define COMPILER_SINCE_H

#include <stdint.h>

#include "base/diagnostic.h"

/* Findings of one model. */
struct since_side {
	struct diagnostics *diagnostics;
	struct diagnostics_range range;
	uint32_t file; /* of the model; what it includes comes behind it */
};

/*
 * Forgets of `now` what `before` says as often. Of those in one element with
 * another text as well, the ones with the same text are known first. What an
 * <allow> covered before is new when nothing covers it now. Errors in files
 * that are given beside the model (policies, levels) stay: they are about
 * this run, not about the model.
 */
void since_forget_known(
    const struct since_side *before, const struct since_side *now);

#endif
