/*
 * What became of an action: how it ended in words, the outputs that it left,
 * and the result that says all of it. Input: a supervisor whose child is gone;
 * output: DIR/result. Must not know the gate.
 */
#define _GNU_SOURCE
#include "supervisor_part.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "action.h"
#include "outputs.h"
#include "reason.h"
#include "store/removal.h"

/* Between two tries to write a result on a full disk. */
#define FULL_MS 1000

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
	const int fd = sw__result_open("reason");
	if (fd < 0)
		return false;
	const ssize_t n = read(fd, s->reason, sizeof s->reason - 1);
	close(fd);
	s->reason[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static bool
is_in_bubblewrap(const struct supervisor *s)
{
	const struct sw_job *job = &s->spec->job;
	return job->pipeline->work[job->action].sandbox ==
	       SW_SANDBOX_BUBBLEWRAP;
}

static void
explain_exit(struct supervisor *s, int code)
{
	char line[256];
	if (code != 0 && read_reason(s))
		return;
	sw__reason_exit(s->reason, sizeof s->reason, code);
	read_last_line(s, line, sizeof line);
	if (code == 127)
		sw__reason_missing(s->reason, sizeof s->reason, line);
	else if (code == 1 && is_in_bubblewrap(s))
		sw__reason_sandbox(s->reason, sizeof s->reason, line);
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
	sw__supervisor_log(s, line, (size_t)n);
	const size_t length = strlen(s->reason);
	snprintf(s->reason + length, sizeof s->reason - length,
	    "; left %zu process%s behind", s->leftovers,
	    s->leftovers == 1 ? "" : "es");
}

static int
store_outputs(const struct supervisor *s)
{
	return sw__action_collect(s->spec);
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
	if (s->told_ms != 0) {
		result->outcome = SW_OUTCOME_STOPPED;
		result->succeeded = false;
		snprintf(s->reason, sizeof s->reason, "stopped");
		return;
	}
	snprintf(why, sizeof why, "%s", s->reason);
	if (sw__supervise(s, store_outputs) != 0) {
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
	/* It may have had a longer text in it. */
	if (write_all(s->file, bytes, size) != 0 ||
	    ftruncate(s->file, (off_t)size) != 0)
		return -1;
	if (rename(s->name, "result") != 0) {
		const int reason = errno;
		/* A folder of that name is not the action's to have. */
		if (reason != ENOENT)
			sw__remove_tree(AT_FDCWD, "result");
		errno = reason;
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
 * Waits until it may be worth to try once more. False: an order to stop has
 * been heard for as long as a process gets to end.
 */
static bool
wait_for_room(struct supervisor *s)
{
	const uint64_t grace = sw__supervisor_grace_ms(s);
	if (s->told_ms != 0 && sw__supervisor_now_ms() >= s->told_ms + grace)
		return false;
	sw__supervisor_listen(
	    s, s->told_ms != 0 && grace < FULL_MS ? (int)grace : FULL_MS);
	return true;
}

/*
 * On a full disk the workspace makes room; if that is not enough the attempt
 * goes on until there is some, and nothing is lost. False, with errno: it was
 * told to stop, or the action removed its own attempt and there is nowhere to
 * write; then nobody knows how it ended.
 */
static bool
store_at_last(struct supervisor *s, const char *bytes, size_t size)
{
	while (store_bytes(s, bytes, size) != 0) {
		if (access(s->name, F_OK) != 0 && make_file_again(s) != 0)
			return false;
		empty_workspace();
		if (store_bytes(s, bytes, size) == 0)
			return true;
		const int reason = errno;
		const bool goes_on = wait_for_room(s);
		errno = reason;
		if (!goes_on)
			return false;
	}
	return true;
}

static void
write_result(struct supervisor *s, struct sw_result *result)
{
	struct sw_error err;
	char *bytes;
	size_t size;
	sw__supervisor_flush(s);
	sw__supervisor_mask_reason(s);
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
	if (store_at_last(s, bytes, size))
		/* The engine goes on from here. */
		shutdown(s->gate, SHUT_RDWR);
	else
		sw__supervisor_say(s, "its result could not be written");
	free(bytes);
}

void
sw__supervisor_conclude(struct supervisor *s)
{
	struct sw_result result = { .outcome = SW_OUTCOME_NOT_STARTED };
	struct sw_outputs outputs = { 0 };
	char why[SW_REASON_MAX];
	judge(s, &result);
	if (sw__supervisor_discloses(s, "variables", why) && result.succeeded) {
		result.succeeded = false;
		snprintf(s->reason, sizeof s->reason, "%s", why);
	}
	note_leftovers(s);
	if (result.succeeded)
		take_outputs(s, &result, &outputs);
	write_result(s, &result);
	sw__outputs_release(&outputs);
	empty_workspace();
}
