/*
 * The checks as a table: compiler/check/checks.def has a row for each, of
 * which this makes numbers. diagnostic.c holds the rows.
 */
#ifndef COMPILER_CHECK_ID_H
#define COMPILER_CHECK_ID_H

enum severity {
	SEVERITY_NOTE,
	SEVERITY_WARNING,
	SEVERITY_ERROR,
	NSEVERITIES
};

enum check_id {
#define CHECK(id, name, severity, title) CHECK_##id,
#include "check/checks.def"
#undef CHECK
	NCHECKS
};

struct check_info {
	const char *name;       /* "art-order" */
	enum severity severity; /* by default */
	const char *title;      /* one line: what it catches */
};

/* The row of an id; static. */
const struct check_info *check_info(enum check_id id);
/* The id with this name, or -1. */
int check_find(const char *name);

#endif
