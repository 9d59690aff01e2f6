/* The report as a comment on a change. */
#include "markdown.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/names.h"
#include "base/text.h"
#include "outputs.h"
#include "report.h"

/* Ends of what is open, and the words that something is left out. */
#define ROOM_FOR_WORDS 256u

static void
write_piece(struct markdown *markdown, markdown_piece piece, const void *self,
    bool is_needed)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *memory = check_memory(open_memstream(&bytes, &size));
	struct text *text = text_new(memory);

	piece(self, text);
	if (text_close(text) != 0)
		out_of_memory();
	close_memory(memory, &bytes);
	if (is_needed || markdown->used + size <= MARKDOWN_MAX - ROOM_FOR_WORDS)
		text_put(markdown->text, bytes);
	else
		markdown->is_full = true;
	markdown->used += size;
	free(bytes);
}

void
markdown_put(struct markdown *markdown, markdown_piece piece, const void *self)
{
	write_piece(markdown, piece, self, true);
}

bool
markdown_add(struct markdown *markdown, markdown_piece piece, const void *self)
{
	if (!markdown->is_full)
		write_piece(markdown, piece, self, false);
	return !markdown->is_full;
}

void
markdown_end(struct markdown *markdown)
{
	if (markdown->is_full)
		text_put(markdown->text,
		    "\nWhat else there is is too long for a "
		    "comment.\n");
}

/* One finding of a report. */
struct row {
	const struct report *report;
	const struct finding *finding;
};

static const char *const words[] = {
	[SEVERITY_ERROR] = "error",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_NOTE] = "note",
};

static const char *
place_text(struct arena *arena, const struct report_place *place)
{
	if (place->path == NULL)
		return "";
	if (place->begin.line == 0)
		return place->path;
	return arena_printf(arena, "%s:%u:%u", place->path,
	    (unsigned)place->begin.line, (unsigned)place->begin.column);
}

static void
put_row(const void *self, struct text *text)
{
	const struct row *row = self;
	const struct finding *finding = row->finding;
	const char *mark = finding->level == SEVERITY_ERROR ? "**" : "";

	TEXT(text, "| $mark$$level$$mark$ | $text$", LABEL("mark", mark),
	    LABEL("level", words[finding->level]),
	    MARKDOWN("text", finding->text));
	if (finding->label != NULL)
		TEXT(text, "<br>$label$", MARKDOWN("label", finding->label));
	if (finding->help != NULL)
		TEXT(text, "<br>$help$", MARKDOWN("help", finding->help));
	TEXT(text, " | $place$ | $id$ |\n",
	    MARKDOWN("place", place_text(row->report->arena, &finding->place)),
	    LABEL("id", finding->rule->id));
}

static void
put_head(const void *self, struct text *text)
{
	text_put(text, self);
	text_put(text, "\n| | finding | where | rule |\n|---|---|---|---|\n");
}

static void
put_words(const void *self, struct text *text)
{
	text_put(text, self);
}

/* How it comes to it, folded. */
static void
put_run(const void *self, struct text *text)
{
	const struct row *row = self;
	const struct finding *finding = row->finding;

	TEXT(text, "\n<details><summary>$text$: $n$ steps</summary>\n\n",
	    SUMMARY("text", finding->text), NUM("n", finding->nsteps));
	for (size_t i = 0; i < finding->nsteps; i++) {
		const struct report_step *step = &finding->run[i];
		const char *mark = step->is_decision ? "**" : "";
		TEXT(text, "$n$. $mark$$text$$mark$ ($place$)\n",
		    NUM("n", i + 1), LABEL("mark", mark),
		    MARKDOWN("text", step->text),
		    MARKDOWN(
			"place", place_text(row->report->arena, &step->place)));
	}
	text_put(text, "\n</details>\n");
}

static size_t
count(const struct report *report, enum severity level)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n; i++)
		n += report->findings[i].level == level &&
		     report->findings[i].suppression == NULL;
	return n;
}

