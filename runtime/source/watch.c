/*
 * Watches sources. A look is a child process that asks the source's provider
 * and writes lines to a pipe; it is killed at its deadline. A second one
 * compares commits, where a filter judges changed files. Input: the
 * pipeline's sources and triggers and what was seen before; output: calls of
 * the owner's. It must not know git, nor what becomes of a tip.
 *
 * Lines of a child, each ended by a newline:
 *   ref 0|1 REF REVISION   a branch or tag; 1: the source's own
 *   push N 0|1             whether files admit the push number N
 *   failed TEXT            why there is no answer
 *   end                    the answer is whole
 */
#define _GNU_SOURCE /* close_range */
#include "watch.h"

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

#include "machine/filter.h"
#include "provider/provider.h"

/* Bytes of a line, and branches and tags of one source. */
#define LINE_MAX_BYTES 1200
#define PUSHES_MAX 1000000
/* Between two tries to collect a child that was killed. */
#define REAP_MS 5

enum phase {
	PHASE_IDLE,
	PHASE_LIST,
	PHASE_COMPARE
};

/* A branch or tag in one look's answer. */
struct push {
	char *ref;
	char *revision;
	char *old; /* seen before, or NULL */
	bool is_own;
	bool must_compare;
	bool admitted;
};

/* One source and the child that looks at it. */
struct look {
	struct sw_watch *watch;
	struct sw_source source;
	const struct sw_provider *provider;
	const struct sw_trigger *trigger;
	uint32_t action;
	enum phase phase;
	bool again;      /* hinted while it looked */
	bool is_whole;   /* the child said that it was done */
	bool has_looked; /* a list was whole, and not empty */
	bool timed_out;
	pid_t pid;
	int fd;
	uv_poll_t poll;
	uv_timer_t timer;
	char line[LINE_MAX_BYTES];
	size_t line_length;
	struct push *pushes;
	size_t npushes;
	size_t capacity;
	char problem[SW_ERROR_TEXT_MAX]; /* of this look; empty: none */
	char told[SW_ERROR_TEXT_MAX];    /* the last one that was reported */
};

struct sw_watch {
	uv_loop_t *loop;
	const struct sw_watch_calls *calls;
	void *payload;
	char *state_dir;
	char *base_dir;
	uv_timer_t timer;
	struct look *looks;
	uint32_t nlooks;
	uint32_t nhandles; /* open ones: the last to close frees */
	bool is_closing;
};

static int begin(struct look *look, enum phase phase);

/* The child */

/* What a child writes, buffered; a write that fails ends it. */
struct answer {
	FILE *out;
	const struct look *look;
	size_t current; /* push that is compared */
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
	if (is_one_word(ref) && strlen(ref) + strlen(revision) < 1000)
		fprintf(answer->out, "ref %d %s %s\n", is_own, ref, revision);
}

static struct sw_push
push_of(const struct push *push)
{
	return (struct sw_push){ push->ref, push->is_own, push->old == NULL };
}

static void
answer_path(void *payload, const char *path)
{
	struct answer *answer = payload;
	const struct sw_push push =
	    push_of(&answer->look->pushes[answer->current]);
	if (!answer->admitted)
		answer->admitted =
		    sw__filter_path(answer->look->trigger, &push, path);
}

