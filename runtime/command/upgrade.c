/*
 * `upgrade`: a state directory goes over to this program's version of the
 * pipeline. Output: the table of what becomes of each execution. Where some
 * can end on the old version alone, the old program, which is kept in the
 * directory, runs until they have.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/wait.h>

#include "command.h"
#include "engine/engine.h"
#include "engine/world_real.h"
#include "owner/peer.h"
#include "reach.h"
#include "upgrade/program.h"
#include "upgrade/upgrade.h"

/* An owner that was told to end has so long. */
#define HANDOVER_MS 30000
#define OWN_AGAIN_MS 20
/* Secrets that are handed to the old program. */
#define SECRETS_MAX 64

struct going {
	struct call *call;
	struct sw_statedir dir;
	char program[SW_PROGRAM_MAX]; /* this one */
	char old[SW_PROGRAM_MAX];     /* the directory's */
	struct sw_planned *planned;   /* or NULL */
	json_t *plan;
	bool is_dry;
};

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text == NULL ? "" : text;
}

static const char *
say_what(const char *what)
{
	static const char *const words[][2] = {
		{ "carries", "goes on" },
		{ "repeats", "repeats its stage" },
		{ "old", "ends on the old version" },
		{ "person", "needs you" },
		{ "ends", "cannot be retried" },
		{ "unplanned", "is not as planned" },
	};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i][0], what) == 0)
			return words[i][1];
	return what;
}

static void
print_row(const struct going *going, const json_t *row)
{
	const char *why = text_of(row, "why");
	const char *type = text_of(row, "type");
	printf("#%-5" JSON_INTEGER_FORMAT " %-11s %s %-16s %s%s%s\n",
	    json_integer_value(json_object_get(row, "execution")),
	    text_of(row, "status"),
	    json_is_true(json_object_get(row, "holds")) ? "in    " : "before",
	    text_of(row, "stage"), say_what(text_of(row, "what")),
	    why[0] == '\0' ? "" : ": ", why);
	if (type[0] != '\0')
		printf("       the old program is not kept: `%s %s` stops it\n",
		    going->call->program, type);
}

static void
print_plan(const struct going *going, bool is_done)
{
	size_t i;
	json_t *row;
	if (going->call->is_json) {
		json_object_set_new(going->plan, "done", json_boolean(is_done));
		sw__call_print(json_incref(going->plan));
		return;
	}
	const char *way = text_of(going->plan, "way");
	if (strcmp(way, "none") == 0) {
		printf("the state directory is of this version\n");
		return;
	}
	printf("%s: from machine %s to %s\n", text_of(going->plan, "pipeline"),
	    text_of(going->plan, "from"), text_of(going->plan, "to"));
	json_array_foreach(json_object_get(going->plan, "executions"), i, row)
		print_row(going, row);
	if (is_done)
		printf("the state directory is of this version now\n");
	else if (strcmp(way, "drain") == 0)
		printf("nothing new starts until they have ended\n");
	(void)fflush(stdout);
}

/* Once, in a directory that is owned. */
static int
try_once(struct going *going, struct sw_error *err)
{
	struct sw_real_world real;
	struct sw_engine *engine = NULL;
	char by[SW_PEER_MAX];
	sw__real_world(&real, NULL);
	const struct sw_engine_options options = {
		.pipeline = going->call->pipeline,
		.dir = &going->dir,
		.world = &real.world,
		.program = going->program,
	};
	if (!going->is_dry &&
	    sw__program_keep(&going->dir, going->program, err) != 0)
		return err->code;
	if (sw__engine_open(&engine, &options, err) != 0)
		return err->code;
	const char *old = sw__engine_book(engine)->program;
	memcpy(going->old, old, strlen(old) + 1);
	sw__peer_self(by);
	const struct sw_upgrade how = {
		.by = by,
		.program = going->program,
		.planned = going->planned,
		.has_old = sw__program_is_kept(&going->dir, old),
		.is_dry = going->is_dry,
	};
	json_decref(going->plan);
	going->plan = NULL;
	const int status = sw__upgrade(engine, &how, &going->plan, err);
	sw__engine_free(engine);
	return status;
}

/* SIGTERM and SIGINT are for the old program too. */
static volatile sig_atomic_t child;

static void
pass_on(int number)
{
	if (child > 0)
		kill((pid_t)child, number);
}

