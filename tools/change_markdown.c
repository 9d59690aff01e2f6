/*
 * Changes as a comment on a change: the first line is a mark that nobody
 * sees, by which a comment is found again; then decisions, what is worth a
 * look, and folded what is not. What does not fit is left out from the end.
 */
#include "change_set.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "compare/compare.h"
#include "compilation.h"
#include "draw/drawing.h"
#include "draw/emit_mermaid.h"
#include "lower/lower.h"
#include "model/model.h"
#include "report/markdown.h"
#include "report/report.h"
#include "review/run.h"

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
put_decisions(const void *self, struct text *text)
{
	const struct change_set *set = self;
	size_t n;
	(void)change_set_count(set, &n);
	TEXT(text, "<!-- stagewright:$command$:v1 -->\n### $n$ to decide\n",
	    LABEL("command", set->command), NUM("n", n));
	put_changes(set, text, WEIGHT_DECISION);
}

static void
put_shown(const void *self, struct text *text)
{
	const struct change_set *set = self;
	put_changes(set, text, WEIGHT_SHOWN);
}

static void
put_folded(const void *self, struct text *text)
{
	const struct change_set *set = self;
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

/* A run that shows a change. */
struct run_piece {
	const struct change_set *set;
	const struct review_run *run;
};

/* Fenced: what a model says is shown as it is. */
static void
put_run(const void *self, struct text *text)
{
	const struct run_piece *piece = self;
	char *lines = NULL;
	size_t size = 0;
	FILE *memory = check_memory(open_memstream(&lines, &size));
	change_print_run(piece->set, piece->run, memory);
	close_memory(memory, &lines);
	TEXT(text, "\n<details><summary>$says$</summary>\n\n```text\n",
	    SUMMARY("says", piece->run->says));
	text_put(text, lines);
	text_put(text, "```\n\n</details>\n");
	free(lines);
}

static void
add_runs(struct markdown *markdown, const struct change_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct comparison *comparison = set->pairs[i].comparison;
		for (size_t k = 0; k < comparison->n; k++) {
			const struct run_piece piece = { set,
				comparison->changes[k].run };
			if (piece.run != NULL)
				markdown_add(markdown, put_run, &piece);
		}
	}
}

/* What changed of a pipeline, or a new one; fences end with a line of their
 * own, which a drawing does not have. */
struct picture_piece {
	const struct change_set *set;
	const struct change_pair *pair;
	struct drawing drawing;
};

static void
put_picture(const void *self, struct text *text)
{
	const struct picture_piece *piece = self;
	const struct marks *marks = piece->drawing.marks;

	TEXT(text,
	    "\n<details><summary>$name$: $caption$</summary>\n\n"
	    "```mermaid\n",
	    SUMMARY("name", piece->pair->models[1]->name.text),
	    LABEL("caption", marks != NULL ? marks->caption : "all of it"));
	emit_mermaid(text, piece->set->c->arena, &piece->drawing);
	text_put(text, "```\n\n</details>\n");
}

static void
add_pictures(struct markdown *markdown, const struct change_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		struct picture_piece piece = { .set = set,
			.pair = &set->pairs[i] };
		if (piece.pair->comparison->n > 0 &&
		    piece.pair->models[1] != NULL &&
		    change_drawing(set, piece.pair, &piece.drawing) &&
		    piece.drawing.lowered->machine.nactions <=
			MERMAID_ACTIONS_MAX)
			markdown_add(markdown, put_picture, &piece);
	}
}

static void
put_title(const void *self, struct text *text)
{
	(void)self;
	text_put(text, "\n#### Not found in the base\n");
}

/* Of the new models alone. */
static void
add_findings(struct markdown *markdown, const struct change_set *set)
{
	struct report *report =
	    report_new(set->c->arena, set->c->sources, set->command);

	report->top = set->top;
	report_diagnostics(report, set->c->diagnostics);
	if (report->n > 0 && markdown_add(markdown, put_title, NULL))
		markdown_findings(markdown, report);
}

/* From the first that has no room on all are left out, the first never. */
void
change_markdown(const void *self, FILE *to)
{
	const struct change_set *set = self;
	struct markdown markdown = { .text = text_new(to) };
	size_t ndecisions;

	if (change_set_count(set, &ndecisions) > 0 ||
	    change_set_has_findings(set)) {
		markdown_put(&markdown, put_decisions, set);
		add_runs(&markdown, set);
		markdown_add(&markdown, put_shown, set);
		if (change_set_has_findings(set))
			add_findings(&markdown, set);
		markdown_add(&markdown, put_folded, set);
		add_pictures(&markdown, set);
		markdown_end(&markdown);
	}
	(void)text_close(markdown.text);
}
