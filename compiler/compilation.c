/*
 * The passes in their order. A pass begins when the one before it left
 * something that can be gone on with.
 */
#include "compilation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "check/check.h"
#include "lower/lower.h"
#include "model/model.h"
#include "policy/policy.h"
#include "read/reader.h"
#include "read/revision.h"

/* By the clock of the world, which is the same for all who compile. */
static void
find_today(char *today, size_t size)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t now = epoch != NULL && *epoch != '\0'
			 ? (time_t)strtoll(epoch, NULL, 10)
			 : time(NULL);
	struct tm date;

	if (gmtime_r(&now, &date) == NULL ||
	    strftime(today, size, "%Y-%m-%d", &date) == 0)
		*today = '\0';
}

void
compilation_init(struct compilation *compilation)
{
	*compilation = (struct compilation){ 0 };
	compilation->arena = arena_new();
	compilation->sources = sources_new(compilation->arena);
	compilation->diagnostics =
	    diagnostics_new(compilation->arena, compilation->sources);
	find_today(compilation->today, sizeof compilation->today);
}

void
compilation_release(struct compilation *compilation)
{
	arena_free(compilation->arena);
	*compilation = (struct compilation){ 0 };
}

static void
refuse_file(
    struct compilation *compilation, const char *path, enum source_error error)
{
	int reason = errno;
	uint32_t file = source_add(compilation->sources,
	    strcmp(path, "-") == 0 ? "<stdin>" : path, "", 0);
	struct diagnostic *d;

	if (error == SOURCE_TOO_LARGE) {
		d = diagnostic_add(compilation->diagnostics, CHECK_XML_LIMIT,
		    span_of_file(file), "the file has more than %u bytes",
		    SOURCE_SIZE_MAX);
		diagnostic_help(d, "limit SOURCE_SIZE_MAX");
		return;
	}
	d = diagnostic_add(compilation->diagnostics, CHECK_XML_READ,
	    span_of_file(file), "the file cannot be read: %s",
	    strerror(reason));
	if (reason == EISDIR)
		diagnostic_help(d,
		    "name the files in it: a shell makes them of %s/*.xml",
		    path);
	else if (reason == ENOENT || reason == ENOTDIR)
		diagnostic_help(d,
		    "paths are from the working directory; - is standard "
		    "input, git:REVISION:PATH what a commit has");
	else if (reason == EACCES)
		diagnostic_help(d, "let whoever runs this read it");
}

/* A file of a revision. False and reported if it cannot be read. */
static bool
read_revision(
    struct compilation *compilation, const char *where, uint32_t *file)
{
	struct revision_file found;
	bool is_read = revision_read(
	    compilation->arena, where + strlen(REVISION_PREFIX), &found);
	struct diagnostic *d;

	*file = source_add(compilation->sources,
	    arena_strdup(compilation->arena, where), is_read ? found.bytes : "",
	    is_read ? found.size : 0);
	if (is_read)
		return true;
	d = diagnostic_add(compilation->diagnostics, CHECK_XML_READ,
	    span_of_file(*file), "%s", found.problem);
	diagnostic_help(d, "%s", found.help);
	return false;
}

static bool
is_of_revision(const char *path)
{
	return strncmp(path, REVISION_PREFIX, strlen(REVISION_PREFIX)) == 0;
}

static bool
is_there(const struct compilation *compilation, const char *path)
{
	struct revision_file found;

	if (is_of_revision(path))
		return revision_read(
		    compilation->arena, path + strlen(REVISION_PREFIX), &found);
	return access(path, F_OK) == 0;
}

/* A file, or one of a revision. False and reported if it cannot be read. */
static bool
read_file(struct compilation *compilation, const char *where, uint32_t *file)
{
	enum source_error error;

	if (is_of_revision(where))
		return read_revision(compilation, where, file);
	error = source_read(compilation->sources, where, file);
	if (error != SOURCE_OK)
		refuse_file(compilation, where, error);
	return error == SOURCE_OK;
}

bool
compilation_policies(struct compilation *compilation, const char *where)
{
	struct policies *read = arena_alloc(compilation->arena, sizeof *read);
	const struct policies **all = arena_array(compilation->arena,
	    compilation->npolicies + 1, sizeof(const struct policies *));
	uint32_t file;

	if (!read_file(compilation, where, &file))
		return false;
	(void)policies_read(compilation->arena, compilation->sources, file,
	    compilation->diagnostics, read);
	if (compilation->npolicies > 0)
		memcpy(all, compilation->policies,
		    compilation->npolicies * sizeof(const struct policies *));
	all[compilation->npolicies++] = read;
	compilation->policies = all;
	return true;
}

/* A list with one more of the same at its end. */
static void
append_lint(struct arena *arena, struct lints *lints, const struct lint *lint)
{
	struct lint *items =
	    arena_array(arena, lints->n + 1, sizeof(struct lint));

	if (lints->n > 0)
		memcpy(items, lints->items, lints->n * sizeof(struct lint));
	items[lints->n++] = *lint;
	lints->items = items;
}

