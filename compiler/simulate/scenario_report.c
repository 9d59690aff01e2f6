/*
 * Plays scenarios and prints what failed. A scenario that failed is played
 * once more, to print its run: nothing needs to be kept of those that pass.
 */
#include "scenario_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/source.h"
#include "base/text.h"
#include "changes.h"
#include "coverage.h"
#include "machine/words.h"
#include "model/model.h"
#include "scenario.h"

/* Columns that the events of a run take before what they changed. */
#define EVENT_COLUMNS 32

struct report {
	struct player player;
	const struct sources *sources;
	const struct scenario_options *options;
	struct text *text;
	/* The run so far, while it is printed: */
	unsigned long first; /* events before this are left out */
	unsigned long last;
	unsigned long event;
};

static void
put_place(const struct report *r, struct span at)
{
	const struct location place =
	    source_locate(r->sources, at.file, at.begin);

	text_put(r->text, source_name(r->sources, at.file));
	TEXT(r->text, ":$line$:$column$", NUM("line", place.line),
	    NUM("column", place.column));
}

/* The line of a step without its indentation; caller frees. */
static char *
line_of(const struct report *r, struct span at)
{
	size_t length, blank = 0;
	const char *line = source_line(r->sources, at.file,
	    source_locate(r->sources, at.file, at.begin).line, &length);

	while (blank < length && (line[blank] == ' ' || line[blank] == '\t'))
		blank++;
	return check_memory(strndup(line + blank, length - blank));
}

/* Watches the second playing of a scenario: one line an event, but for those
 * of an <advance> that changed nothing else. */
static void
print_event(
    void *context, const struct session *session, const struct step *step)
{
	struct report *r = context;
	char words[SW_WORDS_MAX];
	char changes[CHANGES_MAX];

	r->event++;
	if (r->event <= r->first || r->event > r->last)
		return;
	sw_words_event(session->machine, session->event, words);
	changes_words(session, changes);
	if (*changes == '\0' && step->kind == STEP_ADVANCE)
		return;
	text_put(r->text, "      ");
	text_put(r->text, words);
	for (size_t width = strlen(words);
	     *changes != '\0' && width < EVENT_COLUMNS; width++)
		text_put(r->text, " ");
	text_put(r->text, *changes != '\0' ? "  " : "");
	text_put(r->text, changes);
	text_put(r->text, "\n");
}

static void
print_event_json(
    void *context, const struct session *session, const struct step *step)
{
	struct report *r = context;
	char words[SW_WORDS_MAX];

	(void)step;
	if (r->event++ >= r->last)
		return;
	sw_words_event(session->machine, session->event, words);
	text_put(r->text, r->event > 1 ? "," : "");
	TEXT(r->text, "{\"event\":$event$,\"accepted\":", JSTR("event", words));
	text_put(r->text, session->refusal == SW_ACCEPTED ? "true}" : "false}");
}

/* Plays it again up to the event of the first failure. */
static void
print_run(struct report *r, const struct scenario *scenario,
    void (*watch)(void *, const struct session *, const struct step *))
{
	r->event = 0;
	r->last = r->player.failures[0].nevents;
	r->first = r->last > SCENARIO_RUN_MAX ? r->last - SCENARIO_RUN_MAX : 0;
	r->player.watch = watch;
	r->player.context = r;
	player_play(&r->player, scenario);
	r->player.watch = NULL;
}

static void
print_failure(const struct report *r, const struct scenario *scenario, size_t i)
{
	const struct scenario_failure *failure = &r->player.failures[i];
	char *line = line_of(r, failure->step->at);

	put_place(r, failure->step->at);
	text_put(r->text, ": failed: ");
	text_put(r->text, scenario->name.text);
	text_put(r->text, "\n    ");
	text_put(r->text, line);
	text_put(r->text, "\n    expected  ");
	text_put(r->text, failure->expected);
	text_put(r->text, "\n    found     ");
	text_put(r->text, failure->found);
	text_put(r->text, "\n");
	free(line);
}

