/*
 * The visitor: keeps the bits beside the states, hands each step to those
 * who judge it, and looks at the whole when the search is over.
 */
#include "judge.h"

#include "base/arena.h"
#include "judge_part.h"
#include "parts.h"

static bool
is_terminal(uint32_t command)
{
	return command == SW_COMMAND_SUCCEEDED ||
	       command == SW_COMMAND_FAILED || command == SW_COMMAND_STOPPED ||
	       command == SW_COMMAND_SUPERSEDED;
}

static uint64_t
observe(void *self, const struct explore_step *step)
{
	struct judge *judge = self;
	uint64_t observed = step->observed;
	for (uint32_t i = 0; i < step->out->nfired && judge->bits_each != 0;
	     i++) {
		const struct sw_fired *f = &step->out->fired[i];
		if (f->rule == SW_RULE_STAGE_SKIPPED)
			observed |= bit_of(judge, f->execution,
			    judge->skipped_bits[f->subject]);
		if (f->rule == SW_RULE_STAGE_SUCCEEDED)
			observed |= bit_of(judge, f->execution,
			    judge->succeeded_bits[f->subject]);
	}
	if (judge->has_writes)
		observed = judge__writes(judge, step, observed);
	if (judge->has_follow)
		observed = judge__follow(judge, step, observed);
	judge->after = observed;
	return observed;
}

static struct breach
breach_at(const struct explore_step *step, uint32_t stage, uint32_t execution)
{
	return (struct breach){
		.is_found = true,
		.state = step->from,
		.event = step->event,
		.action = UINT32_MAX,
		.other = UINT32_MAX,
		.stage = stage,
		.execution = execution,
	};
}

/* S12: who has ended is nowhere any more. */
static void
judge_end(struct judge *judge, size_t property, const struct explore_step *step)
{
	for (uint32_t i = 0; i < step->out->ncommands; i++) {
		const struct sw_command *c = &step->out->commands[i];
		if (!is_terminal(c->kind))
			continue;
		for (uint32_t k = 0; k < step->machine->nstages; k++) {
			const struct sw_stage_state *s =
			    sw_state_stage(step->after, k);
			bool is_there =
			    is_held(s) && s->execution == c->execution;
			for (uint32_t w = 0; w <= s->queued; w++)
				is_there =
				    is_there ||
				    sw_state_waiting(step->machine, step->after,
					k, w) == c->execution;
			if (is_there)
				judge->breaches[property] =
				    breach_at(step, k, c->execution);
		}
	}
}

/* S10: each retry is one more than before, and not one too many. */
static void
judge_attempts(
    struct judge *judge, size_t property, const struct explore_step *step)
{
	const struct sw_machine *m = step->machine;
	for (uint32_t i = 0; i < step->out->nfired; i++) {
		const struct sw_fired *f = &step->out->fired[i];
		bool is_wrong = false;
		if (f->rule == SW_RULE_ACTION_RETRIED) {
			const uint32_t n =
			    sw_state_retries(m, step->after, f->subject);
			is_wrong =
			    n > m->actions[f->subject].retries ||
			    n != sw_state_retries(m, step->before, f->subject) +
				     1;
		} else if (f->rule == SW_RULE_STAGE_RETRIES) {
			const uint32_t n =
			    sw_state_stage(step->after, f->subject)->retries;
			is_wrong = n > m->stages[f->subject].attempts ||
				   n != sw_state_stage(step->before, f->subject)
						->retries +
					    1u;
		}
		if (is_wrong)
			judge->breaches[property] =
			    breach_at(step, UINT32_MAX, f->execution);
	}
}

/* S9, by what was seen to Succeed, not by what the machine remembers. */
static void
judge_target(
    struct judge *judge, size_t property, const struct explore_step *step)
{
	uint32_t stage = UINT32_MAX;
	for (uint32_t i = 0; i < step->out->nfired; i++)
		if (step->out->fired[i].rule == SW_RULE_ROLLBACK_STARTED)
			stage = step->out->fired[i].subject;
	for (uint32_t i = 0; i < step->out->ncommands; i++) {
		const struct sw_command *c = &step->out->commands[i];
		if (c->kind != SW_COMMAND_ROLLBACK)
			continue;
		const uint64_t seen =
		    bit_of(judge, c->target, judge->succeeded_bits[stage]);
		if (seen != 0 && (step->observed & seen) == 0)
			judge->breaches[property] =
			    breach_at(step, stage, c->execution);
	}
}

