/*
 * Which rules of the machine can fire for a model at all: a model without
 * conditions need not be told that none of its conditions ever failed.
 */
#include "coverage_table.h"

enum feature {
	HAS_PLACES = 1, /* executions share stages: not PARALLEL */
	HAS_SUPERSEDING = 2,
	HAS_LIMIT = 4, /* of actions that run at a time */
	HAS_GROUP = 8, /* of more than one action */
	HAS_APPROVAL = 16,
	HAS_RETRIES = 32, /* of an action */
	HAS_RULES = 64,
	HAS_SKIP = 128,
	HAS_OVERRIDE = 256,  /* a condition that can be overridden */
	HAS_RETRY = 512,     /* onFailure="RETRY" */
	HAS_ROLLBACK = 1024, /* a result ROLLBACK */
	HAS_SECOND_STAGE = 2048
};

static unsigned
features_of_stage(const struct sw_stage *stage)
{
	unsigned features = 0;

	if (stage->before_entry == SW_RESULT_SKIP)
		features |= HAS_SKIP;
	if (stage->before_entry == SW_RESULT_FAIL ||
	    stage->on_success != SW_RESULT_NONE)
		features |= HAS_OVERRIDE;
	if (stage->on_failure == SW_RESULT_RETRY ||
	    stage->on_failure == SW_RESULT_RETRY_ALL)
		features |= HAS_RETRY;
	if (stage->on_success == SW_RESULT_ROLLBACK ||
	    stage->on_failure == SW_RESULT_ROLLBACK)
		features |= HAS_ROLLBACK;
	return features;
}

unsigned
coverage_features(const struct sw_machine *machine)
{
	unsigned features = 0;

	if (machine->mode != SW_MODE_PARALLEL)
		features |= HAS_PLACES;
	if (machine->mode == SW_MODE_SUPERSEDED)
		features |= HAS_SUPERSEDING;
	if (machine->running_max > 0)
		features |= HAS_LIMIT;
	if (machine->group_max > 1)
		features |= HAS_GROUP;
	if (machine->nstages > 1)
		features |= HAS_SECOND_STAGE;
	for (uint32_t i = 0; i < machine->nactions; i++) {
		const struct sw_action *row = &machine->actions[i];

		if (row->category == SW_CATEGORY_APPROVAL)
			features |= HAS_APPROVAL;
		if (row->category == SW_CATEGORY_RULE)
			features |= HAS_RULES;
		if (row->retries > 0)
			features |= HAS_RETRIES;
	}
	for (uint32_t i = 0; i < machine->nstages; i++)
		features |= features_of_stage(&machine->stages[i]);
	return features;
}

unsigned
coverage_needs(enum sw_rule rule)
{
	switch (rule) {
	case SW_RULE_ARRIVE_WAITS:
	case SW_RULE_RELEASE_ENTERS:
	case SW_RULE_TRANSITION_OPENED:
	case SW_RULE_TRANSITION_CLOSED:
	case SW_RULE_STOP_WAITING:
		return HAS_PLACES;
	case SW_RULE_ARRIVE_SUPERSEDES:
		return HAS_SUPERSEDING;
	case SW_RULE_STAGE_SKIPPED:
		return HAS_SKIP;
	case SW_RULE_ACTION_RETRIED:
		return HAS_RETRIES;
	case SW_RULE_ACTION_WAITS:
		return HAS_LIMIT;
	case SW_RULE_APPROVAL_APPROVED:
	case SW_RULE_APPROVAL_REJECTED:
		return HAS_APPROVAL;
	case SW_RULE_GROUP_WAITS:
		return HAS_GROUP;
	case SW_RULE_STAGE_RETRIES:
		return HAS_RETRY;
	case SW_RULE_CONDITION_BEGIN:
	case SW_RULE_CONDITION_PASSED:
	case SW_RULE_CONDITION_FAILED:
	case SW_RULE_RULE_PASSED:
	case SW_RULE_RULE_FAILED:
		return HAS_RULES;
	case SW_RULE_CONDITION_OVERRIDDEN:
		return HAS_OVERRIDE;
	case SW_RULE_ROLLBACK_STARTED:
		return HAS_PLACES | HAS_SECOND_STAGE;
	case SW_RULE_ROLLBACK_NO_TARGET:
		return HAS_ROLLBACK;
	default:
		return 0;
	}
}
