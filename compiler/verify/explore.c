/*
 * The search. A state is unpacked once; each event is tried on it in place,
 * what it touched is packed into a copy of the words and put back. What an
 * event touched is said by the rules that fired: the machine changes no stage
 * without naming it. Decides nothing: sw_step does.
 */
#include "explore.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "parts.h"

/* States between two looks at the clock. */
#define CLOCK_EVERY 4096
#define PROGRESS_SECONDS 0.5

struct explore {
	struct explore_options options;
	struct sw_machine machine;
	struct parts parts;
	uint32_t nwords; /* of a packed state */
	uint32_t executions;
	struct packing *packing;
	struct states *states;
	uint64_t transitions;
	double seconds;
	double shown;           /* when progress was */
	uint32_t *before_alike; /* the one before it of its kind, or itself */
	struct sw_event *events;
	uint32_t nevents_max;
	struct sw_state *before;
	struct sw_state *after;
	uint64_t *words;      /* of `before` */
	uint64_t *next_words; /* of `after` */
	struct sw_output output;
};

/* What rules.def says of the subject of each rule. */
enum subject {
	SUBJECT_NONE,
	SUBJECT_STAGE,
	SUBJECT_GROUP,
	SUBJECT_ACTION,
	SUBJECT_CONDITION
};

static const uint8_t rule_subjects[] = {
#define SW_RULE(id, name, subject, section, sentence)                          \
	[SW_RULE_##id] = SUBJECT_##subject,
#include <stagewright/rules.def>
#undef SW_RULE
};

enum explore_moves
explore_mover(enum sw_event_kind kind)
{
	switch (kind) {
	case SW_EVENT_UNKNOWN:
		return EXPLORE_UNKNOWN;
	case SW_EVENT_OPEN:
	case SW_EVENT_CLOSE:
		return EXPLORE_TRANSITIONS;
	case SW_EVENT_STOP:
	case SW_EVENT_ABANDON:
		return EXPLORE_STOPS;
	case SW_EVENT_RETRY:
	case SW_EVENT_RETRY_ALL:
		return EXPLORE_RETRIES;
	case SW_EVENT_OVERRIDE_BEFORE_ENTRY:
	case SW_EVENT_OVERRIDE_ON_SUCCESS:
	case SW_EVENT_OVERRIDE_ON_FAILURE:
		return EXPLORE_OVERRIDES;
	case SW_EVENT_ROLLBACK:
		return EXPLORE_ROLLBACKS;
	default:
		return EXPLORE_RUNS;
	}
}

static bool
rolls_back_by_itself(const struct sw_machine *machine)
{
	for (uint32_t i = 0; i < machine->nstages; i++)
		if (machine->stages[i].on_success == SW_RESULT_ROLLBACK ||
		    machine->stages[i].on_failure == SW_RESULT_ROLLBACK)
			return true;
	return false;
}

/*
 * The bounds, made consistent. An execution is rolled back automatically at
 * most once: the rollback takes its stage, and with it the right to retry.
 */
static void
bound(struct explore *x)
{
	struct explore_options *o = &x->options;
	const bool is_parallel = o->machine->mode == SW_MODE_PARALLEL;
	const bool is_automatic = rolls_back_by_itself(o->machine);
	if (o->executions == 0 || is_parallel)
		o->executions = 1;
	if (is_parallel || (o->moves & EXPLORE_ROLLBACKS) == 0)
		o->rollbacks = 0;
	if (o->rollbacks == 0)
		o->moves &= ~(unsigned)EXPLORE_ROLLBACKS;
	if (is_parallel)
		o->moves &= ~(unsigned)EXPLORE_TRANSITIONS;
	const uint32_t each = is_automatic ? 2 : 1;
	if (o->rollbacks > EXPLORE_EXECUTIONS_MAX - each)
		o->rollbacks = EXPLORE_EXECUTIONS_MAX - each;
	if (o->executions > (EXPLORE_EXECUTIONS_MAX - o->rollbacks) / each)
		o->executions = (EXPLORE_EXECUTIONS_MAX - o->rollbacks) / each;
	x->executions = o->executions * each + o->rollbacks;
	x->machine = *o->machine;
	if (o->rollbacks != 0 || is_automatic)
		x->machine.target_words = is_parallel ? 0 : 1;
	else
		x->machine.target_words = 0;
	if (x->machine.in_flight_max > x->executions)
		x->machine.in_flight_max = x->executions;
	if (x->machine.queue_max > o->executions)
		x->machine.queue_max = o->executions;
	x->machine.state_size = (uint32_t)sw_state_size(&x->machine);
	x->parts = parts_of(&x->machine);
}

static void
chain_alike(struct explore *x)
{
	const uint32_t *alike = x->options.alike;
	const uint32_t n = x->machine.nactions;
	x->before_alike = check_memory(calloc(n, sizeof *x->before_alike));
	uint32_t *latest = check_memory(calloc(n, sizeof *latest));
	for (uint32_t a = 0; a < n; a++) {
		x->before_alike[a] = a;
		if (alike == NULL)
			continue;
		if (alike[a] != a)
			x->before_alike[a] = latest[alike[a]];
		latest[alike[a]] = a;
	}
	free(latest);
}

struct explore *
explore_new(const struct explore_options *options)
{
	struct explore *x = check_memory(calloc(1, sizeof *x));
	x->options = *options;
	bound(x);
	const unsigned moves = x->options.moves;
	const struct packing_bounds bounds = {
		.executions = x->executions,
		.started = x->options.executions,
		.rolled = x->options.rollbacks,
		.nobserved = options->nobserved,
		.has_closing = (moves & EXPLORE_TRANSITIONS) != 0,
		.has_abandoned = (moves & (EXPLORE_STOPS | EXPLORE_OVERRIDES |
					      EXPLORE_UNKNOWN)) != 0,
		.has_stopping = (moves & EXPLORE_STOPS) != 0,
	};
	const struct sw_machine *machine = &x->machine;
	const uint32_t group = machine->group_max;
	x->packing = packing_new(machine, &bounds, options->alike);
	x->nwords = packing_words(x->packing);
	x->states = states_new(x->nwords, options->memory_max,
	    options->visitor.found, options->visitor.self);
	x->nevents_max = 3 * machine->nactions +
			 (6 + 3 * x->executions) * machine->nstages +
			 2 * x->executions + 1;
	x->events = check_memory(calloc(x->nevents_max, sizeof *x->events));
	x->before = check_memory(calloc(1, machine->state_size));
	x->after = check_memory(calloc(1, machine->state_size));
	x->words = check_memory(calloc(x->nwords, sizeof *x->words));
	x->next_words = check_memory(calloc(x->nwords, sizeof *x->next_words));
	x->output.commands = check_memory(
	    calloc(SW_COMMANDS_MAX(group), sizeof(struct sw_command)));
	x->output.fired =
	    check_memory(calloc(SW_FIRED_MAX(group), sizeof(struct sw_fired)));
	chain_alike(x);
	return x;
}

void
explore_free(struct explore *x)
{
	if (x == NULL)
		return;
	packing_free(x->packing);
	states_free(x->states);
	free(x->before_alike);
	free(x->events);
	free(x->before);
	free(x->after);
	free(x->words);
	free(x->next_words);
	free(x->output.commands);
	free(x->output.fired);
	free(x);
}

/* Transitions that an operator has closed. */
static uint32_t
closed_by_hand(const struct explore *x, const struct sw_state *state)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < x->machine.nstages; i++)
		n += sw_state_stage(state, i)->closed != 0 &&
		     x->machine.stages[i].closed == 0;
	return n;
}

