/*
 * The table of the language, and nothing else: reader.c reads by it. Where a
 * limit of CodePipeline is arbitrary, ours is a thousand times larger.
 */
#include "grammar.h"

#include <string.h>

#include "model.h"

#define SECOND UINT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define DURATION_LIMIT (366 * DAY)
#define RUN_ORDER_LIMIT 999999
#define ATTEMPTS_LIMIT 100
/* The last wait, 2^13 times a backoff of an hour, is within DURATION_LIMIT. */
#define RETRIES_LIMIT 14
#define EXECUTIONS_LIMIT 50000
#define PARALLEL_LIMIT 100000
#define COUNT_LIMIT 1000000
#define KIB (UINT64_C(1) << 10)
#define SIZE_LIMIT (UINT64_C(1) << 50)
/* Of the kernel: PID_MAX_LIMIT, and the usual fs.nr_open. */
#define PROCESSES_LIMIT 4194304
#define FILES_LIMIT 1048576

static const char *const modes[] = { "SUPERSEDED", "QUEUED", "PARALLEL", NULL };
static const char *const shells[] = { "sh", "none", NULL };
static const char *const sandboxes[] = { "none", "user", "bubblewrap", NULL };
static const char *const owners[] = { "AWS", "ThirdParty", "Custom", NULL };
static const char *const transitions[] = { "open", "closed", NULL };
static const char *const retry_modes[] = { "FAILED_ACTIONS", "ALL_ACTIONS",
	NULL };
static const char *const events[] = { "OPEN", "UPDATED", "CLOSED", NULL };
static const char *const env_types[] = { "PLAINTEXT", "SECRETS_MANAGER", NULL };
static const char *const store_types[] = { "S3", "Directory", NULL };
static const char *const entry_results[] = { "FAIL", "SKIP", NULL };
static const char *const success_results[] = { "FAIL", "ROLLBACK", NULL };
static const char *const failure_results[] = { "RETRY", "ROLLBACK", NULL };
static const char *const results[] = { "FAIL", "SKIP", "ROLLBACK", "RETRY",
	NULL };
static const char *const booleans[] = { "true", "false", NULL };
static const char *const unknowns[] = { "ask", "fail", "retry", NULL };
static const char *const operators[] = { "EQ", "NE", "CONTAINS", "MATCHES",
	NULL };
static const char *const silences[] = { "fail", "approve", NULL };
static const char *const enforcements[] = { "note", "warn", "error", "forbid",
	NULL };
static const char *const sames[] = { "revision", "artifact", NULL };
static const char *const outcomes[] = { "succeeded", "failed", NULL };
static const char *const extents[] = { "all", "failed", NULL };
static const char *const overridden[] = { "beforeEntry", "onSuccess", NULL };
static const char *const conditions[] = { "beforeEntry", "onSuccess",
	"onFailure", NULL };
static const char *const statuses[] = { "none", "InProgress", "Stopping",
	"Succeeded", "Failed", "Stopped", "Superseded", "Abandoned", "Unknown",
	"Skipped", "Overridden", "Pending", NULL };

/* Rows are made by these, so that each says only what is special. */
/* NOLINTBEGIN(bugprone-macro-parentheses): fields and initialisers */
#define ROW(name_, type_, required_, offset_)                                  \
	.name = name_, .type = type_, .is_required = required_,                \
	.offset = offset_
#define OPTIONAL(name, type, struct_, field)                                   \
	{                                                                      \
		ROW(name, type, false, offsetof(struct struct_, field))        \
	}
#define REQUIRED(name, type, struct_, field)                                   \
	{                                                                      \
		ROW(name, type, true, offsetof(struct struct_, field))         \
	}
#define CHOICE(name, list, struct_, field)                                     \
	{                                                                      \
		ROW(name, TYPE_CHOICE, false,                                  \
		    offsetof(struct struct_, field)),                          \
		    .choices = list                                            \
	}
#define RANGE(name, type, struct_, field, low, high, usual)                    \
	{                                                                      \
		ROW(name, type, false, offsetof(struct struct_, field)),       \
		    .min = low, .max = high, .default_ = usual                 \
	}
#define PARAMETER(name, type)                                                  \
	{                                                                      \
		ROW(name, type, false, KEPT_AS_PARAMETER)                      \
	}
#define PARAMETER_REQUIRED(name, type)                                         \
	{                                                                      \
		ROW(name, type, true, KEPT_AS_PARAMETER)                       \
	}
