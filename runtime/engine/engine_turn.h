/*
 * Inside the engine: one turn takes all that waits, and all that follows from
 * it, to one commit. Shared by the engine_*.c files alone.
 */
#ifndef RUNTIME_ENGINE_TURN_H
#define RUNTIME_ENGINE_TURN_H

#include "attempt/attempt.h"
#include "due.h"
#include "engine.h"
#include "engine_wait.h"
#include "facts.h"
#include "journal/journal.h"
#include "prepare.h"
#include "retention.h"

/* An attempt that this engine launched or adopted. */
struct sw_live {
	struct sw_engine *engine;
	struct sw_attempt *attempt;
	struct sw_live *next;
	char id[SW_ATTEMPT_ID_MAX];
	uint32_t launches;
	bool at_gate;     /* launched in the turn under way */
	bool is_stopping; /* it was told to end */
};

struct sw_engine {
	struct sw_engine_options options; /* pipeline: the book's */
	const struct sw_world *world;     /* of the options */
	const struct sw_pipeline *own;    /* of this program */
	struct sw_journal *journal;       /* NULL: an empty book alone */
	struct sw_book *book;
	struct sw_live *live;
	struct sw_matter *first, **last; /* that wait, in their order */
	uint32_t nwaiting;
	size_t waiting_bytes;
	struct sw_matter dues;  /* of what is due by its time */
	struct sw_dues times;   /* of the next approvals and attempts */
	uint32_t times_max;     /* then they are looked through; 0: now */
	struct sw_matter *held; /* until there is room on the disk */
	uint64_t armed_ms;      /* what the timer waits for; 0: nothing */
	size_t stored_bytes;    /* of the last checkpoint */
	char *base_dir;         /* relative parameters are below it */
	bool is_looped;         /* the world's loop calls it */
	bool is_open;           /* the book is whole */
	bool is_turning;
	bool is_closing;
	bool is_full; /* the disk is: what can wait is not tried */
	bool has_failed;
	bool prunes;   /* an execution has ended: others may have been kept
			  long enough by now */
	bool compacts; /* so may rows of the journal */
	bool removes;  /* attempts of pruned executions are there */
	bool sweeps;   /* so are artifacts; not while one runs */
	uint64_t sweeps_from_ms;     /* nor before that */
	uint64_t prunes_from_ms;     /* not before that; 0: whenever */
	struct sw_ranges retryable;  /* executions that were read and can be
					retried, until a row is about them */
	uint32_t npruned;            /* since the last checkpoint */
	struct sw_retention kept_by; /* what was pruned last */
};

/* A row that is in the book and not yet in the journal. */
struct sw_draft {
	char *id; /* or NULL */
	char *kind;
	struct sw_body *body;
	json_t *view;
	struct sw_journal_row row;
};

struct sw_turn {
	struct sw_engine *engine;
	uint64_t now_ms;  /* when it began */
	uint64_t time_ms; /* of its rows: not before that of an earlier one */
	const char *id;   /* of the next row, once; NULL: made of what it is
			   about, or the journal's. Borrowed */
	const char *request; /* the same: what it answers */
	struct sw_draft *drafts;
	uint32_t ndrafts;
	uint32_t room;               /* for so many drafts */
	struct sw_command *commands; /* START, STOPPING: to be followed up */
	uint32_t ncommands;
	uint32_t nfollowed;
	bool has_abandoned; /* actions: attempts are to end */
};

/* engine_draft.c */
void sw__turn_begin(struct sw_turn *turn, struct sw_engine *engine);
/* Forgets its rows, wherever they are. */
void sw__turn_end(struct sw_turn *turn);
/*
 * Takes a row into the book and drafts it. Its facts are released, whatever
 * comes of it. Commands that the machine gives are added to the turn.
 */
int sw__turn_draft(struct sw_turn *turn, const char *kind,
    struct sw_facts *facts, struct sw_error *err);
/* Drafts what follows from the commands that were added. */
int sw__turn_follow_up(struct sw_turn *turn, struct sw_error *err);

/* engine_turn.c: one matter and what else waits, at once; what became of the
 * matter. `done` is not called. */
int sw__engine_take(
    struct sw_engine *engine, struct sw_matter *matter, struct sw_error *err);
/* What waits will not be taken: the engine closes. */
void sw__turn_refuse(struct sw_engine *engine);

/*
 * engine_action.c: an action that the machine has started and nobody tries.
 * Drafts its start, or why it cannot be; nothing while it has to wait. When
 * its execution is Stopping, it ends instead: nothing of it runs.
 */
int sw__action_begin(
    struct sw_turn *turn, const struct sw_task *task, struct sw_error *err);
/* Opens the gates of what this turn launched, or closes them for good. */
void sw__actions_release(struct sw_engine *engine, bool is_committed);
/* Attempts of actions that were abandoned are to end. */
void sw__actions_cancel(struct sw_engine *engine);
/* Takes up an attempt of an earlier engine. */
int sw__action_adopt(struct sw_engine *engine, const struct sw_try *attempt,
    struct sw_error *err);
void sw__actions_detach(struct sw_engine *engine);

/* engine.c */
void sw__engine_trouble(struct sw_engine *engine, const struct sw_error *err);
/* Forgets the book and reads the journal again, from a new connection. */
int sw__engine_reread(struct sw_engine *engine, struct sw_error *err);

#endif
