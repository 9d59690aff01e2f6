/*
 * timed N COMMAND...: runs a command N times, its output discarded, and prints
 * the least time by the clock, the least of CPU, and the most memory. Exits
 * with 1 if the command fails.
 */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Becomes the command, without its words. */
static void
become(char **argv)
{
	const int null = open("/dev/null", O_WRONLY);
	if (null < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
		_exit(127);
	execvp(argv[0], argv);
	_exit(127);
}

int
main(int argc, char **argv)
{
	double wall = 1e9;
	double cpu = 1e9;
	long kilobytes = 0;
	if (argc < 3)
		return 2;
	for (long i = strtol(argv[1], NULL, 10); i > 0; i--) {
		struct rusage usage;
		int status;
		const double begin = now();
		const pid_t pid = fork();
		if (pid == 0)
			become(argv + 2);
		if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 ||
		    status != 0)
			return 1;
		const double took = now() - begin;
		const double used =
		    seconds(usage.ru_utime) + seconds(usage.ru_stime);
		wall = took < wall ? took : wall;
		cpu = used < cpu ? used : cpu;
		kilobytes =
		    usage.ru_maxrss > kilobytes ? usage.ru_maxrss : kilobytes;
	}
	printf("%9.4f s %9.4f s CPU %6ld MB\n", wall, cpu, kilobytes / 1024);
	return 0;
}
