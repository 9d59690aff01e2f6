/*
 * A command line, taken apart by tables of options: "--json", "--keep N" or
 * "--keep=N", options and operands in any order as getopt(3) of GNU has it,
 * and "--" before operands that look like options (POSIX.1-2017, XBD 12.2).
 */
#ifndef NOTATION_COMMAND_LINE_H
#define NOTATION_COMMAND_LINE_H

#include <stddef.h>
#include <stdio.h>

struct sw_option {
	const char *name; /* "--comment"; or "-f|--follow": named by the last */
	const char *value; /* "TEXT"; "[=TEXT]": behind = or not at all, which
			    * is ""; NULL: it takes none */
	const char *help;  /* a line; NULL name ends a table */
};

/* One given option: its name of the table, its value or "". */
struct sw_given {
	const char *name;
	const char *value;
};

/* Points into argv and the tables. The lists are the caller's, each of argc. */
struct sw_command_line {
	struct sw_given *given;
	char **operands;
	int ngiven;
	int noperands;
};

/* Bytes of a text that says what is wrong with a command line. */
#define SW_COMMAND_LINE_PROBLEM 160

/*
 * Takes argv[first] and what follows apart; `tables` ends with NULL. 0; or -1
 * with the reason in `problem`: an option that there is not, or one without
 * its value.
 */
int sw_command_line_read(struct sw_command_line *line,
    const struct sw_option *const *tables, int argc, char **argv, int first,
    char problem[SW_COMMAND_LINE_PROBLEM]);

/* Value of an option, the last one given; "" of one that takes none; NULL if it
 * is not given. */
const char *sw_command_line_option(
    const struct sw_command_line *line, const char *name);
/* The next value of an option that may be repeated; *at begins with 0. */
const char *sw_command_line_next(
    const struct sw_command_line *line, const char *name, int *at);

/* Of what stands before the words of help; what is longer stands above. */
#define SW_HELP_COLUMNS 26
/* A line of help for each option of a table. */
void sw_options_print(FILE *out, const struct sw_option *options);

#endif
