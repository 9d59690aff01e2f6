/* The looks of changes. */
#include "mark.h"

#include <stddef.h>

const struct mark_look *
look_of_mark(enum mark mark)
{
	static const struct mark_look looks[NMARKS] = {
		[MARK_NONE] = { "", "", "", "", "", false, false, false },
		[MARK_SAME] = { "same", "", "#8a949e", "#ffffff", "1", false,
		    false, false },
		[MARK_ADDED] = { "added", "+ ", "#0072b2", "#dcebf7", "4",
		    false, true, false },
		[MARK_REMOVED] = { "removed", "− ", "#d55e00", "#fbe3d6", "1.8",
		    true, false, true },
		[MARK_CHANGED] = { "changed", "~ ", "#e69f00", "#fff4db", "3",
		    false, false, false },
		[MARK_RENAMED] = { "renamed", "→ ", "#8a949e", "#fff4db", "1",
		    false, false, false },
	};
	return &looks[mark];
}

enum mark
mark_between(enum mark from, enum mark to)
{
	if (from == MARK_REMOVED || to == MARK_REMOVED)
		return MARK_REMOVED;
	if (from == MARK_ADDED || to == MARK_ADDED)
		return MARK_ADDED;
	return from == MARK_NONE ? MARK_NONE : MARK_SAME;
}
