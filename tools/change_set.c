/* Changes as text and JSON. */
#include "change_set.h"

#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/text.h"
#include "compare/compare.h"
#include "compilation.h"
#include "forms.h"
#include "lower/lower.h"
#include "model/model.h"
#include "report.h"
#include "review/flight.h"
#include "review/run.h"

/* Columns of texts before places are pushed out. */
#define TEXT_WIDTH_MAX 96
/* What git calls a file that is not there. */
#define NO_FILE "/dev/null"

static const struct {
	const char *mark; /* says it without colour */
	const char *name;
	const char *color;
} weights[] = {
	[WEIGHT_FOLDED] = { " ", "folded", "\033[2m" },
	[WEIGHT_SHOWN] = { "~", "shown", "" },
	[WEIGHT_DECISION] = { "!", "decision", "\033[1;33m" },
};

size_t
change_set_count(const struct change_set *set, size_t *ndecisions)
{
	size_t n = 0;
	*ndecisions = 0;
	for (size_t i = 0; i < set->n; i++) {
		n += set->pairs[i].comparison->n;
		*ndecisions += set->pairs[i].comparison->ndecisions;
	}
	return n;
}

bool
change_set_has_findings(const struct change_set *set)
{
	size_t n = 0;
	for (int i = 0; i < NSEVERITIES; i++)
		n += diagnostics_count(set->c->diagnostics, (enum severity)i);
	return set->base != NULL && n > 0;
}

const char *
change_place(const struct change_set *set, const struct change_pair *pair,
    const struct change *change, bool is_new)
{
	const struct span at = is_new ? change->new_at : change->old_at;
	if (!span_is_set(at))
		return NULL;
	const struct location l =
	    source_locate(set->c->sources, at.file, at.begin);
	const struct model *model = pair->models[is_new];
	const char *name = model != NULL && model->at.file == at.file
			       ? pair->names[is_new]
			       : source_name(set->c->sources, at.file);
	return arena_printf(set->c->arena, "%s:%u:%u", name, (unsigned)l.line,
	    (unsigned)l.column);
}

static void
print_change(const struct change_set *set, const struct change_pair *pair,
    const struct change *change, int width, FILE *to)
{
	const struct change_info *info = change_info(change->id);
	const char *color =
	    report_wants_color(to) ? weights[change->weight].color : "";
	const char *plain = *color != '\0' ? "\033[0m" : "";
	const bool is_gone = !span_is_set(change->new_at);
	fprintf(to, "%s%s %-9s%s%-*s  %s%s  [%s]\n", color,
	    weights[change->weight].mark, info->word, plain, width,
	    change->text, is_gone ? "was " : "",
	    change_place(set, pair, change, !is_gone), info->name);
}

static void
print_pair(
    const struct change_set *set, const struct change_pair *pair, FILE *to)
{
	const struct comparison *comparison = pair->comparison;
	if (comparison->n == 0)
		return; /* no change in meaning: nothing to say */
	fprintf(to,
	    "%s -> %s: ", pair->names[0] != NULL ? pair->names[0] : NO_FILE,
	    pair->names[1] != NULL ? pair->names[1] : NO_FILE);
	if (comparison->ndecisions == 0)
		fputs("nothing to decide\n", to);
	else
		fprintf(to, "%zu to decide\n", comparison->ndecisions);
	int width = 0;
	for (size_t i = 0; i < comparison->n; i++) {
		const size_t length = strlen(comparison->changes[i].text);
		if (length <= TEXT_WIDTH_MAX && (int)length > width)
			width = (int)length;
	}
	for (size_t i = 0; i < comparison->n; i++) {
		print_change(set, pair, &comparison->changes[i], width, to);
		if (comparison->changes[i].run != NULL)
			change_print_run(set, comparison->changes[i].run, to);
	}
	if (set->has_places && pair->flight != NULL)
		change_print_flight(pair->flight, to);
	if (comparison->nunchanged > 0)
		fprintf(to, "  %u action%s unchanged\n",
		    (unsigned)comparison->nunchanged,
		    comparison->nunchanged == 1 ? "" : "s");
}

