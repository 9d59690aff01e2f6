/* Runs that show changes: looked for, printed, and saved to be played. */
#include <errno.h>
#include <stdlib.h>
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

static bool
save(
    const struct change_set *set, const struct change *change, const char *path)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *memory = check_memory(open_memstream(&bytes, &size));
	struct text *text = text_new(memory);
	story_scenario(text, set->c->arena, &change->run->run,
	    change_info(change->id)->name, change->run->says,
	    (struct story_end){ UINT32_MAX, change->run->action });
	if (text_close(text) != 0)
		out_of_memory();
	close_memory(memory, &bytes);
	const bool is_written = whole_file_write(path, bytes, size);
	free(bytes);
	return is_written;
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
			if (!save(set, change, path))
				return complain(path);
			fprintf(stderr,
			    "replay: stagewright simulate %s --scenarios %s\n",
			    set->pairs[i].names[1], path);
		}
	return true;
}
