/*
 * Sandboxes. Input: an action's row and its attempt's directory; output: a
 * process with fewer rights, and the line of bwrap(1) that takes away more.
 *
 * The state directory, its attempts/ and DIR are opened to be passed through
 * (0711) the first time that an attempt has a user of its own: it has to reach
 * its workspace. What is in them is 0600 or 0700, or has a user of its own.
 */
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Between the signal that says that its time is over and the one that ends it. */
#define CPU_GRACE_S 5
/* Arguments of bwrap. */
#define WORDS_MAX 96
/* Descriptors of a walk through a workspace. */
#define WALK_FILES 32

static int
bound(unsigned resource, uint64_t soft, uint64_t hard)
{
	struct rlimit limit;
	if (soft == 0)
		return 0;
	if (getrlimit(resource, &limit) != 0)
		return -1;
	if (hard < limit.rlim_max)
		limit.rlim_max = hard;
	limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
	return setrlimit(resource, &limit);
}

static int
set_limits(const struct sw_limits *limits, bool is_counted)
{
	const uint64_t cpu_s = (limits->cpu_time_ms + 999) / 1000;
	int rc = bound(RLIMIT_AS, limits->memory, limits->memory);
	rc |= bound(RLIMIT_FSIZE, limits->file_size, limits->file_size);
	rc |= bound(RLIMIT_NOFILE, limits->open_files, limits->open_files);
	rc |= bound(RLIMIT_CPU, cpu_s, cpu_s + CPU_GRACE_S);
	if (!is_counted)
		rc |= bound(RLIMIT_NPROC, limits->processes, limits->processes);
	return rc;
}

/* A file that the action writes to, though it cannot make it. */
static int
make_file(const char *name, uid_t user)
{
	const int fd =
	    open(name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	const int rc = fd >= 0 && user != 0 ? fchown(fd, user, user) : 0;
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : rc;
}

static int
give_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	/* Whoever owns tmp owns all that is placed beside it. */
	struct stat owner;
	return stat("tmp", &owner) != 0 ||
	       lchown(path, owner.st_uid, owner.st_gid) != 0;
}

/* DIR, the process's directory, is made the user's as far as it has to be. */
static int
give(const struct sw_attempt_spec *spec, uid_t user)
{
	char attempts[PATH_MAX];
	const char *state = spec->job.state_dir;
	const int n = snprintf(attempts, sizeof attempts, "%s/attempts", state);
	if (n < 0 || n >= PATH_MAX)
		return -1;
	if (chown("tmp", user, user) != 0 || chmod("tmp", 0700) != 0 ||
	    nftw("workspace", give_one, WALK_FILES, FTW_PHYS) != 0 ||
	    chmod("workspace", 0700) != 0 || chmod(".", 0711) != 0)
		return -1;
	/* Not there in tests of attempts alone. */
	(void)!chmod(attempts, 0711);
	return chmod(state, 0711);
}