#define PARAMETER_CHOICE(name, list)                                           \
	{                                                                      \
		ROW(name, TYPE_CHOICE, false, KEPT_AS_PARAMETER),              \
		    .choices = list                                            \
	}
#define PARAMETER_RANGE(name, type, low, high)                                 \
	{                                                                      \
		ROW(name, type, false, KEPT_AS_PARAMETER), .min = low,         \
							   .max = high         \
	}
#define END                                                                    \
	{                                                                      \
		.name = NULL                                                   \
	}

static const struct attribute_rule no_attributes[] = { END };

static const struct attribute_rule pipeline_attributes[] = {
	REQUIRED("name", TYPE_NAME, model, name),
	CHOICE("executionMode", modes, model, mode_written),
	RANGE("maxExecutions", TYPE_COUNT, model, max_executions, 1,
	    EXECUTIONS_LIMIT, 0),
	RANGE(
	    "maxActions", TYPE_COUNT, model, max_actions, 1, PARALLEL_LIMIT, 0),
	OPTIONAL("role", TYPE_TEXT, model, role),
	CHOICE("sandbox", sandboxes, model, sandbox),
	END,
};

static const struct attribute_rule store_attributes[] = {
	REQUIRED("location", TYPE_TEXT, store, location),
	OPTIONAL("region", TYPE_NAME, store, region),
	CHOICE("type", store_types, store, type),
	OPTIONAL("key", TYPE_TEXT, store, key),
	END,
};

static const struct attribute_rule variable_attributes[] = {
	REQUIRED("name", TYPE_WORD, variable, name),
	OPTIONAL("default", TYPE_ANY, variable, default_),
	END,
};

static const struct attribute_rule secret_attributes[] = {
	REQUIRED("name", TYPE_WORD, secret, name),
	END,
};

static const struct attribute_rule trigger_attributes[] = {
	REQUIRED("source", TYPE_NAME, trigger, source),
	END,
};

static const struct attribute_rule push_attributes[] = {
	OPTIONAL("branches", TYPE_WORDS, filter, branches.includes),
	OPTIONAL("excludeBranches", TYPE_WORDS, filter, branches.excludes),
	OPTIONAL("paths", TYPE_WORDS, filter, paths.includes),
	OPTIONAL("excludePaths", TYPE_WORDS, filter, paths.excludes),
	OPTIONAL("tags", TYPE_WORDS, filter, tags.includes),
	OPTIONAL("excludeTags", TYPE_WORDS, filter, tags.excludes),
	END,
};

static const struct attribute_rule pull_request_attributes[] = {
	{ ROW("events", TYPE_CHOICES, false, offsetof(struct filter, events)),
	    .choices = events },
	OPTIONAL("branches", TYPE_WORDS, filter, branches.includes),
	OPTIONAL("excludeBranches", TYPE_WORDS, filter, branches.excludes),
	OPTIONAL("paths", TYPE_WORDS, filter, paths.includes),
	OPTIONAL("excludePaths", TYPE_WORDS, filter, paths.excludes),
	END,
};

static const struct attribute_rule stage_attributes[] = {
	REQUIRED("name", TYPE_NAME, stage, name),
	OPTIONAL("environment", TYPE_NAME, stage, environment),
	CHOICE("transition", transitions, stage, transition),
	OPTIONAL("reason", TYPE_TEXT, stage, reason),
	END,
};

#define CONFINEMENT(struct_)                                                   \
	CHOICE("sandbox", sandboxes, struct_, confinement.sandbox),            \
	    CHOICE("network", booleans, struct_, confinement.network)

/* What every action has. The order is the one that `fmt` writes. */
#define ACTION_ATTRIBUTES                                                      \
	REQUIRED("name", TYPE_NAME, action, name),                             \
	    OPTIONAL("provider", TYPE_TEXT, action, provider),                 \
	    CHOICE("owner", owners, action, owner),                            \
	    OPTIONAL("version", TYPE_NAME, action, version),                   \
	    OPTIONAL("namespace", TYPE_WORD, action, namespace_),              \
	    RANGE("runOrder", TYPE_COUNT, action, run_order, 1,                \
		RUN_ORDER_LIMIT, 1),                                           \
	    OPTIONAL("environment", TYPE_NAME, action, environment),           \
	    OPTIONAL("role", TYPE_TEXT, action, role),                         \
	    OPTIONAL("region", TYPE_NAME, action, region),                     \
	    OPTIONAL("primaryInput", TYPE_ARTIFACT, action, primary),          \
	    CHOICE("shell", shells, action, shell), CONFINEMENT(action)

