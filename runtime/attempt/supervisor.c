/*
 * The parent of an action. It forks the child that does the work, which gets
 * ready, waits at the gate for the engine's word, and then sets the marker
 * that says "from here on it may have run". The supervisor drains its output,
 * ends its whole tree when its time is over or it is told to, collects what
 * it made and writes how it ended. It needs the engine for nothing.
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
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "action.h"
#include "log.h"
#include "outputs.h"
#include "process.h"
#include "reason.h"
#include "result.h"
#include "store/removal.h"

/* What processes left behind by an action get to end by themselves. */
#define LEFTOVER_MS 50
/* Between two sweeps with KILL, and the end of all sweeps: what is stuck in
 * the kernel then cannot be ended by anybody. */
#define SWEEP_MS 20
#define SWEEPS_MS 5000
/* Reads of output in one turn, so that orders are heard in a flood. */
#define READS_MAX 16
/* Between two tries to write a result on a full disk. */
#define FULL_MS 1000

enum ending {
	ENDING_NOT,
	ENDING_LEFTOVER, /* the action has ended, some of its tree has not */
	ENDING_TIMED_OUT,
	ENDING_STOPPED
};

/* Shared with the child that waits at the gate. */
struct passage {
	/* When it went through, as now_ms(); 0: it is still waiting, and
	 * nothing has been executed. */
	_Atomic uint64_t at_ms;
};

struct supervisor {
	const struct sw_attempt_spec *spec;
	int gate;    /* to the engine that launched it */
	int file;    /* gate-, exec-, result; locked */
	int signals; /* signalfd of SIGCHLD and SW_SIGNAL_STOP */
	int output;  /* pipe from the action, and its other end */
	int input;
	const char *boot;
	char name[SW_ATTEMPT_NAME_MAX]; /* of the file, as it is now */
	struct sw_log log;
	struct passage *passage;

	/* The child at work and its tree. */
	pid_t child;
	bool has_ended;
	int status; /* of waitpid */
	bool is_alone;
	enum ending ending;
	bool is_hopeless;
	uint64_t leftover_ms; /* when leftovers are ended */
	uint64_t kill_ms;     /* when the next KILL is due */
	uint64_t hopeless_ms; /* when sweeps end */
	size_t leftovers;

	bool is_told_to_stop;
	char reason[SW_REASON_MAX];
};

/* Time goes on while the machine is suspended: deadlines mean it. */
static uint64_t
now_ms(void)
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
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
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
	return fcntl(s->output, F_SETFL, O_NONBLOCK);
}

/* Nothing was executed and nothing will be: the engine hears why. */
static void
give_up(const struct supervisor *s)
{
	char text[256];
	const int n =
	    snprintf(text, sizeof text, "could not start: %s", strerror(errno));
	send(s->gate, text, (size_t)n, MSG_NOSIGNAL);
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
	atomic_store(&s->passage->at_ms, now_ms());
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
	return sw__action_perform(s->spec);
}

static int
store_outputs(const struct supervisor *s)
{
	return sw__action_collect(s->spec);
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
static void
write_log(struct supervisor *s, const char *bytes, size_t n)
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
		write_log(s, buffer, (size_t)n);
	}
}

