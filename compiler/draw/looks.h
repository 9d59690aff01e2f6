/*
 * How things look in a drawing, whatever the format: colours of the light
 * picture, and a look for each category of action. Shapes differ, so that
 * colour only helps.
 */
#ifndef COMPILER_LOOKS_H
#define COMPILER_LOOKS_H

#include <stagewright/machine.h>

#define LOOK_INK "#1b2733"
#define LOOK_INK_SMALL "#566473"
#define LOOK_PAPER "#ffffff"
#define LOOK_STAGE_FILL "#f6f8fa"
#define LOOK_STAGE_LINE "#c9d2db"
#define LOOK_BADGE_LINE "#8895a3"
#define LOOK_BADGE_INK "#48566a"
#define LOOK_SEQUENCE "#6b7988"
#define LOOK_TRANSITION "#3a4856"
#define LOOK_HALT "#b5420f" /* gates: closed transitions, approvals */

struct look {
	const char *class_;
	const char *line;
	const char *fill;
};

/* Static. */
const struct look *look_of(enum sw_category category);

#endif
