/*
 * Watching sources: looks at the tips of a pipeline's Git sources, by
 * interval and when hinted, in a process of its own with a deadline, and
 * reports each tip that a trigger admits. What was seen before is the
 * caller's to say, so a tip is reported once, over restarts too.
 */
#ifndef RUNTIME_WATCH_H
#define RUNTIME_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include <stagewright/pipeline.h>

#include "error.h"

/* Between two looks at a source that was not hinted. */
#define SW_WATCH_INTERVAL_MS 10000

/* A new tip of a branch or tag. */
struct sw_tip {
	uint32_t action;      /* the source action */
	const char *ref;      /* "refs/heads/main" */
	const char *revision; /* commit id, hex */
	bool admitted;        /* a trigger starts an execution for it */
	/*
	 * The first look at this source: of all that is there, its own branch
	 * alone is admitted, because a pipeline runs once when it is created
	 * (User Guide, "Create a pipeline"). Start it only if nothing was
	 * started before.
	 */
	bool is_first;
};

struct sw_watch;

struct sw_watch_calls {
	/* The revision last seen at this ref of this source, or NULL. Of no
	 * ref (NULL): one that was seen at any, or NULL if none ever was. */
	const char *(*seen)(void *payload, uint32_t action, const char *ref);
	/*
	 * Tips that differ from it, n > 0 of one source: record them all in
	 * one commit, and start what is admitted, with its revision pinned.
	 * All branches and tags are told, so that a trigger that is added later
	 * does not take old ones for new.
	 */
	void (*tips)(void *payload, const struct sw_tip *tips, uint32_t n);
	/* A source could not be looked at; it is tried again. */
	void (*trouble)(void *payload, uint32_t action, const char *text);
};

struct sw_watch_options {
	uv_loop_t *loop;
	const struct sw_pipeline *pipeline;
	const char *state_dir; /* absolute; copied */
	uint64_t interval_ms;  /* > 0 */
	const struct sw_watch_calls *calls;
	void *payload; /* of the calls */
};

/* Watches all sources that can be, at once and until it is freed. */
int sw__watch_new(struct sw_watch **out, const struct sw_watch_options *options,
    struct sw_error *err);
/* Look now; a look that is under way is followed by another. */
void sw__watch_hint(struct sw_watch *watch);
/*
 * Stops looking and frees, when the loop has run once more; NULL is fine. Not
 * from within a call of `calls`.
 */
void sw__watch_free(struct sw_watch *watch);

#endif
