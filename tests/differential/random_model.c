/* Random models, built as the reader would build them. */
#include "random_model.h"

#include <stdbool.h>

#include "base/arena.h"
#include "chance.h"
#include "model/model.h"

/* Parts of names: what C, comments and strings might trip over. */
static const char *const parts[] = { "Build", "build", "a-b", "a.b", "a_b",
	"*/", "/*", "\"", "\\", "?\?/", "\n", "%s", "$x$", "\xc3\xa4",
	"\xe6\x97\xa5\xe6\x9c\xac", "int", "NSTAGES", "H", "switch", " ", "'",
	"//", "#", "\xe2\x80\xae" };
#define NPARTS ((uint32_t)(sizeof parts / sizeof parts[0]))

/* Unique by its number among those with the same kind of part. */
static const char *
random_name(struct arena *arena, struct chance *chance, size_t number)
{
	const char *part = parts[chance_below(chance, NPARTS)];
	if (chance_below(chance, 2) == 0)
		return arena_printf(arena, "%s%zu", part, number);
	return arena_printf(arena, "N%zu%s", number, part);
}

static void
fill_action(struct arena *arena, struct chance *chance, struct action *action,
    size_t number)
{
	action->category =
	    (enum sw_category)chance_below(chance, SW_CATEGORY_RULE);
	action->name.text = random_name(arena, chance, number);
	action->provider.text = "Commands";
	action->run_order.n = 1 + chance_below(chance, 4);
	action->at.file = 1;
	if (chance_below(chance, 4) == 0 &&
	    action->category != SW_CATEGORY_APPROVAL) {
		action->retries.n = 1 + chance_below(chance, 3);
		action->backoff_ms.n = 1000;
	}
	action->on_unknown = (enum on_unknown)chance_below(chance, 3);
	if (chance_below(chance, 2) == 0)
		return;
	action->run.n = 1;
	action->run.items = arena_array(arena, 1, sizeof(struct value));
	action->run.items[0].text = random_name(arena, chance, number);
	action->text.text = action->run.items[0].text;
}

/* The numbers of rules begin behind those of actions, in three ranges. */
static void
fill_condition(struct arena *arena, struct chance *chance,
    struct condition *condition, const enum condition_result results[2],
    size_t number)
{
	condition->at.file = 1;
	condition->result = results[chance_below(chance, 2)];
	condition->rules.n = 1 + chance_below(chance, 3);
	condition->rules.items =
	    arena_array(arena, condition->rules.n, sizeof(struct rule));
	for (size_t i = 0; i < condition->rules.n; i++) {
		struct rule *rule = &condition->rules.items[i];
		rule->name.text = random_name(arena, chance, number + i);
		rule->provider.text = "Commands";
		rule->at.file = 1;
	}
}

static void
fill_failure(struct arena *arena, struct chance *chance,
    struct condition *condition, bool can_roll_back)
{
	const enum condition_result results[] = { RESULT_RETRY,
		can_roll_back ? RESULT_ROLLBACK : RESULT_RETRY };
	fill_condition(arena, chance, condition, results, 300);
	if (chance_below(chance, 2) == 0)
		condition->rules.n = 0;
	condition->attempts.n = 1 + chance_below(chance, 3);
	if (chance_below(chance, 2) == 0)
		condition->retry_mode.text = "ALL_ACTIONS";
}

static void
fill_stage(struct arena *arena, struct chance *chance,
    const struct model *model, struct stage *stage)
{
	static const enum condition_result entry[] = { RESULT_FAIL,
		RESULT_SKIP };
	const bool can_roll_back =
	    stage != model->stages.items && model->mode != SW_MODE_PARALLEL;
	const enum condition_result success[] = { RESULT_FAIL,
		can_roll_back ? RESULT_ROLLBACK : RESULT_FAIL };
	stage->at.file = 1;
	if (chance_below(chance, 10) == 0 && model->mode != SW_MODE_PARALLEL)
		stage->transition.text = "closed";
	stage->actions.n = 1 + chance_below(chance, 6);
	stage->actions.items =
	    arena_array(arena, stage->actions.n, sizeof(struct action));
	for (size_t k = 0; k < stage->actions.n; k++)
		fill_action(arena, chance, &stage->actions.items[k], k);
	if (chance_below(chance, 3) == 0)
		fill_condition(arena, chance, &stage->before_entry, entry, 100);
	if (chance_below(chance, 3) == 0)
		fill_condition(arena, chance, &stage->on_success, success, 200);
	if (chance_below(chance, 3) == 0)
		fill_failure(arena, chance, &stage->on_failure, can_roll_back);
}

struct model *
random_model(struct arena *arena, uint64_t number)
{
	struct chance chance = chance_new(number);
	struct model *model = arena_alloc(arena, sizeof *model);
	model->name.text =
	    arena_printf(arena, "m%llu", (unsigned long long)number);
	model->at.file = 1;
	model->mode = (enum sw_mode)(number % SW_NMODES);
	if (model->mode != SW_MODE_SUPERSEDED)
		model->max_executions.n = 1 + chance_below(&chance, 8);
	if (model->mode == SW_MODE_PARALLEL && chance_below(&chance, 2) == 0)
		model->max_actions.n = 1 + chance_below(&chance, 3);
	model->stages.n = 1 + chance_below(&chance, 8);
	model->stages.items =
	    arena_array(arena, model->stages.n, sizeof(struct stage));
	for (size_t i = 0; i < model->stages.n; i++) {
		struct stage *stage = &model->stages.items[i];
		stage->name.text = random_name(arena, &chance, i);
		fill_stage(arena, &chance, model, stage);
	}
	return model;
}
