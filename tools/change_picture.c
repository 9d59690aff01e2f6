/* Changes as pictures, a file for each pipeline. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "change_set.h"
#include "compare/compare.h"
#include "compilation.h"
#include "draw/change.h"
#include "draw/drawing.h"
#include "draw/render.h"
#include "lower/lower.h"
#include "model/model.h"
#include "whole_file.h"

bool
change_drawing(const struct change_set *set, const struct change_pair *pair,
    struct drawing *out)
{
	struct arena *arena = set->c->arena;

	if (pair->models[0] != NULL)
		return drawing_of_change(arena, pair->comparison, out);
	*out = (struct drawing){ .lowered = lower(arena, pair->models[1]) };
	return out->lowered->machine.nactions <= CHANGE_ACTIONS_MAX;
}

/* Is there something to draw: a change of what is there now? */
static bool
is_drawn(const struct change_pair *pair)
{
	return pair->comparison->n > 0 && pair->models[1] != NULL;
}

/* "web-shop" of "web shop", and a number behind it if another is called so. */
static const char *
file_name(const struct change_set *set, size_t at)
{
	char *name =
	    arena_strdup(set->c->arena, set->pairs[at].models[1]->name.text);
	size_t nbefore = 0;

	for (char *p = name; *p != '\0'; p++)
		if (strchr("abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
			*p) == NULL)
			*p = '-';
	for (size_t i = 0; i < at; i++)
		nbefore += is_drawn(&set->pairs[i]) &&
			   strcmp(file_name(set, i), name) == 0;
	return nbefore == 0
		   ? name
		   : arena_printf(set->c->arena, "%s-%zu", name, nbefore + 1);
}

/* "change-shop.svg" of "change.svg"; as it is when nothing else is drawn. */
static const char *
path_of(
    const struct change_set *set, size_t at, const char *path, bool is_alone)
{
	const char *folder = strrchr(path, '/');
	const char *suffix = strrchr(folder != NULL ? folder : path, '.');
	const size_t stem =
	    suffix != NULL ? (size_t)(suffix - path) : strlen(path);

	if (is_alone)
		return path;
	return arena_printf(set->c->arena, "%.*s-%s%s", (int)stem, path,
	    file_name(set, at), path + stem);
}

/* NULL, or why not. */
static const char *
draw(const struct change_set *set, const struct change_pair *pair,
    const char *format, const char *path)
{
	struct drawing drawing;
	struct picture picture;
	const char *problem;

	if (!change_drawing(set, pair, &drawing))
		return arena_printf(set->c->arena,
		    "there are more than %u actions", CHANGE_ACTIONS_MAX);
	problem = render(set->c->arena, &drawing, format, &picture);
	if (problem != NULL)
		return problem;
	if (path != NULL)
		return whole_file_write(path, picture.bytes, picture.size)
			   ? NULL
			   : strerror(errno);
	return fwrite(picture.bytes, 1, picture.size, stdout) == picture.size
		   ? NULL
		   : strerror(errno);
}

bool
change_picture(const void *self, const char *format, const char *path)
{
	const struct change_set *set = self;
	size_t n = 0;
	bool is_good = true;

	for (size_t i = 0; i < set->n; i++)
		n += is_drawn(&set->pairs[i]);
	if (n > 1 && path == NULL) {
		fprintf(stderr,
		    "stagewright: %zu pipelines have changed, and standard "
		    "output takes one picture; ask for %s=FILE\n",
		    n, format);
		return false;
	}
	for (size_t i = 0; i < set->n; i++) {
		const char *to = NULL, *problem;
		if (!is_drawn(&set->pairs[i]))
			continue;
		if (path != NULL)
			to = path_of(set, i, path, n == 1);
		problem = draw(set, &set->pairs[i], format, to);
		if (problem == NULL)
			continue;
		fprintf(stderr, "stagewright: cannot draw '%s': %s\n",
		    to != NULL ? to : "-", problem);
		is_good = false;
	}
	return is_good;
}
