/* Selectors, what they pick, and what the judge of runs is given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "lower/lower.h"
#include "model/model.h"
#include "policy/policy.h"
#include "read/reader.h"

struct fixture {
	struct arena *arena;
	struct sources *sources;
	struct diagnostics *diagnostics;
	struct model *model;
	struct obligations *obligations;
};

/*
 * Actions by their numbers:
 *	0 Source.Checkout
 *	1 Build.Compile   2 Build.Unit   3 Build.Lint
 *	4 Staging.Install 5 Staging.Smoke
 *	6 SignOff.Manager
 *	7 Production.Install 8 Production.Other
 * Lines are in another order.
 */
static const char pipeline[] =
    "<pipeline xmlns=\"urn:stagewright:pipeline:1\" name=\"p\" %s>\n"
    "<stage name=\"Source\"><source name=\"Checkout\" url=\"u\">"
    "<output>code</output></source></stage>\n"
    "<stage name=\"Build\">"
    "<test name=\"Unit\" runOrder=\"2\" timeout=\"2h\"><input>code</input>"
    "<run>u</run></test>"
    "<test name=\"Lint\" runOrder=\"2\" timeout=\"120m\"><run>l</run></test>"
    "<build name=\"Compile\"><input>code</input><env name=\"CFLAGS\">-O2"
    "</env><run>c</run><output>package</output><export>VERSION</export>"
    "</build><onFailure result=\"RETRY\"/></stage>\n"
    "<stage name=\"Staging\" environment=\"staging\">"
    "<deploy name=\"Install\" provider=\"Directory\" path=\"/s\">"
    "<input>package</input></deploy>"
    "<test name=\"Smoke\" runOrder=\"3\" environment=\"lab\">"
    "<input>package</input><run>s</run></test></stage>\n"
    "<stage name=\"SignOff\"><approval name=\"Manager\"/></stage>\n"
    "<stage name=\"Production\" environment=\"production\">"
    "<deploy name=\"Other\" runOrder=\"2\" provider=\"Helm\" keep=\"3\">"
    "<configuration><parameter name=\"chart\">shop</parameter>"
    "</configuration></deploy>"
    "<deploy name=\"Install\" provider=\"Directory\" path=\"/p\">"
    "<input>code</input><input>package</input></deploy></stage>\n"
    "%s<policies>%s</policies></pipeline>";

static int
set_up(void **state)
{
	struct arena *arena = arena_new();
	struct fixture *f = arena_alloc(arena, sizeof *f);

	f->arena = arena;
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	return 0;
}

static struct obligations *
resolve_more(struct fixture *f, const char *attributes, const char *more,
    const char *policies)
{
	const char *text =
	    arena_printf(f->arena, pipeline, attributes, more, policies);

	f->sources = sources_new(f->arena);
	f->diagnostics = diagnostics_new(f->arena, f->sources);
	f->model = model_read(f->arena, f->sources,
	    source_add(f->sources, "m", text, strlen(text)), f->diagnostics);
	assert_non_null(f->model);
	assert_false(f->model->is_incomplete);
	f->obligations = policies_resolve(
	    f->arena, f->model, NULL, 0, "2026-11-23", f->diagnostics);
	return f->obligations;
}

static struct obligations *
resolve(struct fixture *f, const char *policies)
{
	return resolve_more(f, "", "", policies);
}

/* "1 2 7 stage 4 rollback" */
static const char *
said(struct fixture *f, const struct picked *picked)
{
	const char *text = "";

	for (uint32_t i = 0; i < picked->nactions; i++)
		text = arena_printf(f->arena, "%s%s%u", text, *text ? " " : "",
		    picked->actions[i]);
	for (uint32_t i = 0; i < picked->nstages; i++)
		text = arena_printf(f->arena, "%s%sstage %u", text,
		    *text ? " " : "", picked->stages[i]);
	if (picked->has_rollback)
		text = arena_printf(
		    f->arena, "%s%srollback", text, *text ? " " : "");
	return text;
}

