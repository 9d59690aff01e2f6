/*
 * The element that a place is in, by the names of those around it:
 * "pipeline[shop]/stage[Build]/test[Unit]/input". It stays the same when lines
 * move. Worked out from the bytes, so a file that is no model has it, too.
 */
#ifndef COMPILER_ELEMENT_PATH_H
#define COMPILER_ELEMENT_PATH_H

#include "base/source.h"

struct arena;
struct element_walk;

/* Owned by the arena. */
struct element_walk *element_walk_new(
    struct arena *arena, const struct sources *sources);
/*
 * The path of the innermost element round the beginning of the span; "" where
 * there is none. Quick for places of one file in rising order. Owned by the
 * arena.
 */
const char *element_walk_path(struct element_walk *walk, struct span at);
/* What a finding is known by: its rule, the path, and what in the element it is
 * about (NULL: the element). Owned by the arena. */
const char *element_key(struct element_walk *walk, const char *rule,
    struct span at, const char *subject);

/*
 * The start tag of the element with this path, or of the innermost round it
 * that the file has; not set: not even the outermost.
 */
struct span element_find(struct arena *arena, const struct sources *sources,
    uint32_t file, const char *path);

#endif
