/*
 * The pipeline "providers": its machine and its work.
 * Made from providers.xml by stagewright 0.1.0; edit the model, not this.
 */
#include "providers.h"

#include <stagewright/pipeline.h>

static const struct sw_stage providers_stages[PROVIDERS_NSTAGES] = {
	[PROVIDERS_SOURCE] = { .name = "Source", .first_action = PROVIDERS_SOURCE_CHECKOUT, .last_action = PROVIDERS_SOURCE_ASSETS },
	[PROVIDERS_BUILD] = { .name = "Build", .first_action = PROVIDERS_BUILD_COMPILE, .last_action = PROVIDERS_BUILD_DIRECT },
	[PROVIDERS_PRODUCTION] = { .name = "Production", .first_action = PROVIDERS_PRODUCTION_MANAGER, .last_action = PROVIDERS_PRODUCTION_ANNOUNCE },
};

static const struct sw_action providers_actions[PROVIDERS_NACTIONS] = {
	[PROVIDERS_SOURCE_CHECKOUT] = { .name = "Checkout", .category = SW_CATEGORY_SOURCE, .stage = PROVIDERS_SOURCE, .run_order = 1, .bounds = SW_FIRST },
	[PROVIDERS_SOURCE_ASSETS] = { .name = "Assets", .category = SW_CATEGORY_SOURCE, .stage = PROVIDERS_SOURCE, .run_order = 1, .bounds = SW_LAST },
	[PROVIDERS_BUILD_COMPILE] = { .name = "Compile", .category = SW_CATEGORY_BUILD, .stage = PROVIDERS_BUILD, .run_order = 1 },
	[PROVIDERS_BUILD_DIRECT] = { .name = "Direct", .category = SW_CATEGORY_TEST, .stage = PROVIDERS_BUILD, .run_order = 2 },
	[PROVIDERS_PRODUCTION_MANAGER] = { .name = "Manager", .category = SW_CATEGORY_APPROVAL, .stage = PROVIDERS_PRODUCTION, .run_order = 1 },
	[PROVIDERS_PRODUCTION_INSTALL] = { .name = "Install", .category = SW_CATEGORY_DEPLOY, .stage = PROVIDERS_PRODUCTION, .run_order = 2 },
	[PROVIDERS_PRODUCTION_ANNOUNCE] = { .name = "Announce", .category = SW_CATEGORY_DEPLOY, .stage = PROVIDERS_PRODUCTION, .run_order = 3 },
};

const struct sw_machine providers_machine = {
	.name = "providers",
	.fingerprint = 0x4f128cc2af6411c3,
	.nstages = PROVIDERS_NSTAGES,
	.nactions = PROVIDERS_NACTIONS,
	.group_max = PROVIDERS_GROUP_MAX,
	.target_words = SW_TARGET_WORDS,
	.state_size = sizeof(struct providers_state),
	.mode = SW_MODE_SUPERSEDED,
	.stages = providers_stages,
	.actions = providers_actions,
};

void
providers_init(struct providers_state *state)
{
	sw_state_init(&providers_machine, (struct sw_state *)(void *)state);
}

enum sw_refusal
providers_step(struct providers_state *state, struct sw_event event,
    struct providers_output *out)
{
	struct sw_output answer = { out->commands, out->fired, 0, 0 };
	const enum sw_refusal refusal = sw_step(&providers_machine,
	    (struct sw_state *)(void *)state, event, &answer);
	out->ncommands = answer.ncommands;
	out->nfired = answer.nfired;
	return refusal;
}

