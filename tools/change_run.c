/* Runs that show changes: looked for, printed, and saved to be played. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/text.h"
#include "change_set.h"
#include "compare/compare.h"
#include "compilation.h"
#include "lower/lower.h"
#include "review/bypass.h"
#include "review/run.h"
#include "whole_file.h"

const struct comparison *
change_compare(
    struct arena *arena, const struct model *const models[2], bool wants_runs)
{
	if (models[0] == NULL || models[1] == NULL)
		return compare_whole(
		    arena, models[models[1] != NULL], models[1] != NULL);
	struct comparison *comparison = compare(arena, models[0], models[1]);
	if (wants_runs && comparison->n > 0) {
		const struct lowered *const lowered[2] = {
			lower(arena, models[0]), lower(arena, models[1])
		};
		bypass_find(arena, comparison, lowered);
	}
	return comparison;
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
