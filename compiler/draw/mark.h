/*
 * How parts of a drawing differ from what they were: told by a sign in the
 * text, by the line and by the colour. Each alone is enough, so that it can be
 * read in grey, and by who does not tell red from green (colours of M. Okabe
 * and K. Ito, "Color Universal Design", 2008).
 */
#ifndef COMPILER_MARK_H
#define COMPILER_MARK_H

#include <stdbool.h>

enum mark {
	MARK_NONE, /* the drawing shows no change */
	MARK_SAME,
	MARK_ADDED,
	MARK_REMOVED,
	MARK_CHANGED,
	MARK_RENAMED, /* nothing else */
	NMARKS
};

/* What is said of a part: words in place of its small print, NULL for the
 * usual ones. */
struct marked {
	enum mark mark;
	const char *words;
};

/* Arrays are indexed as the machine's tables are. */
struct marks {
	const struct marked *stages;
	const struct marked *entries;   /* beforeEntry, of each stage */
	const struct marked *successes; /* onSuccess */
	const struct marked *failures;  /* onFailure */
	const struct marked *actions;
	const char *caption; /* below everything */
};

struct mark_look {
	const char *class_;
	const char *sign; /* in front of a name: "+ " */
	const char *line;
	const char *fill;
	const char *width;
	bool is_dashed;
	bool is_double;
	bool is_struck; /* the name */
};

/* Static. Not of MARK_NONE: that looks as its category does. */
const struct mark_look *look_of_mark(enum mark mark);
/* Of a line between two parts. */
enum mark mark_between(enum mark from, enum mark to);

#endif
