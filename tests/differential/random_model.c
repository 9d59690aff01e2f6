/* Random models, built as the reader would build them. */
#include "random_model.h"

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
	if (chance_below(chance, 2) == 0)
		return;
	action->run.n = 1;
	action->run.items = arena_array(arena, 1, sizeof(struct value));
	action->run.items[0].text = random_name(arena, chance, number);
	action->text.text = action->run.items[0].text;
}

struct model *
random_model(struct arena *arena, uint64_t number)
{
	struct chance chance = chance_new(number);
	struct model *model = arena_alloc(arena, sizeof *model);
	model->name.text =
	    arena_printf(arena, "m%llu", (unsigned long long)number);
	model->at.file = 1;
	model->stages.n = 1 + chance_below(&chance, 8);
	model->stages.items =
	    arena_array(arena, model->stages.n, sizeof(struct stage));
	for (size_t i = 0; i < model->stages.n; i++) {
		struct stage *stage = &model->stages.items[i];
		stage->name.text = random_name(arena, &chance, i);
		stage->at.file = 1;
		if (chance_below(&chance, 10) == 0)
			stage->transition.text = "closed";
		stage->actions.n = 1 + chance_below(&chance, 6);
		stage->actions.items =
		    arena_array(arena, stage->actions.n, sizeof(struct action));
		for (size_t k = 0; k < stage->actions.n; k++)
			fill_action(
			    arena, &chance, &stage->actions.items[k], k);
	}
	return model;
}
