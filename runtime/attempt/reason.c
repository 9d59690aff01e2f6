/*
 * Outcomes in words. Input: numbers and a line of a log; output: text in the
 * caller's buffer.
 */
#include "reason.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

void
sw__reason_exit(char *out, size_t size, int status)
{
	snprintf(out, size, "exited with status %d", status);
}

void
sw__reason_signal(char *out, size_t size, int signal)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
		{ SIGHUP, "HUP" },
		{ SIGINT, "INT" },
		{ SIGQUIT, "QUIT" },
		{ SIGILL, "ILL" },
		{ SIGTRAP, "TRAP" },
		{ SIGABRT, "ABRT" },
		{ SIGBUS, "BUS" },
		{ SIGFPE, "FPE" },
		{ SIGKILL, "KILL" },
		{ SIGUSR1, "USR1" },
		{ SIGSEGV, "SEGV" },
		{ SIGUSR2, "USR2" },
		{ SIGPIPE, "PIPE" },
		{ SIGALRM, "ALRM" },
		{ SIGTERM, "TERM" },
		{ SIGXCPU, "XCPU" },
		{ SIGXFSZ, "XFSZ" },
		{ SIGSYS, "SYS" },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].number == signal) {
			snprintf(out, size, "ended by signal %d (%s)", signal,
			    names[i].name);
			return;
		}
	snprintf(out, size, "ended by signal %d", signal);
}

void
sw__reason_deadline(char *out, size_t size, uint64_t deadline_ms)
{
	static const struct {
		uint64_t ms;
		const char *name;
	} units[] = {
		{ 86400000, "d" },
		{ 3600000, "h" },
		{ 60000, "m" },
		{ 1000, "s" },
		{ 1, "ms" },
	};
	size_t length = (size_t)snprintf(out, size, "timed out after ");
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		const uint64_t n = deadline_ms / units[i].ms;
		if (n > 0 && length < size)
			length += (size_t)snprintf(out + length, size - length,
			    "%" PRIu64 "%s", n, units[i].name);
		deadline_ms %= units[i].ms;
	}
}

/*
 * dash says "NAME: 3: mke: not found", bash "NAME: line 3: mke: command not
 * found": what stands between the last colons is the command.
 */
int
sw__reason_missing(char *out, size_t size, const char *last_line)
{
	static const char *const endings[] = {
		": command not found",
		": not found",
	};
	const size_t length = strlen(last_line);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		const size_t tail = strlen(endings[i]);
		if (length <= tail ||
		    strcmp(last_line + length - tail, endings[i]) != 0)
			continue;
		size_t begin = length - tail;
		while (begin > 0 && (last_line[begin - 1] != ' ' || begin < 2 ||
					last_line[begin - 2] != ':'))
			begin--;
		const size_t n = length - tail - begin;
		if (n == 0)
			return -1;
		snprintf(out, size, "command not found: '%.*s'", (int)n,
		    last_line + begin);
		return 0;
	}
	return -1;
}

int
sw__reason_sandbox(char *out, size_t size, const char *last_line)
{
	static const char says[] = "bwrap: ";
	static const char missing[] = "execvp ";
	if (strncmp(last_line, says, sizeof says - 1) != 0)
		return -1;
	last_line += sizeof says - 1;
	const size_t n = strcspn(last_line, ":");
	if (strncmp(last_line, missing, sizeof missing - 1) == 0)
		snprintf(out, size, "cannot execute '%.*s' in the sandbox%s",
		    (int)(n - (sizeof missing - 1)),
		    last_line + sizeof missing - 1, last_line + n);
	else
		snprintf(out, size,
		    "no sandbox: %s; user namespaces have to be allowed",
		    last_line);
	return 0;
}
