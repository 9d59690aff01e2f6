/*
 * A lowered pipeline as C: the header with its types, and the source with its
 * machine. One line of designated initialisers for a stage and for an action,
 * in symbolic names, so that a small change to a model is a small diff.
 */
#include "emit.h"

#include <string.h>

#include "base/source.h"
#include "base/text.h"
#include "lower/lower.h"
#include "model/model.h"

const char *
emit_model_file(const struct lowered *lowered, const struct sources *sources)
{
	const char *name = source_name(sources, lowered->model->at.file);
	const char *slash = strrchr(name, '/');
	return slash == NULL ? name : slash + 1;
}

void
emit_banner(struct text *text, const struct lowered *lowered,
    const struct sources *sources, const char *what)
{
	TEXT(text,
	    "/*\n"
	    " * The pipeline \"$name$\": $what$.\n"
	    " * Made from $file$ by stagewright $version$; edit the model, "
	    "not this.\n"
	    " */\n",
	    COMMENT("name", lowered->machine.name), COMMENT("what", what),
	    COMMENT("file", emit_model_file(lowered, sources)),
	    COMMENT("version", STAGEWRIGHT_VERSION));
}

static void
emit_enums(struct text *text, const struct lowered *lowered)
{
	const struct sw_machine *machine = &lowered->machine;
	TEXT(text, "/* The stages, in their order. */\nenum $p$_stage {\n",
	    IDENT("p", lowered->prefix));
	for (uint32_t i = 0; i < machine->nstages; i++)
		TEXT(text, "\t$id$,\n", IDENT("id", lowered->stage_idents[i]));
	TEXT(text,
	    "\t$P$_NSTAGES\n"
	    "};\n"
	    "\n"
	    "/* The actions and rules: by stage, by runOrder, then as in the "
	    "model. */\n"
	    "enum $p$_action {\n",
	    IDENT("p", lowered->prefix), IDENT("P", lowered->upper));
	for (uint32_t i = 0; i < machine->nactions; i++)
		TEXT(text, "\t$id$,\n", IDENT("id", lowered->action_idents[i]));
	TEXT(text,
	    "\t$P$_NACTIONS\n"
	    "};\n"
	    "\n"
	    "/* Actions and rules in the largest group of equal runOrder. */\n"
	    "enum { $P$_GROUP_MAX = $group_max$ };\n",
	    IDENT("P", lowered->upper), NUM("group_max", machine->group_max));
	if (machine->in_flight_max != 0)
		TEXT(text,
		    "/* Executions that may be in flight. */\n"
		    "enum { $P$_IN_FLIGHT_MAX = $max$ };\n",
		    IDENT("P", lowered->upper),
		    NUM("max", machine->in_flight_max));
	if (machine->queue_max != 0)
		TEXT(text,
		    "/* Places of all queues. */\n"
		    "enum { $P$_QUEUE_MAX = SW_QUEUE_MAX($P$_NSTAGES, "
		    "$P$_IN_FLIGHT_MAX) };\n",
		    IDENT("P", lowered->upper));
	text_put(text, "\n");
}

static void
emit_state(struct text *text, const struct lowered *lowered)
{
	const struct sw_machine *machine = &lowered->machine;
	TEXT(text,
	    "/* All that the machine remembers: flat bytes, no pointers. */\n"
	    "struct $p$_state {\n"
	    "\tstruct sw_state head;\n"
	    "\tstruct sw_stage_state stage[$P$_NSTAGES];\n",
	    IDENT("p", lowered->prefix), IDENT("P", lowered->upper));
	TEXT(text, "\tuint8_t action[SW_ACTION_BYTES($P$_NSTAGES,\n\t    ",
	    IDENT("P", lowered->upper));
	if (machine->target_words == 0)
		text_put(text, "0");
	else
		TEXT(text, "$P$_NSTAGES * SW_TARGET_WORDS",
		    IDENT("P", lowered->upper));
	if (machine->queue_max != 0)
		TEXT(text, " + $P$_QUEUE_MAX", IDENT("P", lowered->upper));
	TEXT(text, ", $P$_NACTIONS)];\n", IDENT("P", lowered->upper));
	if (machine->target_words != 0)
		TEXT(text, "\tuint32_t target[$P$_NSTAGES][SW_TARGET_WORDS];\n",
		    IDENT("P", lowered->upper));
	if (machine->queue_max != 0)
		TEXT(text, "\tuint32_t queue[$P$_QUEUE_MAX];\n",
		    IDENT("P", lowered->upper));
	text_put(text, "};\n\n");
}

