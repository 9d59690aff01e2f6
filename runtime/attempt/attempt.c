/*
 * Attempts from the engine's side: a supervisor is forked, released at its
 * gate, followed until it is gone, and its result read. An attempt of an
 * earlier engine is found again through its directory (standing.c).
 */
#define _GNU_SOURCE
#include "attempt.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <uv.h>

#include "group.h"
#include "process.h"
#include "result.h"
#include "standing.h"
#include "store/removal.h"
#include "supervisor.h"

/* Between two looks at an attempt that runs: whatever event was to tell of its
 * end, its directory does. */
#define SWEEP_MS 5000
/* Between two looks at an attempt that is neither running nor over. */
#define LOOK_MS 10
/* Between two looks that the system refuses, and how many are made before
 * nobody can know how it ended. */
#define UNSEEN_MS 100
#define UNSEEN_MAX 600
/* Between two tries to reap a supervisor that clears up after itself. */
#define REAP_MS 2

struct sw_attempt {
	uv_poll_t poll;   /* on fd; data is the attempt */
	uv_timer_t timer; /* looks again, or reaps */
	int fd;           /* the gate, or a supervisor's pidfd; -1: none */
	pid_t pid;        /* of our own supervisor; 0: an earlier engine's */
	bool is_released;
	bool is_stop_wanted;
	bool is_dead;     /* its supervisor was reaped */
	unsigned handles; /* open ones */
	unsigned unseen;  /* looks in a row that the system refused */
	char *dir;
	char said[SW_SAID_MAX]; /* what the supervisor said last, or "" */
	sw_attempt_end_fn end;
	void *payload;
};

static int
path_of(char *out, const char *dir, const char *name)
{
	const int n = snprintf(out, PATH_MAX, "%s/%s", dir, name);
	return n > 0 && n < PATH_MAX ? 0 : -1;
}

static void
on_closed(uv_handle_t *handle)
{
	struct sw_attempt *attempt = handle->data;
	assert(attempt->handles > 0);
	attempt->handles--;
	if (attempt->handles > 0)
		return;
	if (attempt->fd >= 0)
		close(attempt->fd);
	free(attempt->dir);
	free(attempt);
}

/* Lets go of everything; the memory goes when libuv has let go too. */
static void
release(struct sw_attempt *attempt)
{
	uv_close((uv_handle_t *)&attempt->timer, on_closed);
	if (attempt->handles == 2)
		uv_close((uv_handle_t *)&attempt->poll, on_closed);
}

/*
 * Its supervisor, a child of this process, is in its last instructions or
 * removes its workspace: it is waited for without holding up the loop.
 */
static void
on_reap(uv_timer_t *timer)
{
	struct sw_attempt *attempt = timer->data;
	if (waitpid(attempt->pid, NULL, WNOHANG) == 0)
		uv_timer_start(timer, on_reap, REAP_MS, 0);
	else
		release(attempt);
}

static void
report(struct sw_attempt *attempt, const struct sw_result *result)
{
	attempt->end(attempt, result, attempt->payload);
	if (attempt->pid > 0 && !attempt->is_dead)
		on_reap(&attempt->timer);
	else
		release(attempt);
}

static void
report_without_result(
    struct sw_attempt *attempt, enum sw_outcome outcome, const char *reason)
{
	const struct sw_output_artifact no_artifact = { 0 };
	const struct sw_parameter no_variable = { 0 };
	const struct sw_result result = {
		.outcome = outcome,
		.reason = reason,
		.artifacts = &no_artifact,
		.variables = &no_variable,
	};
	report(attempt, &result);
}

/* The group of an attempt whose supervisor is dead, and all in it. */
static void
end_group(const char *dir)
{
	char group[SW_GROUP_PATH_MAX];
	sw__standing_group(dir, group);
	sw__group_end(group, dir);
}

static void
report_unknown(struct sw_attempt *attempt, const char *reason)
{
	end_group(attempt->dir);
	sw__process_kill_marked(attempt->dir);
	report_without_result(attempt, SW_OUTCOME_UNKNOWN, reason);
}

/* Looks, and reports what is final. 0, or after how long to look again. */
static uint64_t
conclude(struct sw_attempt *attempt)
{
	struct sw_result_store store;
	const enum sw_standing standing =
	    sw__standing_look(attempt->dir, &store);
	const bool is_unseen = standing == SW_STANDING_UNSEEN;
	attempt->unseen = is_unseen ? attempt->unseen + 1 : 0;
	switch (standing) {
	case SW_STANDING_OVER:
		report(attempt, &store.result);
		sw__result_release(&store);
		return 0;
	case SW_STANDING_RUNNING:
		return LOOK_MS;
	case SW_STANDING_NOT_STARTED:
		/* Who waited at the gate is gone; its group need not be. */
		end_group(attempt->dir);
		report_without_result(attempt, SW_OUTCOME_NOT_STARTED,
		    attempt->said[0] ? attempt->said : "nothing was executed");
		return 0;
	case SW_STANDING_UNSEEN:
		if (attempt->unseen < UNSEEN_MAX)
			return UNSEEN_MS;
		report_unknown(attempt,
		    "its directory cannot be read; look at what the action "
		    "did, then settle it");
		return 0;
	case SW_STANDING_UNKNOWN:
		report_unknown(
		    attempt, attempt->said[0]
				 ? attempt->said
				 : "its supervisor was killed or the machine "
				   "went down; look "
				   "at what the action did, then settle it");
		return 0;
	}
	return 0;
}

