/*
 * Finding, making and owning a state directory. Input: a path; output: an
 * open directory, a held lock, an address. Knows nothing of what is in it.
 */
#define _GNU_SOURCE
#include "statedir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>

static int
make_folders(char *path, struct sw_error *err)
{
	for (char *at = path + 1;; at++) {
		if (*at != '/' && *at != '\0')
			continue;
		const char was = *at;
		*at = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return sw__error_errno(
			    err, "cannot make the state directory '%s'", path);
		*at = was;
		if (was == '\0')
			return 0;
	}
}

int
sw__statedir_open(
    struct sw_statedir *out, const char *path, bool make, struct sw_error *err)
{
	char buffer[PATH_MAX];
	if (path[0] == '\0' || (size_t)snprintf(buffer, sizeof buffer, "%s",
				   path) >= sizeof buffer)
		return sw__error(err, SW_ERROR_USAGE,
		    "'%s' is no name of a directory", path);
	if (make && make_folders(buffer, err) != 0)
		return err->code;
	struct stat st;
	const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return sw__error(err, SW_ERROR_REFUSED,
		    "there is no state directory '%s'", path);
	if (fd < 0)
		return sw__error_errno(err, "state directory '%s'", path);
	/* What is in it says what is run, as whom we are. */
	if (fstat(fd, &st) == 0 && (st.st_mode & S_IWOTH)) {
		close(fd);
		return sw__error(err, SW_ERROR_SYSTEM,
		    "everybody may write to the state directory '%s'; use one "
		    "of its own, or `chmod o-w` it",
		    path);
	}
	if (realpath(path, out->path) == NULL) {
		close(fd);
		return sw__error_errno(err, "state directory '%s'", path);
	}
	out->fd = fd;
	out->lock_fd = -1;
	return 0;
}

void
sw__statedir_close(struct sw_statedir *dir)
{
	if (dir->lock_fd >= 0)
		close(dir->lock_fd);
	if (dir->fd >= 0)
		close(dir->fd);
	dir->lock_fd = dir->fd = -1;
}

void
sw__statedir_disown(struct sw_statedir *dir)
{
	if (dir->lock_fd >= 0)
		close(dir->lock_fd);
	dir->lock_fd = -1;
}

long
sw__statedir_owner(const struct sw_statedir *dir)
{
	char pid[16] = { 0 };
	const int fd = openat(dir->fd, "lock", O_RDONLY | O_CLOEXEC);
	const ssize_t n = fd < 0 ? 0 : pread(fd, pid, sizeof pid - 1, 0);
	if (fd >= 0)
		close(fd);
	return n > 0 ? strtol(pid, NULL, 10) : 0;
}

static int
busy(int fd, const char *path, struct sw_error *err)
{
	char pid[16] = { 0 };
	const ssize_t n = pread(fd, pid, sizeof pid - 1, 0);
	pid[n > 0 ? strcspn(pid, "\n") : 0] = '\0';
	return sw__error(err, SW_ERROR_BUSY,
	    "process %s owns the state directory '%s'",
	    pid[0] == '\0' ? "?" : pid, path);
}

int
sw__statedir_own(struct sw_statedir *dir, struct sw_error *err)
{
	char pid[16];
	const int fd =
	    openat(dir->fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return sw__error_errno(err,
		    "the state directory '%s' cannot be written", dir->path);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			busy(fd, dir->path, err);
		else
			sw__error_errno(err, "lock of '%s'", dir->path);
		close(fd);
		return err->code;
	}
	const int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
	/* For messages alone: the lock is what counts, even on a full disk. */
	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n)
		errno = 0;
	if (mkdirat(dir->fd, "attempts", 0700) != 0 && errno != EEXIST) {
		sw__error_errno(err,
		    "the state directory '%s' cannot be written", dir->path);
		close(fd);
		return err->code;
	}
	dir->lock_fd = fd;
	return 0;
}

int
sw__statedir_address(const struct sw_statedir *dir, struct sockaddr_un *out,
    struct sw_error *err)
{
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	const size_t max = sizeof out->sun_path;
	char path[PATH_MAX + sizeof "/socket"];
	int n = snprintf(path, sizeof path, "%s/socket", dir->path);
	if ((size_t)n >= max)
		n = snprintf(
		    path, sizeof path, "/proc/self/fd/%d/socket", dir->fd);
	if ((size_t)n >= max)
		return sw__error(err, SW_ERROR_LIMIT,
		    "'%s' is too deep for a socket", dir->path);
	memcpy(out->sun_path, path, (size_t)n + 1);
	return 0;
}
