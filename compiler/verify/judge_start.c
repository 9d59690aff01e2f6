/*
 * What may start, and when: what failed and what was stopped, policies that
 * say before and never, approvals, artifacts and variables. All of it is
 * about the commands and rules of one step.
 */
#include "base/arena.h"
#include "judge_part.h"
#include "parts.h"

/* An action or rule that a step starts, or a stage that is entered. */
struct beginning {
	const struct judge *judge;
	const struct explore_step *step;
	uint32_t action; /* UINT32_MAX: a stage is entered */
	uint32_t stage;
	uint32_t execution;
	bool is_rollback;
};

static void
breach(struct judge *judge, size_t property, const struct beginning *b,
    uint32_t other)
{
	judge->breaches[property] = (struct breach){
		.is_found = true,
		.state = b->step->from,
		.event = b->step->event,
		.action = b->action,
		.other = other,
		.stage = b->stage,
		.execution = b->execution,
	};
}

static enum sw_status
status_after(const struct beginning *b, uint32_t action)
{
	return sw_state_action(b->step->machine, b->step->after, action);
}

/* Has the execution that begins something passed this stage over? */
static bool
was_skipped(const struct beginning *b, uint32_t stage)
{
	return (b->judge->after & bit_of(b->judge, b->execution,
				      b->judge->skipped_bits[stage])) != 0;
}

/* Has this action Succeeded in the execution that begins something? */
static bool
has_succeeded(const struct beginning *b, uint32_t action)
{
	const uint32_t stage = b->step->machine->actions[action].stage;
	if (stage != b->stage)
		return stage < b->stage && !was_skipped(b, stage);
	return b->action != UINT32_MAX &&
	       status_after(b, action) == SW_STATUS_SUCCEEDED;
}

static bool
is_met(const struct beginning *b, const struct picked *by, uint64_t count)
{
	uint64_t n = 0;
	for (uint32_t i = 0; i < by->nactions && n < count; i++)
		n += has_succeeded(b, by->actions[i]);
	for (uint32_t i = 0; i < by->nstages && n < count; i++)
		n += by->stages[i] < b->stage && !was_skipped(b, by->stages[i]);
	return n >= count;
}

static bool
is_about(const struct beginning *b, uint32_t what, bool is_stage)
{
	return is_stage ? b->action == UINT32_MAX && b->stage == what
			: b->action == what;
}

static void
judge_precede(struct judge *judge, size_t property, const struct beginning *b)
{
	const struct obligation *o =
	    judge->properties->items[property].obligation;
	if (b->is_rollback)
		return;
	for (uint32_t i = 0; i < o->nneeds; i++)
		if (is_about(b, o->needs[i].what, o->needs[i].is_stage) &&
		    !is_met(b, &o->needs[i].by, o->policy->count.n)) {
			breach(judge, property, b, i);
			return;
		}
}

static bool
is_picked(const struct beginning *b, const struct picked *picked)
{
	for (uint32_t i = 0; b->action != UINT32_MAX && i < picked->nactions;
	     i++)
		if (picked->actions[i] == b->action)
			return true;
	for (uint32_t i = 0; b->action == UINT32_MAX && i < picked->nstages;
	     i++)
		if (picked->stages[i] == b->stage)
			return true;
	return false;
}

static void
judge_never(struct judge *judge, size_t property, const struct beginning *b)
{
	const struct obligation *o =
	    judge->properties->items[property].obligation;
	const bool applies = o->when == WHEN_ALWAYS ? true
			     : o->when == WHEN_ROLLBACK
				 ? b->is_rollback
				 : !b->is_rollback && o->can_be;
	if (applies && is_picked(b, &o->what))
		breach(judge, property, b, UINT32_MAX);
}

static void
judge_gate(struct judge *judge, size_t property, const struct beginning *b)
{
	const uint32_t deploy = judge->properties->items[property].subject;
	uint32_t gate = UINT32_MAX;
	if (b->action != deploy || b->is_rollback)
		return;
	for (uint32_t i = 0; i < deploy; i++) {
		if (!properties_is_approval_before(judge->lowered, i, deploy))
			continue;
		if (has_succeeded(b, i))
			return;
		gate = i;
	}
	breach(judge, property, b, gate);
}

static void
judge_needs(struct judge *judge, size_t property, const struct beginning *b,
    const struct property_need *needs, size_t n)
{
	for (size_t i = 0; i < n && !b->is_rollback; i++)
		if (b->action == needs[i].what &&
		    !has_succeeded(b, needs[i].by)) {
			breach(judge, property, b, (uint32_t)i);
			return;
		}
}

/* What is written after all approvals that were given, if any was; or again
 * after one. */