static void
assert_picks(struct fixture *f, const char *selector, const char *expected)
{
	const struct obligations *obligations = resolve(
	    f, arena_printf(f->arena,
		   "<alone id=\"a\" what=\"%s\" enforce=\"note\"/>", selector));

	assert_int_equal(obligations->n, 1);
	assert_string_equal(said(f, &obligations->items[0].what), expected);
	assert_int_equal(diagnostics_count(f->diagnostics, SEVERITY_ERROR), 0);
	assert_int_equal(diagnostics_count(f->diagnostics, SEVERITY_WARNING),
	    *expected == '\0');
}

static void
selector_pick__knows_heads(void **state)
{
	struct fixture *f = *state;

	assert_picks(f, "deploy", "4 7 8");
	assert_picks(f, "Deploy", "4 7 8");
	assert_picks(f, "*", "0 1 2 3 4 5 6 7 8");
	assert_picks(f, "action", "0 1 2 3 4 5 6 7 8");
	assert_picks(f, "approval|SOURCE", "0 6");
	assert_picks(f, "stage", "stage 0 stage 1 stage 2 stage 3 stage 4");
	assert_picks(f, " test | stage#SignOff ", "2 3 5 stage 3");
	assert_picks(f, "compute", "");
}

static void
selector_pick__knows_names_and_paths(void **state)
{
	struct fixture *f = *state;

	assert_picks(f, "#Install", "4 7");
	assert_picks(f, "#Production.Install", "7");
	assert_picks(f, "deploy#Staging.Install", "4");
	assert_picks(f, "test#Install", "");
	assert_picks(f, "#Production", "");
	assert_picks(f, "stage#Install", "");
	assert_picks(f, "#Production.Inst", "");
}

static void
selector_pick__tests_attributes(void **state)
{
	struct fixture *f = *state;

	/* The stage's environment, and an action's own. */
	assert_picks(f, "*[environment=staging]", "4");
	assert_picks(f, "test[environment]", "5");
	assert_picks(f, "deploy[environment!=staging]", "7 8");
	assert_picks(f, "test[environment!=lab]", "2 3");
	assert_picks(f, "deploy[environment^=prod]", "7 8");
	assert_picks(f, "deploy[environment$=ing]", "4");
	assert_picks(f, "deploy[environment*=duct][provider=Helm]", "8");
	assert_picks(f, "stage[environment=production]", "stage 4");
	assert_picks(f, "*[stage=Build]", "1 2 3");
	assert_picks(f, "*[category=test]", "2 3 5");
	assert_picks(f, "*[input=package]", "4 5 7");
	assert_picks(f, "*[input=code][input=package]", "7");
	assert_picks(f, "*[output=package]", "1");
	assert_picks(f, "*[input!=code][category=deploy]", "4 8");
	assert_picks(f, "*[export=VERSION][env=CFLAGS]", "1");
	assert_picks(f, "*[url]", "0");
	assert_picks(f, "stage[onFailure=RETRY]", "stage 1");
	assert_picks(f, "stage[onSuccess]|stage[beforeEntry]", "");
	assert_picks(f, "stage[stage=Build]", "stage 1");
	assert_picks(f, "stage[input]", "");
	assert_picks(f, "*[environment$=a-longer-one-than-it-is]", "");
}

static void
selector_pick__compares_numbers_and_defaults(void **state)
{
	struct fixture *f = *state;

	assert_picks(f, "test[timeout=2h]", "2 3");
	assert_picks(f, "test[timeout=7200s]", "2 3");
	assert_picks(f, "test[timeout!=2h]", "5");
	assert_picks(f, "*[runOrder=2]", "2 3 8");
	assert_picks(f, "deploy[runOrder=1]", "4 7");
	assert_picks(f, "deploy[keep=3]", "8");
	assert_picks(f, "deploy[retries=0][idempotent=false]", "4 7 8");
	assert_picks(f, "approval[count=1][provider=Manual]", "6");
	assert_picks(f, "deploy[chart='shop']", "8");
	assert_picks(f, "stage[transition=open]",
	    "stage 0 stage 1 stage 2 stage 3 stage 4");
	assert_picks(f, "*[ provider = 'Directory' ]", "4 7");
}

