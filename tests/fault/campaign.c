/*
 * Strikes a scenario at every system call, one at a time, and judges what is
 * left and what becomes of it:
 *
 *   campaign [OPTION]... STRIKER MODELS SCENARIO
 *     -c CALL,...   these calls alone; "writing": those that leave a trace
 *     -w WHAT,...   kill (that is what is done if not said), EIO, EIO+, short
 *            ... (strike.c), where the call can fail so
 *     -m N          at most N points, drawn evenly
 *     -2 N          N pairs: a kill, and one more while it recovers
 *     -s SEED       of what is drawn
 *     -j N          so many at a time
 *     -p STEP:ROLE:CALL:N:WHAT   this point alone, and its folder is kept
 *
 * STRIKER is strike(1), or starve(1), whose one call is "malloc"; MODELS has
 * the programs; the current directory gets a folder for each trial, which goes
 * when it was all right. Prints a line for each point that broke something,
 * and one that counts; ends with 1 if any did.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "oracle.h"
#include "scenario.h"

#define POINTS_MAX 200000
#define WORKERS_MAX 16

static const char *const writing[] = { "write", "writev", "pwrite64",
	"fdatasync", "fsync", "rename", "renameat2", "link", "linkat", "unlink",
	"unlinkat", "ftruncate", "mkdir", "openat", "sendto", "sendmsg",
	"clone", "clone3", "vfork", "execve", "kill", NULL };
/* Which calls can fail so; another error there proves nothing. */
static const struct {
	const char *errors;
	const char *calls;
} plausible[] = {
	{ "EIO,ENOSPC,EDQUOT",
	    "open,openat,write,writev,pwrite64,fsync,fdatasync,ftruncate,"
	    "fallocate,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,"
	    "symlink,unlink,unlinkat,rmdir,copy_file_range,sendfile" },
	{ "EIO", "read,pread64,readv,getdents64,stat,newfstatat,lstat,access,"
		 "faccessat2,readlink,chmod,fchmod,fchmodat,utimensat" },
	{ "EMFILE", "open,openat,pipe2,socket,socketpair,dup,dup3,fcntl,"
		    "accept4,epoll_create1,eventfd2,signalfd4,memfd_create,"
		    "inotify_init1,pidfd_open" },
	{ "ENOMEM", "open,openat,pipe2,socket,socketpair,accept4,epoll_create1,"
		    "eventfd2,signalfd4,clone,clone3,vfork,mkdir,rename,link,"
		    "unlink,sendto,sendmsg,newfstatat,readlink,ftruncate,bind,"
		    "malloc" },
	{ "EINTR", "open,openat,read,write,writev,pread64,pwrite64,sendto,"
		   "sendmsg,recvfrom,recvmsg,connect,poll,ppoll,epoll_wait,"
		   "epoll_pwait,wait4,waitid,flock,nanosleep,ftruncate" },
	{ "short", "write,writev,pwrite64,read,pread64,sendto,recvfrom" },
};

struct point {
	int step;
	char words[88]; /* ROLE:CALL:N:WHAT */
};

struct campaign {
	struct trial trial; /* as each one begins */
	const char *calls;
	const char *whats;
	unsigned long most; /* 0: all */
	unsigned long pairs;
	unsigned workers;
	uint64_t state; /* of what is drawn */
	struct point *points;
	size_t npoints;
	size_t found; /* before any were drawn */
};

struct tally {
	unsigned long trials, broken, missed, lasted, aborted;
};

/* xorshift64* (Vigna 2016). */
static uint64_t
draw(struct campaign *c, uint64_t below)
{
	c->state ^= c->state >> 12;
	c->state ^= c->state << 25;
	c->state ^= c->state >> 27;
	return ((c->state * UINT64_C(2685821657736338717)) >> 33) % below;
}

static bool
is_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

/* Is the word one of a list with commas? */
static bool
is_listed(const char *word, const char *list)
{
	const size_t n = strlen(word);
	for (const char *at = list; (at = strstr(at, word)) != NULL; at += n)
		if ((at == list || at[-1] == ',') &&
		    (at[n] == ',' || at[n] == '\0'))
			return true;
	return false;
}

