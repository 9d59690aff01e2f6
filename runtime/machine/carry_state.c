/*
 * The state of a new machine from one of the old. Input: two machines, a state
 * that carries over (carry.c says whether), and which stages begin anew;
 * output: the state, whose laws are checked last of all.
 */
#include "carry.h"

#include "turn.h"

/* What is being built. */
struct building {
	const struct sw_carry *carry;
	const struct sw_state *old;
	const uint8_t *repeats;
	struct sw_state *state;
	struct sw_stage_state *stages;
	uint8_t *actions;
	uint32_t *targets;
	uint32_t *queue;
};

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* An action's byte: as often as it may be tried again now. */
static void
carry_row(struct building *b, uint32_t old, uint32_t now)
{
	const struct sw_machine *to = b->carry->to;
	const uint8_t byte = actions_of(b->carry->from, b->old)[old];
	uint32_t status = status_of(byte);
	/* Without a limit nobody waits for a place. */
	if (status == SW_STATUS_PENDING && to->running_max == 0)
		status = SW_STATUS_IN_PROGRESS;
	b->actions[now] =
	    (uint8_t)(status | least(retries_of(byte), to->actions[now].retries)
				   << RETRIES_SHIFT);
}

static void
carry_rows(struct building *b, uint32_t stage)
{
	const struct sw_stage *row = &b->carry->from->stages[stage];
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		if (b->carry->actions[a] != SW_NOWHERE)
			carry_row(b, a, b->carry->actions[a]);
}

static void
forget_rows(struct building *b, uint32_t now)
{
	const struct sw_stage *row = &b->carry->to->stages[now];
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		b->actions[a] = SW_STATUS_NONE;
}

/* 9.1: who Succeeded there, as far back as the new machine remembers. */
static void
carry_targets(struct building *b, uint32_t stage, uint32_t now)
{
	const struct sw_machine *to = b->carry->to;
	const uint32_t latest = sw_state_stage(b->old, stage)->succeeded;
	const uint32_t reach = 32 * to->target_words;
	if (reach == 0 || !sw_carry_keeps_targets(b->carry, stage))
		return;
	uint32_t *targets = b->targets + (size_t)now * to->target_words;
	b->stages[now].succeeded = latest;
	for (uint32_t k = 0; k < reach && k < latest; k++) {
		const uint32_t bit = (latest - k) & (reach - 1);
		if (sw_state_is_target(
			b->carry->from, b->old, stage, latest - k))
			targets[bit / 32] |= UINT32_C(1) << bit % 32;
	}
}

/* Its bits, of conditions that can be overridden still. */
static uint8_t
carry_overridden(const struct sw_stage *row, uint8_t overridden)
{
	uint8_t can = 0;
	if (row->before_entry == SW_RESULT_FAIL)
		can |= SW_OVERRIDDEN_BEFORE_ENTRY;
	if (row->on_success != SW_RESULT_NONE)
		can |= SW_OVERRIDDEN_ON_SUCCESS;
	return overridden & can;
}

/* Who is past a stage without having run what it is now. */
static void
skip(struct building *b, uint32_t now, uint32_t past)
{
	struct sw_stage_state *s = &b->stages[now];
	forget_rows(b, now);
	s->execution = past;
	s->status = past == 0 ? SW_STATUS_NONE : SW_STATUS_SKIPPED;
	s->type = SW_TYPE_STANDARD;
	s->overridden = 0;
	s->retries = 0;
}

/* A Succeeded stage has run all of its actions. */
static bool
has_run_all(const struct building *b, uint32_t now)
{
	const struct sw_stage *row = &b->carry->to->stages[now];
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		if (!is_rule(&b->carry->to->actions[a]) &&
		    status_of(b->actions[a]) != SW_STATUS_SUCCEEDED)
			return false;
	return true;
}

/* Does what the stage says of its last execution say it still? */
static bool
is_past_kept(const struct building *b, uint32_t stage, uint32_t now)
{
	const struct sw_stage_state *s = &b->stages[now];
	switch (s->status) {
	case SW_STATUS_SUCCEEDED:
		return has_run_all(b, now);
	case SW_STATUS_FAILED:
	case SW_STATUS_STOPPED:
		return !b->repeats[stage] &&
		       sw_carry_judge_past(b->carry, b->old, stage).way ==
			   SW_CARRY_OVER;
	default:
		return true;
	}
}

