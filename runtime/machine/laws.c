/*
 * The laws of a state (semantics.md, section 7): what holds after every
 * event, whatever the model. Tests and simulations ask after each step; a
 * broken one is a bug of the machine, never of a pipeline.
 */
#include "turn.h"

static bool
is_action_status(uint32_t status)
{
	return status <= SW_STATUS_PENDING && status != SW_STATUS_STOPPING &&
	       status != SW_STATUS_STOPPED && status != SW_STATUS_SUPERSEDED &&
	       status != SW_STATUS_SKIPPED;
}

static bool
is_stage_status(uint32_t status)
{
	return status <= SW_STATUS_STOPPED || status == SW_STATUS_SKIPPED;
}

/* Could this status be left behind in a stage with that one? */
static bool
is_of_stage(const struct sw_stage_state *s, const struct sw_action *row,
    uint32_t status)
{
	if (s->status == SW_STATUS_SUCCEEDED)
		return is_rule(row) || status == SW_STATUS_SUCCEEDED;
	if (s->status == SW_STATUS_SKIPPED)
		return is_rule(row) || status == SW_STATUS_NONE;
	return true;
}

static const char *
broken_in_action(const struct sw_machine *machine, const struct sw_state *state,
    uint32_t action)
{
	const uint8_t byte = actions_of(machine, state)[action];
	const uint32_t status = status_of(byte);
	const struct sw_action *row = &machine->actions[action];
	const struct sw_stage_state *s = sw_state_stage(state, row->stage);
	if (!is_action_status(status) ||
	    (retries_of(byte) != 0 && !is_unfinished(status)) ||
	    retries_of(byte) > row->retries)
		return "action-status";
	if (status != SW_STATUS_NONE && s->execution == 0)
		return "action-of-nobody";
	if (!is_of_stage(s, row, status))
		return "succeeded-stage-complete";
	if (is_rule(row) && s->type == SW_TYPE_ROLLBACK &&
	    status != SW_STATUS_NONE)
		return "rollback-without-conditions";
	if (status == SW_STATUS_PENDING &&
	    (machine->running_max == 0 || s->status != SW_STATUS_IN_PROGRESS))
		return "pending-in-progress";
	return NULL;
}

/* A free stage has nothing running; a held one has something to wait for, and
 * all of it is of one group. */
static const char *
broken_in_actions(const struct sw_machine *machine,
    const struct sw_state *state, uint32_t stage)
{
	const struct sw_stage *row = &machine->stages[stage];
	const uint8_t *actions = actions_of(machine, state);
	uint32_t running = 0;
	uint32_t run_order = 0;
	for (uint32_t a = row->first_action; a <= row->last_action; a++) {
		const char *law = broken_in_action(machine, state, a);
		if (law != NULL)
			return law;
		if (!is_unfinished(status_of(actions[a])))
			continue;
		if (running++ != 0 &&
		    machine->actions[a].run_order != run_order)
			return "one-group";
		run_order = machine->actions[a].run_order;
	}
	if (machine->running_max != 0 && running > machine->running_max)
		return "running-limit";
	const bool held = is_held(sw_state_stage(state, stage));
	if (running != 0 && !held)
		return "terminal-holds-nothing";
	return running == 0 && held ? "held-stage-runs" : NULL;
}

static const char *
broken_in_row(const struct sw_stage *row, const struct sw_stage_state *s)
{
	if (!is_stage_status(s->status) || s->closed > 1 || s->reserved != 0 ||
	    s->type >= SW_NTYPES || s->retries > row->attempts)
		return "stage-status";
	if (((s->overridden & SW_OVERRIDDEN_BEFORE_ENTRY) != 0 &&
		row->before_entry != SW_RESULT_FAIL) ||
	    ((s->overridden & SW_OVERRIDDEN_ON_SUCCESS) != 0 &&
		row->on_success == SW_RESULT_NONE))
		return "overridden";
	return NULL;
}

