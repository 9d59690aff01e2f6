/*
 * Names findings, so that one is known again when lines move: its rule, the
 * element that it is in, what in it, and a number where that is not enough.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/names.h"
#include "element_path.h"
#include "report.h"

static int
compare(const void *left, const void *right)
{
	const struct finding *a = *(struct finding *const *)left;
	const struct finding *b = *(struct finding *const *)right;

	if (a->place.at.file != b->place.at.file)
		return a->place.at.file < b->place.at.file ? -1 : 1;
	if (a->place.at.begin != b->place.at.begin)
		return a->place.at.begin < b->place.at.begin ? -1 : 1;
	return (a > b) - (a < b);
}

void
report_name_findings(struct report *report)
{
	struct arena *arena = report->arena;
	struct finding **sorted =
	    arena_array(arena, report->n + 1, sizeof(struct finding *));
	struct element_walk *walk = element_walk_new(arena, report->sources);
	struct names *seen = names_new(arena, report->n + 1);
	unsigned *times = arena_array(arena, report->n + 1, sizeof *times);

	for (size_t i = 0; i < report->n; i++)
		sorted[i] = &report->findings[i];
	qsort(sorted, report->n, sizeof(struct finding *), compare);
	for (size_t i = 0; i < report->n; i++) {
		struct finding *finding = sorted[i];
		const char *key = report_plain(
		    arena, element_key(walk, finding->rule->id,
			       finding->place.at, finding->subject));
		const uint32_t one = names_add(seen, key, (uint32_t)i);

		finding->key = ++times[one] == 1 ? key
						 : arena_printf(arena, "%s|%u",
						       key, times[one]);
	}
}
