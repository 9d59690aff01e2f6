/*
 * Directory: a release as a folder of its own and a link that is switched.
 *
 *   PATH/releases/ID   the files of the input artifact
 *   PATH/current       a link to releases/ID, switched by one rename
 *
 * ID is the execution and the artifact, so a second try of the same release
 * finds what the first one left and only switches. A release is whole before
 * it has its name, and on the disk before the link points to it; whoever looks
 * through `current` sees the old one or the new one. The newest `keep`
 * releases stay (5 by default), the current one always.
 *
 * Parameters: path (relative: to where the pipeline was started), keep.
 * Exports Release (the ID) and Path (of the release).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider.h"
#include "store/artifact.h"
#include "store/removal.h"

#define KEEP_DEFAULT 5
#define KEEP_MAX 1000
/* Releases that are looked at when old ones are removed. */
#define RELEASES_MAX 4096
/* Digits of the artifact's hash in a release's ID. */
#define HASH_DIGITS 12

struct release {
	char name[NAME_MAX + 1];
	struct timespec made;
};

struct target {
	const struct sw_job *job;
	char path[PATH_MAX];
	char id[NAME_MAX + 1];
	unsigned keep;
	int root;     /* PATH */
	int releases; /* PATH/releases, locked */
};

/* Reads the parameters; 0, or an exit status. */
static int
read_parameters(struct target *t)
{
	const struct sw_job *job = t->job;
	const char *path = sw__job_parameter(job, "path");
	const char *keep = sw__job_parameter(job, "keep");
	if (!path || !*path)
		return sw__job_fail(job, 1, "parameter 'path' is missing");
	if (sw__job_path(job, path, t->path, sizeof t->path) != 0)
		return sw__job_fail(job, 1, "path '%.80s' is too long", path);
	if (!job->input)
		return sw__job_fail(
		    job, 1, "there is no input artifact to release");
	t->keep = KEEP_DEFAULT;
	if (keep) {
		char *end;
		const unsigned long n = strtoul(keep, &end, 10);
		if (*keep < '0' || *keep > '9' || *end || n < 1 || n > KEEP_MAX)
			return sw__job_fail(job, 1,
			    "parameter 'keep' is '%.40s'; it must be a number "
			    "from 1 to %d",
			    keep, KEEP_MAX);
		t->keep = (unsigned)n;
	}
	/* Both parts are ours: hex, and an id of the engine's. */
	const int n = snprintf(t->id, sizeof t->id, "%.100s-%.*s",
	    job->execution_id, HASH_DIGITS, job->input);
	if (n < 0 || strchr(t->id, '/') || t->id[0] == '.')
		return sw__job_fail(job, 1,
		    "'%s' cannot be the name of a release", job->execution_id);
	return 0;
}

/* mkdir -p. */
static int
make_folders(const char *path)
{
	char part[PATH_MAX];
	snprintf(part, sizeof part, "%s", path);
	for (char *c = part + 1; *c; c++)
		if (*c == '/') {
			*c = '\0';
			if (mkdir(part, 0777) != 0 && errno != EEXIST)
				return -1;
			*c = '/';
		}
	return mkdir(part, 0777) != 0 && errno != EEXIST ? -1 : 0;
}

/* Opens PATH and its releases, and locks out other releases into it. */
static int
open_target(struct target *t)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	struct stat st;
	if (make_folders(t->path) == 0)
		t->root = open(t->path, flags);
	if (t->root < 0)
		return sw__job_fail(t->job, 1, "cannot make '%s': %s", t->path,
		    strerror(errno));
	if (fstatat(t->root, "current", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    !S_ISLNK(st.st_mode))
		return sw__job_fail(t->job, 1,
		    "'%s/current' is not a link; move it away, then retry",
		    t->path);
	if (mkdirat(t->root, "releases", 0777) != 0 && errno != EEXIST)
		return sw__job_fail(t->job, 1, "cannot make '%s/releases': %s",
		    t->path, strerror(errno));
	t->releases = openat(t->root, "releases", flags | O_NOFOLLOW);
	if (t->releases < 0 || flock(t->releases, LOCK_EX) != 0)
		return sw__job_fail(t->job, 1, "cannot lock '%s/releases': %s",
		    t->path, strerror(errno));
	return 0;
}

