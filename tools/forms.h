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
#define FORMS_MAX 8

/* What a command says itself. NULL: that of compiler/report/, or none. */
struct forms_own {
	void (*text)(const void *self, FILE *to);
	void (*json)(const void *self, FILE *to);
	void (*markdown)(const void *self, FILE *to);
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
/* Writes all of them, text if there is none; self is what the own ones are
 * called with. False, and said: one could not be written; the others are. */
bool forms_write(
    const struct forms *forms, const struct report *report, const void *self);

#endif
