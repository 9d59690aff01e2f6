/*
 * The only file of the compiler that includes libgit2. It reads one file of
 * one revision and leaves the repository as it is.
 */
#include "revision.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/source.h"

/*
 * libgit2 is loaded when a revision is asked for: linking it would cost each
 * run of the tool more than a check of a model takes.
 */
#define LIBRARY "libgit2.so." LIBGIT2_SOVERSION

#define CALLS(CALL)                                                            \
	CALL(git_blob_free)                                                    \
	CALL(git_blob_lookup)                                                  \
	CALL(git_blob_rawcontent)                                              \
	CALL(git_blob_rawsize)                                                 \
	CALL(git_error_last)                                                   \
	CALL(git_libgit2_init)                                                 \
	CALL(git_libgit2_opts)                                                 \
	CALL(git_libgit2_shutdown)                                             \
	CALL(git_object_free)                                                  \
	CALL(git_object_peel)                                                  \
	CALL(git_odb_free)                                                     \
	CALL(git_odb_read_header)                                              \
	CALL(git_repository_free)                                              \
	CALL(git_repository_odb)                                               \
	CALL(git_repository_open_ext)                                          \
	CALL(git_repository_path)                                              \
	CALL(git_revparse_single)                                              \
	CALL(git_tree_entry_bypath)                                            \
	CALL(git_tree_entry_filemode)                                          \
	CALL(git_tree_entry_free)                                              \
	CALL(git_tree_entry_id)

struct git {
#define CALL(name) __typeof__ (&(name))(name);
	CALLS(CALL)
#undef CALL
};

struct lookup {
	struct arena *arena;
	struct git git;
	const char *revision;
	const char *path;
	git_repository *repository;
	git_object *tree;
	struct revision_file *out;
};

