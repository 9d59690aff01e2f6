/*
 * Finds the files that a model includes, and puts what they hold where it
 * belongs. Reading one is reader.c's.
 */
#include "include.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "model/model.h"
#include "reader.h"
#include "revision.h"

struct including {
	struct arena *arena;
	struct sources *sources;
	struct diagnostics *diagnostics;
	struct model *model;
	const char *folder;  /* of the model, as it was named, with its / */
	const char *root;    /* the same without links; NULL: there is none */
	bool is_of_revision; /* the model is */
	const char **paths;  /* of those that were read, without links */
	size_t npaths;
	size_t bytes;  /* of those, together */
	size_t nlints; /* that were included */
};

/* Without links, owned by the arena; NULL with errno. */
static const char *
resolve(struct arena *arena, const char *path)
{
	char *found = realpath(path, NULL);
	const char *kept = found != NULL ? arena_strdup(arena, found) : NULL;

	free(found);
	return kept;
}

static void
find_folder(struct including *in)
{
	const char *name = source_name(in->sources, in->model->at.file);
	const char *slash = strrchr(name, '/');

	in->is_of_revision =
	    strncmp(name, REVISION_PREFIX, strlen(REVISION_PREFIX)) == 0;
	if (in->is_of_revision && slash == NULL)
		slash = strrchr(name, ':');
	in->folder = arena_strndup(
	    in->arena, name, slash == NULL ? 0 : (size_t)(slash - name) + 1);
	if (strcmp(name, "<stdin>") != 0 && !in->is_of_revision)
		in->root =
		    resolve(in->arena, *in->folder == '\0' ? "." : in->folder);
}

/* Reports, and is false; the model has a hole. */
static bool
refuse(struct including *in, enum check_id id, const struct include *include,
    const char *text, const char *help)
{
	diagnostic_help(diagnostic_add(in->diagnostics, id, include->file.at,
			    "'%s' %s", include->file.text, text),
	    "%s", help);
	return false;
}

static bool
is_inside(const char *folder, const char *path)
{
	size_t length = strlen(folder);

	if (strncmp(folder, path, length) != 0)
		return false;
	return path[length] == '/' || (length > 0 && folder[length - 1] == '/');
}

static bool
has_dots(const char *path)
{
	for (; path != NULL; path = strchr(path, '/')) {
		path += *path == '/';
		if (strncmp(path, "..", 2) == 0 &&
		    (path[2] == '/' || path[2] == '\0'))
			return true;
	}
	return false;
}

static const char stay[] = "name a file in the folder of the model or below it";

/* Notes that a file is included; false and reported if it was already. */
static bool
note(struct including *in, const struct include *include, const char *found,
    uint64_t size)
{
	if (size > SOURCE_SIZE_MAX - in->bytes)
		return refuse(in, CHECK_XML_LIMIT, include,
		    arena_printf(in->arena,
			"is too much: all that is included has more than %u "
			"bytes",
			SOURCE_SIZE_MAX),
		    "limit SOURCE_SIZE_MAX");
	for (size_t i = 0; i < in->npaths; i++)
		if (strcmp(in->paths[i], found) == 0)
			return refuse(in, CHECK_STRUCT_DUPLICATE, include,
			    "is included already", "remove one of the two");
	in->paths[in->npaths++] = found;
	in->bytes += (size_t)size;
	return true;
}

/* Is it a file that an include may name? False and reported if not. */
static bool
find_file(struct including *in, const struct include *include, const char *path)
{
	const char *found = resolve(in->arena, path);
	struct stat status;

	if (found == NULL || stat(found, &status) != 0)
		return refuse(in, CHECK_XML_READ, include,
		    arena_printf(
			in->arena, "cannot be read: %s", strerror(errno)),
		    "paths are from the folder of the model");
	if (!is_inside(in->root, found))
		return refuse(in, CHECK_STRUCT_VALUE, include,
		    "leads out of the folder of the model", stay);
	if (!S_ISREG(status.st_mode))
		return refuse(in, CHECK_XML_READ, include, "is no file", stay);
	return note(in, include, found, (uint64_t)status.st_size);
}

/* A file of the folder of a model; false and reported if it cannot be. */
static bool
read_from_folder(struct including *in, const struct include *include,
    const char *path, uint32_t *file)
{
	if (!find_file(in, include, path))
		return false;
	return source_read(in->sources, path, file) == SOURCE_OK ||
	       refuse(in, CHECK_XML_READ, include,
		   arena_printf(
		       in->arena, "cannot be read: %s", strerror(errno)),
		   "see whether it may be read");
}