static void
judge_writes(struct judge *judge, size_t property, const struct beginning *b,
    bool was_seen)
{
	const struct properties *p = judge->properties;
	const struct property_need *needs = was_seen ? p->rewritten : p->stale;
	const size_t n = was_seen ? p->nrewritten : p->nstale;
	bool is_approved = was_seen;
	if (b->action == UINT32_MAX || b->is_rollback)
		return;
	const size_t found = judge__written_since(
	    judge, needs, n, b->action, b->execution, was_seen);
	for (uint32_t i = 0; i < b->action && !is_approved; i++)
		is_approved = properties_is_approval_before(
				  judge->lowered, i, b->action) &&
			      has_succeeded(b, i);
	if (found < n && is_approved)
		breach(judge, property, b, (uint32_t)found);
}

static void
judge_pull_request(
    struct judge *judge, size_t property, const struct beginning *b)
{
	if (b->action != UINT32_MAX && !b->is_rollback &&
	    judge->properties->is_production[b->action])
		breach(judge, property, b, UINT32_MAX);
}

static void
judge_staging(struct judge *judge, size_t property, const struct beginning *b)
{
	const struct properties *p = judge->properties;
	uint32_t staging = UINT32_MAX;
	if (b->action == UINT32_MAX || b->is_rollback ||
	    !p->is_production[b->action])
		return;
	for (uint32_t i = 0; i < b->step->machine->nactions; i++) {
		if (!p->is_staging[i])
			continue;
		if (has_succeeded(b, i))
			return;
		if (staging == UINT32_MAX)
			staging = i;
	}
	breach(judge, property, b, staging);
}

static void
judge_waiting(struct judge *judge, size_t property, const struct beginning *b)
{
	if (b->action == judge->properties->items[property].subject)
		breach(judge, property, b, UINT32_MAX);
}

static bool
has_fired(const struct explore_step *step, enum sw_rule rule, uint32_t subject)
{
	for (uint32_t i = 0; i < step->out->nfired; i++)
		if (step->out->fired[i].rule == (uint32_t)rule &&
		    step->out->fired[i].subject == subject)
			return true;
	return false;
}

/* A deploy starts again in a stage that was retried by itself, and nobody was
 * asked in between. */
static void
judge_retry(struct judge *judge, size_t property, const struct beginning *b)
{
	if (b->action == UINT32_MAX ||
	    !judge->properties->is_production[b->action] ||
	    !has_fired(b->step, SW_RULE_STAGE_RETRIES, b->stage))
		return;
	for (uint32_t i = 0; i < b->action; i++)
		if (properties_is_approval_before(
			judge->lowered, i, b->action)) {
			breach(judge, property, b, i);
			return;
		}
}

/* S7: all stages before are done, and in its own all groups before. */
static void
judge_failure(struct judge *judge, size_t property, const struct beginning *b)
{
	const struct sw_machine *machine = b->step->machine;
	if (b->action == UINT32_MAX)
		return;
	const struct sw_action *row = &machine->actions[b->action];
	for (uint32_t i = 0; i < b->stage && !b->is_rollback; i++) {
		const struct sw_stage_state *s =
		    sw_state_stage(b->step->after, i);
		if (s->execution == b->execution &&
		    s->status != SW_STATUS_SUCCEEDED &&
		    s->status != SW_STATUS_SKIPPED)
			breach(judge, property, b, UINT32_MAX);
	}
	for (uint32_t i = machine->stages[b->stage].first_action;
	     i < b->action && row->run_order != SW_ON_FAILURE; i++)
		if (!is_rule(&machine->actions[i]) &&
		    machine->actions[i].run_order < row->run_order &&
		    status_after(b, i) != SW_STATUS_SUCCEEDED)
			breach(judge, property, b, i);
}

/* S8 */
static void
judge_stop(struct judge *judge, size_t property, const struct beginning *b)
{
	const struct sw_stage_state *s =
	    sw_state_stage(b->step->before, b->stage);
	const bool is_retry = b->step->event.kind == SW_EVENT_RETRY ||
			      b->step->event.kind == SW_EVENT_RETRY_ALL;
	if (b->action != UINT32_MAX && s->execution == b->execution &&
	    (s->status == SW_STATUS_STOPPING ||
		(s->status == SW_STATUS_STOPPED && !is_retry)))
		breach(judge, property, b, UINT32_MAX);
}

