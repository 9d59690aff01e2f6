/*
 * Runs a program and all that it starts, and strikes one system call of it:
 *
 *   strike [-c COUNTS] [-r RECORD -d FOLDER] [-a ROLE:CALL:N:WHAT] PROGRAM...
 *
 * -c writes how often each role made each call ("ROLE CALL N" a line), -r the
 * record of what reached files below FOLDER (record.h), and -a strikes the
 * N-th CALL of the processes with that role (tracee.h), counted over all of
 * them: WHAT is
 *   kill     SIGKILL, before the call
 *   ERRNO    EIO, ENOSPC ...: the call is not made and fails so; with "+"
 *            behind it so do all later ones of that role
 *   short    half of what was to be written or read
 * It ends as the program does (128 + its signal), 99 when the strike never
 * came about, 98 when tracing failed.
 *
 * Of its own, though strace(1) injects faults too, because strace counts the
 * calls of each process apart and knows no roles: "the third write" there is
 * the third one of the owner, of each supervisor and of each action at once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call.h"
#include "record.h"
#include "tracee.h"

#define EXIT_FAILED 98
#define EXIT_MISSED 99
#define ROLES_MAX 16

enum what {
	NOTHING,
	KILL,
	FAIL,
	SHORT
};

struct aim {
	char role[ROLE_MAX];
	uint64_t call;
	unsigned long at;
	enum what what;
	int error;
	bool is_lasting;
};

struct counts {
	char role[ROLE_MAX];
	unsigned long of[CALLS_MAX];
};

struct strike {
	struct tracees tracees;
	struct counts counts[ROLES_MAX];
	struct record record;
	struct aim aim;
	pid_t root;
	int status; /* of it, when it has ended */
	bool has_ended;
	bool has_struck;
};

static pid_t told_to_end;

/* A word to end is for the program. */
static void
on_signal(int number)
{
	if (told_to_end > 0)
		kill(told_to_end, number);
}

