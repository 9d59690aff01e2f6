/*
 * Looks paths up in the tree of a revision. Only when one is not there are the
 * trees compared: that reads far more than a look.
 */
#include "before.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "changed.h"
#include "libgit.h"
#include "revision.h"

/* Behind a revision: from where HEAD left it, as git diff has it. */
#define FROM_MERGE_BASE "..."

struct looking {
	struct libgit git;
	struct arena *arena;
	struct before *out;
	git_object *commit;
	git_object *tree;
	const char *id;    /* of the commit, in full */
	const char *range; /* that `changed` is of; NULL: none yet */
	struct changed changed;
};

/* Where a model is now: its path from the repository's top (NULL: outside),
 * and what to compare the revision with to see where it came from. */
struct place {
	const char *path;
	const char *range;
	bool is_staged;
};

static bool
find_commit(struct looking *l, const char *revision)
{
	const size_t length = strlen(revision), dots = strlen(FROM_MERGE_BASE);
	const bool is_from_merge_base =
	    length > dots &&
	    strcmp(revision + length - dots, FROM_MERGE_BASE) == 0;
	git_object *head = NULL;
	git_oid id;
	bool is_found;

	if (!is_from_merge_base)
		return libgit_find(
		    &l->git, revision, GIT_OBJECT_COMMIT, &l->commit);
	if (!libgit_find(&l->git,
		arena_strndup(l->arena, revision, length - dots),
		GIT_OBJECT_COMMIT, &l->commit) ||
	    !libgit_find(&l->git, "HEAD", GIT_OBJECT_COMMIT, &head))
		return false;
	is_found = l->git.git_merge_base(&id, l->git.repository,
		       l->git.git_object_id(l->commit),
		       l->git.git_object_id(head)) == 0;
	l->git.git_object_free(head);
	l->git.git_object_free(l->commit);
	l->commit = NULL;
	return (is_found &&
		   l->git.git_object_lookup(&l->commit, l->git.repository, &id,
		       GIT_OBJECT_COMMIT) == 0) ||
	       libgit_fail(&l->git,
		   "the two revisions have no commit in common",
		   "name a revision that HEAD comes from");
}

static bool
find_tree(struct looking *l)
{
	char hex[GIT_OID_HEXSZ + 1];

	l->git.git_oid_tostr(hex, sizeof hex, l->git.git_object_id(l->commit));
	l->id = arena_strdup(l->arena, hex);
	return l->git.git_object_peel(&l->tree, l->commit, GIT_OBJECT_TREE) ==
		   0 ||
	       libgit_fail(&l->git,
		   arena_printf(l->arena, "a tree cannot be read: %s",
		       libgit_reason(&l->git)),
		   "see whether the repository is whole: git fsck");
}

/* "ci/release.xml" of "../ci/release.xml". */
static const char *
path_in_work_tree(struct looking *l, const char *name)
{
	const char *top = l->git.git_repository_workdir(l->git.repository);
	char found[PATH_MAX];

	if (top == NULL || realpath(name, found) == NULL ||
	    strncmp(found, top, strlen(top)) != 0)
		return NULL;
	return arena_strdup(l->arena, found + strlen(top));
}

static struct place
place_of(struct looking *l, const char *name)
{
	const char *revision, *colon;

	if (strncmp(name, REVISION_PREFIX, strlen(REVISION_PREFIX)) != 0)
		return (struct place){ .path = path_in_work_tree(l, name),
			.range = l->id };
	revision = name + strlen(REVISION_PREFIX);
	colon = strchr(revision, ':');
	if (colon == NULL)
		return (struct place){ .path = NULL };
	if (colon == revision)
		return (struct place){ colon + 1, l->id, true };
	return (struct place){ .path = colon + 1,
		.range = arena_printf(l->arena, "%s..%.*s", l->id,
		    (int)(colon - revision), revision) };
}

static bool
is_in_tree(const struct looking *l, const char *path)
{
	git_tree_entry *entry = NULL;

	if (l->git.git_tree_entry_bypath(
		&entry, (const git_tree *)l->tree, path) != 0)
		return false;
	l->git.git_tree_entry_free(entry);
	return true;
}

static void
note_gone(struct looking *l)
{
	struct before *out = l->out;

	out->gone =
	    arena_array(l->arena, l->changed.n + 1, sizeof(const char *));
	out->ngone = 0;
	for (size_t i = 0; i < l->changed.n; i++)
		if (l->changed.files[i].new_ == NULL)
			out->gone[out->ngone++] = l->changed.files[i].old;
}

/* Compares the trees, unless they are those of last time. */
static bool
find_changed(struct looking *l, const struct place *place)
{
	bool is_found;

	if (l->range != NULL && strcmp(l->range, place->range) == 0)
		return true;
	l->range = place->range;
	is_found = place->is_staged
		       ? changed_find_staged(l->arena, l->id, &l->changed)
		       : changed_find(l->arena, place->range, &l->changed);
	if (!is_found)
		return libgit_fail(
		    &l->git, l->changed.problem, l->changed.help);
	note_gone(l);
	return true;
}

static bool
find_file(struct looking *l, struct before_file *file)
{
	const struct place place = place_of(l, file->path);

	file->old = NULL;
	if (place.path == NULL)
		return true;
	if (is_in_tree(l, place.path)) {
		file->old = arena_printf(
		    l->arena, REVISION_PREFIX "%s:%s", l->id, place.path);
		return true;
	}
	if (!find_changed(l, &place))
		return false;
	for (size_t i = 0; i < l->changed.n && file->old == NULL; i++)
		if (strcmp(l->changed.files[i].path, place.path) == 0)
			file->old = l->changed.files[i].old;
	return true;
}

bool
before_find(struct arena *arena, const char *revision, struct before *before)
{
	struct looking l = { .arena = arena, .out = before };
	bool is_found = libgit_open(&l.git, arena) &&
			find_commit(&l, revision) && find_tree(&l);

	for (size_t i = 0; i < before->n && is_found; i++)
		is_found = find_file(&l, &before->files[i]);
	if (l.git.is_started) {
		l.git.git_object_free(l.tree);
		l.git.git_object_free(l.commit);
	}
	libgit_close(&l.git);
	before->problem = l.git.problem;
	before->help = l.git.help;
	return is_found;
}