static void
judge_beginning(struct judge *judge, size_t i, const struct beginning *b)
{
	const struct properties *p = judge->properties;
	switch (p->items[i].kind) {
	case PROPERTY_FAILURE_STOPS:
		judge_failure(judge, i, b);
		break;
	case PROPERTY_STOP_STOPS:
		judge_stop(judge, i, b);
		break;
	case PROPERTY_PRECEDE:
		judge_precede(judge, i, b);
		break;
	case PROPERTY_NEVER:
		judge_never(judge, i, b);
		break;
	case PROPERTY_GATE:
		judge_gate(judge, i, b);
		break;
	case PROPERTY_ARTIFACTS:
		judge_needs(judge, i, b, p->artifacts, p->nartifacts);
		break;
	case PROPERTY_VARIABLES:
		judge_needs(judge, i, b, p->variables, p->nvariables);
		break;
	case PROPERTY_UNGATED_RETRY:
		judge_retry(judge, i, b);
		break;
	case PROPERTY_STALE:
	case PROPERTY_REWRITTEN:
		judge_writes(
		    judge, i, b, p->items[i].kind == PROPERTY_REWRITTEN);
		break;
	case PROPERTY_PULL_REQUEST:
		judge_pull_request(judge, i, b);
		break;
	case PROPERTY_STAGING_FIRST:
		judge_staging(judge, i, b);
		break;
	case PROPERTY_STARVES:
		judge_waiting(judge, i, b);
		break;
	default:
		break;
	}
}

static bool
is_about_stages(const struct obligation *o)
{
	for (uint32_t i = 0; i < o->nneeds; i++)
		if (o->needs[i].is_stage)
			return true;
	return o->what.nstages != 0;
}

void
judge__sort(struct judge *judge)
{
	const struct properties *p = judge->properties;
	judge->of_starts =
	    check_memory(calloc(p->n + 1, sizeof *judge->of_starts));
	judge->of_entries =
	    check_memory(calloc(p->n + 1, sizeof *judge->of_entries));
	for (uint32_t i = 0; i < p->n; i++) {
		if (!is_judged(judge, i))
			continue;
		switch (p->items[i].kind) {
		case PROPERTY_PRECEDE:
		case PROPERTY_NEVER:
			if (is_about_stages(p->items[i].obligation))
				judge->of_entries[judge->nof_entries++] = i;
			judge->of_starts[judge->nof_starts++] = i;
			break;
		case PROPERTY_FAILURE_STOPS:
		case PROPERTY_STOP_STOPS:
		case PROPERTY_GATE:
		case PROPERTY_ARTIFACTS:
		case PROPERTY_VARIABLES:
		case PROPERTY_UNGATED_RETRY:
		case PROPERTY_STALE:
		case PROPERTY_REWRITTEN:
		case PROPERTY_PULL_REQUEST:
		case PROPERTY_STAGING_FIRST:
		case PROPERTY_STARVES:
			judge->of_starts[judge->nof_starts++] = i;
			break;
		default:
			break;
		}
	}
}

static void
judge_all(struct judge *judge, struct beginning b)
{
	const bool is_start = b.action != UINT32_MAX;
	const uint32_t *list = is_start ? judge->of_starts : judge->of_entries;
	const size_t n = is_start ? judge->nof_starts : judge->nof_entries;
	b.judge = judge;
	b.is_rollback =
	    sw_state_stage(b.step->after, b.stage)->type == SW_TYPE_ROLLBACK;
	for (size_t i = 0; i < n; i++)
		if (!judge->breaches[list[i]].is_found)
			judge_beginning(judge, list[i], &b);
}

void
judge__starts(struct judge *judge, const struct explore_step *step)
{
	for (uint32_t i = 0; i < step->out->ncommands; i++) {
		const struct sw_command *c = &step->out->commands[i];
		if (c->kind != SW_COMMAND_START)
			continue;
		judge->has_started[c->action] = true;
		judge_all(
		    judge, (struct beginning){ .step = step,
			       .action = c->action,
			       .stage = step->machine->actions[c->action].stage,
			       .execution = c->execution });
	}
}

static void
witness_rollback(struct judge *judge, uint32_t stage)
{
	for (size_t i = 0; i < judge->properties->n; i++) {
		const struct property *p = &judge->properties->items[i];
		if (p->kind == PROPERTY_ROLLBACK_NONE && p->subject == stage)
			judge->breaches[i].is_witnessed = true;
	}
}

void
judge__entries(struct judge *judge, const struct explore_step *step)
{
	for (uint32_t i = 0; i < step->out->nfired; i++) {
		const struct sw_fired *f = &step->out->fired[i];
		if (f->rule == SW_RULE_ROLLBACK_STARTED)
			witness_rollback(judge, f->subject);
		if (f->rule == SW_RULE_ARRIVE_ENTERS ||
		    f->rule == SW_RULE_RELEASE_ENTERS ||
		    f->rule == SW_RULE_ROLLBACK_STARTED)
			judge_all(judge, (struct beginning){ .step = step,
					     .action = UINT32_MAX,
					     .stage = f->subject,
					     .execution = f->execution });
	}
}
