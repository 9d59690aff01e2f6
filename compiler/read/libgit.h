/*
 * libgit2, loaded when a revision is asked for: linking it would cost each
 * run of the tool more than a check of a model takes. Nothing here writes to
 * a repository or uses a network. Included by the files that read revisions,
 * revision.c, changed.c and before.c, alone.
 */
#ifndef COMPILER_LIBGIT_H
#define COMPILER_LIBGIT_H

#include <stdbool.h>
#include <stddef.h>

#include <git2.h>

struct arena;

#define LIBGIT_CALLS(CALL)                                                     \
	CALL(git_blob_free)                                                    \
	CALL(git_blob_lookup)                                                  \
	CALL(git_blob_rawcontent)                                              \
	CALL(git_blob_rawsize)                                                 \
	CALL(git_buf_dispose)                                                  \
	CALL(git_diff_find_options_init)                                       \
	CALL(git_diff_find_similar)                                            \
	CALL(git_diff_free)                                                    \
	CALL(git_diff_get_delta)                                               \
	CALL(git_diff_num_deltas)                                              \
	CALL(git_diff_options_init)                                            \
	CALL(git_diff_tree_to_index)                                           \
	CALL(git_diff_tree_to_tree)                                            \
	CALL(git_diff_tree_to_workdir_with_index)                              \
	CALL(git_error_last)                                                   \
	CALL(git_index_free)                                                   \
	CALL(git_index_get_bypath)                                             \
	CALL(git_libgit2_init)                                                 \
	CALL(git_libgit2_opts)                                                 \
	CALL(git_merge_base)                                                   \
	CALL(git_object_free)                                                  \
	CALL(git_object_id)                                                    \
	CALL(git_object_lookup)                                                \
	CALL(git_object_peel)                                                  \
	CALL(git_object_short_id)                                              \
	CALL(git_odb_free)                                                     \
	CALL(git_odb_read_header)                                              \
	CALL(git_oid_tostr)                                                    \
	CALL(git_repository_free)                                              \
	CALL(git_repository_head_unborn)                                       \
	CALL(git_repository_index)                                             \
	CALL(git_repository_odb)                                               \
	CALL(git_repository_open_ext)                                          \
	CALL(git_repository_path)                                              \
	CALL(git_repository_workdir)                                           \
	CALL(git_revparse_single)                                              \
	CALL(git_tree_entry_byindex)                                           \
	CALL(git_tree_entry_bypath)                                            \
	CALL(git_tree_entry_filemode)                                          \
	CALL(git_tree_entry_free)                                              \
	CALL(git_tree_entry_id)                                                \
	CALL(git_tree_entry_name)                                              \
	CALL(git_tree_entrycount)

struct libgit {
#define CALL(name) __typeof__ (&(name))(name);
	LIBGIT_CALLS(CALL)
#undef CALL
	struct arena *arena;
	git_repository *repository;
	bool is_started;
	const char *problem; /* what went wrong last, and a way out */
	const char *help;
};

/* Opens the repository that git would use here. False: problem and help say
 * why. Either way, close it. */
bool libgit_open(struct libgit *git, struct arena *arena);
void libgit_close(struct libgit *git);

/* Notes what went wrong; false. */
bool libgit_fail(struct libgit *git, const char *problem, const char *help);
/* What libgit2 said last. */
const char *libgit_reason(const struct libgit *git);

/* The object that a revision of gitrevisions(7) names, as a commit or a tree;
 * false and noted if there is none. Caller frees with git_object_free. */
bool libgit_find(struct libgit *git, const char *revision, git_object_t type,
    git_object **object);

/* The bytes of a blob with a NUL behind them, owned by the arena; false and
 * noted if it has more than SOURCE_SIZE_MAX or cannot be read. */
bool libgit_blob(
    struct libgit *git, const git_oid *id, const char **bytes, size_t *size);

#endif
