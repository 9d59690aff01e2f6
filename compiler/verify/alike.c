/* Compares rows of a group. Knows nothing of states. */
#include "alike.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"

/* What the machine sees of a category. */
static int
kind_of(const struct sw_action *row)
{
	return row->category == SW_CATEGORY_APPROVAL ? 1
	       : row->category == SW_CATEGORY_RULE   ? 2
						     : 0;
}

static bool
is_alike(const struct sw_machine *machine, const uint64_t *roles, uint32_t i,
    uint32_t k)
{
	const struct sw_action *a = &machine->actions[i];
	const struct sw_action *b = &machine->actions[k];
	return a->stage == b->stage && a->run_order == b->run_order &&
	       kind_of(a) == kind_of(b) && a->retries == b->retries &&
	       a->on_unknown == b->on_unknown &&
	       (roles == NULL || roles[i] == roles[k]);
}

uint32_t *
alike_find(const struct sw_machine *machine, const uint64_t *roles)
{
	uint32_t *alike =
	    check_memory(calloc(machine->nactions, sizeof *alike));
	for (uint32_t i = 0; i < machine->nactions; i++) {
		const struct sw_action *row = &machine->actions[i];
		uint32_t k =
		    machine->running_max != 0
			? i - (i > machine->stages[row->stage].first_action)
			: machine->stages[row->stage].first_action;
		while (!is_alike(machine, roles, i, k))
			k++;
		alike[i] = k == i ? i : alike[k];
	}
	return alike;
}
