/*
 * The subcommands of `stagewright`: a small file each, a row in a table. This
 * table makes --help and judges the command line.
 */
#ifndef TOOLS_COMMAND_H
#define TOOLS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "notation/command_line.h"

/* Exit statuses; the man page says the same. */
enum exit_status {
	EXIT_YES = 0,       /* yes */
	EXIT_NO = 1,        /* findings, execution failed or rejected */
	EXIT_USAGE = 2,     /* the command line is wrong */
	EXIT_TROUBLE = 3,   /* the input cannot be read or the system failed */
	EXIT_UNDECIDED = 4, /* search not finished, execution waiting */
	EXIT_STOPPED = 5    /* the execution was stopped or superseded */
};

/* Of max_operands: as many as there are. */
#define OPERANDS_ANY (-1)

struct call;

struct command {
	const char *name;     /* "check" */
	const char *operands; /* "MODEL...", or "" */
	int min_operands;
	int max_operands; /* or OPERANDS_ANY */
	const char *summary;
	const struct sw_option *options; /* name NULL ends; or NULL */
	int (*run)(const struct call *call);
};

extern const struct command *const commands[]; /* NULL ends */

/* A command line that fits its command. */
struct call {
	const struct command *command;
	struct sw_command_line line;
};

/* Says what is wrong, with the usage; EXIT_USAGE. */
int call_usage(const struct call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

bool call_has(const struct call *call, const char *option);
/* Its value; NULL if it is not given. */
const char *call_option(const struct call *call, const char *option);
/* The next value of an option that may be repeated; *at begins with 0. */
const char *call_next(const struct call *call, const char *option, int *at);
/* A whole number from 1 to `max` into *number, which stays when the option is
 * not given. False, and said: it is none. */
bool call_number(const struct call *call, const char *option, unsigned long max,
    unsigned long *number);
/* The index of its value in `words`, 0 when the option is not given. -1, and
 * said: it is none of them. */
int call_word(const struct call *call, const char *option,
    const char *const *words, size_t nwords);

#endif