static void
see_step(void *self, const struct explore_step *step)
{
	struct judge *judge = self;
	judge__entries(judge, step);
	if (step->out->ncommands == 0)
		return;
	judge__starts(judge, step);
	/* The other three stand before the policies and few besides. */
	for (size_t i = 0; i < judge->properties->n &&
			   judge->properties->items[i].kind < PROPERTY_GATE;
	     i++) {
		if (!is_judged(judge, i))
			continue;
		const enum property_kind kind =
		    judge->properties->items[i].kind;
		if (kind == PROPERTY_CLEAN_END)
			judge_end(judge, i, step);
		else if (kind == PROPERTY_BOUNDED_ATTEMPTS)
			judge_attempts(judge, i, step);
		else if (kind == PROPERTY_ROLLBACK_TARGET)
			judge_target(judge, i, step);
	}
}

static void
see_place(void *self, const struct explore_place *place)
{
	struct judge *judge = self;
	judge__place(judge, place);
	if (judge->edges == NULL)
		return;
	if (place->number >= judge->nends) {
		judge->nends = judge->nends * 2 + 4096;
		judge->is_end =
		    check_memory(realloc(judge->is_end, judge->nends));
	}
	judge->is_end[place->number] =
	    sw_state_in_flight(place->machine, place->state) == 0;
}

static void
see_edge(void *self, uint32_t parent, uint32_t state, struct sw_event event,
    bool is_new)
{
	struct judge *judge = self;
	(void)is_new;
	if (judge->edges != NULL && parent != STATES_NONE)
		edges_add(judge->edges, parent, state,
		    event.kind != SW_EVENT_START &&
			explore_mover((enum sw_event_kind)event.kind) ==
			    EXPLORE_RUNS);
}

uint32_t
judge__take_bit(struct judge *judge)
{
	return (judge->bits_each + 1) * judge->nexecutions <=
		       PACKING_OBSERVED_MAX
		   ? judge->bits_each++
		   : NO_BIT;
}

/* Does the property ask which stages were skipped? */
static bool
asks_for_skipped(enum property_kind kind)
{
	return kind == PROPERTY_GATE || kind == PROPERTY_ARTIFACTS ||
	       kind == PROPERTY_VARIABLES || kind == PROPERTY_PRECEDE ||
	       kind == PROPERTY_STALE || kind == PROPERTY_STAGING_FIRST;
}

static void
give_bits(struct judge *judge, bool rolls_back)
{
	const struct properties *p = judge->properties;
	const uint32_t nstages = judge->lowered->machine.nstages;
	bool is_short = false;
	bool asks = false;
	for (size_t i = 0; i < p->n; i++)
		asks = asks || (is_judged(judge, i) &&
				   asks_for_skipped(p->items[i].kind));
	for (uint32_t i = 0; i < nstages; i++) {
		judge->skipped_bits[i] = judge->succeeded_bits[i] = NO_BIT;
		if (asks && p->is_skippable[i]) {
			judge->skipped_bits[i] = judge__take_bit(judge);
			is_short = is_short || judge->skipped_bits[i] == NO_BIT;
		}
	}
	for (size_t i = 0; i < p->n; i++) {
		judge->follow_bits[i] = NO_BIT;
		if (!is_judged(judge, i))
			continue;
		if (p->items[i].kind == PROPERTY_FOLLOW) {
			judge->follow_bits[i] = judge__take_bit(judge);
			judge->has_follow = true;
			judge->breaches[i].is_unsure =
			    judge->follow_bits[i] == NO_BIT;
		} else if (asks_for_skipped(p->items[i].kind)) {
			judge->breaches[i].is_unsure = is_short;
		}
	}
	judge__give_writes(judge);
	for (uint32_t i = 1; rolls_back && i < nstages; i++)
		judge->succeeded_bits[i] = judge__take_bit(judge);
}

