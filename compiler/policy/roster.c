/*
 * Puts actions into the order in which lower.c numbers them, which a test
 * holds equal to it.
 */
#include "roster.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/names.h"
#include "check/limits.h"

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

/* A number for each name is not asked for: that it is there is. */
static void
gather_parameters(struct arena *arena, struct roster *roster)
{
	size_t n = 0;

	for (uint32_t i = 0; i < roster->nactions; i++)
		n += roster->actions[i]->parameters.n;
	roster->parameters = names_new(arena, n);
	for (uint32_t i = 0; i < roster->nactions; i++) {
		const struct parameters *its = &roster->actions[i]->parameters;

		for (size_t k = 0; k < its->n; k++)
			if (its->items[k].name.text != NULL)
				(void)names_add(roster->parameters,
				    its->items[k].name.text, i);
	}
}

static size_t
weight_of(const struct action *action)
{
	return 1 + action->parameters.n + action->inputs.n + action->outputs.n +
	       action->env.n + action->exports.n;
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
		for (size_t j = 0; j < actions->n; j++)
			roster->weight += weight_of(&actions->items[j]);
		if (actions->n > 1)
			qsort(roster->actions + roster->nactions, actions->n,
			    sizeof(struct action *), compare);
		roster->nactions += (uint32_t)actions->n;
	}
	roster->weight += model->stages.n;
	gather_parameters(arena, roster);
	roster->suggestions = arena_alloc(arena, sizeof *roster->suggestions);
	*roster->suggestions = LIMIT_SUGGESTIONS;
	return roster;
}

bool
roster_suggests(const struct roster *roster)
{
	if (*roster->suggestions == 0)
		return false;
	--*roster->suggestions;
	return true;
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
