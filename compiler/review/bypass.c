/* Two searches, one after the other: what had to be passed, and what has. */
#include "bypass.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "compare/compare.h"
#include "gates.h"
#include "lower/lower.h"
#include "machine/words.h"
#include "model/model.h"
#include "run.h"
#include "verify/alike.h"
#include "verify/explore.h"

/* Sets of gates of which none contains another. */
struct smallest {
	uint64_t sets[BYPASS_SETS_MAX];
	size_t n;
	bool is_full; /* one more had no place: nothing can be said */
};

/* A step to a deploy without a gate that every run had to pass. */
struct way {
	bool is_found;
	bool is_told;
	uint32_t state;
	struct sw_event event;
	uint64_t missing;
};

struct deploy {
	uint32_t rows[2];    /* of the old and the new machine */
	uint32_t actions[2]; /* of the flows */
	struct smallest before[SW_NTYPES];
	struct way ways[GATES_MAX]; /* the first that misses each */
};

struct bypass {
	struct arena *arena;
	struct comparison *comparison;
	const struct lowered *const *lowered;
	struct gates gates;
	struct deploy *deploys;
	uint32_t ndeploys;
	int which;          /* machine that is searched */
	uint32_t *alike[2]; /* its rows; as long as its search is */
};

static void
keep_smallest(struct smallest *s, uint64_t set)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		if ((s->sets[i] & ~set) == 0)
			return;
	for (size_t i = 0; i < s->n; i++)
		if ((set & ~s->sets[i]) != 0)
			s->sets[n++] = s->sets[i];
	s->n = n;
	s->is_full = s->is_full || n == BYPASS_SETS_MAX;
	if (n < BYPASS_SETS_MAX)
		s->sets[s->n++] = set;
}

static unsigned
count_bits(uint64_t set)
{
	unsigned n = 0;
	for (; set != 0; set &= set - 1)
		n++;
	return n;
}

/* What the set misses of the sets before: of the one that it is nearest to. */
static uint64_t
missing_of(const struct smallest *s, uint64_t set)
{
	uint64_t least = s->n > 0 && !s->is_full ? s->sets[0] & ~set : 0;
	for (size_t i = 1; i < s->n && least != 0; i++)
		if (count_bits(s->sets[i] & ~set) < count_bits(least))
			least = s->sets[i] & ~set;
	return least;
}

static void
see_way(struct bypass *b, struct deploy *deploy,
    const struct explore_step *step, enum sw_type type, uint64_t set)
{
	/* A rollback that there was not is held to what a release had to pass. */
	const struct smallest *before = deploy->before[type].n > 0
					    ? &deploy->before[type]
					    : &deploy->before[SW_TYPE_STANDARD];
	const uint64_t missing = missing_of(before, set);
	for (uint32_t g = 0; g < b->gates.n; g++)
		if ((missing >> g & 1) != 0 && !deploy->ways[g].is_found)
			deploy->ways[g] = (struct way){ true, false, step->from,
				step->event, missing };
}

static void
see_step(void *self, const struct explore_step *step)
{
	struct bypass *b = self;
	for (uint32_t i = 0; i < step->out->ncommands; i++) {
		const struct sw_command *c = &step->out->commands[i];
		uint32_t d = 0;
		while (d < b->ndeploys &&
		       b->deploys[d].rows[b->which] != c->action)
			d++;
		if (c->kind != SW_COMMAND_START || d == b->ndeploys)
			continue;
		const uint32_t stage = step->machine->actions[c->action].stage;
		const enum sw_type type =
		    (enum sw_type)sw_state_stage(step->after, stage)->type;
		const uint64_t set = gates_passed(
		    &b->gates, b->which, step->machine, step->after);
		if (b->which == 0)
			keep_smallest(&b->deploys[d].before[type], set);
		else
			see_way(b, &b->deploys[d], step, type, set);
	}
}

/*
 * Who is told apart: deploys, and gates that run beside one. A gate of a group
 * before has Succeeded with all of its group when a deploy starts, or none of
 * it has run, so it may change places with others.
 */
