/*
 * What a model was called in an earlier revision, so that both can be read and
 * compared: the same path, or the one that git finds it renamed from.
 */
#ifndef COMPILER_BEFORE_H
#define COMPILER_BEFORE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct before_file {
	const char *path; /* in: a path, or "git:...", as a model is named */
	const char *old;  /* out: "git:4f2c1a9:ci/release.xml"; NULL: none */
};

struct before {
	struct before_file *files; /* filled in by the caller, but for `old` */
	size_t n;
	/* Models of the revision that are nowhere now, as it names them: a new
	 * one may be one of them, however little they resemble each other. */
	const char **gone;
	size_t ngone;
	const char *problem; /* why it could not be found out */
	const char *help;
};

/*
 * Finds the files in a revision; "A..." is where HEAD left A. What is outside
 * the repository, or comes from standard input, has been in no revision.
 * False: `problem` and `help` say why. Owned by the arena.
 */
bool before_find(
    struct arena *arena, const char *revision, struct before *before);

#endif
