/*
 * <follow>: what was begun must be answered before its execution ends. A bit
 * of each execution says that an answer is owed.
 *
 * No run of the machine goes on for ever without an operator (that is judged
 * too, as no-livelock), and one that an operator keeps alive by retries ends,
 * as Failed or Stopped, before each. So whoever never answers is found at an
 * end.
 */
#include "judge_part.h"
#include "parts.h"

static bool
contains(const uint32_t *numbers, uint32_t n, uint32_t number)
{
	for (uint32_t i = 0; i < n; i++)
		if (numbers[i] == number)
			return true;
	return false;
}

static bool
ends_so(const struct obligation *o, bool has_succeeded)
{
	return o->policy->on == ON_END ||
	       (o->policy->on == ON_SUCCEEDED) == has_succeeded;
}

/* Does this rule say that something of `what` has ended as it says? */
static bool
is_owing(const struct obligation *o, const struct sw_fired *f)
{
	switch (f->rule) {
	case SW_RULE_ACTION_SUCCEEDED:
	case SW_RULE_APPROVAL_APPROVED:
		return ends_so(o, true) &&
		       contains(o->what.actions, o->what.nactions, f->subject);
	case SW_RULE_ACTION_FAILED:
	case SW_RULE_APPROVAL_REJECTED:
		return ends_so(o, false) &&
		       contains(o->what.actions, o->what.nactions, f->subject);
	case SW_RULE_STAGE_SUCCEEDED:
		return ends_so(o, true) &&
		       contains(o->what.stages, o->what.nstages, f->subject);
	case SW_RULE_STAGE_FAILED:
		return ends_so(o, false) &&
		       contains(o->what.stages, o->what.nstages, f->subject);
	default:
		return false;
	}
}

/* Does the stage have something of `what`? */
static bool
has_what(const struct obligation *o, const struct sw_machine *machine,
    uint32_t stage)
{
	for (uint32_t i = 0; i < o->what.nactions; i++)
		if (machine->actions[o->what.actions[i]].stage == stage)
			return true;
	return contains(o->what.stages, o->what.nstages, stage);
}

/* Whom a rule that fired answers: an execution, 0: nobody. */
static uint32_t
answered_by_rule(const struct obligation *o, const struct explore_step *step,
    const struct sw_fired *f)
{
	if ((f->rule == SW_RULE_ARRIVE_ENTERS ||
		f->rule == SW_RULE_RELEASE_ENTERS) &&
	    contains(o->by.stages, o->by.nstages, f->subject))
		return f->execution;
	if (f->rule == SW_RULE_ROLLBACK_STARTED && o->by.has_rollback &&
	    has_what(o, step->machine, f->subject))
		return sw_state_stage(step->before, f->subject)->execution;
	return 0;
}

static uint64_t
owe_and_answer(struct judge *judge, size_t property,
    const struct explore_step *step, uint64_t owed)
{
	const struct obligation *o =
	    judge->properties->items[property].obligation;
	const uint32_t bit = judge->follow_bits[property];
	for (uint32_t i = 0; i < step->out->nfired; i++)
		if (is_owing(o, &step->out->fired[i]))
			owed |=
			    bit_of(judge, step->out->fired[i].execution, bit);
	for (uint32_t i = 0; i < step->out->nfired; i++) {
		const uint32_t whom =
		    answered_by_rule(o, step, &step->out->fired[i]);
		if (whom != 0)
			owed &= ~bit_of(judge, whom, bit);
	}
	for (uint32_t i = 0; i < step->out->ncommands; i++) {
		const struct sw_command *c = &step->out->commands[i];
		if (c->kind == SW_COMMAND_START &&
		    contains(o->by.actions, o->by.nactions, c->action))
			owed &= ~bit_of(judge, c->execution, bit);
	}
	return owed;
}

static void
look_at_ends(struct judge *judge, size_t property,
    const struct explore_step *step, uint64_t *owed)
{
	const uint32_t bit = judge->follow_bits[property];
	for (uint32_t i = 0; i < step->out->ncommands; i++) {
		const struct sw_command *c = &step->out->commands[i];
		const uint64_t mask = bit_of(judge, c->execution, bit);
		if ((c->kind != SW_COMMAND_SUCCEEDED &&
			c->kind != SW_COMMAND_FAILED &&
			c->kind != SW_COMMAND_STOPPED &&
			c->kind != SW_COMMAND_SUPERSEDED) ||
		    (*owed & mask) == 0)
			continue;
		*owed &= ~mask;
		if (is_judged(judge, property))
			judge->breaches[property] = (struct breach){
				.is_found = true,
				.state = step->from,
				.event = step->event,
				.action = UINT32_MAX,
				.other = UINT32_MAX,
				.stage = UINT32_MAX,
				.execution = c->execution,
			};
	}
}

uint64_t
judge__follow(
    struct judge *judge, const struct explore_step *step, uint64_t observed)
{
	for (size_t i = 0; i < judge->properties->n; i++) {
		if (judge->follow_bits[i] == NO_BIT)
			continue;
		observed = owe_and_answer(judge, i, step, observed);
		look_at_ends(judge, i, step, &observed);
	}
	return observed;
}
