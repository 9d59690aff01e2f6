/*
 * What follows from the rows of a machine's tables and is written in them, so
 * that a step need not look for it.
 */
#include "tables.h"

#include <stdbool.h>

static bool
is_same_group(const struct sw_action *a, const struct sw_action *b)
{
	return a->stage == b->stage && a->run_order == b->run_order;
}

uint32_t
sw_tables_bound(struct sw_action *rows, uint32_t n)
{
	uint32_t largest = 0;
	for (uint32_t first = 0, end; first < n; first = end) {
		end = first + 1;
		while (end < n && is_same_group(&rows[end], &rows[first]))
			end++;
		for (uint32_t i = first; i < end; i++)
			rows[i].bounds = SW_INNER;
		rows[first].bounds &= SW_FIRST;
		rows[end - 1].bounds &= SW_LAST;
		if (end - first > largest)
			largest = end - first;
	}
	return largest;
}
