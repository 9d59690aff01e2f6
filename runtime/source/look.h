/*
 * One look at a source: a child process asks the source's provider, and is
 * killed at a deadline, since a remote may never answer. Internal to watch.c.
 */
#ifndef RUNTIME_LOOK_H
#define RUNTIME_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <uv.h>

#include "error.h"
#include "machine/filter.h"
#include "provider/provider.h"

/* Bytes of a line of an answer, and branches and tags of one source. */
#define SW_LOOK_LINE_MAX 1200
#define SW_LOOK_REFS_MAX 1000000

/* One look at a source; tests are less patient. */
#ifndef SW_LOOK_DEADLINE_MS
#	define SW_LOOK_DEADLINE_MS 60000
#endif
/* One that must fetch, to see which files a push changed. */
#define SW_LOOK_FETCH_DEADLINE_MS 600000

enum sw_look_question {
	SW_LOOK_LIST,   /* which branches and tags are there? fills refs */
	SW_LOOK_COMPARE /* do changed files admit those with must_compare? */
};

/* A branch or tag in an answer. */
struct sw_look_ref {
	char *name;
	char *revision;
	char *old; /* seen before, or NULL; the caller's to fill in */
	bool is_own;
	bool must_compare; /* the caller's, before it asks to compare */
	bool admitted;     /* answered by comparing */
};

struct sw_look {
	/* The caller's, before sw__look_open. */
	struct sw_source source; /* and what it points to, until closed */
	const struct sw_provider *provider;
	const struct sw_trigger *trigger;
	/* Once for each question: the answer or a problem is here. It may ask
	 * again. */
	void (*done)(struct sw_look *look);
	void (*closed)(struct sw_look *look); /* after sw__look_close */
	void *payload;

	/* The answer. */
	struct sw_look_ref *refs;
	size_t nrefs;
	char problem[SW_ERROR_TEXT_MAX]; /* empty: none */

	/* Internal. */
	enum sw_look_question question;
	size_t room;
	bool is_whole; /* the child said that it was done */
	bool has_timed_out;
	bool is_closing;
	pid_t pid; /* 0: nothing is asked */
	int fd;
	unsigned handles; /* open ones */
	uv_poll_t poll;
	uv_timer_t timer;
	char line[SW_LOOK_LINE_MAX];
	size_t line_length;
};

void sw__look_open(struct sw_look *look, uv_loop_t *loop);
/* Asks; one question at a time. 0 and `done` comes, or -1 with a problem. */
int sw__look_ask(struct sw_look *look, enum sw_look_question question);
/* Adds a problem, if there is none yet. */
void sw__look_complain(struct sw_look *look, const char *text);
void sw__look_forget_ref(struct sw_look_ref *ref);
void sw__look_forget(struct sw_look *look); /* all refs */
/* Ends the child and closes; `closed` is called when the loop has run. */
void sw__look_close(struct sw_look *look);

#endif
