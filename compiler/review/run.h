/* A run of the new machine that shows what a change means. */
#ifndef COMPILER_REVIEW_RUN_H
#define COMPILER_REVIEW_RUN_H

#include <stdint.h>

#include "verify/story.h"

struct review_run {
	struct story_run run;
	const char *says; /* what it shows */
	uint32_t action;  /* that it starts at last: a row of the machine */
};

#endif
