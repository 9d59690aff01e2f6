/* Verdicts as text and JSON, and the table of forms. */
#include "verdict.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/text.h"
#include "command.h"
#include "compare/compare.h"
#include "compilation.h"
#include "model/model.h"
#include "report.h"

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
verdict_changes(const struct verdict *v, size_t *ndecisions)
{
	size_t n = 0;
	*ndecisions = 0;
	for (size_t i = 0; i < v->n; i++) {
		n += v->pairs[i].comparison->n;
		*ndecisions += v->pairs[i].comparison->ndecisions;
	}
	return n;
}

static bool
has_findings(const struct verdict *v)
{
	size_t n = 0;
	for (int i = 0; i < NSEVERITIES; i++)
		n += diagnostics_count(v->c->diagnostics, (enum severity)i);
	return v->base != NULL && n > 0;
}

const char *
verdict_place(const struct verdict *v, const struct verdict_pair *pair,
    const struct change *change, bool is_new)
{
	const struct span at = is_new ? change->new_at : change->old_at;
	if (!span_is_set(at))
		return NULL;
	const struct location l =
	    source_locate(v->c->sources, at.file, at.begin);
	const struct model *model = pair->models[is_new];
	const char *name = model != NULL && model->at.file == at.file
			       ? pair->names[is_new]
			       : source_name(v->c->sources, at.file);
	return arena_printf(v->c->arena, "%s:%u:%u", name, (unsigned)l.line,
	    (unsigned)l.column);
}

static void
print_change(const struct verdict *v, const struct verdict_pair *pair,
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
	    verdict_place(v, pair, change, !is_gone), info->name);
}

static void
print_pair(const struct verdict *v, const struct verdict_pair *pair, FILE *to)
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
	for (size_t i = 0; i < comparison->n; i++)
		print_change(v, pair, &comparison->changes[i], width, to);
	if (comparison->nunchanged > 0)
		fprintf(to, "  %u action%s unchanged\n",
		    (unsigned)comparison->nunchanged,
		    comparison->nunchanged == 1 ? "" : "s");
}

static void
verdict_text(const struct verdict *v, FILE *to)
{
	size_t ndecisions;
	const size_t n = verdict_changes(v, &ndecisions);
	if (v->base != NULL && (n > 0 || has_findings(v)))
		fprintf(to, "%s -> %s: %zu to decide\n", v->base, v->head,
		    ndecisions);
	for (size_t i = 0; i < v->n; i++)
		print_pair(v, &v->pairs[i], to);
	if (has_findings(v)) {
		fputs("not found in the base:\n", to);
		diagnostics_print(v->c->diagnostics, to,
		    (struct diagnostic_style){
			.color = report_wants_color(to) });
	}
}

static void
json_pair(
    struct text *text, const struct verdict *v, const struct verdict_pair *pair)
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
		    "$after$, \"oldPlace\": $old$, \"newPlace\": $new$}",
		    LABEL("comma", i == 0 ? "" : ","),
		    JSTR("id", change_info(change->id)->name),
		    JSTR("weight", weights[change->weight].name),
		    JSTR("text", change->text), JSTR("before", change->before),
		    JSTR("after", change->after),
		    JSTR("old", verdict_place(v, pair, change, false)),
		    JSTR("new", verdict_place(v, pair, change, true)));
	}
	text_put(text, comparison->n == 0 ? "]}" : "\n]}");
}

static void
verdict_json(const struct verdict *v, FILE *to)
{
	struct text *text = text_new(to);
	size_t ndecisions;
	const char *between = "";
	(void)verdict_changes(v, &ndecisions);
	if (v->base == NULL) {
		json_pair(text, v, &v->pairs[0]);
		text_put(text, "\n");
		(void)text_close(text);
		return;
	}
	TEXT(text,
	    "{\"base\": $base$, \"head\": $head$, \"decisions\": $n$, "
	    "\"models\": [",
	    JSTR("base", v->base), JSTR("head", v->head), NUM("n", ndecisions));
	for (size_t i = 0; i < v->n; i++) {
		if (v->pairs[i].comparison->n == 0)
			continue;
		text_put(text, between);
		json_pair(text, v, &v->pairs[i]);
		between = ",\n";
	}
	text_put(text, "], \"findings\": ");
	text_flush(text);
	diagnostics_print_json(v->c->diagnostics, to);
	text_put(text, "}\n");
	(void)text_close(text);
}

static const struct {
	const char *name;
	void (*write)(const struct verdict *verdict, FILE *to);
} forms[] = {
	{ "text", verdict_text },
	{ "json", verdict_json },
	{ "markdown", verdict_markdown },
};

bool
sinks_add(struct sinks *sinks, const char *form)
{
	const size_t length = strcspn(form, "=");
	const char *path = form[length] == '=' ? form + length + 1 : "-";
	for (unsigned i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (strlen(forms[i].name) != length ||
		    strncmp(forms[i].name, form, length) != 0)
			continue;
		if (sinks->n == SINKS_MAX || *path == '\0')
			return false;
		sinks->items[sinks->n].form = i;
		sinks->items[sinks->n++].path =
		    strcmp(path, "-") == 0 ? NULL : path;
		return true;
	}
	return false;
}

int
sinks_write(const struct sinks *sinks, const struct verdict *verdict)
{
	int status = EXIT_YES;
	if (sinks->n == 0)
		verdict_text(verdict, stdout);
	for (size_t i = 0; i < sinks->n; i++) {
		const char *path = sinks->items[i].path;
		FILE *to = path == NULL ? stdout : fopen(path, "w");
		if (to != NULL)
			forms[sinks->items[i].form].write(verdict, to);
		if (to == NULL || fflush(to) != 0 || ferror(to) ||
		    (to != stdout && fclose(to) != 0)) {
			fprintf(stderr, "stagewright: cannot write '%s': %s\n",
			    path != NULL ? path : "-", strerror(errno));
			status = EXIT_TROUBLE;
		}
	}
	return status;
}
