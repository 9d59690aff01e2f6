/*
 * The pipeline "int": its machine and its work.
 * Made from hostile.xml by stagewright 0.1.0; edit the model, not this.
 */
#include "int_pipeline.h"

#include <stagewright/pipeline.h>

static const struct sw_stage int_pipeline_stages[INT_PIPELINE_NSTAGES] = {
	[INT_PIPELINE_SOURCE] = { .name = "Source", .first_action = INT_PIPELINE_SOURCE_SWITCH, .last_action = INT_PIPELINE_SOURCE_SWITCH },
	[INT_PIPELINE_A_B] = { .name = "a-b", .first_action = INT_PIPELINE_A_B_INT, .last_action = INT_PIPELINE_A_B_A_B },
	[INT_PIPELINE_A_B_79DDA0C4] = { .name = "a.b", .first_action = INT_PIPELINE_A_B_NSTAGES, .last_action = INT_PIPELINE_A_B_H },
	[INT_PIPELINE_NSTAGES_E1A4DA8A] = { .name = "NSTAGES", .first_action = INT_PIPELINE_NSTAGES_MAX, .last_action = INT_PIPELINE_NSTAGES_MAX },
	[INT_PIPELINE_A] = { .name = "a", .first_action = INT_PIPELINE_A_B_INT_E4A45B94, .last_action = INT_PIPELINE_A_B_INT_E4A45B94 },
};

static const struct sw_action int_pipeline_actions[INT_PIPELINE_NACTIONS] = {
	[INT_PIPELINE_SOURCE_SWITCH] = { .name = "switch", .category = SW_CATEGORY_SOURCE, .stage = INT_PIPELINE_SOURCE, .run_order = 1 },
	[INT_PIPELINE_A_B_INT] = { .name = "int", .category = SW_CATEGORY_TEST, .stage = INT_PIPELINE_A_B, .run_order = 1, .bounds = SW_FIRST },
	[INT_PIPELINE_A_B_A_B_095892B6] = { .name = "a.b", .category = SW_CATEGORY_TEST, .stage = INT_PIPELINE_A_B, .run_order = 1, .bounds = SW_INNER },
	[INT_PIPELINE_A_B_A_B_18108EB7] = { .name = "a-b", .category = SW_CATEGORY_TEST, .stage = INT_PIPELINE_A_B, .run_order = 1, .bounds = SW_INNER },
	[INT_PIPELINE_A_B_A_B_BFB51A0D] = { .name = "a_b", .category = SW_CATEGORY_TEST, .stage = INT_PIPELINE_A_B, .run_order = 1, .bounds = SW_INNER },
	[INT_PIPELINE_A_B_A_B] = { .name = "A-B", .category = SW_CATEGORY_TEST, .stage = INT_PIPELINE_A_B, .run_order = 1, .bounds = SW_LAST },
	[INT_PIPELINE_A_B_NSTAGES] = { .name = "NSTAGES", .category = SW_CATEGORY_TEST, .stage = INT_PIPELINE_A_B_79DDA0C4, .run_order = 1, .bounds = SW_FIRST },
	[INT_PIPELINE_A_B_H] = { .name = "H", .category = SW_CATEGORY_APPROVAL, .stage = INT_PIPELINE_A_B_79DDA0C4, .run_order = 1, .bounds = SW_LAST },
	[INT_PIPELINE_NSTAGES_MAX] = { .name = "MAX", .category = SW_CATEGORY_DEPLOY, .stage = INT_PIPELINE_NSTAGES_E1A4DA8A, .run_order = 1 },
	[INT_PIPELINE_A_B_INT_E4A45B94] = { .name = "b-int", .category = SW_CATEGORY_TEST, .stage = INT_PIPELINE_A, .run_order = 1 },
};