static void
add_rows(
    struct markdown *markdown, const struct report *report, enum severity level)
{
	for (size_t i = 0; i < report->n; i++) {
		const struct row row = { report, &report->findings[i] };
		if (row.finding->level == level &&
		    row.finding->suppression == NULL)
			markdown_add(markdown, put_row, &row);
	}
}

void
markdown_findings(struct markdown *markdown, const struct report *report)
{
	const size_t nnotes = count(report, SEVERITY_NOTE);

	if (count(report, SEVERITY_ERROR) + count(report, SEVERITY_WARNING) > 0)
		markdown_add(markdown, put_head, "");
	add_rows(markdown, report, SEVERITY_ERROR);
	add_rows(markdown, report, SEVERITY_WARNING);
	for (size_t i = 0; i < report->n; i++) {
		const struct row row = { report, &report->findings[i] };
		if (row.finding->nsteps > 0 && row.finding->suppression == NULL)
			markdown_add(markdown, put_run, &row);
	}
	if (nnotes == 0 || !markdown_add(markdown, put_head,
			       arena_printf(report->arena,
				   "\n<details><summary>%zu note%s</summary>\n",
				   nnotes, nnotes == 1 ? "" : "s")))
		return;
	add_rows(markdown, report, SEVERITY_NOTE);
	markdown_put(markdown, put_words, "\n</details>\n");
}

/* How many findings of each level one file has. */
struct tally {
	const char *path;
	size_t n[NSEVERITIES];
};

static void
put_tally(const void *self, struct text *text)
{
	const struct tally *tally = self;

	TEXT(text, "| $path$ | $errors$ | $warnings$ | $notes$ |\n",
	    MARKDOWN("path", tally->path),
	    NUM("errors", tally->n[SEVERITY_ERROR]),
	    NUM("warnings", tally->n[SEVERITY_WARNING]),
	    NUM("notes", tally->n[SEVERITY_NOTE]));
}

/* A row for each file, if there are several. */
static void
add_files(struct markdown *markdown, const struct report *report)
{
	struct names *paths = names_new(report->arena, report->n + 1);
	struct tally *tallies =
	    arena_array(report->arena, report->n + 1, sizeof *tallies);
	uint32_t n = 0;

	for (size_t i = 0; i < report->n; i++) {
		const struct finding *finding = &report->findings[i];
		const char *path = finding->place.path;
		uint32_t at;
		if (path == NULL || finding->suppression != NULL)
			continue;
		at = names_add(paths, path, n);
		n += at == n;
		tallies[at].path = path;
		tallies[at].n[finding->level]++;
	}
	if (n < 2)
		return;
	markdown_add(markdown, put_words,
	    "\n| | errors | warnings | notes |\n|---|--:|--:|--:|\n");
	for (uint32_t i = 0; i < n; i++)
		markdown_add(markdown, put_tally, &tallies[i]);
}

static const char *
count_text(const struct report *report, enum severity level, const char *before)
{
	const size_t n = count(report, level);

	if (n == 0)
		return before;
	return arena_printf(report->arena, "%s%s%zu %s%s", before,
	    *before != '\0' ? ", " : "", n, words[level], n == 1 ? "" : "s");
}

void
output_markdown(const struct report *report, struct text *text)
{
	struct markdown markdown = { .text = text };
	const char *counts = count_text(report, SEVERITY_ERROR, "");

	counts = count_text(report, SEVERITY_WARNING, counts);
	counts = count_text(report, SEVERITY_NOTE, counts);
	if (report->nleft_out > 0)
		counts = arena_printf(report->arena, "%s, and %zu more", counts,
		    report->nleft_out);
	if (*counts == '\0')
		return;
	markdown_put(&markdown, put_words,
	    arena_printf(report->arena, "<!-- stagewright:%s:v1 -->\n### %s\n",
		report->command, counts));
	add_files(&markdown, report);
	markdown_findings(&markdown, report);
	markdown_end(&markdown);
}
