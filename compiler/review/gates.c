/* Pairs rows of two machines: actions as compare/ has matched them, rules by
 * their names in matched stages. */
#include "gates.h"

#include <string.h>

#include "base/arena.h"
#include "compare/compare.h"
#include "lower/lower.h"
#include "machine/words.h"
#include "model/model.h"

static bool
is_gate(const struct sw_action *row, enum sw_category category)
{
	return row->category == (uint8_t)category &&
	       row->run_order != SW_ON_FAILURE;
}

uint32_t
gates_row(const struct lowered *lowered, const struct action *action)
{
	for (uint32_t i = 0; i < lowered->machine.nactions; i++)
		if (lowered->actions[i] == action)
			return i;
	return UINT32_MAX;
}

static uint32_t
action_now(const struct comparison *c, const struct lowered *const lowered[2],
    uint32_t row)
{
	for (uint32_t i = 0; i < c->old->nactions; i++) {
		if (c->old->actions[i].action != lowered[0]->actions[row])
			continue;
		const uint32_t now = c->matching->actions[i];
		return now == MATCH_NONE ? UINT32_MAX
					 : gates_row(lowered[1],
					       c->new_->actions[now].action);
	}
	return UINT32_MAX;
}

static uint32_t
rule_now(const struct comparison *c, const struct lowered *const lowered[2],
    uint32_t row)
{
	const struct sw_machine *machine = &lowered[1]->machine;
	const struct sw_action *rule = &lowered[0]->machine.actions[row];
	const uint32_t stage = c->matching->stages[rule->stage];
	for (uint32_t i = 0; stage != MATCH_NONE && i < machine->nactions; i++)
		if (machine->actions[i].stage == stage &&
		    machine->actions[i].category == SW_CATEGORY_RULE &&
		    machine->actions[i].run_order == rule->run_order &&
		    strcmp(machine->actions[i].name, rule->name) == 0)
			return i;
	return UINT32_MAX;
}

void
gates_find(struct gates *gates, const struct comparison *comparison,
    const struct lowered *const lowered[2])
{
	static const enum sw_category kinds[] = { SW_CATEGORY_APPROVAL,
		SW_CATEGORY_RULE, SW_CATEGORY_TEST };
	const struct sw_machine *old = &lowered[0]->machine;
	gates->n = 0;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (uint32_t i = 0; i < old->nactions; i++) {
			if (!is_gate(&old->actions[i], kinds[k]) ||
			    gates->n == GATES_MAX)
				continue;
			gates->rows[0][gates->n] = i;
			gates->rows[1][gates->n++] =
			    kinds[k] == SW_CATEGORY_RULE
				? rule_now(comparison, lowered, i)
				: action_now(comparison, lowered, i);
		}
}

uint64_t
gates_passed(const struct gates *gates, int which,
    const struct sw_machine *machine, const struct sw_state *state)
{
	uint64_t set = 0;
	for (uint32_t g = 0; g < gates->n; g++) {
		const uint32_t row = gates->rows[which][g];
		if (row != UINT32_MAX &&
		    sw_state_action(machine, state, row) == SW_STATUS_SUCCEEDED)
			set |= UINT64_C(1) << g;
	}
	return set;
}

const char *
gates_name(const struct gates *gates, struct arena *arena,
    const struct lowered *old, uint32_t gate)
{
	char name[SW_WORDS_MAX];
	const uint32_t row = gates->rows[0][gate];
	const uint8_t category = old->machine.actions[row].category;
	return arena_printf(arena, "%s '%s'",
	    category == SW_CATEGORY_RULE ? "rule" : category_element(category),
	    sw_words_action(&old->machine, row, name));
}
