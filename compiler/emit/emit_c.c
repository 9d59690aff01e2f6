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
	    "/* The actions: by stage, by runOrder, then as in the model. */\n"
	    "enum $p$_action {\n",
	    IDENT("p", lowered->prefix), IDENT("P", lowered->upper));
	for (uint32_t i = 0; i < machine->nactions; i++)
		TEXT(text, "\t$id$,\n", IDENT("id", lowered->action_idents[i]));
	TEXT(text,
	    "\t$P$_NACTIONS\n"
	    "};\n"
	    "\n"
	    "/* Actions in the largest group of equal runOrder. */\n"
	    "enum { $P$_GROUP_MAX = $group_max$ };\n"
	    "\n",
	    IDENT("P", lowered->upper), NUM("group_max", machine->group_max));
}

/* What a program that steps the machine sees. */
void
emit_types(struct text *text, const struct lowered *lowered)
{
	emit_enums(text, lowered);
	TEXT(text,
	    "/* All that the machine remembers: flat bytes, no pointers. */\n"
	    "struct $p$_state {\n"
	    "\tstruct sw_state head;\n"
	    "\tstruct sw_stage_state stage[$P$_NSTAGES];\n"
	    "\tuint8_t action[SW_ACTION_BYTES($P$_NSTAGES,\n"
	    "\t    $P$_NSTAGES * SW_TARGET_WORDS, $P$_NACTIONS)];\n"
	    "\tuint32_t target[$P$_NSTAGES][SW_TARGET_WORDS];\n"
	    "};\n"
	    "\n"
	    "/* All that one step can say: what to do, and why. */\n"
	    "struct $p$_output {\n"
	    "\tuint32_t ncommands;\n"
	    "\tuint32_t nfired;\n"
	    "\tstruct sw_command commands[SW_COMMANDS_MAX($P$_GROUP_MAX)];\n"
	    "\tstruct sw_fired fired[SW_FIRED_MAX($P$_GROUP_MAX)];\n"
	    "};\n"
	    "\n"
	    "extern const struct sw_machine $p$_machine;\n"
	    "\n"
	    "/* The start of a state's life. */\n"
	    "void $p$_init(struct $p$_state *state);\n"
	    "/* Takes one event, as sw_step does; *out is all its answer. */\n"
	    "enum sw_refusal $p$_step(struct $p$_state *state,\n"
	    "    struct sw_event event, struct $p$_output *out);\n",
	    IDENT("p", lowered->prefix), IDENT("P", lowered->upper));
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
		text_put(text, stage->closed ? ", .closed = 1 },\n" : " },\n");
	}
	text_put(text, "};\n\n");
}

/* The end of a row: where it stands in its group. */
static const char *
bounds_text(uint8_t bounds)
{
	static const char *const texts[] = {
		[SW_INNER] = " },\n",
		[SW_FIRST] = ", .bounds = SW_FIRST },\n",
		[SW_LAST] = ", .bounds = SW_LAST },\n",
		[SW_ALONE] = ", .bounds = SW_ALONE },\n",
	};
	return texts[bounds];
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
		    ".stage = $stage$, .run_order = $order$",
		    IDENT("id", lowered->action_idents[i]),
		    CSTR("name", action->name),
		    IDENT("stage", lowered->stage_idents[action->stage]),
		    NUM("order", action->run_order),
		    IDENT("category", category_ident(action->category)));
		text_put(text, bounds_text(action->bounds));
	}
	text_put(text, "};\n\n");
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
	    "\t.group_max = $P$_GROUP_MAX,\n"
	    "\t.target_words = SW_TARGET_WORDS,\n"
	    "\t.state_size = sizeof(struct $p$_state),\n"
	    "\t.mode = $mode$,\n"
	    "\t.stages = $p$_stages,\n"
	    "\t.actions = $p$_actions,\n"
	    "};\n",
	    IDENT("p", lowered->prefix), IDENT("P", lowered->upper),
	    CSTR("name", lowered->machine.name),
	    HEX64("fingerprint", lowered->machine.fingerprint),
	    IDENT("mode", mode_ident(lowered->machine.mode)));
	TEXT(text,
	    "\n"
	    "void\n"
	    "$p$_init(struct $p$_state *state)\n"
	    "{\n"
	    "\tsw_state_init(&$p$_machine, (struct sw_state *)(void "
	    "*)state);\n"
	    "}\n"
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
