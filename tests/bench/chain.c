/*
 * What a chain of 1,000 actions is measured against: 1,000 posix_spawns of
 * /bin/true, one after the other, and 2,000 durable commits of one row with
 * the journal's settings, in the folder that is given. Prints the seconds of
 * both.
 */
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#define N 1000

extern char **environ;

static double
now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
spawns(void)
{
	char name[] = "/bin/true";
	char *argv[] = { name, NULL };
	const double begin = now();
	for (int i = 0; i < N; i++) {
		pid_t pid;
		if (posix_spawn(&pid, name, NULL, NULL, argv, environ) != 0)
			abort();
		waitpid(pid, NULL, 0);
	}
	return now() - begin;
}

static double
commits(const char *root)
{
	char path[128];
	sqlite3 *db;
	snprintf(path, sizeof path, "%s/commits.db", root);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		abort();
	sqlite3_exec(db,
	    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;"
	    "PRAGMA synchronous=FULL; CREATE TABLE t(a, b)",
	    NULL, NULL, NULL);
	const double begin = now();
	for (int i = 0; i < 2 * N; i++)
		if (sqlite3_exec(db, "INSERT INTO t VALUES(1, 'a row')", NULL,
			NULL, NULL) != SQLITE_OK)
			abort();
	const double took = now() - begin;
	sqlite3_close(db);
	return took;
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	printf("%.3f %.3f\n", spawns(), commits(argv[1]));
	return 0;
}
