/*
 * Reads a value from a descriptor, the environment, a file or a command.
 * Input: a place; output: bytes in locked memory. Waits, but for a bounded
 * time, so it is for a process that may wait.
 */
#define _GNU_SOURCE
#include "fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "vault.h"

/* Room for one byte too many, and a NUL. */
#define ROOM (SW_SECRET_MAX + 4)

static const char *const prefixes[] = {
	[SW_SECRET_FD] = "fd:",
	[SW_SECRET_ENV] = "env:",
	[SW_SECRET_FILE] = "file:",
	[SW_SECRET_COMMAND] = "command:",
};

bool
sw__secret_place(struct sw_secret_place *out, const char *text, const char *dir)
{
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		const size_t n = strlen(prefixes[i]);
		if (strncmp(text, prefixes[i], n) != 0 || text[n] == '\0')
			continue;
		*out = (struct sw_secret_place){ (enum sw_secret_kind)i,
			text + n, dir };
		return true;
	}
	return false;
}

void
sw__secret_wipe(struct sw_secret_value *value)
{
	/* Const for all others: it is ours. */
	char *bytes;
	memcpy(&bytes, &value->bytes, sizeof bytes);
	if (bytes != NULL)
		(void)sodium_munlock(bytes, value->size + 1);
	free(bytes);
	value->bytes = NULL;
	value->size = 0;
}

/* A place for `size` bytes and a NUL. */
static char *
locked(size_t size)
{
	char *bytes = calloc(1, size + 1);
	if (bytes != NULL)
		(void)sodium_mlock(bytes, size + 1);
	return bytes;
}

/* What was read, if it can be a secret. */
static int
keep(struct sw_secret_value *out, const char *name, const char *bytes, size_t n,
    struct sw_error *err)
{
	if (n > 0 && bytes[n - 1] == '\n')
		n--;
	if (n > 0 && bytes[n - 1] == '\r')
		n--;
	if (n == 0)
		return sw__error(
		    err, SW_ERROR_REFUSED, "the secret '%s' is empty", name);
	if (n > SW_SECRET_MAX)
		return sw__error(err, SW_ERROR_LIMIT,
		    "the secret '%s' has more than %d bytes", name,
		    SW_SECRET_MAX);
	if (memchr(bytes, '\0', n) != NULL)
		return sw__error(err, SW_ERROR_REFUSED,
		    "the secret '%s' has a NUL byte in it, which no "
		    "environment variable can have; give it in base64",
		    name);
	char *copy = locked(n);
	if (copy == NULL)
		return sw__error_errno(
		    err, "cannot keep the secret '%s'", name);
	memcpy(copy, bytes, n);
	*out = (struct sw_secret_value){ name, copy, n };
	return 0;
}

static int64_t
now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for something to read; false: the time is over. */
static bool
is_readable(int fd, int64_t deadline_ms)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };
	for (;;) {
		const int64_t left = deadline_ms - now_ms();
		const int rc = left <= 0 ? 0 : poll(&one, 1, (int)left);
		if (rc > 0 || (rc < 0 && errno != EINTR))
			return true;
		if (rc == 0)
			return false;
	}
}

/* Up to ROOM bytes, to the end. -1: errno, ETIME if it was not there in time. */
static ssize_t
read_all(int fd, char *bytes, int64_t deadline_ms)
{
	size_t n = 0;
	while (n < ROOM) {
		if (!is_readable(fd, deadline_ms)) {
			errno = ETIME;
			return -1;
		}
		const ssize_t got = read(fd, bytes + n, ROOM - n);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

/* Reads, closes and keeps. */
static int
take(
    struct sw_secret_value *out, const char *name, int fd, struct sw_error *err)
{
	char *bytes = locked(ROOM);
	int rc;
	if (bytes == NULL) {
		rc = sw__error_errno(err, "cannot read the secret '%s'", name);
	} else {
		const ssize_t n =
		    read_all(fd, bytes, now_ms() + SW_SECRET_COMMAND_MS);
		rc = n < 0 ? sw__error_errno(
				 err, "cannot read the secret '%s'", name)
			   : keep(out, name, bytes, (size_t)n, err);
		(void)sodium_munlock(bytes, ROOM + 1);
	}
	free(bytes);
	close(fd);
	return rc;
}

static int
fetch_fd(struct sw_secret_value *out, const char *name,
    const struct sw_secret_place *place, struct sw_error *err)
{
	const char *where = place->where;
	char *end;
	errno = 0;
	const long fd = strtol(where, &end, 10);
	if (errno != 0 || *end != '\0' || fd < 0 || fd > 65535 ||
	    fcntl((int)fd, F_GETFD) < 0)
		return sw__error(err, SW_ERROR_USAGE,
		    "there is no open descriptor '%s' to read the secret '%s' "
		    "from; open it as in %s<file",
		    where, name, where);
	return take(out, name, (int)fd, err);
}

static int
fetch_env(struct sw_secret_value *out, const char *name,
    const struct sw_secret_place *place, struct sw_error *err)
{
	const char *where = place->where;
	const char *value = getenv(where);
	if (value == NULL)
		return sw__error(err, SW_ERROR_REFUSED,
		    "the environment has no variable '%s' for the secret '%s'",
		    where, name);
	return keep(out, name, value, strlen(value), err);
}

static int
fetch_file(struct sw_secret_value *out, const char *name,
    const struct sw_secret_place *place, struct sw_error *err)
{
	const char *where = place->where;
	struct stat info;
	char path[PATH_MAX];
	const int n = snprintf(path, sizeof path, "%s%s%s",
	    where[0] == '/' ? "" : place->dir, where[0] == '/' ? "" : "/",
	    where);
	if (n < 0 || (size_t)n >= sizeof path)
		return sw__error(err, SW_ERROR_LIMIT,
		    "the path of the secret '%s' is too long", name);
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &info) != 0) {
		sw__error_errno(
		    err, "cannot read the secret '%s' from '%s'", name, where);
	} else if (!S_ISREG(info.st_mode)) {
		sw__error(err, SW_ERROR_REFUSED,
		    "the secret '%s' cannot be read from '%s': it is no file",
		    name, where);
	} else if ((info.st_mode & 077) != 0) {
		sw__error(err, SW_ERROR_REFUSED,
		    "the secret '%s' is no secret: others can get at '%s' "
		    "(mode %04o); `chmod 600` it",
		    name, where, (unsigned)info.st_mode & 07777);
	} else if (info.st_uid != geteuid() && info.st_uid != 0) {
		sw__error(err, SW_ERROR_REFUSED,
		    "the secret '%s' is another user's: '%s' belongs to user "
		    "%u; `chown` it",
		    name, where, (unsigned)info.st_uid);
	} else {
		return take(out, name, fd, err);
	}
	if (fd >= 0)
		close(fd);
	return err->code;
}