static void
print_text(const void *self, FILE *to)
{
	const struct change_set *set = self;
	size_t ndecisions;
	const size_t n = change_set_count(set, &ndecisions);
	if (set->base != NULL && (n > 0 || change_set_has_findings(set)))
		fprintf(to, "%s -> %s: %zu to decide\n", set->base, set->head,
		    ndecisions);
	for (size_t i = 0; i < set->n; i++)
		print_pair(set, &set->pairs[i], to);
	if (change_set_has_findings(set)) {
		fputs("not found in the base:\n", to);
		diagnostics_print(set->c->diagnostics, to,
		    (struct diagnostic_style){
			.color = report_wants_color(to) });
	}
}

static void
json_run(struct text *text, const struct change_set *set,
    const struct review_run *run)
{
	struct arena *arena = set->c->arena;
	const struct story *story = story_new(arena, &run->run, false);
	TEXT(
	    text, ",\n   \"fact\": $fact$, \"run\": ", JSTR("fact", run->says));
	story_json(story, arena, set->c->sources, text);
}

static void
json_flight(struct text *text, const struct flight *flight)
{
	TEXT(text, ",\n \"complete\": $complete$, \"places\": [",
	    CPART("complete", flight->is_complete ? "true" : "false"));
	for (size_t i = 0; i < flight->n; i++) {
		const struct flight_row *row = &flight->rows[i];
		TEXT(text,
		    "$comma$\n  {\"stage\": $stage$, \"place\": $place$, "
		    "\"what\": $what$, \"why\": $why$}",
		    CPART("comma", i == 0 ? "" : ","),
		    JSTR("stage",
			flight->lowered[0]->machine.stages[row->stage].name),
		    JSTR("place", row->place),
		    JSTR("what", flight_word(row->what)),
		    JSTR("why", row->why));
	}
	text_put(text, "]");
}

static void
json_pair(struct text *text, const struct change_set *set,
    const struct change_pair *pair)
{
	const struct comparison *comparison = pair->comparison;
	TEXT(text,
	    "{\"old\": $old$, \"new\": $new$, \"decisions\": $n$, "
	    "\"unchanged\": $unchanged$, \"changes\": [",
	    JSTR("old", pair->names[0]), JSTR("new", pair->names[1]),
	    NUM("n", comparison->ndecisions),
	    NUM("unchanged", comparison->nunchanged));
	for (size_t i = 0; i < comparison->n; i++) {
		const struct change *change = &comparison->changes[i];
		TEXT(text,
		    "$comma$\n  {\"id\": $id$, \"weight\": $weight$, "
		    "\"text\": $text$, \"before\": $before$, \"after\": "
		    "$after$, \"oldPlace\": $old$, \"newPlace\": $new$",
		    LABEL("comma", i == 0 ? "" : ","),
		    JSTR("id", change_info(change->id)->name),
		    JSTR("weight", weights[change->weight].name),
		    JSTR("text", change->text), JSTR("before", change->before),
		    JSTR("after", change->after),
		    JSTR("old", change_place(set, pair, change, false)),
		    JSTR("new", change_place(set, pair, change, true)));
		if (change->run != NULL)
			json_run(text, set, change->run);
		text_put(text, "}");
	}
	text_put(text, comparison->n == 0 ? "]" : "\n]");
	if (set->has_places && pair->flight != NULL)
		json_flight(text, pair->flight);
	text_put(text, "}");
}

static void
print_json(const void *self, FILE *to)
{
	const struct change_set *set = self;
	struct text *text = text_new(to);
	size_t ndecisions;
	const char *between = "";
	(void)change_set_count(set, &ndecisions);
	if (set->base == NULL) {
		json_pair(text, set, &set->pairs[0]);
		text_put(text, "\n");
		(void)text_close(text);
		return;
	}
	TEXT(text,
	    "{\"base\": $base$, \"head\": $head$, \"decisions\": $n$, "
	    "\"models\": [",
	    JSTR("base", set->base), JSTR("head", set->head),
	    NUM("n", ndecisions));
	for (size_t i = 0; i < set->n; i++) {
		if (set->pairs[i].comparison->n == 0)
			continue;
		text_put(text, between);
		json_pair(text, set, &set->pairs[i]);
		between = ",\n";
	}
	text_put(text, "], \"findings\": ");
	text_flush(text);
	diagnostics_print_json(set->c->diagnostics, to);
	text_put(text, "}\n");
	(void)text_close(text);
}

const struct forms_own change_forms = { print_text, print_json, change_markdown,
	change_report, change_picture };