/* Makes the release under another name first. */
static int
make_release(struct target *t)
{
	char path[PATH_MAX];
	struct sw_error err;
	struct stat st;
	if (fstatat(t->releases, t->id, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	const int n = snprintf(path, sizeof path, "%s/releases/.new", t->path);
	if (n < 0 || (size_t)n >= sizeof path)
		return sw__job_fail(
		    t->job, 1, "path '%.80s' is too long", t->path);
	if (sw__remove_tree(t->releases, ".new") != 0)
		return sw__job_fail(
		    t->job, 1, "cannot remove '%s': %s", path, strerror(errno));
	if (sw__artifact_place(t->job->state_dir, t->job->input, path, &err) !=
	    0) {
		sw__remove_tree(t->releases, ".new");
		return sw__job_fail(t->job, 1, "%s", err.text);
	}
	if (syncfs(t->releases) != 0 ||
	    renameat(t->releases, ".new", t->releases, t->id) != 0 ||
	    fsync(t->releases) != 0)
		return sw__job_fail(t->job, 1, "cannot make release '%s': %s",
		    t->id, strerror(errno));
	return 0;
}

static int
switch_to_release(struct target *t)
{
	char link[NAME_MAX + 16];
	snprintf(link, sizeof link, "releases/%s", t->id);
	/* Its age is that of its last switch. */
	utimensat(t->releases, t->id, NULL, 0);
	if ((unlinkat(t->root, ".current.new", 0) != 0 && errno != ENOENT) ||
	    symlinkat(link, t->root, ".current.new") != 0 ||
	    renameat(t->root, ".current.new", t->root, "current") != 0 ||
	    fsync(t->root) != 0)
		return sw__job_fail(t->job, 1, "cannot switch '%s/current': %s",
		    t->path, strerror(errno));
	return 0;
}

static int
newest_first(const void *left, const void *right)
{
	const struct release *a = left;
	const struct release *b = right;
	if (a->made.tv_sec != b->made.tv_sec)
		return a->made.tv_sec < b->made.tv_sec ? 1 : -1;
	if (a->made.tv_nsec != b->made.tv_nsec)
		return a->made.tv_nsec < b->made.tv_nsec ? 1 : -1;
	return strcmp(a->name, b->name);
}

static size_t
list_releases(const struct target *t, struct release *all)
{
	size_t n = 0;
	const int fd =
	    openat(t->root, "releases", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return 0;
	for (const struct dirent *entry = readdir(dir);
	     entry && n < RELEASES_MAX; entry = readdir(dir)) {
		struct stat st;
		if (entry->d_name[0] == '.' ||
		    strcmp(entry->d_name, t->id) == 0 ||
		    fstatat(dirfd(dir), entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISDIR(st.st_mode))
			continue;
		snprintf(all[n].name, sizeof all[n].name, "%s", entry->d_name);
		all[n].made = st.st_mtim;
		n++;
	}
	closedir(dir);
	return n;
}

/* The release is made: what fails here is said and does no harm. */
static void
remove_old(const struct target *t)
{
	struct release *all = calloc(RELEASES_MAX, sizeof *all);
	if (!all)
		return;
	const size_t n = list_releases(t, all);
	qsort(all, n, sizeof *all, newest_first);
	for (size_t i = t->keep - 1; i < n; i++)
		if (sw__remove_tree(t->releases, all[i].name) == 0)
			printf("removed release %s\n", all[i].name);
		else
			printf("cannot remove release %s: %s\n", all[i].name,
			    strerror(errno));
	free(all);
}

static int
perform(const struct sw_job *job)
{
	struct target t = { .job = job, .root = -1, .releases = -1 };
	char path[PATH_MAX + NAME_MAX + 16];
	int status = read_parameters(&t);
	if (status == 0)
		status = open_target(&t);
	if (status == 0)
		status = make_release(&t);
	if (status == 0)
		status = switch_to_release(&t);
	if (status != 0)
		return status;
	remove_old(&t);
	snprintf(path, sizeof path, "%s/releases/%s", t.path, t.id);
	printf("%s/current is release %s\n", t.path, t.id);
	if (sw__job_export(job, "Release", t.id) != 0 ||
	    sw__job_export(job, "Path", path) != 0)
		return sw__job_fail(
		    job, 1, "cannot export variables: %s", strerror(errno));
	return 0;
}

const struct sw_provider sw_provider_directory = {
	.name = "Directory",
	.perform = perform,
};