const struct sw_machine int_pipeline_machine = {
	.name = "int",
	.fingerprint = 0x2af96142e9673127,
	.nstages = INT_PIPELINE_NSTAGES,
	.nactions = INT_PIPELINE_NACTIONS,
	.group_max = INT_PIPELINE_GROUP_MAX,
	.target_words = SW_TARGET_WORDS,
	.state_size = sizeof(struct int_pipeline_state),
	.mode = SW_MODE_SUPERSEDED,
	.stages = int_pipeline_stages,
	.actions = int_pipeline_actions,
};

void
int_pipeline_init(struct int_pipeline_state *state)
{
	sw_state_init(&int_pipeline_machine, (struct sw_state *)(void *)state);
}

enum sw_refusal
int_pipeline_step(struct int_pipeline_state *state, struct sw_event event,
    struct int_pipeline_output *out)
{
	struct sw_output answer = { out->commands, out->fired, 0, 0 };
	const enum sw_refusal refusal = sw_step(&int_pipeline_machine,
	    (struct sw_state *)(void *)state, event, &answer);
	out->ncommands = answer.ncommands;
	out->nfired = answer.nfired;
	return refusal;
}

static const struct sw_work int_pipeline_work[INT_PIPELINE_NACTIONS] = {
	[INT_PIPELINE_SOURCE_SWITCH] = {
		.provider = &sw_provider_git,
		.outputs = (struct sw_artifact[]){
			{ .name = "code" },
			{ .name = NULL },
		},
		.parameters = (struct sw_parameter[]){
			{ .name = "url", .value = "a\"b\\c\?\?/d" },
			{ .name = "branch", .value = "main" },
			{ .name = NULL },
		},
	},
	[INT_PIPELINE_A_B_INT] = {
		.provider = &sw_provider_commands,
		.run = "echo \"*/ /* // \?\?/ \?\?= %s $x$ \\\" \\\\ \\x41\"\0",
		.inputs = "code",
	},
	[INT_PIPELINE_A_B_A_B_095892B6] = {
		.provider = &sw_provider_commands,
		.run = "printf '%s\\n' 'two\nlines and a\ttab'\0",
		.inputs = "code",
	},
	[INT_PIPELINE_A_B_A_B_18108EB7] = {
		.provider = &sw_provider_commands,
		.run = "echo 日本 ä 😀\0",
		.inputs = "code",
	},
	[INT_PIPELINE_A_B_A_B_BFB51A0D] = {
		.provider = &sw_provider_commands,
		.run = ": \?\?)\0",
		.inputs = "code",
	},
	[INT_PIPELINE_A_B_A_B] = {
		.provider = &sw_provider_commands,
		.run = ": \"$$\" $HOME\0",
		.inputs = "code",
	},
	[INT_PIPELINE_A_B_NSTAGES] = {
		.provider = &sw_provider_commands,
		.run = ": \\\nnext\0",
		.inputs = "code",
	},
	[INT_PIPELINE_A_B_H] = {
		.provider = &sw_provider_manual,
		.timeout_ms = 604800000,
		.text = "Ship \"it\"\?\n/* */ \?\?/ 日本 #{variables.SAY}",
	},
	[INT_PIPELINE_NSTAGES_MAX] = {
		.provider = &sw_provider_directory,
		.inputs = "code",
		.parameters = (struct sw_parameter[]){
			{ .name = "path", .value = "C:\\new\tfolder" },
			{ .name = NULL },
		},
	},
	[INT_PIPELINE_A_B_INT_E4A45B94] = {
		.provider = &sw_provider_commands,
		.run = "true\0",
		.inputs = "code",
	},
};

static const struct sw_variable int_pipeline_variables[] = {
	{
		.name = "SAY",
		.default_ = "*/ \"\?\?/\" \\n",
		.description = "*/ int main(void) { /* \?\?/",
	},
	{ .name = NULL },
};

const struct sw_pipeline int_pipeline_pipeline = {
	.name = "int",
	.version = "0.1.0",
	.machine = &int_pipeline_machine,
	.work = int_pipeline_work,
	.variables = int_pipeline_variables,
	.view = &int_pipeline_view,
};
