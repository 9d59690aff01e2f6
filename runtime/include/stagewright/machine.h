/*
 * The machine: a pipeline's meaning as constant tables, a flat state and one
 * pure function. Generated code defines the tables; everything that runs or
 * judges a pipeline calls sw_step. Freestanding C11: nothing but <stdint.h>
 * and <stddef.h> is needed. The rules are stated in
 * runtime/machine/semantics.md; rules.def lists them by name.
 */
#ifndef STAGEWRIGHT_MACHINE_H
#define STAGEWRIGHT_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Before each function of the machine. A file that holds the whole machine
 * (`stagewright compile --amalgamate`) defines it to keep them to itself.
 */
#ifndef SW_API
#	define SW_API
#endif

/* Executions that one state can number; START is refused past it. */
#define SW_EXECUTIONS_MAX UINT32_MAX
/* Executions in flight that a model may allow, and what it allows unsaid. */
#define SW_IN_FLIGHT_MAX 50000
#define SW_IN_FLIGHT_DEFAULT 50
/* Further attempts of an action after one that failed. */
#define SW_RETRIES_MAX 14
/* Deadline of an action that does not say one (User Guide, "Quotas"), which is
 * the host's to keep: the machine knows no time. */
#define SW_TIMEOUT_MS UINT64_C(3600000)
/* Automatic retries of a stage, for each time that it is entered. */
#define SW_ATTEMPTS_MAX 100
/*
 * Rollback targets: how far an execution may be behind the latest that
 * Succeeded in a stage, in words of 32 executions; a power of 2.
 */
#define SW_TARGET_WORDS 8

/* CodePipeline's ActionCategory, and its RuleCategory: a rule runs as an
 * action does. */
enum sw_category {
	SW_CATEGORY_SOURCE,
	SW_CATEGORY_BUILD,
	SW_CATEGORY_TEST,
	SW_CATEGORY_DEPLOY,
	SW_CATEGORY_APPROVAL,
	SW_CATEGORY_INVOKE,
	SW_CATEGORY_COMPUTE,
	SW_CATEGORY_RULE, /* of a condition, not an action */
	SW_NCATEGORIES
};

/* CodePipeline's ExecutionMode. */
enum sw_mode {
	SW_MODE_SUPERSEDED,
	SW_MODE_QUEUED,
	SW_MODE_PARALLEL,
	SW_NMODES
};

/*
 * Status of an execution, a stage or an action: CodePipeline's enumerations
 * in one, and Unknown for an action whose outcome cannot be known. Each kind
 * of thing takes on only the values that semantics.md, section 1, lists.
 */
enum sw_status {
	SW_STATUS_NONE, /* not entered, not started */
	SW_STATUS_IN_PROGRESS,
	SW_STATUS_STOPPING,
	SW_STATUS_SUCCEEDED,
	SW_STATUS_FAILED,
	SW_STATUS_STOPPED,
	SW_STATUS_SUPERSEDED,
	SW_STATUS_ABANDONED,
	SW_STATUS_UNKNOWN,
	SW_STATUS_SKIPPED, /* a stage whose beforeEntry said so */
	SW_STATUS_PENDING, /* of a group that began: it waits for a place */
	SW_NSTATUSES
};

/* CodePipeline's ExecutionType. */
enum sw_type {
	SW_TYPE_STANDARD,
	SW_TYPE_ROLLBACK,
	SW_NTYPES
};

/* What a condition does: CodePipeline's Result, with its retry mode. */
enum sw_condition_result {
	SW_RESULT_NONE, /* there is no such condition */
	SW_RESULT_FAIL,
	SW_RESULT_SKIP,
	SW_RESULT_ROLLBACK,
	SW_RESULT_RETRY,     /* FAILED_ACTIONS */
	SW_RESULT_RETRY_ALL, /* ALL_ACTIONS */
	SW_NRESULTS
};

/* What becomes of an action whose outcome cannot be known. */
enum sw_on_unknown {
	SW_ON_UNKNOWN_ASK,   /* it stays Unknown until somebody decides */
	SW_ON_UNKNOWN_FAIL,  /* it failed */
	SW_ON_UNKNOWN_RETRY, /* a new attempt while there is one left */
	SW_NON_UNKNOWNS
};