struct judge *
judge_new(const struct properties *properties, struct breach *breaches,
    struct explore_options *options, bool is_several, bool wants_ends)
{
	struct judge *judge = check_memory(calloc(1, sizeof *judge));
	const struct sw_machine *machine = options->machine;
	judge->properties = properties;
	judge->lowered = properties->lowered;
	judge->breaches = breaches;
	judge->moves = options->moves;
	judge->is_several = is_several;
	struct explore *probe = explore_new(options);
	judge->nexecutions = explore_executions(probe);
	const bool rolls_back = explore_machine(probe)->target_words != 0;
	explore_free(probe);
	judge->skipped_bits =
	    check_memory(calloc(machine->nstages, sizeof *judge->skipped_bits));
	judge->succeeded_bits = check_memory(
	    calloc(machine->nstages, sizeof *judge->succeeded_bits));
	judge->follow_bits =
	    check_memory(calloc(properties->n, sizeof *judge->follow_bits));
	judge->unseen_bits =
	    check_memory(calloc(machine->nactions, sizeof *judge->unseen_bits));
	judge->seen_bits =
	    check_memory(calloc(machine->nactions, sizeof *judge->seen_bits));
	judge->has_started =
	    check_memory(calloc(machine->nactions, sizeof *judge->has_started));
	give_bits(judge, rolls_back);
	judge__sort(judge);
	if (wants_ends)
		judge->edges = edges_new(JUDGE_EDGES_MAX);
	options->nobserved = judge->bits_each * judge->nexecutions;
	options->visitor.self = judge;
	options->visitor.observe = judge->bits_each != 0 ? observe : NULL;
	options->visitor.step = see_step;
	options->visitor.place = see_place;
	options->visitor.found = wants_ends ? see_edge : NULL;
	return judge;
}

void
judge_free(struct judge *judge)
{
	if (judge == NULL)
		return;
	free(judge->skipped_bits);
	free(judge->succeeded_bits);
	free(judge->follow_bits);
	free(judge->unseen_bits);
	free(judge->seen_bits);
	free(judge->of_starts);
	free(judge->of_entries);
	free(judge->has_started);
	free(judge->is_end);
	edges_free(judge->edges);
	free(judge);
}

static void
judge_state(struct judge *judge, size_t property, uint32_t state)
{
	if (edges_is_full(judge->edges))
		judge->breaches[property].is_unsure = true;
	else if (state != UINT32_MAX)
		judge->breaches[property] = (struct breach){
			.is_found = true,
			.state = state,
			.event = { .kind = SW_NEVENTS },
			.action = UINT32_MAX,
			.other = UINT32_MAX,
			.stage = UINT32_MAX,
		};
}

static void
judge_dead(struct judge *judge, size_t property)
{
	uint32_t action = 0;
	while (action < judge->lowered->machine.nactions &&
	       judge->has_started[action])
		action++;
	if (action < judge->lowered->machine.nactions)
		judge->breaches[property] = (struct breach){
			.is_found = true,
			.event = { .kind = SW_NEVENTS },
			.action = action,
			.other = UINT32_MAX,
			.stage = judge->lowered->machine.actions[action].stage,
		};
}

bool
judge_has_seen_enough(const struct judge *judge)
{
	for (size_t i = 0; i < judge->properties->n; i++)
		if (is_judged(judge, i))
			return false;
	return true;
}

void
judge_whole(struct judge *judge, const struct explore *explore)
{
	const uint32_t n = (uint32_t)explore_counts(explore).states;
	const bool has_operators = (judge->moves & EXPLORE_OPERATORS) != 0;
	for (size_t i = 0; i < judge->properties->n; i++) {
		const struct property *p = &judge->properties->items[i];
		if (!is_judged(judge, i) || !has_operators)
			continue;
		if (p->kind == PROPERTY_DEAD_ACTION)
			judge_dead(judge, i);
		else if (p->kind == PROPERTY_COMPLETE && judge->edges != NULL)
			judge_state(judge, i,
			    edges_no_way(judge->edges, n, judge->is_end));
		else if ((p->kind == PROPERTY_LIVELOCK ||
			     p->kind == PROPERTY_ENDLESS_RETRY) &&
			 judge->edges != NULL)
			judge_state(judge, i, edges_circle(judge->edges, n));
		else if (p->kind == PROPERTY_ROLLBACK_NONE)
			judge->breaches[i] = (struct breach){
				.is_found = true,
				.event = { .kind = SW_NEVENTS },
				.action = UINT32_MAX,
				.other = UINT32_MAX,
				.stage = p->subject,
			};
	}
}
