/*
 * Outputs of one run, as -o asks for them: "-o text -o sarif=FILE". Text and
 * JSON are a command's own; the others are those of compiler/report/.
 */
#ifndef TOOLS_FORMS_H
#define TOOLS_FORMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct call;
struct report;

/* Outputs that one run writes. */
#define FORMS_MAX 16
/* For --help. */
#define FORMS_HELP                                                             \
	"text, json, markdown, sarif, sarif-allowed, rdjson, github, gitlab, " \
	"checkstyle"
#define FORMS_HELP_PICTURES FORMS_HELP ", svg, png"

/* What a command says, called with what it has found. */
struct forms_own {
	void (*text)(const void *self, FILE *to);
	void (*json)(const void *self, FILE *to);
	/* NULL: that of compiler/report/ */
	void (*markdown)(const void *self, FILE *to);
	/* For all other forms; asked once, and if there is one. */
	const struct report *(*report)(const void *self);
	/* As "svg" or "png", to a path, NULL: standard output; false, and
	 * said: it cannot. NULL: there is nothing to draw. */
	bool (*picture)(const void *self, const char *format, const char *path);
};

struct forms {
	const struct forms_own *own;
	struct {
		size_t form;
		const char *path; /* NULL: standard output */
	} items[FORMS_MAX];
	size_t n;
};

/* What -o FORM[=FILE], as often as it is given, and --json ask for; FILE "-" is
 * standard output. False, and said: there is no such form, there are too many,
 * or two for standard output. */
bool forms_read(
    struct forms *forms, const struct forms_own *own, const struct call *call);
/* Writes all of them, text if there is none. False, and said: one could not be
 * written; the others are. */
bool forms_write(const struct forms *forms, const void *self);

#endif
