/*
 * An <allow> that silences nothing. Which ones did is noted while the other
 * checks run, so this one runs last. What they do not judge here, a policy or
 * what only `verify` finds, is not judged here either.
 */
#include "unused.h"
#include "base/correction.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "checking.h"

struct allow_use {
	const struct allow *allow;
	struct scope scope;
	bool is_used;
};

struct allow_uses {
	struct allow_use *items; /* in order of addresses */
	size_t n;
	bool is_judged[NCHECKS];
};

static void
add_all(struct allow_uses *uses, const struct allows *allows,
    const struct stage *stage, const struct action *action)
{
	for (size_t i = 0; i < allows->n; i++)
		uses->items[uses->n++] = (struct allow_use){
			.allow = &allows->items[i],
			.scope = { stage, action },
		};
}

static size_t
count_all(const struct model *model)
{
	size_t n = model->allows.n;

	for (size_t i = 0; i < model->stages.n; i++) {
		const struct stage *stage = &model->stages.items[i];

		n += stage->allows.n;
		for (size_t j = 0; j < stage->actions.n; j++)
			n += stage->actions.items[j].allows.n;
	}
	return n;
}

static int
by_address(const void *a, const void *b)
{
	uintptr_t one = (uintptr_t)((const struct allow_use *)a)->allow;
	uintptr_t other = (uintptr_t)((const struct allow_use *)b)->allow;

	return one < other ? -1 : one > other;
}

struct allow_uses *
allow_uses_new(struct arena *arena, const struct model *model)
{
	struct allow_uses *uses = arena_alloc(arena, sizeof(*uses));

	*uses = (struct allow_uses){
		.items =
		    arena_array(arena, count_all(model), sizeof(*uses->items)),
	};
	add_all(uses, &model->allows, NULL, NULL);
	for (size_t i = 0; i < model->stages.n; i++) {
		const struct stage *stage = &model->stages.items[i];

		add_all(uses, &stage->allows, stage, NULL);
		for (size_t j = 0; j < stage->actions.n; j++)
			add_all(uses, &stage->actions.items[j].allows, stage,
			    &stage->actions.items[j]);
	}
	if (uses->n > 0)
		qsort(uses->items, uses->n, sizeof(*uses->items), by_address);
	return uses;
}

void
allow_uses_judge(struct allow_uses *uses, enum check_id id)
{
	uses->is_judged[id] = true;
}

void
allow_uses_mark(struct allow_uses *uses, const struct allow *allow)
{
	const struct allow_use key = { .allow = allow };
	struct allow_use *use;

	if (uses == NULL)
		return;
	use = bsearch(
	    &key, uses->items, uses->n, sizeof(*uses->items), by_address);
	if (use != NULL)
		use->is_used = true;
}

/* Would it have silenced something, if there had been anything? What is over
 * or cannot be allowed is reported as such. */
static bool
is_judged(const struct checking *c, const struct allow *allow)
{
	int id = allow->rule.text != NULL ? check_find(allow->rule.text) : -1;

	return id >= 0 && c->uses->is_judged[id] && id != CHECK_SUP_UNUSED &&
	       check_is_allowable((enum check_id)id) &&
	       !check_has_ended(c, allow);
}

static void
check_unused(struct checking *c, enum check_id id)
{
	for (size_t i = 0; i < c->uses->n; i++) {
		const struct allow_use *use = &c->uses->items[i];
		struct diagnostic *d;

		if (use->is_used || !is_judged(c, use->allow))
			continue;
		d = REPORT(c, id, use->scope, use->allow->rule.at,
		    "this <allow> silences nothing");
		diagnostic_label(
		    d, "'%s' finds nothing here", use->allow->rule.text);
		correction_remove_element(d, FIX_SAFE, use->allow->rule.at);
		diagnostic_help(d, "remove it: it would hide what is found "
				   "here one day");
	}
}

static const struct check table[] = {
	{ CHECK_SUP_UNUSED, check_unused, NEEDS_WHOLE },
};

const struct checks unused_checks = CHECKS(table);
