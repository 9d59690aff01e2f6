/*
 * A compiled pipeline as the runtime sees it: the machine, and beside it what
 * its actions do. Generated code defines one of each and calls sw_main.
 * Everything here is constant and static; names in one string are parted by
 * blanks, arrays of strings end with NULL, arrays of structs with one whose
 * name is NULL.
 */
#ifndef STAGEWRIGHT_PIPELINE_H
#define STAGEWRIGHT_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stagewright/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sw_provider; /* how an action is done: runtime/provider/provider.h */

/* The built-in providers. A pipeline names those that it uses, and only they
 * are linked. Any other provider's name is a plug-in. */
extern const struct sw_provider sw_provider_git;
extern const struct sw_provider sw_provider_commands;
extern const struct sw_provider sw_provider_directory;
extern const struct sw_provider sw_provider_manual;
extern const struct sw_provider sw_provider_variable_check;
extern const struct sw_provider sw_provider_deployment_window;
extern const struct sw_provider sw_provider_plugin;

/* A name and a value; values may contain #{namespace.name} references. */
struct sw_parameter {
	const char *name;
	const char *value;
};

/* An artifact that an action writes. */
struct sw_artifact {
	const char *name;
	const char *const *files; /* glob patterns; NULL: the whole workspace */
};

/* What the programs of an action are kept from. */
enum sw_sandbox {
	SW_SANDBOX_NONE,
	SW_SANDBOX_USER,      /* each attempt is a user of its own */
	SW_SANDBOX_BUBBLEWRAP /* that too, and sees a system of its own */
};

/* Bytes, numbers, milliseconds; 0: no limit. All but processes, which are
 * counted together, are of one process each. */
struct sw_limits {
	uint64_t memory, processes, file_size, cpu_time_ms, open_files;
};

/* What one action, or one rule of a condition, does. Fields that do not apply are zero. */
struct sw_work {
	const struct sw_provider *provider;
	const char *plugin;      /* its name; NULL: a built-in provider */
	const char *namespace_;  /* of its output variables; NULL: none */
	const char *environment; /* "production"; NULL: none */
	uint64_t timeout_ms;     /* 0: SW_TIMEOUT_MS */
	uint64_t backoff_ms;     /* before its second attempt; twice as long
				    before each further one */
	bool exec;               /* each command is an argv line, not for sh */
	enum sw_sandbox sandbox;
	bool network; /* in SW_SANDBOX_BUBBLEWRAP */
	struct sw_limits limits;
	const char *run;    /* commands, each ended by \0, a \0 behind all */
	const char *inputs; /* "code package": the primary artifact first */
	const struct sw_artifact *outputs;
	const char *exports; /* "VERSION SIZE": variables of its commands */
	const struct sw_parameter *env;        /* environment variables */
	const struct sw_parameter *secrets;    /* the same; values are names of
						  secrets */
	const struct sw_parameter *parameters; /* the provider's own */
	const char *text; /* of an approval: what is asked */
};

/* A pipeline variable; its value is given at start, or the default. */
struct sw_variable {
	const char *name;
	const char *default_; /* NULL: a start must give one */
	const char *description;
};

/* A secret; whoever runs the pipeline says where its value comes from. */
struct sw_secret {
	const char *name;
	const char *description;
};

/* A filter of a trigger: all lists that are given must match. */
struct sw_filter {
	const char *const *branches; /* NULL: not judged */
	const char *const *exclude_branches;
	const char *const *paths;
	const char *const *exclude_paths;
	const char *const *tags;
	const char *const *exclude_tags;
	bool is_end; /* the element after the last */
};

/* What starts an execution when a source changes. */
struct sw_trigger {
	const char *name; /* of the source action: "Source.Checkout" */
	uint32_t action;  /* the source action */
	const struct sw_filter *filters; /* NULL: new tips of its own branch */
};

/* A place in the model, for messages: of an action or rule, or of a text in
 * it. */
struct sw_place {
	uint32_t action;  /* or rule */
	const char *what; /* "", "run", "env NAME", "parameter NAME", "text" */
	uint32_t index;   /* which <run> line, otherwise 0 */
	uint32_t line;
	uint32_t column;
	const char *file; /* of an included one; NULL: the model */
};

/* What shifts when a model is edited above it; in NAME_view.c. */
struct sw_view {
	const char *model;             /* file name of the model, no folder */
	const char *svg;               /* the drawing; ids are the names */
	const struct sw_place *places; /* sorted by action; ends with line 0 */
};

struct sw_pipeline {
	const char *name;
	const char *version; /* of the compiler that wrote this */
	const struct sw_machine *machine;
	const struct sw_work *work; /* one for each of its actions and rules */
	const struct sw_variable *variables; /* NULL: none */
	const struct sw_secret *secrets;     /* NULL: none */
	const struct sw_trigger *triggers;   /* NULL: none */
	const struct sw_view *view;
};

/* The whole program of a compiled pipeline. Returns its exit status. */
int sw_main(const struct sw_pipeline *pipeline, int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif
