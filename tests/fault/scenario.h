/*
 * Scenarios: what is done with a program until something strikes, each in a
 * folder of its own, which is the home of all its processes. Models are built
 * from NAME.xml by models.sh.
 */
#ifndef FAULT_SCENARIO_H
#define FAULT_SCENARIO_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#define STEPS_MAX 6
#define ARGUMENTS_MAX 8

struct step {
	const char *arguments[ARGUMENTS_MAX]; /* the verb first */
	const char *await;   /* part of a row that is waited for, while the
	                      program goes on; NULL: until it ends */
	bool ends_first;     /* what goes on is told to end before this one */
	const char *program; /* NULL: of the scenario's name */
};

struct scenario {
	const char *name;
	struct step steps[STEPS_MAX];
	bool must_succeed; /* in the end; else it must end */
};

extern const struct scenario scenarios[];
extern const unsigned nscenarios;

/* Where a trial takes place. */
struct trial {
	const struct scenario *scenario;
	char striker[PATH_MAX]; /* strike(1), or starve(1) */
	char models[PATH_MAX];  /* programs by the names of scenarios */
	char home[PATH_MAX];
	char why[1024]; /* what is wrong, if something is */
};

/* The strike: at which step (-1: none, the recovery is step STEPS_MAX), and
 * the words for strike(1). */
struct aiming {
	int step;
	char words[96];
};

/* What was seen. */
struct told {
	unsigned long seq;   /* the last row that was printed */
	bool approved;       /* yes was answered with "recorded" */
	bool missed;         /* the strike never came about */
	bool lasted;         /* something had to be killed in the end */
	int crashed;         /* signal that ended a program, not sent by us */
	unsigned long steps; /* that ran */
};

/* Runs the scenario in the home, which is made; `counts`, a path or NULL, is
 * written by strike(1) with ".STEP" behind it. */
int scenario_run(struct trial *trial, const struct aiming *aiming,
    const char *counts, struct told *told);

/*
 * Runs the program once: its output in `out` (freed by the caller, NULL: not
 * kept). The status is 128 + a signal. `aim` NULL: nothing strikes.
 */
int trial_run(struct trial *trial, const char *const arguments[],
    const char *aim, char **out);

/* How long a program may take. */
#define PATIENCE_MS 20000

#endif
