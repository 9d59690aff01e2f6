/*
 * How an attempt stands. Input: its directory; output: a line of this table,
 * which says what an attempt without its engine amounts to, by the name of
 * its file:
 *
 *   file           lock   boot    it is
 *   -------------  -----  ------  -------------------------------------------
 *   result, whole  -      -       over: taken as it stands
 *   result, torn   -      -       Unknown
 *   exec-          held   same    Running: followed by its supervisor's pidfd
 *   exec-          free   same    Unknown: its supervisor is dead
 *   gate-          held   same    at its gate, which nobody holds open any
 *                                 more, or just past it: looked at again until
 *                                 another line holds
 *   gate-          free   same    NotStarted: proven
 *   gate-, exec-   -      other   Unknown
 *   none                          Unknown
 *
 * None of this is synced to the disk. A process that is killed loses nothing
 * of what it wrote or renamed: the kernel has it. Only a machine that stops
 * loses it, and then the boot id differs. So the name gate- is a proof in the
 * boot that the attempt was launched in, and none in another: the renaming
 * may have been lost together with the power. The price is an Unknown where a
 * synced marker would have proved NotStarted, for attempts that waited at the
 * gate when the power went; what it saves is two waits for the disk in every
 * attempt. A result that is whole was written after the action had ended,
 * whatever was lost besides. The lock is the kernel's, never outlives its
 * holder, and is taken before the fork: there is no moment at which a
 * supervisor lives without it. That it is held says that the pid in the name
 * is the supervisor's and no stranger's.
 *
 * One thing is not a reboot and loses renamings all the same: a file system
 * that has failed, and is mounted again in the same boot. Whoever repairs one
 * while attempts run restarts the machine before an owner.
 *
 * A look that fails (no descriptor is left, the disk does not answer) is no
 * line of the table.
 */
#define _GNU_SOURCE
#include "standing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <unistd.h>

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

void
sw__standing_boot(char out[SW_BOOT_ID_MAX])
{
	const int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, out, SW_BOOT_ID_MAX - 1);
	if (fd >= 0)
		close(fd);
	while (n > 0 && out[n - 1] == '\n')
		n--;
	out[n > 0 ? n : 0] = '\0';
}

static int
path_of(char *out, const char *dir, const char *name)
{
	const int n = snprintf(out, PATH_MAX, "%s/%s", dir, name);
	errno = ENAMETOOLONG;
	return n > 0 && n < PATH_MAX ? 0 : -1;
}

static bool
is_live(const char *name)
{
	return strncmp(name, "gate-", 5) == 0 || strncmp(name, "exec-", 5) == 0;
}

/* The name of the file in DIR, "" if there is none; -1 with errno. */
static int
find_name(const char *dir, char out[SW_ATTEMPT_NAME_MAX])
{
	out[0] = '\0';
	DIR *stream = opendir(dir);
	if (!stream)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	const struct dirent *entry;
	while (errno = 0, (entry = readdir(stream)) != NULL)
		if (strcmp(entry->d_name, "result") == 0 ||
		    is_live(entry->d_name))
			snprintf(out, SW_ATTEMPT_NAME_MAX, "%.*s",
			    SW_ATTEMPT_NAME_MAX - 1, entry->d_name);
	const int saved = errno;
	closedir(stream);
	errno = saved;
	return saved == 0 ? 0 : -1;
}

/* 1: somebody holds the file's lock; 0: nobody; -1 with errno. */
static int
is_held(const char *dir, const char *name)
{
	char path[PATH_MAX];
	if (path_of(path, dir, name) != 0)
		return -1;
	const int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		/* Renamed just now: somebody lives. */
		return errno == ENOENT ? 1 : -1;
	int held = 0;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		held = errno == EWOULDBLOCK ? 1 : -1;
	const int saved = errno;
	close(fd);
	errno = saved;
	return held;
}