static void
fail(const char *what)
{
	fprintf(stderr, "strike: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILED);
}

static unsigned long
count(struct strike *s, const struct tracee *tracee)
{
	for (size_t i = 0; i < ROLES_MAX && tracee->call < CALLS_MAX; i++) {
		struct counts *counts = &s->counts[i];
		if (counts->role[0] == '\0')
			memcpy(counts->role, tracee->role, ROLE_MAX);
		if (strcmp(counts->role, tracee->role) == 0)
			return ++counts->of[tracee->call];
	}
	return 0;
}

/* Sets the registers so that the call is not made, or makes less. */
static void
falsify(struct strike *s, struct tracee *tracee)
{
	struct user_regs_struct registers;
	if (ptrace(PTRACE_GETREGS, tracee->pid, NULL, &registers) != 0)
		return;
	if (s->aim.what == SHORT) {
		if (registers.rdx > 1)
			registers.rdx /= 2;
	} else {
		registers.orig_rax = (unsigned long long)-1;
		tracee->is_replaced = true;
		tracee->error = s->aim.error;
	}
	ptrace(PTRACE_SETREGS, tracee->pid, NULL, &registers);
}

/* Errors of a disk come from files alone, not from a pipe or a socket. */
static bool
is_possible(const struct aim *aim, const struct tracee *tracee)
{
	char path[PATH_MAX];
	struct stat st;
	const bool is_of_disk =
	    aim->error == EIO || aim->error == ENOSPC || aim->error == EDQUOT;
	if (aim->what != FAIL || !is_of_disk ||
	    (tracee->call != SYS_write && tracee->call != SYS_read &&
		tracee->call != SYS_writev && tracee->call != SYS_readv))
		return true;
	tracee_file(tracee, (int)tracee->arguments[0], path);
	return path[0] != '\0' && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* False: the process is no more. */
static bool
enter_call(struct strike *s, struct tracee *tracee)
{
	struct user_regs_struct registers;
	if (ptrace(PTRACE_GETREGS, tracee->pid, NULL, &registers) != 0)
		return true;
	tracee->call = registers.orig_rax;
	const uint64_t arguments[6] = { registers.rdi, registers.rsi,
		registers.rdx, registers.r10, registers.r8, registers.r9 };
	memcpy(tracee->arguments, arguments, sizeof arguments);
	if (tracee->is_stale)
		tracee_refresh_role(tracee, s->tracees.program);
	if (s->record.out != NULL)
		record_entry(&s->record, tracee);
	if (tracee->role[0] == '\0')
		return true;
	const unsigned long n = count(s, tracee);
	const struct aim *aim = &s->aim;
	if (aim->what == NOTHING || tracee->call != aim->call ||
	    strcmp(tracee->role, aim->role) != 0 ||
	    (n != aim->at && !(aim->is_lasting && n > aim->at)))
		return true;
	s->has_struck = true;
	if (aim->what == KILL) {
		kill(tracee->pid, SIGKILL);
		return false;
	}
	if (is_possible(aim, tracee))
		falsify(s, tracee);
	return true;
}

static void
leave_call(struct strike *s, struct tracee *tracee)
{
	struct user_regs_struct registers;
	if (ptrace(PTRACE_GETREGS, tracee->pid, NULL, &registers) != 0)
		return;
	if (tracee->is_replaced) {
		tracee->is_replaced = false;
		registers.rax = (unsigned long long)-tracee->error;
		ptrace(PTRACE_SETREGS, tracee->pid, NULL, &registers);
	}
	if (tracee->call == SYS_prctl || tracee->call == SYS_execve)
		tracee->is_stale = true;
	if (s->record.out != NULL && (int64_t)registers.rax >= 0)
		record_exit(&s->record, tracee, (int64_t)registers.rax);
}

/* Of what an action executes nothing is counted, and it is let go. */
static bool
is_foreign(struct strike *s, struct tracee *tracee)
{
	tracee_refresh_role(tracee, s->tracees.program);
	return tracee->role[0] == '\0' && s->record.out == NULL;
}

static void
on_stop(struct strike *s, struct tracee *tracee, int status)
{
	const int event = status >> 16;
	long number = WSTOPSIG(status);
	if (number == (SIGTRAP | 0x80)) {
		number = 0;
		tracee->is_inside = !tracee->is_inside;
		if (!tracee->is_inside)
			leave_call(s, tracee);
		else if (!enter_call(s, tracee))
			return;
	} else if (event == PTRACE_EVENT_EXEC) {
		number = 0;
		if (is_foreign(s, tracee)) {
			const pid_t pid = tracee->pid;
			tracees_forget(&s->tracees, pid);
			ptrace(PTRACE_DETACH, pid, NULL, NULL);
			return;
		}
	} else if (event == PTRACE_EVENT_STOP && number != SIGTRAP) {
		ptrace(PTRACE_LISTEN, tracee->pid, NULL, NULL);
		return;
	} else if (event != 0)
		number = 0;
	ptrace(PTRACE_SYSCALL, tracee->pid, NULL, number);
}

/* Until no process is left, or the one that was killed need not be watched
 * any more: those that it left behind go on alone. */
static void
follow(struct strike *s)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (pid < 0)
			continue;
		struct tracee *tracee = tracees_find(&s->tracees, pid);
		if (tracee == NULL) {
			errno = E2BIG;
			fail("processes");
		}
		if (WIFSTOPPED(status)) {
			on_stop(s, tracee, status);
			continue;
		}
		tracees_forget(&s->tracees, pid);
		if (pid == s->root) {
			s->status = status;
			s->has_ended = true;
			told_to_end = 0;
		}
		if (s->has_ended && s->has_struck && s->record.out == NULL)
			return;
	}
}