/* The rules of a condition are a group of their stage, with a runOrder of
 * their own: before, behind and beside those of its actions. */
#define SW_BEFORE_ENTRY 0
#define SW_ON_SUCCESS (UINT32_MAX - 1)
#define SW_ON_FAILURE UINT32_MAX

/* Where a row stands in its group: bits for others before it and behind it. */
enum sw_bounds {
	SW_ALONE = 0,
	SW_LAST = 1,
	SW_FIRST = 2,
	SW_INNER = SW_LAST | SW_FIRST
};

/* A row of the machine's tables: one action, or one rule of a condition. */
struct sw_action {
	const char *name;   /* unique in its stage; static */
	uint32_t stage;     /* index of its stage */
	uint32_t run_order; /* those of a stage with equal ones: a group */
	uint8_t category;   /* enum sw_category */
	uint8_t bounds;     /* enum sw_bounds */
	uint8_t retries;    /* further attempts when it fails */
	uint8_t on_unknown; /* enum sw_on_unknown */
};

/* One stage. Its actions and rules stand together, ordered by run_order. */
struct sw_stage {
	const char *name;      /* unique in the pipeline; static */
	uint32_t first_action; /* index of the first one, or rule */
	uint32_t last_action;  /* index of the last one, itself included */
	uint8_t closed;        /* 1: its inbound transition starts closed */
	uint8_t before_entry;  /* enum sw_condition_result: NONE, FAIL, SKIP */
	uint8_t on_success;    /* NONE, FAIL, ROLLBACK */
	uint8_t on_failure;    /* NONE, ROLLBACK, RETRY, RETRY_ALL */
	uint8_t attempts;      /* automatic retries for each entering */
};

/* The tables of a pipeline: constant, in document order. */
struct sw_machine {
	const char *name;
	uint64_t fingerprint; /* of everything below; heads each state */
	uint32_t nstages;     /* >= 1 */
	uint32_t nactions;    /* and rules; >= nstages: no stage is empty */
	uint32_t group_max;   /* rows in the largest group of equal run_order */
	uint32_t in_flight_max; /* executions; 0: no limit (SUPERSEDED) */
	uint32_t running_max;   /* actions of an execution at once; 0: none */
	uint32_t target_words;  /* SW_TARGET_WORDS; fewer save memory where
				   few executions start; 0 in PARALLEL */
	uint32_t queue_max;     /* SW_QUEUE_MAX in QUEUED, otherwise 0 */
	uint32_t state_size;    /* bytes of a state: sw_state_size */
	uint8_t mode;           /* enum sw_mode */
	const struct sw_stage *stages;
	const struct sw_action *actions;
};

/*
 * A state: this head, then
 *   struct sw_stage_state stage[nstages],
 *   one byte for each action: its status (enum sw_status) and, in the upper
 *       half, how often it failed and was tried again; 0 behind the last, so
 *       that the whole is a multiple of 8,
 *   uint32_t target[nstages][target_words], bit n % (32 * target_words) says
 *       whether standard execution n Succeeded in the stage,
 *   uint32_t queue[queue_max], who waits behind the first, stage by stage from
 *       the last to the first, so in the order of their start; then 0.
 * No pointer, no padding: it is copied, compared, hashed and stored as bytes.
 * The start is all zero but for the fingerprint and transitions that start
 * closed. Generated code declares the whole as one typed struct, headed by
 * this one. In PARALLEL each execution has a state of its own.
 */
struct sw_state {
	uint64_t fingerprint;
	uint32_t executions; /* started so far; the newest one's number */
	uint32_t reserved;   /* 0 */
};

/*
 * One stage in a state. It is held, by `execution`, exactly while its status
 * is InProgress or Stopping.
 */
