/*
 * The table of the language, and nothing else: reader.c reads by it. The rows
 * of attributes are in grammar_attributes.c.
 */
#include "grammar.h"

#include <string.h>

#include "grammar_rows.h"
#include "model.h"

/* Rows are made by these, so that each says only what is special. */
/* NOLINTBEGIN(bugprone-macro-parentheses): fields and initialisers */
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
	MANY(LINT, model, lints),
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

static const struct child_rule lint_children[] = {
	ONCE(PRESET, lint, preset),
	MANY(LINT_RULE, lint, rules),
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
		ELEMENT(name, value, grammar_no_attributes, no_children),      \
		    NOT_AT, NO_PARAMETERS, .content = CONTENT_REQUIRED,        \
					   .text_type = type                   \
	}
#define TEXT_IN(content_, type, struct_, field)                                \
	.content = content_, .text_type = type,                                \
	.text_offset = offsetof(struct struct_, field)

static const struct element_rule elements[] = {
	[ELEMENT_PIPELINE] = { ELEMENT("pipeline", model,
				   grammar_pipeline_attributes,
				   pipeline_children),
	    AT(model), NO_PARAMETERS },
	[ELEMENT_ARTIFACT_STORE] = { ELEMENT("artifactStore", store,
					 grammar_store_attributes, no_children),
	    AT(store), NO_PARAMETERS },
	[ELEMENT_VARIABLE] = { ELEMENT("variable", variable,
				   grammar_variable_attributes, no_children),
	    AT(variable), NO_PARAMETERS,
	    TEXT_IN(CONTENT_TEXT, TYPE_ANY, variable, description) },
	[ELEMENT_SECRET] = { ELEMENT("secret", secret,
				 grammar_secret_attributes, no_children),
	    AT(secret), NO_PARAMETERS,
	    TEXT_IN(CONTENT_TEXT, TYPE_ANY, secret, description) },
	[ELEMENT_TRIGGER] = { ELEMENT("trigger", trigger,
				  grammar_trigger_attributes, trigger_children),
	    AT(trigger), NO_PARAMETERS },
	[ELEMENT_PUSH] = { ELEMENT("push", filter, grammar_push_attributes,
			       no_children),
	    AT(filter), NO_PARAMETERS },
	[ELEMENT_PULL_REQUEST] = { ELEMENT("pullRequest", filter,
				       grammar_pull_request_attributes,
				       no_children),
	    AT(filter), NO_PARAMETERS },
	[ELEMENT_STAGE] = { ELEMENT("stage", stage, grammar_stage_attributes,
				stage_children),
	    AT(stage), NO_PARAMETERS },
	[ELEMENT_SOURCE] = ACTION("source", grammar_source_attributes),
	[ELEMENT_BUILD] = ACTION("build", grammar_work_attributes),
	[ELEMENT_TEST] = ACTION("test", grammar_work_attributes),
	[ELEMENT_DEPLOY] = ACTION("deploy", grammar_deploy_attributes),
	[ELEMENT_APPROVAL] = { ELEMENT("approval", action,
				   grammar_approval_attributes,
				   action_children),
	    AT(action), PARAMETERS(action, parameters),
	    TEXT_IN(CONTENT_TEXT, TYPE_ANY, action, text) },
	[ELEMENT_INVOKE] = ACTION("invoke", grammar_work_attributes),
	[ELEMENT_COMPUTE] = ACTION("compute", grammar_work_attributes),
	[ELEMENT_INPUT] = VALUE("input", TYPE_ARTIFACT),
	[ELEMENT_OUTPUT] = { ELEMENT("output", output,
				 grammar_output_attributes, no_children),
	    AT(output), NO_PARAMETERS,
	    TEXT_IN(CONTENT_REQUIRED, TYPE_ARTIFACT, output, name) },
	[ELEMENT_RUN] = VALUE("run", TYPE_TEXT),
	[ELEMENT_EXPORT] = VALUE("export", TYPE_ENV),
	[ELEMENT_ENV] = { ELEMENT("env", parameter, grammar_env_attributes,
			      no_children),
	    AT(parameter), NO_PARAMETERS,
	    TEXT_IN(CONTENT_TEXT, TYPE_ANY, parameter, value) },
	[ELEMENT_CONFIGURATION] = { ELEMENT("configuration", parameters,
					grammar_no_attributes,
					configuration_children),
	    NOT_AT, NO_PARAMETERS },
	[ELEMENT_PARAMETER] = { ELEMENT("parameter", parameter,
				    grammar_parameter_attributes, no_children),
	    AT(parameter), NO_PARAMETERS,
	    TEXT_IN(CONTENT_TEXT, TYPE_ANY, parameter, value) },
	[ELEMENT_LIMITS] = { ELEMENT("limits", limits,
				 grammar_limits_attributes, no_children),
	    AT(limits), NO_PARAMETERS },
	[ELEMENT_BEFORE_ENTRY] =
	    CONDITION("beforeEntry", grammar_before_entry_attributes),
	[ELEMENT_ON_SUCCESS] =
	    CONDITION("onSuccess", grammar_on_success_attributes),
	[ELEMENT_ON_FAILURE] =
	    CONDITION("onFailure", grammar_on_failure_attributes),
	[ELEMENT_RULE] = { ELEMENT("rule", rule, grammar_rule_attributes,
			       rule_children),
	    AT(rule), PARAMETERS(rule, parameters),
	    TEXT_IN(CONTENT_TEXT, TYPE_ANY, rule, text) },
	[ELEMENT_ALLOW] = { ELEMENT("allow", allow, grammar_allow_attributes,
				no_children),
	    AT(allow), NO_PARAMETERS },
	[ELEMENT_LINT] = { ELEMENT("lint", lint, grammar_no_attributes,
			       lint_children),
	    AT(lint), NO_PARAMETERS },
	[ELEMENT_LINT_RULE] = { ELEMENT("rule", lint_rule,
				    grammar_lint_rule_attributes, no_children),
	    AT(lint_rule), NO_PARAMETERS },
	[ELEMENT_PRESET] = { ELEMENT("preset", preset,
				 grammar_preset_attributes, no_children),
	    AT(preset), NO_PARAMETERS },
	[ELEMENT_INCLUDE] = { ELEMENT("include", include,
				  grammar_include_attributes, no_children),
	    AT(include), NO_PARAMETERS },
	[ELEMENT_STAGES] = { ELEMENT("stages", stages, grammar_no_attributes,
				 stages_children),
	    NOT_AT, NO_PARAMETERS },
	[ELEMENT_POLICIES] = { ELEMENT("policies", policies,
				   grammar_no_attributes, policies_children),
	    NOT_AT, NO_PARAMETERS },
	[ELEMENT_PRECEDE] = POLICY("precede", grammar_precede_attributes),
	[ELEMENT_NEVER] = POLICY("never", grammar_never_attributes),
	[ELEMENT_FOLLOW] = POLICY("follow", grammar_follow_attributes),
	[ELEMENT_ALONE] = POLICY("alone", grammar_alone_attributes),
	[ELEMENT_REQUIRE] = POLICY("require", grammar_require_attributes),
	[ELEMENT_ONLY] = POLICY("only", grammar_only_attributes),
	[ELEMENT_SCENARIOS] = { ELEMENT("scenarios", scenarios_file,
				    grammar_no_attributes, scenarios_children),
	    NOT_AT, NO_PARAMETERS },
	[ELEMENT_SCENARIO] = { ELEMENT("scenario", scenario,
				   grammar_scenario_attributes,
				   scenario_children),
	    AT(scenario), NO_PARAMETERS },
	[ELEMENT_START] = STEP("start", grammar_start_step_attributes),
	[ELEMENT_STEP_PUSH] = STEP("push", grammar_start_step_attributes),
	[ELEMENT_SUCCEED] = STEP("succeed", grammar_action_step_attributes),
	[ELEMENT_FAIL] = STEP("fail", grammar_fail_step_attributes),
	[ELEMENT_UNKNOWN] = STEP("unknown", grammar_action_step_attributes),
	[ELEMENT_APPROVE] = STEP("approve", grammar_action_step_attributes),
	[ELEMENT_REJECT] = STEP("reject", grammar_action_step_attributes),
	[ELEMENT_PASS] = STEP("pass", grammar_pass_step_attributes),
	[ELEMENT_OPEN] = STEP("open", grammar_stage_step_attributes),
	[ELEMENT_CLOSE] = STEP("close", grammar_stage_step_attributes),
	[ELEMENT_STOP] = STEP("stop", grammar_execution_step_attributes),
	[ELEMENT_ABANDON] = STEP("abandon", grammar_execution_step_attributes),
	[ELEMENT_RETRY] = STEP("retry", grammar_retry_step_attributes),
	[ELEMENT_OVERRIDE] = STEP("override", grammar_override_step_attributes),
	[ELEMENT_ROLLBACK] = STEP("rollback", grammar_rollback_step_attributes),
	[ELEMENT_ADVANCE] = STEP("advance", grammar_advance_step_attributes),
	[ELEMENT_EXPECT] = STEP("expect", grammar_expect_attributes),
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