bool
compilation_lint(struct compilation *compilation, const char *where)
{
	struct lint lint = { .at = { 0 } };
	uint32_t file;

	if (!read_file(compilation, where, &file))
		return false;
	(void)lint_read(compilation->arena, compilation->sources, file,
	    compilation->diagnostics, &lint);
	if (compilation->lints == NULL)
		compilation->lints =
		    arena_alloc(compilation->arena, sizeof(struct lints));
	append_lint(compilation->arena, compilation->lints, &lint);
	return true;
}

bool
compilation_source(struct compilation *compilation, const char *path)
{
	uint32_t file = 0;

	compilation->file = 0;
	compilation->model = NULL;
	compilation->lowered = NULL;
	compilation->has_machine = false;
	compilation->obligations = NULL;
	if (!read_file(compilation, path, &file))
		return false;
	compilation->file = file;
	return true;
}

/* What follows the name of a model in that of the scenarios beside it. */
#define BESIDE ".scenarios.xml"

const char *
compilation_beside(const struct compilation *compilation, const char *path)
{
	const size_t length = strlen(path);
	const char *dot = strrchr(path, '.');
	const size_t stem = dot != NULL && strcmp(dot, ".xml") == 0
				? (size_t)(dot - path)
				: length;

	if (strcmp(path, "-") == 0)
		return NULL;
	return arena_printf(compilation->arena, "%.*s" BESIDE, (int)stem, path);
}

const char *
compilation_model_of(const struct compilation *compilation, const char *path)
{
	const size_t length = strlen(path), end = strlen(BESIDE);
	const char *model;

	if (length <= end || strcmp(path + length - end, BESIDE) != 0)
		return path;
	model = arena_printf(
	    compilation->arena, "%.*s.xml", (int)(length - end), path);
	return is_there(compilation, model) ? model : path;
}

/* Adds the scenarios of a file to the model; false: it cannot be read. */
static bool
read_scenario_file(struct compilation *compilation, const char *path)
{
	struct model *model = compilation->model;
	uint32_t file = 0;

	if (!read_file(compilation, path, &file))
		return false;
	if (!scenarios_read(compilation->arena, compilation->sources, file,
		compilation->diagnostics, &model->scenarios))
		model->is_incomplete = true;
	return true;
}

static bool
read_scenarios(struct compilation *compilation, const char *path)
{
	const char *beside;

	for (size_t i = 0; i < compilation->nscenario_paths; i++)
		if (!read_scenario_file(
			compilation, compilation->scenario_paths[i])) {
			compilation->file = 0;
			return false;
		}
	if (compilation->nscenario_paths > 0)
		return true;
	beside = compilation_beside(compilation, path);
	if (beside == NULL || !is_there(compilation, beside))
		return true;
	compilation->beside = beside;
	return read_scenario_file(compilation, beside);
}

static void
forget_allows(struct model *model)
{
	model->allows.n = 0;
	for (size_t i = 0; i < model->stages.n; i++) {
		struct stage *stage = &model->stages.items[i];

		stage->allows.n = 0;
		for (size_t k = 0; k < stage->actions.n; k++)
			stage->actions.items[k].allows.n = 0;
	}
}

/* What is said beside the model about how it is judged. */
static void
add_views(struct compilation *compilation)
{
	struct model *model = compilation->model;

	if (compilation->ignores_allows)
		forget_allows(model);
	if (compilation->lints == NULL)
		return;
	for (size_t i = 0; i < compilation->lints->n; i++)
		append_lint(compilation->arena, &model->lints,
		    &compilation->lints->items[i]);
}

bool
compilation_check(struct compilation *compilation, const char *path)
{
	size_t before =
	    diagnostics_count(compilation->diagnostics, SEVERITY_ERROR);
	struct diagnostics_range found = {
		.begin = diagnostics_added(compilation->diagnostics),
	};

	if (!compilation_source(compilation, path))
		return false;
	compilation->beside = NULL;
	compilation->model = model_read(compilation->arena,
	    compilation->sources, compilation->file, compilation->diagnostics);
	if (compilation->model == NULL)
		return false;
	if (compilation->wants_scenarios && !read_scenarios(compilation, path))
		return false;
	add_views(compilation);
	check_model(
	    compilation->model, compilation->today, compilation->diagnostics);
	found.end = diagnostics_added(compilation->diagnostics);
	compilation->has_machine = !compilation->model->is_incomplete &&
				   !diagnostics_any(compilation->diagnostics,
				       found, check_leaves_open);
	compilation->obligations = policies_resolve(compilation->arena,
	    compilation->model, compilation->policies, compilation->npolicies,
	    compilation->today, compilation->diagnostics);
	return diagnostics_count(compilation->diagnostics, SEVERITY_ERROR) ==
	       before;
}

bool
compilation_lower(struct compilation *compilation, const char *path)
{
	if (!compilation_check(compilation, path))
		return false;
	compilation_machine(compilation);
	return true;
}

void
compilation_machine(struct compilation *compilation)
{
	compilation->lowered = lower(compilation->arena, compilation->model);
}

bool
compilation_check_use(struct compilation *compilation, enum compilation_use use)
{
	size_t before =
	    diagnostics_count(compilation->diagnostics, SEVERITY_ERROR);

	if (use == USE_PROGRAM)
		check_runnable(compilation->model, compilation->diagnostics);
	return diagnostics_count(compilation->diagnostics, SEVERITY_ERROR) ==
	       before;
}
