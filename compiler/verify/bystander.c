/* Goes through the groups of each stage. Knows nothing of states. */
#include "bystander.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"

/* The action behind the last of the group that begins with one. */
static uint32_t
group_end(const struct sw_machine *machine, uint32_t first)
{
	const struct sw_action *row = &machine->actions[first];
	const uint32_t last = machine->stages[row->stage].last_action;
	uint32_t end = first + 1;
	while (end <= last && machine->actions[end].run_order == row->run_order)
		end++;
	return end;
}

static bool
is_any_named(const bool *is_named, uint32_t first, uint32_t end)
{
	for (uint32_t a = first; a < end; a++)
		if (is_named[a])
			return true;
	return false;
}

static void
find_in(const struct sw_machine *machine, const struct sw_stage *stage,
    const bool *is_named, bool *out)
{
	bool has_speaker = false; /* in the stretch under way */
	uint32_t end;
	for (uint32_t first = stage->first_action; first <= stage->last_action;
	     first = end) {
		end = group_end(machine, first);
		const bool stands_alone = is_any_named(is_named, first, end);
		if (stands_alone)
			has_speaker = false;
		for (uint32_t a = first; a < end; a++) {
			if (machine->actions[a].category == SW_CATEGORY_RULE ||
			    is_named[a])
				continue;
			out[a] = has_speaker;
			has_speaker = true;
		}
		if (stands_alone)
			has_speaker = false;
	}
}

bool *
bystander_find(const struct sw_machine *machine, const bool *is_named)
{
	bool *out = check_memory(calloc(machine->nactions, sizeof *out));
	for (uint32_t i = 0; machine->running_max == 0 && i < machine->nstages;
	     i++)
		find_in(machine, &machine->stages[i], is_named, out);
	return out;
}