static bool
can_fail(const char *call, const char *what)
{
	char error[16];
	snprintf(error, sizeof error, "%.*s", (int)strcspn(what, "+"), what);
	for (size_t i = 0; i < sizeof plausible / sizeof plausible[0]; i++)
		if (is_listed(error, plausible[i].errors) &&
		    is_listed(call, plausible[i].calls))
			return true;
	return false;
}

static bool
is_meant(const struct campaign *c, const char *call, const char *what)
{
	if (strcmp(what, "kill") != 0 && !can_fail(call, what))
		return false;
	if (c->calls == NULL)
		return true;
	return is_listed(call, c->calls) ||
	       (is_listed("writing", c->calls) && is_one_of(call, writing));
}

static void
add_points(struct campaign *c, int step, const char *role, const char *call,
    unsigned long times)
{
	char list[256];
	snprintf(list, sizeof list, "%s", c->whats);
	for (char *save, *what = strtok_r(list, ",", &save); what != NULL;
	     what = strtok_r(NULL, ",", &save))
		for (unsigned long n = 1; n <= times && is_meant(c, call, what);
		     n++) {
			struct point *point = &c->points[c->npoints];
			if (c->npoints == POINTS_MAX)
				return;
			point->step = step;
			snprintf(point->words, sizeof point->words,
			    "%.15s:%.24s:%lu:%.16s", role, call, n, what);
			c->npoints++;
		}
}

/* An undisturbed run says how often each role makes each call. */
static bool
find_points(struct campaign *c)
{
	struct trial trial = c->trial;
	struct told told;
	char counts[PATH_MAX + 8];
	snprintf(trial.home, sizeof trial.home, "%.3000s/calm", c->trial.home);
	snprintf(counts, sizeof counts, "%s/counts", c->trial.home);
	if (scenario_run(&trial, NULL, counts, &told) != 0 ||
	    !oracle_kept(&trial, &told) ||
	    !oracle_finish(&trial, &told, NULL) || !oracle_clean(&trial)) {
		printf("# undisturbed: %s\n", trial.why);
		return false;
	}
	for (int step = 0; step < STEPS_MAX; step++) {
		char path[32], role[32], call[32];
		unsigned long n;
		snprintf(path, sizeof path, "counts.%d", step);
		FILE *file = fopen(path, "re");
		if (file == NULL)
			continue;
		while (fscanf(file, "%31s %31s %lu", role, call, &n) == 3)
			add_points(c, step, role, call, n);
		fclose(file);
	}
	c->found = c->npoints;
	return c->npoints > 0;
}

/* Points left out at random, each as likely as the next. */
static void
thin_out(struct campaign *c)
{
	size_t kept = 0;
	if (c->most == 0 || c->most >= c->npoints)
		return;
	for (size_t i = 0; i < c->npoints; i++)
		if (draw(c, c->npoints - i) < c->most - kept)
			c->points[kept++] = c->points[i];
	c->npoints = kept;
}

