/*
 * Removal of trees of files, descriptor by descriptor: no path is built, so
 * none is too long and no link is followed.
 */
#include "removal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int remove_below(int at, const char *name, int depth);

static int
remove_entries(int dir, int depth)
{
	int rc = 0;
	DIR *stream = fdopendir(dir);
	if (!stream) {
		close(dir);
		return -1;
	}
	for (const struct dirent *entry = readdir(stream); entry;
	     entry = readdir(stream)) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (remove_below(dirfd(stream), entry->d_name, depth) != 0)
			rc = -1;
	}
	const int saved = errno;
	closedir(stream);
	errno = saved;
	return rc;
}

/* A folder, readable and writable from now on. */
static int
open_anyway(int at, const char *name)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	struct stat st;
	int dir = openat(at, name, flags);
	if (dir < 0 && errno == EACCES) {
		fchmodat(at, name, 0700, 0);
		dir = openat(at, name, flags);
	}
	if (dir >= 0 && fstat(dir, &st) == 0 &&
	    (st.st_mode & S_IRWXU) != S_IRWXU)
		fchmod(dir, 0700);
	return dir;
}

static int
remove_below(int at, const char *name, int depth)
{
	if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM && errno != EACCES)
		return -1;
	if (unlinkat(at, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	if (depth == SW_REMOVAL_DEPTH_MAX) {
		errno = ELOOP;
		return -1;
	}
	const int dir = open_anyway(at, name);
	if (dir < 0)
		return -1;
	if (remove_entries(dir, depth + 1) != 0)
		return -1;
	return unlinkat(at, name, AT_REMOVEDIR);
}

int
sw__remove_tree(int at, const char *name)
{
	return remove_below(at, name, 0);
}

int
sw__remove_entries(int at, const char *name)
{
	const int dir = open_anyway(at, name);
	if (dir < 0)
		return errno == ENOENT ? 0 : -1;
	return remove_entries(dir, 0);
}
