/* Loads libgit2, opens a repository and reads what both its users read. */
#include "libgit.h"

#include <dlfcn.h>
#include <string.h>

#include "base/arena.h"
#include "base/source.h"

#define LIBRARY "libgit2.so." LIBGIT2_SOVERSION

/* False: something of it is not there. */
static bool
load(struct libgit *git)
{
	void *library = dlopen(LIBRARY, RTLD_NOW);
	bool has_all = library != NULL;
	void *symbol;

#define CALL(name)                                                             \
	symbol = has_all ? dlsym(library, #name) : NULL;                       \
	has_all = has_all && symbol != NULL;                                   \
	memcpy(&git->name, &symbol, sizeof symbol);
	LIBGIT_CALLS(CALL)
#undef CALL
	return has_all;
}

bool
libgit_fail(struct libgit *git, const char *problem, const char *help)
{
	git->problem = problem;
	git->help = help;
	return false;
}

const char *
libgit_reason(const struct libgit *git)
{
	const git_error *last = git->git_error_last();

	return last != NULL && last->message != NULL ? last->message
						     : "no reason";
}

/* Of the configuration, only the repository's own is read. */
static void
keep_apart(const struct libgit *git)
{
	static const git_config_level_t levels[] = { GIT_CONFIG_LEVEL_SYSTEM,
		GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
		GIT_CONFIG_LEVEL_PROGRAMDATA };

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		git->git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	git->git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
}

bool
libgit_open(struct libgit *git, struct arena *arena)
{
	int result;

	*git = (struct libgit){ .arena = arena };
	if (!load(git))
		return libgit_fail(git, "libgit2 is not there",
		    "the Debian package libgit2-" LIBGIT2_SOVERSION
		    " brings it");
	git->git_libgit2_init();
	git->is_started = true;
	keep_apart(git);
	result = git->git_repository_open_ext(
	    &git->repository, NULL, GIT_REPOSITORY_OPEN_FROM_ENV, NULL);
	if (result == 0)
		return true;
	if (result == GIT_ENOTFOUND)
		return libgit_fail(git,
		    "no git repository is here or in a folder above",
		    "run it in the repository that has the file");
	if (result == GIT_EOWNER)
		return libgit_fail(git,
		    "the git repository belongs to another user",
		    "run it as the repository's owner");
	return libgit_fail(git,
	    arena_printf(arena, "the git repository cannot be opened: %s",
		libgit_reason(git)),
	    "see whether git can read it: git rev-parse HEAD");
}

void
libgit_close(struct libgit *git)
{
	if (!git->is_started)
		return;
	/* The library stays up: to end it and start it again for the next file
	 * takes longer (5 ms) than to compare two models. */
	git->git_repository_free(git->repository);
	git->is_started = false;
}

bool
libgit_find(struct libgit *git, const char *revision, git_object_t type,
    git_object **object)
{
	git_object *found = NULL;
	int result =
	    git->git_revparse_single(&found, git->repository, revision);

	if (result == GIT_EAMBIGUOUS)
		return libgit_fail(git,
		    arena_printf(git->arena,
			"the revision '%s' may be one of several", revision),
		    "write more digits of the commit, or a full name as "
		    "refs/heads/main");
	if (result != 0)
		return libgit_fail(git,
		    arena_printf(git->arena,
			"the repository '%s' has no revision '%s'",
			git->git_repository_path(git->repository), revision),
		    "name a branch, tag or commit that is there; git fetch "
		    "brings those of others");
	result = git->git_object_peel(object, found, type);
	git->git_object_free(found);
	if (result == 0)
		return true;
	return libgit_fail(git,
	    arena_printf(git->arena, "the revision '%s' %s", revision,
		type == GIT_OBJECT_TREE ? "has no files" : "is no commit"),
	    "name a branch, tag or commit");
}

static bool
is_within_limit(struct libgit *git, const git_oid *id)
{
	git_odb *odb = NULL;
	git_object_t type;
	size_t size = 0;
	bool is_read;

	is_read = git->git_repository_odb(&odb, git->repository) == 0 &&
		  git->git_odb_read_header(&size, &type, odb, id) == 0;
	git->git_odb_free(odb);
	if (is_read && size > SOURCE_SIZE_MAX)
		return libgit_fail(git,
		    arena_printf(git->arena, "the file has more than %u bytes",
			SOURCE_SIZE_MAX),
		    "limit SOURCE_SIZE_MAX");
	return is_read ||
	       libgit_fail(git,
		   arena_printf(git->arena, "the file cannot be read: %s",
		       libgit_reason(git)),
		   "see whether the repository is whole: git fsck");
}

bool
libgit_blob(
    struct libgit *git, const git_oid *id, const char **bytes, size_t *size)
{
	git_blob *blob = NULL;

	if (!is_within_limit(git, id))
		return false;
	if (git->git_blob_lookup(&blob, git->repository, id) != 0)
		return libgit_fail(git,
		    arena_printf(git->arena, "the file cannot be read: %s",
			libgit_reason(git)),
		    "see whether the repository is whole: git fsck");
	*size = (size_t)git->git_blob_rawsize(blob);
	*bytes = arena_strndup(git->arena, "", 0);
	if (*size > 0) {
		char *copy = arena_alloc(git->arena, *size + 1);

		memcpy(copy, git->git_blob_rawcontent(blob), *size);
		*bytes = copy;
	}
	git->git_blob_free(blob);
	return true;
}