static void
remove_folder(const char *path)
{
	const pid_t pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", path, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

/* One trial; `second` strikes the recovery, or is NULL. */
static void
try_point(const struct campaign *c, size_t number, const struct point *point,
    const char *second, struct tally *tally)
{
	static struct trial trial;
	struct aiming aiming = { .step = point->step };
	struct told told;
	trial = c->trial;
	snprintf(trial.home, sizeof trial.home, "%.3000s/%zu", c->trial.home,
	    number);
	snprintf(aiming.words, sizeof aiming.words, "%s", point->words);
	tally->trials++;
	if (scenario_run(&trial, &aiming, NULL, &told) != 0)
		snprintf(trial.why, sizeof trial.why, "cannot begin: %s",
		    strerror(errno));
	tally->missed += told.missed;
	tally->lasted += told.lasted;
	if (told.lasted && strchr(point->words, '+') == NULL)
		snprintf(trial.why, sizeof trial.why, "a step never ended");
	else if (told.crashed == SIGABRT)
		/* Fails stop: libuv ends a loop that cannot go on. */
		tally->aborted++;
	else if (told.crashed != 0)
		snprintf(trial.why, sizeof trial.why, "a crash: signal %d",
		    told.crashed);
	if (trial.why[0] == '\0' && oracle_kept(&trial, &told) &&
	    oracle_finish(&trial, &told, second) && oracle_clean(&trial)) {
		remove_folder(trial.home);
		return;
	}
	tally->broken++;
	printf("%s %d:%s%s%s: %s\n", trial.scenario->name, point->step,
	    point->words, second == NULL ? "" : " then ",
	    second == NULL ? "" : second, trial.why);
	fflush(stdout);
}

/* A pair: any kill, and any of a recovery. */
static void
try_pair(struct campaign *c, size_t number, struct tally *tally)
{
	const size_t first = draw(c, c->npoints), second = draw(c, c->npoints);
	try_point(c, number, &c->points[first], c->points[second].words, tally);
}

static void
work(struct campaign *c, unsigned worker, int report)
{
	struct tally tally = { 0 };
	if (c->pairs > 0)
		c->state += worker * UINT64_C(0x9e3779b97f4a7c15);
	const size_t n = c->pairs > 0 ? c->pairs : c->npoints;
	for (size_t i = worker; i < n; i += c->workers)
		if (c->pairs > 0)
			try_pair(c, i, &tally);
		else
			try_point(c, i, &c->points[i], NULL, &tally);
	if (write(report, &tally, sizeof tally) != (ssize_t)sizeof tally)
		_exit(3);
	_exit(0);
}

static int
run_all(struct campaign *c)
{
	struct tally sum = { 0 }, tally;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return 3;
	fflush(stdout);
	for (unsigned i = 0; i < c->workers; i++)
		if (fork() == 0)
			work(c, i, ends[1]);
	close(ends[1]);
	for (unsigned i = 0; i < c->workers; i++) {
		if (read(ends[0], &tally, sizeof tally) !=
		    (ssize_t)sizeof tally)
			return 3;
		sum.trials += tally.trials;
		sum.broken += tally.broken;
		sum.missed += tally.missed;
		sum.lasted += tally.lasted;
		sum.aborted += tally.aborted;
	}
	while (wait(NULL) > 0)
		;
	printf("# %s: %lu trials of %zu points, %lu broke something; %lu "
	       "strikes came too late, %lu ended by abort, %lu by a kill\n",
	    c->trial.scenario->name, sum.trials, c->found, sum.broken,
	    sum.missed, sum.aborted, sum.lasted);
	return sum.broken > 0;
}

static int
run_one(struct campaign *c, const char *text)
{
	struct point point = { 0 };
	struct tally tally = { 0 };
	const char *colon = strchr(text, ':');
	if (colon == NULL)
		return 2;
	point.step = (int)strtol(text, NULL, 10);
	snprintf(point.words, sizeof point.words, "%s", colon + 1);
	try_point(c, 0, &point, NULL, &tally);
	return tally.broken > 0;
}

static bool
place(struct campaign *c, char *const operands[])
{
	for (unsigned i = 0; i < nscenarios; i++)
		if (strcmp(scenarios[i].name, operands[2]) == 0)
			c->trial.scenario = &scenarios[i];
	return c->trial.scenario != NULL &&
	       realpath(operands[0], c->trial.striker) != NULL &&
	       realpath(operands[1], c->trial.models) != NULL &&
	       getcwd(c->trial.home, sizeof c->trial.home) != NULL;
}

int
main(int argc, char **argv)
{
	static struct campaign c = {
		.whats = "kill", .workers = 1, .state = 1
	};
	const char *one = NULL;
	int option;
	while ((option = getopt(argc, argv, "2:c:j:m:p:s:w:")) != -1)
		switch (option) {
		case '2':
			c.pairs = strtoul(optarg, NULL, 10);
			break;
		case 'c':
			c.calls = optarg;
			break;
		case 'j':
			c.workers = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'm':
			c.most = strtoul(optarg, NULL, 10);
			break;
		case 'p':
			one = optarg;
			break;
		case 's':
			c.state = strtoull(optarg, NULL, 10) * 2 + 1;
			break;
		case 'w':
			c.whats = optarg;
			break;
		default:
			return 2;
		}
	if (argc - optind != 3 || c.workers < 1 || c.workers > WORKERS_MAX ||
	    !place(&c, argv + optind))
		return 2;
	c.points = calloc(POINTS_MAX, sizeof *c.points);
	if (c.points == NULL)
		return 3;
	if (one != NULL)
		return run_one(&c, one);
	if (!find_points(&c))
		return 3;
	thin_out(&c);
	return run_all(&c);
}
