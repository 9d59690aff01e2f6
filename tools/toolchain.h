/* The C compiler of the machine that `build` runs on, and what it links. */
#ifndef TOOLS_TOOLCHAIN_H
#define TOOLS_TOOLCHAIN_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* What is compiled and linked to one program. */
struct toolchain_job {
	const char *output;         /* the program */
	const char *const *sources; /* C files */
	size_t nsources;
	bool is_static; /* nothing has to be installed where it runs */
	bool uses_git;  /* libgit2 is linked, too */
};

/*
 * Runs $CC, or cc, and lets it print. The runtime is looked for beside the
 * program that runs: ../lib/stagewright/libstagewright.a, ../include. Returns
 * an exit status, the reason on stderr.
 */
int toolchain_link(struct arena *arena, const struct toolchain_job *job);

#endif
