/*
 * Every state that a machine can reach, breadth first: what sw_step makes of
 * every event that is possible, from the start on. Whoever wants to know
 * something of the states or the steps between them (properties, pictures)
 * is a visitor of one search. Since the search is breadth first, the first
 * way found to anything is a shortest one.
 *
 * Bounds: so many STANDARD executions start in all; operators roll back so
 * often; so many transitions are closed by operators at a time. Within them
 * the search is complete. They bound what happens, never what it means: the
 * machine is the model's, but for the sizes of its tables (in_flight_max,
 * target_words, queue_max), which are made as small as the bounds allow.
 *
 * An action's outcome that is Unknown is left out unless EXPLORE_UNKNOWN asks
 * for it. To the machine such an action is one that still runs (semantics.md,
 * 3.3): it takes `succeed`, `fail` and `abandon` as that does, and onUnknown
 * makes of `unknown` what `fail` does, or a new attempt, or nothing. So every
 * run with `unknown` has one without in which the same actions start, end and
 * fail in the same order, and a property that names none of them Unknown
 * holds with it if it holds without.
 */
#ifndef COMPILER_VERIFY_EXPLORE_H
#define COMPILER_VERIFY_EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stagewright/machine.h>

#include "packing.h"
#include "states.h"

/* Executions of either kind, the automatic rollbacks among them: their
 * numbers must fit the memory of rollback targets. */
#define EXPLORE_EXECUTIONS_MAX 31

/* Who moves. */
enum explore_moves {
	EXPLORE_RUNS = 1,         /* start, and ends of actions and rules */
	EXPLORE_UNKNOWN = 2,      /* `unknown` */
	EXPLORE_STOPS = 4,        /* stop, abandon */
	EXPLORE_RETRIES = 8,      /* retry, retry all */
	EXPLORE_TRANSITIONS = 16, /* open, close */
	EXPLORE_OVERRIDES = 32,
	EXPLORE_ROLLBACKS = 64,
	EXPLORE_OPERATORS = EXPLORE_STOPS | EXPLORE_RETRIES |
			    EXPLORE_TRANSITIONS | EXPLORE_OVERRIDES |
			    EXPLORE_ROLLBACKS
};

/* One transition, while it is looked at. */
struct explore_step {
	uint32_t from; /* number of `before` */
	const struct sw_machine *machine;
	const struct sw_state *before;
	const struct sw_state *after;
	uint64_t observed; /* beside `before` */
	struct sw_event event;
	const struct sw_output *out;
};

/* A state, when all that is possible in it has been tried. */
struct explore_place {
	uint32_t number;
	const struct sw_machine *machine;
	const struct sw_state *state;
	uint64_t observed;
	uint32_t nruns;  /* accepted ones of EXPLORE_RUNS, no start */
	uint32_t nhelps; /* operators' that were accepted, and help on */
};

struct explore_progress {
	uint64_t states;
	uint64_t transitions;
	uint64_t waiting; /* states not yet looked at */
	uint64_t memory;
	double seconds;
};

/* Any of it may be NULL. */
struct explore_visitor {
	void *self;
	/* What stands beside the state after the step, of `nobserved` bits:
	 * a memory of what the state has forgotten. 0 at the start. */
	uint64_t (*observe)(void *self, const struct explore_step *step);
	void (*step)(void *self, const struct explore_step *step);
	void (*place)(void *self, const struct explore_place *place);
	states_found found; /* where a step led; later than its step() */
	bool (*has_seen_enough)(void *self); /* ends the search */
	/* About twice a second; false ends the search. */
	bool (*progress)(void *self, const struct explore_progress *progress);
};

struct explore_options {
	const struct sw_machine *machine; /* borrowed */
	unsigned moves;                   /* of enum explore_moves */
	uint32_t executions;              /* STANDARD ones, at least 1 */
	uint32_t rollbacks;               /* by hand */
	uint32_t closings;                /* transitions, at a time */
	const uint32_t *alike;  /* of each action (alike.h); NULL: all differ */
	const bool *bystanders; /* likewise (bystander.h); NULL: none */
	uint32_t nobserved;
	uint64_t memory_max; /* bytes */
	double seconds_max;
	struct explore_visitor visitor;
	/* With one STANDARD execution: one thing at a time (explore.c). */
	bool is_serial;
	/* For tests: assert that steps change but what they say. */
	bool is_wary;
};

enum explore_outcome {
	EXPLORE_COMPLETE,
	EXPLORE_ENOUGH,    /* the visitor has seen enough */
	EXPLORE_NO_MEMORY, /* memory_max is used up */
	EXPLORE_NO_TIME,   /* seconds_max are over */
	EXPLORE_ENDED      /* by whom progress was told */
};

struct explore;

/* Ends the program without memory. */
struct explore *explore_new(const struct explore_options *options);
void explore_free(struct explore *x);

enum explore_outcome explore_run(struct explore *x);
struct explore_progress explore_counts(const struct explore *x);

/* The machine that is stepped: the model's with smaller tables. */
const struct sw_machine *explore_machine(const struct explore *x);
/* Executions of either kind that can be numbered within the bounds. */
uint32_t explore_executions(const struct explore *x);
/* A state by its number, of explore_machine(...)->state_size bytes. */
void explore_state(const struct explore *x, uint32_t number,
    struct sw_state *state, struct packing_extra *extra);

/*
 * A shortest run to a state, and one event more if last.kind is one (not
 * SW_NEVENTS): as events of the machine with all its actions told apart.
 * Returns how many there are; *events is malloc'd, the caller's. After the
 * search.
 */
size_t explore_run_to(struct explore *x, uint32_t number, struct sw_event last,
    struct sw_event **events);

/* Whose move an event is: one of enum explore_moves. */
enum explore_moves explore_mover(enum sw_event_kind kind);

#endif