static const char *
broken_in_gate(const struct sw_machine *machine, const struct sw_state *state,
    const struct sw_stage_state *s)
{
	if (s->execution > state->executions || s->waiting > state->executions)
		return "execution-started";
	if ((s->execution == 0) != (s->status == SW_STATUS_NONE))
		return "status-of-nobody";
	if (s->waiting != 0 && s->waiting <= s->execution &&
	    s->type == SW_TYPE_STANDARD)
		return "start-order";
	if (s->waiting != 0 && !is_held(s) && !s->closed)
		return "free-open-waited-for";
	if (s->waiting == 0 && s->queued != 0)
		return "queue";
	if (machine->mode == SW_MODE_PARALLEL &&
	    (s->waiting != 0 || s->closed != 0 ||
		(s->execution != 0 && s->execution != state->executions)))
		return "one-execution";
	return NULL;
}

/* All queues are one ascending list, from the last stage to the first; who
 * waits at a stage is newer than who waits at a later one. */
static const char *
broken_in_queue(const struct sw_machine *machine, const struct sw_state *state)
{
	const uint32_t *queue = queue_of(machine, state);
	uint32_t newest = 0;
	uint32_t next = 0;
	for (uint32_t i = machine->nstages; i-- > 0;) {
		const struct sw_stage_state *s = sw_state_stage(state, i);
		if (s->waiting == 0)
			continue;
		if (s->waiting <= newest)
			return "start-order";
		newest = s->waiting;
		for (uint32_t k = 0; k < s->queued; k++, next++) {
			if (next + 1 >= machine->queue_max)
				return "queue";
			if (queue[next] <= newest)
				return "start-order";
			newest = queue[next];
		}
	}
	if (newest > state->executions)
		return "execution-started";
	for (; next < machine->queue_max; next++)
		if (queue[next] != 0)
			return "queue";
	return NULL;
}

/* Standard executions reach stages in the order of their start, so later
 * stages have older ones; who rolled a stage back came from nowhere. */
static const char *
broken_in_order(const struct sw_machine *machine, const struct sw_state *state)
{
	uint32_t newest = state->executions;
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage_state *s = sw_state_stage(state, i);
		if (s->waiting > newest || s->succeeded > newest)
			return "start-order";
		if (s->type == SW_TYPE_ROLLBACK)
			continue;
		if (s->execution > newest || s->succeeded > s->execution)
			return "start-order";
		newest = s->execution;
	}
	return NULL;
}

/* The execution that holds stage i holds no other and waits nowhere. */
static const char *
broken_in_places(const struct sw_machine *machine, const struct sw_state *state)
{
	uint32_t place = 0; /* of the newest standard one seen in flight */
	for (uint32_t i = machine->nstages; i-- > 0;) {
		const struct sw_stage_state *s = sw_state_stage(state, i);
		if (is_held(s) && s->type == SW_TYPE_STANDARD) {
			if (s->execution <= place)
				return "one-place";
			place = s->execution;
		}
		/* By start-order newer than whoever was seen behind it. */
		if (s->waiting != 0)
			place = sw_state_waiting(machine, state, i, s->queued);
	}
	return NULL;
}

const char *
sw_state_broken_law(
    const struct sw_machine *machine, const struct sw_state *state)
{
	if (state->fingerprint != machine->fingerprint || state->reserved != 0)
		return "fingerprint";
	const char *law = NULL;
	for (uint32_t i = 0; i < machine->nstages && law == NULL; i++) {
		const struct sw_stage_state *s = sw_state_stage(state, i);
		law = broken_in_row(&machine->stages[i], s);
		if (law == NULL)
			law = broken_in_gate(machine, state, s);
		if (law == NULL)
			law = broken_in_actions(machine, state, i);
	}
	if (law == NULL)
		law = broken_in_queue(machine, state);
	if (law == NULL)
		law = broken_in_order(machine, state);
	return law != NULL ? law : broken_in_places(machine, state);
}
