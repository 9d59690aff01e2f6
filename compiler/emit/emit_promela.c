/*
 * The machine in Promela, for SPIN: the tables of the pipeline, then
 * compiler/emit/machine.pml, which says what an event means independently of
 * sw_step, then each event that can happen. What a search takes in is chosen
 * when SPIN reads it: spin -a -DEXECUTIONS=2 -DOPERATORS=1 PREFIX.pml.
 */
#include "emit.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/embedded.h"
#include "base/text.h"
#include "lower/lower.h"
#include "machine/layout.h"

#define MEANING "compiler/emit/machine.pml"

/* Words of machine.pml for what the tables say. */
static const char *const modes[] = {
	[SW_MODE_SUPERSEDED] = "SUPERSEDED",
	[SW_MODE_QUEUED] = "QUEUED",
	[SW_MODE_PARALLEL] = "PARALLEL",
};
static const char *const results[] = {
	[SW_RESULT_NONE] = "NONE",
	[SW_RESULT_FAIL] = "FAIL",
	[SW_RESULT_SKIP] = "SKIP",
	[SW_RESULT_ROLLBACK] = "ROLLBACK",
	[SW_RESULT_RETRY] = "RETRY",
	[SW_RESULT_RETRY_ALL] = "RETRYALL",
};
static const char *const unknowns[] = {
	[SW_ON_UNKNOWN_ASK] = "ASK",
	[SW_ON_UNKNOWN_FAIL] = "FAILS",
	[SW_ON_UNKNOWN_RETRY] = "AGAIN",
};
_Static_assert(sizeof modes / sizeof modes[0] == SW_NMODES &&
		   sizeof results / sizeof results[0] == SW_NRESULTS &&
		   sizeof unknowns / sizeof unknowns[0] == SW_NON_UNKNOWNS,
    "one each");

static const char *
kind_word(const struct sw_action *row)
{
	if (is_rule(row))
		return "RULE";
	return row->category == SW_CATEGORY_APPROVAL ? "APPROVER" : "WORK";
}

/* What can happen to it: a macro of machine.pml. */
static const char *
events_word(const struct sw_action *row)
{
	if (is_rule(row))
		return "ofRule";
	return row->category == SW_CATEGORY_APPROVAL ? "ofApprover" : "ofWork";
}

static const char *
part_word(const struct sw_action *row)
{
	if (!is_rule(row))
		return "ACTIONS";
	if (row->run_order == SW_BEFORE_ENTRY)
		return "ENTRY";
	return row->run_order == SW_ON_SUCCESS ? "SUCCESS" : "FAILURE";
}

/* The columns of the tables: one number or word for each stage or row. */
enum column {
	COLUMN_CLOSED,
	COLUMN_FIRST,
	COLUMN_LAST,
	COLUMN_ENTRY,
	COLUMN_SUCCESS,
	COLUMN_FAILURE,
	COLUMN_ATTEMPTS,
	COLUMN_STAGE, /* from here of rows */
	COLUMN_KIND,
	COLUMN_PART,
	COLUMN_FIRST_IN_GROUP,
	COLUMN_LAST_IN_GROUP,
	COLUMN_RETRIES,
	COLUMN_UNKNOWN,
};

static void
emit_number(struct text *text, uint32_t number)
{
	TEXT(text, "$n$", NUM("n", number));
}

static void
emit_of_stage(
    struct text *text, const struct lowered *l, enum column column, uint32_t i)
{
	const struct sw_stage *stage = &l->machine.stages[i];
	switch (column) {
	case COLUMN_CLOSED:
		emit_number(text, stage->closed);
		break;
	case COLUMN_FIRST:
		emit_number(text, stage->first_action);
		break;
	case COLUMN_LAST:
		emit_number(text, stage->last_action);
		break;
	case COLUMN_ENTRY:
		text_put(text, results[stage->before_entry]);
		break;
	case COLUMN_SUCCESS:
		text_put(text, results[stage->on_success]);
		break;
	case COLUMN_FAILURE:
		text_put(text, results[stage->on_failure]);
		break;
	default:
		emit_number(text, stage->attempts);
		break;
	}
}

