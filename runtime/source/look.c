/*
 * Looks at a source. Input: a provider and its parameters; output: what it
 * says, in lines through a pipe. Must not know what a tip is good for.
 *
 * Lines of a child, each ended by a newline:
 *   ref 0|1 REF REVISION   a branch or tag; 1: the source's own
 *   push N 0|1             whether files admit the ref number N
 *   failed TEXT            why there is no answer
 *   end                    the answer is whole
 */
#define _GNU_SOURCE /* close_range */
#include "look.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Between two tries to collect a child that was killed. */
#define REAP_MS 5
#define MALFORMED "a look at the source gave a malformed answer"

/* The child */

/* What a child writes, buffered; a write that fails ends it. */
struct answer {
	FILE *out;
	const struct sw_look *look;
	size_t current; /* ref that is compared */
	bool admitted;
};

static bool
is_one_word(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7f)
			return false;
	return true;
}

static void
answer_ref(void *payload, const char *ref, const char *revision, bool is_own)
{
	const struct answer *answer = payload;
	if (is_one_word(ref) &&
	    strlen(ref) + strlen(revision) < SW_LOOK_LINE_MAX - 20)
		fprintf(answer->out, "ref %d %s %s\n", is_own, ref, revision);
}

static void
answer_path(void *payload, const char *path)
{
	struct answer *answer = payload;
	const struct sw_look_ref *ref = &answer->look->refs[answer->current];
	const struct sw_push push = { ref->name, ref->is_own,
		ref->old == NULL };
	if (!answer->admitted)
		answer->admitted =
		    sw__filter_path(answer->look->trigger, &push, path);
}

static int
answer_comparison(struct answer *answer, struct sw_error *err)
{
	const struct sw_look *look = answer->look;
	for (size_t i = 0; i < look->nrefs; i++) {
		const struct sw_look_ref *ref = &look->refs[i];
		if (!ref->must_compare)
			continue;
		const char *const fromto[2] = { ref->old, ref->revision };
		answer->current = i;
		answer->admitted = false;
		const int failed = look->provider->changed(
		    &look->source, fromto, answer_path, answer, err);
		if (failed)
			return failed;
		fprintf(answer->out, "push %zu %d\n", i, answer->admitted);
	}
	return 0;
}

/* Nothing of the owner's is left open: no lock, no socket, no journal. */
static FILE *
shut_in(int fd, pid_t owner)
{
	const struct sigaction standard = { .sa_handler = SIG_DFL };
	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &standard, NULL);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "stagewright-git", 0, 0, 0);
	/* An owner that was gone before that keeps no deadline. */
	if (getppid() != owner || (fd != 3 && dup2(fd, 3) < 0))
		return NULL;
	close_range(4, UINT_MAX, 0);
	return fdopen(3, "w");
}

static _Noreturn void
be_child(const struct sw_look *look, int fd, pid_t owner)
{
	struct answer answer = { .out = shut_in(fd, owner), .look = look };
	if (!answer.out)
		_exit(1);
	struct sw_error err;
	const int failed =
	    look->question == SW_LOOK_LIST
		? look->provider->list(&look->source, answer_ref, &answer, &err)
		: answer_comparison(&answer, &err);
	if (failed)
		fprintf(answer.out, "failed %.1000s\n", err.text);
	else
		fprintf(answer.out, "end\n");
	_exit(fflush(answer.out) == 0 ? 0 : 1);
}

/* The owner: the answer */

void
sw__look_complain(struct sw_look *look, const char *text)
{
	if (!*look->problem)
		snprintf(look->problem, sizeof look->problem, "%s", text);
}

void
sw__look_forget_ref(struct sw_look_ref *ref)
{
	free(ref->name);
	free(ref->revision);
	free(ref->old);
}

void
sw__look_forget(struct sw_look *look)
{
	for (size_t i = 0; i < look->nrefs; i++)
		sw__look_forget_ref(&look->refs[i]);
	free(look->refs);
	look->refs = NULL;
	look->nrefs = look->room = 0;
}

static int
make_room(struct sw_look *look)
{
	if (look->nrefs < look->room)
		return 0;
	size_t room = 2 * look->room + 64;
	if (room > SW_LOOK_REFS_MAX)
		room = SW_LOOK_REFS_MAX;
	struct sw_look_ref *larger =
	    look->nrefs == SW_LOOK_REFS_MAX
		? NULL
		: realloc(look->refs, room * sizeof *larger);
	if (!larger) {
		sw__look_complain(look, "too many branches and tags to hold");
		return -1;
	}
	look->refs = larger;
	look->room = room;
	return 0;
}

static void
take_ref(struct sw_look *look, char *text)
{
	char *name = text[0] && text[1] == ' ' ? text + 2 : NULL;
	char *revision = name ? strchr(name, ' ') : NULL;
	if (!revision) {
		sw__look_complain(look, MALFORMED);
		return;
	}
	*revision++ = 0;
	if (make_room(look) != 0)
		return;
	struct sw_look_ref *ref = &look->refs[look->nrefs++];
	*ref = (struct sw_look_ref){
		.name = strdup(name),
		.revision = strdup(revision),
		.is_own = text[0] == '1',
	};
	if (!ref->name || !ref->revision)
		sw__look_complain(look, "out of memory");
}

