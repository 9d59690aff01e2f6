/*
 * How everything stands, drawn for a terminal: a line for each stage with
 * whose it is and its actions, the executions above.
 */
#ifndef COMPILER_PICTURE_H
#define COMPILER_PICTURE_H

#include <stdbool.h>

struct session;
struct text;

struct picture_style {
	bool color;
	bool unicode;
	unsigned columns; /* of the screen; longer lines are broken */
};

void picture_put(struct text *text, const struct session *session,
    const struct picture_style *style);

#endif