static void
start(struct strike *s, char *const argv[])
{
	int gate[2];
	char byte;
	if (realpath(argv[0], s->tracees.program) == NULL)
		fail(argv[0]);
	if (pipe2(gate, O_CLOEXEC) != 0 || (s->root = fork()) < 0)
		fail("fork");
	if (s->root == 0) {
		close(gate[1]);
		if (read(gate[0], &byte, 1) != 0)
			_exit(EXIT_FAILED);
		execv(argv[0], argv);
		fail(argv[0]);
	}
	const struct sigaction act = { .sa_handler = on_signal };
	told_to_end = s->root;
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	tracees_find(&s->tracees, s->root);
	s->record.root = s->root;
	/* Not PTRACE_TRACEME: a child that was just made stays stopped when
	 * such a tracer ends. */
	if (ptrace(PTRACE_SEIZE, s->root, NULL,
		PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE |
		    PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
		    PTRACE_O_TRACEEXEC) != 0 ||
	    ptrace(PTRACE_INTERRUPT, s->root, NULL, NULL) != 0)
		fail("ptrace");
	close(gate[0]);
	close(gate[1]);
}

static bool
read_aim(struct aim *aim, char *text)
{
	static const struct {
		const char *name;
		int number;
	} errors[] = { { "EIO", EIO }, { "ENOSPC", ENOSPC },
		{ "EDQUOT", EDQUOT }, { "EMFILE", EMFILE },
		{ "ENOMEM", ENOMEM }, { "EINTR", EINTR }, { "EAGAIN", EAGAIN },
		{ "EACCES", EACCES } };
	const char *role = strtok(text, ":"), *call = strtok(NULL, ":");
	const char *at = strtok(NULL, ":");
	char *what = strtok(NULL, ":");
	if (what == NULL || strlen(role) >= ROLE_MAX)
		return false;
	strcpy(aim->role, role);
	aim->call = call_number(call);
	aim->at = strtoul(at, NULL, 10);
	aim->is_lasting = what[strlen(what) - 1] == '+';
	if (aim->is_lasting)
		what[strlen(what) - 1] = '\0';
	if (strcmp(what, "kill") == 0)
		aim->what = KILL;
	else if (strcmp(what, "short") == 0)
		aim->what = SHORT;
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
		if (strcmp(what, errors[i].name) == 0) {
			aim->what = FAIL;
			aim->error = errors[i].number;
		}
	return aim->what != NOTHING && aim->call < CALLS_MAX;
}

static void
write_counts(const struct strike *s, const char *path)
{
	FILE *out = fopen(path, "we");
	if (out == NULL)
		fail(path);
	for (size_t i = 0; i < ROLES_MAX && s->counts[i].role[0] != '\0'; i++)
		for (uint64_t call = 0; call < CALLS_MAX; call++)
			if (s->counts[i].of[call] > 0)
				fprintf(out, "%s %s %lu\n", s->counts[i].role,
				    call_name(call), s->counts[i].of[call]);
	if (fclose(out) != 0)
		fail(path);
}

int
main(int argc, char **argv)
{
	static struct strike s;
	const char *counts = NULL;
	int option;
	while ((option = getopt(argc, argv, "+a:c:d:r:")) != -1)
		switch (option) {
		case 'a':
			if (!read_aim(&s.aim, optarg))
				return EXIT_FAILED;
			break;
		case 'c':
			counts = optarg;
			break;
		case 'd':
			s.record.folder = optarg;
			break;
		case 'r':
			s.record.out = fopen(optarg, "we");
			if (s.record.out == NULL)
				fail(optarg);
			break;
		default:
			return EXIT_FAILED;
		}
	if (optind == argc)
		return EXIT_FAILED;
	start(&s, argv + optind);
	follow(&s);
	if (counts != NULL)
		write_counts(&s, counts);
	if (s.record.out != NULL && fclose(s.record.out) != 0)
		fail("record");
	if (s.aim.what != NOTHING && !s.has_struck)
		return EXIT_MISSED;
	return WIFSIGNALED(s.status) ? 128 + WTERMSIG(s.status)
				     : WEXITSTATUS(s.status);
}
