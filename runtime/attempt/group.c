/*
 * Control groups of attempts. Input: the directory of an attempt; output: a
 * folder of the cgroup v2 tree, with a name that the directory gives.
 *
 * A group may be made where ours is delegated: it is the root of the tree that
 * we see (a container's, or nobody manages it), the manager says so by an
 * attribute (systemd.resource-control(5), Delegate=), or we are not root, and
 * the mode of the folder decides. Elsewhere root could make some too, and
 * would be in the manager's way.
 */
#define _GNU_SOURCE
#include "group.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "process.h"

/* What was killed has left its group within so long. */
#define LEAVE_LOOKS 500
#define LEAVE_LOOK_MS 2

/* The folder of our own group: *path of it, or -1. */
static int
find_own(char path[SW_GROUP_PATH_MAX])
{
	char *line = NULL;
	size_t room = 0;
	char own[SW_GROUP_PATH_MAX] = "";
	char mount[SW_GROUP_PATH_MAX] = "";
	FILE *in = fopen("/proc/self/cgroup", "re");
	while (in && getline(&line, &room, in) > 0)
		if (sscanf(line, "0::%1000[^\n]", own) == 1)
			break;
	if (in)
		(void)fclose(in);
	in = own[0] == '/' ? fopen("/proc/self/mountinfo", "re") : NULL;
	/* ID PARENT DEVICE ROOT MOUNT OPTIONS ... - TYPE ... */
	while (in && getline(&line, &room, in) > 0)
		if (strstr(line, " - cgroup2 ") &&
		    sscanf(line, "%*s %*s %*s / %1000s", mount) == 1)
			break;
	if (in)
		(void)fclose(in);
	free(line);
	const int n = snprintf(path, SW_GROUP_PATH_MAX, "%s%s", mount,
	    strcmp(own, "/") == 0 ? "" : own);
	return mount[0] && n < SW_GROUP_PATH_MAX ? 0 : -1;
}

static bool
is_said(const char *path, const char *attribute)
{
	char value[2] = "";
	return getxattr(path, attribute, value, sizeof value) == 1 &&
	       value[0] == '1';
}

static bool
is_delegated(const char *path)
{
	struct stat st;
	struct stat above;
	char parent[SW_GROUP_PATH_MAX + 4];
	if (geteuid() != 0)
		return true;
	snprintf(parent, sizeof parent, "%s/..", path);
	const bool is_root = stat(path, &st) == 0 &&
			     stat(parent, &above) == 0 &&
			     st.st_dev != above.st_dev;
	return is_root || is_said(path, "user.delegate") ||
	       is_said(path, "trusted.delegate");
}

static bool
write_at(int group, const char *name, const char *text)
{
	const int fd = openat(group, name, O_WRONLY | O_CLOEXEC);
	const size_t length = strlen(text);
	const bool is_written =
	    fd >= 0 && write(fd, text, length) == (ssize_t)length;
	if (fd >= 0)
		close(fd);
	return is_written;
}

static void
name_of(char out[64], const char *dir)
{
	snprintf(out, 64, "stagewright-%014" PRIx64, sw__process_number(dir));
}

int
sw__group_make(char path[SW_GROUP_PATH_MAX], const char *dir,
    uint64_t processes, bool *is_counted)
{
	char name[64];
	char text[24];
	*is_counted = false;
	if (find_own(path) != 0 || !is_delegated(path))
		return -1;
	name_of(name, dir);
	const size_t length = strlen(path);
	if (length + strlen(name) + 2 > SW_GROUP_PATH_MAX)
		return -1;
	snprintf(path + length, SW_GROUP_PATH_MAX - length, "/%s", name);
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return -1;
	const int group = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Before Linux 5.14 it could be made, but not be killed. */
	if (group < 0 || faccessat(group, "cgroup.kill", W_OK, 0) != 0) {
		if (group >= 0)
			close(group);
		rmdir(path);
		return -1;
	}
	snprintf(text, sizeof text, "%" PRIu64, processes);
	*is_counted = processes > 0 && write_at(group, "pids.max", text);
	return group;
}

pid_t
sw__group_fork(int group)
{
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = (unsigned)group,
	};
	if (group >= 0) {
		const pid_t pid =
		    (pid_t)syscall(SYS_clone3, &args, sizeof args);
		if (pid >= 0)
			return pid;
	}
	return _Fork();
}

void
sw__group_kill(int group)
{
	if (group >= 0)
		write_at(group, "cgroup.kill", "1");
}

void
sw__group_remove(int group, const char *path)
{
	if (group < 0)
		return;
	close(group);
	/* Groups that the action made in it are empty by now. */
	for (int i = 0; rmdir(path) != 0 && errno == EBUSY && i < LEAVE_LOOKS;
	     i++)
		poll(NULL, 0, LEAVE_LOOK_MS);
}

void
sw__group_end(const char *path, const char *dir)
{
	char name[64];
	const char *last = strrchr(path, '/');
	name_of(name, dir);
	if (!last || strcmp(last + 1, name) != 0)
		return;
	const int group =
	    open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	sw__group_kill(group);
	sw__group_remove(group, path);
}
