/*
 * Lists what is to be proven of the way to production: what was approved is
 * what is deployed, staging comes first, pull requests stay outside; and of
 * retries and of those who wait.
 */
#include "base/arena.h"
#include "check/flow.h"
#include "lower/lower.h"
#include "model/model.h"
#include "property_part.h"

/* By the order of the model: does `a` end before `b` starts? */
static bool
is_before(const struct sw_action *a, const struct sw_action *b)
{
	return a->stage < b->stage ||
	       (a->stage == b->stage && a->run_order < b->run_order);
}

/*
 * The approval that comes last is passed over, and an earlier one has been
 * given: of `art-after-approval` the other half, which needs no run.
 */
static bool
can_be_stale(const struct sw_machine *machine, struct property_need need)
{
	const struct sw_action *rows = machine->actions;
	bool has_earlier = false, has_later = false;
	for (uint32_t i = 0; i < machine->nactions; i++) {
		if (rows[i].category != SW_CATEGORY_APPROVAL ||
		    !is_before(&rows[i], &rows[need.what]))
			continue;
		if (is_before(&rows[need.by], &rows[i]))
			has_later = true;
		else
			has_earlier = true;
	}
	return has_earlier && has_later;
}

/*
 * Whoever has left a stage never comes back to it, and a retry that writes
 * again begins with the first group: so this asks for an approval that the
 * stage of the writer has in the writer's group or before it.
 */
static bool
can_be_rewritten(const struct sw_machine *machine, struct property_need need)
{
	const struct sw_action *rows = machine->actions;
	for (uint32_t i = 0; i < machine->nactions; i++)
		if (rows[i].category == SW_CATEGORY_APPROVAL &&
		    rows[i].stage == rows[need.by].stage &&
		    rows[i].run_order <= rows[need.by].run_order)
			return true;
	return false;
}

static void
add_promoted(struct property_list *list, const struct flow *flow)
{
	struct properties *p = list->out;
	const struct sw_machine *machine = &p->lowered->machine;
	p->stale = arena_array(list->arena, flow->nreads, sizeof *p->stale);
	p->rewritten =
	    arena_array(list->arena, flow->nreads, sizeof *p->rewritten);
	for (uint32_t i = 0; i < flow->nreads; i++) {
		const struct flow_read *read = &flow->reads[i];
		if (read->artifact == FLOW_NONE ||
		    read->reader.action == FLOW_NONE)
			continue;
		const struct flow_artifact *artifact =
		    &flow->artifacts[read->artifact];
		const struct property_need need = {
			property__row(p->lowered, flow, read->reader.action),
			property__row(p->lowered, flow,
			    flow->writes[artifact->write].action),
			artifact->name, read->name->at
		};
		if (need.what == FLOW_NONE || need.by == FLOW_NONE ||
		    !p->is_production[need.what] ||
		    !is_before(&machine->actions[need.by],
			&machine->actions[need.what]))
			continue;
		if (can_be_stale(machine, need))
			p->stale[p->nstale++] = need;
		if (can_be_rewritten(machine, need))
			p->rewritten[p->nrewritten++] = need;
	}
	if (p->nstale != 0)
		property__add(
		    list, (struct property){ .kind = PROPERTY_STALE,
			      .name = "approval-after-writing",
			      .says = "what is deployed was approved as it is",
			      .check = CHECK_GATE_STALE });
	if (p->nrewritten != 0)
		property__add(
		    list, (struct property){ .kind = PROPERTY_REWRITTEN,
			      .name = "approved-not-rewritten",
			      .says = "what was approved is not written again",
			      .check = CHECK_ART_REWRITTEN });
}

static bool
takes_pull_requests(const struct model *model)
{
	for (size_t i = 0; i < model->triggers.n; i++)
		for (size_t k = 0; k < model->triggers.items[i].filters.n; k++)
			if (model->triggers.items[i]
				.filters.items[k]
				.is_pull_request)
				return true;
	return false;
}

static void
add_promotion(struct property_list *list)
{
	const struct properties *p = list->out;
	bool has_staging = false, has_production = false;
	for (uint32_t i = 0; i < p->lowered->machine.nactions; i++) {
		has_staging = has_staging || p->is_staging[i];
		has_production = has_production || p->is_production[i];
	}
	if (has_production && takes_pull_requests(p->lowered->model))
		property__add(
		    list, (struct property){ .kind = PROPERTY_PULL_REQUEST,
			      .name = "no-pull-request-deployed",
			      .says = "no pull request reaches production",
			      .check = CHECK_TRIG_PR_TO_PROD });
	if (has_production && has_staging)
		property__add(
		    list, (struct property){ .kind = PROPERTY_STAGING_FIRST,
			      .name = "staging-first",
			      .says = "production comes after staging",
			      .check = CHECK_ENV_ORDER });
}

static void
add_retries(struct property_list *list)
{
	const struct sw_machine *machine = &list->out->lowered->machine;
	bool is_retried = false;
	for (uint32_t i = 0; i < machine->nstages; i++)
		is_retried = is_retried || machine->stages[i].attempts != 0;
	for (uint32_t i = 0; i < machine->nactions; i++)
		is_retried = is_retried || machine->actions[i].retries != 0;
	if (is_retried)
		property__add(
		    list, (struct property){ .kind = PROPERTY_ENDLESS_RETRY,
			      .name = "no-endless-retry",
			      .says = "nothing is tried again for ever",
			      .check = CHECK_RETRY_FOREVER });
}

/*
 * In SUPERSEDED whoever waits can be replaced in front of any stage; that is
 * what the mode is for. It is worth a word where the stage may be held for
 * long without anybody having said for how long, and executions start by
 * themselves.
 */
static void
add_waiting(struct property_list *list)
{
	const struct lowered *lowered = list->out->lowered;
	const struct sw_machine *machine = &lowered->machine;
	uint32_t last = 0;
	if (machine->mode != SW_MODE_SUPERSEDED ||
	    lowered->model->triggers.n == 0)
		return;
	for (uint32_t i = 0; i < machine->nactions; i++) {
		const struct sw_action *row = &machine->actions[i];
		if (row->category != SW_CATEGORY_APPROVAL ||
		    row->stage == last ||
		    lowered->actions[i]->timeout_ms.written.text != NULL)
			continue;
		last = row->stage;
		property__add(
		    list, (struct property){ .kind = PROPERTY_STARVES,
			      .name = arena_printf(list->arena, "turns %s",
				  machine->stages[row->stage].name),
			      .says = "who waits is let in",
			      .check = CHECK_CONC_STARVE,
			      .subject = i,
			      .is_of_runs = true });
	}
}

void
property__promote(struct property_list *list, const struct flow *flow)
{
	add_promoted(list, flow);
	add_promotion(list);
	add_retries(list);
	add_waiting(list);
}
