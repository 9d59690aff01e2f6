/*
 * What may be done again, and what a stage does when it is not well:
 * conditions and their results, retries, and the limits of the modes.
 * CodePipeline User Guide, "Stage conditions", "Configure stage rollback",
 * "Configure automatic stage retry"; retries of one action are ours.
 */
#include <inttypes.h>
#include <string.h>

#include "checking.h"

enum kind {
	KIND_BEFORE_ENTRY,
	KIND_ON_SUCCESS,
	KIND_ON_FAILURE,
	NKINDS
};

static const struct {
	const char *element;
	unsigned results; /* bits 1 << enum condition_result */
	const char *help;
} kinds[] = {
	[KIND_BEFORE_ENTRY] = { "<beforeEntry>",
	    1u << RESULT_FAIL | 1u << RESULT_SKIP,
	    "write FAIL, or SKIP to pass the stage over" },
	[KIND_ON_SUCCESS] = { "<onSuccess>",
	    1u << RESULT_FAIL | 1u << RESULT_ROLLBACK,
	    "write FAIL, or ROLLBACK to restore what succeeded before" },
	[KIND_ON_FAILURE] = { "<onFailure>",
	    1u << RESULT_RETRY | 1u << RESULT_ROLLBACK,
	    "write RETRY or ROLLBACK; without it, the stage has failed" },
};

static const struct condition *
condition_of(const struct stage *stage, int kind)
{
	switch (kind) {
	case KIND_BEFORE_ENTRY:
		return &stage->before_entry;
	case KIND_ON_SUCCESS:
		return &stage->on_success;
	default:
		return &stage->on_failure;
	}
}

typedef void (*condition_check)(
    struct checking *c, enum check_id id, const struct stage *stage, int kind);

static void
each_condition(struct checking *c, enum check_id id, condition_check check)
{
	const struct stages *stages = &c->model->stages;

	for (size_t i = 0; i < stages->n; i++)
		for (int kind = 0; kind < NKINDS; kind++)
			if (span_is_set(
				condition_of(&stages->items[i], kind)->at))
				check(c, id, &stages->items[i], kind);
}

static void
refuse_retry_word(struct checking *c, enum check_id id,
    const struct stage *stage, const struct value *value, const char *name)
{
	struct diagnostic *d;

	if (value->text == NULL)
		return;
	d = REPORT(c, id, ((struct scope){ stage, NULL }), value->at,
	    "%s says how to retry, and the result is no retry", name);
	diagnostic_also(d, stage->on_failure.result_written.at, "the result");
	diagnostic_help(d, "remove it, or write result=\"RETRY\"");
}

static void
check_result(
    struct checking *c, enum check_id id, const struct stage *stage, int kind)
{
	const struct condition *condition = condition_of(stage, kind);
	struct diagnostic *d;

	if (condition->result == RESULT_NONE)
		return;
	if (kinds[kind].results & 1u << condition->result) {
		if (condition->result == RESULT_RETRY)
			return;
		refuse_retry_word(
		    c, id, stage, &condition->retry_mode, "retryMode");
		refuse_retry_word(
		    c, id, stage, &condition->attempts.written, "attempts");
		return;
	}
	d = REPORT(c, id, ((struct scope){ stage, NULL }),
	    condition->result_written.at, "%s cannot have the result %s",
	    kinds[kind].element, condition->result_written.text);
	diagnostic_help(d, "%s", kinds[kind].help);
}

static void
check_results(struct checking *c, enum check_id id)
{
	each_condition(c, id, check_result);
}

static bool
is_rollback(const struct stage *stage, int kind)
{
	const struct condition *condition = condition_of(stage, kind);

	return condition->result == RESULT_ROLLBACK &&
	       (kinds[kind].results & 1u << RESULT_ROLLBACK) != 0;
}

static void
check_mode(
    struct checking *c, enum check_id id, const struct stage *stage, int kind)
{
	struct diagnostic *d;