static void
print_text(struct report *r, const struct scenario *scenario)
{
	const size_t n = r->player.nfailures;

	if (n == 0)
		return;
	for (size_t i = 0; i < n && i < SCENARIO_FAILURES_MAX; i++)
		print_failure(r, scenario, i);
	if (n > SCENARIO_FAILURES_MAX)
		TEXT(r->text, "    and $n$ more of it\n",
		    NUM("n", n - SCENARIO_FAILURES_MAX));
	if (r->player.failures[0].nevents == 0) {
		text_put(r->text, "    no event came before it\n\n");
		return;
	}
	text_put(r->text, n > 1 ? "    the run up to the first of them"
				: "    the run so far");
	if (r->player.failures[0].nevents > SCENARIO_RUN_MAX)
		TEXT(r->text, ", without its first $n$ events",
		    NUM("n", r->player.failures[0].nevents - SCENARIO_RUN_MAX));
	text_put(r->text, "\n");
	print_run(r, scenario, print_event);
	text_put(r->text, "\n");
}

static void
print_place_json(const struct report *r, struct span at)
{
	const struct location place =
	    source_locate(r->sources, at.file, at.begin);

	TEXT(r->text, "\"file\":$file$,\"line\":$line$,\"column\":$column$",
	    JSTR("file", source_name(r->sources, at.file)),
	    NUM("line", place.line), NUM("column", place.column));
}

static void
print_failure_json(const struct report *r, size_t i)
{
	const struct scenario_failure *failure = &r->player.failures[i];
	char *line = line_of(r, failure->step->at);

	text_put(r->text, i > 0 ? ",{" : "{");
	print_place_json(r, failure->step->at);
	TEXT(r->text, ",\"step\":$step$,\"expected\":$expected$,",
	    JSTR("step", line), JSTR("expected", failure->expected));
	TEXT(r->text, "\"found\":$found$}", JSTR("found", failure->found));
	free(line);
}

static void
print_json(struct report *r, const struct scenario *scenario, bool is_first)
{
	const size_t n = r->player.nfailures;

	text_put(r->text, is_first ? "\n" : ",\n");
	TEXT(r->text, "{\"name\":$name$,", JSTR("name", scenario->name.text));
	print_place_json(r, scenario->at);
	TEXT(r->text, ",\"events\":$events$,\"passed\":",
	    NUM("events", r->player.nevents));
	text_put(
	    r->text, n == 0 ? "true,\"failures\":[" : "false,\"failures\":[");
	for (size_t i = 0; i < n && i < SCENARIO_FAILURES_MAX; i++)
		print_failure_json(r, i);
	text_put(r->text, "],\"run\":[");
	if (n > 0)
		print_run(r, scenario, print_event_json);
	text_put(r->text, "]}");
}

static bool
is_asked_for(const struct scenario_options *options, const char *name)
{
	for (size_t i = 0; i < options->nnames; i++)
		if (strcmp(options->names[i], name) == 0)
			return true;
	return options->nnames == 0;
}

static void
play_all(
    struct report *r, const struct model *model, struct scenario_tally *tally)
{
	for (size_t i = 0; i < model->scenarios.n; i++) {
		const struct scenario *scenario = &model->scenarios.items[i];

		if (!is_asked_for(r->options, scenario->name.text))
			continue;
		if (r->options->coverage != NULL) {
			r->player.watch = coverage_watch;
			r->player.context = r->options->coverage;
		}
		tally->failed += !player_play(&r->player, scenario);
		r->player.watch = NULL;
		tally->events += r->player.nevents;
		if (r->options->json)
			print_json(r, scenario, tally->played == 0);
		else
			print_text(r, scenario);
		tally->played++;
	}
}

static void
put_coverage(const struct report *r)
{
	if (!r->options->json) {
		coverage_put(r->text, r->options->coverage, r->sources);
		return;
	}
	text_put(r->text, ",\n");
	coverage_put_json(r->text, r->options->coverage, r->sources);
}

bool
scenarios_play(const struct model *model, const struct sw_machine *machine,
    const struct sources *sources, const struct scenario_options *options,
    FILE *out, struct scenario_tally *tally)
{
	struct report report = {
		.sources = sources,
		.options = options,
		.text = text_new(out),
	};

	*tally = (struct scenario_tally){ 0 };
	player_init(&report.player, machine);
	if (options->json)
		text_put(report.text, "{\"scenarios\":[");
	play_all(&report, model, tally);
	if (options->json)
		TEXT(report.text,
		    "\n],\"played\":$played$,\"failed\":$failed$,"
		    "\"events\":$events$",
		    NUM("played", tally->played), NUM("failed", tally->failed),
		    NUM("events", tally->events));
	if (options->coverage != NULL)
		put_coverage(&report);
	if (options->json)
		text_put(report.text, "}\n");
	player_release(&report.player);
	return text_close(report.text) == 0;
}
