/*
 * Counts against the limits of limits.h. A count past its limit is reported
 * once, where the first thing too many stands.
 */
#include "checking.h"
#include "limits.h"

struct counter {
	struct checking *c;
	enum check_id id;
	struct scope scope;
	const char *whose; /* "the pipeline", "stage 'Build'" */
};

/* `at` is the place of the first thing past the limit. */
static void
report(const struct counter *counter, const char *what, size_t n, size_t limit,
    struct span at)
{
	struct diagnostic *d = REPORT(counter->c, counter->id, counter->scope,
	    at, "%s has %zu %s", counter->whose, n, what);

	diagnostic_label(d, "one more than the limit of %zu", limit);
	diagnostic_help(d, "split it in two");
}

#define COUNT(counter, what, list, limit, place)                               \
	do {                                                                   \
		if ((list).n > (limit))                                        \
			report(counter, what, (list).n, limit,                 \
			    (list).items[limit].place);                        \
	} while (0)

static void
count_condition(struct checking *c, enum check_id id, const struct stage *stage,
    const struct condition *condition, const char *whose)
{
	struct counter counter = { c, id, { stage, NULL }, whose };

	COUNT(&counter, "rules", condition->rules, LIMIT_RULES, at);
}

static void
count_action(struct checking *c, enum check_id id, uint32_t index)
{
	const struct action *action = c->flow->actions[index].action;
	struct counter counter = { c, id, scope_of_action(c->flow, index),
		arena_printf(c->arena, "action '%s'", action_name(c, index)) };

	COUNT(&counter, "<run> lines", action->run, LIMIT_COMMANDS, at);
	COUNT(&counter, "<env> variables", action->env, LIMIT_ENV, at);
	COUNT(
	    &counter, "exported variables", action->exports, LIMIT_EXPORTS, at);
	COUNT(&counter, "parameters", action->parameters, LIMIT_PARAMETERS, at);
}

static bool
is_near_a_limit(const struct action *action)
{
	return action->run.n > LIMIT_COMMANDS || action->env.n > LIMIT_ENV ||
	       action->exports.n > LIMIT_EXPORTS ||
	       action->parameters.n > LIMIT_PARAMETERS;
}

/* Groups of a stage: how many there are, and how large the largest is. */
static void
count_groups(struct checking *c, enum check_id id, uint32_t first, uint32_t n)
{
	const struct flow *flow = c->flow;
	const struct flow_action *actions = flow->actions;
	const struct stage *stage = actions[first].stage;
	struct counter counter = { c, id, { stage, NULL }, "the stage" };
	size_t groups = 0, members = 0;

	for (uint32_t i = first; i < first + n; i++) {
		const struct flow_action *place = &actions[flow->by_rank[i]];
		bool begins = i == first ||
			      place->rank != actions[flow->by_rank[i - 1]].rank;

		groups += begins;
		members = begins ? 1 : members + 1;
		if (members == LIMIT_PARALLEL + 1)
			report(&counter, "actions with one runOrder", members,
			    LIMIT_PARALLEL, place->action->at);
		if (begins && groups == LIMIT_SEQUENTIAL + 1)
			report(&counter, "different runOrders", groups,
			    LIMIT_SEQUENTIAL, place->action->at);
	}
}

static void
count_filters(
    struct checking *c, enum check_id id, const struct trigger *trigger)
{
	struct counter counter = { c, id, SCOPE_PIPELINE, "the trigger" };
	size_t kinds[2] = { 0 };

	for (size_t i = 0; i < trigger->filters.n; i++) {
		const struct filter *filter = &trigger->filters.items[i];

		if (++kinds[filter->is_pull_request] == LIMIT_FILTERS + 1)
			report(&counter, "filters of one kind",
			    LIMIT_FILTERS + 1, LIMIT_FILTERS, filter->at);
	}
}

static void
check_limits(struct checking *c, enum check_id id)
{
	const struct model *model = c->model;
	struct counter counter = { c, id, SCOPE_PIPELINE, "the pipeline" };
	uint32_t first = 0;

	COUNT(&counter, "stages", model->stages, LIMIT_STAGES, at);
	COUNT(&counter, "variables", model->variables, LIMIT_VARIABLES, at);
	COUNT(&counter, "secrets", model->secrets, LIMIT_SECRETS, at);
	COUNT(&counter, "triggers", model->triggers, LIMIT_TRIGGERS, at);
	if (c->flow->nactions > LIMIT_ACTIONS)
		report(&counter, "actions", c->flow->nactions, LIMIT_ACTIONS,
		    c->flow->actions[LIMIT_ACTIONS].action->at);
	for (size_t i = 0; i < model->stages.n; i++) {
		const struct stage *stage = &model->stages.items[i];

		if (stage->actions.n > 0)
			count_groups(c, id, first, (uint32_t)stage->actions.n);
		first += (uint32_t)stage->actions.n;
		count_condition(
		    c, id, stage, &stage->before_entry, "<beforeEntry>");
		count_condition(
		    c, id, stage, &stage->on_success, "<onSuccess>");
		count_condition(
		    c, id, stage, &stage->on_failure, "<onFailure>");
	}
	for (uint32_t i = 0; i < c->flow->nactions; i++)
		if (is_near_a_limit(c->flow->actions[i].action))
			count_action(c, id, i);
	for (size_t i = 0; i < model->triggers.n; i++)
		count_filters(c, id, &model->triggers.items[i]);
}

static const struct check table[] = {
	{ CHECK_STRUCT_LIMIT, check_limits, NEEDS_PARTS },
};

const struct checks limit_checks = CHECKS(table);