static void
selector_pick__numbers_as_the_machine_does(void **state)
{
	struct fixture *f = *state;
	const struct obligations *obligations =
	    resolve(f, "<alone id='a' what='*|stage'/>");
	const struct lowered *lowered = lower(f->arena, f->model);
	const struct picked *what = &obligations->items[0].what;

	assert_int_equal(what->nactions, lowered->machine.nactions);
	assert_int_equal(what->nstages, lowered->machine.nstages);
	for (uint32_t i = 0; i < what->nactions; i++) {
		const char *path = arena_printf(f->arena, "%s.%s",
		    lowered->stages[lowered->machine.actions[i].stage]
			->name.text,
		    lowered->actions[i]->name.text);
		const struct obligations *one = resolve(f,
		    arena_printf(f->arena, "<alone id='a' what='#%s'/>", path));

		assert_int_equal(one->items[0].what.nactions, 1);
		assert_int_equal(one->items[0].what.actions[0], i);
	}
}

static void
resolve_precede__needs_by_before_each(void **state)
{
	struct fixture *f = *state;
	const struct obligation *it = resolve(f,
	    "<precede id='a' what='#Production.Install|stage#Production'"
	    " by='approval' count='1'/>")
					  ->items;

	assert_int_equal(it->verdict, VERDICT_OPEN);
	assert_int_equal(it->nneeds, 2);
	assert_int_equal(it->needs[0].what, 7);
	assert_false(it->needs[0].is_stage);
	assert_string_equal(said(f, &it->needs[0].by), "6");
	assert_int_equal(it->needs[1].what, 4);
	assert_true(it->needs[1].is_stage);
	assert_int_equal(it->policy->level, LEVEL_ERROR);
}

static void
resolve_precede__same_artifact_asks_for_each_input(void **state)
{
	struct fixture *f = *state;
	const struct obligation *it =
	    resolve(f, "<precede id='a' what='deploy' by='test|approval|build'"
		       " same='artifact'/>")
		->items;

	/* Staging.Install has one input, Production.Install two, Other none.
	 * An approval counts for what is written before it. */
	assert_int_equal(it->nneeds, 4);
	assert_int_equal(it->needs[0].what, 4);
	assert_string_equal(said(f, &it->needs[0].by), "1 5 6");
	assert_int_equal(it->needs[1].what, 7);
	assert_string_equal(said(f, &it->needs[1].by), "1 2 6");
	assert_int_equal(it->needs[2].what, 7);
	assert_string_equal(said(f, &it->needs[2].by), "1 5 6");
	assert_int_equal(it->needs[3].what, 8);
	assert_string_equal(said(f, &it->needs[3].by), "1 2 3 5 6");
}

static void
resolve_alone__groups_by_value(void **state)
{
	struct fixture *f = *state;
	const struct obligation *it =
	    resolve(f, "<alone id='a' what='deploy|test|stage#Production'"
		       " per='environment'/><alone id='b' what='deploy'/>")
		->items;

	/* 2 and 3 have no environment, 4 is in staging, 5 in the lab. */
	static const uint32_t groups[] = { 0, 0, 1, 2, 3, 3, 3 };

	assert_string_equal(said(f, &it[0].what), "2 3 4 5 7 8 stage 4");
	assert_int_equal(it[0].ngroups, 4);
	assert_memory_equal(it[0].groups, groups, sizeof groups);
	assert_int_equal(it[1].ngroups, 1);
	assert_int_equal(it[1].groups[2], 0);
}

static void
resolve_follow__takes_rollback(void **state)
{
	struct fixture *f = *state;
	const struct obligation *it =
	    resolve(f, "<follow id='a' what='deploy' on='failed'"
		       " by='rollback|approval'/>")
		->items;

	assert_int_equal(it->verdict, VERDICT_OPEN);
	assert_int_equal(it->policy->on, ON_FAILED);
	assert_string_equal(said(f, &it->by), "6 rollback");
	assert_int_equal(diagnostics_count(f->diagnostics, SEVERITY_ERROR), 0);
}

/* The verdict on <never what="deploy" when="start.trigger=WHEN"/>. */
static enum policy_verdict
never(struct fixture *f, const char *attributes, const char *triggers,
    const char *when)
{
	const struct obligation *it = resolve_more(f, attributes, triggers,
	    arena_printf(f->arena,
		"<never id='a' what='deploy' when='start.trigger=%s'/>", when))
					  ->items;

	assert_int_equal(it->can_be, it->verdict == VERDICT_OPEN);
	return it->verdict;
}

