/*
 * Which events may be possible in a state: what its statuses do not exclude
 * at a glance. Not a second meaning: sw_step decides, and a test holds that
 * no event it accepts is missing here.
 */
#include "turn.h"

struct candidates {
	struct sw_event *events;
	uint32_t max;
	uint32_t n;
};

static void
add(struct candidates *c, enum sw_event_kind kind, uint32_t subject,
    uint32_t target)
{
	if (c->n < c->max)
		c->events[c->n] = (struct sw_event){
			.kind = (uint32_t)kind,
			.subject = subject,
			.target = target,
		};
	c->n++;
}

static void
add_ends(struct candidates *c, const struct sw_action *row, uint32_t status,
    uint32_t action)
{
	if (is_rule(row)) {
		add(c, SW_EVENT_PASS, action, 0);
	} else if (row->category == SW_CATEGORY_APPROVAL &&
		   status == SW_STATUS_IN_PROGRESS) {
		add(c, SW_EVENT_APPROVE, action, 0);
		add(c, SW_EVENT_REJECT, action, 0);
	} else {
		add(c, SW_EVENT_SUCCEED, action, 0);
	}
	add(c, SW_EVENT_FAIL, action, 0);
	if (status == SW_STATUS_IN_PROGRESS)
		add(c, SW_EVENT_UNKNOWN, action, 0);
}

static void
add_of_holder(struct candidates *c, const struct sw_machine *machine,
    const struct sw_stage_state *s, uint32_t stage)
{
	const struct sw_stage *row = &machine->stages[stage];
	if (s->status == SW_STATUS_IN_PROGRESS)
		add(c, SW_EVENT_STOP, s->execution, 0);
	add(c, SW_EVENT_ABANDON, s->execution, 0);
	if (row->before_entry == SW_RESULT_FAIL)
		add(c, SW_EVENT_OVERRIDE_BEFORE_ENTRY, stage, 0);
	if (row->on_success != SW_RESULT_NONE)
		add(c, SW_EVENT_OVERRIDE_ON_SUCCESS, stage, 0);
}

static void
add_of_free_stage(struct candidates *c, const struct sw_machine *machine,
    const struct sw_state *state, uint32_t stage)
{
	const struct sw_stage_state *s = sw_state_stage(state, stage);
	if (s->status == SW_STATUS_FAILED || s->status == SW_STATUS_STOPPED) {
		add(c, SW_EVENT_RETRY, stage, 0);
		add(c, SW_EVENT_RETRY_ALL, stage, 0);
	}
	const uint32_t reach = 32 * machine->target_words;
	for (uint32_t i = 0; i < reach && i < s->succeeded; i++)
		if (sw_state_is_target(machine, state, stage, s->succeeded - i))
			add(c, SW_EVENT_ROLLBACK, stage, s->succeeded - i);
}

static void
add_of_waiting(struct candidates *c, const struct sw_machine *machine,
    const struct sw_state *state, uint32_t stage)
{
	const struct sw_stage_state *s = sw_state_stage(state, stage);
	const uint32_t n = s->waiting == 0 ? 0 : 1u + s->queued;
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t execution =
		    sw_state_waiting(machine, state, stage, i);
		add(c, SW_EVENT_STOP, execution, 0);
		add(c, SW_EVENT_ABANDON, execution, 0);
	}
}

uint32_t
sw_candidates(const struct sw_machine *machine, const struct sw_state *state,
    struct sw_event *events, uint32_t max)
{
	struct candidates c = { .events = events, .max = max };
	const uint8_t *actions = actions_of(machine, state);
	add(&c, SW_EVENT_START, 0, 0);
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage *row = &machine->stages[i];
		const struct sw_stage_state *s = sw_state_stage(state, i);
		if (machine->mode != SW_MODE_PARALLEL)
			add(&c, s->closed ? SW_EVENT_OPEN : SW_EVENT_CLOSE, i,
			    0);
		add_of_waiting(&c, machine, state, i);
		if (!is_held(s)) {
			add_of_free_stage(&c, machine, state, i);
			continue;
		}
		for (uint32_t a = row->first_action; a <= row->last_action; a++)
			if (is_unfinished(status_of(actions[a])))
				add_ends(&c, &machine->actions[a],
				    status_of(actions[a]), a);
		add_of_holder(&c, machine, s, i);
	}
	return c.n;
}
