/*
 * The verbs of a compiled pipeline: a small file each, a row in a table. This
 * table makes --help and judges the command line.
 */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>

#include <jansson.h>

#include <stagewright/pipeline.h>

#include "error.h"
#include "journal/space.h"
#include "notation/command_line.h"

/* Exit statuses; the man page says the same. */
enum exit_status {
	EXIT_YES = 0,       /* done; the execution succeeded */
	EXIT_NO = 1,        /* failed, rejected, refused */
	EXIT_USAGE = 2,     /* the command line is wrong */
	EXIT_TROUBLE = 3,   /* the system failed */
	EXIT_UNDECIDED = 4, /* it waits, and was asked not to */
	EXIT_STOPPED = 5    /* stopped or superseded */
};

struct call;
struct sw_screen;
struct sw_vault; /* secret/vault.h */

struct command {
	const char *name;
	const char *operands; /* "STAGE.ACTION [#N]", or "" */
	int min_operands;
	int max_operands;
	const char *summary;
	const struct sw_option *options; /* name NULL ends; or NULL */
	bool changes;                    /* something: it takes --key, too */
	int (*run)(struct call *call);
};

extern const struct command *const sw__commands[]; /* NULL ends */

/* A command line that fits its command. */
struct call {
	const struct sw_pipeline *pipeline;
	const struct command *command;
	const char *program; /* its name, for messages */
	const char *typed;   /* as it was called, for commands to type */
	struct sw_command_line line;
	bool is_json;
};

/*
 * Takes argv apart. EXIT_YES: it can be run; otherwise what is wrong was said
 * and the value is the exit status. -1: help was asked for.
 */
int sw__call_read(struct call *call, int argc, char **argv);
void sw__call_release(struct call *call);

/* Value of an option; "" of one that takes none; NULL if it is not given. */
const char *sw__call_option(const struct call *call, const char *name);
/* The next value of an option that may be repeated; *at begins with 0. */
const char *sw__call_next(const struct call *call, const char *name, int *at);

/* Says what is wrong, with the usage; EXIT_USAGE. */
int sw__call_usage(const struct call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Says an error and returns its exit status. */
int sw__call_failed(const struct call *call, const struct sw_error *err);
/* "#3" or "3" to 3; 0 if it is no number. */
uint32_t sw__call_number(const char *text);

/* Where the state is: --state, STAGEWRIGHT_STATE, .stagewright/NAME. */
int sw__call_open(const struct call *call, struct sw_statedir *dir, bool make,
    struct sw_error *err);

/* The key of what is asked, into the request: --key, or a new one. Returns 0,
 * or the exit status when what is wrong was said. */
int sw__call_key(const struct call *call, json_t *request);

/*
 * Asks the owner of the state directory, or, when there is none, looks itself.
 * The document of the answer, or NULL with *err. `make`: the request writes,
 * so a missing state directory is made. When no answer comes, since the owner
 * ended, it is asked again with the same key, for some seconds.
 */
json_t *sw__call_ask(
    const struct call *call, json_t *request, bool make, struct sw_error *err);

/* Fills *err in: nobody has said what became of a request. */
int sw__call_undecided(const json_t *request, struct sw_error *err);

/* The row of a table for the option that sw__call_vault reads. */
#define OPTION_SECRET                                                          \
	{                                                                      \
		"--secret", "NAME=WHERE",                                      \
		    "fd:N, env:VARIABLE, file:PATH or command:LINE"            \
	}
/*
 * The secrets that --secret gives; says on stderr which others an action will
 * lack. The caller frees with sw__vault_free; *out is NULL if the pipeline has
 * no secrets.
 */
int sw__call_vault(
    const struct call *call, struct sw_vault **out, struct sw_error *err);

/*
 * Posts a machine event with --comment, --token and --execution as given;
 * says what became of it. `execution` (0: any) is the one that it is meant
 * for, if no option says so. Returns the exit status.
 */
int sw__call_post(
    const struct call *call, const char *event, uint32_t execution);

/* --min-free as the floor of a disk (journal/space.h). Returns 0, or the exit
 * status when what is wrong was said. */
int sw__call_floor(const struct call *call, uint64_t *floor_bytes);
/* Says on stderr that the disk is low, or is so no more. */
void sw__call_disk(const struct call *call, const struct sw_room *room);

/* What stdout can show, and how this program is called there. */
void sw__call_screen(const struct call *call, struct sw_screen *screen);

/* Prints a document as JSON on stdout; EXIT_YES. Takes it. */
int sw__call_print(json_t *document);

#endif