static uint64_t *
roles_of(const struct bypass *b)
{
	const struct sw_machine *machine = &b->lowered[b->which]->machine;
	uint64_t *roles =
	    arena_array(b->arena, machine->nactions, sizeof *roles);
	for (uint32_t d = 0; d < b->ndeploys; d++) {
		const uint32_t row = b->deploys[d].rows[b->which];
		const struct sw_action *deploy = &machine->actions[row];
		for (uint32_t i = 0; i < machine->nactions; i++)
			if (machine->actions[i].stage == deploy->stage &&
			    machine->actions[i].run_order == deploy->run_order)
				roles[i] = i + UINT64_C(1);
	}
	return roles;
}

static struct explore *
search(struct bypass *b, int which, enum explore_outcome *outcome)
{
	b->which = which;
	b->alike[which] = alike_find(&b->lowered[which]->machine, roles_of(b));
	const struct explore_options options = {
		.machine = &b->lowered[which]->machine,
		.moves = EXPLORE_RUNS,
		.executions = 1,
		.alike = b->alike[which],
		.memory_max = BYPASS_MEMORY_MAX,
		.seconds_max = BYPASS_SECONDS_MAX,
		.visitor = { .self = b, .step = see_step },
	};
	struct explore *explore = explore_new(&options);
	*outcome = explore_run(explore);
	return explore;
}

/* Deploys to production that both pipelines have. */
static void
find_deploys(struct bypass *b)
{
	const struct comparison *c = b->comparison;
	b->deploys =
	    arena_array(b->arena, c->old->nactions, sizeof *b->deploys);
	for (uint32_t i = 0; i < c->old->nactions; i++) {
		const uint32_t now = c->matching->actions[i];
		if (now == MATCH_NONE)
			continue;
		const struct action *old = c->old->actions[i].action;
		const struct action *new_ = c->new_->actions[now].action;
		if (old->category != SW_CATEGORY_DEPLOY ||
		    !(environment_is_production(old->environment.text) ||
			environment_is_production(new_->environment.text)))
			continue;
		struct deploy *deploy = &b->deploys[b->ndeploys++];
		deploy->rows[0] = gates_row(b->lowered[0], old);
		deploy->rows[1] = gates_row(b->lowered[1], new_);
		deploy->actions[0] = i;
		deploy->actions[1] = now;
	}
}

static const char *
name_missing(const struct bypass *b, uint64_t missing)
{
	const char *text = "";
	uint32_t left = count_bits(missing);
	for (uint32_t g = 0; g < b->gates.n; g++) {
		if ((missing >> g & 1) == 0)
			continue;
		const char *name =
		    gates_name(&b->gates, b->arena, b->lowered[0], g);
		text = *text == '\0' ? name
				     : arena_printf(b->arena, "%s%s%s", text,
					   left > 1 ? ", " : " and ", name);
		left--;
	}
	return text;
}

static const struct review_run *
make_run(struct bypass *b, struct explore *explore, const struct deploy *deploy,
    const struct way *way, uint64_t missing)
{
	char name[SW_WORDS_MAX];
	const struct sw_machine *machine = &b->lowered[1]->machine;
	struct review_run *run = arena_alloc(b->arena, sizeof *run);
	struct sw_event *events;
	const size_t n =
	    explore_run_to(explore, way->state, way->event, &events);
	struct sw_event *kept = arena_array(b->arena, n, sizeof *kept);
	for (size_t i = 0; i < n; i++)
		kept[i] = events[i];
	free(events);
	*run = (struct review_run){
		.run = { b->lowered[1], kept, n },
		.says = arena_printf(b->arena, "'%s' starts without %s",
		    sw_words_action(machine, deploy->rows[1], name),
		    name_missing(b, missing)),
		.action = deploy->rows[1],
	};
	return run;
}

/* Is a change about this gate, in front of this deploy? */
static bool
is_about(const struct bypass *b, const struct change *change,
    const struct deploy *deploy, uint32_t gate)
{
	static const struct {
		const char *part;
		uint32_t run_order;
	} parts[] = { { "beforeEntry", SW_BEFORE_ENTRY },
		{ "onSuccess", SW_ON_SUCCESS } };
	const struct change_of *of = &change->of;
	const uint32_t row = b->gates.rows[0][gate];
	const struct sw_action *a = &b->lowered[0]->machine.actions[row];
	for (size_t i = 0; of->part != NULL && i < 2; i++)
		if (strcmp(of->part, parts[i].part) == 0)
			return a->category == SW_CATEGORY_RULE &&
			       a->stage == of->old_stage &&
			       a->run_order == parts[i].run_order;
	if (of->part != NULL || of->old_action == MATCH_NONE ||
	    (change->id != CHANGE_GATE_REMOVED &&
		change->id != CHANGE_TEST_REMOVED))
		return false;
	return b->comparison->old->actions[of->old_action].action ==
		   b->lowered[0]->actions[row] &&
	       of->new_action == deploy->actions[1];
}

