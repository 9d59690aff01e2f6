/*
 * Policies: what must hold of a pipeline whatever happens, from the model or
 * from elsewhere. Here selectors are resolved to the actions and stages that
 * they pick, and what needs no run is judged (require, only). What needs runs
 * (precede, never, follow, alone) is judged by who steps the machine, from
 * the obligations below. stagewright-policies.7 says what each means to its
 * author; the comments here say the same to that judge.
 *
 * Numbers of actions and stages are those of the machine that lower() makes
 * of the model: by stage, then runOrder, then line. Rules of conditions are
 * not counted, though the machine has rows for them.
 */
#ifndef COMPILER_POLICY_H
#define COMPILER_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diagnostic.h"
#include "model/model.h"

struct arena;

/* Policies of all kinds, those of files included. */
#define POLICIES_MAX 1000
/* How often all of them together may look at an action or stage. */
#define POLICY_LOOKS_MAX 30000000

/* What a selector picks; numbers ascend. */
struct picked {
	const uint32_t *actions;
	const uint32_t *stages;
	uint32_t nactions;
	uint32_t nstages;
	bool has_rollback; /* the word `rollback`, of a <follow>'s by= alone */
};

/* One thing that must not begin before others: of a <precede>. */
struct need {
	uint32_t what; /* an action that starts, or a stage that is entered */
	bool is_stage;
	/*
	 * Of these, policy->count different ones must have succeeded in
	 * the execution: an action's status is Succeeded; a stage's is, and
	 * not Skipped. With same="artifact" they are those that count for one
	 * input of `what`: they read or write it, or are approvals that can
	 * only come after it is written; `what` then has a need for each of
	 * its inputs, and all must be met.
	 */
	struct picked by;
	const char *artifact; /* with same="artifact": that input */
};

/* When a <never> applies. */
enum policy_when {
	WHEN_ALWAYS,
	WHEN_PULL_REQUEST, /* the execution was started by a pull request */
	WHEN_PUSH,         /* by a push */
	WHEN_MANUAL,       /* by hand */
	WHEN_ROLLBACK      /* it is of type ROLLBACK */
};

enum policy_verdict {
	VERDICT_OPEN,       /* runs will tell */
	VERDICT_HOLDS,      /* judged here, or it can never apply */
	VERDICT_BROKEN,     /* judged here, and reported */
	VERDICT_VACUOUS,    /* it picks nothing, and that is reported */
	VERDICT_UNREADABLE, /* it is not understood, and that is reported */
};

/*
 * A policy, resolved. How each kind is judged:
 *
 * precede  When an action of a need starts, or a stage of one is entered, its
 *          `by` must be met. An execution of type ROLLBACK stands on what
 *          succeeded in the execution that it goes back to, which was judged
 *          when it ran: it breaks no <precede>. An execution has one set of
 *          revisions from its start to its end, so SAME_REVISION asks no
 *          more than SAME_EXECUTION.
 * never    No action of `what` starts, and no stage of it is entered, in an
 *          execution to which `when` applies. The machine does not know what
 *          started an execution: while can_be, each STANDARD one may be such.
 * follow   After an action of `what` has ended as `on` says (a stage: has),
 *          something of `by` starts (a stage: is entered; rollback: one of
 *          that stage starts) before the execution has ended, or in the step
 *          that ends it. Broken, too, if it can go on for ever without,
 *          though all that runs ends and whoever is asked answers.
 * alone    In no state two members of a group run, over all executions: an
 *          action is InProgress or Unknown, a stage is held.
 * require, only  Never VERDICT_OPEN: nothing is left to do.
 */
struct obligation {
	const struct policy *policy;
	bool is_elsewhere; /* of a file given beside the model */
	enum policy_verdict verdict;
	struct picked what;
	struct picked by;
	struct need *needs; /* of a precede */
	uint32_t nneeds;
	enum policy_when when;
	bool can_be; /* a trigger of the model, or a person, can start such */
	/* Of an alone: the group of each action of `what`, then of each stage,
	 * from 0; without per= all are in one. */
	const uint32_t *groups;
	uint32_t ngroups;
};

struct obligations {
	struct obligation *items; /* in the order in which they are written */
	size_t n;
	const struct model *model;
	struct diagnostics *diagnostics;
	const char *today; /* "2027-01-31" */
};

/*
 * Resolves the policies of the model, then those of `others`, which are given
 * beside it, and judges what needs no run. Findings: pol-syntax, pol-unknown,
 * pol-vacuous, pol-violated, struct-duplicate, struct-limit, struct-value.
 * A model with holes is not judged for what it lacks. Owned by the arena.
 */
struct obligations *policies_resolve(struct arena *arena,
    const struct model *model, const struct policies *const *others,
    size_t nothers, const char *today, struct diagnostics *diagnostics);

/* Whose a finding is; NULL: the stage's, the pipeline's. */
struct policy_scope {
	const struct stage *stage;
	const struct action *action;
};

/*
 * Adds the finding (pol-violated) that an obligation is broken at a place: with
 * the weight of its level and the policy's own place as a second one. NULL if
 * an <allow rule="policy:ID"> covers it there: it is kept as allowed. The text
 * names the policy.
 */
struct diagnostic *policy_report(const struct obligations *obligations,
    const struct obligation *obligation, struct policy_scope scope,
    struct span at, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The severity of a level: note, warning, error, error. */
enum severity policy_severity(enum policy_level level);

#endif
