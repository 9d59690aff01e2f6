/*
 * A file as a git revision has it: policies may come from a branch that the
 * model under judgement cannot change.
 */
#ifndef COMPILER_REVISION_H
#define COMPILER_REVISION_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* In front of REVISION:PATH, where a file may be named. */
#define REVISION_PREFIX "git:"

/* What was read; or why not, and what to do about it. */
struct revision_file {
	const char *bytes; /* with a NUL behind them */
	size_t size;       /* up to SOURCE_SIZE_MAX */
	const char *problem;
	const char *help;
};

/*
 * Reads "REVISION:PATH" from the repository that git would use here: that of
 * the working directory or a folder above it, bare or not, or of GIT_DIR.
 * REVISION is as gitrevisions(7) has it, PATH from the repository's top.
 * Without a REVISION, ":PATH" is what the index has: what git add put there.
 * Nothing is written and no network used. False: `problem` and `help` say
 * why. Owned by the arena.
 */
bool revision_read(
    struct arena *arena, const char *what, struct revision_file *out);

#endif