#define ACTION_ATTEMPTS                                                        \
	RANGE("timeout", TYPE_DURATION, action, timeout_ms, SECOND,            \
	    DURATION_LIMIT, 0),                                                \
	    RANGE(                                                             \
		"retries", TYPE_COUNT, action, retries, 0, RETRIES_LIMIT, 0),  \
	    RANGE("backoff", TYPE_DURATION, action, backoff_ms, SECOND, HOUR,  \
		0),                                                            \
	    CHOICE("idempotent", booleans, action, idempotent),                \
	    CHOICE("onUnknown", unknowns, action, on_unknown_written)

static const struct attribute_rule source_attributes[] = {
	ACTION_ATTRIBUTES,
	PARAMETER("url", TYPE_TEXT),
	PARAMETER("branch", TYPE_TEXT),
	PARAMETER("tag", TYPE_TEXT),
	PARAMETER("commit", TYPE_TEXT),
	PARAMETER_RANGE("interval", TYPE_DURATION, SECOND, DURATION_LIMIT),
	ACTION_ATTEMPTS,
	END,
};

static const struct attribute_rule work_attributes[] = {
	ACTION_ATTRIBUTES,
	ACTION_ATTEMPTS,
	END,
};

static const struct attribute_rule deploy_attributes[] = {
	ACTION_ATTRIBUTES,
	PARAMETER("path", TYPE_TEXT),
	PARAMETER_RANGE("keep", TYPE_COUNT, 1, COUNT_LIMIT),
	ACTION_ATTEMPTS,
	END,
};

static const struct attribute_rule approval_attributes[] = {
	ACTION_ATTRIBUTES,
	PARAMETER("by", TYPE_TEXT),
	PARAMETER_RANGE("count", TYPE_COUNT, 1, COUNT_LIMIT),
	PARAMETER("not", TYPE_TEXT),
	PARAMETER("link", TYPE_TEXT),
	PARAMETER("notify", TYPE_TEXT),
	PARAMETER_CHOICE("silence", silences),
	ACTION_ATTEMPTS,
	END,
};

static const struct attribute_rule output_attributes[] = {
	OPTIONAL("files", TYPE_WORDS, output, files),
	END,
};

static const struct attribute_rule env_attributes[] = {
	REQUIRED("name", TYPE_ENV, parameter, name),
	CHOICE("type", env_types, parameter, type),
	OPTIONAL("secret", TYPE_WORD, parameter, secret),
	END,
};

static const struct attribute_rule parameter_attributes[] = {
	REQUIRED("name", TYPE_TEXT, parameter, name),
	END,
};

#define RESULT(list)                                                           \
	{                                                                      \
		ROW("result", TYPE_CHOICE, true,                               \
		    offsetof(struct condition, result_written)),               \
		    .choices = list, .elsewhere = results                      \
	}

static const struct attribute_rule before_entry_attributes[] = {
	RESULT(entry_results),
	END,
};

static const struct attribute_rule on_success_attributes[] = {
	RESULT(success_results),
	END,
};

static const struct attribute_rule on_failure_attributes[] = {
	RESULT(failure_results),
	CHOICE("retryMode", retry_modes, condition, retry_mode),
	RANGE(
	    "attempts", TYPE_COUNT, condition, attempts, 1, ATTEMPTS_LIMIT, 1),
	END,
};

static const struct attribute_rule rule_attributes[] = {
	REQUIRED("name", TYPE_NAME, rule, name),
	REQUIRED("provider", TYPE_PROVIDER, rule, provider),
	OPTIONAL("role", TYPE_TEXT, rule, role),
	OPTIONAL("region", TYPE_NAME, rule, region),
	PARAMETER("cron", TYPE_TEXT),
	PARAMETER("timeZone", TYPE_TEXT),
	PARAMETER("variable", TYPE_TEXT),
	PARAMETER_CHOICE("operator", operators),
	PARAMETER("value", TYPE_ANY),
	RANGE("timeout", TYPE_DURATION, rule, timeout_ms, SECOND,
	    DURATION_LIMIT, 0),
	CONFINEMENT(rule),
	END,
};

