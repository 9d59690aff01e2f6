/*
 * The pipeline "parallel": its machine and its work.
 * Made from parallel.xml by stagewright 0.1.0; edit the model, not this.
 */
#include "parallel.h"

#include <stagewright/pipeline.h>

static const struct sw_stage parallel_stages[PARALLEL_NSTAGES] = {
	[PARALLEL_SOURCE] = { .name = "Source", .first_action = PARALLEL_SOURCE_CHECKOUT, .last_action = PARALLEL_SOURCE_CHECKOUT },
	[PARALLEL_TEST] = { .name = "Test", .first_action = PARALLEL_TEST_UNIT, .last_action = PARALLEL_TEST_COVERED, .on_success = SW_RESULT_FAIL },
};

static const struct sw_action parallel_actions[PARALLEL_NACTIONS] = {
	[PARALLEL_SOURCE_CHECKOUT] = { .name = "Checkout", .category = SW_CATEGORY_SOURCE, .stage = PARALLEL_SOURCE, .run_order = 1 },
	[PARALLEL_TEST_UNIT] = { .name = "Unit", .category = SW_CATEGORY_TEST, .stage = PARALLEL_TEST, .run_order = 1, .bounds = SW_FIRST },
	[PARALLEL_TEST_LOAD] = { .name = "Load", .category = SW_CATEGORY_TEST, .stage = PARALLEL_TEST, .run_order = 1, .bounds = SW_INNER },
	[PARALLEL_TEST_LINT] = { .name = "Lint", .category = SW_CATEGORY_TEST, .stage = PARALLEL_TEST, .run_order = 1, .bounds = SW_LAST },
	[PARALLEL_TEST_COVERED] = { .name = "Covered", .category = SW_CATEGORY_RULE, .stage = PARALLEL_TEST, .run_order = SW_ON_SUCCESS },
};

const struct sw_machine parallel_machine = {
	.name = "parallel",
	.fingerprint = 0x8af6ae40ad291400,
	.nstages = PARALLEL_NSTAGES,
	.nactions = PARALLEL_NACTIONS,
	.group_max = PARALLEL_GROUP_MAX,
	.in_flight_max = PARALLEL_IN_FLIGHT_MAX,
	.running_max = 2,
	.state_size = sizeof(struct parallel_state),
	.mode = SW_MODE_PARALLEL,
	.stages = parallel_stages,
	.actions = parallel_actions,
};

void
parallel_init(struct parallel_state *state, uint32_t number)
{
	sw_state_init_execution(&parallel_machine,
	    (struct sw_state *)(void *)state, number);
}

enum sw_refusal
parallel_step(struct parallel_state *state, struct sw_event event,
    struct parallel_output *out)
{
	struct sw_output answer = { out->commands, out->fired, 0, 0 };
	const enum sw_refusal refusal = sw_step(&parallel_machine,
	    (struct sw_state *)(void *)state, event, &answer);
	out->ncommands = answer.ncommands;
	out->nfired = answer.nfired;
	return refusal;
}

static const struct sw_work parallel_work[PARALLEL_NACTIONS] = {
	[PARALLEL_SOURCE_CHECKOUT] = {
		.provider = &sw_provider_git,
		.outputs = (struct sw_artifact[]){
			{ .name = "code" },
			{ .name = NULL },
		},
		.parameters = (struct sw_parameter[]){
			{ .name = "url", .value = "shop.git" },
			{ .name = "branch", .value = "main" },
			{ .name = NULL },
		},
	},
	[PARALLEL_TEST_UNIT] = {
		.provider = &sw_provider_commands,
		.run = "make unit\0",
		.inputs = "code",
	},
	[PARALLEL_TEST_LOAD] = {
		.provider = &sw_provider_commands,
		.run = "make load\0",
		.inputs = "code",
	},
	[PARALLEL_TEST_LINT] = {
		.provider = &sw_provider_commands,
		.run = "make lint\0",
		.inputs = "code",
	},
	[PARALLEL_TEST_COVERED] = {
		.provider = &sw_provider_commands,
		.run = "make coverage\0",
		.inputs = "code",
	},
};

const struct sw_pipeline parallel_pipeline = {
	.name = "parallel",
	.version = "0.1.0",
	.machine = &parallel_machine,
	.work = parallel_work,
	.view = &parallel_view,
};