	if (c->model->mode != SW_MODE_PARALLEL || !is_rollback(stage, kind))
		return;
	d = REPORT(c, id, ((struct scope){ stage, NULL }),
	    condition_of(stage, kind)->result_written.at,
	    "a rollback in mode PARALLEL");
	diagnostic_label(d, "there is no execution to go back to");
	diagnostic_also(d, c->model->mode_written.at, "the mode");
	diagnostic_help(d, kind == KIND_ON_SUCCESS
			       ? "write FAIL, or let the executions queue"
			       : "remove it, or let the executions queue");
}

static void
check_modes(struct checking *c, enum check_id id)
{
	each_condition(c, id, check_mode);
}

static void
check_rollback(
    struct checking *c, enum check_id id, const struct stage *stage, int kind)
{
	struct diagnostic *d;

	if (stage != c->model->stages.items || !is_rollback(stage, kind))
		return;
	d = REPORT(c, id, ((struct scope){ stage, NULL }),
	    condition_of(stage, kind)->result_written.at,
	    "a rollback of the first stage");
	diagnostic_label(d, "sources cannot be put back");
	diagnostic_help(d, kind == KIND_ON_SUCCESS
			       ? "write FAIL"
			       : "remove it, or write result=\"RETRY\"");
}

static void
check_rollbacks(struct checking *c, enum check_id id)
{
	each_condition(c, id, check_rollback);
}

static void
check_deploys(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct flow_action *place = &c->flow->actions[i];
		const struct condition *failure = &place->stage->on_failure;
		struct diagnostic *d;

		if (place->action->category != SW_CATEGORY_DEPLOY ||
		    place->action->is_idempotent ||
		    failure->result != RESULT_RETRY)
			continue;
		d = REPORT(c, id, scope_of_action(c->flow, i),
		    place_or(place->action->name, place->action->at),
		    "'%s' deploys again without anybody being asked",
		    action_name(c, i));
		diagnostic_label(d, "not declared idempotent");
		diagnostic_also(
		    d, failure->result_written.at, "the stage is retried");
		diagnostic_help(d,
		    "add idempotent=\"true\" if it can be repeated without "
		    "harm, or remove the <onFailure>");
	}
}

static void
refuse_attempts(struct checking *c, enum check_id id, uint32_t index,
    const struct value *value, const char *what)
{
	struct diagnostic *d = REPORT(c, id, scope_of_action(c->flow, index),
	    value->at, "'%s' is tried again %s, and nothing says that it may",
	    action_name(c, index), what);

	diagnostic_label(d, "not declared idempotent");
	diagnostic_help(d, "add idempotent=\"true\" if two runs do what one "
			   "does, or remove this");
}

/* The decision of a person, however it is got. */
static bool
is_decision(const struct action *action)
{
	return action->category == SW_CATEGORY_APPROVAL ||
	       (action->provider.text != NULL &&
		   strcmp(action->provider.text, "Manual") == 0);
}

static void
check_idempotent(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;

		if (action->is_idempotent || is_decision(action))
			continue;
		if (action->retries.n > 0)
			refuse_attempts(c, id, i, &action->retries.written,
			    "when it has failed");
		if (action->on_unknown == UNKNOWN_RETRIES)
			refuse_attempts(c, id, i, &action->on_unknown_written,
			    "when nobody knows whether it ran");
	}
}

static void
refuse_decision(struct checking *c, enum check_id id, uint32_t index,
    const struct value *value, const char *what)
{
	struct diagnostic *d;

	if (value->text == NULL)
		return;
	d = REPORT(c, id, scope_of_action(c->flow, index), value->at,
	    "%s of an action that asks a person", what);
	diagnostic_label(d, "the first decision is the decision");
	diagnostic_help(d, "remove it: whoever wants to ask again retries the "
			   "stage");
}

