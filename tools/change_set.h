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
struct arena;
struct forms_own;
struct model;
struct report;
struct review_run;

/* Two models, or one that is new or gone. */
struct change_pair {
	const char *names[2]; /* old and new; NULL: there is none */
	const struct model *models[2];
	const struct comparison *comparison;
};

struct change_set {
	const struct compilation *c;
	const char *command; /* "review", "diff" */
	const char *base;    /* of a review; NULL: two files */
	const char *head;
	const struct change_pair *pairs;
	size_t n;
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

/* change_run.c: what is different; of two, with the runs that the old one
 * refused if they are wanted (review/bypass.h). Owned by the arena. */
const struct comparison *change_compare(
    struct arena *arena, const struct model *const models[2], bool wants_runs);
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
