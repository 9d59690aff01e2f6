/*
 * Lowered pipeline to Mermaid. Stages are subgraphs, actions nodes with a
 * shape for each category; ids are the identifiers of the generated code.
 * Sets line widths and no fills: pages that show Mermaid have light and dark
 * themes of their own.
 */
#include "emit_mermaid.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "drawing.h"
#include "lower/lower.h"
#include "model/model.h"

struct print {
	struct text *text;
	struct arena *arena;
	const struct drawing *drawing;
	const struct lowered *lowered;
};

/* The brackets around a label are the shape. */
struct brackets {
	const char *open;
	const char *close;
};

static const struct brackets brackets[SW_NCATEGORIES] = {
	[SW_CATEGORY_SOURCE] = { "[(", ")]" },
	[SW_CATEGORY_BUILD] = { "(", ")" },
	[SW_CATEGORY_TEST] = { "[/", "/]" },
	[SW_CATEGORY_DEPLOY] = { ">", "]" },
	[SW_CATEGORY_APPROVAL] = { "{{", "}}" },
	[SW_CATEGORY_INVOKE] = { "[[", "]]" },
	[SW_CATEGORY_COMPUTE] = { "[", "]" },
};

static void
put_action(const struct print *p, uint32_t action)
{
	const struct sw_action *row = &p->lowered->machine.actions[action];
	const char *artifacts =
	    p->drawing->artifacts
		? drawing_artifacts(p->arena, p->lowered, action)
		: "";
	const char *label = arena_printf(p->arena, "%s\n%s%s%s",
	    drawing_cut(p->arena, row->name),
	    drawing_kind(p->arena, p->lowered, action),
	    artifacts[0] != '\0' ? "\n" : "", artifacts);

	TEXT(p->text, "    $id$",
	    IDENT("id", p->lowered->action_idents[action]));
	text_put(p->text, brackets[row->category].open);
	TEXT(p->text, "$label$", MERMAID("label", label));
	text_put(p->text, brackets[row->category].close);
	if (row->category == SW_CATEGORY_APPROVAL)
		text_put(p->text, ":::approval");
	text_put(p->text, "\n");
}

/* A node of a stage that is no action: its id is the stage's and a word. */
static void
put_condition(const struct print *p, uint32_t stage, bool is_entry,
    const struct condition *condition)
{
	const char *label = arena_printf(p->arena, "%s\n%s",
	    drawing_condition_name(p->arena, condition),
	    drawing_condition_result(p->arena, condition, is_entry));

	TEXT(p->text, "    $stage$__$word${$label$}:::condition\n",
	    IDENT("stage", p->lowered->stage_idents[stage]),
	    IDENT("word", is_entry ? "entry" : "success"),
	    MERMAID("label", label));
}

/* "A & B & C", from one action up to another. */
static void
put_group(const struct print *p, uint32_t begin, uint32_t end)
{
	for (uint32_t i = begin; i < end; i++) {
		text_put(p->text, i > begin ? " & " : "");
		TEXT(
		    p->text, "$id$", IDENT("id", p->lowered->action_idents[i]));
	}
}

/* The order of the groups of a stage, and the conditions around them. */
static void
put_sequence(const struct print *p, uint32_t stage)
{
	const struct drawn drawn = drawing_actions(p->lowered, stage);
	const struct stage *of = p->lowered->stages[stage];
	const char *id = p->lowered->stage_idents[stage];
	uint32_t begin = drawn.first;
	uint32_t behind = drawing_group_end(p->lowered, begin);

	if (drawing_has(&of->before_entry)) {
		TEXT(p->text, "    $id$__entry --> ", IDENT("id", id));
		put_group(p, begin, behind);
		text_put(p->text, "\n");
	}
	while (behind <= drawn.last) {
		const uint32_t next = drawing_group_end(p->lowered, behind);
		text_put(p->text, "    ");
		put_group(p, begin, behind);
		text_put(p->text, " --> ");
		if (behind - begin > 1 && next - behind > 1)
			TEXT(p->text, "$id$__join$n$((\" \")) --> ",
			    IDENT("id", id), NUM("n", behind - drawn.first));
		put_group(p, behind, next);
		text_put(p->text, "\n");
		begin = behind;
		behind = next;
	}
	if (drawing_has(&of->on_success)) {
		text_put(p->text, "    ");
		put_group(p, begin, behind);
		TEXT(p->text, " --> $id$__success\n", IDENT("id", id));
	}
}

static const char *
stage_label(const struct print *p, const struct stage *stage)
{
	const char *label = drawing_cut(p->arena, stage->name.text);

	if (stage->environment.text != NULL)
		label = arena_printf(p->arena, "%s · %s", label,
		    drawing_cut(p->arena, stage->environment.text));
	if (drawing_has(&stage->on_failure))
		label = arena_printf(p->arena, "%s\n%s", label,
		    drawing_failure(p->arena, &stage->on_failure));
	return label;
}

static void
put_stage(const struct print *p, uint32_t stage)
{
	const struct drawn drawn = drawing_actions(p->lowered, stage);
	const struct stage *of = p->lowered->stages[stage];
	const char *id = p->lowered->stage_idents[stage];

	TEXT(p->text, "  subgraph $id$[$label$]\n    direction LR\n",
	    IDENT("id", id), MERMAID("label", stage_label(p, of)));
	if (drawing_has(&of->before_entry))
		put_condition(p, stage, true, &of->before_entry);
	for (uint32_t i = drawn.first; i <= drawn.last; i++)
		put_action(p, i);
	if (drawing_has(&of->on_success))
		put_condition(p, stage, false, &of->on_success);
	put_sequence(p, stage);
	text_put(p->text, "  end\n");
	if (environment_is_production(of->environment.text))
		TEXT(p->text, "  class $id$ production\n", IDENT("id", id));
}

void
emit_mermaid(
    struct text *text, struct arena *arena, const struct drawing *drawing)
{
	const struct lowered *lowered = drawing->lowered;
	const struct print p = { text, arena, drawing, lowered };
	const char *mode = drawing_mode(arena, lowered);

	/* Mermaid's title, in front of the flowchart. */
	if (mode[0] != '\0')
		TEXT(text, "---\ntitle: $mode$\n---\n", JSTR("mode", mode));
	/* Few stages read from left to right, many from top to bottom. */
	text_put(text, lowered->machine.nstages <= 4 ? "flowchart LR\n"
						     : "flowchart TB\n");
	for (uint32_t s = 0; s < lowered->machine.nstages; s++)
		put_stage(&p, s);
	for (uint32_t s = 1; s < lowered->machine.nstages; s++) {
		TEXT(text, "  $id$", IDENT("id", lowered->stage_idents[s - 1]));
		text_put(text, lowered->machine.stages[s].closed
				   ? " -. closed .-x "
				   : " ==> ");
		TEXT(text, "$id$\n", IDENT("id", lowered->stage_idents[s]));
	}
	text_put(text, "  classDef approval stroke:#b5420f,stroke-width:3px\n"
		       "  classDef condition stroke:#b5420f,"
		       "stroke-dasharray:4 3\n"
		       "  classDef production stroke-width:3px\n");
}
