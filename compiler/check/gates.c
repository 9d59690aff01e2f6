/*
 * Approvals: that one stands before each deploy to production, that whoever
 * is asked is told what, that silence is no answer. "Before" is by stage and
 * runOrder alone; that no run passes an approval by is for `verify` to say.
 */
#include <string.h>

#include "base/correction.h"
#include "checking.h"

static bool
is_approval(const struct flow_action *place)
{
	return place->action->category == SW_CATEGORY_APPROVAL;
}

/* What matters of the order: the first approval and the last deploy to
 * production; FLOW_NONE if there is none. */
struct gate {
	uint32_t first_approval;
	uint32_t last_deploy;
};

static struct gate
find_gate(const struct flow *flow)
{
	struct gate gate = { FLOW_NONE, FLOW_NONE };

	for (uint32_t i = 0; i < flow->nactions; i++) {
		uint32_t index = flow->by_rank[i];
		const struct flow_action *place = &flow->actions[index];

		if (gate.first_approval == FLOW_NONE && is_approval(place))
			gate.first_approval = index;
		if (is_production_deploy(place))
			gate.last_deploy = index;
	}
	return gate;
}

enum guard {
	GUARDED,       /* an approval comes before */
	GUARD_MISSING, /* none that is about this deploy */
	GUARD_BESIDE,  /* the first one runs together with the deploy */
	GUARD_AFTER    /* the first one comes later, and no further deploy */
};

static enum guard
guard_of(const struct flow *flow, const struct gate *gate, uint32_t deploy)
{
	uint32_t rank = flow->actions[deploy].rank, approved;

	if (gate->first_approval == FLOW_NONE)
		return GUARD_MISSING;
	approved = flow->actions[gate->first_approval].rank;
	if (approved < rank)
		return GUARDED;
	if (approved == rank)
		return GUARD_BESIDE;
	/* Before a further deploy it is the gate of that one. */
	return flow->actions[gate->last_deploy].rank > approved ? GUARD_MISSING
								: GUARD_AFTER;
}

static struct diagnostic *
report_deploy(
    struct checking *c, enum check_id id, uint32_t index, const char *how)
{
	const struct action *deploy = c->flow->actions[index].action;

	return REPORT(c, id, scope_of_action(c->flow, index),
	    place_or(deploy->name, deploy->at), "'%s' deploys to '%s' %s",
	    action_name(c, index), deploy->environment.text, how);
}

static void
report_after(struct checking *c, enum check_id id, uint32_t deploy,
    const struct action *approval, const char *approval_name)
{
	struct diagnostic *d =
	    report_deploy(c, id, deploy, "before anybody is asked");

	diagnostic_also(d, place_or(approval->name, approval->at),
	    "'%s' asks when it is done", approval_name);
	diagnostic_help(d,
	    "move '%s' before it: to an earlier stage, or to a "
	    "lower runOrder",
	    approval_name);
}

static void
report_beside(struct checking *c, enum check_id id, uint32_t deploy,
    const struct action *approval, const char *approval_name)
{
	const struct action *action = c->flow->actions[deploy].action;
	struct diagnostic *d =
	    report_deploy(c, id, deploy, "while its approval is asked for");

	diagnostic_also(d,
	    place_or(approval->run_order.written,
		place_or(approval->name, approval->at)),
	    "'%s' has runOrder %llu as well", approval_name,
	    (unsigned long long)approval->run_order.n);
	diagnostic_help(d, "give '%s' the runOrder %llu",
	    action->name.text != NULL ? action->name.text : "?",
	    (unsigned long long)approval->run_order.n + 1);
}

static void
report_missing(struct checking *c, enum check_id id, uint32_t deploy)
{
	diagnostic_help(report_deploy(c, id, deploy, "and nobody is asked"),
	    "put an <approval> before it, or say in an <allow> what takes its "
	    "place");
}

static void
check_guards(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;
	const struct gate gate = find_gate(flow);
	const struct action *approval = NULL;
	const char *name = NULL;

	if (gate.first_approval != FLOW_NONE) {
		approval = flow->actions[gate.first_approval].action;
		name = action_name(c, gate.first_approval);
	}
	for (uint32_t i = 0; i < flow->nactions; i++) {
		enum guard guard;

		if (!is_production_deploy(&flow->actions[i]))
			continue;
		guard = guard_of(flow, &gate, i);
		if (guard == GUARD_AFTER && id == CHECK_GATE_AFTER)
			report_after(c, id, i, approval, name);
		if (guard == GUARD_BESIDE && id == CHECK_GATE_PARALLEL)
			report_beside(c, id, i, approval, name);
		if (guard == GUARD_MISSING && id == CHECK_GATE_MISSING)
			report_missing(c, id, i);
	}
}

static void
check_blind(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct action *action = flow->actions[i].action;
		struct diagnostic *d;

		if (!is_approval(&flow->actions[i]) ||
		    action->text.text != NULL ||
		    parameter_find(&action->parameters, "link") != NULL)
			continue;
		d = REPORT(c, id, scope_of_action(flow, i),
		    place_or(action->name, action->at),
		    "'%s' does not say what is asked", action_name(c, i));
		diagnostic_help(d, "write it between <approval> and "
				   "</approval>: what is released, and what to "
				   "look at");
	}
}

static void
check_silence(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct action *action = flow->actions[i].action;
		const struct parameter *silence =
		    parameter_find(&action->parameters, "silence");
		struct diagnostic *d;

		if (!is_approval(&flow->actions[i]) || silence == NULL ||
		    silence->value.text == NULL ||
		    strcmp(silence->value.text, "approve") != 0)
			continue;
		d = REPORT(c, id, scope_of_action(flow, i), silence->value.at,
		    "'%s' approves by silence", action_name(c, i));
		correction_remove_attribute(d, FIX_UNSAFE, silence->value.at);
		diagnostic_label(d, "passes though nobody has answered");
		diagnostic_help(d, "remove it: what nobody approves in time "
				   "fails");
	}
}

static const struct check table[] = {
	{ CHECK_GATE_MISSING, check_guards, NEEDS_WHOLE },
	{ CHECK_GATE_AFTER, check_guards, NEEDS_WHOLE },
	{ CHECK_GATE_PARALLEL, check_guards, NEEDS_WHOLE },
	{ CHECK_GATE_BLIND, check_blind, NEEDS_PARTS },
	{ CHECK_GATE_TIMEOUT_PASSES, check_silence, NEEDS_PARTS },
};

const struct checks gate_checks = CHECKS(table);