static const struct attribute_rule limits_attributes[] = {
	RANGE("memory", TYPE_SIZE, limits, memory, KIB, SIZE_LIMIT, 0),
	RANGE(
	    "processes", TYPE_COUNT, limits, processes, 1, PROCESSES_LIMIT, 0),
	RANGE("fileSize", TYPE_SIZE, limits, file_size, KIB, SIZE_LIMIT, 0),
	RANGE("cpuTime", TYPE_DURATION, limits, cpu_time_ms, SECOND,
	    DURATION_LIMIT, 0),
	RANGE("openFiles", TYPE_COUNT, limits, open_files, 16, FILES_LIMIT, 0),
	END,
};

static const struct attribute_rule include_attributes[] = {
	REQUIRED("file", TYPE_TEXT, include, file),
	END,
};

static const struct attribute_rule allow_attributes[] = {
	REQUIRED("rule", TYPE_TEXT, allow, rule),
	REQUIRED("reason", TYPE_TEXT, allow, reason),
	OPTIONAL("until", TYPE_DATE, allow, until),
	END,
};

#define POLICY_ATTRIBUTES                                                      \
	REQUIRED("id", TYPE_NAME, policy, id),                                 \
	    REQUIRED("what", TYPE_TEXT, policy, what)
#define ENFORCE CHOICE("enforce", enforcements, policy, level_given)

static const struct attribute_rule precede_attributes[] = {
	POLICY_ATTRIBUTES,
	REQUIRED("by", TYPE_TEXT, policy, by),
	CHOICE("same", sames, policy, same_given),
	RANGE("count", TYPE_COUNT, policy, count, 1, COUNT_LIMIT, 1),
	ENFORCE,
	END,
};

static const struct attribute_rule never_attributes[] = {
	POLICY_ATTRIBUTES,
	OPTIONAL("when", TYPE_TEXT, policy, when),
	ENFORCE,
	END,
};

static const struct attribute_rule follow_attributes[] = {
	POLICY_ATTRIBUTES,
	CHOICE("on", outcomes, policy, on_given),
	REQUIRED("by", TYPE_TEXT, policy, by),
	ENFORCE,
	END,
};

static const struct attribute_rule alone_attributes[] = {
	POLICY_ATTRIBUTES,
	OPTIONAL("per", TYPE_NAME, policy, per),
	ENFORCE,
	END,
};

static const struct attribute_rule require_attributes[] = {
	POLICY_ATTRIBUTES,
	REQUIRED("attribute", TYPE_NAME, policy, attribute),
	OPTIONAL("min", TYPE_TEXT, policy, min),
	OPTIONAL("max", TYPE_TEXT, policy, max),
	ENFORCE,
	END,
};

static const struct attribute_rule only_attributes[] = {
	POLICY_ATTRIBUTES,
	REQUIRED("attribute", TYPE_NAME, policy, attribute),
	{ ROW("in", TYPE_WORDS, true, offsetof(struct policy, in)) },
	ENFORCE,
	END,
};

static const struct attribute_rule scenario_attributes[] = {
	REQUIRED("name", TYPE_TEXT, scenario, name),
	END,
};

/* Of every step that is an event. */
#define STEP_ATTRIBUTES                                                        \
	OPTIONAL("execution", TYPE_EXECUTION, step, execution),                \
	    OPTIONAL("refused", TYPE_NAME, step, refused)

static const struct attribute_rule start_step_attributes[] = {
	OPTIONAL("refused", TYPE_NAME, step, refused),
	END,
};

static const struct attribute_rule action_step_attributes[] = {
	REQUIRED("action", TYPE_PATH, step, action),
	STEP_ATTRIBUTES,
	END,
};

static const struct attribute_rule fail_step_attributes[] = {
	OPTIONAL("action", TYPE_PATH, step, action),
	OPTIONAL("rule", TYPE_PATH, step, rule),
	STEP_ATTRIBUTES,
	END,
};

static const struct attribute_rule pass_step_attributes[] = {
	REQUIRED("rule", TYPE_PATH, step, rule),
	STEP_ATTRIBUTES,
	END,
};

static const struct attribute_rule stage_step_attributes[] = {
	REQUIRED("stage", TYPE_NAME, step, stage),
	OPTIONAL("refused", TYPE_NAME, step, refused),
	END,
};

static const struct attribute_rule execution_step_attributes[] = {
	REQUIRED("execution", TYPE_EXECUTION, step, execution),
	OPTIONAL("refused", TYPE_NAME, step, refused),
	END,
};