static void
carry_stage(struct building *b, uint32_t stage, uint32_t now)
{
	const struct sw_stage *from = &b->carry->from->stages[stage];
	const struct sw_stage *to = &b->carry->to->stages[now];
	const struct sw_stage_state *old = sw_state_stage(b->old, stage);
	struct sw_stage_state *s = &b->stages[now];
	*s = *old;
	s->succeeded = 0;
	s->retries = (uint8_t)least(old->retries, to->attempts);
	s->overridden = carry_overridden(to, old->overridden);
	/* What somebody opened or closed stays so; what the new machine
	 * closes from its start on, and the old did not, is closed. */
	if (to->closed && !from->closed)
		s->closed = 1;
	carry_rows(b, stage);
	carry_targets(b, stage, now);
	/* Who rolled it back came from nowhere: none that was started before
	 * has skipped it for that. */
	if (!is_past_kept(b, stage, now))
		skip(b, now, s->type == SW_TYPE_STANDARD ? s->execution : 0);
}

/* 2.5: all queues are one list, from the last stage to the first. */
static const char *
carry_queues(struct building *b)
{
	const struct sw_machine *from = b->carry->from;
	const uint32_t places = b->carry->to->queue_max;
	uint32_t n = 0;
	for (uint32_t i = b->carry->to->nstages; i-- > 0;) {
		const uint32_t stage = b->carry->old_stages[i];
		if (stage == SW_NOWHERE)
			continue;
		const uint32_t queued = sw_state_stage(b->old, stage)->queued;
		for (uint32_t k = 1; k <= queued; k++, n++) {
			if (n + 1 >= places)
				return "queue";
			b->queue[n] = sw_state_waiting(from, b->old, stage, k);
		}
	}
	return NULL;
}

/* The newest standard execution that is at a stage or past it. */
static uint32_t
newest_at(const struct building *b, uint32_t stage, uint32_t past)
{
	const struct sw_stage_state *s = &b->stages[stage];
	const uint32_t waits =
	    sw_state_waiting(b->carry->to, b->state, stage, s->queued);
	if (s->type == SW_TYPE_STANDARD && s->execution > past)
		past = s->execution;
	return waits > past ? waits : past;
}

/* Does its past say what whoever is past it denies? Who holds it is judged, not
 * forgotten. */
static bool
is_overtaken(const struct sw_stage_state *s, uint32_t past)
{
	return s->execution == 0 ||
	       (!is_held(s) && s->type == SW_TYPE_STANDARD &&
		   s->execution < past);
}

/* Executions reach stages in the order of their start, so whoever is past a
 * stage was in it, or skipped it. */
static void
fill_gaps(struct building *b)
{
	uint32_t past = 0;
	for (uint32_t i = b->carry->to->nstages; i-- > 0;) {
		if (b->stages[i].succeeded > past)
			past = b->stages[i].succeeded;
		if (is_overtaken(&b->stages[i], past))
			skip(b, i, past);
		past = newest_at(b, i, past);
	}
}

/* Who is in flight has a place: judged before, checked here. */
static bool
has_place(const struct building *b, uint32_t stage)
{
	const struct sw_stage_state *s = sw_state_stage(b->old, stage);
	return b->carry->stages[stage] != SW_NOWHERE ||
	       (!is_held(s) && s->waiting == 0);
}

static void
begin(struct building *b, uint32_t now, const struct sw_output *scratch)
{
	struct turn t = {
		.machine = b->carry->to,
		.state = b->state,
		.stages = b->stages,
		.actions = b->actions,
		.out = scratch,
		.commands = scratch->commands,
		.fired = scratch->fired,
	};
	b->stages[now].retries = 0;
	sw__begin_stage(&t, now);
}

/* Every stage that is in both; who waits for no stage any more has none. */
static const char *
carry_stages(struct building *b)
{
	const struct sw_carry *carry = b->carry;
	for (uint32_t i = 0; i < carry->from->nstages; i++) {
		if (!has_place(b, i))
			return "one-place";
		if (carry->stages[i] != SW_NOWHERE)
			carry_stage(b, i, carry->stages[i]);
	}
	return NULL;
}

const char *
sw_carry_state(const struct sw_carry *carry, const struct sw_state *state,
    const uint8_t *repeats, const struct sw_output *scratch,
    struct sw_state *out)
{
	const struct sw_machine *to = carry->to;
	sw_state_init(to, out);
	out->executions = state->executions;
	struct sw_stage_state *stages = (struct sw_stage_state *)(out + 1);
	uint32_t *words = (uint32_t *)out;
	struct building b = {
		.carry = carry,
		.old = state,
		.repeats = repeats,
		.state = out,
		.stages = stages,
		.actions = (uint8_t *)(stages + to->nstages),
		.targets = words + (targets_of(to, out) - words),
		.queue = words + (queue_of(to, out) - words),
	};
	const char *law = carry_stages(&b);
	if (law == NULL)
		law = carry_queues(&b);
	if (law != NULL)
		return law;
	fill_gaps(&b);
	for (uint32_t i = 0; i < carry->from->nstages; i++)
		if (repeats[i] && carry->stages[i] != SW_NOWHERE &&
		    is_held(&stages[carry->stages[i]]))
			begin(&b, carry->stages[i], scratch);
	return sw_state_broken_law(to, out);
}
