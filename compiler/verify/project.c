/*
 * A visitor of the search that keeps of each state what can be seen of one
 * stage, and of each step the event if that changes. How often an action was
 * tried again is not seen: a failure may lead to two places.
 */
#include "project.h"

#include <stdlib.h>
#include <string.h>

#include "alike.h"
#include "base/arena.h"
#include "explore.h"

struct projection {
	struct arena *arena;
	const struct sw_machine *machine;
	struct chart *chart;
	uint32_t nrows; /* actions and rules of the stage */
	uint8_t *seen;  /* nrows, of the state that is looked at */
	bool is_too_large;
};

static struct chart_state
look(const struct projection *p, const struct sw_machine *machine,
    const struct sw_state *state)
{
	const uint32_t stage = p->chart->stage;
	const struct sw_stage_state *s = sw_state_stage(state, stage);
	for (uint32_t i = 0; i < p->nrows; i++)
		p->seen[i] = (uint8_t)sw_state_action(
		    machine, state, machine->stages[stage].first_action + i);
	return (struct chart_state){
		.status = s->status,
		.type = s->type,
		.is_closed = s->closed != 0,
		.is_awaited = s->waiting != 0,
		.actions = p->seen,
	};
}

static bool
is_same(const struct projection *p, const struct chart_state *a,
    const struct chart_state *b)
{
	return a->status == b->status && a->type == b->type &&
	       a->is_closed == b->is_closed && a->is_awaited == b->is_awaited &&
	       memcmp(a->actions, b->actions, p->nrows) == 0;
}

/* Its number; it is new, if it was not there. */
static uint32_t
number_of(struct projection *p, const struct chart_state *state)
{
	struct chart *chart = p->chart;
	for (uint32_t i = 0; i < chart->nstates; i++)
		if (is_same(p, &chart->states[i], state))
			return i;
	if (chart->nstates == CHART_STATES_MAX) {
		p->is_too_large = true;
		return 0;
	}
	struct chart_state *copy = &chart->states[chart->nstates];
	*copy = *state;
	copy->actions = arena_alloc(p->arena, p->nrows);
	memcpy(copy->actions, state->actions, p->nrows);
	return chart->nstates++;
}

/* Is the event about the stage, or about something elsewhere? */
static bool
is_elsewhere(const struct projection *p, struct sw_event event)
{
	switch ((enum sw_event_kind)event.kind) {
	case SW_EVENT_SUCCEED:
	case SW_EVENT_FAIL:
	case SW_EVENT_UNKNOWN:
	case SW_EVENT_APPROVE:
	case SW_EVENT_REJECT:
	case SW_EVENT_PASS:
		return p->machine->actions[event.subject].stage !=
		       p->chart->stage;
	case SW_EVENT_START:
		return p->chart->stage != 0;
	case SW_EVENT_STOP:
	case SW_EVENT_ABANDON:
		return false;
	default:
		return event.subject != p->chart->stage;
	}
}

static bool
is_same_edge(const struct chart_edge *a, const struct chart_edge *b)
{
	return a->from == b->from && a->to == b->to &&
	       a->is_elsewhere == b->is_elsewhere &&
	       (a->is_elsewhere || (a->event.kind == b->event.kind &&
				       a->event.subject == b->event.subject));
}

static void
add_edge(struct projection *p, struct chart_edge edge)
{
	struct chart *chart = p->chart;
	/* Whose it is, is not seen. */
	if (edge.event.kind == SW_EVENT_STOP ||
	    edge.event.kind == SW_EVENT_ABANDON)
		edge.event.subject = 0;
	for (uint32_t i = 0; i < chart->nedges; i++)
		if (is_same_edge(&chart->edges[i], &edge))
			return;
	if (chart->nedges == CHART_EDGES_MAX)
		p->is_too_large = true;
	else
		chart->edges[chart->nedges++] = edge;
}

static void
see_step(void *self, const struct explore_step *step)
{
	struct projection *p = self;
	if (p->is_too_large)
		return;
	struct chart_state state = look(p, step->machine, step->before);
	const uint32_t from = number_of(p, &state);
	state = look(p, step->machine, step->after);
	const uint32_t to = number_of(p, &state);
	if (from != to)
		add_edge(p, (struct chart_edge){ from, to, step->event,
				is_elsewhere(p, step->event) });
}