/* What a program that steps the machine sees. */
void
emit_types(struct text *text, const struct lowered *lowered)
{
	emit_enums(text, lowered);
	emit_state(text, lowered);
	TEXT(text,
	    "/* All that one step can say: what to do, and why. */\n"
	    "struct $p$_output {\n"
	    "\tuint32_t ncommands;\n"
	    "\tstruct sw_command commands[SW_COMMANDS_MAX($P$_GROUP_MAX)];\n"
	    "\tuint32_t nfired;\n"
	    "\tstruct sw_fired fired[SW_FIRED_MAX($P$_GROUP_MAX)];\n"
	    "};\n"
	    "\n"
	    "extern const struct sw_machine $p$_machine;\n"
	    "\n",
	    IDENT("p", lowered->prefix), IDENT("P", lowered->upper));
	if (lowered->machine.mode == SW_MODE_PARALLEL)
		TEXT(text,
		    "/* The start of the state of execution `number` alone. "
		    "*/\n"
		    "void $p$_init(struct $p$_state *state, uint32_t "
		    "number);\n",
		    IDENT("p", lowered->prefix));
	else
		TEXT(text,
		    "/* The start of a state's life. */\n"
		    "void $p$_init(struct $p$_state *state);\n",
		    IDENT("p", lowered->prefix));
	TEXT(text,
	    "/* Takes one event, as sw_step does; *out is all its answer. */\n"
	    "enum sw_refusal $p$_step(struct $p$_state *state,\n"
	    "    struct sw_event event, struct $p$_output *out);\n",
	    IDENT("p", lowered->prefix));
}

void
emit_header(struct text *text, const struct lowered *lowered,
    const struct sources *sources)
{
	emit_banner(text, lowered, sources, "its types and functions");
	TEXT(text,
	    "#ifndef $P$_H\n"
	    "#define $P$_H\n"
	    "\n"
	    "#include <stagewright/machine.h>\n"
	    "\n"
	    "#ifdef __cplusplus\n"
	    "extern \"C\" {\n"
	    "#endif\n"
	    "\n",
	    IDENT("P", lowered->upper));
	emit_types(text, lowered);
	TEXT(text,
	    "\n"
	    "/* The machine and what its actions do, for sw_main. */\n"
	    "extern const struct sw_pipeline $p$_pipeline;\n"
	    "extern const struct sw_view $p$_view;\n"
	    "\n"
	    "#ifdef __cplusplus\n"
	    "}\n"
	    "#endif\n"
	    "\n"
	    "#endif\n",
	    IDENT("p", lowered->prefix));
}

/* "SW_CATEGORY_BUILD" */
static const char *
category_ident(uint8_t category)
{
	static const char *const idents[] = {
		[SW_CATEGORY_SOURCE] = "SW_CATEGORY_SOURCE",
		[SW_CATEGORY_BUILD] = "SW_CATEGORY_BUILD",
		[SW_CATEGORY_TEST] = "SW_CATEGORY_TEST",
		[SW_CATEGORY_DEPLOY] = "SW_CATEGORY_DEPLOY",
		[SW_CATEGORY_APPROVAL] = "SW_CATEGORY_APPROVAL",
		[SW_CATEGORY_INVOKE] = "SW_CATEGORY_INVOKE",
		[SW_CATEGORY_COMPUTE] = "SW_CATEGORY_COMPUTE",
		[SW_CATEGORY_RULE] = "SW_CATEGORY_RULE",
	};
	_Static_assert(
	    sizeof idents / sizeof idents[0] == SW_NCATEGORIES, "one each");
	return idents[category];
}

/* "SW_MODE_SUPERSEDED" */
static const char *
mode_ident(uint8_t mode)
{
	static const char *const idents[] = {
		[SW_MODE_SUPERSEDED] = "SW_MODE_SUPERSEDED",
		[SW_MODE_QUEUED] = "SW_MODE_QUEUED",
		[SW_MODE_PARALLEL] = "SW_MODE_PARALLEL",
	};
	_Static_assert(
	    sizeof idents / sizeof idents[0] == SW_NMODES, "one each");
	return idents[mode];
}