static void
resolve_never__asks_what_triggers_there_are(void **state)
{
	struct fixture *f = *state;
	static const char any[] = "<trigger source='Checkout'/>";
	static const char request[] =
	    "<trigger source='Checkout'>"
	    "<pullRequest branches='main'/></trigger>";

	assert_int_equal(never(f, "", "", "pull-request"), VERDICT_HOLDS);
	assert_int_equal(never(f, "", any, "pull-request"), VERDICT_HOLDS);
	assert_int_equal(never(f, "", request, "pull-request"), VERDICT_OPEN);
	assert_int_equal(never(f, "", "", "push"), VERDICT_HOLDS);
	assert_int_equal(never(f, "", any, "push"), VERDICT_OPEN);
	assert_int_equal(never(f, "", request, "push"), VERDICT_HOLDS);
	assert_int_equal(never(f, "", "", "manual"), VERDICT_OPEN);
	assert_int_equal(never(f, "", "", "rollback"), VERDICT_OPEN);
	assert_int_equal(never(f, "executionMode='PARALLEL'", "", "rollback"),
	    VERDICT_HOLDS);
	assert_int_equal(
	    resolve(f, "<never id='a' what='deploy'/>")->items->when,
	    WHEN_ALWAYS);
}

static void
policies_resolve__gives_verdicts(void **state)
{
	struct fixture *f = *state;
	const struct obligations *it = resolve(f,
	    "<require id='a' what='test[environment!=lab]'"
	    " attribute='timeout' max='2h'/>"
	    "<require id='b' what='deploy' attribute='timeout'/>"
	    "<only id='c' what='compute' attribute='provider' in='x'/>"
	    "<alone id='d' what='deply'/>"
	    "<precede id='e' what='deploy' by='compute'/>");
	static const enum policy_verdict verdicts[] = { VERDICT_HOLDS,
		VERDICT_BROKEN, VERDICT_VACUOUS, VERDICT_UNREADABLE,
		VERDICT_OPEN };

	assert_int_equal(it->n, 5);
	for (size_t i = 0; i < it->n; i++)
		assert_int_equal(it->items[i].verdict, verdicts[i]);
	assert_int_equal(it->items[4].needs[0].by.nactions, 0);
}

static void
policy_report__weighs_as_the_level_says(void **state)
{
	struct fixture *f = *state;
	const struct obligations *it = resolve_more(f, "",
	    "<allow rule='policy:b' reason='r'/>"
	    "<allow rule='policy:c' reason='r'/>",
	    "<alone id='a' what='deploy' enforce='note'/>"
	    "<alone id='b' what='deploy' enforce='error'/>"
	    "<alone id='c' what='deploy' enforce='forbid'/>");
	const struct policy_scope nobody = { NULL, NULL };
	struct span at = f->model->at;

	/* That what is forbidden cannot be allowed is one error. */
	assert_int_equal(diagnostics_count(f->diagnostics, SEVERITY_ERROR), 1);
	assert_non_null(policy_report(it, &it->items[0], nobody, at, "x"));
	assert_int_equal(diagnostics_count(f->diagnostics, SEVERITY_NOTE), 1);
	assert_null(policy_report(it, &it->items[1], nobody, at, "x"));
	assert_non_null(policy_report(it, &it->items[2], nobody, at, "x"));
	assert_int_equal(diagnostics_count(f->diagnostics, SEVERITY_ERROR), 2);
	assert_int_equal(policy_severity(LEVEL_WARN), SEVERITY_WARNING);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(selector_pick__knows_heads),
		TEST(selector_pick__knows_names_and_paths),
		TEST(selector_pick__tests_attributes),
		TEST(selector_pick__compares_numbers_and_defaults),
		TEST(selector_pick__numbers_as_the_machine_does),
		TEST(resolve_precede__needs_by_before_each),
		TEST(resolve_precede__same_artifact_asks_for_each_input),
		TEST(resolve_alone__groups_by_value),
		TEST(resolve_follow__takes_rollback),
		TEST(resolve_never__asks_what_triggers_there_are),
		TEST(policies_resolve__gives_verdicts),
		TEST(policy_report__weighs_as_the_level_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
