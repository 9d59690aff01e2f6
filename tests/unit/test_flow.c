/* The order of a model: ranks, who writes and reads what, dominance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/names.h"
#include "check/flow.h"
#include "model/model.h"

/* A model in the making; the arena goes with the test. */
struct fixture {
	struct arena *arena;
	struct model model;
};

static int
set_up(void **state)
{
	struct arena *arena = arena_new();
	struct fixture *fixture = arena_alloc(arena, sizeof(*fixture));

	fixture->arena = arena;
	*state = fixture;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *fixture = *state;

	arena_free(fixture->arena);
	return 0;
}

static struct stage *
add_stages(struct fixture *fixture, size_t n)
{
	fixture->model.stages.items =
	    arena_array(fixture->arena, n, sizeof(struct stage));
	fixture->model.stages.n = n;
	return fixture->model.stages.items;
}

/* Actions with these runOrders, named A0, A1, ... */
static struct action *
add_actions(struct fixture *fixture, struct stage *stage, size_t n,
    const unsigned *run_orders)
{
	stage->actions.items =
	    arena_array(fixture->arena, n, sizeof(struct action));
	stage->actions.n = n;
	for (size_t i = 0; i < n; i++) {
		stage->actions.items[i].category = SW_CATEGORY_BUILD;
		stage->actions.items[i].run_order.n = run_orders[i];
		stage->actions.items[i].name.text =
		    arena_printf(fixture->arena, "A%zu", i);
	}
	return stage->actions.items;
}

static struct value *
one_value(struct fixture *fixture, const char *text)
{
	struct value *value = arena_alloc(fixture->arena, sizeof(*value));

	value->text = text;
	return value;
}

static void
writes(struct fixture *fixture, struct action *action, const char *artifact)
{
	action->outputs.items =
	    arena_alloc(fixture->arena, sizeof(struct output));
	action->outputs.items[0].name.text = artifact;
	action->outputs.n = 1;
}

static void
reads(struct fixture *fixture, struct action *action, const char *artifact)
{
	action->inputs.items = one_value(fixture, artifact);
	action->inputs.n = 1;
}

static void
flow_rank__follows_run_order_and_not_lines(void **state)
{
	struct fixture *fixture = *state;
	struct stage *stages = add_stages(fixture, 2);
	struct flow *flow;

	add_actions(fixture, &stages[0], 4, (unsigned[]){ 7, 1, 7, 3 });
	add_actions(fixture, &stages[1], 1, (unsigned[]){ 1 });
	flow = flow_new(fixture->arena, &fixture->model);
	assert_true(flow->actions[1].rank < flow->actions[3].rank);
	assert_true(flow->actions[3].rank < flow->actions[0].rank);
	assert_int_equal(flow->actions[0].rank, flow->actions[2].rank);
	assert_true(flow->actions[2].rank < flow->actions[4].rank);
	assert_int_equal(flow->by_rank[0], 1);
	assert_int_equal(flow->by_rank[1], 3);
	assert_int_equal(flow->by_rank[2], 0);
	assert_int_equal(flow->by_rank[3], 2);
}

static void
flow_rank__entry_stands_between_stages(void **state)
{
	struct fixture *fixture = *state;
	struct stage *stages = add_stages(fixture, 2);
	struct flow *flow;

	add_actions(fixture, &stages[0], 1, (unsigned[]){ 1 });
	add_actions(fixture, &stages[1], 1, (unsigned[]){ 1 });
	flow = flow_new(fixture->arena, &fixture->model);
	assert_true(flow->entry_ranks[0] < flow->actions[0].rank);
	assert_true(flow->actions[0].rank < flow->entry_ranks[1]);
	assert_true(flow->entry_ranks[1] < flow->actions[1].rank);
}

