/*
 * Attempts from the engine's side: a supervisor is forked, released at its
 * gate, followed until it is gone, and its result read. An attempt of an
 * earlier engine is found again through its directory.
 *
 * What an attempt without its engine amounts to, tried from the top:
 *
 *   result  exec  lock held  same boot   it is
 *   ------  ----  ---------  ---------   -----------------------------------
 *   whole   -     -          -           over: taken as it stands
 *   -       yes   yes        yes         Running: DIR/ctl is connected to
 *   -       no    yes        yes         at its gate, which nobody holds open
 *                                        any more, or just past it: asked
 *                                        again until one of the others holds
 *   -       yes   no         -           Unknown: its supervisor is dead;
 *                                        leftovers are killed
 *   -       no    no         yes         NotStarted: proven
 *   -       no    no         no          Unknown
 *   torn    -     -          -           Unknown
 *   no directory                         Unknown
 *
 * Neither the marker nor the result is synced to the disk. A process that is
 * killed loses nothing of what it wrote: the kernel has it. Only a machine
 * that stops loses it, and then the boot id differs. So a missing marker is a
 * proof in the boot that the attempt was launched in, and none in another:
 * the marker may have been lost together with what it stood for. The price is
 * an Unknown where a synced marker would have proved NotStarted, for attempts
 * that were launched in the last seconds before a loss of power; what it
 * saves is two waits for the disk in every attempt. The same holds for a
 * missing directory. A lock is the kernel's and never outlives its holder; it
 * is taken before the fork, so there is no moment at which a supervisor lives
 * without it.
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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"
#include "removal.h"
#include "result.h"
#include "supervisor.h"

/* Between two looks at an attempt that is neither running nor over. */
#define LOOK_MS 10
#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define BOOT_ID_MAX 64

struct sw_attempt {
	uv_poll_t poll;   /* on fd; data is the attempt */
	uv_timer_t timer; /* adopted: looks again */
	int fd;           /* the gate, or a connection to DIR/ctl; -1: none */
	pid_t pid;        /* of our own supervisor; 0: an earlier engine's */
	bool is_released;
	bool is_stop_wanted;
	unsigned handles; /* open ones */
	char *dir;
	char said[256]; /* what the supervisor said at the gate */
	sw_attempt_end_fn end;
	void *payload;
};

/* What is known of an attempt's directory. */
enum standing {
	STANDING_OVER,
	STANDING_RUNNING, /* or about to: it holds the lock */
	STANDING_NOT_STARTED,
	STANDING_UNKNOWN
};

static int
path_of(char *out, const char *dir, const char *name)
{
	const int n = snprintf(out, PATH_MAX, "%s/%s", dir, name);
	return n > 0 && n < PATH_MAX ? 0 : -1;
}

static void
read_boot_id(char out[BOOT_ID_MAX])
{
	const int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, out, BOOT_ID_MAX - 1);
	if (fd >= 0)
		close(fd);
	out[n > 0 ? n : 0] = '\0';
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