/* ", .on_success = SW_RESULT_FAIL", if there is such a condition. */
static void
emit_result(struct text *text, const char *field, uint8_t result)
{
	static const char *const idents[] = {
		[SW_RESULT_NONE] = NULL,
		[SW_RESULT_FAIL] = "SW_RESULT_FAIL",
		[SW_RESULT_SKIP] = "SW_RESULT_SKIP",
		[SW_RESULT_ROLLBACK] = "SW_RESULT_ROLLBACK",
		[SW_RESULT_RETRY] = "SW_RESULT_RETRY",
		[SW_RESULT_RETRY_ALL] = "SW_RESULT_RETRY_ALL",
	};
	_Static_assert(
	    sizeof idents / sizeof idents[0] == SW_NRESULTS, "one each");
	if (result != SW_RESULT_NONE)
		TEXT(text, ", .$field$ = $result$", IDENT("field", field),
		    IDENT("result", idents[result]));
}

/* A field that is a number, if it says anything. */
static void
emit_number(struct text *text, const char *field, uint32_t number)
{
	if (number != 0)
		TEXT(text, ", .$field$ = $number$", IDENT("field", field),
		    NUM("number", number));
}

static void
emit_stages(struct text *text, const struct lowered *lowered)
{
	const struct sw_machine *machine = &lowered->machine;
	TEXT(text, "static const struct sw_stage $p$_stages[$P$_NSTAGES] = {\n",
	    IDENT("p", lowered->prefix), IDENT("P", lowered->upper));
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage *stage = &machine->stages[i];
		TEXT(text,
		    "\t[$id$] = { .name = $name$, .first_action = $first$, "
		    ".last_action = $last$",
		    IDENT("id", lowered->stage_idents[i]),
		    CSTR("name", stage->name),
		    IDENT("first", lowered->action_idents[stage->first_action]),
		    IDENT("last", lowered->action_idents[stage->last_action]));
		emit_number(text, "closed", stage->closed);
		emit_result(text, "before_entry", stage->before_entry);
		emit_result(text, "on_success", stage->on_success);
		emit_result(text, "on_failure", stage->on_failure);
		emit_number(text, "attempts", stage->attempts);
		text_put(text, " },\n");
	}
	text_put(text, "};\n\n");
}

/* A runOrder; those of conditions by name. */
static void
emit_run_order(struct text *text, uint32_t run_order)
{
	if (run_order == SW_BEFORE_ENTRY)
		text_put(text, ", .run_order = SW_BEFORE_ENTRY");
	else if (run_order == SW_ON_SUCCESS)
		text_put(text, ", .run_order = SW_ON_SUCCESS");
	else if (run_order == SW_ON_FAILURE)
		text_put(text, ", .run_order = SW_ON_FAILURE");
	else
		emit_number(text, "run_order", run_order);
}

/* Where a row stands in its group. */
static void
emit_bounds(struct text *text, uint8_t bounds)
{
	static const char *const texts[] = {
		[SW_ALONE] = "",
		[SW_FIRST] = ", .bounds = SW_FIRST",
		[SW_LAST] = ", .bounds = SW_LAST",
		[SW_INNER] = ", .bounds = SW_INNER",
	};
	text_put(text, texts[bounds]);
}

static void
emit_on_unknown(struct text *text, uint8_t on_unknown)
{
	if (on_unknown == SW_ON_UNKNOWN_FAIL)
		text_put(text, ", .on_unknown = SW_ON_UNKNOWN_FAIL");
	else if (on_unknown == SW_ON_UNKNOWN_RETRY)
		text_put(text, ", .on_unknown = SW_ON_UNKNOWN_RETRY");
}

static void
emit_actions(struct text *text, const struct lowered *lowered)
{
	const struct sw_machine *machine = &lowered->machine;
	TEXT(text,
	    "static const struct sw_action $p$_actions[$P$_NACTIONS] = {\n",
	    IDENT("p", lowered->prefix), IDENT("P", lowered->upper));
	for (uint32_t i = 0; i < machine->nactions; i++) {
		const struct sw_action *action = &machine->actions[i];
		TEXT(text,
		    "\t[$id$] = { .name = $name$, .category = $category$, "
		    ".stage = $stage$",
		    IDENT("id", lowered->action_idents[i]),
		    CSTR("name", action->name),
		    IDENT("stage", lowered->stage_idents[action->stage]),
		    IDENT("category", category_ident(action->category)));
		emit_run_order(text, action->run_order);
		emit_bounds(text, action->bounds);
		emit_number(text, "retries", action->retries);
		emit_on_unknown(text, action->on_unknown);
		text_put(text, " },\n");
	}
	text_put(text, "};\n\n");
}