/* The same of a model that a revision has: as that revision has it. */
static bool
read_from_revision(struct including *in, const struct include *include,
    const char *path, uint32_t *file)
{
	struct revision_file found;

	if (!revision_read(in->arena, path + strlen(REVISION_PREFIX), &found))
		return refuse(in, CHECK_XML_READ, include,
		    arena_printf(
			in->arena, "cannot be read: %s", found.problem),
		    found.help);
	*file = source_add(in->sources, path, found.bytes, found.size);
	return note(in, include, path, found.size);
}

/* Reads the file that an include names; false and reported if it cannot. */
static bool
read_file(struct including *in, const struct include *include, uint32_t *file)
{
	const char *text = include->file.text;
	const char *path = arena_printf(in->arena, "%s%s", in->folder, text);

	if (in->root == NULL && !in->is_of_revision)
		return refuse(in, CHECK_XML_READ, include,
		    "is not looked for: the model has no folder",
		    "read the model from a file, not from standard input");
	if (*text == '/' || has_dots(text))
		return refuse(in, CHECK_STRUCT_VALUE, include,
		    "is no path below the folder of the model", stay);
	return in->is_of_revision ? read_from_revision(in, include, path, file)
				  : read_from_folder(in, include, path, file);
}

/* A list of the model with another in its middle. */
static void
splice(
    struct arena *arena, void *list_, const void *more_, size_t at, size_t size)
{
	struct {
		char *items;
		size_t n;
	} list, more, joined;

	memcpy(&list, list_, sizeof list);
	memcpy(&more, more_, sizeof more);
	if (more.n == 0)
		return;
	joined.n = list.n + more.n;
	joined.items = arena_array(arena, joined.n, size);
	if (at > 0)
		memcpy(joined.items, list.items, at * size);
	memcpy(joined.items + at * size, more.items, more.n * size);
	if (list.n > at)
		memcpy(joined.items + (at + more.n) * size,
		    list.items + at * size, (list.n - at) * size);
	memcpy(list_, &joined, sizeof joined);
}

/* Past the last stage that stands in front of this place in its file. */
static size_t
stages_before(const struct stages *stages, struct span at)
{
	size_t n = stages->n;

	while (n > 0 && (stages->items[n - 1].at.file != at.file ||
			    stages->items[n - 1].at.begin > at.begin))
		n--;
	return n;
}

static void
read_one(struct including *in, const struct include *include,
    struct fragment *fragment)
{
	struct model *model = in->model;
	uint32_t file;

	*fragment = (struct fragment){ .is_incomplete = true };
	if (include->file.text != NULL && *include->file.text != '\0' &&
	    read_file(in, include, &file))
		fragment_read(
		    in->arena, in->sources, file, in->diagnostics, fragment);
	splice(in->arena, &model->policies, &fragment->policies,
	    model->policies.n, sizeof(struct policy));
	splice(in->arena, &model->scenarios, &fragment->scenarios,
	    model->scenarios.n, sizeof(struct scenario));
	if (span_is_set(fragment->lint.at)) {
		const struct lints one = { &fragment->lint, 1 };

		splice(in->arena, &model->lints, &one, in->nlints++,
		    sizeof(struct lint));
	}
	model->is_incomplete |= fragment->is_incomplete;
}

void
includes_read(struct arena *arena, struct sources *sources,
    struct diagnostics *diagnostics, struct model *model)
{
	struct including in = { .arena = arena,
		.sources = sources,
		.diagnostics = diagnostics,
		.model = model };
	const struct includes *includes = &model->includes;
	const size_t n =
	    includes->n < INCLUDES_MAX ? includes->n : INCLUDES_MAX;
	struct fragment *fragments;
	struct diagnostic *d;

	if (n == 0)
		return;
	find_folder(&in);
	in.paths = arena_array(arena, n, sizeof(char *));
	fragments = arena_array(arena, n, sizeof *fragments);
	for (size_t i = 0; i < n; i++)
		read_one(&in, &includes->items[i], &fragments[i]);
	/* The last one first: those in front of it find their places then. */
	for (size_t i = n; i-- > 0;)
		splice(arena, &model->stages, &fragments[i].stages,
		    stages_before(&model->stages, includes->items[i].at),
		    sizeof(struct stage));
	if (includes->n == n)
		return;
	d = diagnostic_add(diagnostics, CHECK_XML_LIMIT,
	    includes->items[INCLUDES_MAX].at, "more than %d files are included",
	    INCLUDES_MAX);
	diagnostic_label(d, "limit INCLUDES_MAX");
	diagnostic_help(d, "put more into one file");
	model->is_incomplete = true;
}
