/*
 * The pipeline "conditions": its machine and its work.
 * Made from conditions.xml by stagewright 0.1.0; edit the model, not this.
 */
#include "conditions.h"

#include <stagewright/pipeline.h>

static const struct sw_stage conditions_stages[CONDITIONS_NSTAGES] = {
	[CONDITIONS_SOURCE] = { .name = "Source", .first_action = CONDITIONS_SOURCE_CHECKOUT, .last_action = CONDITIONS_SOURCE_CHECKOUT, .on_failure = SW_RESULT_RETRY, .attempts = 2 },
	[CONDITIONS_BUILD] = { .name = "Build", .first_action = CONDITIONS_BUILD_BRANCH, .last_action = CONDITIONS_BUILD_COMPILE, .before_entry = SW_RESULT_SKIP },
	[CONDITIONS_PRODUCTION] = { .name = "Production", .first_action = CONDITIONS_PRODUCTION_OFFICE_HOURS, .last_action = CONDITIONS_PRODUCTION_WORTH_IT, .closed = 1, .before_entry = SW_RESULT_FAIL, .on_success = SW_RESULT_ROLLBACK, .on_failure = SW_RESULT_RETRY_ALL, .attempts = 1 },
};

static const struct sw_action conditions_actions[CONDITIONS_NACTIONS] = {
	[CONDITIONS_SOURCE_CHECKOUT] = { .name = "Checkout", .category = SW_CATEGORY_SOURCE, .stage = CONDITIONS_SOURCE, .run_order = 1, .retries = 3, .on_unknown = SW_ON_UNKNOWN_RETRY },
	[CONDITIONS_BUILD_BRANCH] = { .name = "Branch", .category = SW_CATEGORY_RULE, .stage = CONDITIONS_BUILD, .run_order = SW_BEFORE_ENTRY },
	[CONDITIONS_BUILD_COMPILE] = { .name = "Compile", .category = SW_CATEGORY_BUILD, .stage = CONDITIONS_BUILD, .run_order = 1, .on_unknown = SW_ON_UNKNOWN_FAIL },
	[CONDITIONS_PRODUCTION_OFFICE_HOURS] = { .name = "Office.hours", .category = SW_CATEGORY_RULE, .stage = CONDITIONS_PRODUCTION, .run_order = SW_BEFORE_ENTRY, .bounds = SW_FIRST },
	[CONDITIONS_PRODUCTION_OFFICE_HOURS_BBC92040] = { .name = "Office_hours", .category = SW_CATEGORY_RULE, .stage = CONDITIONS_PRODUCTION, .run_order = SW_BEFORE_ENTRY, .bounds = SW_LAST },
	[CONDITIONS_PRODUCTION_FIRST] = { .name = "First", .category = SW_CATEGORY_DEPLOY, .stage = CONDITIONS_PRODUCTION, .run_order = 1 },
	[CONDITIONS_PRODUCTION_SECOND] = { .name = "Second", .category = SW_CATEGORY_DEPLOY, .stage = CONDITIONS_PRODUCTION, .run_order = 2 },
	[CONDITIONS_PRODUCTION_HEALTH] = { .name = "Health", .category = SW_CATEGORY_RULE, .stage = CONDITIONS_PRODUCTION, .run_order = SW_ON_SUCCESS },
	[CONDITIONS_PRODUCTION_WORTH_IT] = { .name = "Worth-it", .category = SW_CATEGORY_RULE, .stage = CONDITIONS_PRODUCTION, .run_order = SW_ON_FAILURE },
};

const struct sw_machine conditions_machine = {
	.name = "conditions",
	.fingerprint = 0xe5432df7a5300e48,
	.nstages = CONDITIONS_NSTAGES,
	.nactions = CONDITIONS_NACTIONS,
	.group_max = CONDITIONS_GROUP_MAX,
	.in_flight_max = CONDITIONS_IN_FLIGHT_MAX,
	.target_words = SW_TARGET_WORDS,
	.queue_max = CONDITIONS_QUEUE_MAX,
	.state_size = sizeof(struct conditions_state),
	.mode = SW_MODE_QUEUED,
	.stages = conditions_stages,
	.actions = conditions_actions,
};

void
conditions_init(struct conditions_state *state)
{
	sw_state_init(&conditions_machine, (struct sw_state *)(void *)state);
}

enum sw_refusal
conditions_step(struct conditions_state *state, struct sw_event event,
    struct conditions_output *out)
{
	struct sw_output answer = { out->commands, out->fired, 0, 0 };
	const enum sw_refusal refusal = sw_step(&conditions_machine,
	    (struct sw_state *)(void *)state, event, &answer);
	out->ncommands = answer.ncommands;
	out->nfired = answer.nfired;
	return refusal;
}

static const struct sw_work conditions_work[CONDITIONS_NACTIONS] = {
	[CONDITIONS_SOURCE_CHECKOUT] = {
		.provider = &sw_provider_git,
		.namespace_ = "Source",
		.backoff_ms = 20000,
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
	[CONDITIONS_BUILD_BRANCH] = {
		.provider = &sw_provider_variable_check,
		.environment = "staging",
		.parameters = (struct sw_parameter[]){
			{ .name = "variable", .value = "#{Source.BranchName}" },
			{ .name = "operator", .value = "NE" },
			{ .name = "value", .value = "skip-me" },
			{ .name = NULL },
		},
	},
	[CONDITIONS_BUILD_COMPILE] = {
		.provider = &sw_provider_commands,
		.environment = "staging",
		.run = "make\0",
		.inputs = "code",
		.outputs = (struct sw_artifact[]){
			{ .name = "package" },
			{ .name = NULL },
		},
	},
	[CONDITIONS_PRODUCTION_OFFICE_HOURS] = {
		.provider = &sw_provider_deployment_window,
		.environment = "production",
		.timeout_ms = 604800000,
		.parameters = (struct sw_parameter[]){
			{ .name = "cron", .value = "* 9-16 * * MON-FRI" },
			{ .name = "timeZone", .value = "Europe/Berlin" },
			{ .name = NULL },
		},
	},
	[CONDITIONS_PRODUCTION_OFFICE_HOURS_BBC92040] = {
		.provider = &sw_provider_commands,
		.environment = "production",
		.timeout_ms = 300000,
		.run = "./may-deploy \"$COMMIT\"\0",
		.inputs = "package",
		.env = (struct sw_parameter[]){
			{ .name = "COMMIT", .value = "#{Source.CommitId}" },
			{ .name = NULL },
		},
	},
	[CONDITIONS_PRODUCTION_FIRST] = {
		.provider = &sw_provider_directory,
		.environment = "production",
		.inputs = "package",
		.parameters = (struct sw_parameter[]){
			{ .name = "path", .value = "first" },
			{ .name = NULL },
		},
	},
	[CONDITIONS_PRODUCTION_SECOND] = {
		.provider = &sw_provider_directory,
		.environment = "production",
		.inputs = "package",
		.parameters = (struct sw_parameter[]){
			{ .name = "path", .value = "second" },
			{ .name = NULL },
		},
	},
	[CONDITIONS_PRODUCTION_HEALTH] = {
		.provider = &sw_provider_commands,
		.environment = "production",
		.run = "curl --fail http://localhost/\0",
	},
	[CONDITIONS_PRODUCTION_WORTH_IT] = {
		.provider = &sw_provider_commands,
		.environment = "production",
		.run = "./is-worth-it\0",
	},
};

const struct sw_pipeline conditions_pipeline = {
	.name = "conditions",
	.version = "0.1.0",
	.machine = &conditions_machine,
	.work = conditions_work,
	.view = &conditions_view,
};