/* False: something of it is not there. */
static bool
load(struct git *git)
{
	void *library = dlopen(LIBRARY, RTLD_NOW);
	bool has_all = library != NULL;
	void *symbol;

#define CALL(name)                                                             \
	symbol = has_all ? dlsym(library, #name) : NULL;                       \
	has_all = has_all && symbol != NULL;                                   \
	memcpy(&git->name, &symbol, sizeof symbol);
	CALLS(CALL)
#undef CALL
	return has_all;
}

static bool
fail(struct lookup *l, const char *problem, const char *help)
{
	l->out->problem = problem;
	l->out->help = help;
	return false;
}

/* What libgit2 said last. */
static const char *
reason(const struct lookup *l)
{
	const git_error *last = l->git.git_error_last();

	return last != NULL && last->message != NULL ? last->message
						     : "no reason";
}

/* Of the configuration, only the repository's own is read. */
static void
keep_apart(const struct git *git)
{
	static const git_config_level_t levels[] = { GIT_CONFIG_LEVEL_SYSTEM,
		GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
		GIT_CONFIG_LEVEL_PROGRAMDATA };

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		git->git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	git->git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
}

static bool
open_repository(struct lookup *l)
{
	int result = l->git.git_repository_open_ext(
	    &l->repository, NULL, GIT_REPOSITORY_OPEN_FROM_ENV, NULL);

	if (result == 0)
		return true;
	if (result == GIT_ENOTFOUND)
		return fail(l, "no git repository is here or in a folder above",
		    "run it in the repository that has the policies");
	if (result == GIT_EOWNER)
		return fail(l, "the git repository belongs to another user",
		    "run it as the repository's owner");
	return fail(l,
	    arena_printf(
		l->arena, "the git repository cannot be opened: %s", reason(l)),
	    "see whether git can read it: git rev-parse HEAD");
}

static bool
find_tree(struct lookup *l)
{
	git_object *object = NULL;
	int result =
	    l->git.git_revparse_single(&object, l->repository, l->revision);

	if (result == 0)
		result =
		    l->git.git_object_peel(&l->tree, object, GIT_OBJECT_TREE);
	else if (result == GIT_EAMBIGUOUS)
		return fail(l,
		    arena_printf(l->arena,
			"the revision '%s' may be one of several", l->revision),
		    "write more digits of the commit, or a full name as "
		    "refs/heads/main");
	else
		return fail(l,
		    arena_printf(l->arena,
			"the repository '%s' has no revision '%s'",
			l->git.git_repository_path(l->repository), l->revision),
		    "name a branch, tag or commit that is there; git fetch "
		    "brings those of others");
	l->git.git_object_free(object);
	if (result == 0)
		return true;
	return fail(l,
	    arena_printf(
		l->arena, "the revision '%s' has no files", l->revision),
	    "name a branch, tag or commit");
}

static bool
is_within_limit(struct lookup *l, const git_oid *id)
{
	git_odb *odb = NULL;
	git_object_t type;
	size_t size = 0;
	bool is_read;

	is_read = l->git.git_repository_odb(&odb, l->repository) == 0 &&
		  l->git.git_odb_read_header(&size, &type, odb, id) == 0;
	l->git.git_odb_free(odb);
	if (is_read && size > SOURCE_SIZE_MAX)
		return fail(l,
		    arena_printf(l->arena, "the file has more than %u bytes",
			SOURCE_SIZE_MAX),
		    "limit SOURCE_SIZE_MAX");
	return is_read || fail(l,
			      arena_printf(l->arena,
				  "the file cannot be read: %s", reason(l)),
			      "see whether the repository is whole: git fsck");
}

static bool
read_blob(struct lookup *l, const git_oid *id)
{
	git_blob *blob = NULL;

	if (!is_within_limit(l, id))
		return false;
	if (l->git.git_blob_lookup(&blob, l->repository, id) != 0)
		return fail(l,
		    arena_printf(
			l->arena, "the file cannot be read: %s", reason(l)),
		    "see whether the repository is whole: git fsck");
	l->out->size = (size_t)l->git.git_blob_rawsize(blob);
	l->out->bytes = arena_strndup(l->arena, "", 0);
	if (l->out->size > 0) {
		char *bytes = arena_alloc(l->arena, l->out->size + 1);

		memcpy(bytes, l->git.git_blob_rawcontent(blob), l->out->size);
		l->out->bytes = bytes;
	}
	l->git.git_blob_free(blob);
	return true;
}

static bool
read_file(struct lookup *l)
{
	git_tree_entry *entry = NULL;
	git_filemode_t mode;
	bool is_read;

	if (l->git.git_tree_entry_bypath(
		&entry, (const git_tree *)l->tree, l->path) != 0)
		return fail(l,
		    arena_printf(l->arena, "the revision '%s' has no file '%s'",
			l->revision, l->path),
		    "write the path from the top of the repository; git "
		    "ls-tree -r shows what is there");
	mode = l->git.git_tree_entry_filemode(entry);
	if (mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE)
		is_read = read_blob(l, l->git.git_tree_entry_id(entry));
	else
		is_read = fail(l,
		    arena_printf(l->arena,
			"'%s' is no file in the revision '%s'", l->path,
			l->revision),
		    "name a file; folders and links are not followed");
	l->git.git_tree_entry_free(entry);
	return is_read;
}

bool
revision_read(struct arena *arena, const char *what, struct revision_file *out)
{
	const char *colon = strchr(what, ':');
	struct lookup l = { .arena = arena, .out = out };
	bool is_read;

	*out = (struct revision_file){ 0 };
	if (colon == NULL || colon == what || colon[1] == '\0')
		return fail(&l, "it is no revision and path",
		    "write " REVISION_PREFIX
		    "REVISION:PATH, as " REVISION_PREFIX "main:policies.xml");
	if (!load(&l.git))
		return fail(&l, "libgit2 is not there",
		    "the Debian package libgit2-" LIBGIT2_SOVERSION
		    " brings it");
	l.revision = arena_strndup(arena, what, (size_t)(colon - what));
	l.path = colon + 1;
	l.git.git_libgit2_init();
	keep_apart(&l.git);
	is_read = open_repository(&l) && find_tree(&l) && read_file(&l);
	l.git.git_object_free(l.tree);
	l.git.git_repository_free(l.repository);
	l.git.git_libgit2_shutdown();
	return is_read;
}
