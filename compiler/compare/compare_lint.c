/*
 * What is asked for less: checks that weigh less by the <lint>s of the new
 * model than by those of the old one, anywhere or in some environment.
 */
#include <string.h>

#include "check/lint.h"
#include "comparing.h"

/* Checks that a change names; more are counted. */
#define NAMED_MAX 3

/* Every environment that is named, by actions or by levels; NULL first, which
 * is none. */
struct environments {
	const char **names;
	size_t n;
};

static void
add_name(struct environments *e, const char *name)
{
	for (size_t i = 1; i < e->n; i++)
		if (strcmp(e->names[i], name) == 0)
			return;
	e->names[e->n++] = name;
}

static size_t
count_levels(const struct lints *lints)
{
	size_t n = 0;
	for (size_t i = 0; i < lints->n; i++)
		for (size_t k = 0; k < lints->items[i].rules.n; k++)
			n += lints->items[i].rules.items[k].environments.n;
	return n;
}

static void
add_levels(struct environments *e, const struct lints *lints)
{
	for (size_t i = 0; i < lints->n; i++)
		for (size_t k = 0; k < lints->items[i].rules.n; k++) {
			const struct values *named =
			    &lints->items[i].rules.items[k].environments;
			for (size_t m = 0; m < named->n; m++)
				add_name(e, named->items[m].text);
		}
}

static struct environments
find_environments(struct comparing *c)
{
	const struct lints *old = &c->old->model->lints;
	const struct lints *now = &c->new_->model->lints;
	struct environments e = { .n = 1 };
	e.names = arena_array(c->arena,
	    1 + count_levels(old) + count_levels(now), sizeof *e.names);
	e.names[0] = NULL;
	add_levels(&e, old);
	add_levels(&e, now);
	return e;
}

static bool
weighs_less(
    const struct comparing *c, const struct environments *e, enum check_id id)
{
	for (size_t i = 0; i < e->n; i++)
		if (lint_level(&c->new_->model->lints, id, e->names[i]) <
		    lint_level(&c->old->model->lints, id, e->names[i]))
			return true;
	return false;
}

/* The last <lint>, which has the last word. */
static struct span
place_of(const struct model *model)
{
	return model->lints.n > 0 ? model->lints.items[model->lints.n - 1].at
				  : (struct span){ 0 };
}

void
comparing_lint(struct comparing *c)
{
	const struct environments e = find_environments(c);
	const char *names = "";
	size_t n = 0;
	for (int i = 0; i < NCHECKS; i++) {
		if (!weighs_less(c, &e, (enum check_id)i))
			continue;
		if (n++ < NAMED_MAX)
			names = arena_printf(c->arena, "%s%s'%s'", names,
			    *names == '\0' ? "" : ", ",
			    check_info((enum check_id)i)->name);
	}
	if (n == 0)
		return;
	struct change *change = comparing_add(c, CHANGE_POLICY_WEAKER);
	change->old_at = place_of(c->old->model);
	change->new_at = place_of(c->new_->model);
	change->text =
	    n > NAMED_MAX ? arena_printf(c->arena, "%s and %zu more weigh less",
				names, n - NAMED_MAX)
			  : arena_printf(c->arena, "%s weigh%s less", names,
				n == 1 ? "s" : "");
}
