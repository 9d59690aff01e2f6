/*
 * Signals to trees of processes. What is known of them comes from /proc:
 * parents from stat, environments from environ. A signal goes to a pid that
 * was just seen; the pid of a descendant cannot be reused before its subreaper
 * has waited for it, so no stranger is hit in a sweep over descendants.
 */
#define _GNU_SOURCE /* pidfd_open */
#include "process.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

/* Bytes of an environment that are looked at. */
#define ENVIRON_MAX (1u << 20)
/* Sweeps in which marked processes may go on appearing. */
#define SWEEPS_MAX 100

struct process {
	pid_t pid;
	pid_t parent;
	bool is_zombie;
	bool is_descendant;
};

struct table {
	struct process *all;
	size_t n;
};

static ssize_t
read_file(const char *pid, const char *name, char *out, size_t size)
{
	char path[300];
	snprintf(path, sizeof path, "/proc/%s/%s", pid, name);
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	size_t length = 0;
	while (length < size) {
		const ssize_t n = read(fd, out + length, size - length);
		if (n <= 0)
			break;
		length += (size_t)n;
	}
	close(fd);
	return (ssize_t)length;
}

/* Its line is "PID (NAME) STATE PPID ..."; a name may hold anything. */
static bool
read_stat(const char *pid, struct process *out)
{
	char line[1024];
	const ssize_t n = read_file(pid, "stat", line, sizeof line - 1);
	if (n <= 0)
		return false;
	line[n] = '\0';
	const char *after = strrchr(line, ')');
	if (!after || after[1] != ' ' || after[2] == '\0')
		return false;
	const char state = after[2];
	char *end;
	const long parent = strtol(after + 3, &end, 10);
	if (end == after + 3)
		return false;
	*out = (struct process){
		.pid = (pid_t)strtol(pid, NULL, 10),
		.parent = (pid_t)parent,
		.is_zombie = state == 'Z' || state == 'X',
	};
	return true;
}

static void
read_table(struct table *table)
{
	size_t room = 0;
	*table = (struct table){ 0 };
	DIR *proc = opendir("/proc");
	if (!proc)
		return;
	for (const struct dirent *entry = readdir(proc);
	     entry && table->n < SW_PROCESSES_MAX; entry = readdir(proc)) {
		struct process one;
		if (!isdigit((unsigned char)entry->d_name[0]) ||
		    !read_stat(entry->d_name, &one))
			continue;
		if (table->n == room) {
			room = room ? 2 * room : 256;
			struct process *more =
			    realloc(table->all, room * sizeof *more);
			if (!more)
				break;
			table->all = more;
		}
		table->all[table->n++] = one;
	}
	closedir(proc);
}

static int
by_pid(const void *left, const void *right)
{
	const struct process *a = left;
	const struct process *b = right;
	return (a->pid > b->pid) - (a->pid < b->pid);
}

/* Marks the descendants of `root`; a pass adds at least a generation. */
static void
mark_descendants(struct table *table, pid_t root)
{
	bool is_changed = table->n > 0;
	if (is_changed)
		qsort(table->all, table->n, sizeof *table->all, by_pid);
	while (is_changed) {
		is_changed = false;
		for (size_t i = 0; i < table->n; i++) {
			struct process *one = &table->all[i];
			if (one->is_descendant)
				continue;
			const struct process key = { .pid = one->parent };
			const struct process *parent = bsearch(
			    &key, table->all, table->n, sizeof key, by_pid);
			one->is_descendant = one->parent == root ||
					     (parent && parent->is_descendant);
			is_changed = is_changed || one->is_descendant;
		}
	}
}

size_t
sw__process_signal_descendants(int signal)
{
	struct table table;
	size_t count = 0;
	read_table(&table);
	mark_descendants(&table, getpid());
	for (size_t i = 0; i < table.n; i++) {
		const struct process *one = &table.all[i];
		if (one->is_descendant && !one->is_zombie &&
		    kill(one->pid, signal) == 0)
			count++;
	}
	free(table.all);
	return count;
}

static bool
has_mark(const char *pid, const char *mark, char *buffer)
{
	const ssize_t n = read_file(pid, "environ", buffer, ENVIRON_MAX - 1);
	if (n <= 0)
		return false;
	buffer[n] = '\0';
	for (ssize_t at = 0; at < n; at += (ssize_t)strlen(buffer + at) + 1)
		if (strcmp(buffer + at, mark) == 0)
			return true;
	return false;
}

/* Looked at again once its pidfd is open: it is no stranger that got the pid
 * meanwhile. */
static size_t
kill_one(const char *name, const char *mark, char *buffer)
{
	const pid_t pid = (pid_t)strtol(name, NULL, 10);
	const int fd = pid == getpid() ? -1 : pidfd_open(pid, 0);
	if (fd < 0)
		return 0;
	const bool is_killed = has_mark(name, mark, buffer) &&
			       pidfd_send_signal(fd, SIGKILL, NULL, 0) == 0;
	close(fd);
	return is_killed ? 1 : 0;
}

size_t
sw__process_kill_marked(const char *mark)
{
	char *buffer = malloc(ENVIRON_MAX);
	size_t killed = 0;
	size_t found = buffer ? 1 : 0;
	for (int sweep = 0; found > 0 && sweep < SWEEPS_MAX; sweep++) {
		found = 0;
		DIR *proc = opendir("/proc");
		if (!proc)
			break;
		for (const struct dirent *entry = readdir(proc); entry;
		     entry = readdir(proc)) {
			if (!isdigit((unsigned char)entry->d_name[0]) ||
			    !has_mark(entry->d_name, mark, buffer))
				continue;
			found += kill_one(entry->d_name, mark, buffer);
		}
		closedir(proc);
		killed += found;
	}
	free(buffer);
	return killed;
}
