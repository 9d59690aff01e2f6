/*
 * Patterns over paths, branches and tags, as CodePipeline's triggers have
 * them (User Guide, "Working with glob patterns in syntax"): `*` within a
 * component, `**` across, `?`, `[abc]` `[a-z]` `[!x]`, `{a,b}` not nested,
 * `\` escapes. Pure; time is bounded by pattern length times text length.
 */
#ifndef NOTATION_GLOB_H
#define NOTATION_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a pattern. */
#define SW_GLOB_MAX 1024

/* NULL if well-formed; else what is wrong (static), *offset where. */
const char *sw_glob_check(const char *pattern, size_t *offset);
/* Does the whole text match? A malformed pattern matches nothing. */
bool sw_glob_match(const char *pattern, const char *text);

#endif
