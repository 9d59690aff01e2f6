/*
 * Clearing the way for an attempt. Input: its directory; output: nothing is
 * there. Knows the names of files in it (attempt.h), not the journal.
 */
#define _GNU_SOURCE /* flock */
#include "leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "store/removal.h"

/* A supervisor whose gate has closed is gone within so long. */
#define LEAVE_MAX_MS 2000
#define LEAVE_LOOK_MS 2

/* The file that the supervisor of a leftover holds locked; false if there was
 * more than a gate: something may have been executed. */
static bool
find_gate(int dir, char name[NAME_MAX + 1])
{
	DIR *stream = fdopendir(dup(dir));
	bool is_gate = stream != NULL;
	const struct dirent *entry;
	name[0] = '\0';
	while (errno = 0, stream != NULL && (entry = readdir(stream)) != NULL) {
		if (strncmp(entry->d_name, "gate-", 5) == 0)
			snprintf(name, NAME_MAX + 1, "%s", entry->d_name);
		else if (strncmp(entry->d_name, "exec-", 5) == 0 ||
			 strcmp(entry->d_name, "result") == 0)
			is_gate = false;
	}
	if (errno != 0) /* who knows what comes behind */
		is_gate = false;
	if (stream != NULL)
		closedir(stream);
	return is_gate;
}

/* Waits until a supervisor whose gate has closed is gone. */
static bool
is_left(int dir, const char *gate)
{
	const int fd = openat(dir, gate, O_RDONLY | O_CLOEXEC);
	const struct timespec pause = { .tv_nsec = LEAVE_LOOK_MS * 1000000L };
	bool is_free = fd < 0; /* it has gone with its file */
	for (int i = 0; !is_free && i < LEAVE_MAX_MS / LEAVE_LOOK_MS; i++) {
		is_free = flock(fd, LOCK_EX | LOCK_NB) == 0;
		if (!is_free)
			nanosleep(&pause, NULL);
	}
	if (fd >= 0)
		close(fd);
	return is_free;
}

/* All of a folder but one file. */
static int
remove_others(int dir, const char *kept)
{
	DIR *stream = fdopendir(dup(dir));
	int status = stream == NULL ? -1 : 0;
	if (stream != NULL)
		rewinddir(stream);
	for (const struct dirent *entry;
	     status == 0 && (entry = readdir(stream)) != NULL;) {
		const char *name = entry->d_name;
		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
		    strcmp(name, kept) != 0)
			status = sw__remove_tree(dir, name);
	}
	if (stream != NULL)
		closedir(stream);
	return status;
}

int
sw__leftover_clear(const char *path, bool keeps_gate, struct sw_error *err)
{
	char gate[NAME_MAX + 1];
	const int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return 0;
	int status = 0;
	if (!find_gate(dir, gate) || (gate[0] != '\0' && !is_left(dir, gate)))
		status = sw__error(err, SW_ERROR_SYSTEM,
		    "'%s' is there already and nothing is known of it", path);
	else if ((keeps_gate ? remove_others(dir, gate)
			     : sw__remove_tree(AT_FDCWD, path)) != 0)
		status = sw__error_errno(err, "cannot empty '%s'", path);
	close(dir);
	return status;
}