static void
report(struct sw_attempt *attempt, const struct sw_result *result)
{
	attempt->end(attempt, result, attempt->payload);
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

/* Reads DIR/result. 0; SW_ERROR_SYSTEM with ENOENT if there is none. */
static int
read_result(const char *dir, struct sw_result_store *out, struct sw_error *err)
{
	char path[PATH_MAX];
	char *bytes;
	size_t size;
	if (path_of(path, dir, "result") != 0)
		return sw__error(err, SW_ERROR_LIMIT, "'%s' is too long", dir);
	const int rc =
	    sw__result_slurp(&bytes, &size, path, SW_RESULT_MAX, err);
	return rc != 0 ? rc : sw__result_decode(out, bytes, size, err);
}

static bool
has_file(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	return path_of(path, dir, name) == 0 && lstat(path, &st) == 0;
}

/* Is the lock held, and was it made in this boot? */
static void
look_at_lock(const char *dir, bool *is_held, bool *is_same_boot)
{
	char path[PATH_MAX];
	char then[BOOT_ID_MAX];
	char now[BOOT_ID_MAX];
	*is_held = false;
	*is_same_boot = false;
	if (path_of(path, dir, "lock") != 0)
		return;
	const int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	*is_held = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	const ssize_t n = read(fd, then, sizeof then - 1);
	then[n > 0 ? n : 0] = '\0';
	read_boot_id(now);
	*is_same_boot = now[0] != '\0' && strcmp(then, now) == 0;
	close(fd);
}

/*
 * The table above. The lock is looked at first: once it is free nothing
 * changes any more, so what is read after that is final.
 */
static enum standing
look(const char *dir, struct sw_result_store *result)
{
	struct sw_error err;
	bool is_held;
	bool is_same_boot;
	look_at_lock(dir, &is_held, &is_same_boot);
	const int rc = read_result(dir, result, &err);
	if (rc == 0)
		return STANDING_OVER;
	if (rc != SW_ERROR_SYSTEM || errno != ENOENT)
		return STANDING_UNKNOWN;
	if (is_held)
		return STANDING_RUNNING;
	if (has_file(dir, "exec") || !is_same_boot)
		return STANDING_UNKNOWN;
	return STANDING_NOT_STARTED;
}

/* The processes of an attempt whose supervisor is dead: a variable of their
 * environment has its directory in it. */
static void
kill_leftovers(const char *dir)
{
	char mark[PATH_MAX + 64];
	snprintf(mark, sizeof mark, "STAGEWRIGHT_VARIABLES=%s/variables", dir);
	sw__process_kill_marked(mark);
}

/* Looks, and reports what is final. False: it is running. */
static bool
conclude(struct sw_attempt *attempt)
{
	struct sw_result_store store;
	switch (look(attempt->dir, &store)) {
	case STANDING_OVER:
		report(attempt, &store.result);
		sw__result_release(&store);
		return true;
	case STANDING_RUNNING:
		return false;
	case STANDING_NOT_STARTED:
		report_without_result(attempt, SW_OUTCOME_NOT_STARTED,
		    attempt->said[0] ? attempt->said : "nothing was executed");
		return true;
	case STANDING_UNKNOWN:
		kill_leftovers(attempt->dir);
		report_without_result(attempt, SW_OUTCOME_UNKNOWN,
		    "its supervisor ended without a word: nobody can know "
		    "what the action did");
		return true;
	}
	return false;
}

static void on_look(uv_timer_t *timer);

/* The other side is gone, or said why it goes. */
static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct sw_attempt *attempt = poll->data;
	(void)status;
	(void)events;
	ssize_t n = recv(
	    attempt->fd, attempt->said, sizeof attempt->said - 1, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		attempt->said[n] = '\0';
		return;
	}
	uv_poll_stop(poll);
	/* Its descriptors are closed, so it is in its last instructions. */
	if (attempt->pid > 0)
		while (waitpid(attempt->pid, NULL, 0) < 0 && errno == EINTR)
			;
	if (!conclude(attempt))
		uv_timer_start(&attempt->timer, on_look, LOOK_MS, 0);
}

static int
follow(struct sw_attempt *attempt)
{
	const int rc =
	    uv_poll_init(attempt->timer.loop, &attempt->poll, attempt->fd);
	if (rc != 0)
		return rc;
	attempt->poll.data = attempt;
	attempt->handles++;
	return uv_poll_start(
	    &attempt->poll, UV_READABLE | UV_DISCONNECT, on_readable);
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

/* DIR and DIR/lock, locked; its descriptor, or -1. */
static int
make_dir(const char *dir, struct sw_error *err)
{
	char path[PATH_MAX];
	char boot[BOOT_ID_MAX];
	if (path_of(path, dir, "workspace") != 0 ||
	    path_of(path, dir, "lock") != 0) {
		sw__error(err, SW_ERROR_LIMIT,
		    "the path '%s' is too long; use a shorter state directory",
		    dir);
		return -1;
	}
	if (mkdir(dir, 0700) != 0) {
		sw__error_errno(err, "cannot make '%s'", dir);
		return -1;
	}
	const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		sw__error_errno(err, "cannot make '%s'", path);
		return -1;
	}
	read_boot_id(boot);
	const size_t size = strlen(boot);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 ||
	    write(fd, boot, size) != (ssize_t)size) {
		sw__error_errno(err, "cannot lock '%s'", path);
		close(fd);
		return -1;
	}
	return fd;
}