/* Has everything Succeeded, or was passed over? */
static bool
is_done(const struct explore *x, const struct sw_state *state)
{
	for (uint32_t i = 0; i < x->machine.nstages; i++) {
		const uint8_t status = sw_state_stage(state, i)->status;
		if (status != SW_STATUS_SUCCEEDED &&
		    status != SW_STATUS_SKIPPED)
			return false;
	}
	return true;
}

/*
 * Does the event keep to the order of is_serial? Whoever is in flight ends
 * before an operator retries a stage, and a rollback by hand begins when the
 * execution has Succeeded. A rollback and the execution are in different
 * stages, and no event of the one reads or changes what the other's do (nobody
 * comes back to a stage that was left), so events of the two can change
 * places; and an execution that Succeeded in a stage can go on to Succeed in
 * all. So every property of one execution that some run breaks is broken by a
 * run of this order, if not by a shortest one. What is about both at a time (is_several in property.h)
 * has to be searched without.
 */
static bool
is_in_turn(const struct explore *x, const struct sw_state *state,
    enum sw_event_kind kind)
{
	if (!x->options.is_serial || x->options.executions != 1)
		return true;
	if (kind == SW_EVENT_ROLLBACK)
		return is_done(x, state);
	return (kind != SW_EVENT_RETRY && kind != SW_EVENT_RETRY_ALL) ||
	       sw_state_in_flight(&x->machine, state) == 0;
}