static int
wait_for(pid_t pid)
{
	int status = 0;
	struct sigaction pass = { .sa_handler = pass_on };
	child = pid;
	sigemptyset(&pass.sa_mask);
	sigaction(SIGTERM, &pass, NULL);
	sigaction(SIGINT, &pass, NULL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	child = 0;
	return status;
}

static void
become(const struct going *going, int fd)
{
	char words[5][sizeof "--secret"] = { "release", "serve", "--drain",
		"--state", "--json" };
	char *argv[8 + 2 * SECRETS_MAX] = { words[0], words[1], words[2],
		words[3] };
	char path[PATH_MAX];
	int n = 4;
	int at = 0;
	snprintf(path, sizeof path, "%s", going->dir.path);
	argv[n++] = path;
	if (going->call->is_json)
		argv[n++] = words[4];
	for (const char *value;
	     n < 6 + 2 * SECRETS_MAX &&
	     (value = sw__call_next(going->call, "--secret", &at)) != NULL;) {
		argv[n++] = strdup("--secret");
		argv[n++] = strdup(value);
	}
	/* Lines of rows are not the document of this verb. */
	if (going->call->is_json)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	fexecve(fd, argv, environ);
	fprintf(stderr, "%s: the old program cannot be run: %s\n",
	    going->call->program, strerror(errno));
	_exit(EXIT_TROUBLE);
}

/* The old program ends what is in flight. It owns the directory meanwhile. 1:
 * it was told to end itself. */
static int
drain(struct going *going, struct sw_error *err)
{
	int fd;
	if (sw__program_open(&going->dir, going->old, &fd, err) != 0)
		return err->code;
	sw__statedir_disown(&going->dir);
	(void)fflush(stdout);
	const pid_t pid = fork();
	if (pid == 0)
		become(going, fd);
	close(fd);
	if (pid < 0)
		return sw__error_errno(err, "the old program cannot be run");
	const int status = wait_for(pid);
	/* Of two signals (a terminal's and the one passed on) the second ends
	 * it where it is. */
	if ((WIFEXITED(status) && WEXITSTATUS(status) == EXIT_UNDECIDED) ||
	    (WIFSIGNALED(status) &&
		(WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGINT)))
		return 1;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return sw__error(err, SW_ERROR_SYSTEM,
		    "the old program failed; say `upgrade` again when it can "
		    "go on");
	return sw__reach_own(&going->dir, err);
}

/* Its owner is told to end; what runs goes on without it. */
static int
take_over(struct going *going, struct sw_error *err)
{
	const uint64_t deadline = sw__wall_ms() + HANDOVER_MS;
	const long pid = sw__statedir_owner(&going->dir);
	if (pid <= 1 || kill((pid_t)pid, SIGTERM) != 0)
		return sw__error(err, SW_ERROR_BUSY,
		    "the owner of '%s' cannot be told to end", going->dir.path);
	while (sw__statedir_own(&going->dir, err) == SW_ERROR_BUSY) {
		if (sw__wall_ms() > deadline)
			return sw__error(err, SW_ERROR_BUSY,
			    "process %ld was told to end and has not", pid);
		nanosleep(
		    &(struct timespec){ .tv_nsec = OWN_AGAIN_MS * 1000000L },
		    NULL);
	}
	return going->dir.lock_fd >= 0 ? 0 : err->code;
}

static int
own(struct going *going, struct sw_error *err)
{
	const int status = sw__reach_own(&going->dir, err);
	if (status != SW_ERROR_BUSY)
		return status;
	if (sw__call_option(going->call, "--take-over") != NULL)
		return take_over(going, err);
	sw__error_add(err,
	    "; stop it, or say --take-over: what runs goes on, and is taken up "
	    "again");
	return status;
}

/* Until all have gone over, or it is clear that they cannot. */
static int
go_over(struct going *going, struct sw_error *err)
{
	for (;;) {
		const int status = try_once(going, err);
		if (going->plan == NULL)
			return err->code;
		const bool drains =
		    strcmp(text_of(going->plan, "way"), "drain") == 0;
		const bool waits = status == SW_ERROR_REFUSED && drains &&
				   sw__program_is_kept(&going->dir, going->old);
		if (!waits || !going->call->is_json)
			print_plan(going, status == 0 && !going->is_dry);
		if (status != 0 && !waits)
			return status;
		if (status == 0)
			return drains || strcmp(text_of(going->plan, "way"),
					     "unplanned") == 0
				   ? 1
				   : 0;
		const int drained = drain(going, err);
		if (drained != 0)
			return drained;
	}
}

static int
interrupted(const struct call *call)
{
	fprintf(stderr,
	    "%s: interrupted; what is in flight is still on the old version, "
	    "`%s upgrade` goes on\n",
	    call->program, call->program);
	return EXIT_UNDECIDED;
}

static int
run_upgrade(struct call *call)
{
	struct sw_error err;
	struct going going = { .call = call };
	const char *file = sw__call_option(call, "--plan");
	going.is_dry = sw__call_option(call, "--dry-run") != NULL;
	int status =
	    file == NULL ? 0 : sw__planned_read(&going.planned, file, &err);
	if (status == 0)
		status = sw__call_open(call, &going.dir, false, &err);
	if (status == 0) {
		status = own(&going, &err);
		if (status == 0)
			status = go_over(&going, &err);
		sw__statedir_close(&going.dir);
	}
	json_decref(going.plan);
	sw__planned_free(going.planned);
	if (status > 0)
		return going.is_dry ? EXIT_NO : interrupted(call);
	return status == 0 ? EXIT_YES : sw__call_failed(call, &err);
}

static const struct sw_option options[] = {
	OPTION_SECRET,
	{ "--dry-run", NULL, "say what would become of each execution" },
	{ "--plan", "FILE", "do what it says, or nothing" },
	{ "--take-over", NULL, "tell the process that owns it to end first" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_upgrade = {
	.name = "upgrade",
	.operands = "",
	.summary = "take over executions of another version",
	.options = options,
	.run = run_upgrade,
};
