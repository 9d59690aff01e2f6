/* Regular expressions: what is well-formed, what is refused and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <regex.h>

#include "notation/pattern.h"

static void
pattern_check__takes_what_posix_has(void **state)
{
	const char *const good[] = { "a", "main|release/.*", "^v[0-9]+$",
		"[0-9]{4}-[0-9]{2}-[0-9]{2}", "(a|b)*c?", "\\.\\*\\\\", "[]a]",
		"[^]a]", "[[:alpha:]_-]+", "[a\\]", "[\\_\\@]", "[.]",
		"[[.a.][=b=]]", "(((a)))", "a{0,3}", "a{3,}", "[0-9a-f]{40}",
		"}", "\303\244", "(\303\244)+", "a b", "(^a|b$)", "^$" };
	regex_t regex;
	size_t offset;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		const char *problem = sw_pattern_check(good[i], &offset);

		if (problem != NULL)
			fail_msg("'%s': %zu: %s", good[i], offset, problem);
		assert_int_equal(regcomp(&regex, good[i], REG_EXTENDED), 0);
		regfree(&regex);
	}
}

static void
wrong_at(const char *text, size_t expected, const char *words)
{
	size_t offset = 9999;
	const char *problem = sw_pattern_check(text, &offset);

	if (problem == NULL)
		fail_msg("'%s' is taken", text);
	if (offset != expected || strstr(problem, words) == NULL)
		fail_msg("'%s': %zu: %s", text, offset, problem);
}

static void
pattern_check__says_where_it_is_malformed(void **state)
{
	(void)state;
	wrong_at("", 0, "something is missing");
	wrong_at("(a", 0, "not closed");
	wrong_at("a(b(c)", 1, "not closed");
	wrong_at("a)", 1, "no '('");
	wrong_at("()", 1, "something is missing");
	wrong_at("a||b", 2, "something is missing");
	wrong_at("a|", 2, "something is missing");
	wrong_at("|a", 0, "something is missing");
	wrong_at("*a", 0, "nothing to repeat");
	wrong_at("a|+b", 2, "nothing to repeat");
	wrong_at("(*a)", 1, "nothing to repeat");
	wrong_at("^*", 1, "nothing to repeat");
	wrong_at("{3}", 0, "nothing to repeat");
	wrong_at("a{3}{2}", 4, "repeated already");
	wrong_at("a{", 1, "{3,5}");
	wrong_at("a{,3}", 1, "{3,5}");
	wrong_at("a{3", 1, "{3,5}");
	wrong_at("a{3,5,}", 1, "{3,5}");
	wrong_at("a{5,3}", 1, "smaller");
	wrong_at("a{256}", 1, "255");
	wrong_at("a{3,99999999999999999999}", 1, "255");
	wrong_at("[a", 0, "not closed");
	wrong_at("[]", 0, "not closed");
	wrong_at("x[[:alpha:]", 1, "not closed");
	wrong_at("[[:alpha", 0, "not closed");
	wrong_at("a\\", 1, "backslash");
}

/* Each would be taken by regcomp, and would not mean what it means in Java. */
static void
pattern_check__refuses_what_java_has_beyond_posix(void **state)
{
	(void)state;
	wrong_at("\\d+", 0, "[0-9] for \\d");
	wrong_at("a\\b", 1, "no such escape");
	wrong_at("(a)\\1", 3, "references back");
	wrong_at("(?:a)", 0, "no groups with '?'");
	wrong_at("a(?!b)", 1, "no groups with '?'");
	wrong_at("a*?", 2, "repeated already");
	wrong_at("a++", 2, "repeated already");
	wrong_at("[\\w.]", 1, "stands for itself");
	wrong_at("[\\W.]", 1, "stands for itself");
	wrong_at("[a\303\244]", 2, "ASCII alone");
	wrong_at("\303\244*", 2, "in parentheses");
}

/* (((a{255}){255}){255}) would take all memory. */
static void
pattern_check__has_limits(void **state)
{
	char text[SW_PATTERN_MAX + 2];

	(void)state;
	memset(text, 'a', sizeof text);
	text[SW_PATTERN_MAX + 1] = '\0';
	wrong_at(text, SW_PATTERN_MAX, "1024 bytes");
	wrong_at("(a{255}){255}", 8, "2000");
	wrong_at("(a{10,}){190}", 8, "2000");
	wrong_at("((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)", 33, "2000");
	wrong_at("(^^^^^^^^^){255}", 11, "2000");
	memset(text, '(', SW_PATTERN_DEPTH_MAX + 1);
	wrong_at(text, SW_PATTERN_DEPTH_MAX, "32 groups");
}

/* A text of some pieces, by a generator of its own: the same on any machine. */
static void
compose(char *out, uint32_t *seed, unsigned npieces)
{
	static const char *const pieces[] = { "a", "b", "(", ")", "|", "*", "+",
		"?", "{", "2", "}", ",", "[", "]", "^", "$", "\\", "-", ":",
		".", "[:alpha:]", "(a|b)", "[ab]", "{2,3}", "\303\244" };

	out[0] = '\0';
	for (unsigned i = 0; i < npieces; i++) {
		*seed = *seed * 1664525 + 1013904223;
		strcat(out,
		    pieces[(*seed >> 16) % (sizeof pieces / sizeof *pieces)]);
	}
}

/* What is well-formed here regcomp takes, ranges and classes apart, and within
 * "^(...)$", as the provider has it, it is still the same expression: it
 * matches if the longest of the leftmost matches is all of the text. */
static void
pattern_check__is_no_laxer_than_regcomp(void **state)
{
	char pattern[256], wrapped[264], text[256];
	uint32_t seed = 1;
	int nmatched = 0;

	(void)state;
	for (int i = 0; i < 40000; i++) {
		regex_t regex, whole;
		regmatch_t match;
		size_t offset;
		int rc;

		compose(pattern, &seed, 1 + (unsigned)i % 11);
		compose(text, &seed, (unsigned)i % 5);
		if (sw_pattern_check(pattern, &offset) != NULL) {
			assert_in_range(offset, 0, strlen(pattern));
			continue;
		}
		rc = regcomp(&regex, pattern, REG_EXTENDED);
		if (rc == REG_ERANGE || rc == REG_ECTYPE)
			continue;
		if (rc != 0)
			fail_msg("'%s' is no expression", pattern);
		snprintf(wrapped, sizeof wrapped, "^(%s)$", pattern);
		assert_int_equal(
		    regcomp(&whole, wrapped, REG_EXTENDED | REG_NOSUB), 0);
		rc = regexec(&regex, text, 1, &match, 0);
		rc = rc == 0 && match.rm_so == 0 &&
		     (size_t)match.rm_eo == strlen(text);
		nmatched += rc;
		if (rc != (regexec(&whole, text, 0, NULL, 0) == 0))
			fail_msg("'%s' on '%s'", pattern, text);
		regfree(&whole);
		regfree(&regex);
	}
	assert_true(nmatched > 100);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pattern_check__takes_what_posix_has),
		cmocka_unit_test(pattern_check__says_where_it_is_malformed),
		cmocka_unit_test(
		    pattern_check__refuses_what_java_has_beyond_posix),
		cmocka_unit_test(pattern_check__has_limits),
		cmocka_unit_test(pattern_check__is_no_laxer_than_regcomp),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