/* Was the file made in this boot? */
static bool
is_of_this_boot(const char *name)
{
	char boot[SW_BOOT_ID_MAX];
	sw__standing_boot(boot);
	const size_t length = strlen(boot);
	return length > 0 && strncmp(name + 5, boot, length) == 0 &&
	       (name[5 + length] == '\0' || name[5 + length] == '-');
}

/* DIR/result: over, torn (Unknown), not there (Running), or unseen. */
static enum sw_standing
read_result(const char *dir, struct sw_result_store *out)
{
	char path[PATH_MAX];
	char *bytes;
	size_t size;
	struct sw_error err;
	if (path_of(path, dir, "result") != 0)
		return SW_STANDING_UNSEEN;
	int rc = sw__result_slurp(&bytes, &size, path, SW_RESULT_MAX, &err);
	if (rc == SW_ERROR_SYSTEM && (errno == ENOENT || errno == ENOTDIR))
		return SW_STANDING_RUNNING;
	if (rc == 0)
		rc = sw__result_decode(out, bytes, size, &err);
	if (rc == SW_ERROR_SYSTEM)
		return SW_STANDING_UNSEEN;
	return rc == 0 ? SW_STANDING_OVER : SW_STANDING_UNKNOWN;
}

/*
 * The name is read again once the lock was seen to be free, because only from
 * then on nothing changes any more.
 */
static enum sw_standing
look_again(const char *dir, struct sw_result_store *result)
{
	char name[SW_ATTEMPT_NAME_MAX];
	if (find_name(dir, name) != 0)
		return SW_STANDING_UNSEEN;
	if (strcmp(name, "result") == 0) {
		const enum sw_standing standing = read_result(dir, result);
		return standing == SW_STANDING_RUNNING ? SW_STANDING_UNKNOWN
						       : standing;
	}
	return strncmp(name, "gate-", 5) == 0 ? SW_STANDING_NOT_STARTED
					      : SW_STANDING_UNKNOWN;
}

enum sw_standing
sw__standing_look(const char *dir, struct sw_result_store *result)
{
	char name[SW_ATTEMPT_NAME_MAX];
	const enum sw_standing standing = read_result(dir, result);
	if (standing == SW_STANDING_OVER || standing == SW_STANDING_UNSEEN)
		return standing;
	if (find_name(dir, name) != 0)
		return SW_STANDING_UNSEEN;
	/* No name at all may be one that changed while they were read. */
	if (is_live(name)) {
		if (!is_of_this_boot(name))
			return SW_STANDING_UNKNOWN;
		const int held = is_held(dir, name);
		if (held != 0)
			return held > 0 ? SW_STANDING_RUNNING
					: SW_STANDING_UNSEEN;
	}
	return look_again(dir, result);
}

int
sw__standing_supervisor(const char *dir)
{
	char name[SW_ATTEMPT_NAME_MAX];
	if (find_name(dir, name) != 0)
		return -1;
	const char *dash = strrchr(name, '-');
	if (strncmp(name, "exec-", 5) != 0 || !dash)
		return -1;
	const int fd = pidfd_open((pid_t)strtol(dash + 1, NULL, 10), 0);
	/* Tried again once the pidfd is open: if the lock is held, the pid was
	 * not another's meanwhile. */
	if (fd >= 0 && is_held(dir, name) != 1) {
		close(fd);
		return -1;
	}
	return fd;
}

void
sw__standing_group(const char *dir, char out[SW_GROUP_PATH_MAX])
{
	char name[SW_ATTEMPT_NAME_MAX];
	char path[PATH_MAX];
	out[0] = '\0';
	if (find_name(dir, name) != 0 || !is_live(name) ||
	    path_of(path, dir, name) != 0)
		return;
	const int fd = sw__result_open(path);
	const ssize_t n = fd < 0 ? 0 : read(fd, out, SW_GROUP_PATH_MAX - 1);
	if (fd >= 0)
		close(fd);
	out[n > 0 ? n : 0] = '\0';
}
