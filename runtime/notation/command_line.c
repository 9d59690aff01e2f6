/* Options and operands told apart. Input: argv and tables; output: lists. */
#include "command_line.h"

#include <stdbool.h>
#include <string.h>

/* The name that an option goes by: the last of "-f|--follow". */
static const char *
name_of(const struct sw_option *option)
{
	const char *bar = strrchr(option->name, '|');
	return bar == NULL ? option->name : bar + 1;
}

static bool
is_called(const struct sw_option *option, const char *name, size_t length)
{
	for (const char *at = option->name;; at++) {
		const size_t n = strcspn(at, "|");
		if (n == length && memcmp(at, name, n) == 0)
			return true;
		at += n;
		if (*at == '\0')
			return false;
	}
}

static const struct sw_option *
find(const struct sw_option *const *tables, const char *name, size_t length)
{
	for (; *tables != NULL; tables++)
		for (const struct sw_option *o = *tables; o->name != NULL; o++)
			if (is_called(o, name, length))
				return o;
	return NULL;
}

/* Of an option that takes a value: does it go without? */
static bool
is_optional(const struct sw_option *option)
{
	return option->value[0] == '[';
}

/* One option at argv[*i], its value perhaps in the next one. */
static int
take(struct sw_command_line *line, const struct sw_option *const *tables,
    char **argv, int *i, char *problem)
{
	const char *text = argv[*i];
	const size_t length = strcspn(text, "=");
	const struct sw_option *option = find(tables, text, length);
	if (option == NULL) {
		snprintf(problem, SW_COMMAND_LINE_PROBLEM,
		    "there is no option '%.*s'", (int)length, text);
		return -1;
	}
	struct sw_given given = { name_of(option), "" };
	if (option->value == NULL && text[length] == '=') {
		snprintf(problem, SW_COMMAND_LINE_PROBLEM,
		    "'%s' takes no value", given.name);
		return -1;
	}
	if (option->value != NULL &&
	    (text[length] == '=' || !is_optional(option))) {
		given.value =
		    text[length] == '=' ? text + length + 1 : argv[++*i];
		if (given.value == NULL) {
			snprintf(problem, SW_COMMAND_LINE_PROBLEM,
			    "'%s' wants %s", given.name, option->value);
			return -1;
		}
	}
	line->given[line->ngiven++] = given;
	return 0;
}

int
sw_command_line_read(struct sw_command_line *line,
    const struct sw_option *const *tables, int argc, char **argv, int first,
    char problem[SW_COMMAND_LINE_PROBLEM])
{
	bool only_operands = false;
	line->ngiven = 0;
	line->noperands = 0;
	for (int i = first; i < argc; i++) {
		if (only_operands || argv[i][0] != '-' || argv[i][1] == '\0')
			line->operands[line->noperands++] = argv[i];
		else if (strcmp(argv[i], "--") == 0)
			only_operands = true;
		else if (take(line, tables, argv, &i, problem) != 0)
			return -1;
	}
	return 0;
}

const char *
sw_command_line_next(
    const struct sw_command_line *line, const char *name, int *at)
{
	while (*at < line->ngiven) {
		const struct sw_given *given = &line->given[(*at)++];
		if (strcmp(given->name, name) == 0)
			return given->value;
	}
	return NULL;
}

const char *
sw_command_line_option(const struct sw_command_line *line, const char *name)
{
	const char *last = NULL, *value;
	int at = 0;
	while ((value = sw_command_line_next(line, name, &at)) != NULL)
		last = value;
	return last;
}

void
sw_options_print(FILE *out, const struct sw_option *options)
{
	for (; options->name != NULL; options++) {
		const char *const name = name_of(options);
		const int other = (int)(name - options->name);
		char left[64];
		snprintf(left, sizeof left, "%.*s%s%s%s%s",
		    other == 0 ? 0 : other - 1, options->name,
		    other == 0 ? "" : ", ", name,
		    options->value == NULL || is_optional(options) ? "" : " ",
		    options->value == NULL ? "" : options->value);
		if (strlen(left) > SW_HELP_COLUMNS)
			fprintf(out, "  %s\n  %-*s %s\n", left, SW_HELP_COLUMNS,
			    "", options->help);
		else
			fprintf(out, "  %-*s %s\n", SW_HELP_COLUMNS, left,
			    options->help);
	}
}
