/* A command line, taken apart: notation/command_line.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "notation/command_line.h"

static const struct sw_option options[] = {
	{ "-o|--output", "FILE", "where" },
	{ "--json", NULL, "how" },
	{ "--fix", "[=all]", "perhaps with a value" },
	{ NULL, NULL, NULL },
};
static const struct sw_option *const tables[] = { options, NULL };

static struct sw_given given[20];
static char *operands[20];
static struct sw_command_line line = { given, operands, 0, 0 };
static char problem[SW_COMMAND_LINE_PROBLEM];

/* Words with a blank between them. */
static int
read_line(const char *words)
{
	static char text[200];
	char *argv[20], *rest = NULL;
	int argc = 0;
	assert_true(strlen(words) < sizeof text);
	memcpy(text, words, strlen(words) + 1);
	for (char *at = text; (argv[argc] = strtok_r(at, " ", &rest)) != NULL;
	     at = NULL)
		argc++;
	return sw_command_line_read(&line, tables, argc, argv, 1, problem);
}

static void
command_line__options_and_operands_stand_in_any_order(void **state)
{
	(void)state;
	assert_int_equal(read_line("x a --json b -o f"), 0);
	assert_int_equal(line.noperands, 2);
	assert_string_equal(line.operands[1], "b");
	assert_string_equal(sw_command_line_option(&line, "--output"), "f");
	assert_string_equal(sw_command_line_option(&line, "--json"), "");
}

static void
command_line__value_stands_behind_or_in_the_option(void **state)
{
	int at = 0;
	(void)state;
	assert_int_equal(read_line("x --output=a=b --output -c"), 0);
	assert_string_equal(
	    sw_command_line_next(&line, "--output", &at), "a=b");
	assert_string_equal(sw_command_line_next(&line, "--output", &at), "-c");
	assert_null(sw_command_line_next(&line, "--output", &at));
	assert_string_equal(sw_command_line_option(&line, "--output"), "-c");
}

static void
command_line__two_dashes_end_options_and_one_is_an_operand(void **state)
{
	(void)state;
	assert_int_equal(read_line("x - -- --json --"), 0);
	assert_int_equal(line.noperands, 3);
	assert_string_equal(line.operands[0], "-");
	assert_string_equal(line.operands[2], "--");
	assert_null(sw_command_line_option(&line, "--json"));
}

static void
expect_problem(const char *words, const char *said)
{
	assert_int_equal(read_line(words), -1);
	assert_string_equal(problem, said);
}

/* Only behind = : the next word is an operand. */
static void
command_line__takes_a_value_or_none(void **state)
{
	(void)state;
	assert_int_equal(read_line("x --fix all"), 0);
	assert_string_equal(sw_command_line_option(&line, "--fix"), "");
	assert_int_equal(line.noperands, 1);
	assert_int_equal(read_line("x --fix=all a"), 0);
	assert_string_equal(sw_command_line_option(&line, "--fix"), "all");
	assert_int_equal(line.noperands, 1);
}

static void
command_line__says_what_is_wrong(void **state)
{
	(void)state;
	expect_problem("x a --jso", "there is no option '--jso'");
	expect_problem("x a --jsox", "there is no option '--jsox'");
	expect_problem("x a --jsonx=1", "there is no option '--jsonx'");
	expect_problem("x a --json=1", "'--json' takes no value");
	expect_problem("x a -o", "'--output' wants FILE");
}

static void
command_line__help_has_a_line_for_each_option(void **state)
{
	static const struct sw_option more[] = {
		{ "-o|--output", "FILE", "where" },
		{ "--a-name-that-is-longer", "THAN|THE|COLUMN", "why" },
		{ "--json", NULL, "how" },
		{ "--fix", "[=all]", "perhaps" },
		{ NULL, NULL, NULL },
	};
	char text[400];
	(void)state;
	FILE *out = fmemopen(text, sizeof text, "w");
	assert_non_null(out);
	sw_options_print(out, more);
	fclose(out);
	assert_string_equal(text, "  -o, --output FILE          where\n"
				  "  --a-name-that-is-longer THAN|THE|COLUMN\n"
				  "                             why\n"
				  "  --json                     how\n"
				  "  --fix[=all]                perhaps\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    command_line__options_and_operands_stand_in_any_order),
		cmocka_unit_test(
		    command_line__value_stands_behind_or_in_the_option),
		cmocka_unit_test(
		    command_line__two_dashes_end_options_and_one_is_an_operand),
		cmocka_unit_test(command_line__takes_a_value_or_none),
		cmocka_unit_test(command_line__says_what_is_wrong),
		cmocka_unit_test(command_line__help_has_a_line_for_each_option),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
