/* What changes mean, in the forms that people and programs want it in. */
#ifndef TOOLS_CHANGE_SET_H
#define TOOLS_CHANGE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct change;
struct comparison;
struct compilation;
struct drawing;
struct flight;
struct arena;
struct call;
struct forms_own;
struct model;
struct report;
struct review_run;

/* Two models, or one that is new or gone. */
struct change_pair {
	const char *names[2]; /* old and new; NULL: there is none */
	const struct model *models[2];
	const struct comparison *comparison;
	const struct flight *flight; /* NULL: nothing was asked, or there is
					nothing to say */
};

struct change_set {
	const struct compilation *c;
	const char *command; /* "review", "diff" */
	const char *base;    /* of a review; NULL: two files */
	const char *head;
	const char *top; /* of the repository (read/changed.h); NULL: none */
	const struct change_pair *pairs;
	size_t n;
	bool has_places; /* the table of all places is shown */
};

/* The outputs of changes, called with a set. */
extern const struct forms_own change_forms;

/* How many changes of all pairs, and how many of them are to be decided. */
size_t change_set_count(const struct change_set *set, size_t *ndecisions);
/* Has a review found what the base does not have? */
bool change_set_has_findings(const struct change_set *set);
/* "ci/release.xml:3:4"; NULL: no place. Owned by the arena. */
const char *change_place(const struct change_set *set,
    const struct change_pair *pair, const struct change *change, bool is_new);

/* How much is asked of the machines, beside what the models say. */
enum change_wants {
	CHANGE_WANTS_MODELS,   /* nothing */
	CHANGE_WANTS_MACHINES, /* new runs, and releases in flight */
	CHANGE_WANTS_PLAN      /* the same, of each place apart */
};

/* Options of the commands that compare, and what they ask for. */
#define CHANGE_OPTIONS                                                         \
	{ "--no-verify", NULL, "compare the models alone" },                   \
	    { "--trace-dir", "DIR", "save each new run as a scenario" },       \
	    { "--states", NULL, "all places of a release in flight" },         \
	{                                                                      \
		"--plan", "FILE", "the same for ./release upgrade --plan"      \
	}
enum change_wants change_wants(const struct call *call);
/* What they save. False, and said: something could not be. */
bool change_save(const struct change_set *set, const struct call *call);

/* change_run.c: fills in what is different of the pair's models. Owned by the
 * arena. */
void change_compare(
    struct arena *arena, struct change_pair *pair, enum change_wants wants);
/* Places where a release can be, a line for those of a stage that fare alike. */
void change_print_flight(const struct flight *flight, FILE *to);
/* The plan of an upgrade (review/flight.h). False, and said: not of exactly one
 * pipeline that changed, or it could not be written. */
bool change_save_plan(const struct change_set *set, const char *path);
void change_print_run(
    const struct change_set *set, const struct review_run *run, FILE *to);
/* Each as a file of one scenario, "FOLDER/rv-bypass-1.xml", that `simulate`
 * plays on the new model; names them on stderr. False, and said: one could not
 * be written. */
bool change_save_runs(const struct change_set *set, const char *folder);

/* change_report.c: changes as findings, of the rules rv-...: what is to be
 * decided is an error, what is shown a note, what is folded none; then what
 * was found. Self is a set; owned by its arena. */
const struct report *change_report(const void *self);
/* change_picture.c: what changed of a pipeline, or all of a new one. False: it
 * has too many actions. */
bool change_drawing(const struct change_set *set,
    const struct change_pair *pair, struct drawing *out);
/* A picture of each pipeline that changed and is still there: to the path, or
 * standard output if that is NULL; of several, each has its name in front of
 * the suffix. False, and said: one could not be drawn. Self is a set. */
bool change_picture(const void *self, const char *format, const char *path);
/* change_markdown.c: a comment on a change; self is a set. */
void change_markdown(const void *self, FILE *to);

#endif
