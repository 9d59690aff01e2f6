/*
 * The rows that grammar.c puts together: the attributes of each element.
 * Nobody else includes this.
 */
#ifndef COMPILER_GRAMMAR_ROWS_H
#define COMPILER_GRAMMAR_ROWS_H

#include "grammar.h"

extern const struct attribute_rule grammar_no_attributes[],
    grammar_pipeline_attributes[], grammar_store_attributes[],
    grammar_variable_attributes[], grammar_secret_attributes[],
    grammar_trigger_attributes[], grammar_push_attributes[],
    grammar_pull_request_attributes[], grammar_stage_attributes[],
    grammar_source_attributes[], grammar_work_attributes[],
    grammar_deploy_attributes[], grammar_approval_attributes[],
    grammar_output_attributes[], grammar_env_attributes[],
    grammar_parameter_attributes[], grammar_before_entry_attributes[],
    grammar_on_success_attributes[], grammar_on_failure_attributes[],
    grammar_rule_attributes[], grammar_limits_attributes[],
    grammar_include_attributes[], grammar_allow_attributes[],
    grammar_lint_rule_attributes[], grammar_preset_attributes[],
    grammar_precede_attributes[], grammar_never_attributes[],
    grammar_follow_attributes[], grammar_alone_attributes[],
    grammar_require_attributes[], grammar_only_attributes[],
    grammar_scenario_attributes[], grammar_start_step_attributes[],
    grammar_action_step_attributes[], grammar_fail_step_attributes[],
    grammar_pass_step_attributes[], grammar_stage_step_attributes[],
    grammar_execution_step_attributes[], grammar_retry_step_attributes[],
    grammar_override_step_attributes[], grammar_rollback_step_attributes[],
    grammar_advance_step_attributes[], grammar_expect_attributes[];

#endif
