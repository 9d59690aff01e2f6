/*
 * Regular expressions of VariableCheck: extended ones of POSIX (XBD 9.4), and
 * what they have to match is all of the value. CodePipeline's are Java's; what
 * those have beyond POSIX (\d, \b, (?:...), a*?, \1) would here mean something
 * else, or nothing that is defined, and is refused. Characters are bytes, so
 * that every machine judges alike. Pure.
 */
#ifndef NOTATION_PATTERN_H
#define NOTATION_PATTERN_H

#include <stddef.h>

/* Bytes of a pattern. */
#define SW_PATTERN_MAX 1024
/* Of one {m,n}: RE_DUP_MAX of POSIX. */
#define SW_PATTERN_REPEAT_MAX 255
/* Single characters and sets, when repetitions are written out: (a{9}){9} has
 * 81. What a matcher keeps grows with the square of it. */
#define SW_PATTERN_SIZE_MAX 2000
/* Groups within each other. */
#define SW_PATTERN_DEPTH_MAX 32

/* NULL if well-formed; else what is wrong (static), *offset where. */
const char *sw_pattern_check(const char *pattern, size_t *offset);

#endif