static const struct attribute_rule retry_step_attributes[] = {
	REQUIRED("stage", TYPE_NAME, step, stage),
	CHOICE("actions", extents, step, actions),
	STEP_ATTRIBUTES,
	END,
};

static const struct attribute_rule override_step_attributes[] = {
	REQUIRED("stage", TYPE_NAME, step, stage),
	{ ROW("condition", TYPE_CHOICE, true, offsetof(struct step, condition)),
	    .choices = overridden },
	STEP_ATTRIBUTES,
	END,
};

static const struct attribute_rule rollback_step_attributes[] = {
	REQUIRED("stage", TYPE_NAME, step, stage),
	REQUIRED("execution", TYPE_EXECUTION, step, execution),
	OPTIONAL("refused", TYPE_NAME, step, refused),
	END,
};

static const struct attribute_rule advance_step_attributes[] = {
	OPTIONAL("to", TYPE_PATH, step, to),
	OPTIONAL("execution", TYPE_EXECUTION, step, execution),
	END,
};

static const struct attribute_rule expect_attributes[] = {
	OPTIONAL("stage", TYPE_NAME, step, stage),
	OPTIONAL("action", TYPE_PATH, step, action),
	OPTIONAL("rule", TYPE_PATH, step, rule),
	CHOICE("condition", conditions, step, condition),
	OPTIONAL("execution", TYPE_EXECUTION, step, execution),
	CHOICE("status", statuses, step, status),
	OPTIONAL("at", TYPE_NAME, step, place),
	CHOICE("open", booleans, step, open),
	OPTIONAL("waiting", TYPE_EXECUTIONS, step, waiting),
	OPTIONAL("starts", TYPE_PATH, step, starts),
	OPTIONAL("cancels", TYPE_PATH, step, cancels),
	OPTIONAL("decides", TYPE_NAME, step, decides),
	END,
};

#define MANY(element, struct_, field)                                          \
	{                                                                      \
		ELEMENT_##element, OCCURS_MANY,                                \
		    offsetof(struct struct_, field)                            \
	}
#define ONCE(element, struct_, field)                                          \
	{                                                                      \
		ELEMENT_##element, OCCURS_ONCE,                                \
		    offsetof(struct struct_, field)                            \
	}
#define END_CHILDREN                                                           \
	{                                                                      \
		NELEMENTS, OCCURS_MANY, 0                                      \
	}

static const struct child_rule no_children[] = { END_CHILDREN };

static const struct child_rule pipeline_children[] = {
	MANY(ARTIFACT_STORE, model, stores),
	MANY(VARIABLE, model, variables),
	MANY(SECRET, model, secrets),
	MANY(TRIGGER, model, triggers),
	MANY(STAGE, model, stages),
	MANY(INCLUDE, model, includes),
	ONCE(POLICIES, model, policies),
	MANY(SCENARIO, model, scenarios),
	MANY(ALLOW, model, allows),
	END_CHILDREN,
};

static const struct child_rule trigger_children[] = {
	MANY(PUSH, trigger, filters),
	MANY(PULL_REQUEST, trigger, filters),
	END_CHILDREN,
};

static const struct child_rule stage_children[] = {
	MANY(SOURCE, stage, actions),
	MANY(BUILD, stage, actions),
	MANY(TEST, stage, actions),
	MANY(DEPLOY, stage, actions),
	MANY(APPROVAL, stage, actions),
	MANY(INVOKE, stage, actions),
	MANY(COMPUTE, stage, actions),
	ONCE(BEFORE_ENTRY, stage, before_entry),
	ONCE(ON_SUCCESS, stage, on_success),
	ONCE(ON_FAILURE, stage, on_failure),
	MANY(ALLOW, stage, allows),
	END_CHILDREN,
};

static const struct child_rule action_children[] = {
	MANY(INPUT, action, inputs),
	MANY(RUN, action, run),
	MANY(OUTPUT, action, outputs),
	MANY(EXPORT, action, exports),
	MANY(ENV, action, env),
	ONCE(CONFIGURATION, action, parameters),
	ONCE(LIMITS, action, confinement.limits),
	MANY(ALLOW, action, allows),
	END_CHILDREN,
};

/* <configuration> adds to the parameters of the action around it. */
static const struct child_rule configuration_children[] = {
	{ ELEMENT_PARAMETER, OCCURS_MANY, 0 },
	END_CHILDREN,
};

