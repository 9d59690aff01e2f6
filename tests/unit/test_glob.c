/* Patterns: what they match, what is malformed, and how long it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "notation/glob.h"

static void
matches(const char *pattern, const char *text)
{
	if (!sw_glob_match(pattern, text))
		fail_msg("'%s' should match '%s'", pattern, text);
}

static void
differs(const char *pattern, const char *text)
{
	if (sw_glob_match(pattern, text))
		fail_msg("'%s' should not match '%s'", pattern, text);
}

static void
glob_match__literal_matches_itself_alone(void **state)
{
	(void)state;
	matches("main", "main");
	differs("main", "mai");
	differs("main", "main2");
	differs("main", "Main");
	matches("a,b}", "a,b}");
}

static void
glob_match__star_stays_within_a_component(void **state)
{
	(void)state;
	matches("release/*", "release/1.0");
	matches("release/*", "release/");
	differs("release/*", "release/1/0");
	matches("*a*b*", "xxaxxbxx");
	differs("*", "a/b");
	matches("*", "");
}

static void
glob_match__two_stars_cross_components(void **state)
{
	(void)state;
	matches("docs/**", "docs/a/b.md");
	differs("docs/**", "docs");
	matches("**", "a/b/c");
	matches("**.md", "a/b.md");
	matches("**/x/**", "a/b/x/c");
	matches("***", "a/b");
}

static void
glob_match__question_mark_takes_one_code_point(void **state)
{
	(void)state;
	matches("?", "a");
	matches("?", "\xc3\xa9");
	matches("?", "\xf0\x9f\x9a\x80");
	matches("?", "\xe2\x82\xac");
	differs("?", "/");
	differs("?", "");
	differs("?", "ab");
	matches("?", "\xff");
	/* A byte that begins no code point is one of its own. */
	matches("?", "\x80");
	differs("?", "\x80\x80");
}

static void
glob_match__set_takes_one_of_its_members(void **state)
{
	(void)state;
	matches("v[0-9]", "v7");
	differs("v[0-9]", "vx");
	matches("[!0-9]", "x");
	differs("[!0-9]", "5");
	differs("[!0-9]", "/");
	matches("[*?\\]", "\\");
	matches("[*?\\]", "*");
	matches("[-a]", "-");
	matches("[a-]", "-");
	matches("[\xc3\xa0-\xc3\xbc]", "\xc3\xa9");
}

static void
glob_match__group_takes_one_alternative(void **state)
{
	(void)state;
	matches("{main,master}", "master");
	matches("{main,master}", "main");
	differs("{main,master}", "mainmaster");
	matches("a{,b}c", "ac");
	matches("a{,b}c", "abc");
	matches("{v*,release/**}x", "release/1/x");
	differs("{v*,release/**}x", "v/x");
	matches("{a[,}]b,c}", "a,b");
	matches("{a[,}]b,c}", "a}b");
	matches("{a\\,b,c}", "a,b");
	matches("{a,b}{c,d}", "bc");
}

static void
glob_match__backslash_takes_the_next_as_it_is(void **state)
{
	(void)state;
	matches("\\*", "*");
	differs("\\*", "a");
	matches("\\{a\\}", "{a}");
	matches("\\\\", "\\");
}

static void
glob_match__malformed_matches_nothing(void **state)
{
	(void)state;
	differs("[", "[");
	differs("{a", "a");
	differs("", "");
}

static void
wrong_at(const char *pattern, size_t expected, const char *words)
{
	size_t offset = 99;
	const char *problem = sw_glob_check(pattern, &offset);

	if (problem == NULL)
		fail_msg("'%s' should be malformed", pattern);
	else if (strstr(problem, words) == NULL)
		fail_msg("'%s': '%s'", pattern, problem);
	assert_int_equal(offset, expected);
}

static void
glob_check__names_the_fault_and_its_place(void **state)
{
	(void)state;
	wrong_at("", 0, "empty pattern");
	wrong_at("ab[cd", 2, "no ']'");
	wrong_at("ab[]", 2, "empty set");
	wrong_at("x[a-", 1, "no ']'");
	wrong_at("a[b/c]", 1, "'/' in a set");
	wrong_at("x[z-a]", 1, "wrong way round");
	wrong_at("a{b,c", 1, "no '}'");
	wrong_at("a{b,{c}}", 4, "within a group");
	wrong_at("ab\\", 2, "behind '\\'");
}

static void
glob_check__accepts_up_to_its_limit(void **state)
{
	char pattern[SW_GLOB_MAX + 2];
	size_t offset;

	(void)state;
	memset(pattern, 'a', sizeof(pattern));
	pattern[SW_GLOB_MAX] = '\0';
	assert_null(sw_glob_check(pattern, &offset));
	assert_true(sw_glob_match(pattern, pattern));
	pattern[SW_GLOB_MAX] = 'a';
	pattern[SW_GLOB_MAX + 1] = '\0';
	assert_non_null(sw_glob_check(pattern, &offset));
	/* A code point that begins within the limit and ends behind it. */
	memcpy(pattern + SW_GLOB_MAX - 1, "\xc3\xa4", 2);
	assert_string_equal(
	    sw_glob_check(pattern, &offset), "a pattern that is too long");
}

static void
glob_match__hostile_pattern_is_bounded(void **state)
{
	char pattern[SW_GLOB_MAX + 1];
	static char text[4097];
	struct timespec begin, end;

	(void)state;
	for (size_t i = 0; i < SW_GLOB_MAX; i++)
		pattern[i] = i % 2 == 0 ? '*' : 'a';
	pattern[SW_GLOB_MAX - 1] = 'b';
	pattern[SW_GLOB_MAX] = '\0';
	memset(text, 'a', sizeof(text) - 1);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	assert_false(sw_glob_match(pattern, text));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	/* Backtracking would need years. */
	assert_true(end.tv_sec - begin.tv_sec < 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(glob_match__literal_matches_itself_alone),
		cmocka_unit_test(glob_match__star_stays_within_a_component),
		cmocka_unit_test(glob_match__two_stars_cross_components),
		cmocka_unit_test(
		    glob_match__question_mark_takes_one_code_point),
		cmocka_unit_test(glob_match__set_takes_one_of_its_members),
		cmocka_unit_test(glob_match__group_takes_one_alternative),
		cmocka_unit_test(glob_match__backslash_takes_the_next_as_it_is),
		cmocka_unit_test(glob_match__malformed_matches_nothing),
		cmocka_unit_test(glob_check__names_the_fault_and_its_place),
		cmocka_unit_test(glob_check__accepts_up_to_its_limit),
		cmocka_unit_test(glob_match__hostile_pattern_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
