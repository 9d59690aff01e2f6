/* The rules of triggers' filters, one by one as filter.h numbers them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine/filter.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define END                                                                    \
	{                                                                      \
		.is_end = true                                                 \
	}
#define JUDGE(ref, ...)                                                        \
	judge((struct sw_filter[]){ __VA_ARGS__, END }, ref, false)

static enum sw_verdict
judge(const struct sw_filter *filters, const char *ref, bool is_new)
{
	const struct sw_trigger trigger = { "Source.Checkout", 0, filters };
	const struct sw_push push = { ref, false, is_new };
	return sw__filter_judge(&trigger, &push);
}

static bool
file(const struct sw_filter *filters, const char *path)
{
	const struct sw_trigger trigger = { "Source.Checkout", 0, filters };
	const struct sw_push push = { "refs/heads/main", true, false };
	return sw__filter_path(&trigger, &push, path);
}

static void
filter_judge__one_filter_of_a_trigger_is_enough(void **state) /* 1 */
{
	(void)state;
#define BOTH { .branches = LIST("main") }, { .tags = LIST("v*") }
	assert_int_equal(JUDGE("refs/heads/main", BOTH), SW_VERDICT_YES);
	assert_int_equal(JUDGE("refs/tags/v1", BOTH), SW_VERDICT_YES);
	assert_int_equal(JUDGE("refs/heads/v1", BOTH), SW_VERDICT_NO);
	assert_int_equal(JUDGE("refs/tags/main", BOTH), SW_VERDICT_NO);
#undef BOTH
}

static void
filter_judge__all_lists_of_a_filter_must_match(void **state) /* 2 */
{
	(void)state;
	const struct sw_filter filters[] = {
		{ .branches = LIST("main"), .paths = LIST("src/**") }, END
	};
	assert_int_equal(
	    judge(filters, "refs/heads/main", false), SW_VERDICT_PATHS);
	assert_int_equal(
	    judge(filters, "refs/heads/dev", false), SW_VERDICT_NO);
	assert_true(file(filters, "src/a.c"));
	assert_false(file(filters, "docs/a.md"));
}

static void
filter_judge__one_pattern_of_a_list_is_enough(void **state) /* 3 */
{
	(void)state;
#define TWO { .branches = LIST("main", "release/*") }
	assert_int_equal(JUDGE("refs/heads/main", TWO), SW_VERDICT_YES);
	assert_int_equal(JUDGE("refs/heads/release/2", TWO), SW_VERDICT_YES);
	assert_int_equal(JUDGE("refs/heads/release/2/x", TWO), SW_VERDICT_NO);
#undef TWO
}

static void
filter_judge__an_exclude_beats_an_include(void **state) /* 4 */
{
	(void)state;
#define BUT                                                                    \
	{ .branches = LIST("release/*"),                                       \
		.exclude_branches = LIST("*/old", "*/older") }
	assert_int_equal(JUDGE("refs/heads/release/2", BUT), SW_VERDICT_YES);
	assert_int_equal(JUDGE("refs/heads/release/old", BUT), SW_VERDICT_NO);
	assert_int_equal(JUDGE("refs/heads/release/older", BUT), SW_VERDICT_NO);
#undef BUT
}

static void
filter_judge__excludes_alone_include_the_rest(void **state)
{
	(void)state;
#define REST { .exclude_tags = LIST("*-rc*") }
	assert_int_equal(JUDGE("refs/tags/v1", REST), SW_VERDICT_YES);
	assert_int_equal(JUDGE("refs/tags/v1-rc1", REST), SW_VERDICT_NO);
	assert_int_equal(JUDGE("refs/heads/v1", REST), SW_VERDICT_NO);
#undef REST
}

static void
filter_path__each_file_is_judged_by_itself(void **state) /* 5 */
{
	(void)state;
	const struct sw_filter filters[] = { { .branches = LIST("main"),
						 .paths = LIST("src/**"),
						 .exclude_paths =
						     LIST("**/*.md") },
		END };
	assert_true(file(filters, "src/a.c"));
	assert_false(file(filters, "src/README.md"));
	assert_false(file(filters, "docs/README.md"));
	assert_false(file(filters, "Makefile"));
}

static void
filter_path__every_filter_with_paths_is_asked(void **state) /* 1, 5 */
{
	(void)state;
	const struct sw_filter filters[] = { { .branches = LIST("dev"),
						 .paths = LIST("dev/**") },
		{ .branches = LIST("main"), .paths = LIST("a/**") },
		{ .branches = LIST("main"), .paths = LIST("b/**") }, END };
	assert_true(file(filters, "a/x"));
	assert_true(file(filters, "b/x"));
	assert_false(file(filters, "dev/x"));
}

static void
filter_judge__branches_and_tags_in_one_filter_admit_nothing(
    void **state) /* 6 */
{
	(void)state;
#define MIXED { .branches = LIST("**"), .tags = LIST("**") }
	assert_int_equal(JUDGE("refs/heads/main", MIXED), SW_VERDICT_NO);
	assert_int_equal(JUDGE("refs/tags/v1", MIXED), SW_VERDICT_NO);
#undef MIXED
}

static void
filter_trigger__is_the_one_of_the_source(void **state) /* 7 */
{
	(void)state;
	const struct sw_trigger triggers[] = { { "Source.A", 3, NULL },
		{ "Source.B", 4, NULL }, { NULL, 0, NULL } };
	const struct sw_pipeline with = { .triggers = triggers };
	const struct sw_pipeline without = { .triggers = NULL };
	assert_ptr_equal(sw__filter_trigger(&with, 4), &triggers[1]);
	assert_null(sw__filter_trigger(&with, 0));
	assert_null(sw__filter_trigger(&without, 0));
}

