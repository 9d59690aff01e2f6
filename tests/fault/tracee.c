/* What /proc says of the processes that are traced. */
#define _GNU_SOURCE
#include "tracee.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

struct tracee *
tracees_find(struct tracees *tracees, pid_t pid)
{
	for (size_t i = 0; i < tracees->n; i++)
		if (tracees->of[i].pid == pid)
			return &tracees->of[i];
	if (tracees->n == TRACEES_MAX)
		return NULL;
	tracees->of[tracees->n] =
	    (struct tracee){ .pid = pid, .is_stale = true };
	return &tracees->of[tracees->n++];
}

void
tracees_forget(struct tracees *tracees, pid_t pid)
{
	for (size_t i = 0; i < tracees->n; i++)
		if (tracees->of[i].pid == pid) {
			tracees->of[i] = tracees->of[--tracees->n];
			return;
		}
}

static void
read_link(char out[PATH_MAX], pid_t pid, const char *what)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, what);
	const ssize_t n = readlink(path, out, PATH_MAX - 1);
	out[n < 0 ? 0 : n] = '\0';
}

void
tracee_refresh_role(struct tracee *tracee, const char *program)
{
	char path[PATH_MAX], name[ROLE_MAX] = "";
	const char *base = strrchr(program, '/');
	tracee->is_stale = false;
	tracee->role[0] = '\0';
	read_link(path, tracee->pid, "exe");
	if (strcmp(path, program) != 0)
		return;
	snprintf(path, sizeof path, "/proc/%ld/comm", (long)tracee->pid);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return;
	if (fgets(name, sizeof name, file) == NULL)
		name[0] = '\0';
	fclose(file);
	name[strcspn(name, "\n")] = '\0';
	const char *role = name;
	if (strncmp(name, "stagewright-", 12) == 0)
		role = name + 12;
	else if (strncmp(name, base == NULL ? program : base + 1, 15) == 0)
		role = "owner";
	snprintf(tracee->role, sizeof tracee->role, "%s", role);
}

bool
tracee_bytes(const struct tracee *tracee, uint64_t address, void *out, size_t n)
{
	struct iovec here = { out, n };
	struct iovec there = { (void *)(uintptr_t)address, n };
	return process_vm_readv(tracee->pid, &here, 1, &there, 1, 0) ==
	       (ssize_t)n;
}

void
tracee_path(
    const struct tracee *tracee, uint64_t address, int at, char out[PATH_MAX])
{
	char text[PATH_MAX], folder[PATH_MAX], link[32];
	size_t n = 0;
	/* A page at a time: what follows a path may not be there. */
	while (n < sizeof text) {
		const size_t size = 4096 - ((address + n) & 4095);
		struct iovec here = { text + n,
			size < sizeof text - n ? size : sizeof text - n };
		struct iovec there = { (void *)(uintptr_t)(address + n),
			here.iov_len };
		const ssize_t got =
		    process_vm_readv(tracee->pid, &here, 1, &there, 1, 0);
		out[0] = '\0';
		if (got <= 0)
			return;
		if (memchr(text + n, '\0', (size_t)got) != NULL)
			break;
		n += (size_t)got;
	}
	text[sizeof text - 1] = '\0';
	if (text[0] == '/') {
		snprintf(out, PATH_MAX, "%s", text);
		return;
	}
	snprintf(link, sizeof link, at == AT_FDCWD ? "cwd" : "fd/%d", at);
	read_link(folder, tracee->pid, link);
	if (snprintf(out, PATH_MAX, "%s/%s", folder, text) >= PATH_MAX)
		out[0] = '\0';
}

void
tracee_file(const struct tracee *tracee, int fd, char out[PATH_MAX])
{
	char link[32];
	snprintf(link, sizeof link, "fd/%d", fd);
	read_link(out, tracee->pid, link);
	if (out[0] != '/')
		out[0] = '\0';
}

int64_t
tracee_offset(const struct tracee *tracee, int fd)
{
	char path[64];
	int64_t offset = -1;
	snprintf(
	    path, sizeof path, "/proc/%ld/fdinfo/%d", (long)tracee->pid, fd);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return -1;
	if (fscanf(file, "pos: %" SCNd64, &offset) != 1)
		offset = -1;
	fclose(file);
	return offset;
}
