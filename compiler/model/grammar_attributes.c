/*
 * The attributes of the language, element by element, in the order in which
 * `fmt` writes them. Where a limit of CodePipeline is arbitrary, ours is a
 * thousand times larger.
 */
#include "grammar_rows.h"
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
static const char *const levels[] = { "off", "note", "warning", "error", NULL };
static const char *const presets[] = { "default", "strict", "audit", NULL };
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

const struct attribute_rule grammar_no_attributes[] = { END };

const struct attribute_rule grammar_pipeline_attributes[] = {
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

const struct attribute_rule grammar_store_attributes[] = {
	REQUIRED("location", TYPE_TEXT, store, location),
	OPTIONAL("region", TYPE_NAME, store, region),
	CHOICE("type", store_types, store, type),
	OPTIONAL("key", TYPE_TEXT, store, key),
	END,
};

const struct attribute_rule grammar_variable_attributes[] = {
	REQUIRED("name", TYPE_WORD, variable, name),
	OPTIONAL("default", TYPE_ANY, variable, default_),
	END,
};

const struct attribute_rule grammar_secret_attributes[] = {
	REQUIRED("name", TYPE_WORD, secret, name),
	END,
};

const struct attribute_rule grammar_trigger_attributes[] = {
	REQUIRED("source", TYPE_NAME, trigger, source),
	END,
};

const struct attribute_rule grammar_push_attributes[] = {
	OPTIONAL("branches", TYPE_WORDS, filter, branches.includes),
	OPTIONAL("excludeBranches", TYPE_WORDS, filter, branches.excludes),
	OPTIONAL("paths", TYPE_WORDS, filter, paths.includes),
	OPTIONAL("excludePaths", TYPE_WORDS, filter, paths.excludes),
	OPTIONAL("tags", TYPE_WORDS, filter, tags.includes),
	OPTIONAL("excludeTags", TYPE_WORDS, filter, tags.excludes),
	END,
};

const struct attribute_rule grammar_pull_request_attributes[] = {
	{ ROW("events", TYPE_CHOICES, false, offsetof(struct filter, events)),
	    .choices = events },
	OPTIONAL("branches", TYPE_WORDS, filter, branches.includes),
	OPTIONAL("excludeBranches", TYPE_WORDS, filter, branches.excludes),
	OPTIONAL("paths", TYPE_WORDS, filter, paths.includes),
	OPTIONAL("excludePaths", TYPE_WORDS, filter, paths.excludes),
	END,
};

const struct attribute_rule grammar_stage_attributes[] = {
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

const struct attribute_rule grammar_source_attributes[] = {
	ACTION_ATTRIBUTES,
	PARAMETER("url", TYPE_TEXT),
	PARAMETER("branch", TYPE_TEXT),
	PARAMETER("tag", TYPE_TEXT),
	PARAMETER("commit", TYPE_TEXT),
	PARAMETER_RANGE("interval", TYPE_DURATION, SECOND, DURATION_LIMIT),
	ACTION_ATTEMPTS,
	END,
};

const struct attribute_rule grammar_work_attributes[] = {
	ACTION_ATTRIBUTES,
	ACTION_ATTEMPTS,
	END,
};

const struct attribute_rule grammar_deploy_attributes[] = {
	ACTION_ATTRIBUTES,
	PARAMETER("path", TYPE_TEXT),
	PARAMETER_RANGE("keep", TYPE_COUNT, 1, COUNT_LIMIT),
	ACTION_ATTEMPTS,
	END,
};

const struct attribute_rule grammar_approval_attributes[] = {
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

const struct attribute_rule grammar_output_attributes[] = {
	OPTIONAL("files", TYPE_WORDS, output, files),
	END,
};

const struct attribute_rule grammar_env_attributes[] = {
	REQUIRED("name", TYPE_ENV, parameter, name),
	CHOICE("type", env_types, parameter, type),
	OPTIONAL("secret", TYPE_WORD, parameter, secret),
	END,
};

const struct attribute_rule grammar_parameter_attributes[] = {
	REQUIRED("name", TYPE_TEXT, parameter, name),
	END,
};

#define RESULT(list)                                                           \
	{                                                                      \
		ROW("result", TYPE_CHOICE, true,                               \
		    offsetof(struct condition, result_written)),               \
		    .choices = list, .elsewhere = results                      \
	}

const struct attribute_rule grammar_before_entry_attributes[] = {
	RESULT(entry_results),
	END,
};

const struct attribute_rule grammar_on_success_attributes[] = {
	RESULT(success_results),
	END,
};

const struct attribute_rule grammar_on_failure_attributes[] = {
	RESULT(failure_results),
	CHOICE("retryMode", retry_modes, condition, retry_mode),
	RANGE(
	    "attempts", TYPE_COUNT, condition, attempts, 1, ATTEMPTS_LIMIT, 1),
	END,
};

const struct attribute_rule grammar_rule_attributes[] = {
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

const struct attribute_rule grammar_limits_attributes[] = {
	RANGE("memory", TYPE_SIZE, limits, memory, KIB, SIZE_LIMIT, 0),
	RANGE(
	    "processes", TYPE_COUNT, limits, processes, 1, PROCESSES_LIMIT, 0),
	RANGE("fileSize", TYPE_SIZE, limits, file_size, KIB, SIZE_LIMIT, 0),
	RANGE("cpuTime", TYPE_DURATION, limits, cpu_time_ms, SECOND,
	    DURATION_LIMIT, 0),
	RANGE("openFiles", TYPE_COUNT, limits, open_files, 16, FILES_LIMIT, 0),
	END,
};

const struct attribute_rule grammar_include_attributes[] = {
	REQUIRED("file", TYPE_TEXT, include, file),
	END,
};

const struct attribute_rule grammar_allow_attributes[] = {
	REQUIRED("rule", TYPE_TEXT, allow, rule),
	OPTIONAL("reason", TYPE_ANY, allow, reason),
	OPTIONAL("until", TYPE_DATE, allow, until),
	END,
};

const struct attribute_rule grammar_lint_rule_attributes[] = {
	REQUIRED("id", TYPE_TEXT, lint_rule, id),
	{ ROW("level", TYPE_CHOICE, true,
	      offsetof(struct lint_rule, level_given)),
	    .choices = levels },
	OPTIONAL("environments", TYPE_WORDS, lint_rule, environments),
	END,
};

const struct attribute_rule grammar_preset_attributes[] = {
	{ ROW("name", TYPE_CHOICE, true, offsetof(struct preset, name)),
	    .choices = presets },
	END,
};

#define POLICY_ATTRIBUTES                                                      \
	REQUIRED("id", TYPE_NAME, policy, id),                                 \
	    REQUIRED("what", TYPE_TEXT, policy, what)
#define ENFORCE CHOICE("enforce", enforcements, policy, level_given)

const struct attribute_rule grammar_precede_attributes[] = {
	POLICY_ATTRIBUTES,
	REQUIRED("by", TYPE_TEXT, policy, by),
	CHOICE("same", sames, policy, same_given),
	RANGE("count", TYPE_COUNT, policy, count, 1, COUNT_LIMIT, 1),
	ENFORCE,
	END,
};

const struct attribute_rule grammar_never_attributes[] = {
	POLICY_ATTRIBUTES,
	OPTIONAL("when", TYPE_TEXT, policy, when),
	ENFORCE,
	END,
};

const struct attribute_rule grammar_follow_attributes[] = {
	POLICY_ATTRIBUTES,
	CHOICE("on", outcomes, policy, on_given),
	REQUIRED("by", TYPE_TEXT, policy, by),
	ENFORCE,
	END,
};

const struct attribute_rule grammar_alone_attributes[] = {
	POLICY_ATTRIBUTES,
	OPTIONAL("per", TYPE_NAME, policy, per),
	ENFORCE,
	END,
};

const struct attribute_rule grammar_require_attributes[] = {
	POLICY_ATTRIBUTES,
	REQUIRED("attribute", TYPE_NAME, policy, attribute),
	OPTIONAL("min", TYPE_TEXT, policy, min),
	OPTIONAL("max", TYPE_TEXT, policy, max),
	ENFORCE,
	END,
};

const struct attribute_rule grammar_only_attributes[] = {
	POLICY_ATTRIBUTES,
	REQUIRED("attribute", TYPE_NAME, policy, attribute),
	{ ROW("in", TYPE_WORDS, true, offsetof(struct policy, in)) },
	ENFORCE,
	END,
};

const struct attribute_rule grammar_scenario_attributes[] = {
	REQUIRED("name", TYPE_TEXT, scenario, name),
	END,
};

/* Of every step that is an event. */
#define STEP_ATTRIBUTES                                                        \
	OPTIONAL("execution", TYPE_EXECUTION, step, execution),                \
	    OPTIONAL("refused", TYPE_NAME, step, refused)

const struct attribute_rule grammar_start_step_attributes[] = {
	OPTIONAL("refused", TYPE_NAME, step, refused),
	END,
};

const struct attribute_rule grammar_action_step_attributes[] = {
	REQUIRED("action", TYPE_PATH, step, action),
	STEP_ATTRIBUTES,
	END,
};

const struct attribute_rule grammar_fail_step_attributes[] = {
	OPTIONAL("action", TYPE_PATH, step, action),
	OPTIONAL("rule", TYPE_PATH, step, rule),
	STEP_ATTRIBUTES,
	END,
};

const struct attribute_rule grammar_pass_step_attributes[] = {
	REQUIRED("rule", TYPE_PATH, step, rule),
	STEP_ATTRIBUTES,
	END,
};

const struct attribute_rule grammar_stage_step_attributes[] = {
	REQUIRED("stage", TYPE_NAME, step, stage),
	OPTIONAL("refused", TYPE_NAME, step, refused),
	END,
};

const struct attribute_rule grammar_execution_step_attributes[] = {
	REQUIRED("execution", TYPE_EXECUTION, step, execution),
	OPTIONAL("refused", TYPE_NAME, step, refused),
	END,
};

const struct attribute_rule grammar_retry_step_attributes[] = {
	REQUIRED("stage", TYPE_NAME, step, stage),
	CHOICE("actions", extents, step, actions),
	STEP_ATTRIBUTES,
	END,
};

const struct attribute_rule grammar_override_step_attributes[] = {
	REQUIRED("stage", TYPE_NAME, step, stage),
	{ ROW("condition", TYPE_CHOICE, true, offsetof(struct step, condition)),
	    .choices = overridden },
	STEP_ATTRIBUTES,
	END,
};

const struct attribute_rule grammar_rollback_step_attributes[] = {
	REQUIRED("stage", TYPE_NAME, step, stage),
	REQUIRED("execution", TYPE_EXECUTION, step, execution),
	OPTIONAL("refused", TYPE_NAME, step, refused),
	END,
};

const struct attribute_rule grammar_advance_step_attributes[] = {
	OPTIONAL("to", TYPE_PATH, step, to),
	OPTIONAL("execution", TYPE_EXECUTION, step, execution),
	END,
};

const struct attribute_rule grammar_expect_attributes[] = {
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

/* NOLINTEND(bugprone-macro-parentheses) */
