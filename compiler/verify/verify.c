/*
 * Makes the searches, from the smallest to the largest, and a verdict of each
 * property from them: what runs alone break fails; what needs an operator to
 * be broken holds unless one does it; a property that no complete search has
 * judged is unknown.
 */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "alike.h"
#include "base/arena.h"
#include "bystander.h"
#include "lower/lower.h"

struct verifying {
	struct arena *arena;
	const struct verify_options *options;
	struct verification *v;
	struct breach *breaches;
	uint32_t *alike; /* NULL: all actions are told apart */
	/* The same for several executions. */
	bool *bystanders;
	uint32_t *alike_of_several;
};

/* The judge is the visitor; who shows progress has a self of its own. */
struct watcher {
	const struct verify_options *options;
	struct explore_visitor judge;
	const struct breach *breaches; /* of has_found_all() */
	size_t n;
};

static uint64_t
watch_observe(void *self, const struct explore_step *step)
{
	struct watcher *w = self;
	return w->judge.observe(w->judge.self, step);
}

static void
watch_step(void *self, const struct explore_step *step)
{
	struct watcher *w = self;
	w->judge.step(w->judge.self, step);
}

static void
watch_place(void *self, const struct explore_place *place)
{
	struct watcher *w = self;
	w->judge.place(w->judge.self, place);
}

static void
watch_found(void *self, uint32_t parent, uint32_t state, struct sw_event event,
    bool is_new)
{
	struct watcher *w = self;
	w->judge.found(w->judge.self, parent, state, event, is_new);
}

static bool
watch_end(void *self)
{
	const struct watcher *w = self;
	return judge_has_seen_enough(w->judge.self);
}

static bool
watch_progress(void *self, const struct explore_progress *progress)
{
	const struct watcher *w = self;
	return w->options->progress(w->options->self, progress);
}

static void
watch(struct watcher *watcher, struct explore_options *options)
{
	struct explore_visitor *visitor = &options->visitor;
	watcher->judge = *visitor;
	*visitor = (struct explore_visitor){
		.self = watcher,
		.observe = visitor->observe != NULL ? watch_observe : NULL,
		.step = watch_step,
		.place = watch_place,
		.found = visitor->found != NULL ? watch_found : NULL,
		.progress =
		    watcher->options->progress != NULL ? watch_progress : NULL,
	};
}

/* Is the property still to be judged by such a search? */
static bool
is_open(const struct verifying *verifying, size_t i,
    const struct verify_search *search)
{
	const struct property *p = verifying->v->verdicts[i].property;
	return !verifying->breaches[i].is_found &&
	       !verifying->breaches[i].is_witnessed &&
	       p->is_several == search->is_several &&
	       !(p->is_of_runs && search->has_operators);
}

static bool
is_wanted(const struct verifying *verifying, const struct verify_search *search)
{
	for (size_t i = 0; i < verifying->v->n; i++)
		if (is_open(verifying, i, search))
			return true;
	return false;
}

/* How many events of a run bring #1 into a stage. */
static size_t
count_until_entry(
    struct verifying *verifying, const struct verdict *verdict, uint32_t stage)
{
	const struct sw_machine *machine =
	    &verifying->v->properties->lowered->machine;
	struct sw_state *state =
	    arena_alloc(verifying->arena, machine->state_size);
	struct sw_output output = {
		.commands = arena_array(verifying->arena,
		    SW_COMMANDS_MAX(machine->group_max),
		    sizeof *output.commands),
		.fired = arena_array(verifying->arena,
		    SW_FIRED_MAX(machine->group_max), sizeof *output.fired),
	};
	sw_state_init(machine, state);
	size_t n = 0;
	while (n < verdict->nevents &&
	       sw_state_stage(state, stage)->execution == 0)
		(void)sw_step(machine, state, verdict->events[n++], &output);
	return n;
}

/*
 * The search found #1 at an approval. All stages before are free again: what
 * brought #1 there lets #2 wait in front of it, and then #3 in its place.
 */
static void
go_on(struct verifying *verifying, struct verdict *verdict)
{
	const size_t n =
	    count_until_entry(verifying, verdict, verdict->breach.stage);
	for (size_t i = 0; i < 2 * n; i++)
		verdict->events[verdict->nevents++] = verdict->events[i % n];
}