struct sw_stage_state {
	uint32_t execution; /* that entered last, 0: none; statuses are its */
	uint32_t waiting;   /* first who waits in front of it, 0: nobody */
	uint32_t succeeded; /* latest rollback target, 0: none */
	uint16_t queued;    /* QUEUED: how many wait behind `waiting` */
	uint8_t status;     /* enum sw_status */
	uint8_t closed;     /* 1: the inbound transition is closed */
	uint8_t type;       /* enum sw_type of `execution` */
	uint8_t overridden; /* conditions: bits of enum sw_overridden */
	uint8_t retries;    /* automatic ones since it was entered */
	uint8_t reserved;   /* 0 */
};

enum sw_overridden {
	SW_OVERRIDDEN_BEFORE_ENTRY = 1,
	SW_OVERRIDDEN_ON_SUCCESS = 2,
};

/* Places of the queue: who was retried goes on past the limit. A machine has
 * at most SW_QUEUE_PLACES_MAX. */
#define SW_QUEUE_PLACES_MAX UINT16_MAX
#define SW_QUEUE_MAX(nstages, in_flight_max) ((nstages) + (in_flight_max))

/* Bytes of a state but for the actions, of the actions filled up to keep
 * alignment, and of all. `nwords`: targets and queue. */
#define SW_STATE_BUT_ACTIONS(nstages, nwords)                                  \
	(sizeof(struct sw_state) + (nstages) * sizeof(struct sw_stage_state) + \
	    (nwords) * sizeof(uint32_t))
#define SW_ACTION_BYTES(nstages, nwords, nactions)                             \
	((nactions) + 7 -                                                      \
	    (SW_STATE_BUT_ACTIONS(nstages, nwords) + (nactions) + 7) % 8)
#define SW_STATE_SIZE(nstages, nwords, nactions)                               \
	(SW_STATE_BUT_ACTIONS(nstages, nwords) +                               \
	    SW_ACTION_BYTES(nstages, nwords, nactions))

/* What happened outside. `subject` is a stage, an action or an execution. */
enum sw_event_kind {
	SW_EVENT_START,     /* an execution; PARALLEL: how many are in flight */
	SW_EVENT_SUCCEED,   /* action: it succeeded */
	SW_EVENT_FAIL,      /* action or rule: it failed, or its time is over */
	SW_EVENT_UNKNOWN,   /* action or rule: its outcome cannot be known */
	SW_EVENT_APPROVE,   /* action of category Approval */
	SW_EVENT_REJECT,    /* action of category Approval */
	SW_EVENT_OPEN,      /* stage: its inbound transition */
	SW_EVENT_CLOSE,     /* stage: its inbound transition */
	SW_EVENT_STOP,      /* execution number: let what runs end */
	SW_EVENT_ABANDON,   /* execution number: do not wait for what runs */
	SW_EVENT_RETRY,     /* stage: its failed actions */
	SW_EVENT_RETRY_ALL, /* stage: all its actions */
	SW_EVENT_PASS,      /* rule: it passed */
	SW_EVENT_OVERRIDE_BEFORE_ENTRY, /* stage: its condition */
	SW_EVENT_OVERRIDE_ON_SUCCESS,
	SW_EVENT_OVERRIDE_ON_FAILURE, /* never possible */
	SW_EVENT_ROLLBACK, /* stage, to what `target` released in it */
	SW_NEVENTS
};

struct sw_event {
	uint32_t kind; /* enum sw_event_kind */
	uint32_t subject;
	uint32_t target; /* of ROLLBACK: execution number; otherwise 0 */
};

/* What is to be done, or has become of an execution. */
enum sw_command_kind {
	SW_COMMAND_START,     /* action or rule, for an execution: an attempt */
	SW_COMMAND_CANCEL,    /* action or rule: it is abandoned, end it */
	SW_COMMAND_SUCCEEDED, /* from here: the execution's new status */
	SW_COMMAND_FAILED,
	SW_COMMAND_STOPPING,
	SW_COMMAND_STOPPED,
	SW_COMMAND_SUPERSEDED,
	SW_COMMAND_RESUMED,  /* InProgress again, by a retry */
	SW_COMMAND_ROLLBACK, /* it is new: it runs a stage with what `target`
				had: revisions, artifacts, variables */
	SW_NCOMMANDS
};