/* Is the event within the bounds? */
static bool
is_within(const struct explore *x, const struct sw_state *state,
    const struct packing_extra *extra, struct sw_event event, uint32_t closed)
{
	const struct explore_options *o = &x->options;
	const enum sw_event_kind kind = (enum sw_event_kind)event.kind;
	if ((o->moves & (unsigned)explore_mover(kind)) == 0 ||
	    !is_in_turn(x, state, kind))
		return false;
	switch (kind) {
	case SW_EVENT_START:
		return extra->started < o->executions;
	case SW_EVENT_ROLLBACK:
		return extra->rolled < o->rollbacks;
	case SW_EVENT_CLOSE:
		return x->machine.stages[event.subject].closed != 0 ||
		       closed < o->closings;
	default:
		return true;
	}
}

/* Is the event the same as another one, of an action like its own? */
static bool
is_repeated(const struct explore *x, const struct sw_state *state,
    struct sw_event event)
{
	const unsigned ends = EXPLORE_RUNS | EXPLORE_UNKNOWN;
	if (event.kind == SW_EVENT_START ||
	    (explore_mover((enum sw_event_kind)event.kind) & ends) == 0)
		return false;
	const uint8_t *bytes = actions_at(&x->parts, state);
	const uint32_t before = x->before_alike[event.subject];
	return before != event.subject && bytes[before] == bytes[event.subject];
}

static inline uint32_t
stage_of(const struct explore *x, const struct sw_fired *fired)
{
	switch (rule_subjects[fired->rule]) {
	case SUBJECT_NONE:
		return UINT32_MAX;
	case SUBJECT_STAGE:
		return fired->subject;
	default:
		return x->machine.actions[fired->subject].stage;
	}
}

static void
restore_stage(const struct explore *x, uint32_t stage)
{
	const struct sw_stage *row = &x->machine.stages[stage];
	const struct parts *parts = &x->parts;
	*stage_in(x->after, stage) = *sw_state_stage(x->before, stage);
	if (x->machine.target_words != 0)
		targets_in(parts, x->after)[stage] =
		    targets_at(parts, x->before)[stage];
	const uint8_t *from = actions_at(parts, x->before);
	uint8_t *to = actions_in(parts, x->after);
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		to[a] = from[a];
}

static void
restore(const struct explore *x)
{
	uint32_t done = UINT32_MAX;
	for (uint32_t i = 0; i < x->output.nfired; i++) {
		const uint32_t stage = stage_of(x, &x->output.fired[i]);
		if (stage != UINT32_MAX && stage != done)
			restore_stage(x, stage);
		done = stage;
	}
	x->after->executions = x->before->executions;
	for (uint32_t i = 0; i < x->machine.queue_max; i++)
		queue_in(&x->parts, x->after)[i] =
		    queue_at(&x->parts, x->before)[i];
	assert(!x->options.is_wary ||
	       memcmp(x->before, x->after, x->machine.state_size) == 0);
}

/* The words of x->after, from those of x->before. */
static void
pack_after(const struct explore *x, const struct packing_extra *extra)
{
	for (uint32_t i = 0; i < x->nwords; i++)
		x->next_words[i] = x->words[i];
	uint32_t done = UINT32_MAX;
	for (uint32_t i = 0; i < x->output.nfired; i++) {
		const uint32_t stage = stage_of(x, &x->output.fired[i]);
		if (stage != UINT32_MAX && stage != done)
			packing_pack_stage(
			    x->packing, x->after, stage, x->next_words);
		done = stage;
	}
	packing_pack_rest(x->packing, x->after, extra, x->next_words);
}

/* What stands beside the state after an accepted step. */
static struct packing_extra
extra_after(const struct explore *x, const struct explore_step *step,
    const struct packing_extra *extra)
{
	struct packing_extra next = *extra;
	next.started += step->event.kind == SW_EVENT_START;
	next.rolled += step->event.kind == SW_EVENT_ROLLBACK;
	if (x->options.visitor.observe != NULL)
		next.observed =
		    x->options.visitor.observe(x->options.visitor.self, step);
	return next;
}

/* Tries one event on x->before; false: refused. */
static bool
try_event(struct explore *x, uint32_t number, const struct packing_extra *extra,
    struct sw_event event)
{
	if (sw_step(&x->machine, x->after, event, &x->output) != SW_ACCEPTED)
		return false;
	const struct explore_step step = {
		.from = number,
		.machine = &x->machine,
		.before = x->before,
		.after = x->after,
		.observed = extra->observed,
		.event = event,
		.out = &x->output,
	};
	const struct packing_extra next = extra_after(x, &step, extra);
	if (x->options.visitor.step != NULL)
		x->options.visitor.step(x->options.visitor.self, &step);
	pack_after(x, &next);
	states_offer(x->states, x->next_words, number, event);
	x->transitions++;
	restore(x);
	return true;
}