/* Starts a line for sh that writes into a pipe and has nothing else of ours;
 * -1 with errno. */
static pid_t
spawn(const struct sw_secret_place *place, int output)
{
	static char sh[] = "sh";
	static char option[] = "-c";
	char *copy = strdup(place->where);
	char *argv[] = { sh, option, copy, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none;
	pid_t pid = -1;
	int rc = copy == NULL ? ENOMEM : posix_spawn_file_actions_init(&files);
	if (rc != 0) {
		free(copy);
		errno = rc;
		return -1;
	}
	sigemptyset(&none);
	posix_spawnattr_init(&how);
	rc = posix_spawn_file_actions_addopen(
	    &files, 0, "/dev/null", O_RDONLY, 0);
	rc |= posix_spawn_file_actions_addchdir_np(&files, place->dir);
	rc |= posix_spawn_file_actions_adddup2(&files, output, 1);
	rc |= posix_spawn_file_actions_addopen(
	    &files, 2, "/dev/null", O_WRONLY, 0);
	rc |= posix_spawn_file_actions_addclosefrom_np(&files, 3);
	rc |= posix_spawnattr_setsigmask(&how, &none);
	rc |= posix_spawnattr_setpgroup(&how, 0);
	rc |= posix_spawnattr_setflags(
	    &how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	if (rc == 0)
		rc = posix_spawn(&pid, "/bin/sh", &files, &how, argv, environ);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	free(copy);
	errno = rc;
	return rc == 0 ? pid : -1;
}

static int
judge(int status, const char *name, struct sw_error *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status))
		return sw__error(err, SW_ERROR_REFUSED,
		    "the command of the secret '%s' exited with status %d",
		    name, WEXITSTATUS(status));
	return sw__error(err, SW_ERROR_REFUSED,
	    "the command of the secret '%s' was ended by signal %d", name,
	    WTERMSIG(status));
}

/* Its end, which it has until the deadline for. */
static int
wait_for(pid_t pid, int64_t deadline_ms, const char *name, struct sw_error *err)
{
	int status = 0;
	for (;;) {
		const pid_t got = waitpid(pid, &status, WNOHANG);
		if (got == pid)
			return judge(status, name, err);
		if (got < 0 && errno != EINTR)
			return sw__error_errno(err,
			    "cannot wait for the command of the secret '%s'",
			    name);
		if (now_ms() >= deadline_ms)
			break;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return sw__error(err, SW_ERROR_REFUSED,
	    "the command of the secret '%s' did not end within %d s", name,
	    SW_SECRET_COMMAND_MS / 1000);
}

static int
fetch_command(struct sw_secret_value *out, const char *name,
    const struct sw_secret_place *place, struct sw_error *err)
{
	int ends[2];
	const int64_t deadline_ms = now_ms() + SW_SECRET_COMMAND_MS;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return sw__error_errno(
		    err, "cannot run the command of the secret '%s'", name);
	const pid_t pid = spawn(place, ends[1]);
	const int why = errno;
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		errno = why;
		return sw__error_errno(
		    err, "cannot run the command of the secret '%s'", name);
	}
	struct sw_error first;
	struct sw_secret_value value = { 0 };
	const int rc = take(&value, name, ends[0], &first);
	/* How it ended says more than what was read, unless it was ended by
	 * our reading no further. */
	if (wait_for(pid, deadline_ms, name, err) != 0 &&
	    rc != SW_ERROR_LIMIT) {
		sw__secret_wipe(&value);
		return err->code;
	}
	if (rc != 0) {
		*err = first;
		return rc;
	}
	*out = value;
	return 0;
}

int
sw__secret_fetch(struct sw_secret_value *out, const char *name,
    const struct sw_secret_place *place, struct sw_error *err)
{
	static int (*const fetches[])(struct sw_secret_value *, const char *,
	    const struct sw_secret_place *, struct sw_error *) = {
		[SW_SECRET_FD] = fetch_fd,
		[SW_SECRET_ENV] = fetch_env,
		[SW_SECRET_FILE] = fetch_file,
		[SW_SECRET_COMMAND] = fetch_command,
	};
	return fetches[place->kind](out, name, place, err);
}

void
sw__secret_forget(const struct sw_secret_place *place)
{
	char *value =
	    place->kind == SW_SECRET_ENV ? getenv(place->where) : NULL;
	if (value == NULL)
		return;
	sodium_memzero(value, strlen(value));
	unsetenv(place->where);
}
