/* Reads the rules of a condition from the tables and a state. */
#include "condition.h"

#include <string.h>

#include "machine/words.h"

const char *
status_words(enum sw_status status)
{
	return status == SW_STATUS_NONE ? "none" : sw_words_status(status);
}

void
condition_rules(const struct sw_machine *machine, uint32_t stage,
    uint32_t run_order, uint32_t *first, uint32_t *end)
{
	const struct sw_stage *row = &machine->stages[stage];

	*first = row->first_action;
	while (*first <= row->last_action &&
	       (machine->actions[*first].category != SW_CATEGORY_RULE ||
		   machine->actions[*first].run_order != run_order))
		(*first)++;
	*end = *first;
	while (*end <= row->last_action &&
	       machine->actions[*end].category == SW_CATEGORY_RULE &&
	       machine->actions[*end].run_order == run_order)
		(*end)++;
}

static int
is_overridden(const struct sw_stage_state *stage, uint32_t run_order)
{
	const int bit = run_order == SW_BEFORE_ENTRY
			    ? SW_OVERRIDDEN_BEFORE_ENTRY
			: run_order == SW_ON_SUCCESS ? SW_OVERRIDDEN_ON_SUCCESS
						     : 0;

	return (stage->overridden & bit) != 0;
}

const char *
condition_status(const struct sw_machine *machine, const struct sw_state *state,
    uint32_t stage, uint32_t run_order)
{
	uint32_t counts[SW_NSTATUSES] = { 0 };
	uint32_t first, end;

	condition_rules(machine, stage, run_order, &first, &end);
	for (uint32_t i = first; i < end; i++)
		counts[sw_state_action(machine, state, i)]++;
	if (is_overridden(sw_state_stage(state, stage), run_order))
		return "Overridden";
	if (counts[SW_STATUS_NONE] == end - first)
		return "none";
	if (counts[SW_STATUS_IN_PROGRESS] + counts[SW_STATUS_UNKNOWN] +
		counts[SW_STATUS_PENDING] >
	    0)
		return "InProgress";
	if (counts[SW_STATUS_ABANDONED] > 0)
		return "Abandoned";
	return counts[SW_STATUS_FAILED] > 0 ? "Failed" : "Succeeded";
}

uint32_t
condition_run_order(const char *name)
{
	if (strcmp(name, sw_words_condition(SW_BEFORE_ENTRY)) == 0)
		return SW_BEFORE_ENTRY;
	return strcmp(name, sw_words_condition(SW_ON_SUCCESS)) == 0
		   ? SW_ON_SUCCESS
		   : SW_ON_FAILURE;
}
