/* Checks what a model was, as what it is now has been checked. */
#include "since.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "compilation.h"
#include "model/model.h"
#include "read/before.h"
#include "report/since.h"

struct since {
	struct compilation old;
	struct before before;
};

struct since *
since_new(struct compilation *c, const char *revision,
    const char *const *models, size_t n)
{
	struct since *since = arena_alloc(c->arena, sizeof *since);
	struct before *before = &since->before;

	before->files = arena_array(c->arena, n + 1, sizeof *before->files);
	before->n = n;
	for (size_t i = 0; i < n; i++)
		before->files[i].path = models[i];
	if (!before_find(c->arena, revision, before)) {
		fprintf(stderr, "stagewright: %s\n  help: %s\n",
		    before->problem, before->help);
		return NULL;
	}
	compilation_init(&since->old);
	since->old.wants_scenarios = c->wants_scenarios;
	since->old.ignores_allows = c->ignores_allows;
	return since;
}

void
since_free(struct since *since)
{
	if (since != NULL)
		compilation_release(&since->old);
}

struct compilation *
since_compilation(struct since *since)
{
	return &since->old;
}

/* Checks an earlier state; false: there was none. */
static bool
check_old(struct since *since, const char *path, struct since_side *side)
{
	struct compilation *old = &since->old;

	side->diagnostics = old->diagnostics;
	side->range.begin = diagnostics_added(old->diagnostics);
	(void)compilation_check(old, path);
	side->range.end = diagnostics_added(old->diagnostics);
	side->file = old->file;
	return old->file != 0;
}

/* Of a new file: the model of this name that is nowhere any more. */
static bool
check_gone(
    struct since *since, const struct model *model, struct since_side *side)
{
	const struct before *before = &since->before;

	if (model == NULL || model->name.text == NULL)
		return false;
	for (size_t i = 0; i < before->ngone; i++)
		if (check_old(since, before->gone[i], side) &&
		    since->old.model != NULL &&
		    since->old.model->name.text != NULL &&
		    strcmp(since->old.model->name.text, model->name.text) == 0)
			return true;
	return false;
}

void
since_forget(
    struct since *since, struct compilation *c, const char *model, size_t begin)
{
	const struct before *before = &since->before;
	const struct since_side now = { c->diagnostics,
		{ begin, diagnostics_added(c->diagnostics) }, c->file };
	struct since_side old;
	size_t i = 0;

	while (i < before->n && strcmp(before->files[i].path, model) != 0)
		i++;
	if (i == before->n)
		return;
	if (before->files[i].old != NULL
		? check_old(since, before->files[i].old, &old)
		: check_gone(since, c->model, &old))
		since_forget_known(&old, &now);
}
