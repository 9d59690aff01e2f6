/* Runs the steps of a scenario, one of them under strike(1). */
#define _GNU_SOURCE
#include "scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A daemon that says nothing for so long waits for somebody. */
#define SILENCE_MS 500
#define OUTPUT_MAX (1u << 20)
#define EXIT_MISSED 99

const struct scenario scenarios[] = {
	{ .name = "happy",
	    .steps = { { { "serve", "--json", "--interval", "9" },
		"\"ended\":{\"1\"", false, NULL } },
	    .must_succeed = true },
	{ .name = "approval",
	    .steps = { { { "serve", "--json", "--interval", "9" },
			   "\"SignOff.Boss\"", false, NULL },
		{ { "serve", "--json", "--interval", "9" }, "\"seq\"", true,
		    NULL },
		{ { "approve", "SignOff.Boss", "--comment", "fine" }, NULL,
		    false, NULL },
		{ { NULL }, "\"ended\":{\"1\"", false, NULL } },
	    .must_succeed = true },
	{ .name = "failure",
	    .steps = { { { "run", "--json", "--no-wait" }, NULL, false, NULL },
		{ { "run", "--json", "--no-wait" }, NULL, false, NULL } } },
	/* One is asked about, another one waits behind it. */
	{ .name = "upgrade",
	    .steps = { { { "run", "--json", "--no-wait" }, NULL, false,
			   "before" },
		{ { "run", "--json", "--no-wait" }, NULL, false, "before" },
		{ { "upgrade" }, NULL, false, NULL },
		{ { "run", "--json", "--no-wait", "--resume" }, NULL, false,
		    NULL } } },
};
const unsigned nscenarios = sizeof scenarios / sizeof scenarios[0];

struct running {
	pid_t pid; /* 0: none */
	int output;
	char *text; /* of what it printed */
	size_t n;
};

static long
now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* In the child: the program or strike(1) with it. `name`: of another program
 * than the scenario's. */
static void
become(const struct trial *trial, const char *name,
    const char *const arguments[], const char *aim, const char *counts)
{
	char program[PATH_MAX + 64], state[PATH_MAX + 16];
	char home[PATH_MAX + 8], path[PATH_MAX];
	const char *argv[ARGUMENTS_MAX + 12];
	size_t n = 0;
	snprintf(path, sizeof path, "PATH=%s", getenv("PATH"));
	snprintf(home, sizeof home, "HOME=%s", trial->home);
	const char *environment[] = { path, home, "TZ=UTC", "LC_ALL=C.UTF-8",
		"ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0", NULL };
	snprintf(program, sizeof program, "%s/%s", trial->models,
	    name == NULL ? trial->scenario->name : name);
	snprintf(state, sizeof state, "%s/state", trial->home);
	if (aim != NULL || counts != NULL)
		argv[n++] = trial->striker;
	if (aim != NULL) {
		argv[n++] = "-a";
		argv[n++] = aim;
	}
	if (counts != NULL) {
		argv[n++] = "-c";
		argv[n++] = counts;
	}
	argv[n++] = program;
	argv[n++] = arguments[0];
	argv[n++] = "--state";
	argv[n++] = state;
	for (size_t i = 1; i < ARGUMENTS_MAX && arguments[i] != NULL; i++)
		argv[n++] = arguments[i];
	argv[n] = NULL;
	/* execve changes none of them. */
	union {
		const char **in;
		char **out;
	} words = { argv }, variables = { environment };
	if (chdir(trial->home) == 0)
		execve(argv[0], words.out, variables.out);
	_exit(97);
}

static void
launch(const struct trial *trial, struct running *running, const char *name,
    const char *const arguments[], const char *aim, const char *counts)
{
	char log[PATH_MAX + 16];
	int ends[2];
	snprintf(log, sizeof log, "%s/errors", trial->home);
	if (pipe2(ends, O_CLOEXEC) != 0)
		abort();
	running->output = ends[0];
	running->n = 0;
	free(running->text);
	running->text = calloc(1, OUTPUT_MAX + 1);
	running->pid = fork();
	if (running->pid < 0 || running->text == NULL)
		abort();
	if (running->pid == 0) {
		const int null = open("/dev/null", O_RDONLY);
		const int errors =
		    open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
		if (dup2(null, 0) < 0 || dup2(ends[1], 1) < 0 ||
		    dup2(errors, 2) < 0)
			_exit(97);
		setpgid(0, 0);
		become(trial, name, arguments, aim, counts);
	}
	close(ends[1]);
}

/* Reads what is printed until `await` is in it (1), nothing comes for a time
 * (0), or it has been closed (-1). */