static const struct sw_work providers_work[PROVIDERS_NACTIONS] = {
	[PROVIDERS_SOURCE_CHECKOUT] = {
		.provider = &sw_provider_git,
		.namespace_ = "Src",
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
	[PROVIDERS_SOURCE_ASSETS] = {
		.provider = &sw_provider_git,
		.outputs = (struct sw_artifact[]){
			{ .name = "assets" },
			{ .name = NULL },
		},
		.parameters = (struct sw_parameter[]){
			{ .name = "url", .value = "https://git.example.org/assets.git" },
			{ .name = "branch", .value = "main" },
			{ .name = NULL },
		},
	},
	[PROVIDERS_BUILD_COMPILE] = {
		.provider = &sw_provider_commands,
		.namespace_ = "Build",
		.timeout_ms = 1200000,
		.run =
		    "make release\0"
		    "VERSION=$(cat VERSION)\0",
		.inputs = "code assets",
		.outputs = (struct sw_artifact[]){
			{ .name = "package", .files = (const char *[]){ "dist/**", "share/**", NULL } },
			{ .name = "log" },
			{ .name = NULL },
		},
		.exports = "VERSION",
		.env = (struct sw_parameter[]){
			{ .name = "REGION", .value = "#{variables.REGION}" },
			{ .name = "COMMIT", .value = "#{Src.CommitId}" },
			{ .name = NULL },
		},
		.secrets = (struct sw_parameter[]){
			{ .name = "MIRROR_TOKEN", .value = "mirror" },
			{ .name = NULL },
		},
	},
	[PROVIDERS_BUILD_DIRECT] = {
		.provider = &sw_provider_commands,
		.exec = true,
		.run = "./check --quick all\0",
		.inputs = "code",
	},
	[PROVIDERS_PRODUCTION_MANAGER] = {
		.provider = &sw_provider_manual,
		.environment = "production",
		.timeout_ms = 604800000,
		.text = "Ship #{Build.VERSION} for #{variables.TICKET}\?",
	},
	[PROVIDERS_PRODUCTION_INSTALL] = {
		.provider = &sw_provider_directory,
		.environment = "production",
		.inputs = "package",
		.parameters = (struct sw_parameter[]){
			{ .name = "path", .value = "/srv/#{variables.REGION}" },
			{ .name = NULL },
		},
	},
	[PROVIDERS_PRODUCTION_ANNOUNCE] = {
		.provider = &sw_provider_plugin,
		.plugin = "Pigeon",
		.environment = "air",
		.inputs = "log",
		.secrets = (struct sw_parameter[]){
			{ .name = "KEY", .value = "LOFT_KEY" },
			{ .name = NULL },
		},
		.parameters = (struct sw_parameter[]){
			{ .name = "Loft", .value = "North, third floor" },
			{ .name = "Text", .value = "#{Build.VERSION} is out" },
			{ .name = NULL },
		},
	},
};

static const struct sw_variable providers_variables[] = {
	{
		.name = "REGION",
		.default_ = "eu-west-1",
		.description = "Where production runs.",
	},
	{
		.name = "TICKET",
		.description = "Why this is released.",
	},
	{ .name = NULL },
};

static const struct sw_secret providers_secrets[] = {
	{
		.name = "LOFT_KEY",
		.description = "Opens the loft.",
	},
	{
		.name = "mirror",
		.description = "Pushes to the mirror.",
	},
	{ .name = NULL },
};

/* When Source.Checkout changes. */
static const struct sw_filter providers_filters_0[] = {
	{
		.branches = (const char *[]){ "main", "release/*", NULL },
		.exclude_paths = (const char *[]){ "docs/**", NULL },
		.is_end = false,
	},
	{
		.tags = (const char *[]){ "v*", NULL },
		.exclude_tags = (const char *[]){ "v0.*", NULL },
		.is_end = false,
	},
	{ .is_end = true },
};

static const struct sw_trigger providers_triggers[] = {
	{ .name = "Source.Checkout", .action = PROVIDERS_SOURCE_CHECKOUT, .filters = providers_filters_0 },
	{ .name = "Source.Assets", .action = PROVIDERS_SOURCE_ASSETS },
	{ .name = NULL },
};

const struct sw_pipeline providers_pipeline = {
	.name = "providers",
	.version = "0.1.0",
	.machine = &providers_machine,
	.work = providers_work,
	.variables = providers_variables,
	.secrets = providers_secrets,
	.triggers = providers_triggers,
	.view = &providers_view,
};
