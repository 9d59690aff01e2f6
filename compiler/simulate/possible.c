/*
 * Asks the machine itself: each candidate is tried on a copy of the state, and
 * those that it accepts are kept.
 */
#include "possible.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static void
keep(struct possible *p, struct sw_addressed event)
{
	if (p->n == p->capacity) {
		p->capacity = 2 * p->capacity + 16;
		p->events = check_memory(
		    realloc(p->events, p->capacity * sizeof *p->events));
	}
	p->events[p->n++] = event;
}

/* Is it accepted? `copy` is a session to try it in. */
static bool
is_possible(const struct session *copy, const struct sw_state *state,
    struct sw_event event)
{
	struct sw_output output = copy->output;

	memcpy(copy->before, state, copy->machine->state_size);
	return sw_step(copy->machine, copy->before, event, &output) ==
	       SW_ACCEPTED;
}

/* One state's candidates. */
static void
try_all(struct possible *possible, const struct session *copy,
    const struct sw_state *state, uint32_t execution)
{
	const uint32_t n = sw_candidates(copy->machine, state, NULL, 0);
	struct sw_event *events = check_memory(calloc(n + 1, sizeof *events));

	sw_candidates(copy->machine, state, events, n);
	for (uint32_t i = 0; i < n; i++)
		if (is_possible(copy, state, events[i]))
			keep(possible,
			    (struct sw_addressed){ events[i], execution });
	free(events);
}

/* PARALLEL: may one more execution start beside those in flight? */
static void
try_start(struct possible *possible, const struct session *copy,
    const struct session *session)
{
	struct sw_event start = { .kind = SW_EVENT_START };

	for (uint32_t i = 1; i <= session->nexecutions; i++)
		start.subject += sw_state_in_flight(
		    session->machine, session_state(session, i));
	sw_state_init_execution(
	    session->machine, copy->empty, session->nexecutions + 1);
	if (!is_possible(copy, copy->empty, start))
		return;
	start.subject = 0;
	keep(possible, (struct sw_addressed){ .event = start });
}

/* What runs ends, then executions start, then what people may do; last what
 * is always possible. */
static int
rank(const struct sw_addressed *event)
{
	switch ((enum sw_event_kind)event->event.kind) {
	case SW_EVENT_SUCCEED:
	case SW_EVENT_FAIL:
	case SW_EVENT_UNKNOWN:
	case SW_EVENT_APPROVE:
	case SW_EVENT_REJECT:
	case SW_EVENT_PASS:
		return 0;
	case SW_EVENT_START:
		return 1;
	case SW_EVENT_CLOSE:
		return 3;
	default:
		return 2;
	}
}

static int
compare(const void *a, const void *b)
{
	const struct sw_addressed *x = a;
	const struct sw_addressed *y = b;

	if (rank(x) != rank(y))
		return rank(x) - rank(y);
	if (x->execution != y->execution)
		return x->execution < y->execution ? -1 : 1;
	if (x->event.subject != y->event.subject && rank(x) == 0)
		return x->event.subject < y->event.subject ? -1 : 1;
	if (x->event.kind != y->event.kind)
		return x->event.kind < y->event.kind ? -1 : 1;
	if (x->event.subject != y->event.subject)
		return x->event.subject < y->event.subject ? -1 : 1;
	return (x->event.target > y->event.target) -
	       (x->event.target < y->event.target);
}

void
possible_find(struct possible *possible, const struct session *session)
{
	struct session copy;

	session_init(&copy, session->machine);
	possible->n = 0;
	if (session_is_parallel(session)) {
		try_start(possible, &copy, session);
		for (uint32_t i = 1; i <= session->nexecutions; i++)
			try_all(possible, &copy, session_state(session, i), i);
	} else {
		try_all(possible, &copy, session->state, 0);
	}
	session_release(&copy);
	qsort(possible->events, possible->n, sizeof *possible->events, compare);
}

void
possible_release(struct possible *possible)
{
	free(possible->events);
	*possible = (struct possible){ .events = NULL };
}
