/*
 * Who waits in front of a stage (semantics.md, sections 2.3 and 2.5;
 * CodePipeline User Guide, "How executions are processed in SUPERSEDED mode"
 * and "... in QUEUED mode"). SUPERSEDED has one waiting place, QUEUED a queue
 * that nobody overtakes. Since executions reach every stage in the order of
 * their start, the queues of all stages are one ascending list: those of the
 * last stage first. A stage has its first one in `waiting`, so the last place of
 * the list is never taken: a 0 ends it.
 */
#include "turn.h"

static uint32_t *
queue_in(const struct turn *t)
{
	return (uint32_t *)t->state +
	       (queue_of(t->machine, t->state) - (const uint32_t *)t->state);
}

/* Where the queue of a stage begins in that list. */
static uint32_t
queue_begin(const struct sw_machine *machine,
    const struct sw_stage_state *stages, uint32_t stage)
{
	uint32_t begin = 0;
	for (uint32_t i = machine->nstages; i-- > stage + 1;)
		begin += stages[i].queued;
	return begin;
}

/* 2.5: at the end of the stage's queue. */
static void
join_queue(struct turn *t, uint32_t stage, uint32_t execution)
{
	uint32_t *queue = queue_in(t);
	struct sw_stage_state *s = &t->stages[stage];
	const uint32_t place =
	    queue_begin(t->machine, t->stages, stage) + s->queued;
	uint32_t end = place;
	while (queue[end] != 0)
		end++;
	assert(end < t->machine->queue_max);
	for (uint32_t i = end; i > place; i--)
		queue[i] = queue[i - 1];
	queue[place] = execution;
	s->queued++;
}

/* The i-th of the stage's queue steps out; those behind it move up. */
static uint32_t
step_out(struct turn *t, uint32_t stage, uint32_t i)
{
	uint32_t *queue = queue_in(t);
	uint32_t place = queue_begin(t->machine, t->stages, stage) + i;
	const uint32_t execution = queue[place];
	for (; queue[place] != 0; place++)
		queue[place] = queue[place + 1];
	t->stages[stage].queued--;
	return execution;
}

/* 2.3: one waiting place; a newer execution replaces the one who waited. */
static void
supersede(struct turn *t, uint32_t stage, uint32_t execution)
{
	const uint32_t older = t->stages[stage].waiting;
	assert(older < execution);
	fire(t, SW_RULE_ARRIVE_SUPERSEDES, stage, older);
	command(t, SW_COMMAND_SUPERSEDED, 0, older);
	t->stages[stage].waiting = execution;
}

/* 2.2 */
void
sw__wait(struct turn *t, uint32_t stage, uint32_t execution)
{
	if (t->stages[stage].waiting == 0)
		t->stages[stage].waiting = execution;
	else if (t->machine->mode == SW_MODE_QUEUED)
		join_queue(t, stage, execution);
	else
		supersede(t, stage, execution);
	fire(t, SW_RULE_ARRIVE_WAITS, stage, execution);
}

/* 2.4: takes the first who waits from its place; the next moves up. */
uint32_t
sw__next_waiting(struct turn *t, uint32_t stage)
{
	struct sw_stage_state *s = &t->stages[stage];
	const uint32_t execution = s->waiting;
	s->waiting = s->queued != 0 ? step_out(t, stage, 0) : 0;
	return execution;
}

/* 5.1: takes an execution from where it waits; false: it waits nowhere. */
bool
sw__leave_queue(struct turn *t, uint32_t execution, uint32_t *stage)
{
	for (uint32_t i = 0; i < t->machine->nstages; i++) {
		*stage = i;
		if (t->stages[i].waiting == execution) {
			sw__next_waiting(t, i);
			return true;
		}
		for (uint32_t k = 0; k < t->stages[i].queued; k++)
			if (sw_state_waiting(t->machine, t->state, i, k + 1) ==
			    execution) {
				step_out(t, i, k);
				return true;
			}
	}
	return false;
}

uint32_t
sw_state_waiting(const struct sw_machine *machine, const struct sw_state *state,
    uint32_t stage, uint32_t i)
{
	const struct sw_stage_state *s = sw_state_stage(state, stage);
	if (i == 0)
		return s->waiting;
	return i <= s->queued
		   ? queue_of(
			 machine, state)[queue_begin(machine,
					     sw_state_stage(state, 0), stage) +
					 i - 1]
		   : 0;
}
