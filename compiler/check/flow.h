/*
 * What a model says about order: which action is guaranteed before another,
 * who writes and who reads which artifact, what each reference to a variable
 * means. Order is by stage and runOrder, never by the lines of the file. One
 * pass over the model builds it; every question is then a look-up.
 *
 * A rank is a point in that order. Each stage has one for its entry, one for
 * each of its runOrders and one for its exit; what has the same rank runs
 * together.
 */
#ifndef COMPILER_FLOW_H
#define COMPILER_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/source.h"

/* An index that points nowhere. */
#define FLOW_NONE UINT32_MAX

struct action;
struct arena;
struct model;
struct names;
struct output;
struct rule;
struct stage;
struct value;
struct variable;

struct flow_action {
	const struct action *action;
	const struct stage *stage;
	uint32_t stage_index;
	uint32_t rank;
	uint32_t first_read; /* its reads stand together, and its writes */
	uint32_t nreads;
	uint32_t first_write;
	uint32_t nwrites;
	bool is_namespace_shared; /* another action has its namespace too */
};

/* Who reads: an action, or a rule of a stage's condition. */
struct flow_reader {
	uint32_t action; /* index; FLOW_NONE: a rule */
	const struct rule *rule;
	const struct stage *stage;
	uint32_t rank; /* what is guaranteed to it has a lower one */
};

/* An <output>. */
struct flow_write {
	const struct output *output;
	uint32_t action;
	uint32_t artifact;
};

/* An <input>. */
struct flow_read {
	struct flow_reader reader;
	const struct value *name;
	uint32_t artifact; /* FLOW_NONE: nobody writes it */
};

struct flow_artifact {
	const char *name;
	uint32_t write; /* the first <output> of this name */
	uint32_t nwrites;
	uint32_t nreads;
};

/* What stands in front of the dot of a reference. */
enum flow_namespace_kind {
	FLOW_UNDEFINED,   /* nobody's namespace */
	FLOW_ACTION,      /* an action's */
	FLOW_VARIABLES,   /* the pipeline's variables */
	FLOW_CODEPIPELINE /* facts of the execution */
};

/* The kind of text that a reference stands in. */
enum flow_text {
	FLOW_RUN,
	FLOW_ENV,
	FLOW_PARAMETER,
	FLOW_TEXT
};

struct flow_reference {
	struct flow_reader reader;
	enum flow_text in;
	const struct value *value; /* the text */
	uint32_t offset;           /* of the reference in it, and its length */
	uint32_t length;
	const char *problem; /* malformed: why, and nothing below is set */
	const char *namespace_;
	const char *name;
	enum flow_namespace_kind kind;
	uint32_t target; /* action or variable; FLOW_NONE: not there */
};

struct flow {
	const struct model *model;
	struct flow_action *actions; /* in document order */
	uint32_t nactions;
	uint32_t *by_rank;     /* indices of actions, in order of rank */
	uint32_t *entry_ranks; /* one for each stage */
	struct flow_write *writes;
	uint32_t nwrites;
	struct flow_read *reads;
	uint32_t nreads;
	struct flow_artifact *artifacts; /* each name once */
	uint32_t nartifacts;
	struct flow_reference *references; /* in document order */
	uint32_t nreferences;
	/* One for each trigger: the source action that it names, else another
	 * action of that name, else FLOW_NONE. */
	uint32_t *trigger_actions;
	struct names *artifact_names;  /* to artifacts */
	struct names *namespace_names; /* to the first action with it */
	struct names *variable_names;  /* to variables of the model */
};

/*
 * The flow of a model, owned by the arena. Things without a name (poisoned by
 * the reader) are left out.
 */
struct flow *flow_new(struct arena *arena, const struct model *model);

/*
 * Does action `a` end, in every run in which `b` starts, before `b` starts?
 * Unlike a lower rank this also asks whether a's stage can be skipped.
 */
bool flow_dominates(const struct flow *flow, uint32_t a, uint32_t b);

/* Can a stage be passed without its actions having run? */
bool flow_is_skippable(const struct stage *stage);

#endif
