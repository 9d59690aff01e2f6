/*
 * Puts actions into the order in which lower.c numbers them, which a test
 * holds equal to it.
 */
#include "roster.h"

#include <stdlib.h>

#include "base/arena.h"

static int
compare(const void *left, const void *right)
{
	const struct action *a = *(const struct action *const *)left;
	const struct action *b = *(const struct action *const *)right;

	if (a->run_order.n != b->run_order.n)
		return a->run_order.n < b->run_order.n ? -1 : 1;
	/* Both are of one stage's list: in the order of lines. */
	return (a > b) - (a < b);
}

struct roster *
roster_new(struct arena *arena, const struct model *model)
{
	struct roster *roster = arena_alloc(arena, sizeof *roster);
	size_t n = 0;

	roster->model = model;
	for (size_t i = 0; i < model->stages.n; i++)
		n += model->stages.items[i].actions.n;
	roster->actions = arena_array(arena, n, sizeof(struct action *));
	roster->stage_of = arena_array(arena, n, sizeof(uint32_t));
	for (uint32_t i = 0; i < model->stages.n; i++) {
		const struct actions *actions = &model->stages.items[i].actions;

		for (size_t j = 0; j < actions->n; j++) {
			roster->actions[roster->nactions + j] =
			    &actions->items[j];
			roster->stage_of[roster->nactions + j] = i;
		}
		if (actions->n > 1)
			qsort(roster->actions + roster->nactions, actions->n,
			    sizeof(struct action *), compare);
		roster->nactions += (uint32_t)actions->n;
	}
	return roster;
}

struct member
roster_action(const struct roster *roster, uint32_t action)
{
	return (struct member){
		&roster->model->stages.items[roster->stage_of[action]],
		roster->actions[action],
	};
}

struct member
roster_stage(const struct roster *roster, uint32_t stage)
{
	return (struct member){ &roster->model->stages.items[stage], NULL };
}