static void
flow_artifacts__find_writers_and_count_readers(void **state)
{
	struct fixture *fixture = *state;
	struct stage *stages = add_stages(fixture, 1);
	struct action *actions =
	    add_actions(fixture, &stages[0], 3, (unsigned[]){ 1, 2, 2 });
	struct flow *flow;

	writes(fixture, &actions[0], "package");
	reads(fixture, &actions[1], "package");
	reads(fixture, &actions[2], "nothing");
	flow = flow_new(fixture->arena, &fixture->model);
	assert_int_equal(flow->nartifacts, 1);
	assert_int_equal(flow->artifacts[0].nreads, 1);
	assert_int_equal(flow->artifacts[0].nwrites, 1);
	assert_int_equal(flow->writes[0].action, 0);
	assert_int_equal(flow->reads[0].artifact, 0);
	assert_int_equal(flow->reads[1].artifact, FLOW_NONE);
	assert_int_equal(flow->actions[2].first_read, 1);
	assert_int_equal(flow->actions[2].nreads, 1);
}

static void
flow_artifacts__keep_the_first_of_two_writers(void **state)
{
	struct fixture *fixture = *state;
	struct stage *stages = add_stages(fixture, 1);
	struct action *actions =
	    add_actions(fixture, &stages[0], 2, (unsigned[]){ 2, 1 });
	struct flow *flow;

	writes(fixture, &actions[0], "package");
	writes(fixture, &actions[1], "package");
	flow = flow_new(fixture->arena, &fixture->model);
	assert_int_equal(flow->nartifacts, 1);
	assert_int_equal(flow->artifacts[0].nwrites, 2);
	assert_int_equal(flow->artifacts[0].write, 0);
}

static void
flow_references__mean_actions_variables_and_facts(void **state)
{
	struct fixture *fixture = *state;
	struct stage *stages = add_stages(fixture, 1);
	struct action *actions =
	    add_actions(fixture, &stages[0], 2, (unsigned[]){ 1, 2 });
	struct variable variable = { .name = { .text = "REGION" } };
	struct flow *flow;

	fixture->model.variables = (struct variables){ &variable, 1 };
	actions[0].namespace_.text = "Built";
	actions[1].run.items = one_value(fixture,
	    "#{Built.V} #{variables.REGION} #{variables.X} "
	    "#{codepipeline.PipelineExecutionId} #{Ghost.x} #{bad");
	actions[1].run.n = 1;
	flow = flow_new(fixture->arena, &fixture->model);
	assert_int_equal(flow->nreferences, 6);
	assert_int_equal(flow->references[0].kind, FLOW_ACTION);
	assert_int_equal(flow->references[0].target, 0);
	assert_int_equal(flow->references[1].kind, FLOW_VARIABLES);
	assert_int_equal(flow->references[1].target, 0);
	assert_int_equal(flow->references[2].target, FLOW_NONE);
	assert_int_equal(flow->references[3].kind, FLOW_CODEPIPELINE);
	assert_int_equal(flow->references[4].kind, FLOW_UNDEFINED);
	assert_non_null(flow->references[5].problem);
	assert_int_equal(flow->references[1].offset, 11);
	assert_int_equal(flow->references[1].length, 19);
}

static void
flow_new__leaves_out_what_has_no_name(void **state)
{
	struct fixture *fixture = *state;
	struct stage *stages = add_stages(fixture, 1);
	struct action *actions =
	    add_actions(fixture, &stages[0], 1, (unsigned[]){ 1 });
	struct flow *flow;

	writes(fixture, &actions[0], NULL);
	reads(fixture, &actions[0], NULL);
	actions[0].name.text = NULL;
	flow = flow_new(fixture->arena, &fixture->model);
	assert_int_equal(flow->nwrites, 0);
	assert_int_equal(flow->nreads, 0);
	assert_int_equal(flow->nactions, 1);
}