static void
emit_of_row(
    struct text *text, const struct lowered *l, enum column column, uint32_t i)
{
	const struct sw_action *row = &l->machine.actions[i];
	switch (column) {
	case COLUMN_STAGE:
		text_put(text, l->stage_idents[row->stage]);
		break;
	case COLUMN_KIND:
		text_put(text, kind_word(row));
		break;
	case COLUMN_PART:
		text_put(text, part_word(row));
		break;
	case COLUMN_FIRST_IN_GROUP:
		emit_number(text, group_first(&l->machine, i));
		break;
	case COLUMN_LAST_IN_GROUP:
		emit_number(text, group_last(&l->machine, i));
		break;
	case COLUMN_RETRIES:
		emit_number(text, row->retries);
		break;
	default:
		text_put(text, unknowns[row->on_unknown]);
		break;
	}
}

static void
emit_column(struct text *text, const struct lowered *l, enum column column,
    const char *name)
{
	const bool is_of_rows = column >= COLUMN_STAGE;
	const uint32_t n =
	    is_of_rows ? l->machine.nactions : l->machine.nstages;
	TEXT(text, "hidden short $name$[$size$] = { ", IDENT("name", name),
	    IDENT("size", is_of_rows ? "ROWS" : "STAGES"));
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			text_put(text, i % 8 == 0 ? ",\n\t" : ", ");
		if (is_of_rows)
			emit_of_row(text, l, column, i);
		else
			emit_of_stage(text, l, column, i);
	}
	text_put(text, " };\n");
}

static bool
rolls_back_by_itself(const struct sw_machine *machine)
{
	for (uint32_t i = 0; i < machine->nstages; i++)
		if (machine->stages[i].on_success == SW_RESULT_ROLLBACK ||
		    machine->stages[i].on_failure == SW_RESULT_ROLLBACK)
			return true;
	return false;
}

static void
emit_names(struct text *text, const struct lowered *l)
{
	const struct sw_machine *machine = &l->machine;
	text_put(text, "\n/* The stages, in their order. */\n");
	for (uint32_t i = 0; i < machine->nstages; i++)
		TEXT(text, "#define $id$ $i$\n",
		    IDENT("id", l->stage_idents[i]), NUM("i", i));
	text_put(text,
	    "\n/* The actions and the rules of conditions, stage by stage. "
	    "*/\n");
	for (uint32_t i = 0; i < machine->nactions; i++)
		TEXT(text, "#define $id$ $i$\n",
		    IDENT("id", l->action_idents[i]), NUM("i", i));
}

static void
emit_words(struct text *text, const struct lowered *l)
{
	const struct sw_machine *machine = &l->machine;
	text_put(text, "\n"
		       "#define SUPERSEDED 0\n"
		       "#define QUEUED 1\n"
		       "#define PARALLEL 2\n");
	TEXT(text,
	    "#define MODE $mode$\n"
	    "#define STAGES $stages$\n"
	    "#define ROWS $rows$\n"
	    "/* Executions in flight and actions of one that run at a time, 0: "
	    "no limit. */\n"
	    "#define LIMIT $limit$\n"
	    "#define RUNNING $running$\n"
	    "/* Does a condition roll back? */\n"
	    "#define AUTOMATIC $automatic$\n",
	    IDENT("mode", modes[machine->mode]),
	    NUM("stages", machine->nstages), NUM("rows", machine->nactions),
	    NUM("limit", machine->in_flight_max),
	    NUM("running", machine->running_max),
	    NUM("automatic", rolls_back_by_itself(machine)));
	text_put(text,
	    "\n"
	    "/* Results of conditions, what becomes of Unknown, kinds of rows, "
	    "parts of a\n"
	    " * stage. */\n"
	    "#define NONE 0\n"
	    "#define FAIL 1\n"
	    "#define SKIP 2\n"
	    "#define ROLLBACK 3\n"
	    "#define RETRY 4\n"
	    "#define RETRYALL 5\n"
	    "#define ASK 0\n"
	    "#define FAILS 1\n"
	    "#define AGAIN 2\n"
	    "#define WORK 0\n"
	    "#define APPROVER 1\n"
	    "#define RULE 2\n"
	    "#define ACTIONS 0\n"
	    "#define ENTRY 1\n"
	    "#define SUCCESS 2\n"
	    "#define FAILURE 3\n");
}