/* The limits that the mode has. */
static void
emit_limits(struct text *text, const struct lowered *lowered)
{
	const struct sw_machine *machine = &lowered->machine;
	if (machine->in_flight_max != 0)
		TEXT(text, "\t.in_flight_max = $P$_IN_FLIGHT_MAX,\n",
		    IDENT("P", lowered->upper));
	if (machine->running_max != 0)
		TEXT(text, "\t.running_max = $max$,\n",
		    NUM("max", machine->running_max));
	if (machine->target_words != 0)
		text_put(text, "\t.target_words = SW_TARGET_WORDS,\n");
	if (machine->queue_max != 0)
		TEXT(text, "\t.queue_max = $P$_QUEUE_MAX,\n",
		    IDENT("P", lowered->upper));
}

static void
emit_init(struct text *text, const struct lowered *lowered)
{
	if (lowered->machine.mode == SW_MODE_PARALLEL)
		TEXT(text,
		    "\n"
		    "void\n"
		    "$p$_init(struct $p$_state *state, uint32_t number)\n"
		    "{\n"
		    "\tsw_state_init_execution(&$p$_machine,\n"
		    "\t    (struct sw_state *)(void *)state, number);\n"
		    "}\n",
		    IDENT("p", lowered->prefix));
	else
		TEXT(text,
		    "\n"
		    "void\n"
		    "$p$_init(struct $p$_state *state)\n"
		    "{\n"
		    "\tsw_state_init(&$p$_machine, (struct sw_state *)(void "
		    "*)state);\n"
		    "}\n",
		    IDENT("p", lowered->prefix));
}

/* The machine and its two functions. */
void
emit_tables(struct text *text, const struct lowered *lowered)
{
	emit_stages(text, lowered);
	emit_actions(text, lowered);
	TEXT(text,
	    "const struct sw_machine $p$_machine = {\n"
	    "\t.name = $name$,\n"
	    "\t.fingerprint = $fingerprint$,\n"
	    "\t.nstages = $P$_NSTAGES,\n"
	    "\t.nactions = $P$_NACTIONS,\n"
	    "\t.group_max = $P$_GROUP_MAX,\n",
	    IDENT("p", lowered->prefix), IDENT("P", lowered->upper),
	    CSTR("name", lowered->machine.name),
	    HEX64("fingerprint", lowered->machine.fingerprint));
	emit_limits(text, lowered);
	TEXT(text,
	    "\t.state_size = sizeof(struct $p$_state),\n"
	    "\t.mode = $mode$,\n"
	    "\t.stages = $p$_stages,\n"
	    "\t.actions = $p$_actions,\n"
	    "};\n",
	    IDENT("p", lowered->prefix),
	    IDENT("mode", mode_ident(lowered->machine.mode)));
	emit_init(text, lowered);
	TEXT(text,
	    "\n"
	    "enum sw_refusal\n"
	    "$p$_step(struct $p$_state *state, struct sw_event event,\n"
	    "    struct $p$_output *out)\n"
	    "{\n"
	    "\tstruct sw_output answer = { out->commands, out->fired, 0, 0 };\n"
	    "\tconst enum sw_refusal refusal = sw_step(&$p$_machine,\n"
	    "\t    (struct sw_state *)(void *)state, event, &answer);\n"
	    "\tout->ncommands = answer.ncommands;\n"
	    "\tout->nfired = answer.nfired;\n"
	    "\treturn refusal;\n"
	    "}\n",
	    IDENT("p", lowered->prefix));
}

void
emit_source(struct text *text, const struct lowered *lowered,
    const struct sources *sources)
{
	emit_banner(text, lowered, sources, "its machine and its work");
	TEXT(text,
	    "#include \"$p$.h\"\n"
	    "\n"
	    "#include <stagewright/pipeline.h>\n"
	    "\n",
	    IDENT("p", lowered->prefix));
	emit_tables(text, lowered);
	text_put(text, "\n");
	emit_work(text, lowered);
}

void
emit_main(struct text *text, const struct lowered *lowered,
    const struct sources *sources)
{
	emit_banner(text, lowered, sources, "its program");
	TEXT(text,
	    "#include \"$p$.h\"\n"
	    "\n"
	    "#include <stagewright/pipeline.h>\n"
	    "\n"
	    "int\n"
	    "main(int argc, char **argv)\n"
	    "{\n"
	    "\treturn sw_main(&$p$_pipeline, argc, argv);\n"
	    "}\n",
	    IDENT("p", lowered->prefix));
}