static int
answer_pushes(struct answer *answer, struct sw_error *err)
{
	const struct look *look = answer->look;
	for (size_t i = 0; i < look->npushes; i++) {
		const struct push *push = &look->pushes[i];
		if (!push->must_compare)
			continue;
		const char *const fromto[2] = { push->old, push->revision };
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
shut_in(int fd)
{
	const struct sigaction standard = { .sa_handler = SIG_DFL };
	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &standard, NULL);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (fd != 3 && dup2(fd, 3) < 0)
		return NULL;
	close_range(4, UINT_MAX, 0);
	return fdopen(3, "w");
}

static _Noreturn void
be_child(const struct look *look, int fd)
{
	struct answer answer = { .out = shut_in(fd), .look = look };
	if (!answer.out)
		_exit(1);
	struct sw_error err;
	const int failed =
	    look->phase == PHASE_LIST
		? look->provider->list(&look->source, answer_ref, &answer, &err)
		: answer_pushes(&answer, &err);
	if (failed)
		fprintf(answer.out, "failed %.1000s\n", err.text);
	else
		fprintf(answer.out, "end\n");
	_exit(fflush(answer.out) == 0 ? 0 : 1);
}

/* The owner */

static void
forget_pushes(struct look *look)
{
	for (size_t i = 0; i < look->npushes; i++) {
		free(look->pushes[i].ref);
		free(look->pushes[i].revision);
		free(look->pushes[i].old);
	}
	look->npushes = 0;
}

static void
complain(struct look *look, const char *text)
{
	if (!*look->problem)
		snprintf(look->problem, sizeof look->problem, "%s", text);
}

static void
take_ref(struct look *look, char *text)
{
	char *ref = text[0] && text[1] == ' ' ? text + 2 : NULL;
	char *revision = ref ? strchr(ref, ' ') : NULL;
	if (!revision) {
		complain(look, "a look at the source gave a malformed answer");
		return;
	}
	*revision++ = 0;
	if (look->npushes == look->capacity) {
		const size_t capacity = 2 * look->capacity + 64;
		struct push *larger =
		    realloc(look->pushes, capacity * sizeof *larger);
		if (!larger || capacity > PUSHES_MAX) {
			look->pushes = larger ? larger : look->pushes;
			complain(look, "too many branches and tags to hold");
			return;
		}
		look->pushes = larger;
		look->capacity = capacity;
	}
	struct push *push = &look->pushes[look->npushes++];
	*push = (struct push){ .ref = strdup(ref),
		.revision = strdup(revision),
		.is_own = text[0] == '1' };
	if (!push->ref || !push->revision)
		complain(look, "out of memory");
}

static void
take_verdict(struct look *look, const char *text)
{
	char *end = NULL;
	const unsigned long i = strtoul(text, &end, 10);
	if (end == text || *end != ' ' || i >= look->npushes)
		complain(look, "a look at the source gave a malformed answer");
	else
		look->pushes[i].admitted = end[1] == '1';
}

static void
take_line(struct look *look, char *line)
{
	if (strncmp(line, "ref ", 4) == 0 && look->phase == PHASE_LIST)
		take_ref(look, line + 4);
	else if (strncmp(line, "push ", 5) == 0 && look->phase == PHASE_COMPARE)
		take_verdict(look, line + 5);
	else if (strncmp(line, "failed ", 7) == 0)
		complain(look, line + 7);
	else if (strcmp(line, "end") == 0)
		look->is_whole = true;
	else
		complain(look, "a look at the source gave a malformed answer");
}

static void
take_bytes(struct look *look, const char *bytes, size_t size)
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

/* Tells, in one go, the pushes that were compared, or those that were not. */
static void
report(struct look *look, bool compared, bool is_first)
{
	const struct sw_watch *watch = look->watch;
	struct sw_tip *tips = calloc(look->npushes + 1, sizeof *tips);
	uint32_t count = 0;
	if (!tips) {
		complain(look, "out of memory");
		return;
	}
	for (size_t i = 0; i < look->npushes; i++) {
		const struct push *push = &look->pushes[i];
		if (push->must_compare == compared)
			tips[count++] = (struct sw_tip){
				.action = look->action,
				.ref = push->ref,
				.revision = push->revision,
				.admitted = push->admitted,
				.is_first = is_first,
			};
	}
	if (count > 0)
		watch->calls->tips(watch->payload, tips, count);
	free(tips);
}

/* Keeps, of a whole list, what differs from what was seen. */
static bool
keep_new(struct look *look)
{
	const struct sw_watch *watch = look->watch;
	bool anything_seen = false;
	size_t kept = 0;
	for (size_t i = 0; i < look->npushes; i++) {
		struct push push = look->pushes[i];
		const char *seen =
		    watch->calls->seen(watch->payload, look->action, push.ref);
		anything_seen = anything_seen || seen;
		if (seen && strcmp(seen, push.revision) == 0) {
			free(push.ref);
			free(push.revision);
			continue;
		}
		push.old = seen ? strdup(seen) : NULL;
		look->pushes[kept++] = push;
	}
	look->npushes = kept;
	return anything_seen;
}

/*
 * Judges a whole list. The first look at a source admits its own branch
 * alone, whatever the filters: see sw_tip.is_first. True: some pushes are
 * still to be compared.
 */
static bool
judge(struct look *look)
{
	const bool is_empty = look->npushes == 0;
	const bool is_first = !keep_new(look) && !look->has_looked;
	bool must_compare = false;
	look->has_looked = look->has_looked || !is_empty;
	for (size_t i = 0; i < look->npushes; i++) {
		struct push *push = &look->pushes[i];
		const struct sw_push about = push_of(push);
		const enum sw_verdict verdict =
		    sw__filter_judge(look->trigger, &about);
		push->must_compare = !is_first && verdict == SW_VERDICT_PATHS;
		push->admitted =
		    is_first ? push->is_own : verdict == SW_VERDICT_YES;
		must_compare = must_compare || push->must_compare;
	}
	report(look, false, is_first);
	return must_compare;
}

/* A problem is told once, until it is another one or it is over. */
static void
tell_problem(struct look *look)
{
	const struct sw_watch *watch = look->watch;
	if (*look->problem && strcmp(look->problem, look->told) != 0)
		watch->calls->trouble(
		    watch->payload, look->action, look->problem);
	memcpy(look->told, look->problem, sizeof look->told);
}

/* The child is gone and its answer is here. */
static void
finish(struct look *look)
{
	if (look->timed_out)
		complain(look, "no answer in time: it is asked again");
	else if (!look->is_whole)
		complain(look, "a look at the source ended without an answer");
	if (!*look->problem && look->phase == PHASE_LIST && judge(look) &&
	    begin(look, PHASE_COMPARE) == 0)
		return;
	if (!*look->problem && look->phase == PHASE_COMPARE)
		report(look, true, false);
	tell_problem(look);
	forget_pushes(look);
	look->phase = PHASE_IDLE;
	if (look->again) {
		look->again = false;
		if (begin(look, PHASE_LIST) != 0)
			tell_problem(look);
	}
}

/* Waits for the child without blocking on one that the kernel holds. */
static void
reap(uv_timer_t *timer)
{
	struct look *look = timer->data;
	if (look->watch->is_closing)
		return;
	const pid_t gone = waitpid(look->pid, NULL, WNOHANG);
	if (gone == 0 || (gone < 0 && errno == EINTR)) {
		uv_timer_start(timer, reap, REAP_MS, 0);
		return;
	}
	look->pid = 0;
	finish(look);
}

static void
free_watch(struct sw_watch *watch)
{
	for (uint32_t i = 0; i < watch->nlooks; i++) {
		forget_pushes(&watch->looks[i]);
		free(watch->looks[i].pushes);
	}
	free(watch->looks);
	free(watch->state_dir);
	free(watch->base_dir);
	free(watch);
}

static void
count_closed(struct sw_watch *watch)
{
	if (--watch->nhandles == 0)
		free_watch(watch);
}

static void
on_poll_closed(uv_handle_t *handle)
{
	struct look *look = handle->data;
	struct sw_watch *watch = look->watch;
	if (watch->is_closing) {
		count_closed(watch);
		return;
	}
	watch->nhandles--;
	/* It has closed its end: it is done, or it never will be. */
	uv_timer_stop(&look->timer);
	reap(&look->timer);
}

static void
stop_reading(struct look *look)
{
	uv_poll_stop(&look->poll);
	close(look->fd);
	look->fd = -1;
	uv_close((uv_handle_t *)&look->poll, on_poll_closed);
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct look *look = poll->data;
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
	struct look *look = timer->data;
	look->timed_out = true;
	kill(look->pid, SIGKILL); /* its end of the pipe closes, too */
}

/* Starts the child; what it inherits of signals is settled in there. */
static int
spawn(struct look *look, int ends[2])
{
	sigset_t all;
	sigset_t before;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	look->pid = fork();
	if (look->pid == 0)
		be_child(look, ends[1]);
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

static int
begin(struct look *look, enum phase phase)
{
	struct sw_watch *watch = look->watch;
	int ends[2];
	look->phase = phase;
	look->is_whole = false;
	look->timed_out = false;
	look->line_length = 0;
	look->problem[0] = 0;
	if (pipe2(ends, O_CLOEXEC) != 0 || spawn(look, ends) != 0) {
		struct sw_error err;
		sw__error_errno(&err, "cannot look at the source");
		complain(look, err.text);
		return -1;
	}
	look->fd = ends[0];
	fcntl(look->fd, F_SETFL, O_NONBLOCK);
	uv_poll_init(watch->loop, &look->poll, look->fd);
	watch->nhandles++;
	look->poll.data = look;
	uv_poll_start(&look->poll, UV_READABLE, on_readable);
	uv_timer_start(&look->timer, on_deadline,
	    phase == PHASE_LIST ? SW_WATCH_DEADLINE_MS
				: SW_WATCH_FETCH_DEADLINE_MS,
	    0);
	return 0;
}

static void
look_at_all(struct sw_watch *watch, bool is_hint)
{
	for (uint32_t i = 0; i < watch->nlooks; i++) {
		struct look *look = &watch->looks[i];
		if (look->phase != PHASE_IDLE) {
			look->again = look->again || is_hint;
			continue;
		}
		if (begin(look, PHASE_LIST) != 0) {
			look->phase = PHASE_IDLE;
			tell_problem(look);
		}
	}
}

static void
on_interval(uv_timer_t *timer)
{
	look_at_all(timer->data, false);
}

static bool
is_watched(const struct sw_pipeline *pipeline, uint32_t action)
{
	const struct sw_provider *provider = pipeline->work[action].provider;
	return pipeline->machine->actions[action].category ==
		   SW_CATEGORY_SOURCE &&
	       provider && provider->list;
}

static void
add_looks(struct sw_watch *watch, const struct sw_pipeline *pipeline)
{
	for (uint32_t a = 0; a < pipeline->machine->nactions; a++) {
		if (!is_watched(pipeline, a))
			continue;
		struct look *look = &watch->looks[watch->nlooks++];
		*look = (struct look){
			.watch = watch,
			.source = { pipeline->work[a].parameters,
			    watch->state_dir, watch->base_dir },
			.provider = pipeline->work[a].provider,
			.trigger = sw__filter_trigger(pipeline, a),
			.action = a,
			.fd = -1,
		};
		uv_timer_init(watch->loop, &look->timer);
		look->timer.data = look;
		watch->nhandles++;
	}
}

int
sw__watch_new(struct sw_watch **out, const struct sw_watch_options *options,
    struct sw_error *err)
{
	assert(options->loop && options->calls && options->interval_ms > 0);
	const struct sw_pipeline *pipeline = options->pipeline;
	struct sw_watch *watch = calloc(1, sizeof *watch);
	if (!watch)
		return sw__error_errno(err, "cannot watch the sources");
	char here[PATH_MAX];
	watch->loop = options->loop;
	watch->calls = options->calls;
	watch->payload = options->payload;
	watch->state_dir = strdup(options->state_dir);
	watch->base_dir = getcwd(here, sizeof here) ? strdup(here) : NULL;
	watch->looks =
	    calloc(pipeline->machine->nactions, sizeof *watch->looks);
	if (!watch->state_dir || !watch->base_dir || !watch->looks) {
		sw__error_errno(err, "cannot watch the sources");
		free_watch(watch);
		return err->code;
	}
	add_looks(watch, pipeline);
	uv_timer_init(watch->loop, &watch->timer);
	watch->timer.data = watch;
	watch->nhandles++;
	uv_timer_start(&watch->timer, on_interval, 0, options->interval_ms);
	*out = watch;
	return 0;
}

void
sw__watch_hint(struct sw_watch *watch)
{
	look_at_all(watch, true);
}

static void
on_closed(uv_handle_t *handle)
{
	count_closed(handle->data);
}

void
sw__watch_free(struct sw_watch *watch)
{
	if (!watch)
		return;
	watch->is_closing = true;
	for (uint32_t i = 0; i < watch->nlooks; i++) {
		struct look *look = &watch->looks[i];
		if (look->pid > 0) {
			kill(look->pid, SIGKILL);
			/* It ends at once; if not, init collects it. */
			waitpid(look->pid, NULL, WNOHANG);
		}
		if (look->fd >= 0)
			stop_reading(look);
		look->timer.data = watch;
		uv_close((uv_handle_t *)&look->timer, on_closed);
	}
	uv_close((uv_handle_t *)&watch->timer, on_closed);
}
