/*
 * The laws of a state (semantics.md, section 7): what holds after every
 * event, whatever the model. Tests and simulations ask after each step; a
 * broken one is a bug of the machine, never of a pipeline.
 */
#include "turn.h"

static bool
is_action_status(enum sw_status status)
{
	return status <= SW_STATUS_UNKNOWN && status != SW_STATUS_STOPPING &&
	       status != SW_STATUS_STOPPED && status != SW_STATUS_SUPERSEDED;
}

static bool
is_stage_status(enum sw_status status)
{
	return status <= SW_STATUS_STOPPED;
}

/* A free stage has nothing running; a held one has something to wait for. */
static const char *
broken_in_actions(const struct sw_machine *machine,
    const struct sw_state *state, uint32_t stage)
{
	const struct sw_stage_state *s = sw_state_stage(state, stage);
	const struct sw_stage *row = &machine->stages[stage];
	bool unfinished = false;
	for (uint32_t a = row->first_action; a <= row->last_action; a++) {
		const enum sw_status status =
		    sw_state_action(machine, state, a);
		if (!is_action_status(status))
			return "action-status";
		if (status != SW_STATUS_NONE && s->execution == 0)
			return "action-of-nobody";
		if (s->status == SW_STATUS_SUCCEEDED &&
		    status != SW_STATUS_SUCCEEDED)
			return "succeeded-stage-complete";
		unfinished |= is_unfinished((uint8_t)status);
	}
	if (unfinished && !is_held(s))
		return "terminal-holds-nothing";
	if (!unfinished && is_held(s))
		return "held-stage-runs";
	return NULL;
}

static const char *
broken_in_gate(const struct sw_state *state, const struct sw_stage_state *s)
{
	if (!is_stage_status((enum sw_status)s->status) || s->closed > 1 ||
	    s->reserved != 0)
		return "stage-status";
	if (s->execution > state->executions || s->waiting > state->executions)
		return "execution-started";
	if ((s->execution == 0) != (s->status == SW_STATUS_NONE))
		return "status-of-nobody";
	if (s->waiting != 0 && s->waiting <= s->execution)
		return "start-order";
	if (s->waiting != 0 && !is_held(s) && !s->closed)
		return "free-open-waited-for";
	return NULL;
}

/* Executions reach stages in start order, so later stages hold older ones. */
static const char *
broken_in_order(const struct sw_machine *machine, const struct sw_state *state)
{
	uint32_t newest = state->executions;
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage_state *s = sw_state_stage(state, i);
		if (s->execution > newest || s->waiting > newest)
			return "start-order";
		newest = s->execution;
	}
	return NULL;
}

/* The execution that holds stage i holds no other and waits nowhere. */
static const char *
broken_in_places(const struct sw_machine *machine, const struct sw_state *state)
{
	uint32_t place = 0; /* of the newest execution seen in flight */
	for (uint32_t i = machine->nstages; i-- > 0;) {
		const struct sw_stage_state *s = sw_state_stage(state, i);
		if (is_held(s)) {
			if (s->execution <= place)
				return "one-place";
			place = s->execution;
		}
		/* By start-order newer than whoever was seen behind it. */
		if (s->waiting != 0)
			place = s->waiting;
	}
	return NULL;
}

const char *
sw_state_broken_law(
    const struct sw_machine *machine, const struct sw_state *state)
{
	if (state->fingerprint != machine->fingerprint || state->reserved != 0)
		return "fingerprint";
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const char *law =
		    broken_in_gate(state, sw_state_stage(state, i));
		if (law == NULL)
			law = broken_in_actions(machine, state, i);
		if (law != NULL)
			return law;
	}
	const char *law = broken_in_order(machine, state);
	return law != NULL ? law : broken_in_places(machine, state);
}