static void
begin_ending(struct supervisor *s, enum ending why)
{
	if (s->ending != ENDING_NOT)
		return;
	const uint64_t grace =
	    s->spec->grace_ms > 0 ? s->spec->grace_ms : SW_GRACE_MS;
	s->ending = why;
	s->kill_ms = now_ms() + grace;
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
		if (pid < 0) {
			s->is_alone = errno == ECHILD;
			break;
		}
		if (pid == s->child) {
			s->has_ended = true;
			s->status = status;
			s->leftover_ms = now_ms() + LEFTOVER_MS;
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
	const uint64_t now = now_ms();
	if (s->ending == ENDING_NOT && s->has_ended && now >= s->leftover_ms)
		begin_ending(s, ENDING_LEFTOVER);
	else if (s->ending == ENDING_NOT && !s->has_ended &&
		 now >= deadline_of(s, now))
		begin_ending(s, ENDING_TIMED_OUT);
	if (s->ending == ENDING_NOT || now < s->kill_ms)
		return;
	/* Halted first, so that a fork bomb does not outrun the sweep. */
	sw__process_signal_descendants(SIGSTOP);
	sw__process_signal_descendants(SIGKILL);
	s->kill_ms = now + SWEEP_MS;
	s->is_hopeless = now >= s->hopeless_ms;
}

static int
next_timeout(const struct supervisor *s)
{
	const uint64_t now = now_ms();
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
	s->is_told_to_stop = true;
	if (!s->has_ended)
		begin_ending(s, ENDING_STOPPED);
}

/* One turn: waits for whatever comes first, and sees to it. */
static void
turn(struct supervisor *s)
{
	struct pollfd fds[] = {
		{ .fd = s->signals, .events = POLLIN },
		{ .fd = s->output, .events = POLLIN },
	};
	struct signalfd_siginfo info;
	if (poll(fds, 2, next_timeout(s)) <= 0)
		return;
	if (fds[1].revents)
		drain(s, READS_MAX);
	while (fds[0].revents && read(s->signals, &info, sizeof info) > 0)
		if (info.ssi_signo == SW_SIGNAL_STOP)
			obey(s);
}

/*
 * Runs one child until it and everything it started is gone. 0, or -1 if it
 * could not be started.
 */
static int
supervise(struct supervisor *s, int (*body)(const struct supervisor *))
{
	const pid_t self = getpid();
	s->has_ended = false;
	s->is_alone = false;
	s->ending = ENDING_NOT;
	/*
	 * Not fork(): libuv's handler for it (uv__signal_global_reinit) closes
	 * the descriptors that its signal pipe had in the engine, which are
	 * other files here, the log's pipe among them.
	 */
	s->child = _Fork();
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
	return 0;
}

/* The last line of the log, where shells say that a command is missing. */
static void
read_last_line(const struct supervisor *s, char *out, size_t size)
{
	const uint64_t have = s->log.total;
	const size_t want = have < size - 1 ? (size_t)have : size - 1;
	ssize_t n = 0;
	if (have <= s->log.head_max)
		n = pread(s->log.fd, out, want, (off_t)(have - want));
	if (n < 0)
		n = 0;
	while (n > 0 && out[n - 1] == '\n')
		n--;
	out[n] = '\0';
	const char *newline = strrchr(out, '\n');
	if (newline)
		memmove(out, newline + 1, strlen(newline));
}

/* The reason that the child gave, if it gave one. */
static bool
read_reason(struct supervisor *s)
{
	const int fd =
	    open("reason", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return false;
	const ssize_t n = read(fd, s->reason, sizeof s->reason - 1);
	close(fd);
	s->reason[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static void
explain_exit(struct supervisor *s, int code)
{
	char line[256];
	if (code != 0 && read_reason(s))
		return;
	sw__reason_exit(s->reason, sizeof s->reason, code);
	if (code != 127)
		return;
	read_last_line(s, line, sizeof line);
	sw__reason_missing(s->reason, sizeof s->reason, line);
}

/* How the child that was supervised ended. */
static void
judge(struct supervisor *s, struct sw_result *out)
{
	out->succeeded = false;
	out->code = 0;
	if (s->ending == ENDING_TIMED_OUT) {
		out->outcome = SW_OUTCOME_TIMED_OUT;
		sw__reason_deadline(
		    s->reason, sizeof s->reason, s->spec->deadline_ms);
	} else if (s->ending == ENDING_STOPPED) {
		out->outcome = SW_OUTCOME_STOPPED;
		snprintf(s->reason, sizeof s->reason, "stopped");
	} else if (WIFSIGNALED(s->status)) {
		out->outcome = SW_OUTCOME_SIGNALED;
		out->code = WTERMSIG(s->status);
		sw__reason_signal(s->reason, sizeof s->reason, out->code);
	} else {
		out->outcome = SW_OUTCOME_EXITED;
		out->code = WEXITSTATUS(s->status);
		out->succeeded = out->code == 0;
		explain_exit(s, out->code);
	}
}

static void
note_leftovers(struct supervisor *s)
{
	char line[128];
	if (s->leftovers == 0)
		return;
	const int n = snprintf(line, sizeof line,
	    "[stagewright: ended %zu process%s that the action left behind]\n",
	    s->leftovers, s->leftovers == 1 ? "" : "es");
	write_log(s, line, (size_t)n);
	const size_t length = strlen(s->reason);
	snprintf(s->reason + length, sizeof s->reason - length,
	    "; left %zu process%s behind", s->leftovers,
	    s->leftovers == 1 ? "" : "es");
}

/*
 * Stores the artifacts, in a child that can be stopped like the action. The
 * action itself exited with 0, and its result goes on saying so; what went
 * wrong here is in the reason.
 */
static void
collect(struct supervisor *s, struct sw_result *result)
{
	struct sw_result ours;
	char why[SW_REASON_MAX];
	if (s->is_told_to_stop) {
		result->outcome = SW_OUTCOME_STOPPED;
		result->succeeded = false;
		snprintf(s->reason, sizeof s->reason, "stopped");
		return;
	}
	snprintf(why, sizeof why, "%s", s->reason);
	if (supervise(s, store_outputs) != 0) {
		result->succeeded = false;
		snprintf(s->reason, sizeof s->reason,
		    "cannot collect the outputs: %s", strerror(errno));
		return;
	}
	judge(s, &ours);
	result->succeeded = ours.succeeded;
	if (ours.outcome == SW_OUTCOME_TIMED_OUT ||
	    ours.outcome == SW_OUTCOME_STOPPED)
		result->outcome = ours.outcome;
	if (ours.succeeded)
		snprintf(s->reason, sizeof s->reason, "%s", why);
}

/* Artifacts and variables of an action that exited with 0. */
static void
take_outputs(
    struct supervisor *s, struct sw_result *result, struct sw_outputs *outputs)
{
	const struct sw_job *job = &s->spec->job;
	const struct sw_work *work = &job->pipeline->work[job->action];
	struct sw_error err;
	if (work->outputs && work->outputs->name)
		collect(s, result);
	if (!result->succeeded)
		return;
	if (sw__outputs_read(outputs, SW_COLLECTED_FILE, "variables", &err) !=
	    0) {
		result->succeeded = false;
		snprintf(s->reason, sizeof s->reason, "%s", err.text);
		return;
	}
	size_t length;
	const char *missing =
	    sw__outputs_missing(outputs, work->exports, &length);
	if (missing) {
		result->succeeded = false;
		snprintf(s->reason, sizeof s->reason,
		    "exported variable '%.*s' was not set", (int)length,
		    missing);
		return;
	}
	result->artifacts = outputs->artifacts;
	result->variables = outputs->variables;
}

/* The action may have removed our file: another one, locked, takes its place.
 * -1 if there is none to be had: its folder is gone. */
static int
make_file_again(const struct supervisor *s)
{
	const int file =
	    open(s->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return errno == EEXIST ? 0 : -1;
	flock(file, LOCK_EX | LOCK_NB);
	const int taken = dup3(file, s->file, O_CLOEXEC);
	close(file);
	return taken < 0 ? -1 : 0;
}

static int
write_all(int fd, const char *bytes, size_t size)
{
	for (size_t done = 0; done < size;) {
		const ssize_t n =
		    pwrite(fd, bytes + done, size - done, (off_t)done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

static int
store_bytes(struct supervisor *s, const char *bytes, size_t size)
{
	if (write_all(s->file, bytes, size) != 0)
		return -1;
	if (rename(s->name, "result") != 0) {
		/* A folder of that name is not the action's to have. */
		if (errno != ENOENT)
			sw__remove_tree(AT_FDCWD, "result");
		return -1;
	}
	memcpy(s->name, "result", sizeof "result");
	return 0;
}

/* The folders stay: file systems are slow at making what was just removed
 * (ext4 does not use the number of a file again for five seconds). */
static void
empty_workspace(void)
{
	sw__remove_entries(AT_FDCWD, "tmp");
	sw__remove_entries(AT_FDCWD, "workspace");
}

/* Adds what the log could not take to the reason. */
static void
note_lost_output(struct supervisor *s)
{
	const size_t length = strlen(s->reason);
	if (s->log.lost > 0)
		snprintf(s->reason + length, sizeof s->reason - length,
		    "; %" PRIu64 " bytes of output are lost: the log cannot "
		    "be written",
		    s->log.lost);
}

/*
 * Until it is written. On a full disk the workspace makes room; if that is
 * not enough the attempt goes on until there is some, and nothing is lost. If
 * the action removed its own attempt there is nowhere to write: it is Unknown.
 */
static void
write_result(struct supervisor *s, struct sw_result *result)
{
	struct sw_error err;
	char *bytes;
	size_t size;
	result->log_bytes = s->log.total;
	result->log_dropped = sw__log_finish(&s->log);
	note_lost_output(s);
	result->reason = s->reason;
	if (sw__result_encode(&bytes, &size, result, &err) != 0) {
		result->succeeded = false;
		result->artifacts = NULL;
		result->variables = NULL;
		snprintf(s->reason, sizeof s->reason, "%s", err.text);
		if (sw__result_encode(&bytes, &size, result, &err) != 0)
			return;
	}
	while (store_bytes(s, bytes, size) != 0) {
		if (access(s->name, F_OK) != 0 && make_file_again(s) != 0)
			break;
		empty_workspace();
		if (store_bytes(s, bytes, size) == 0)
			break;
		poll(NULL, 0, FULL_MS);
	}
	free(bytes);
	/* The engine goes on from here. */
	shutdown(s->gate, SHUT_RDWR);
}

static void
run(struct supervisor *s)
{
	struct sw_result result = { .outcome = SW_OUTCOME_NOT_STARTED };
	struct sw_outputs outputs = { 0 };
	if (prepare(s) != 0 || supervise(s, act) != 0) {
		give_up(s);
		return;
	}
	/* Its file is called gate- for ever, which says it all. */
	if (atomic_load(&s->passage->at_ms) == 0)
		return;
	judge(s, &result);
	note_leftovers(s);
	if (result.succeeded)
		take_outputs(s, &result, &outputs);
	write_result(s, &result);
	sw__outputs_release(&outputs);
	empty_workspace();
}

_Noreturn void
sw__supervisor_run(
    const struct sw_attempt_spec *spec, int gate, int file, const char *boot)
{
	struct supervisor s = {
		.spec = spec,
		.gate = -1,
		.file = -1,
		.signals = -1,
		.output = -1,
		.input = -1,
		.boot = boot,
		.log = {
			.fd = -1,
			.head_max = SW_LOG_HEAD,
			.tail_max = SW_LOG_TAIL,
		},
	};
	if (chdir(spec->dir) == 0 && leave_engine(&s, gate, file) == 0)
		run(&s);
	_exit(0);
}