static void
take_verdict(struct sw_look *look, const char *text)
{
	char *end = NULL;
	const unsigned long i = strtoul(text, &end, 10);
	if (end == text || *end != ' ' || i >= look->nrefs)
		sw__look_complain(look, MALFORMED);
	else
		look->refs[i].admitted = end[1] == '1';
}

static void
take_line(struct sw_look *look, char *line)
{
	const bool is_list = look->question == SW_LOOK_LIST;
	if (strncmp(line, "ref ", 4) == 0 && is_list)
		take_ref(look, line + 4);
	else if (strncmp(line, "push ", 5) == 0 && !is_list)
		take_verdict(look, line + 5);
	else if (strncmp(line, "failed ", 7) == 0)
		sw__look_complain(look, line + 7);
	else if (strcmp(line, "end") == 0)
		look->is_whole = true;
	else
		sw__look_complain(look, MALFORMED);
}

static void
take_bytes(struct sw_look *look, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size && !*look->problem; i++) {
		if (bytes[i] != '\n') {
			if (look->line_length + 1 < sizeof look->line)
				look->line[look->line_length++] = bytes[i];
			continue;
		}
		look->line[look->line_length] = 0;
		look->line_length = 0;
		take_line(look, look->line);
	}
}

/* The owner: the child's life */

/* Waits for the child without blocking on one that the kernel holds. */
static void
reap(uv_timer_t *timer)
{
	struct sw_look *look = timer->data;
	const pid_t gone = waitpid(look->pid, NULL, WNOHANG);
	if (gone == 0 || (gone < 0 && errno == EINTR)) {
		uv_timer_start(timer, reap, REAP_MS, 0);
		return;
	}
	look->pid = 0;
	if (look->has_timed_out)
		sw__look_complain(look, "no answer in time: it is asked again");
	else if (!look->is_whole)
		sw__look_complain(
		    look, "a look at the source ended without an answer");
	look->done(look);
}

static void
on_closed(uv_handle_t *handle)
{
	struct sw_look *look = handle->data;
	look->handles--;
	if (look->is_closing && look->handles == 0) {
		look->closed(look);
	} else if (!look->is_closing) {
		/* Only the pipe's: the child has closed its end, so it is done
		 * or never will be. */
		uv_timer_stop(&look->timer);
		reap(&look->timer);
	}
}

static void
stop_reading(struct sw_look *look)
{
	uv_poll_stop(&look->poll);
	close(look->fd);
	look->fd = -1;
	uv_close((uv_handle_t *)&look->poll, on_closed);
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct sw_look *look = poll->data;
	(void)status;
	(void)events;
	char bytes[65536];
	const ssize_t n = read(look->fd, bytes, sizeof bytes);
	if (n > 0)
		take_bytes(look, bytes, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		stop_reading(look);
}

static void
on_deadline(uv_timer_t *timer)
{
	struct sw_look *look = timer->data;
	look->has_timed_out = true;
	kill(look->pid, SIGKILL); /* its end of the pipe closes, too */
}

/* Starts the child; what it inherits of signals is settled in there. */
static int
spawn(struct sw_look *look, int ends[2])
{
	const pid_t owner = getpid();
	sigset_t all;
	sigset_t before;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	look->pid = fork();
	if (look->pid == 0)
		be_child(look, ends[1], owner);
	const int reason = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[1]);
	if (look->pid > 0)
		return 0;
	close(ends[0]);
	errno = reason;
	look->pid = 0;
	return -1;
}

/* Follows what the child writes. */
static int
follow(struct sw_look *look, int fd)
{
	if (fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
	    uv_poll_init(look->timer.loop, &look->poll, fd) == 0) {
		look->fd = fd;
		look->handles++;
		look->poll.data = look;
		uv_poll_start(&look->poll, UV_READABLE, on_readable);
		return 0;
	}
	close(fd);
	kill(look->pid, SIGKILL);
	waitpid(look->pid, NULL, 0);
	look->pid = 0;
	errno = ENOMEM;
	return -1;
}

int
sw__look_ask(struct sw_look *look, enum sw_look_question question)
{
	int ends[2];
	assert(look->pid == 0 && !look->is_closing);
	look->question = question;
	look->is_whole = false;
	look->has_timed_out = false;
	look->line_length = 0;
	look->problem[0] = 0;
	if (pipe2(ends, O_CLOEXEC) != 0 || spawn(look, ends) != 0 ||
	    follow(look, ends[0]) != 0) {
		struct sw_error err;
		sw__error_errno(&err, "cannot look at the source");
		sw__look_complain(look, err.text);
		return -1;
	}
	uv_timer_start(&look->timer, on_deadline,
	    question == SW_LOOK_LIST ? SW_LOOK_DEADLINE_MS
				     : SW_LOOK_FETCH_DEADLINE_MS,
	    0);
	return 0;
}

void
sw__look_open(struct sw_look *look, uv_loop_t *loop)
{
	look->fd = -1;
	look->pid = 0;
	uv_timer_init(loop, &look->timer);
	look->timer.data = look;
	look->handles = 1;
}

void
sw__look_close(struct sw_look *look)
{
	look->is_closing = true;
	if (look->pid > 0) {
		kill(look->pid, SIGKILL);
		/* It ends at once; if not, init collects it. */
		waitpid(look->pid, NULL, WNOHANG);
	}
	if (look->fd >= 0)
		stop_reading(look);
	uv_close((uv_handle_t *)&look->timer, on_closed);
}
