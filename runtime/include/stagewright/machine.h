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

/* The category of an action: CodePipeline's ActionCategory. */
enum sw_category {
	SW_CATEGORY_SOURCE,
	SW_CATEGORY_BUILD,
	SW_CATEGORY_TEST,
	SW_CATEGORY_DEPLOY,
	SW_CATEGORY_APPROVAL,
	SW_CATEGORY_INVOKE,
	SW_CATEGORY_COMPUTE,
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
	SW_NSTATUSES
};

/* A row of the machine's tables: one action. */
struct sw_action {
	const char *name;     /* unique in its stage; static */
	uint32_t stage;       /* index of its stage */
	uint32_t run_order;   /* actions of a stage with equal ones: a group */
	uint32_t group_first; /* first action of its group */
	uint32_t group_last;  /* last action of its group, itself included */
	uint8_t category;     /* enum sw_category */
};

/* One stage. Its actions stand together, ordered by run_order. */
struct sw_stage {
	const char *name;      /* unique in the pipeline; static */
	uint32_t first_action; /* index of the first one */
	uint32_t last_action;  /* index of the last one, itself included */
	uint8_t closed;        /* 1: its inbound transition starts closed */
};

/* The tables of a pipeline: constant, in document order. */
struct sw_machine {
	const char *name;
	uint64_t fingerprint; /* of everything below; heads each state */
	uint32_t nstages;     /* >= 1 */
	uint32_t nactions;    /* >= nstages: no stage is empty */
	uint32_t
	    group_max; /* actions in the largest group of equal run_order */
	uint32_t state_size; /* bytes of a state: sw_state_size */
	uint8_t mode;        /* enum sw_mode; SW_MODE_SUPERSEDED alone as yet */
	const struct sw_stage *stages;
	const struct sw_action *actions;
};

/*
 * A state: this head, then nstages stages, then nactions bytes of action
 * status (enum sw_status), then zero bytes up to a multiple of 8. No pointer,
 * no padding: it is copied, compared, hashed and stored as bytes. The start
 * is all zero but for the fingerprint and transitions that start closed.
 * Generated code declares the whole as one typed struct, headed by this one.
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
	uint32_t waiting;   /* execution in the waiting place, 0: none */
	uint8_t status;     /* enum sw_status */
	uint8_t closed;     /* 1: the inbound transition is closed */
	uint16_t reserved;  /* 0 */
};

/* Bytes of the action statuses of n actions, filled up to keep alignment. */
#define SW_ACTION_BYTES(nstages, nactions)                                     \
	((nactions) + 7 -                                                      \
	    ((nstages) * sizeof(struct sw_stage_state) + (nactions) + 7) % 8)

/* What happened outside. `subject` is a stage, an action or an execution. */
enum sw_event_kind {
	SW_EVENT_START,     /* an execution; no subject */
	SW_EVENT_SUCCEED,   /* action: it succeeded */
	SW_EVENT_FAIL,      /* action: it failed, or its time is over */
	SW_EVENT_UNKNOWN,   /* action: its outcome cannot be known */
	SW_EVENT_APPROVE,   /* action of category Approval */
	SW_EVENT_REJECT,    /* action of category Approval */
	SW_EVENT_OPEN,      /* stage: its inbound transition */
	SW_EVENT_CLOSE,     /* stage: its inbound transition */
	SW_EVENT_STOP,      /* execution number: let what runs end */
	SW_EVENT_ABANDON,   /* execution number: do not wait for what runs */
	SW_EVENT_RETRY,     /* stage: its failed actions */
	SW_EVENT_RETRY_ALL, /* stage: all its actions */
	SW_NEVENTS
};

struct sw_event {
	uint32_t kind; /* enum sw_event_kind */
	uint32_t subject;
};

/* What is to be done, or has become of an execution. */
enum sw_command_kind {
	SW_COMMAND_START,     /* action, for an execution: a new attempt */
	SW_COMMAND_CANCEL,    /* action: it is abandoned, end it */
	SW_COMMAND_SUCCEEDED, /* from here: the execution's new status */
	SW_COMMAND_FAILED,
	SW_COMMAND_STOPPING,
	SW_COMMAND_STOPPED,
	SW_COMMAND_SUPERSEDED,
	SW_COMMAND_RESUMED, /* InProgress again, by a retry */
	SW_NCOMMANDS
};

struct sw_command {
	uint32_t kind;      /* enum sw_command_kind */
	uint32_t action;    /* of START and CANCEL; otherwise 0 */
	uint32_t execution; /* whom it is about */
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
#define SW_COMMANDS_MAX(group_max) (2 * (group_max) + 4)
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

/* Bytes that a state of so many stages and actions takes. */
SW_API size_t sw_state_size(uint32_t nstages, uint32_t nactions);

/* Read access to the parts of a state; borrowed until it goes. */
SW_API const struct sw_stage_state *sw_state_stage(
    const struct sw_state *state, uint32_t stage);
SW_API enum sw_status sw_state_action(const struct sw_machine *machine,
    const struct sw_state *state, uint32_t action);

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