/* PR_SET_PDEATHSIG is gone with the user that set it. */
static int
become_user(uid_t user)
{
	const pid_t parent = getppid();
	if (setgroups(0, NULL) != 0 || setresgid(user, user, user) != 0 ||
	    setresuid(user, user, user) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return -1;
	if (getppid() != parent)
		_exit(1);
	return 0;
}

static int
enter_user(const struct sw_attempt_spec *spec, struct sw_error *err)
{
	struct stat st;
	if (stat(".", &st) != 0)
		return sw__error_errno(err, "cannot look at '%s'", spec->dir);
	const uid_t user =
	    SW_SANDBOX_USER_FIRST + (uid_t)(st.st_ino % SW_SANDBOX_USERS);
	if (give(spec, user) != 0 || make_file("variables", user) != 0 ||
	    make_file("reason", user) != 0)
		return sw__error_errno(
		    err, "cannot give the workspace to user %u", user);
	if (become_user(user) != 0)
		return sw__error_errno(
		    err, "cannot become user %u of the sandbox", user);
	if (access(spec->job.workspace, R_OK | W_OK | X_OK) != 0)
		return sw__error(err, SW_ERROR_SYSTEM,
		    "the sandbox's user %u cannot reach '%s'; use a state "
		    "directory that others can reach, such as one in /var/lib",
		    user, spec->job.workspace);
	return 0;
}

struct words {
	const char **items;
	size_t n;
};

static void
add(struct words *words, const char *a, const char *b, const char *c)
{
	const char *const given[] = { a, b, c };
	for (size_t i = 0; i < 3 && given[i]; i++)
		if (words->n < WORDS_MAX)
			words->items[words->n++] = given[i];
}

/* An empty folder in the place of one that is there. */
static void
hide(struct words *words, const char *path)
{
	struct stat st;
	if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
		add(words, "--tmpfs", path, NULL);
}

/* What the action has of its own is put back where it is outside. */
static void
show(struct words *words, const char *path)
{
	add(words, "--bind", path, path);
}

static const char *
find_bubblewrap(void)
{
	static const char *const places[] = { "/usr/bin/bwrap", "/bin/bwrap",
		"/usr/local/bin/bwrap" };
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	return NULL;
}

static int
wrap(const struct sw_attempt_spec *spec, const char *const **wrapper,
    struct sw_error *err)
{
	const struct sw_job *job = &spec->job;
	const char *program = find_bubblewrap();
	char *tmp = NULL;
	struct words words = { calloc(WORDS_MAX + 1, sizeof(char *)), 0 };
	if (!program)
		return sw__error(err, SW_ERROR_SYSTEM,
		    "sandbox 'bubblewrap' takes the program bwrap, which is "
		    "not installed; install the package 'bubblewrap'");
	if (!words.items || asprintf(&tmp, "%s/tmp", spec->dir) < 0)
		return sw__error_errno(err, "cannot make the sandbox");
	add(&words, program, "--unshare-user", "--unshare-ipc");
	add(&words, "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try");
	if (!job->pipeline->work[job->action].network)
		add(&words, "--unshare-net", NULL, NULL);
	add(&words, "--ro-bind", "/", "/");
	add(&words, "--dev", "/dev", NULL);
	add(&words, "--proc", "/proc", NULL);
	hide(&words, "/home");
	hide(&words, "/root");
	hide(&words, "/run");
	/* Where names are looked up may be said there: resolved.service(8). */
	add(&words, "--ro-bind-try", "/run/systemd/resolve",
	    "/run/systemd/resolve");
	add(&words, "--bind", tmp, "/tmp");
	add(&words, "--bind", tmp, "/var/tmp");
	if (strcmp(spec->home, "/") != 0)
		hide(&words, spec->home);
	add(&words, "--tmpfs", job->state_dir, NULL);
	show(&words, job->workspace);
	show(&words, tmp);
	show(&words, job->variables_file);
	show(&words, job->reason_file);
	add(&words, "--chdir", job->workspace, "--");
	*wrapper = words.items;
	return 0;
}

static int
confine(const struct sw_attempt_spec *spec, enum sw_sandbox sandbox,
    const char *const **wrapper, struct sw_error *err)
{
	const bool is_root = geteuid() == 0;
	if (sandbox == SW_SANDBOX_USER && !is_root)
		return sw__error(err, SW_ERROR_SYSTEM,
		    "sandbox 'user' takes root; run the pipeline as root, or "
		    "use sandbox 'bubblewrap'");
	if (!is_root &&
	    (make_file("variables", 0) != 0 || make_file("reason", 0) != 0))
		return sw__error_errno(err, "cannot make the sandbox");
	if (is_root && enter_user(spec, err) != 0)
		return err->code;
	return sandbox == SW_SANDBOX_BUBBLEWRAP ? wrap(spec, wrapper, err) : 0;
}

int
sw__sandbox_enter(const struct sw_attempt_spec *spec, bool is_counted,
    const char *const **wrapper, struct sw_error *err)
{
	const struct sw_job *job = &spec->job;
	const struct sw_work *work = &job->pipeline->work[job->action];
	*wrapper = NULL;
	if (set_limits(&work->limits, is_counted) != 0)
		return sw__error_errno(err, "cannot set the limits");
	return work->sandbox == SW_SANDBOX_NONE
		   ? 0
		   : confine(spec, work->sandbox, wrapper, err);
}