/* The run that shows a change, if there is one: of the first deploy. */
static void
show_change(struct bypass *b, struct explore *explore, struct change *change)
{
	for (uint32_t d = 0; d < b->ndeploys; d++)
		for (uint32_t g = 0; g < b->gates.n; g++) {
			struct way *way = &b->deploys[d].ways[g];
			if (!way->is_found ||
			    !is_about(b, change, &b->deploys[d], g))
				continue;
			way->is_told = true;
			if (change->run == NULL)
				change->run = make_run(b, explore,
				    &b->deploys[d], way, UINT64_C(1) << g);
		}
}

/* What no other change says: the gates that are left, by their first ways. */
static void
tell_rest(struct bypass *b, struct explore *explore, struct deploy *deploy)
{
	char name[SW_WORDS_MAX];
	for (uint32_t g = 0; g < b->gates.n; g++) {
		struct way *way = &deploy->ways[g];
		if (!way->is_found || way->is_told)
			continue;
		uint64_t missing = 0;
		for (uint32_t k = g; k < b->gates.n; k++)
			if (deploy->ways[k].is_found &&
			    !deploy->ways[k].is_told &&
			    (way->missing >> k & 1) != 0) {
				missing |= UINT64_C(1) << k;
				deploy->ways[k].is_told = true;
			}
		struct change *change =
		    comparison_add(b->arena, b->comparison, CHANGE_BYPASS);
		change->run = make_run(b, explore, deploy, way, missing);
		change->of.old_action = deploy->actions[0];
		change->of.new_action = deploy->actions[1];
		change->old_at =
		    b->comparison->old->actions[deploy->actions[0]].action->at;
		change->new_at =
		    b->comparison->new_->actions[deploy->actions[1]].action->at;
		change->text = arena_printf(b->arena,
		    "'%s' can start without %s: no run could before",
		    sw_words_action(
			&b->lowered[1]->machine, deploy->rows[1], name),
		    name_missing(b, missing));
	}
}

static void
tell_unknown(struct bypass *b, const struct explore *explore, int which)
{
	struct change *change =
	    comparison_add(b->arena, b->comparison, CHANGE_BYPASS);
	change->weight = WEIGHT_SHOWN;
	change->new_at = b->comparison->new_->model->at;
	change->text = arena_printf(b->arena,
	    "whether there is a new way to production is unknown: the %s "
	    "pipeline has more than %.1f million states",
	    which == 0 ? "old" : "new",
	    (double)explore_counts(explore).states / 1e6);
}

/* Of the new machine, when all that could be done before is known. */
static void
look_for_ways(struct bypass *b)
{
	enum explore_outcome outcome;
	struct explore *explore = search(b, 1, &outcome);
	const size_t nchanges = b->comparison->n;
	for (size_t i = 0; i < nchanges; i++)
		show_change(b, explore, &b->comparison->changes[i]);
	for (uint32_t d = 0; d < b->ndeploys; d++)
		tell_rest(b, explore, &b->deploys[d]);
	if (outcome != EXPLORE_COMPLETE)
		tell_unknown(b, explore, 1);
	explore_free(explore);
}

void
bypass_find(struct arena *arena, struct comparison *comparison,
    const struct lowered *const lowered[2])
{
	struct bypass b = {
		.arena = arena, .comparison = comparison, .lowered = lowered
	};
	enum explore_outcome outcome;
	gates_find(&b.gates, comparison, lowered);
	find_deploys(&b);
	if (comparison->n == 0 || b.gates.n == 0 || b.ndeploys == 0)
		return;
	struct explore *explore = search(&b, 0, &outcome);
	if (outcome == EXPLORE_COMPLETE)
		look_for_ways(&b);
	else
		tell_unknown(&b, explore, 0);
	explore_free(explore);
	free(b.alike[0]);
	free(b.alike[1]);
	comparison_sort(comparison);
}