static int
listen_to(struct running *running, const char *await, int silence_ms)
{
	for (;;) {
		if (await != NULL && strstr(running->text, await) != NULL)
			return 1;
		struct pollfd fd = { running->output, POLLIN, 0 };
		const int ready = poll(&fd, 1, silence_ms);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return 0;
		const ssize_t got = read(running->output,
		    running->text + running->n, OUTPUT_MAX - running->n);
		if (got <= 0)
			return -1;
		running->n += (size_t)got;
		running->text[running->n] = '\0';
	}
}

/* Its status; what does not end in time is killed, and that is told. */
static int
end(struct running *running, struct told *told)
{
	const long deadline = now_ms() + PATIENCE_MS;
	int status = 0;
	pid_t ended;
	if (listen_to(running, NULL, PATIENCE_MS) == 0)
		told->lasted = true;
	while ((ended = waitpid(running->pid, &status, WNOHANG)) == 0 &&
	       now_ms() < deadline && !told->lasted)
		nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	if (ended != running->pid) {
		told->lasted = true;
		kill(-running->pid, SIGKILL);
		waitpid(running->pid, &status, 0);
	}
	close(running->output);
	running->pid = 0;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

static void
note_rows(const struct running *running, struct told *told)
{
	const char *at = running->text;
	while (at != NULL && (at = strstr(at, "{\"seq\":")) != NULL) {
		/* Only whole lines have been said. */
		const char *line_end = strchr(at, '\n');
		const unsigned long seq = strtoul(at + 7, NULL, 10);
		if (line_end != NULL && seq > told->seq)
			told->seq = seq;
		at = line_end;
	}
}

/* What the status of a program says of the strike. */
static void
note_end(int status, struct told *told)
{
	if (status == EXIT_MISSED)
		told->missed = true;
	if (status > 128 && status != 128 + SIGKILL && status != 128 + SIGTERM)
		told->crashed = status - 128;
}

static void
end_daemon(struct running *daemon, struct told *told)
{
	if (daemon->pid == 0)
		return;
	kill(daemon->pid, SIGTERM);
	const int status = end(daemon, told);
	note_rows(daemon, told);
	note_end(status, told);
}

/* One step; false: the rest makes no sense. */
static bool
take_step(const struct trial *trial, const struct step *step, const char *aim,
    const char *counts, struct running *daemon, struct told *told)
{
	struct running once = { 0 };
	struct running *running = step->await == NULL ? &once : daemon;
	if (step->ends_first)
		end_daemon(daemon, told);
	if (step->arguments[0] != NULL)
		launch(trial, running, step->program, step->arguments, aim,
		    counts);
	if (step->await != NULL)
		return daemon->pid != 0 &&
		       listen_to(daemon, step->await, SILENCE_MS) == 1;
	const int status = end(&once, told);
	note_rows(&once, told);
	note_end(status, told);
	if (status == 0 && strcmp(step->arguments[0], "approve") == 0)
		told->approved = true;
	free(once.text);
	return status < 128;
}

int
scenario_run(struct trial *trial, const struct aiming *aiming,
    const char *counts, struct told *told)
{
	struct running daemon = { 0 };
	char from[PATH_MAX + 8], to[PATH_MAX + 8];
	*told = (struct told){ 0 };
	snprintf(from, sizeof from, "%s/shop", trial->models);
	snprintf(to, sizeof to, "%s/shop", trial->home);
	if (mkdir(trial->home, 0700) != 0 || symlink(from, to) != 0)
		return -1;
	for (int i = 0; i < STEPS_MAX; i++) {
		const struct step *step = &trial->scenario->steps[i];
		char path[PATH_MAX + 8];
		if (step->arguments[0] == NULL && step->await == NULL)
			break;
		if (counts != NULL)
			snprintf(path, sizeof path, "%s.%d", counts, i);
		told->steps++;
		if (!take_step(trial, step,
			aiming != NULL && aiming->step == i ? aiming->words
							    : NULL,
			counts == NULL ? NULL : path, &daemon, told))
			break;
	}
	end_daemon(&daemon, told);
	free(daemon.text);
	return 0;
}

int
trial_run(struct trial *trial, const char *const arguments[], const char *aim,
    char **out)
{
	struct running running = { 0 };
	struct told told = { 0 };
	launch(trial, &running, NULL, arguments, aim, NULL);
	const int status = end(&running, &told);
	if (told.lasted)
		snprintf(trial->why, sizeof trial->why, "'%s' never ended",
		    arguments[0]);
	if (out != NULL)
		*out = running.text;
	else
		free(running.text);
	return status;
}