/* A bystander that runs; UINT32_MAX: none does. */
static uint32_t
running_bystander(const struct explore *x, const struct sw_state *state)
{
	const uint8_t *bytes = actions_at(&x->parts, state);
	for (uint32_t a = 0;
	     x->options.bystanders != NULL && a < x->machine.nactions; a++)
		if (x->options.bystanders[a] &&
		    status_of(bytes[a]) == SW_STATUS_IN_PROGRESS)
			return a;
	return UINT32_MAX;
}

/* Does an operator's move help somebody on? To close a transition does not,
 * nor to open one where nobody waits. */
static bool
is_help(const struct sw_state *state, struct sw_event event)
{
	return event.kind != SW_EVENT_CLOSE &&
	       (event.kind != SW_EVENT_OPEN ||
		   sw_state_stage(state, event.subject)->waiting != 0);
}

/* What the machine may be asked in x->before: into x->events. */
static uint32_t
find_events(struct explore *x)
{
	const uint32_t bystander = running_bystander(x, x->before);
	if (bystander != UINT32_MAX) {
		x->events[0] = (struct sw_event){
			.kind = x->machine.actions[bystander].category ==
					SW_CATEGORY_APPROVAL
				    ? SW_EVENT_APPROVE
				    : SW_EVENT_SUCCEED,
			.subject = bystander,
		};
		return 1;
	}
	const uint32_t n =
	    sw_candidates(&x->machine, x->before, x->events, x->nevents_max);
	assert(n <= x->nevents_max);
	return n;
}

/* All that can happen in a state. */
static void
expand(struct explore *x, uint32_t number)
{
	struct packing_extra extra;
	struct explore_place place = {
		.number = number,
		.machine = &x->machine,
		.state = x->before,
	};
	const uint64_t *words = states_words(x->states, number);
	packing_unpack(x->packing, words, number == 0 ? NULL : x->words,
	    x->before, &extra);
	memcpy(x->words, words, x->nwords * sizeof *x->words);
	memcpy(x->after, x->before, x->machine.state_size);
	place.observed = extra.observed;
	const uint32_t n = find_events(x);
	const uint32_t closed = (x->options.moves & EXPLORE_TRANSITIONS) != 0
				    ? closed_by_hand(x, x->before)
				    : 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct sw_event event = x->events[i];
		if (!is_within(x, x->before, &extra, event, closed) ||
		    is_repeated(x, x->before, event) ||
		    !try_event(x, number, &extra, event))
			continue;
		if (explore_mover((enum sw_event_kind)event.kind) !=
		    EXPLORE_RUNS)
			place.nhelps += is_help(x->before, event);
		else
			place.nruns += event.kind != SW_EVENT_START;
	}
	if (x->options.visitor.place != NULL)
		x->options.visitor.place(x->options.visitor.self, &place);
}

