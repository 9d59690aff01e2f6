/*
 * Signals to trees of processes. What is known of them comes from /proc:
 * parents from stat, marks from limits. A signal goes to a pid that was just
 * seen; the pid of a descendant cannot be reused before its subreaper has
 * waited for it, so no stranger is hit in a sweep over descendants.
 *
 * The mark is a resource limit: the time that a process scheduled in real time
 * may compute without a pause, in microseconds. Nothing but setrlimit changes
 * it: a process cannot shed it by setsid, by another environment, user or
 * namespace, or by closing files. Marks are from 2^57 up, four thousand years,
 * so it limits nobody; and without privileges a hard limit only goes down.
 * Below the highest bit is a number that the attempt's directory gives; the
 * bit falls with each attempt that runs inside another one.
 */
#define _GNU_SOURCE /* pidfd_open */
#include "process.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <unistd.h>

/* Whose descendants are none but those of others that were found. */
#define NOBODY (-1)
/* Marks: which of their bits are the directory's, and how high they go. */
#define MARK_BITS 56
#define MARK_MASK ((UINT64_C(1) << MARK_BITS) - 1)
#define MARK_LOWEST (UINT64_C(2) << MARK_BITS)
#define MARK_HIGHEST (UINT64_C(64) << MARK_BITS)
/* Sweeps in which marked processes may go on appearing. */
#define SWEEPS_MAX 100

struct process {
	pid_t pid;
	pid_t parent;
	uint64_t start; /* when, in ticks since the boot */
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

/* Its line is "PID (NAME) STATE PPID ...", proc(5); a name may hold anything. */
static bool
read_stat(const char *pid, struct process *out)
{
	char line[1024];
	const ssize_t n = read_file(pid, "stat", line, sizeof line - 1);
	if (n <= 0)
		return false;
	line[n] = '\0';
	const char *after = strrchr(line, ')');
	if (!after)
		return false;
	char state;
	int parent;
	unsigned long long start;
	if (sscanf(after,
		") %c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
		"%*s %*s %*s %*s %*s %*s %*s %llu",
		&state, &parent, &start) != 3)
		return false;
	*out = (struct process){
		.pid = (pid_t)strtol(pid, NULL, 10),
		.parent = parent,
		.start = start,
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

/* Finds the descendants of `root`, and of those that are some already; a pass
 * adds at least a generation. */
static void
find_descendants(struct table *table, pid_t root)
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
	find_descendants(&table, getpid());
	for (size_t i = 0; i < table.n; i++) {
		const struct process *one = &table.all[i];
		if (one->is_descendant && !one->is_zombie &&
		    kill(one->pid, signal) == 0)
			count++;
	}
	free(table.all);
	return count;
}

/* FNV-1a. */
uint64_t
sw__process_number(const char *dir)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (; *dir != '\0'; dir++)
		hash = (hash ^ (unsigned char)*dir) * UINT64_C(0x100000001b3);
	return (hash ^ hash >> MARK_BITS) & MARK_MASK;
}

int
sw__process_mark(const char *dir)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_RTTIME, &limit) != 0)
		return -1;
	uint64_t top = MARK_HIGHEST;
	while (top > MARK_LOWEST && limit.rlim_max != RLIM_INFINITY &&
	       (top | sw__process_number(dir)) > limit.rlim_max)
		top >>= 1;
	limit.rlim_cur = limit.rlim_max = top | sw__process_number(dir);
	return setrlimit(RLIMIT_RTTIME, &limit);
}

/* Its line is "Max realtime timeout SOFT HARD us". */
static bool
has_mark(const char *pid, uint64_t number)
{
	static const char name[] = "Max realtime timeout";
	char text[4096];
	const ssize_t n = read_file(pid, "limits", text, sizeof text - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	const char *line = strstr(text, name);
	uint64_t hard = 0;
	if (!line || sscanf(line + sizeof name - 1, " %*s %" SCNu64, &hard) < 1)
		return false;
	return hard >= MARK_LOWEST && (hard & MARK_MASK) == number;
}

/* Looked at again once its pidfd is open: it is no stranger that got the pid
 * meanwhile. */
static bool
signal_one(const struct process *one, int signal)
{
	char pid[16];
	struct process now;
	snprintf(pid, sizeof pid, "%ld", (long)one->pid);
	const int fd = pidfd_open(one->pid, 0);
	const bool is_told = fd >= 0 && read_stat(pid, &now) &&
			     now.start == one->start && !now.is_zombie &&
			     pidfd_send_signal(fd, signal, NULL, 0) == 0;
	if (fd >= 0)
		close(fd);
	return is_told;
}

/* To those with the mark and what they started; how many got it. */
static size_t
signal_marked(uint64_t number, int signal)
{
	struct table table;
	size_t count = 0;
	read_table(&table);
	for (size_t i = 0; i < table.n; i++) {
		char pid[16];
		snprintf(pid, sizeof pid, "%ld", (long)table.all[i].pid);
		table.all[i].is_descendant = has_mark(pid, number);
	}
	find_descendants(&table, NOBODY);
	for (size_t i = 0; i < table.n; i++) {
		const struct process *one = &table.all[i];
		if (one->is_descendant && one->pid != getpid() &&
		    signal_one(one, signal))
			count++;
	}
	free(table.all);
	return count;
}

/*
 * What an attempt within has started has another mark, and is found as long as
 * its parents live: all are halted before any is killed.
 */
size_t
sw__process_kill_marked(const char *dir)
{
	const uint64_t number = sw__process_number(dir);
	size_t killed = 0;
	for (int sweep = 0; sweep < SWEEPS_MAX; sweep++) {
		size_t halted = 0;
		size_t n;
		while ((n = signal_marked(number, SIGSTOP)) > halted)
			halted = n;
		if (signal_marked(number, SIGKILL) == 0)
			break;
		killed += halted;
	}
	return killed;
}