static const struct child_rule condition_children[] = {
	MANY(RULE, condition, rules),
	END_CHILDREN,
};

static const struct child_rule rule_children[] = {
	MANY(INPUT, rule, inputs),
	MANY(RUN, rule, run),
	MANY(ENV, rule, env),
	ONCE(CONFIGURATION, rule, parameters),
	ONCE(LIMITS, rule, confinement.limits),
	END_CHILDREN,
};

#define POLICY_CHILD(element)                                                  \
	{                                                                      \
		ELEMENT_##element, OCCURS_MANY, 0                              \
	}

static const struct child_rule policies_children[] = {
	POLICY_CHILD(PRECEDE),
	POLICY_CHILD(NEVER),
	POLICY_CHILD(FOLLOW),
	POLICY_CHILD(ALONE),
	POLICY_CHILD(REQUIRE),
	POLICY_CHILD(ONLY),
	END_CHILDREN,
};

static const struct child_rule stages_children[] = {
	{ ELEMENT_STAGE, OCCURS_MANY, 0 },
	END_CHILDREN,
};

static const struct child_rule scenarios_children[] = {
	MANY(SCENARIO, scenarios_file, scenarios),
	END_CHILDREN,
};

static const struct child_rule scenario_children[] = {
	MANY(START, scenario, steps),
	MANY(STEP_PUSH, scenario, steps),
	MANY(SUCCEED, scenario, steps),
	MANY(FAIL, scenario, steps),
	MANY(UNKNOWN, scenario, steps),
	MANY(APPROVE, scenario, steps),
	MANY(REJECT, scenario, steps),
	MANY(PASS, scenario, steps),
	MANY(OPEN, scenario, steps),
	MANY(CLOSE, scenario, steps),
	MANY(STOP, scenario, steps),
	MANY(ABANDON, scenario, steps),
	MANY(RETRY, scenario, steps),
	MANY(OVERRIDE, scenario, steps),
	MANY(ROLLBACK, scenario, steps),
	MANY(ADVANCE, scenario, steps),
	MANY(EXPECT, scenario, steps),
	END_CHILDREN,
};

#define ELEMENT(name_, struct_, attributes_, children_)                        \
	.name = name_, .size = sizeof(struct struct_),                         \
	.attributes = attributes_, .children = children_
#define AT(struct_) .at_offset = offsetof(struct struct_, at)
#define NOT_AT .at_offset = SIZE_MAX
#define PARAMETERS(struct_, field)                                             \
	.parameters_offset = offsetof(struct struct_, field)
#define NO_PARAMETERS .parameters_offset = SIZE_MAX
#define ACTION(name, rows)                                                     \
	{                                                                      \
		ELEMENT(name, action, rows, action_children), AT(action),      \
		    PARAMETERS(action, parameters)                             \
	}
#define STEP(name, rows)                                                       \
	{                                                                      \
		ELEMENT(name, step, rows, no_children), AT(step),              \
		    NO_PARAMETERS                                              \
	}
#define POLICY(name, rows)                                                     \
	{                                                                      \
		ELEMENT(name, policy, rows, no_children), AT(policy),          \
		    NO_PARAMETERS                                              \
	}
#define CONDITION(name, rows)                                                  \
	{                                                                      \
		ELEMENT(name, condition, rows, condition_children),            \
		    AT(condition), NO_PARAMETERS                               \
	}
#define VALUE(name, type)                                                      \
	{                                                                      \
		ELEMENT(name, value, no_attributes, no_children), NOT_AT,      \
		    NO_PARAMETERS, .content = CONTENT_REQUIRED,                \
				   .text_type = type                           \
	}
#define TEXT_IN(content_, type, struct_, field)                                \
	.content = content_, .text_type = type,                                \
	.text_offset = offsetof(struct struct_, field)

