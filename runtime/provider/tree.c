/*
 * Writes files below an open directory, one component at a time, so that no
 * name and no link can lead out of it. Its input is names and bytes; it knows
 * nothing of git but that ".git" is not a name for a file.
 */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* Directories inside each other that sw__tree_clear goes down. */
#define CLEAR_DEPTH_MAX 512

const char *
sw__tree_name_flaw(const char *name)
{
	if (!*name)
		return "an empty name";
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return "a name that leads elsewhere";
	if (strchr(name, '/'))
		return "a name with a slash in it";
	if (strcasecmp(name, ".git") == 0)
		return "a name that git keeps for itself";
	if (strlen(name) > NAME_MAX)
		return "too long a name";
	return NULL;
}

int
sw__tree_enter(int dir, const char *name, struct sw_error *err)
{
	if (mkdirat(dir, name, 0777) != 0)
		return sw__error_errno(err, "cannot make folder '%s'", name);
	const int fd =
	    openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return sw__error_errno(err, "cannot open folder '%s'", name);
	return fd;
}

static int
write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		const ssize_t n = write(fd, bytes, size);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0) {
			bytes += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

int
sw__tree_file(int dir, const char *name, bool is_executable, const void *bytes,
    size_t size, struct sw_error *err)
{
	const int fd = openat(dir, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    is_executable ? 0777 : 0666);
	if (fd < 0)
		return sw__error_errno(err, "cannot make file '%s'", name);
	if (write_all(fd, bytes, size) != 0) {
		sw__error_errno(err, "cannot write file '%s'", name);
		close(fd);
		return SW_ERROR_SYSTEM;
	}
	if (close(fd) != 0)
		return sw__error_errno(err, "cannot write file '%s'", name);
	return 0;
}

int
sw__tree_link(int dir, const char *name, const void *target, size_t size,
    struct sw_error *err)
{
	char text[PATH_MAX];
	if (size == 0 || size >= sizeof text || memchr(target, 0, size))
		return sw__error(err, SW_ERROR_REFUSED,
		    "the symbolic link '%s' leads to no possible path", name);
	memcpy(text, target, size);
	text[size] = 0;
	if (symlinkat(text, dir, name) != 0)
		return sw__error_errno(
		    err, "cannot make symbolic link '%s'", name);
	return 0;
}

static int
clear(int dir, unsigned depth)
{
	const int fd =
	    openat(dir, ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	if (!entries) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	int result = depth < CLEAR_DEPTH_MAX ? 0 : -1;
	const struct dirent *entry = NULL;
	while (result == 0 && (entry = readdir(entries)) != NULL) {
		const char *name = entry->d_name;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
		    unlinkat(dir, name, 0) == 0)
			continue;
		const int below = openat(
		    dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		result = below < 0 ? -1 : clear(below, depth + 1);
		if (below >= 0)
			close(below);
		if (result == 0)
			result = unlinkat(dir, name, AT_REMOVEDIR);
	}
	closedir(entries);
	return result;
}

int
sw__tree_clear(int dir, struct sw_error *err)
{
	if (clear(dir, 0) != 0)
		return sw__error_errno(err, "cannot empty a folder");
	return 0;
}
