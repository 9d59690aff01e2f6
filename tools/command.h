/* One subcommand of `stagewright`: a small file each, a row in a table. */
#ifndef TOOLS_COMMAND_H
#define TOOLS_COMMAND_H

/* Exit statuses; the man page says the same. */
enum exit_status {
	EXIT_YES = 0,       /* yes */
	EXIT_NO = 1,        /* findings, execution failed or rejected */
	EXIT_USAGE = 2,     /* the command line is wrong */
	EXIT_TROUBLE = 3,   /* the input cannot be read or the system failed */
	EXIT_UNDECIDED = 4, /* search not finished, execution waiting */
	EXIT_STOPPED = 5    /* the execution was stopped or superseded */
};

struct command {
	const char *name;                  /* "check" */
	const char *synopsis;              /* "[--json] MODEL..." */
	const char *summary;               /* one line */
	int (*run)(int argc, char **argv); /* argv[0] is the name */
};

extern const struct command *const commands[]; /* NULL ends */

/* Prints "usage: stagewright NAME SYNOPSIS" to stderr; EXIT_USAGE. */
int command_usage(const struct command *command);

#endif