static const struct element_rule elements[] = {
	[ELEMENT_PIPELINE] = { ELEMENT("pipeline", model, pipeline_attributes,
				   pipeline_children),
	    AT(model), NO_PARAMETERS },
	[ELEMENT_ARTIFACT_STORE] = { ELEMENT("artifactStore", store,
					 store_attributes, no_children),
	    AT(store), NO_PARAMETERS },
	[ELEMENT_VARIABLE] = { ELEMENT("variable", variable,
				   variable_attributes, no_children),
	    AT(variable), NO_PARAMETERS,
	    TEXT_IN(CONTENT_TEXT, TYPE_ANY, variable, description) },
	[ELEMENT_SECRET] = { ELEMENT("secret", secret, secret_attributes,
				 no_children),
	    AT(secret), NO_PARAMETERS,
	    TEXT_IN(CONTENT_TEXT, TYPE_ANY, secret, description) },
	[ELEMENT_TRIGGER] = { ELEMENT("trigger", trigger, trigger_attributes,
				  trigger_children),
	    AT(trigger), NO_PARAMETERS },
	[ELEMENT_PUSH] = { ELEMENT(
			       "push", filter, push_attributes, no_children),
	    AT(filter), NO_PARAMETERS },
	[ELEMENT_PULL_REQUEST] = { ELEMENT("pullRequest", filter,
				       pull_request_attributes, no_children),
	    AT(filter), NO_PARAMETERS },
	[ELEMENT_STAGE] = { ELEMENT("stage", stage, stage_attributes,
				stage_children),
	    AT(stage), NO_PARAMETERS },
	[ELEMENT_SOURCE] = ACTION("source", source_attributes),
	[ELEMENT_BUILD] = ACTION("build", work_attributes),
	[ELEMENT_TEST] = ACTION("test", work_attributes),
	[ELEMENT_DEPLOY] = ACTION("deploy", deploy_attributes),
	[ELEMENT_APPROVAL] = { ELEMENT("approval", action, approval_attributes,
				   action_children),
	    AT(action), PARAMETERS(action, parameters),
	    TEXT_IN(CONTENT_TEXT, TYPE_ANY, action, text) },
	[ELEMENT_INVOKE] = ACTION("invoke", work_attributes),
	[ELEMENT_COMPUTE] = ACTION("compute", work_attributes),
	[ELEMENT_INPUT] = VALUE("input", TYPE_ARTIFACT),
	[ELEMENT_OUTPUT] = { ELEMENT("output", output, output_attributes,
				 no_children),
	    AT(output), NO_PARAMETERS,
	    TEXT_IN(CONTENT_REQUIRED, TYPE_ARTIFACT, output, name) },
	[ELEMENT_RUN] = VALUE("run", TYPE_TEXT),
	[ELEMENT_EXPORT] = VALUE("export", TYPE_ENV),
	[ELEMENT_ENV] = { ELEMENT(
			      "env", parameter, env_attributes, no_children),
	    AT(parameter), NO_PARAMETERS,
	    TEXT_IN(CONTENT_TEXT, TYPE_ANY, parameter, value) },
	[ELEMENT_CONFIGURATION] = { ELEMENT("configuration", parameters,
					no_attributes, configuration_children),
	    NOT_AT, NO_PARAMETERS },
	[ELEMENT_PARAMETER] = { ELEMENT("parameter", parameter,
				    parameter_attributes, no_children),
	    AT(parameter), NO_PARAMETERS,
	    TEXT_IN(CONTENT_TEXT, TYPE_ANY, parameter, value) },
	[ELEMENT_LIMITS] = { ELEMENT("limits", limits, limits_attributes,
				 no_children),
	    AT(limits), NO_PARAMETERS },
	[ELEMENT_BEFORE_ENTRY] =
	    CONDITION("beforeEntry", before_entry_attributes),
	[ELEMENT_ON_SUCCESS] = CONDITION("onSuccess", on_success_attributes),
	[ELEMENT_ON_FAILURE] = CONDITION("onFailure", on_failure_attributes),
	[ELEMENT_RULE] = { ELEMENT(
			       "rule", rule, rule_attributes, rule_children),
	    AT(rule), PARAMETERS(rule, parameters),
	    TEXT_IN(CONTENT_TEXT, TYPE_ANY, rule, text) },
	[ELEMENT_ALLOW] = { ELEMENT(
				"allow", allow, allow_attributes, no_children),
	    AT(allow), NO_PARAMETERS },
	[ELEMENT_INCLUDE] = { ELEMENT("include", include, include_attributes,
				  no_children),
	    AT(include), NO_PARAMETERS },
	[ELEMENT_STAGES] = { ELEMENT("stages", stages, no_attributes,
				 stages_children),
	    NOT_AT, NO_PARAMETERS },
	[ELEMENT_POLICIES] = { ELEMENT("policies", policies, no_attributes,
				   policies_children),
	    NOT_AT, NO_PARAMETERS },
	[ELEMENT_PRECEDE] = POLICY("precede", precede_attributes),
	[ELEMENT_NEVER] = POLICY("never", never_attributes),
	[ELEMENT_FOLLOW] = POLICY("follow", follow_attributes),
	[ELEMENT_ALONE] = POLICY("alone", alone_attributes),
	[ELEMENT_REQUIRE] = POLICY("require", require_attributes),
	[ELEMENT_ONLY] = POLICY("only", only_attributes),
	[ELEMENT_SCENARIOS] = { ELEMENT("scenarios", scenarios_file,
				    no_attributes, scenarios_children),
	    NOT_AT, NO_PARAMETERS },
	[ELEMENT_SCENARIO] = { ELEMENT("scenario", scenario,
				   scenario_attributes, scenario_children),
	    AT(scenario), NO_PARAMETERS },
	[ELEMENT_START] = STEP("start", start_step_attributes),
	[ELEMENT_STEP_PUSH] = STEP("push", start_step_attributes),
	[ELEMENT_SUCCEED] = STEP("succeed", action_step_attributes),
	[ELEMENT_FAIL] = STEP("fail", fail_step_attributes),
	[ELEMENT_UNKNOWN] = STEP("unknown", action_step_attributes),
	[ELEMENT_APPROVE] = STEP("approve", action_step_attributes),
	[ELEMENT_REJECT] = STEP("reject", action_step_attributes),
	[ELEMENT_PASS] = STEP("pass", pass_step_attributes),
	[ELEMENT_OPEN] = STEP("open", stage_step_attributes),
	[ELEMENT_CLOSE] = STEP("close", stage_step_attributes),
	[ELEMENT_STOP] = STEP("stop", execution_step_attributes),
	[ELEMENT_ABANDON] = STEP("abandon", execution_step_attributes),
	[ELEMENT_RETRY] = STEP("retry", retry_step_attributes),
	[ELEMENT_OVERRIDE] = STEP("override", override_step_attributes),
	[ELEMENT_ROLLBACK] = STEP("rollback", rollback_step_attributes),
	[ELEMENT_ADVANCE] = STEP("advance", advance_step_attributes),
	[ELEMENT_EXPECT] = STEP("expect", expect_attributes),
};

