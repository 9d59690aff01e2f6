/* What machines say of changes: runs, and releases in flight. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/text.h"
#include "change_set.h"
#include "command.h"
#include "compare/compare.h"
#include "compilation.h"
#include "lower/lower.h"
#include "review/bypass.h"
#include "review/flight.h"
#include "review/run.h"
#include "whole_file.h"

void
change_compare(
    struct arena *arena, struct change_pair *pair, enum change_wants wants)
{
	const struct model *const *models = pair->models;
	if (models[0] == NULL || models[1] == NULL) {
		pair->comparison = compare_whole(
		    arena, models[models[1] != NULL], models[1] != NULL);
		return;
	}
	struct comparison *comparison = compare(arena, models[0], models[1]);
	pair->comparison = comparison;
	if (wants == CHANGE_WANTS_MODELS || comparison->n == 0)
		return;
	/* The table of places keeps them. */
	struct {
		const struct lowered *each[2];
	} *lowered = arena_alloc(arena, sizeof *lowered);
	for (int i = 0; i < 2; i++)
		lowered->each[i] = lower(arena, models[i]);
	bypass_find(arena, comparison, lowered->each);
	/* Another program, but no other machine: everybody goes on. */
	if (lowered->each[0]->machine.fingerprint ==
	    lowered->each[1]->machine.fingerprint)
		return;
	pair->flight = flight_judge(
	    arena, comparison, lowered->each, wants == CHANGE_WANTS_PLAN);
	flight_tell(arena, comparison, pair->flight);
}

void
change_print_run(
    const struct change_set *set, const struct review_run *run, FILE *to)
{
	const struct story *story = story_new(set->c->arena, &run->run, false);
	fprintf(to,
	    "   shortest run, refused before: %zu step%s, %zu "
	    "decision%s (*)\n",
	    run->run.nevents, run->run.nevents == 1 ? "" : "s",
	    story->ndecisions, story->ndecisions == 1 ? "" : "s");
	story_print(story, set->c->arena, set->c->sources, to);
}

/* A run, to be saved. */
struct saving {
	const struct change_set *set;
	const struct change *change;
};

static void
save(const void *self, struct text *text)
{
	const struct saving *s = self;
	const struct review_run *run = s->change->run;
	story_scenario(text, s->set->c->arena, &run->run,
	    change_info(s->change->id)->name, run->says,
	    (struct story_end){ UINT32_MAX, run->action });
}

static bool
complain(const char *path)
{
	fprintf(stderr, "stagewright: cannot write '%s': %s\n", path,
	    strerror(errno));
	return false;
}

bool
change_save_runs(const struct change_set *set, const char *folder)
{
	unsigned n = 0;
	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return complain(folder);
	for (size_t i = 0; i < set->n; i++)
		for (size_t k = 0; k < set->pairs[i].comparison->n; k++) {
			const struct change *change =
			    &set->pairs[i].comparison->changes[k];
			if (change->run == NULL)
				continue;
			const char *path =
			    arena_printf(set->c->arena, "%s/%s-%u.xml", folder,
				change_info(change->id)->name, ++n);
			if (!whole_file_text(
				path, save, &(struct saving){ set, change }))
				return complain(path);
			fprintf(stderr,
			    "replay: stagewright simulate %s --scenarios %s\n",
			    set->pairs[i].names[1], path);
		}
	return true;
}

/* Rows of one stage that fare as this one does, if it is the first of them. */
static size_t
count_alike(const struct flight *flight, size_t first)
{
	const struct flight_row *row = &flight->rows[first];
	size_t n = 0;
	for (size_t i = 0; i < flight->n; i++) {
		const struct flight_row *other = &flight->rows[i];
		if (other->stage != row->stage || other->what != row->what ||
		    (row->why != NULL && strcmp(row->why, other->why) != 0))
			continue;
		if (i < first)
			return 0;
		n++;
	}
	return n;
}

void
change_print_flight(const struct flight *flight, FILE *to)
{
	static const char *const says[] = { [FLIGHT_CARRIES] = "goes on",
		[FLIGHT_REPEATS] = "begins its stage anew",
		[FLIGHT_OLD] = "ends on the old version",
		[FLIGHT_ENDS] = "cannot be retried any more" };
	const struct sw_machine *old = &flight->lowered[0]->machine;
	int width = 0;
	for (uint32_t s = 0; s < old->nstages; s++)
		if ((int)strlen(old->stages[s].name) > width)
			width = (int)strlen(old->stages[s].name);
	for (uint32_t s = 0; s < old->nstages; s++)
		for (size_t i = 0; i < flight->n; i++) {
			const struct flight_row *row = &flight->rows[i];
			const size_t n =
			    row->stage == s ? count_alike(flight, i) : 0;
			if (n == 0)
				continue;
			fprintf(to, "  %-*s  %4zu place%s %s%s%s\n", width,
			    old->stages[s].name, n,
			    n == 1 ? ": " : "s:", says[row->what],
			    row->why == NULL ? "" : ": ",
			    row->why == NULL ? "" : row->why);
		}
	if (!flight->is_complete)
		fputs("  and places that were not looked at\n", to);
}

bool
change_save_plan(const struct change_set *set, const char *path)
{
	const struct flight *flight = NULL;
	for (size_t i = 0; i < set->n; i++) {
		if (set->pairs[i].flight == NULL)
			continue;
		if (flight != NULL) {
			fprintf(stderr,
			    "stagewright: a plan is for one pipeline, and more "
			    "have changed; `stagewright diff --plan FILE OLD "
			    "NEW` makes one\n");
			return false;
		}
		flight = set->pairs[i].flight;
	}
	if (flight == NULL || !flight->is_complete) {
		fprintf(stderr, "stagewright: there is no plan: %s\n",
		    flight == NULL ? "no machine has changed"
				   : "there are too many places to say what "
				     "becomes of each");
		return false;
	}
	char *bytes = NULL;
	size_t size = 0;
	FILE *memory = check_memory(open_memstream(&bytes, &size));
	struct text *text = text_new(memory);
	flight_plan(text, flight);
	if (text_close(text) != 0)
		out_of_memory();
	close_memory(memory, &bytes);
	const bool is_written = whole_file_write(path, bytes, size);
	free(bytes);
	return is_written || complain(path);
}

enum change_wants
change_wants(const struct call *call)
{
	return call_has(call, "--no-verify") ? CHANGE_WANTS_MODELS
	       : call_has(call, "--plan")    ? CHANGE_WANTS_PLAN
					     : CHANGE_WANTS_MACHINES;
}

bool
change_save(const struct change_set *set, const struct call *call)
{
	const char *folder = call_option(call, "--trace-dir");
	const char *plan = call_option(call, "--plan");
	const bool has_runs = folder == NULL || change_save_runs(set, folder);
	return (plan == NULL || change_save_plan(set, plan)) && has_runs;
}
