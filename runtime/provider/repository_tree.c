/*
 * Reads the trees of commits: writes their files into a folder, refusing what
 * could leave it or fill the disk, and tells what differs between two.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "repository_open.h"
#include "tree.h"

struct exporter {
	struct sw_repository *repository;
	struct sw_export sum;
	char path[PATH_MAX]; /* of the folder that is written, with a slash */
	struct sw_error *err;
};

static int
refuse_entry(struct exporter *exporter, const char *name, const char *why)
{
	return sw__error(exporter->err, SW_ERROR_REFUSED,
	    "the commit holds '%s%s', %s: it is not written", exporter->path,
	    name, why);
}

static int
write_blob(struct exporter *exporter, const git_tree_entry *entry, int dir)
{
	const char *name = git_tree_entry_name(entry);
	const git_filemode_t mode = git_tree_entry_filemode(entry);
	git_blob *blob = NULL;
	if (++exporter->sum.files > SW_GIT_FILES_MAX)
		return sw__error(exporter->err, SW_ERROR_LIMIT,
		    "the commit holds more than %d files", SW_GIT_FILES_MAX);
	if (git_blob_lookup(&blob, exporter->repository->git,
		git_tree_entry_id(entry)) != 0)
		return sw__repository_object_error(
		    exporter->repository, "read a file of", exporter->err);
	const size_t size = (size_t)git_blob_rawsize(blob);
	exporter->sum.bytes += size;
	int result = 0;
	if (exporter->sum.bytes > SW_GIT_EXPORT_MAX)
		result = sw__error(exporter->err, SW_ERROR_LIMIT,
		    "the files of the commit are larger than %llu GiB",
		    (unsigned long long)(SW_GIT_EXPORT_MAX >> 30));
	else if (mode == GIT_FILEMODE_LINK)
		result = sw__tree_link(
		    dir, name, git_blob_rawcontent(blob), size, exporter->err);
	else
		result = sw__tree_file(dir, name,
		    mode == GIT_FILEMODE_BLOB_EXECUTABLE,
		    git_blob_rawcontent(blob), size, exporter->err);
	git_blob_free(blob);
	return result;
}

static int write_tree(
    struct exporter *exporter, const git_tree *tree, int dir, unsigned depth);

static int
write_folder(struct exporter *exporter, const git_tree_entry *entry, int dir,
    unsigned depth)
{
	const char *name = git_tree_entry_name(entry);
	const size_t length = strlen(exporter->path);
	git_tree *below = NULL;
	if (depth >= SW_GIT_DEPTH_MAX ||
	    length + strlen(name) + 2 > sizeof exporter->path)
		return refuse_entry(exporter, name, "too deep a folder");
	if (git_tree_lookup(&below, exporter->repository->git,
		git_tree_entry_id(entry)) != 0)
		return sw__repository_object_error(
		    exporter->repository, "read a folder of", exporter->err);
	const int fd = sw__tree_enter(dir, name, exporter->err);
	int result = fd < 0 ? fd : 0;
	if (fd >= 0) {
		snprintf(exporter->path + length,
		    sizeof exporter->path - length, "%s/", name);
		result = write_tree(exporter, below, fd, depth + 1);
		exporter->path[length] = 0;
		close(fd);
	}
	git_tree_free(below);
	return result;
}

/* A submodule is another repository: its folder stays empty, as git's does. */
static int
skip_submodule(struct exporter *exporter, const char *name, int dir)
{
	const int fd = sw__tree_enter(dir, name, exporter->err);
	if (fd < 0)
		return fd;
	close(fd);
	exporter->sum.submodules++;
	return 0;
}

static int
write_entry(struct exporter *exporter, const git_tree_entry *entry, int dir,
    unsigned depth)
{
	const char *name = git_tree_entry_name(entry);
	const char *flaw = sw__tree_name_flaw(name);
	if (flaw)
		return refuse_entry(exporter, name, flaw);
	switch (git_tree_entry_filemode(entry)) {
	case GIT_FILEMODE_TREE:
		return write_folder(exporter, entry, dir, depth);
	case GIT_FILEMODE_BLOB:
	case GIT_FILEMODE_BLOB_EXECUTABLE:
	case GIT_FILEMODE_LINK:
		return write_blob(exporter, entry, dir);
	case GIT_FILEMODE_COMMIT:
		return skip_submodule(exporter, name, dir);
	case GIT_FILEMODE_UNREADABLE:
		break;
	}
	return refuse_entry(exporter, name, "neither a file nor a folder");
}

static int
write_tree(
    struct exporter *exporter, const git_tree *tree, int dir, unsigned depth)
{
	const size_t count = git_tree_entrycount(tree);
	int result = 0;
	for (size_t i = 0; i < count && result == 0; i++)
		result = write_entry(
		    exporter, git_tree_entry_byindex(tree, i), dir, depth);
	return result;
}

/* The tree of a commit; caller frees with git_tree_free. */
static int
commit_tree(git_tree **out, struct sw_repository *repository, const char *id)
{
	git_oid oid;
	git_commit *commit = NULL;
	if (git_oid_fromstr(&oid, id) != 0 ||
	    git_commit_lookup(&commit, repository->git, &oid) != 0)
		return -1;
	const int code = git_commit_tree(out, commit);
	git_commit_free(commit);
	return code;
}

int
sw__repository_export(struct sw_repository *repository, const char *id, int dir,
    struct sw_export *out, struct sw_error *err)
{
	git_tree *tree = NULL;
	if (commit_tree(&tree, repository, id) != 0)
		return sw__repository_object_error(
		    repository, "read a commit of", err);
	struct exporter exporter = { .repository = repository, .err = err };
	const int failed = write_tree(&exporter, tree, dir, 0);
	git_tree_free(tree);
	if (!failed)
		*out = exporter.sum;
	return failed;
}

int
sw__repository_changed(struct sw_repository *repository, const char *from,
    const char *to, sw_repository_path_fn tell, void *payload,
    struct sw_error *err)
{
	git_tree *old = NULL;
	git_tree *new = NULL;
	git_diff *diff = NULL;
	git_diff_options options;
	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags |= GIT_DIFF_SKIP_BINARY_CHECK;
	if (commit_tree(&old, repository, from) != 0)
		old = NULL;
	int result = 0;
	if (commit_tree(&new, repository, to) != 0 ||
	    git_diff_tree_to_tree(&diff, repository->git, old, new, &options) !=
		0)
		result = sw__repository_object_error(
		    repository, "compare commits of", err);
	const size_t count = diff ? git_diff_num_deltas(diff) : 0;
	for (size_t i = 0; i < count; i++)
		tell(payload, git_diff_get_delta(diff, i)->new_file.path);
	git_diff_free(diff);
	git_tree_free(new);
	git_tree_free(old);
	return result;
}