_Static_assert(sizeof elements / sizeof *elements == NELEMENTS, "a row each");

/* NOLINTEND(bugprone-macro-parentheses) */

const struct element_rule *
grammar_element(enum element_id element)
{
	return &elements[element];
}

static bool
is_named(const char *bytes, const char *name, size_t length)
{
	return strncmp(bytes, name, length) == 0 && bytes[length] == '\0';
}

int
grammar_attribute(
    const struct element_rule *rule, const char *name, size_t length)
{
	for (int i = 0; rule->attributes[i].name != NULL; i++)
		if (is_named(rule->attributes[i].name, name, length))
			return i;
	return -1;
}

int
grammar_child(const struct element_rule *rule, const char *name, size_t length)
{
	for (int i = 0; rule->children[i].element != NELEMENTS; i++)
		if (is_named(
			elements[rule->children[i].element].name, name, length))
			return i;
	return -1;
}

const char *
grammar_form(enum value_type type)
{
	static const char *const forms[] = {
		[TYPE_TEXT] = "a text that is not empty",
		[TYPE_ANY] = "a text",
		[TYPE_NAME] = "1 to 100 of A-Z a-z 0-9 . @ _ -",
		[TYPE_WORD] = "1 to 128 of A-Z a-z 0-9 @ _ -",
		[TYPE_ARTIFACT] = "1 to 100 of A-Z a-z 0-9 _ -",
		[TYPE_ENV] = "up to 128 of A-Z a-z 0-9 _, no digit first",
		[TYPE_PROVIDER] = "1 to 100 of A-Z a-z 0-9 _ -",
		[TYPE_CHOICE] = "one of a list",
		[TYPE_CHOICES] = "words of a list, with blanks between them",
		[TYPE_WORDS] = "patterns with blanks between them",
		[TYPE_COUNT] = "a whole number",
		[TYPE_DURATION] = "a number and a unit: 90s 20m 2h 7d",
		[TYPE_SIZE] = "a number and a unit: 64KiB 512MiB 2GiB 1TiB",
		[TYPE_DATE] = "a date such as 2027-01-31",
		[TYPE_PATH] = "STAGE.NAME",
		[TYPE_EXECUTION] = "# and a number: #2",
		[TYPE_EXECUTIONS] = "executions in their order, #2 #3, or none",
	};

	return forms[type];
}
