/*
 * Watches sources: asks each by interval and when hinted (look.c), judges its
 * branches and tags by the triggers, and tells those that are news. Input: the
 * pipeline's sources and triggers and what was seen before; output: calls of
 * the owner's. It must not know git, nor what becomes of a tip.
 */
#include "watch.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "look.h"

/* One source. */
struct watched {
	struct sw_look look;
	struct sw_watch *watch;
	uint32_t action;
	bool is_asked;
	bool again;                   /* hinted while it was asked */
	char told[SW_ERROR_TEXT_MAX]; /* the last problem that was reported */
};

struct sw_watch {
	uv_loop_t *loop;
	const struct sw_watch_calls *calls;
	void *payload;
	char *state_dir;
	char *base_dir;
	uv_timer_t timer;
	struct watched *sources;
	uint32_t nsources;
	uint32_t nopen; /* sources and the timer: the last to close frees */
};

/* Tells, in one go, the refs that were compared, or those that were not. */
static void
report(struct watched *source, bool compared, bool is_first)
{
	const struct sw_watch *watch = source->watch;
	struct sw_look *look = &source->look;
	struct sw_tip *tips = calloc(look->nrefs + 1, sizeof *tips);
	uint32_t count = 0;
	if (!tips) {
		sw__look_complain(look, "out of memory");
		return;
	}
	for (size_t i = 0; i < look->nrefs; i++) {
		const struct sw_look_ref *ref = &look->refs[i];
		if (ref->must_compare == compared)
			tips[count++] = (struct sw_tip){
				.action = source->action,
				.ref = ref->name,
				.revision = ref->revision,
				.admitted = ref->admitted,
				.is_first = is_first,
			};
	}
	if (count > 0)
		watch->calls->tips(watch->payload, tips, count);
	free(tips);
}

/* Keeps, of a whole list, what differs from what was seen. */
static void
keep_new(struct watched *source)
{
	const struct sw_watch *watch = source->watch;
	struct sw_look *look = &source->look;
	size_t kept = 0;
	for (size_t i = 0; i < look->nrefs; i++) {
		struct sw_look_ref ref = look->refs[i];
		const char *seen = watch->calls->seen(
		    watch->payload, source->action, ref.name);
		if (seen && strcmp(seen, ref.revision) == 0) {
			sw__look_forget_ref(&ref);
			continue;
		}
		ref.old = seen ? strdup(seen) : NULL;
		if (seen && !ref.old)
			sw__look_complain(look, "out of memory");
		look->refs[kept++] = ref;
	}
	look->nrefs = kept;
}

/*
 * Judges a whole list. The first look at a source admits its own branch
 * alone, whatever the filters: see sw_tip.is_first. True: some refs are still
 * to be compared.
 */
static bool
judge(struct watched *source)
{
	const struct sw_watch *watch = source->watch;
	struct sw_look *look = &source->look;
	const bool is_first =
	    !watch->calls->seen(watch->payload, source->action, NULL);
	bool must_compare = false;
	keep_new(source);
	for (size_t i = 0; i < look->nrefs; i++) {
		struct sw_look_ref *ref = &look->refs[i];
		const struct sw_push push = { ref->name, ref->is_own,
			ref->old == NULL };
		const enum sw_verdict verdict =
		    sw__filter_judge(look->trigger, &push);
		ref->must_compare = !is_first && verdict == SW_VERDICT_PATHS;
		ref->admitted =
		    is_first ? ref->is_own : verdict == SW_VERDICT_YES;
		must_compare = must_compare || ref->must_compare;
	}
	if (!*look->problem)
		report(source, false, is_first);
	return must_compare;
}

/* A problem is told once, until it is another one or it is over. */
static void
tell_problem(struct watched *source)
{
	const struct sw_watch *watch = source->watch;
	const char *problem = source->look.problem;
	if (*problem && strcmp(problem, source->told) != 0)
		watch->calls->trouble(watch->payload, source->action, problem);
	memcpy(source->told, problem, sizeof source->told);
}

static void
ask(struct watched *source)
{
	source->is_asked = sw__look_ask(&source->look, SW_LOOK_LIST) == 0;
	if (!source->is_asked)
		tell_problem(source);
}

static void
on_answer(struct sw_look *look)
{
	struct watched *source = look->payload;
	const bool is_list = look->question == SW_LOOK_LIST;
	if (!*look->problem && is_list && judge(source) && !*look->problem &&
	    sw__look_ask(look, SW_LOOK_COMPARE) == 0)
		return;
	if (!*look->problem && !is_list)
		report(source, true, false);
	tell_problem(source);
	sw__look_forget(look);
	source->is_asked = false;
	if (source->again) {
		source->again = false;
		ask(source);
	}
}

static void
look_at_all(struct sw_watch *watch, bool is_hint)
{
	for (uint32_t i = 0; i < watch->nsources; i++) {
		struct watched *source = &watch->sources[i];
		if (source->is_asked)
			source->again = source->again || is_hint;
		else
			ask(source);
	}
}

static void
on_interval(uv_timer_t *timer)
{
	look_at_all(timer->data, false);
}

static void
free_watch(struct sw_watch *watch)
{
	for (uint32_t i = 0; i < watch->nsources; i++)
		sw__look_forget(&watch->sources[i].look);
	free(watch->sources);
	free(watch->state_dir);
	free(watch->base_dir);
	free(watch);
}

static void
count_closed(struct sw_watch *watch)
{
	if (--watch->nopen == 0)
		free_watch(watch);
}

static void
on_look_closed(struct sw_look *look)
{
	const struct watched *source = look->payload;
	count_closed(source->watch);
}

static void
on_timer_closed(uv_handle_t *handle)
{
	count_closed(handle->data);
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
add_sources(struct sw_watch *watch, const struct sw_pipeline *pipeline)
{
	for (uint32_t a = 0; a < pipeline->machine->nactions; a++) {
		if (!is_watched(pipeline, a))
			continue;
		struct watched *source = &watch->sources[watch->nsources++];
		*source = (struct watched){ .watch = watch, .action = a };
		source->look.source = (struct sw_source){
			pipeline->work[a].parameters,
			watch->state_dir,
			watch->base_dir,
		};
		source->look.provider = pipeline->work[a].provider;
		source->look.trigger = sw__filter_trigger(pipeline, a);
		source->look.done = on_answer;
		source->look.closed = on_look_closed;
		source->look.payload = source;
		sw__look_open(&source->look, watch->loop);
		watch->nopen++;
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
	watch->sources =
	    calloc(pipeline->machine->nactions, sizeof *watch->sources);
	if (!watch->state_dir || !watch->base_dir || !watch->sources) {
		sw__error_errno(err, "cannot watch the sources");
		free_watch(watch);
		return err->code;
	}
	add_sources(watch, pipeline);
	uv_timer_init(watch->loop, &watch->timer);
	watch->timer.data = watch;
	watch->nopen++;
	if (watch->nsources > 0)
		uv_timer_start(
		    &watch->timer, on_interval, 0, options->interval_ms);
	*out = watch;
	return 0;
}

void
sw__watch_hint(struct sw_watch *watch)
{
	look_at_all(watch, true);
}

void
sw__watch_free(struct sw_watch *watch)
{
	if (!watch)
		return;
	for (uint32_t i = 0; i < watch->nsources; i++)
		sw__look_close(&watch->sources[i].look);
	uv_close((uv_handle_t *)&watch->timer, on_timer_closed);
}
