/*
 * The parent of an action. It forks the child that does the work, which gets
 * ready, waits at the gate for the engine's word, and then sets the marker
 * that says "from here on it may have run". The supervisor drains its output
 * and ends its whole tree when its time is over or it is told to; what that
 * amounts to is conclusion.c's. It needs the engine for nothing.
 *
 * That the child waits, and not the supervisor, makes an attempt faster: it
 * gets ready while the engine writes its journal.
 *
 * The lock, the marker and the result are one file, which is renamed from
 * gate- to exec- to result: creating files is most of what an attempt costs.
 */
#define _GNU_SOURCE
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "action.h"
#include "process.h"
#include "secret/vault.h"
#include "supervisor_part.h"

/* What processes left behind by an action get to end by themselves. */
#define LEFTOVER_MS 50
/* Between two sweeps with KILL, and the end of all sweeps: what is stuck in
 * the kernel then cannot be ended by anybody. */
#define SWEEP_MS 20
#define SWEEPS_MS 5000
/* Reads of output in one turn, so that orders are heard in a flood. */
#define READS_MAX 16

#define FULL_MS 1000

uint64_t
sw__supervisor_now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/*
 * Where reading ends at once. An empty root directory has no /dev/null; there
 * it is the end of a pipe that nobody writes to, and writing fails.
 */
static int
open_null(void)
{
	int ends[2];
	const int null = open("/dev/null", O_RDWR);
	if (null >= 0 || errno != ENOENT)
		return null;
	if (pipe(ends) != 0)
		return -1;
	close(ends[1]);
	return ends[0];
}

/*
 * Away from the engine: its terminal, its descriptors, its signal handlers
 * (which would write into its pipes). All signals stay blocked.
 */
static int
leave_engine(struct supervisor *s, int gate, int file)
{
	const int high_gate = fcntl(gate, F_DUPFD, 16);
	const int high_file = fcntl(file, F_DUPFD, 16);
	const int null = open_null();
	if (high_gate < 0 || high_file < 0 || null < 0)
		return -1;
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(null, fd) < 0)
			return -1;
	if (dup2(high_gate, 3) < 0 || dup2(high_file, 4) < 0 ||
	    close_range(5, ~0u, 0) != 0)
		return -1;
	s->gate = 3;
	s->file = 4;
	const struct sigaction by_default = { .sa_handler = SIG_DFL };
	for (int number = 1; number < NSIG; number++)
		sigaction(number, &by_default, NULL);
	setsid();
	prctl(PR_SET_NAME, "stagewright-sup", 0, 0, 0);
	sw__secret_hide();
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/* If there is one: the file says where, for an engine that finds us dead. */
static void
make_group(struct supervisor *s)
{
	const struct sw_job *job = &s->spec->job;
	s->group = sw__group_make(s->group_path, s->spec->dir,
	    job->pipeline->work[job->action].limits.processes, &s->is_counted);
	const size_t length = strlen(s->group_path);
	if (s->group >= 0 &&
	    pwrite(s->file, s->group_path, length, 0) != (ssize_t)length) {
		sw__group_remove(s->group, s->group_path);
		s->group = -1;
		s->is_counted = false;
	}
}

/* Everything that can fail before there is a child. */
static int
prepare(struct supervisor *s)
{
	int ends[2];
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SW_SIGNAL_STOP);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	s->passage = mmap(NULL, sizeof *s->passage, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->signals < 0 || s->passage == MAP_FAILED ||
	    pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	s->output = ends[0];
	s->input = ends[1];
	snprintf(
	    s->name, sizeof s->name, "exec-%s-%ld", s->boot, (long)getpid());
	make_group(s);
	return fcntl(s->output, F_SETFL, O_NONBLOCK);
}

