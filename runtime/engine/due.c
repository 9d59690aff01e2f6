/* A heap of times. */
#include "due.h"

#include <stdlib.h>

int
sw__dues_add(struct sw_dues *dues, struct sw_due due)
{
	if (dues->n == dues->room) {
		const uint32_t room = dues->room == 0 ? 16 : 2 * dues->room;
		struct sw_due *grown =
		    realloc(dues->items, room * sizeof *grown);
		if (grown == NULL)
			return -1;
		dues->items = grown;
		dues->room = room;
	}
	uint32_t at = dues->n++;
	for (; at > 0 && dues->items[(at - 1) / 2].ms > due.ms;
	     at = (at - 1) / 2)
		dues->items[at] = dues->items[(at - 1) / 2];
	dues->items[at] = due;
	return 0;
}

const struct sw_due *
sw__dues_first(const struct sw_dues *dues)
{
	return dues->n == 0 ? NULL : &dues->items[0];
}

void
sw__dues_drop(struct sw_dues *dues)
{
	if (dues->n == 0)
		return;
	const struct sw_due last = dues->items[--dues->n];
	uint32_t at = 0;
	for (;;) {
		uint32_t child = 2 * at + 1;
		if (child + 1 < dues->n &&
		    dues->items[child + 1].ms < dues->items[child].ms)
			child++;
		if (child >= dues->n || dues->items[child].ms >= last.ms)
			break;
		dues->items[at] = dues->items[child];
		at = child;
	}
	if (dues->n > 0)
		dues->items[at] = last;
}

void
sw__dues_clear(struct sw_dues *dues)
{
	dues->n = 0;
}

void
sw__dues_free(struct sw_dues *dues)
{
	free(dues->items);
	*dues = (struct sw_dues){ 0 };
}