static bool
see_progress(void *self, const struct explore_progress *progress)
{
	const struct projection *p = self;
	(void)progress;
	return !p->is_too_large;
}

/* Actions of the stage are told apart, unless they are counted; others need
 * not be. */
static uint32_t *
find_alike(struct arena *arena, const struct sw_machine *machine,
    const struct chart *chart)
{
	uint64_t *roles = arena_array(arena, machine->nactions, sizeof *roles);
	for (uint32_t a = 0; a < machine->nactions; a++)
		roles[a] = machine->actions[a].stage == chart->stage &&
				   !chart->is_counted
			       ? a + 1
			       : 0;
	return alike_find(machine, roles);
}

unsigned
project_moves(const char *words)
{
	static const struct {
		const char *word;
		unsigned move;
	} all[] = {
		{ "unknown", EXPLORE_UNKNOWN },
		{ "stops", EXPLORE_STOPS },
		{ "retries", EXPLORE_RETRIES },
		{ "transitions", EXPLORE_TRANSITIONS },
		{ "overrides", EXPLORE_OVERRIDES },
		{ "rollbacks", EXPLORE_ROLLBACKS },
	};
	unsigned moves = 0;
	for (;;) {
		const size_t n = strcspn(words, ",");
		size_t i = 0;
		while (i < sizeof all / sizeof all[0] &&
		       (strlen(all[i].word) != n ||
			   memcmp(words, all[i].word, n) != 0))
			i++;
		if (i == sizeof all / sizeof all[0])
			return 0;
		moves |= all[i].move;
		if (words[n] == '\0')
			return moves;
		words += n + 1;
	}
}

static const char *
problem_of(struct arena *arena, const struct projection *p,
    enum explore_outcome outcome)
{
	if (p->is_too_large)
		return arena_printf(arena,
		    "stage '%s' has more than %u states, which nobody can read "
		    "(limit CHART_STATES_MAX); ask for fewer --executions or "
		    "--moves",
		    p->machine->stages[p->chart->stage].name, CHART_STATES_MAX);
	if (outcome == EXPLORE_COMPLETE)
		return NULL;
	return arena_printf(arena,
	    "the pipeline has too many states to search for a picture (limit "
	    "%s); ask for fewer --executions or --moves",
	    outcome == EXPLORE_NO_MEMORY ? "PROJECT_MEMORY_MAX"
					 : "PROJECT_SECONDS_MAX");
}

/* One search. */
static const char *
search(struct projection *p, const struct project_options *options)
{
	uint32_t *alike = find_alike(p->arena, p->machine, p->chart);
	const struct explore_options given = {
		.machine = p->machine,
		.moves = EXPLORE_RUNS | options->moves,
		.executions = options->executions,
		.rollbacks = options->moves & EXPLORE_ROLLBACKS ? 1 : 0,
		.closings = options->moves & EXPLORE_TRANSITIONS ? 1 : 0,
		.alike = alike,
		.memory_max = PROJECT_MEMORY_MAX,
		.seconds_max = PROJECT_SECONDS_MAX,
		.visitor = { .self = p,
		    .step = see_step,
		    .progress = see_progress },
	};
	struct explore *explore = explore_new(&given);
	p->is_too_large = false;
	p->chart->nstates = p->chart->nedges = 0;
	const enum explore_outcome outcome = explore_run(explore);
	explore_free(explore);
	free(alike);
	return problem_of(p->arena, p, outcome);
}

const char *
project_stage(struct arena *arena, const struct sw_machine *machine,
    const struct project_options *options, struct chart *chart)
{
	const struct sw_stage *row = &machine->stages[options->stage];
	*chart = (struct chart){
		.stage = options->stage,
		.states =
		    arena_array(arena, CHART_STATES_MAX, sizeof *chart->states),
		.edges =
		    arena_array(arena, CHART_EDGES_MAX, sizeof *chart->edges),
	};
	struct projection p = {
		.arena = arena,
		.machine = machine,
		.chart = chart,
		.nrows = row->last_action - row->first_action + 1,
	};
	p.seen = arena_alloc(arena, p.nrows);
	const char *problem = search(&p, options);
	if (!p.is_too_large)
		return problem;
	chart->is_counted = true;
	return search(&p, options);
}
