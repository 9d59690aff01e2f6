/*
 * The pipeline "groups": its machine and its work.
 * Made from groups.xml by stagewright 0.1.0; edit the model, not this.
 */
#include "groups.h"

#include <stagewright/pipeline.h>

static const struct sw_stage groups_stages[GROUPS_NSTAGES] = {
	[GROUPS_SOURCE] = { .name = "Source", .first_action = GROUPS_SOURCE_CHECKOUT, .last_action = GROUPS_SOURCE_CHECKOUT },
	[GROUPS_BUILD] = { .name = "Build", .first_action = GROUPS_BUILD_COMPILE, .last_action = GROUPS_BUILD_REPORT },
	[GROUPS_RELEASE] = { .name = "Release", .first_action = GROUPS_RELEASE_MANAGER, .last_action = GROUPS_RELEASE_INSTALL, .closed = 1 },
};

static const struct sw_action groups_actions[GROUPS_NACTIONS] = {
	[GROUPS_SOURCE_CHECKOUT] = { .name = "Checkout", .category = SW_CATEGORY_SOURCE, .stage = GROUPS_SOURCE, .run_order = 1 },
	[GROUPS_BUILD_COMPILE] = { .name = "Compile", .category = SW_CATEGORY_BUILD, .stage = GROUPS_BUILD, .run_order = 1 },
	[GROUPS_BUILD_UNIT] = { .name = "Unit", .category = SW_CATEGORY_TEST, .stage = GROUPS_BUILD, .run_order = 2, .bounds = SW_FIRST },
	[GROUPS_BUILD_LINT] = { .name = "Lint", .category = SW_CATEGORY_TEST, .stage = GROUPS_BUILD, .run_order = 2, .bounds = SW_LAST },
	[GROUPS_BUILD_REPORT] = { .name = "Report", .category = SW_CATEGORY_TEST, .stage = GROUPS_BUILD, .run_order = 3 },
	[GROUPS_RELEASE_MANAGER] = { .name = "Manager", .category = SW_CATEGORY_APPROVAL, .stage = GROUPS_RELEASE, .run_order = 1 },
	[GROUPS_RELEASE_INSTALL] = { .name = "Install", .category = SW_CATEGORY_DEPLOY, .stage = GROUPS_RELEASE, .run_order = 2 },
};

const struct sw_machine groups_machine = {
	.name = "groups",
	.fingerprint = 0x6361c3c02be94ca0,
	.nstages = GROUPS_NSTAGES,
	.nactions = GROUPS_NACTIONS,
	.group_max = GROUPS_GROUP_MAX,
	.target_words = SW_TARGET_WORDS,
	.state_size = sizeof(struct groups_state),
	.mode = SW_MODE_SUPERSEDED,
	.stages = groups_stages,
	.actions = groups_actions,
};

void
groups_init(struct groups_state *state)
{
	sw_state_init(&groups_machine, (struct sw_state *)(void *)state);
}

enum sw_refusal
groups_step(struct groups_state *state, struct sw_event event,
    struct groups_output *out)
{
	struct sw_output answer = { out->commands, out->fired, 0, 0 };
	const enum sw_refusal refusal = sw_step(&groups_machine,
	    (struct sw_state *)(void *)state, event, &answer);
	out->ncommands = answer.ncommands;
	out->nfired = answer.nfired;
	return refusal;
}

static const struct sw_work groups_work[GROUPS_NACTIONS] = {
	[GROUPS_SOURCE_CHECKOUT] = {
		.provider = &sw_provider_git,
		.outputs = (struct sw_artifact[]){
			{ .name = "code" },
			{ .name = NULL },
		},
		.parameters = (struct sw_parameter[]){
			{ .name = "url", .value = "../shop.git" },
			{ .name = "branch", .value = "main" },
			{ .name = NULL },
		},
	},
	[GROUPS_BUILD_COMPILE] = {
		.provider = &sw_provider_commands,
		.run = "make\0",
		.inputs = "code",
	},
	[GROUPS_BUILD_UNIT] = {
		.provider = &sw_provider_commands,
		.run = "make check\0",
		.inputs = "code",
	},
	[GROUPS_BUILD_LINT] = {
		.provider = &sw_provider_commands,
		.run = "make lint\0",
		.inputs = "code",
	},
	[GROUPS_BUILD_REPORT] = {
		.provider = &sw_provider_commands,
		.run = "make report\0",
		.inputs = "code",
	},
	[GROUPS_RELEASE_MANAGER] = {
		.provider = &sw_provider_manual,
		.environment = "production",
		.timeout_ms = 172800000,
		.text = "Ship it\?",
	},
	[GROUPS_RELEASE_INSTALL] = {
		.provider = &sw_provider_directory,
		.environment = "production",
		.inputs = "code",
		.parameters = (struct sw_parameter[]){
			{ .name = "path", .value = "/srv/shop" },
			{ .name = NULL },
		},
	},
};

const struct sw_pipeline groups_pipeline = {
	.name = "groups",
	.version = "0.1.0",
	.machine = &groups_machine,
	.work = groups_work,
	.view = &groups_view,
};
