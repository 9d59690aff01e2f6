/*
 * Runs a program and all that it starts, short of memory once:
 *
 *   starve [-c COUNTS] [-a ROLE:malloc:N:ENOMEM] PROGRAM...
 *
 * The N-th request for memory (malloc, calloc, realloc; those of libraries,
 * too) of the processes with that role gets none; with "+" behind ENOMEM nor
 * do all later ones. -c writes how often each role asked. Options, words and
 * exit statuses are those of strike(1), so that a campaign can be of either.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scarce.h"

#define EXIT_FAILED 98
#define EXIT_MISSED 99
#define LIBRARY "scarce.so"

static pid_t told_to_end;

/* A word to end is for the program. */
static void
on_signal(int number)
{
	if (told_to_end > 0)
		kill(told_to_end, number);
}

static void
fail(const char *what)
{
	fprintf(stderr, "starve: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILED);
}

static struct scarce *
share(char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/starve.XXXXXX",
	    getenv("TMPDIR") == NULL ? "/tmp" : getenv("TMPDIR"));
	const int fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0 || ftruncate(fd, sizeof(struct scarce)) != 0)
		fail(path);
	void *memory = mmap(NULL, sizeof(struct scarce), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		fail(path);
	close(fd);
	return memory;
}

static bool
read_aim(struct scarce *scarce, char *text)
{
	const char *role = strtok(text, ":"), *call = strtok(NULL, ":");
	const char *at = strtok(NULL, ":"), *what = strtok(NULL, ":");
	if (what == NULL || strcmp(call, "malloc") != 0 ||
	    strncmp(what, "ENOMEM", 6) != 0 || strlen(role) >= SCARCE_ROLE_MAX)
		return false;
	strcpy(scarce->role, role);
	scarce->at = strtoul(at, NULL, 10);
	scarce->is_lasting = what[6] == '+';
	return true;
}

static void
write_counts(const struct scarce *scarce, const char *path)
{
	FILE *out = fopen(path, "we");
	if (out == NULL)
		fail(path);
	for (size_t i = 0; i < SCARCE_ROLES_MAX; i++)
		if (scarce->counts[i].n > 0)
			fprintf(out, "%s malloc %lu\n", scarce->counts[i].role,
			    scarce->counts[i].n);
	if (fclose(out) != 0)
		fail(path);
}

/* The library is beside this program. */
static void
become(char *const argv[], const char *shared)
{
	char library[PATH_MAX];
	const ssize_t n = readlink("/proc/self/exe", library, sizeof library);
	char *slash = n <= 0 ? NULL : memrchr(library, '/', (size_t)n);
	if (slash == NULL)
		fail("/proc/self/exe");
	snprintf(slash + 1, sizeof library - (size_t)(slash + 1 - library),
	    "%s", LIBRARY);
	setenv("LD_PRELOAD", library, 1);
	setenv(SCARCE_VARIABLE, shared, 1);
	execv(argv[0], argv);
	fail(argv[0]);
}

static int
run(char *const argv[], const char *shared)
{
	const struct sigaction act = { .sa_handler = on_signal };
	int status;
	const pid_t pid = fork();
	if (pid == 0)
		become(argv, shared);
	told_to_end = pid;
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			fail("waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

int
main(int argc, char **argv)
{
	const char *counts = NULL;
	char *aim = NULL;
	char path[PATH_MAX];
	int option;
	while ((option = getopt(argc, argv, "+a:c:")) != -1)
		if (option == 'a')
			aim = optarg;
		else if (option == 'c')
			counts = optarg;
		else
			return EXIT_FAILED;
	struct scarce *scarce = share(path);
	if (optind == argc || (aim != NULL && !read_aim(scarce, aim)) ||
	    realpath(argv[optind], scarce->program) == NULL) {
		unlink(path);
		return EXIT_FAILED;
	}
	const int status = run(argv + optind, path);
	unlink(path);
	if (counts != NULL)
		write_counts(scarce, counts);
	return aim != NULL && !scarce->has_struck ? EXIT_MISSED : status;
}