/* What a search that is over says of a property. */
static void
settle(struct verifying *verifying, size_t i,
    const struct verify_search *search, struct explore *explore)
{
	struct verdict *verdict = &verifying->v->verdicts[i];
	const struct breach *breach = &verifying->breaches[i];
	struct sw_event *events;
	if (breach->is_witnessed) {
		verdict->status = VERIFY_HOLDS;
		return;
	}
	if (!breach->is_found) {
		/* Runs alone prove nothing about what operators may do. */
		const bool is_last =
		    search->has_operators || verdict->property->is_of_runs;
		if (is_last)
			verdict->status = search->outcome == EXPLORE_COMPLETE &&
						  !breach->is_unsure
					      ? VERIFY_HOLDS
					      : VERIFY_UNKNOWN;
		return;
	}
	verdict->status =
	    search->has_operators && !verdict->property->is_of_all &&
		    verdict->property->kind != PROPERTY_ROLLBACK_NONE
		? VERIFY_HOLDS_UNLESS
		: VERIFY_FAILS;
	verdict->breach = *breach;
	verdict->nevents =
	    explore_run_to(explore, breach->state, breach->event, &events);
	verdict->events = arena_array(
	    verifying->arena, 3 * verdict->nevents + 1, sizeof *events);
	for (size_t k = 0; k < verdict->nevents; k++)
		verdict->events[k] = events[k];
	free(events);
	if (verdict->property->kind == PROPERTY_STARVES)
		go_on(verifying, verdict);
}

static struct explore_options
options_of(
    const struct verifying *verifying, const struct verify_search *search)
{
	const struct verify_options *o = verifying->options;
	return (struct explore_options){
		.machine = &verifying->v->properties->lowered->machine,
		.moves = search->has_operators
			     ? EXPLORE_RUNS | EXPLORE_OPERATORS
			     : EXPLORE_RUNS,
		.executions = search->executions,
		.rollbacks = search->has_operators ? VERIFY_ROLLBACKS : 0,
		.closings = VERIFY_CLOSINGS,
		.alike = search->is_several ? verifying->alike_of_several
					    : verifying->alike,
		.bystanders = search->is_several ? verifying->bystanders : NULL,
		.is_serial = !search->is_several && !o->is_unreduced,
		.memory_max =
		    o->memory_max != 0 ? o->memory_max : VERIFY_MEMORY_MAX,
		.seconds_max =
		    o->seconds_max > 0 ? o->seconds_max : VERIFY_SECONDS_MAX,
	};
}

/* Is it found by one step or state, not by what all of them say? */
static bool
is_found_on_the_way(enum property_kind kind)
{
	return kind != PROPERTY_COMPLETE && kind != PROPERTY_LIVELOCK &&
	       kind != PROPERTY_DEAD_ACTION && kind != PROPERTY_ROLLBACK_NONE;
}

/* Ends a search in which nothing is left to be found. */
static bool
has_found_all(void *self)
{
	const struct watcher *w = self;
	for (size_t i = 0; i < w->n; i++)
		if (!w->breaches[i].is_found)
			return false;
	return true;
}

/*
 * A search that keeps to an order (is_in_turn in explore.c), or in which
 * bystanders end first, finds what can be broken, but perhaps by a longer run
 * than need be. Looks once more for what
 * it found, in any order, only until all of it is found.
 */
static void
shorten(struct verifying *verifying, const struct verify_search *search,
    const bool *was_open)
{
	const size_t n = verifying->v->n;
	struct verifying again = *verifying;
	again.breaches = arena_array(again.arena, n, sizeof *again.breaches);
	bool *is_sought = arena_array(again.arena, n, sizeof *is_sought);
	for (size_t i = 0; i < n; i++) {
		is_sought[i] = was_open[i] && verifying->breaches[i].is_found &&
			       is_found_on_the_way(
				   verifying->v->verdicts[i].property->kind);
		again.breaches[i].is_found = !is_sought[i];
	}
	struct watcher watcher = { .options = verifying->options,
		.breaches = again.breaches,
		.n = n };
	if (has_found_all(&watcher))
		return;
	struct explore_options options = options_of(verifying, search);
	options.is_serial = false;
	options.bystanders = NULL;
	options.alike = verifying->alike;
	options.seconds_max -= search->counts.seconds;
	if (options.memory_max > VERIFY_SHORTEN_MEMORY)
		options.memory_max = VERIFY_SHORTEN_MEMORY;
	struct judge *judge = judge_new(again.v->properties, again.breaches,
	    &options, search->is_several, false);
	watch(&watcher, &options);
	options.visitor.has_seen_enough = has_found_all;
	struct explore *explore = explore_new(&options);
	(void)explore_run(explore);
	for (size_t i = 0; i < n; i++)
		if (is_sought[i] && again.breaches[i].is_found)
			settle(&again, i, search, explore);
	explore_free(explore);
	judge_free(judge);
}

