/* Reads one file of one revision, or of the index. */
#include "revision.h"

#include <string.h>

#include "base/arena.h"
#include "libgit.h"

static bool
read_file(struct libgit *git, const git_object *tree, const char *revision,
    const char *path, struct revision_file *out)
{
	git_tree_entry *entry = NULL;
	git_filemode_t mode;
	bool is_read;

	if (git->git_tree_entry_bypath(&entry, (const git_tree *)tree, path) !=
	    0)
		return libgit_fail(git,
		    arena_printf(git->arena,
			"the revision '%s' has no file '%s'", revision, path),
		    "write the path from the top of the repository; git "
		    "ls-tree -r shows what is there");
	mode = git->git_tree_entry_filemode(entry);
	if (mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE)
		is_read = libgit_blob(git, git->git_tree_entry_id(entry),
		    &out->bytes, &out->size);
	else
		is_read = libgit_fail(git,
		    arena_printf(git->arena,
			"'%s' is no file in the revision '%s'", path, revision),
		    "name a file; folders and links are not followed");
	git->git_tree_entry_free(entry);
	return is_read;
}

/* As `git add` left it; of a file that is not merged yet there is none. */
static bool
read_staged(struct libgit *git, const char *path, struct revision_file *out)
{
	const git_index_entry *entry;
	git_index *index = NULL;
	bool is_read;

	if (git->git_repository_index(&index, git->repository) != 0)
		return libgit_fail(git,
		    arena_printf(git->arena, "the index cannot be read: %s",
			libgit_reason(git)),
		    "see whether git can read it: git status");
	entry = git->git_index_get_bypath(index, path, 0);
	if (entry == NULL)
		is_read = libgit_fail(git,
		    arena_printf(
			git->arena, "the index has no file '%s'", path),
		    "write the path from the top of the repository; git "
		    "ls-files --stage shows what is there");
	else if (entry->mode != GIT_FILEMODE_BLOB &&
		 entry->mode != GIT_FILEMODE_BLOB_EXECUTABLE)
		is_read = libgit_fail(git,
		    arena_printf(
			git->arena, "'%s' is no file in the index", path),
		    "name a file; folders and links are not followed");
	else
		is_read = libgit_blob(git, &entry->id, &out->bytes, &out->size);
	git->git_index_free(index);
	return is_read;
}

bool
revision_read(struct arena *arena, const char *what, struct revision_file *out)
{
	const char *colon = strchr(what, ':');
	const char *revision;
	struct libgit git;
	git_object *tree = NULL;
	bool is_read;

	*out = (struct revision_file){ 0 };
	if (colon == NULL || colon[1] == '\0') {
		out->problem = "it is no revision and path";
		out->help = "write " REVISION_PREFIX
			    "REVISION:PATH, as " REVISION_PREFIX
			    "main:policies.xml, or " REVISION_PREFIX
			    ":PATH for what is staged";
		return false;
	}
	revision = arena_strndup(arena, what, (size_t)(colon - what));
	is_read = libgit_open(&git, arena);
	if (*revision == '\0')
		is_read = is_read && read_staged(&git, colon + 1, out);
	else
		is_read = is_read &&
			  libgit_find(&git, revision, GIT_OBJECT_TREE, &tree) &&
			  read_file(&git, tree, revision, colon + 1, out);
	if (tree != NULL)
		git.git_object_free(tree);
	libgit_close(&git);
	out->problem = git.problem;
	out->help = git.help;
	return is_read;
}
