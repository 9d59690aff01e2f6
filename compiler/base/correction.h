/*
 * Corrections of findings (diagnostic_edit) whose places are worked out from
 * the bytes round a place in a tag. Where that is not as it should be, as in a
 * file that is not well-formed, there is none.
 */
#ifndef COMPILER_CORRECTION_H
#define COMPILER_CORRECTION_H

#include "diagnostic.h"

/* Asks whether this word was meant for the one at the place: a guess. */
void correction_meant(
    struct diagnostic *diagnostic, struct span at, const char *meant);
/* The same for the name in a start tag: its end tag is changed with it. */
void correction_meant_element(
    struct diagnostic *diagnostic, struct span at, const char *meant);
/* Takes out the element that the place is in the start tag of, with its line
 * if nothing else is there. */
void correction_remove_element(
    struct diagnostic *diagnostic, enum fix_safety safety, struct span at);
/* Takes out the attribute with this value, and the space before it. */
void correction_remove_attribute(
    struct diagnostic *diagnostic, enum fix_safety safety, struct span value);

#endif