void
sw__supervisor_say(const struct supervisor *s, const char *what)
{
	char text[SW_SAID_MAX];
	snprintf(text, sizeof text, "%s: %s", what, strerror(errno));
	send(s->gate, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/*
 * Waits for the engine's word and sets the marker. Without it (the engine is
 * dead, or the marker cannot be set) nothing is executed. The lock is kept
 * until then: that it is free says that nobody waits here any more.
 */
static void
pass_gate(const struct supervisor *s)
{
	char from[SW_ATTEMPT_NAME_MAX];
	char order;
	ssize_t n;
	do
		n = read(s->gate, &order, 1);
	while (n < 0 && errno == EINTR);
	snprintf(from, sizeof from, "gate-%s", s->boot);
	if (n != 1 || order != SW_ORDER_GO || rename(from, s->name) != 0)
		_exit(SW_EXIT_NOT_READY);
	atomic_store(&s->passage->at_ms, sw__supervisor_now_ms());
	close(s->gate);
	close(s->file);
}

static int
act(const struct supervisor *s)
{
	struct sw_error err;
	const int rc = sw__action_prepare(s->spec, &err);
	pass_gate(s);
	if (rc != 0)
		return sw__job_fail(
		    &s->spec->job, SW_EXIT_NOT_READY, "%s", err.text);
	return sw__action_perform(s->spec, s->is_counted);
}

/* The child: clean of all that is the supervisor's, then `body`. */
_Noreturn static void
be_child(const struct supervisor *s, pid_t parent,
    int (*body)(const struct supervisor *))
{
	sigset_t none;
	dup2(s->input, 1);
	dup2(s->input, 2);
	if (body != act) {
		close(s->gate);
		close(s->file);
	}
	close_range((unsigned)(s->file + 1), ~0u, 0);
	setsid();
	sw__process_mark(s->spec->dir);
	/* If the supervisor is killed nobody is left to end the action. */
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(SW_EXIT_NOT_READY);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_NAME, "stagewright-act", 0, 0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* What the engine had not written yet is not for this process. */
	__fpurge(stdout);
	__fpurge(stderr);
	const int status = body(s);
	/* Nobody is left to hear of an error. */
	(void)fflush(stdout);
	(void)fflush(stderr);
	_exit(status);
}

/* The log is made when there is something to be written in it. */
void
sw__supervisor_write(struct supervisor *s, const char *bytes, size_t n)
{
	if (s->log.fd < 0)
		s->log.fd = open("log", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	sw__log_write(&s->log, bytes, n);
}

static void
drain(struct supervisor *s, int reads)
{
	char buffer[65536];
	for (int i = 0; i < reads; i++) {
		const ssize_t n = read(s->output, buffer, sizeof buffer);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		sw__supervisor_log(s, buffer, (size_t)n);
	}
}

uint64_t
sw__supervisor_grace_ms(const struct supervisor *s)
{
	return s->spec->grace_ms > 0 ? s->spec->grace_ms : SW_GRACE_MS;
}

static void
begin_ending(struct supervisor *s, enum sw_ending why)
{
	if (s->ending != ENDING_NOT)
		return;
	s->ending = why;
	s->kill_ms = sw__supervisor_now_ms() + sw__supervisor_grace_ms(s);
	s->hopeless_ms = s->kill_ms + SWEEPS_MS;
	const size_t told = sw__process_signal_descendants(SIGTERM);
	/* Those that were halted must run to hear it. */
	sw__process_signal_descendants(SIGCONT);
	if (s->has_ended)
		s->leftovers = told;
}

/* Waits for whoever has ended: the child, and orphans of its tree. */
static void
reap(struct supervisor *s)
{
	for (;;) {
		int status;
		const pid_t pid = waitpid(-1, &status, WNOHANG);
		if (pid == 0)
			break;
		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0) {
			s->is_alone = errno == ECHILD;
			break;
		}
		if (pid == s->child) {
			s->has_ended = true;
			s->status = status;
			s->leftover_ms = sw__supervisor_now_ms() + LEFTOVER_MS;
		}
	}
}

/* Time counts from the gate on; a whole span is ahead while it waits there. */
static uint64_t
deadline_of(const struct supervisor *s, uint64_t now)
{
	const uint64_t start = atomic_load(&s->passage->at_ms);
	return (start ? start : now) + s->spec->deadline_ms;
}

static void
keep_time(struct supervisor *s)
{
	const uint64_t now = sw__supervisor_now_ms();
	if (s->ending == ENDING_NOT && s->has_ended && now >= s->leftover_ms)
		begin_ending(s, ENDING_LEFTOVER);
	else if (s->ending == ENDING_NOT && !s->has_ended &&
		 now >= deadline_of(s, now))
		begin_ending(s, ENDING_TIMED_OUT);
	if (s->ending == ENDING_NOT || now < s->kill_ms)
		return;
	sw__group_kill(s->group);
	/* Halted first, so that a fork bomb does not outrun the sweep. */
	sw__process_signal_descendants(SIGSTOP);
	sw__process_signal_descendants(SIGKILL);
	s->kill_ms = now + SWEEP_MS;
	s->is_hopeless = now >= s->hopeless_ms;
}

static int
next_timeout(const struct supervisor *s)
{
	const uint64_t now = sw__supervisor_now_ms();
	uint64_t at = deadline_of(s, now);
	if (s->ending != ENDING_NOT)
		at = s->kill_ms;
	else if (s->has_ended)
		at = s->leftover_ms;
	if (at <= now)
		return 0;
	return at - now > 60000 ? 60000 : (int)(at - now);
}

static void
obey(struct supervisor *s)
{
	if (s->told_ms == 0)
		s->told_ms = sw__supervisor_now_ms();
	if (!s->has_ended)
		begin_ending(s, ENDING_STOPPED);
}

static void
take_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;
	while (read(s->signals, &info, sizeof info) > 0)
		if (info.ssi_signo == SW_SIGNAL_STOP)
			obey(s);
}

/* One turn: waits for whatever comes first, and sees to it. */
static void
turn(struct supervisor *s)
{
	struct pollfd fds[] = {
		{ .fd = s->signals, .events = POLLIN },
		{ .fd = s->output, .events = POLLIN },
	};
	if (poll(fds, 2, next_timeout(s)) <= 0)
		return;
	if (fds[1].revents)
		drain(s, READS_MAX);
	if (fds[0].revents)
		take_signals(s);
}

void
sw__supervisor_listen(struct supervisor *s, int timeout_ms)
{
	struct pollfd signals = { .fd = s->signals, .events = POLLIN };
	if (poll(&signals, 1, timeout_ms) > 0)
		take_signals(s);
}

int
sw__supervise(struct supervisor *s, int (*body)(const struct supervisor *))
{
	const pid_t self = getpid();
	s->has_ended = false;
	s->is_alone = false;
	s->is_hopeless = false;
	s->ending = ENDING_NOT;
	/*
	 * Not fork(): libuv's handler for it (uv__signal_global_reinit) closes
	 * the descriptors that its signal pipe had in the engine, which are
	 * other files here, the log's pipe among them.
	 */
	s->child = sw__group_fork(s->group);
	if (s->child < 0)
		return -1;
	if (s->child == 0)
		be_child(s, self, body);
	while (!s->is_hopeless && !(s->has_ended && s->is_alone)) {
		turn(s);
		reap(s);
		keep_time(s);
	}
	/* Nobody of the tree is left to fill the pipe again. */
	drain(s, READS_MAX);
	sw__supervisor_flush(s);
	return 0;
}

static void
run(struct supervisor *s, struct sw_attempt_spec *spec)
{
	struct sw_error err;
	if (sw__supervisor_confide(s, spec, &err) != 0) {
		send(s->gate, err.text, strlen(err.text),
		    MSG_NOSIGNAL | MSG_DONTWAIT);
		return;
	}
	if (prepare(s) != 0 || sw__supervise(s, act) != 0)
		/* Nothing was executed and nothing will be. */
		sw__supervisor_say(s, "could not start");
	/* If nothing passed the gate, the file is called gate- for ever, which
	 * says it all. */
	else if (atomic_load(&s->passage->at_ms) != 0)
		sw__supervisor_conclude(s);
	sw__group_remove(s->group, s->group_path);
}

_Noreturn void
sw__supervisor_run(
    const struct sw_attempt_spec *spec, int gate, int file, const char *boot)
{
	struct sw_attempt_spec own = *spec;
	struct supervisor s = {
		.spec = &own,
		.gate = -1,
		.file = -1,
		.signals = -1,
		.output = -1,
		.input = -1,
		.group = -1,
		.boot = boot,
		.log = {
			.fd = -1,
			.head_max = SW_LOG_HEAD,
			.tail_max = SW_LOG_TAIL,
		},
	};
	if (chdir(spec->dir) == 0 && leave_engine(&s, gate, file) == 0)
		run(&s, &own);
	_exit(0);
}