static void
check_decisions(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;

		if (!is_decision(action))
			continue;
		refuse_decision(c, id, i, &action->retries.written, "retries");
		refuse_decision(
		    c, id, i, &action->backoff_ms.written, "backoff");
		refuse_decision(c, id, i, &action->idempotent, "idempotent");
		refuse_decision(
		    c, id, i, &action->on_unknown_written, "onUnknown");
	}
}

static void
refuse_idle(struct checking *c, enum check_id id, uint32_t index,
    const struct value *value, const char *what)
{
	struct diagnostic *d;

	if (value->text == NULL)
		return;
	d = REPORT(c, id, scope_of_action(c->flow, index), value->at,
	    "%s without retries", what);
	diagnostic_label(d, "there is no second attempt");
	diagnostic_help(d, "add retries=\"1\" or more, or remove it");
}

static void
check_idle(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;

		if (action->retries.n > 0 || is_decision(action))
			continue;
		refuse_idle(c, id, i, &action->backoff_ms.written, "a backoff");
		if (action->on_unknown == UNKNOWN_RETRIES)
			refuse_idle(c, id, i, &action->on_unknown_written,
			    "a retry of an unknown outcome");
	}
}

static void
refuse_limit(struct checking *c, enum check_id id, const struct number *limit,
    const char *name, const char *help)
{
	const struct model *model = c->model;
	struct diagnostic *d;

	if (limit->written.text == NULL)
		return;
	d = REPORT(c, id, SCOPE_PIPELINE, limit->written.at, "%s in mode %s",
	    name, model->mode == SW_MODE_QUEUED ? "QUEUED" : "SUPERSEDED");
	diagnostic_label(d, "no execution is bounded by it");
	if (model->mode_written.text != NULL)
		diagnostic_also(d, model->mode_written.at, "the mode");
	diagnostic_help(d, "%s", help);
}

/* Of all stages together, as the machine counts them. */
static void
check_queue(struct checking *c, enum check_id id)
{
	const struct model *model = c->model;
	const uint64_t in_flight = model->max_executions.n != 0
				       ? model->max_executions.n
				       : SW_IN_FLIGHT_DEFAULT;
	struct diagnostic *d;

	if (model->mode != SW_MODE_QUEUED ||
	    SW_QUEUE_MAX(model->stages.n, in_flight) <= SW_QUEUE_PLACES_MAX)
		return;
	d = REPORT(c, id, SCOPE_PIPELINE, model->mode_written.at,
	    "%zu stages and %" PRIu64 " executions in flight in mode QUEUED",
	    model->stages.n, in_flight);
	diagnostic_label(d, "together at most %d", SW_QUEUE_PLACES_MAX);
	diagnostic_help(d, "lower maxExecutions, or split the pipeline");
}

static void
check_limits(struct checking *c, enum check_id id)
{
	const struct model *model = c->model;

	if (model->mode == SW_MODE_SUPERSEDED)
		refuse_limit(c, id, &model->max_executions, "maxExecutions",
		    "remove it: one execution at most waits at each stage");
	if (model->mode != SW_MODE_PARALLEL)
		refuse_limit(c, id, &model->max_actions, "maxActions",
		    "remove it, or write executionMode=\"PARALLEL\"");
	check_queue(c, id);
}

static const struct check table[] = {
	{ CHECK_COND_RESULT, check_results, NEEDS_PARTS },
	{ CHECK_COND_MODE, check_modes, NEEDS_PARTS },
	{ CHECK_ROLLBACK_SOURCE, check_rollbacks, NEEDS_WHOLE },
	{ CHECK_RETRY_DEPLOY, check_deploys, NEEDS_PARTS },
	{ CHECK_RETRY_UNSAFE, check_idempotent, NEEDS_PARTS },
	{ CHECK_RETRY_DECISION, check_decisions, NEEDS_PARTS },
	{ CHECK_RETRY_NONE, check_idle, NEEDS_PARTS },
	{ CHECK_MODE_LIMIT, check_limits, NEEDS_PARTS },
};

const struct checks again_checks = CHECKS(table);