/* The spec with the paths below DIR filled in; they outlive the fork. */
struct places {
	char workspace[PATH_MAX];
	char variables[PATH_MAX];
	char reason[PATH_MAX];
};

static struct sw_attempt_spec
complete(const struct sw_attempt_spec *spec, struct places *places)
{
	struct sw_attempt_spec full = *spec;
	path_of(places->workspace, spec->dir, "workspace");
	path_of(places->variables, spec->dir, "variables");
	path_of(places->reason, spec->dir, "reason");
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
fork_supervisor(const struct sw_attempt_spec *spec, int gate, int lock)
{
	struct places places;
	const struct sw_attempt_spec full = complete(spec, &places);
	sigset_t all;
	sigset_t before;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	const pid_t pid = fork();
	if (pid == 0)
		sw__supervisor_run(&full, gate, lock);
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
	const int lock = make_dir(spec->dir, err);
	if (lock < 0)
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
		attempt->pid = fork_supervisor(spec, ends[1], lock);
		if (attempt->pid < 0)
			rc = sw__error_errno(err, "cannot fork a supervisor");
		else if (follow(attempt) != 0)
			rc = sw__error(
			    err, SW_ERROR_SYSTEM, "cannot follow an attempt");
	}
	if (ends[1] >= 0)
		close(ends[1]);
	close(lock);
	if (rc != 0) {
		if (attempt)
			release(attempt);
		sw__remove_tree(AT_FDCWD, spec->dir);
		return rc;
	}
	*out = attempt;
	return 0;
}

static void
order(struct sw_attempt *attempt, char what)
{
	if (attempt->fd < 0)
		return;
	/* A supervisor that is gone is heard of in on_readable. */
	(void)!send(attempt->fd, &what, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void
sw__attempt_release(struct sw_attempt *attempt)
{
	assert(attempt->pid > 0 && !attempt->is_released);
	attempt->is_released = true;
	order(attempt, SW_ORDER_GO);
}

void
sw__attempt_stop(struct sw_attempt *attempt)
{
	attempt->is_stop_wanted = true;
	order(attempt, SW_ORDER_STOP);
}

void
sw__attempt_detach(struct sw_attempt *attempt)
{
	release(attempt);
}

/* Through the folder's descriptor: sun_path is shorter than many paths. */
static int
connect_to(const char *dir)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int folder = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return -1;
	snprintf(address.sun_path, sizeof address.sun_path,
	    "/proc/self/fd/%d/ctl", folder);
	const int fd =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int rc = fd < 0 ? -1
			      : connect(fd, (const struct sockaddr *)&address,
				    sizeof address);
	close(folder);
	if (rc != 0 && fd >= 0)
		close(fd);
	return rc == 0 ? fd : -1;
}

/* Over, or running and then followed, or neither: looks again soon. */
static void
on_look(uv_timer_t *timer)
{
	struct sw_attempt *attempt = timer->data;
	if (conclude(attempt))
		return;
	if (attempt->handles == 1) {
		attempt->fd = connect_to(attempt->dir);
		if (attempt->fd >= 0 && follow(attempt) == 0) {
			if (attempt->is_stop_wanted)
				order(attempt, SW_ORDER_STOP);
			return;
		}
		if (attempt->fd >= 0 && attempt->handles == 1) {
			close(attempt->fd);
			attempt->fd = -1;
		}
	}
	uv_timer_start(&attempt->timer, on_look, LOOK_MS, 0);
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
