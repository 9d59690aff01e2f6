/*
 * Changes as a comment on a change: the first line is a mark that nobody
 * sees, by which a comment is found again; then decisions, what is worth a
 * look, and folded what is not. What does not fit is left out from the end.
 */
#include "change_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/text.h"
#include "compare/compare.h"
#include "compilation.h"
#include "draw/change.h"
#include "draw/drawing.h"
#include "draw/emit_mermaid.h"
#include "lower/lower.h"
#include "model/model.h"
#include "report/outputs.h"

/* The words that say so when something was left out fit into this. */
#define ROOM_FOR_WORDS 256
/* Actions up to which pages draw a Mermaid diagram: they take 50,000
 * characters and 500 lines of one. */
#define MERMAID_ACTIONS_MAX 250u

static void
put_row(struct text *text, const struct change_set *set,
    const struct change_pair *pair, const struct change *change)
{
	const bool is_gone = !span_is_set(change->new_at);
	const bool is_decision = change->weight == WEIGHT_DECISION;
	TEXT(text, "| $mark$ | $text$ | $was$$place$ | $id$ |\n",
	    LABEL("mark",
		arena_printf(set->c->arena, is_decision ? "**! %s**" : "%s",
		    change_info(change->id)->word)),
	    MARKDOWN("text", change->text), LABEL("was", is_gone ? "was " : ""),
	    MARKDOWN("place", change_place(set, pair, change, !is_gone)),
	    LABEL("id", change_info(change->id)->name));
}

static void
put_pair(struct text *text, const struct change_set *set,
    const struct change_pair *pair, enum change_weight weight)
{
	const struct comparison *comparison = pair->comparison;
	bool has_head = false;
	for (size_t i = 0; i < comparison->n; i++) {
		if (comparison->changes[i].weight != weight)
			continue;
		if (!has_head)
			TEXT(text,
			    "\n#### $name$\n\n| | change | where | rule |\n"
			    "|---|---|---|---|\n",
			    MARKDOWN(
				"name", pair->models[pair->models[1] != NULL]
					    ->name.text));
		has_head = true;
		put_row(text, set, pair, &comparison->changes[i]);
	}
}

static void
put_changes(
    const struct change_set *set, struct text *text, enum change_weight weight)
{
	for (size_t i = 0; i < set->n; i++)
		put_pair(text, set, &set->pairs[i], weight);
}

static void
put_decisions(const struct change_set *set, struct text *text)
{
	size_t n;
	(void)change_set_count(set, &n);
	TEXT(text, "<!-- stagewright:$command$:v1 -->\n### $n$ to decide\n",
	    LABEL("command", set->command), NUM("n", n));
	put_changes(set, text, WEIGHT_DECISION);
}

static void
put_shown(const struct change_set *set, struct text *text)
{
	put_changes(set, text, WEIGHT_SHOWN);
}

static void
put_findings(const struct change_set *set, struct text *text)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *memory = check_memory(open_memstream(&bytes, &size));
	diagnostics_print(set->c->diagnostics, memory,
	    (struct diagnostic_style){ .brief = true });
	close_memory(memory, &bytes);
	if (set->base != NULL && size > 0) {
		text_put(text, "\n#### Not found in the base\n\n");
		for (char *rest = NULL, *line = strtok_r(bytes, "\n", &rest);
		     line != NULL; line = strtok_r(NULL, "\n", &rest))
			TEXT(text, "- $line$\n", MARKDOWN("line", line));
	}
	free(bytes);
}

static void
put_folded(const struct change_set *set, struct text *text)
{
	size_t nunchanged = 0, nfolded = 0;
	for (size_t i = 0; i < set->n; i++) {
		const struct comparison *comparison = set->pairs[i].comparison;
		nunchanged += comparison->nunchanged;
		for (size_t k = 0; k < comparison->n; k++)
			nfolded +=
			    comparison->changes[k].weight == WEIGHT_FOLDED;
	}
	if (nfolded > 0) {
		text_put(
		    text, "\n<details><summary>Renamed and moved</summary>\n");
		put_changes(set, text, WEIGHT_FOLDED);
		text_put(text, "\n</details>\n");
	}
	if (nunchanged > 0)
		TEXT(text, "\n$n$ actions unchanged\n", NUM("n", nunchanged));
}

/* What changed of each pipeline, as one picture; fences end with a line of
 * their own, which a drawing does not have. */
static void
put_pictures(const struct change_set *set, struct text *text)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct comparison *comparison = set->pairs[i].comparison;
		struct drawing drawing;
		if (comparison->n == 0 ||
		    !drawing_of_change(set->c->arena, comparison, &drawing) ||
		    drawing.lowered->machine.nactions > MERMAID_ACTIONS_MAX)
			continue;
		TEXT(text,
		    "\n<details><summary>$name$: $caption$</summary>\n\n"
		    "```mermaid\n",
		    LABEL("name", set->pairs[i].models[1]->name.text),
		    LABEL("caption", drawing.marks->caption));
		emit_mermaid(text, set->c->arena, &drawing);
		text_put(text, "```\n\n</details>\n");
	}
}

/* The last is left out first, the first never. */
static void (*const parts[])(const struct change_set *, struct text *) = {
	put_decisions,
	put_shown,
	put_findings,
	put_folded,
	put_pictures,
};

void
change_markdown(const void *self, FILE *to)
{
	const struct change_set *set = self;
	size_t ndecisions, used = 0;
	const bool has_errors =
	    set->base != NULL &&
	    diagnostics_count(set->c->diagnostics, SEVERITY_ERROR) +
		    diagnostics_count(set->c->diagnostics, SEVERITY_WARNING) >
		0;
	if (change_set_count(set, &ndecisions) == 0 && !has_errors)
		return;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char *bytes = NULL;
		size_t size = 0;
		FILE *memory = check_memory(open_memstream(&bytes, &size));
		struct text *text = text_new(memory);
		parts[i](set, text);
		if (text_close(text) != 0)
			out_of_memory();
		close_memory(memory, &bytes);
		const bool fits =
		    i == 0 || used + size <= MARKDOWN_MAX - ROOM_FOR_WORDS;
		if (fits)
			(void)fwrite(bytes, 1, size, to);
		used += size;
		free(bytes);
		if (!fits) {
			fputs("\nWhat else changed is too long for a "
			      "comment.\n",
			    to);
			return;
		}
	}
}
