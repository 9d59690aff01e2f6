/* Images that were named by what they are, and now by what they are called. */
#include <string.h>

#include "comparing.h"
#include "model/image.h"

static const struct parameter *
find_parameter(const struct parameters *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->items[i].name.text, name) == 0)
			return &all->items[i];
	return NULL;
}

static void
compare_images(struct comparing *c, uint32_t old, uint32_t now)
{
	const struct parameters *was = &c->old->actions[old].action->parameters;
	const struct parameters *are =
	    &c->new_->actions[now].action->parameters;
	for (size_t i = 0; i < was->n; i++) {
		const struct parameter *a = &was->items[i];
		const struct parameter *b = find_parameter(are, a->name.text);
		if (b == NULL || !image_is_pinned(a) || !image_is_mutable(b))
			continue;
		struct change *change =
		    comparing_add_of(c, CHANGE_UNPINNED, old, now);
		change->what = a->name.text;
		change->before = a->value.text;
		change->after = b->value.text;
		change->old_at = a->value.at;
		change->new_at = b->value.at;
		change->text = arena_printf(c->arena,
		    "%s: '%s' of %s can be moved to other bytes, and '%s' "
		    "could not",
		    comparing_name(c, c->new_, now), b->value.text,
		    a->name.text, a->value.text);
	}
}

void
comparing_pins(struct comparing *c)
{
	for (uint32_t i = 0; i < c->old->nactions; i++)
		if (c->m->actions[i] != MATCH_NONE)
			compare_images(c, i, c->m->actions[i]);
}