static void on_look(uv_timer_t *timer);

/* The other side is gone, or said why it goes. */
static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct sw_attempt *attempt = poll->data;
	char said[SW_SAID_MAX];
	ssize_t n;
	(void)events;
	/* All of it: libuv calls once when the other side went without having
	 * read our word. */
	for (;;) {
		n = recv(attempt->fd, said, sizeof said - 1, MSG_DONTWAIT);
		if (n > 0) {
			said[n] = '\0';
			memcpy(attempt->said, said, (size_t)n + 1);
		} else if (n == 0 || errno != EINTR) {
			break;
		}
	}
	if (n < 0 && errno == EAGAIN && status == 0)
		return;
	uv_poll_stop(poll);
	on_look(&attempt->timer);
}

/* An adopted supervisor has ended. */
static void
on_exited(uv_poll_t *poll, int status, int events)
{
	struct sw_attempt *attempt = poll->data;
	(void)status;
	(void)events;
	uv_poll_stop(poll);
	on_look(&attempt->timer);
}

static int
follow(struct sw_attempt *attempt, uv_poll_cb callback)
{
	const int rc =
	    uv_poll_init(attempt->timer.loop, &attempt->poll, attempt->fd);
	if (rc != 0)
		return rc;
	attempt->poll.data = attempt;
	attempt->handles++;
	return uv_poll_start(&attempt->poll, UV_READABLE, callback);
}

static struct sw_attempt *
new_attempt(uv_loop_t *loop, const char *dir, sw_attempt_end_fn end,
    void *payload, struct sw_error *err)
{
	struct sw_attempt *attempt = calloc(1, sizeof *attempt);
	char *copy = strdup(dir);
	if (!attempt || !copy) {
		sw__error_errno(err, "cannot begin an attempt");
		free(attempt);
		free(copy);
		return NULL;
	}
	attempt->fd = -1;
	attempt->dir = copy;
	attempt->end = end;
	attempt->payload = payload;
	uv_timer_init(loop, &attempt->timer);
	attempt->timer.data = attempt;
	attempt->handles = 1;
	return attempt;
}

/*
 * DIR and DIR/gate-BOOT, locked; its descriptor, or -1. DIR may be there if
 * the gate is: then the attempt is launched again.
 */
static int
make_dir(const char *dir, const char *boot, struct sw_error *err)
{
	char path[PATH_MAX];
	char name[SW_ATTEMPT_NAME_MAX];
	snprintf(name, sizeof name, "gate-%s", boot);
	if (path_of(path, dir, name) != 0) {
		sw__error(err, SW_ERROR_LIMIT,
		    "the path '%s' is too long; use a shorter state directory",
		    dir);
		return -1;
	}
	const bool is_new = mkdir(dir, 0700) == 0;
	if (!is_new && (errno != EEXIST || access(path, F_OK) != 0)) {
		errno = errno == ENOENT ? EEXIST : errno;
		sw__error_errno(err, "cannot make '%s'", dir);
		return -1;
	}
	const int fd = open(
	    path, O_RDWR | (is_new ? O_CREAT | O_EXCL : 0) | O_CLOEXEC, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	sw__error_errno(err, "cannot make '%s'", path);
	if (fd >= 0)
		close(fd);
	if (is_new)
		sw__remove_tree(AT_FDCWD, dir);
	return -1;
}

/* The spec with the paths below DIR filled in; they outlive the fork. */
struct places {
	char workspace[PATH_MAX];
	char variables[PATH_MAX];
	char reason[PATH_MAX];
	char home[PATH_MAX];
};

static struct sw_attempt_spec
complete(const struct sw_attempt_spec *spec, struct places *places)
{
	struct sw_attempt_spec full = *spec;
	path_of(places->workspace, spec->dir, "workspace");
	path_of(places->variables, spec->dir, "variables");
	path_of(places->reason, spec->dir, "reason");
	const char *home = getenv("HOME");
	snprintf(places->home, sizeof places->home, "%s", home ? home : "");
	full.home = places->home;
	full.job.workspace = places->workspace;
	full.job.variables_file = places->variables;
	full.job.reason_file = places->reason;
	full.job.input =
	    spec->inputs && spec->inputs->name ? spec->inputs->hash : NULL;
	return full;
}

/* Forks the supervisor; signals are blocked so that no handler of the engine
 * ever runs in it. Returns its pid, or -1. */
static pid_t
fork_supervisor(
    const struct sw_attempt_spec *spec, int gate, int file, const char *boot)
{
	struct places places;
	const struct sw_attempt_spec full = complete(spec, &places);
	sigset_t all;
	sigset_t before;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	const pid_t pid = fork();
	if (pid == 0)
		sw__supervisor_run(&full, gate, file, boot);
	const int saved = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = saved;
	return pid;
}

int
sw__attempt_launch(struct sw_attempt **out, uv_loop_t *loop,
    const struct sw_attempt_spec *spec, sw_attempt_end_fn end, void *payload,
    struct sw_error *err)
{
	assert(spec->dir[0] == '/' && spec->deadline_ms > 0);
	int ends[2] = { -1, -1 };
	int rc = 0;
	char boot[SW_BOOT_ID_MAX];
	sw__standing_boot(boot);
	const int file = make_dir(spec->dir, boot, err);
	if (file < 0)
		return err->code;
	struct sw_attempt *attempt =
	    new_attempt(loop, spec->dir, end, payload, err);
	if (!attempt) {
		rc = err->code;
	} else if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) !=
		   0) {
		rc = sw__error_errno(err, "cannot make the gate of an attempt");
	} else {
		attempt->fd = ends[0];
		attempt->pid = fork_supervisor(spec, ends[1], file, boot);
		if (attempt->pid < 0)
			rc = sw__error_errno(err, "cannot fork a supervisor");
		else if (follow(attempt, on_readable) != 0)
			rc = sw__error(
			    err, SW_ERROR_SYSTEM, "cannot follow an attempt");
	}
	if (ends[1] >= 0)
		close(ends[1]);
	close(file);
	if (rc != 0) {
		if (attempt)
			release(attempt);
		sw__remove_tree(AT_FDCWD, spec->dir);
		return rc;
	}
	*out = attempt;
	return 0;
}