static double
now(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Has the search to end before its end? */
static enum explore_outcome
look_at_clock(struct explore *x, double begin, uint32_t next)
{
	const struct explore_visitor *visitor = &x->options.visitor;
	x->seconds = now() - begin;
	if (x->seconds > x->options.seconds_max)
		return EXPLORE_NO_TIME;
	if (visitor->progress == NULL ||
	    x->seconds < x->shown + PROGRESS_SECONDS)
		return EXPLORE_COMPLETE;
	x->shown = x->seconds;
	struct explore_progress progress = explore_counts(x);
	progress.waiting = states_count(x->states) - next;
	return visitor->progress(visitor->self, &progress) ? EXPLORE_COMPLETE
							   : EXPLORE_ENDED;
}

static void
offer_start(struct explore *x)
{
	const struct packing_extra extra = { .started = 0 };
	if (x->machine.mode == SW_MODE_PARALLEL)
		sw_state_init_execution(&x->machine, x->before, 1);
	else
		sw_state_init(&x->machine, x->before);
	packing_pack(x->packing, x->before, &extra, x->words);
	states_offer(x->states, x->words, STATES_NONE,
	    (struct sw_event){ .kind = SW_NEVENTS });
	states_settle(x->states);
}

enum explore_outcome
explore_run(struct explore *x)
{
	const double begin = now();
	enum explore_outcome outcome = EXPLORE_COMPLETE;
	uint32_t next = 0;
	offer_start(x);
	while (outcome == EXPLORE_COMPLETE) {
		if (next == states_count(x->states))
			states_settle(x->states);
		if (next == states_count(x->states))
			break;
		expand(x, next++);
		if (x->options.visitor.has_seen_enough != NULL &&
		    x->options.visitor.has_seen_enough(x->options.visitor.self))
			outcome = EXPLORE_ENOUGH;
		else if (states_is_full(x->states))
			outcome = EXPLORE_NO_MEMORY;
		else if (next % CLOCK_EVERY == 0)
			outcome = look_at_clock(x, begin, next);
	}
	states_settle(x->states);
	if (outcome == EXPLORE_COMPLETE && states_is_full(x->states))
		outcome = EXPLORE_NO_MEMORY;
	x->seconds = now() - begin;
	return outcome;
}

struct explore_progress
explore_counts(const struct explore *x)
{
	return (struct explore_progress){
		.states = states_count(x->states),
		.transitions = x->transitions,
		.memory = states_memory(x->states),
		.seconds = x->seconds,
	};
}

const struct sw_machine *
explore_machine(const struct explore *x)
{
	return &x->machine;
}

uint32_t
explore_executions(const struct explore *x)
{
	return x->executions;
}

void
explore_state(const struct explore *x, uint32_t number, struct sw_state *state,
    struct packing_extra *extra)
{
	memset(state, 0, x->machine.state_size);
	packing_unpack(
	    x->packing, states_words(x->states, number), NULL, state, extra);
}

/*
 * In x->before, whose actions are told apart: the event that leads to these
 * words. There is one, since the words say all of a state but which of the
 * interchangeable actions is which. Takes it.
 */
static struct sw_event
follow(struct explore *x, const uint64_t *words, struct packing_extra *extra)
{
	const uint32_t n =
	    sw_candidates(&x->machine, x->before, x->events, x->nevents_max);
	const size_t size = x->nwords * sizeof *words;
	const uint32_t closed = closed_by_hand(x, x->before);
	for (uint32_t i = 0; i < n; i++) {
		const struct sw_event event = x->events[i];
		memcpy(x->after, x->before, x->machine.state_size);
		if (!is_within(x, x->before, extra, event, closed) ||
		    sw_step(&x->machine, x->after, event, &x->output) !=
			SW_ACCEPTED)
			continue;
		const struct explore_step step = { 0, &x->machine, x->before,
			x->after, extra->observed, event, &x->output };
		const struct packing_extra next = extra_after(x, &step, extra);
		packing_pack(x->packing, x->after, &next, x->next_words);
		if (memcmp(x->next_words, words, size) != 0)
			continue;
		memcpy(x->before, x->after, x->machine.state_size);
		*extra = next;
		return event;
	}
	assert(false); /* nothing leads to the state */
	return (struct sw_event){ .kind = SW_NEVENTS };
}

/* The event in x->before that is `event` in the state as it was packed: about
 * the same action, or one like it that has its status. */
static struct sw_event
tell_apart(const struct explore *x, uint32_t number, struct sw_event event)
{
	const uint32_t *alike = x->options.alike;
	if (alike == NULL || event.kind == SW_EVENT_START ||
	    (explore_mover((enum sw_event_kind)event.kind) &
		(EXPLORE_RUNS | EXPLORE_UNKNOWN)) == 0)
		return event;
	struct packing_extra extra;
	struct sw_state *packed =
	    check_memory(calloc(1, x->machine.state_size));
	explore_state(x, number, packed, &extra);
	const uint8_t byte = actions_at(&x->parts, packed)[event.subject];
	free(packed);
	const uint8_t *bytes = actions_at(&x->parts, x->before);
	for (uint32_t a = alike[event.subject]; a < x->machine.nactions; a++)
		if (alike[a] == alike[event.subject] && bytes[a] == byte) {
			event.subject = a;
			break;
		}
	return event;
}

size_t
explore_run_to(struct explore *x, uint32_t number, struct sw_event last,
    struct sw_event **events)
{
	size_t n = 0;
	for (uint32_t i = number; states_parent(x->states, i) != STATES_NONE;
	     i = states_parent(x->states, i))
		n++;
	*events = check_memory(calloc(n + 1, sizeof **events));
	uint32_t *path = check_memory(calloc(n + 1, sizeof *path));
	for (size_t i = n, at = number;; i--) {
		path[i] = (uint32_t)at;
		if (i == 0)
			break;
		at = states_parent(x->states, (uint32_t)at);
	}
	struct packing_extra extra;
	explore_state(x, path[0], x->before, &extra);
	for (size_t i = 0; i < n; i++)
		(*events)[i] =
		    follow(x, states_words(x->states, path[i + 1]), &extra);
	if (last.kind != SW_NEVENTS)
		(*events)[n++] = tell_apart(x, number, last);
	free(path);
	return n;
}
