/*
 * Hooks of a local repository that hint the owner of a state directory when
 * something was pushed. A hook that is there is kept: ours is a block of
 * lines in it, which is found again by its first and last line.
 */
#ifndef RUNTIME_HOOK_H
#define RUNTIME_HOOK_H

#include <limits.h>
#include <stdbool.h>

#include "error.h"

/* Bytes of a hook that is extended. */
#define SW_HOOK_MAX (1u << 20)
/* Bytes of a block. */
#define SW_HOOK_BLOCK_MAX (8 * PATH_MAX)

/* What is put into a hook. */
struct sw_hook {
	const char *pipeline;  /* name */
	const char *state_dir; /* absolute */
	const char *program;   /* absolute */
};

/* Where a repository has its hooks, as git says; a bare one gets no commits. */
int sw__hook_folder(char folder[PATH_MAX], bool *is_bare,
    const char *repository, struct sw_error *err);
/* *changed: false if it was there, just so. */
int sw__hook_install(const char *path, const struct sw_hook *hook,
    bool *changed, struct sw_error *err);
/* *changed: false if it was not there. An empty hook goes as a whole. */
int sw__hook_remove(const char *path, const struct sw_hook *hook, bool *changed,
    struct sw_error *err);

#endif