static void
filter_judge__without_filters_the_own_branch_starts(void **state) /* 8 */
{
	(void)state;
	const struct sw_trigger bare = { "Source.Checkout", 0, NULL };
	const struct sw_push own = { "refs/heads/main", true, false };
	const struct sw_push other = { "refs/heads/dev", false, false };
	assert_int_equal(sw__filter_judge(NULL, &own), SW_VERDICT_YES);
	assert_int_equal(sw__filter_judge(NULL, &other), SW_VERDICT_NO);
	assert_int_equal(sw__filter_judge(&bare, &own), SW_VERDICT_YES);
	assert_int_equal(sw__filter_judge(&bare, &other), SW_VERDICT_NO);
}

static void
filter_judge__filters_switch_the_own_branch_off(void **state) /* 8 */
{
	(void)state;
	const struct sw_filter filters[] = { { .tags = LIST("v*") }, END };
	const struct sw_trigger trigger = { "Source.Checkout", 0, filters };
	const struct sw_push own = { "refs/heads/main", true, false };
	assert_int_equal(sw__filter_judge(&trigger, &own), SW_VERDICT_NO);
}

static void
filter_judge__a_filter_of_paths_alone_is_about_the_own_branch(void **state)
{
	(void)state;
	const struct sw_filter filters[] = { { .paths = LIST("src/**") }, END };
	const struct sw_trigger trigger = { "Source.Checkout", 0, filters };
	const struct sw_push own = { "refs/heads/main", true, false };
	const struct sw_push other = { "refs/heads/dev", false, false };
	assert_int_equal(sw__filter_judge(&trigger, &own), SW_VERDICT_PATHS);
	assert_int_equal(sw__filter_judge(&trigger, &other), SW_VERDICT_NO);
}

static void
filter_judge__first_push_of_a_branch_has_no_files(void **state) /* 9 */
{
	(void)state;
	const struct sw_filter by_path[] = {
		{ .branches = LIST("**"), .paths = LIST("**") }, END
	};
	const struct sw_filter either[] = { { .branches = LIST("**"),
						.paths = LIST("**") },
		{ .branches = LIST("release/*") }, END };
	assert_int_equal(judge(by_path, "refs/heads/x", true), SW_VERDICT_NO);
	assert_int_equal(
	    judge(by_path, "refs/heads/x", false), SW_VERDICT_PATHS);
	assert_int_equal(
	    judge(either, "refs/heads/release/1", true), SW_VERDICT_YES);
}

static void
filter_judge__a_malformed_pattern_matches_nothing(void **state)
{
	(void)state;
#define BROKEN { .branches = LIST("[") }
	assert_int_equal(JUDGE("refs/heads/[", BROKEN), SW_VERDICT_NO);
#undef BROKEN
}

static void
filter_judge__an_exclude_makes_a_filter_of_branches(void **state) /* 6, 8 */
{
	(void)state;
	const struct sw_filter filters[] = {
		{ .exclude_branches = LIST("main") }, END
	};
	assert_int_equal(
	    judge(filters, "refs/heads/dev", false), SW_VERDICT_YES);
	assert_int_equal(
	    judge(filters, "refs/heads/main", false), SW_VERDICT_NO);
	assert_int_equal(judge(filters, "refs/tags/v1", false), SW_VERDICT_NO);
}

static void
filter_path__an_exclude_makes_a_filter_of_paths(void **state) /* 4, 5 */
{
	(void)state;
	const struct sw_filter filters[] = { { .branches = LIST("main") },
		{ .branches = LIST("main"), .exclude_paths = LIST("docs/**") },
		END };
	assert_true(file(filters, "src/a.c"));
	assert_false(file(filters, "docs/a.md"));
	assert_int_equal(
	    judge(filters + 1, "refs/heads/main", false), SW_VERDICT_PATHS);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    filter_judge__one_filter_of_a_trigger_is_enough),
		cmocka_unit_test(
		    filter_judge__all_lists_of_a_filter_must_match),
		cmocka_unit_test(filter_judge__one_pattern_of_a_list_is_enough),
		cmocka_unit_test(filter_judge__an_exclude_beats_an_include),
		cmocka_unit_test(filter_judge__excludes_alone_include_the_rest),
		cmocka_unit_test(filter_path__each_file_is_judged_by_itself),
		cmocka_unit_test(filter_path__every_filter_with_paths_is_asked),
		cmocka_unit_test(
		    filter_judge__branches_and_tags_in_one_filter_admit_nothing),
		cmocka_unit_test(filter_trigger__is_the_one_of_the_source),
		cmocka_unit_test(
		    filter_judge__without_filters_the_own_branch_starts),
		cmocka_unit_test(
		    filter_judge__filters_switch_the_own_branch_off),
		cmocka_unit_test(
		    filter_judge__a_filter_of_paths_alone_is_about_the_own_branch),
		cmocka_unit_test(
		    filter_judge__first_push_of_a_branch_has_no_files),
		cmocka_unit_test(
		    filter_judge__a_malformed_pattern_matches_nothing),
		cmocka_unit_test(
		    filter_judge__an_exclude_makes_a_filter_of_branches),
		cmocka_unit_test(
		    filter_path__an_exclude_makes_a_filter_of_paths),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