void
sw__attempt_release(struct sw_attempt *attempt)
{
	const char go = SW_ORDER_GO;
	assert(attempt->pid > 0 && !attempt->is_released);
	attempt->is_released = true;
	/* If nobody is there any more, on_readable hears of it; a word that
	 * cannot be sent must not keep it waiting. */
	if (send(attempt->fd, &go, 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
		shutdown(attempt->fd, SHUT_WR);
}

void
sw__attempt_stop_at(const char *dir)
{
	const int fd = sw__standing_supervisor(dir);
	if (fd < 0)
		return;
	pidfd_send_signal(fd, SW_SIGNAL_STOP, NULL, 0);
	close(fd);
}

void
sw__attempt_stop(struct sw_attempt *attempt)
{
	attempt->is_stop_wanted = true;
	/* A child that was not waited for keeps its pid. */
	if (attempt->pid > 0 && !attempt->is_dead)
		kill(attempt->pid, SW_SIGNAL_STOP);
	else if (attempt->pid == 0 && attempt->fd >= 0)
		pidfd_send_signal(attempt->fd, SW_SIGNAL_STOP, NULL, 0);
	else if (attempt->pid == 0)
		/* Not followed yet, and perhaps never: the loop may not run. */
		sw__attempt_stop_at(attempt->dir);
}

void
sw__attempt_detach(struct sw_attempt *attempt)
{
	release(attempt);
}

/* Follows a supervisor that was seen alive. */
static int
follow_supervisor(struct sw_attempt *attempt)
{
	attempt->fd = sw__standing_supervisor(attempt->dir);
	if (attempt->fd < 0)
		return -1;
	if (follow(attempt, on_exited) == 0)
		return 0;
	if (attempt->handles == 1) {
		close(attempt->fd);
		attempt->fd = -1;
	}
	return -1;
}

/* Over, or running and then followed, or neither: looks again soon. */
static void
on_look(uv_timer_t *timer)
{
	struct sw_attempt *attempt = timer->data;
	if (attempt->pid > 0 && !attempt->is_dead &&
	    waitpid(attempt->pid, NULL, WNOHANG) == attempt->pid)
		attempt->is_dead = true;
	uint64_t again_ms = conclude(attempt);
	if (again_ms == 0)
		return;
	if (attempt->unseen == 0 && attempt->handles == 1 &&
	    follow_supervisor(attempt) == 0 && attempt->is_stop_wanted)
		sw__attempt_stop(attempt);
	if (attempt->unseen == 0 && attempt->handles == 2 &&
	    uv_is_active((uv_handle_t *)&attempt->poll))
		again_ms = SWEEP_MS;
	uv_timer_start(&attempt->timer, on_look, again_ms, 0);
}

int
sw__attempt_adopt(struct sw_attempt **out, uv_loop_t *loop, const char *dir,
    sw_attempt_end_fn end, void *payload, struct sw_error *err)
{
	struct sw_attempt *attempt = new_attempt(loop, dir, end, payload, err);
	if (!attempt)
		return err->code;
	uv_timer_start(&attempt->timer, on_look, 0, 0);
	*out = attempt;
	return 0;
}
