/*
 * Shared by repository*.c alone, which are the only files of the runtime that
 * include libgit2.
 */
#ifndef PROVIDER_REPOSITORY_OPEN_H
#define PROVIDER_REPOSITORY_OPEN_H

#include <limits.h>
#include <stdbool.h>

#include <git2.h>

#include "repository.h"

struct sw_repository {
	git_repository *git;
	struct sw_git_url url;
	bool is_mirror;
	bool was_there;  /* before this process: it may be damaged */
	bool is_damaged; /* a ref led to what cannot be read */
	char dir[PATH_MAX];
	int lock; /* of the mirror, or -1 */
};

/* Starts libgit2 and narrows it; git_libgit2_shutdown ends it. */
void sw__repository_begin(void);

/* Is libgit2's last error about what is stored, not about the other side? */
bool sw__repository_blames_objects(void);
/* "cannot `what` 'URL'": CORRUPT or SYSTEM, by libgit2's last error. */
int sw__repository_object_error(const struct sw_repository *repository,
    const char *what, struct sw_error *err);
/* Why it could not be opened or reached; `code` is libgit2's. */
int sw__repository_reach_error(
    const struct sw_git_url *url, int code, struct sw_error *err);

/* Is this full ref name one that a pipeline can follow? */
bool sw__ref_is_branch_or_tag(const char *ref);

#endif
