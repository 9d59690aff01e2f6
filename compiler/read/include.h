/*
 * <include file="production.xml"/>: a long model in several files. What is
 * included is a file whose root is <stages>, <policies>, <scenarios> or <lint>,
 * in the folder of the model or below; it includes nothing itself. Its stages
 * take the place of the <include>; its policies and scenarios follow the
 * model's; its <lint> comes before those of the model, which have the last
 * word.
 */
#ifndef COMPILER_INCLUDE_H
#define COMPILER_INCLUDE_H

#include <stdbool.h>

/* Files that one model includes; all of them together have SOURCE_SIZE_MAX
 * bytes at most. */
#define INCLUDES_MAX 100

struct arena;
struct diagnostics;
struct model;
struct sources;

/*
 * Reads what a model includes into it. What cannot be read is reported at its
 * <include>, and leaves the model incomplete.
 */
void includes_read(struct arena *arena, struct sources *sources,
    struct diagnostics *diagnostics, struct model *model);

#endif