static void
flow_dominates__asks_whether_a_stage_can_be_skipped(void **state)
{
	struct fixture *fixture = *state;
	struct stage *stages = add_stages(fixture, 2);
	struct flow *flow;

	add_actions(fixture, &stages[0], 2, (unsigned[]){ 1, 2 });
	add_actions(fixture, &stages[1], 1, (unsigned[]){ 1 });
	flow = flow_new(fixture->arena, &fixture->model);
	assert_true(flow_dominates(flow, 0, 2));
	assert_false(flow_dominates(flow, 2, 0));
	assert_false(flow_dominates(flow, 0, 0));
	stages[0].before_entry.at.file = 1;
	stages[0].before_entry.result = RESULT_SKIP;
	assert_false(flow_dominates(flow, 0, 2));
	assert_true(flow_dominates(flow, 0, 1));
	stages[0].before_entry.result = RESULT_FAIL;
	assert_true(flow_dominates(flow, 0, 2));
}

static void
flow_triggers__prefer_a_source_of_the_name(void **state)
{
	struct fixture *fixture = *state;
	struct stage *stages = add_stages(fixture, 2);
	struct trigger triggers[3] = { { .source = { .text = "A0" } },
		{ .source = { .text = "A1" } },
		{ .source = { .text = "A9" } } };
	struct flow *flow;

	add_actions(fixture, &stages[0], 2, (unsigned[]){ 1, 1 });
	add_actions(fixture, &stages[1], 1, (unsigned[]){ 1 })->category =
	    SW_CATEGORY_SOURCE;
	fixture->model.triggers = (struct triggers){ triggers, 3 };
	flow = flow_new(fixture->arena, &fixture->model);
	assert_int_equal(flow->trigger_actions[0], 2);
	assert_int_equal(flow->trigger_actions[1], 1);
	assert_int_equal(flow->trigger_actions[2], FLOW_NONE);
}

static void
flow_new__is_not_quadratic(void **state)
{
	enum {
		N = 100000
	};
	struct fixture *fixture = *state;
	struct stage *stages = add_stages(fixture, 1);
	unsigned *run_orders =
	    arena_array(fixture->arena, N, sizeof(*run_orders));
	struct action *actions;
	struct timespec begin, end;
	struct flow *flow;

	for (unsigned i = 0; i < N; i++)
		run_orders[i] = N - i;
	actions = add_actions(fixture, &stages[0], N, run_orders);
	for (unsigned i = 0; i < N; i++) {
		writes(fixture, &actions[i],
		    arena_printf(fixture->arena, "a%u", i));
		reads(fixture, &actions[i],
		    arena_printf(fixture->arena, "a%u", i + 1));
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	flow = flow_new(fixture->arena, &fixture->model);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	assert_int_equal(flow->nartifacts, N);
	assert_int_equal(flow->reads[N - 1].artifact, FLOW_NONE);
	/* Some milliseconds; a quadratic way takes minutes. */
	assert_true(end.tv_sec - begin.tv_sec < 5);
}

static void
names_add__gives_the_first_number(void **state)
{
	struct fixture *fixture = *state;
	struct names *names = names_new(fixture->arena, 3);

	assert_int_equal(names_add(names, "a", 7), 7);
	assert_int_equal(names_add(names, "ab", 8), 8);
	assert_int_equal(names_add(names, "a", 9), 7);
	assert_int_equal(names_find(names, "ab"), 8);
	assert_int_equal(names_find(names, "b"), NAMES_NONE);
	assert_int_equal(names_find(names, ""), NAMES_NONE);
	assert_int_equal(names_find_span(names, "abc", 1), 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    flow_rank__follows_run_order_and_not_lines, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    flow_rank__entry_stands_between_stages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    flow_artifacts__find_writers_and_count_readers, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    flow_artifacts__keep_the_first_of_two_writers, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    flow_references__mean_actions_variables_and_facts, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    flow_new__leaves_out_what_has_no_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    flow_dominates__asks_whether_a_stage_can_be_skipped, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    flow_triggers__prefer_a_source_of_the_name, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    flow_new__is_not_quadratic, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    names_add__gives_the_first_number, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