static void
search(struct verifying *verifying, struct verify_search *search)
{
	struct explore_options options = options_of(verifying, search);
	struct judge *judge = judge_new(verifying->v->properties,
	    verifying->breaches, &options, search->is_several,
	    search->has_operators && !search->is_several);
	struct watcher watcher = { .options = verifying->options };
	bool *was_open =
	    arena_array(verifying->arena, verifying->v->n, sizeof *was_open);
	for (size_t i = 0; i < verifying->v->n; i++)
		was_open[i] = is_open(verifying, i, search);
	watch(&watcher, &options);
	/* What only all states say is judged of one execution. */
	if (search->is_several)
		options.visitor.has_seen_enough = watch_end;
	struct explore *explore = explore_new(&options);
	search->was_made = true;
	search->outcome = explore_run(explore);
	search->counts = explore_counts(explore);
	if (search->outcome == EXPLORE_COMPLETE)
		judge_whole(judge, explore);
	for (size_t i = 0; i < verifying->v->n; i++)
		if (was_open[i] || verifying->breaches[i].is_witnessed)
			settle(verifying, i, search, explore);
	explore_free(explore);
	judge_free(judge);
	if ((options.is_serial && search->has_operators &&
		search->executions == 1) ||
	    options.bystanders != NULL)
		shorten(verifying, search, was_open);
}

static struct verification *
new_verification(
    struct arena *arena, const struct properties *properties, const char *only)
{
	struct verification *v = arena_alloc(arena, sizeof *v);
	struct properties *chosen = arena_alloc(arena, sizeof *chosen);
	*chosen = *properties;
	chosen->items =
	    arena_array(arena, properties->n, sizeof *chosen->items);
	chosen->n = 0;
	for (size_t i = 0; i < properties->n; i++)
		if (only == NULL ||
		    strcmp(only, properties->items[i].name) == 0)
			chosen->items[chosen->n++] = properties->items[i];
	v->properties = chosen;
	v->n = chosen->n;
	v->verdicts = arena_array(arena, v->n, sizeof *v->verdicts);
	for (size_t i = 0; i < v->n; i++)
		v->verdicts[i] = (struct verdict){
			.property = &chosen->items[i],
			.status = VERIFY_UNKNOWN,
		};
	return v;
}

/* A bystander is not like who speaks for it. */
static void
reduce(struct verifying *verifying)
{
	const struct properties *properties = verifying->v->properties;
	const struct sw_machine *machine = &properties->lowered->machine;
	uint64_t *roles = properties_roles(verifying->arena, properties);
	verifying->alike = alike_find(machine, roles);
	verifying->bystanders = bystander_find(
	    machine, properties_named(verifying->arena, properties));
	for (uint32_t i = 0; i < machine->nactions; i++)
		roles[i] += verifying->bystanders[i];
	verifying->alike_of_several = alike_find(machine, roles);
}

struct verification *
verify(struct arena *arena, const struct lowered *lowered,
    const struct obligations *obligations, const struct verify_options *options)
{
	struct verification *v = new_verification(arena,
	    properties_list(arena, lowered, obligations), options->property);
	struct verifying verifying = {
		.arena = arena,
		.options = options,
		.v = v,
		.breaches =
		    arena_array(arena, v->n, sizeof *verifying.breaches),
	};
	if (!options->is_unreduced)
		reduce(&verifying);
	for (size_t i = 0; i < VERIFY_SEARCHES; i++) {
		struct verify_search *s = &v->searches[i];
		s->is_several = i >= 2;
		s->has_operators = i % 2 == 1;
		s->executions =
		    options->executions != 0 ? options->executions : 1;
		if (s->is_several && options->executions == 0)
			s->executions = 2;
		if (is_wanted(&verifying, s))
			search(&verifying, s);
	}
	free(verifying.alike);
	free(verifying.bystanders);
	free(verifying.alike_of_several);
	return v;
}
