/*
 * Scenarios played: each step of one is an event for the machine, or an
 * expectation that is compared with how everything stands. No command runs.
 */
#ifndef COMPILER_SCENARIO_H
#define COMPILER_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "session.h"

struct scenario;
struct step;

/* Failures that are kept of one scenario; further ones are only counted. */
#define SCENARIO_FAILURES_MAX 10
/* Bytes of what was expected, and of what is. */
#define SCENARIO_TEXT_MAX 600

/* A step that is not as told. */
struct scenario_failure {
	const struct step *step;
	unsigned long nevents; /* of this scenario, before or with the step */
	char expected[SCENARIO_TEXT_MAX]; /* "stage Production: none" */
	char found[SCENARIO_TEXT_MAX];    /* "stage Production: Failed" */
};

/* Plays one scenario after the other. */
struct player {
	struct session session;
	/* Called after each event, if set: the step that it belongs to. */
	void (*watch)(void *context, const struct session *session,
	    const struct step *step);
	void *context;
	/* Of the scenario that was played last: */
	unsigned long nevents;
	size_t nfailures; /* also those that are not kept */
	struct scenario_failure failures[SCENARIO_FAILURES_MAX];
};

void player_init(struct player *player, const struct sw_machine *machine);
void player_release(struct player *player);

/*
 * Plays a scenario from the start of a pipeline's life; true: all is as told.
 * It goes on after an expectation that is not met, and ends where an event is
 * refused that was not to be, or accepted that was to be refused.
 */
bool player_play(struct player *player, const struct scenario *scenario);

/*
 * The event of a step as sw_words_read_event takes it, in `line`; NULL for
 * <advance> and <expect>, which are none.
 */
const char *step_words(const struct step *step, char line[SCENARIO_TEXT_MAX]);

#endif