static void
emit_columns(struct text *text, const struct lowered *l)
{
	static const struct {
		enum column column;
		const char *name;
	} columns[] = {
		{ COLUMN_CLOSED, "shut" },
		{ COLUMN_FIRST, "first_of" },
		{ COLUMN_LAST, "last_of" },
		{ COLUMN_ENTRY, "entry" },
		{ COLUMN_SUCCESS, "success" },
		{ COLUMN_FAILURE, "failure" },
		{ COLUMN_ATTEMPTS, "attempts" },
		{ COLUMN_STAGE, "stage_of" },
		{ COLUMN_KIND, "kind" },
		{ COLUMN_PART, "part" },
		{ COLUMN_FIRST_IN_GROUP, "first_in_group" },
		{ COLUMN_LAST_IN_GROUP, "last_in_group" },
		{ COLUMN_RETRIES, "retries" },
		{ COLUMN_UNKNOWN, "unknown" },
	};
	text_put(text,
	    "\n/* Each stage: is its transition closed at first, its rows, its "
	    "conditions. Each\n"
	    " * row: its stage, its group, how often it is tried again. "
	    "Constant, so no part of\n"
	    " * a state. */\n");
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
		emit_column(text, l, columns[i].column, columns[i].name);
	text_put(text, "#define CLOSED { ");
	for (uint32_t i = 0; i < l->machine.nstages; i++) {
		text_put(text, i > 0 ? ", " : "");
		emit_of_stage(text, l, COLUMN_CLOSED, i);
	}
	text_put(text, " }\n");
}

/* Sums over all stages: who is in flight, what operators have closed. */
static void
emit_sums(struct text *text, const struct lowered *l)
{
	text_put(text, "\n#define HERE (");
	for (uint32_t i = 0; i < l->machine.nstages; i++) {
		text_put(text, i > 0 ? " + \\\n\t" : "");
		TEXT(text, "inFlight($id$)", IDENT("id", l->stage_idents[i]));
	}
	text_put(text, ")\n#define SHUT (");
	for (uint32_t i = 0; i < l->machine.nstages; i++) {
		text_put(text, i > 0 ? " + \\\n\t" : "");
		TEXT(text, "shutByHand($id$)", IDENT("id", l->stage_idents[i]));
	}
	text_put(text, ")\n");
}

/* "unfinished(SHOP_SHIP_WINDOW) || ...", or "false". */
static void
emit_runs(struct text *text, const struct lowered *l, uint32_t stage,
    uint32_t run_order)
{
	const struct sw_stage *row = &l->machine.stages[stage];
	bool is_first = true;
	for (uint32_t a = row->first_action; a <= row->last_action; a++) {
		if (l->machine.actions[a].run_order != run_order ||
		    !is_rule(&l->machine.actions[a]))
			continue;
		text_put(text, is_first ? "" : " || ");
		TEXT(
		    text, "unfinished($id$)", IDENT("id", l->action_idents[a]));
		is_first = false;
	}
	if (is_first)
		text_put(text, "false");
}

static void
emit_events(struct text *text, const struct lowered *l)
{
	const struct sw_machine *machine = &l->machine;
	text_put(text, "/* All that can happen. */\n"
		       "inline choose() {\n"
		       "\tif\n"
		       "\tofExecution\n");
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage *row = &machine->stages[i];
		TEXT(text, "\tofStage($id$, ", IDENT("id", l->stage_idents[i]));
		emit_runs(text, l, i, SW_BEFORE_ENTRY);
		text_put(text, ", ");
		emit_runs(text, l, i, SW_ON_SUCCESS);
		text_put(text, ")\n");
		for (uint32_t a = row->first_action; a <= row->last_action; a++)
			TEXT(text, "\t$kind$($id$)\n",
			    IDENT("kind", events_word(&machine->actions[a])),
			    IDENT("id", l->action_idents[a]));
	}
	text_put(text, "\tfi\n"
		       "}\n"
		       "\n"
		       "active proctype pipeline() {\n"
		       "\tdo\n"
		       "\t:: atomic {\n"
		       "\t\tchoose();\n"
		       "\t\td_step {\n"
		       "\t\t\ttake();\n"
		       "\t\t\tlaws()\n"
		       "\t\t}\n"
		       "\t}\n"
		       "\tod\n"
		       "}\n");
}

void
emit_promela(struct text *text, const struct lowered *lowered,
    const struct sources *sources)
{
	const struct embedded_file *meaning = embedded_files;
	while (meaning->path != NULL && strcmp(meaning->path, MEANING) != 0)
		meaning++;
	assert(meaning->path != NULL);
	emit_banner(text, lowered, sources, "its machine, for SPIN");
	emit_names(text, lowered);
	emit_words(text, lowered);
	emit_columns(text, lowered);
	emit_sums(text, lowered);
	text_put(text, "\n");
	text_put(text, meaning->text);
	text_put(text, "\n");
	emit_events(text, lowered);
}