struct sw_command {
	uint32_t kind;      /* enum sw_command_kind */
	uint32_t action;    /* of START and CANCEL; otherwise 0 */
	uint32_t execution; /* whom it is about */
	uint32_t target;    /* of ROLLBACK: execution number; otherwise 0 */
};

/* The named decisions of the machine: rules.def has sentence and source. */
enum sw_rule {
#define SW_RULE(id, name, subject, section, sentence) SW_RULE_##id,
#include <stagewright/rules.def>
#undef SW_RULE
	SW_NRULES
};

/* A rule that fired, and for whom. */
struct sw_fired {
	uint32_t rule;      /* enum sw_rule */
	uint32_t subject;   /* action or stage, as rules.def says */
	uint32_t execution; /* whose step it was, 0: nobody's */
};

/* Why an event was refused; refusals.def has the sentences. */
enum sw_refusal {
	SW_ACCEPTED,
#define SW_REFUSAL(id, name, section, sentence) SW_REFUSED_##id,
#include <stagewright/refusals.def>
#undef SW_REFUSAL
	SW_NREFUSALS
};

/*
 * What a step answers. The caller lends both arrays, of at least
 * sw_commands_max and sw_fired_max elements; the step never writes more.
 */
struct sw_output {
	struct sw_command *commands;
	struct sw_fired *fired;
	uint32_t ncommands;
	uint32_t nfired;
};

/* The most that one event can make a machine say. */
#define SW_COMMANDS_MAX(group_max) (3 * (group_max) + 6)
#define SW_FIRED_MAX(group_max) ((group_max) + 16)

/*
 * Takes one event. Returns SW_ACCEPTED, having changed *state and filled in
 * *out; or why the event is not possible now, with *state untouched and *out
 * empty. Anything may be passed as an event; machine and state must belong
 * together (asserted on the fingerprint).
 */
SW_API enum sw_refusal sw_step(const struct sw_machine *machine,
    struct sw_state *state, struct sw_event event, struct sw_output *out);

/* Makes *state (machine->state_size bytes) the start of its life. */
SW_API void sw_state_init(
    const struct sw_machine *machine, struct sw_state *state);

/*
 * PARALLEL: the start of the state of execution `number` alone. START is its
 * first event; who holds all states says in it how many are in flight.
 */
SW_API void sw_state_init_execution(
    const struct sw_machine *machine, struct sw_state *state, uint32_t number);

/* Bytes that a state of this machine takes, by all fields but state_size. */
SW_API size_t sw_state_size(const struct sw_machine *machine);

/* Read access to the parts of a state; borrowed until it goes. */
SW_API const struct sw_stage_state *sw_state_stage(
    const struct sw_state *state, uint32_t stage);
SW_API enum sw_status sw_state_action(const struct sw_machine *machine,
    const struct sw_state *state, uint32_t action);
/* How often the action failed and was tried again, this time. */
SW_API uint32_t sw_state_retries(const struct sw_machine *machine,
    const struct sw_state *state, uint32_t action);
/* Who waits in front of a stage: the i-th (from 0), 0: nobody so far back. */
SW_API uint32_t sw_state_waiting(const struct sw_machine *machine,
    const struct sw_state *state, uint32_t stage, uint32_t i);
/* Could a rollback of the stage take what this execution released there? */
SW_API int sw_state_is_target(const struct sw_machine *machine,
    const struct sw_state *state, uint32_t stage, uint32_t execution);
/* Executions that hold a stage or wait for one. */
SW_API uint32_t sw_state_in_flight(
    const struct sw_machine *machine, const struct sw_state *state);

/*
 * Every event that is possible in a state, and some that are not: sw_step on
 * a copy decides. Writes up to `max` and returns how many there are.
 */
SW_API uint32_t sw_candidates(const struct sw_machine *machine,
    const struct sw_state *state, struct sw_event *events, uint32_t max);

/*
 * The laws that hold at every state, whatever the model (semantics.md,
 * section 7). Returns the name of the first one broken (static), or NULL.
 */
SW_API const char *sw_state_broken_law(
    const struct sw_machine *machine, const struct sw_state *state);

#ifdef __cplusplus
}
#endif

#endif
