/*
 * The models that are not the same in two revisions, or in a revision and the
 * work tree or the index: found by their root element, wherever they stand and whatever
 * they are called. A model whose own bytes are the same is among them when a
 * file of our language beside or below it has changed: it may include that.
 */
#ifndef COMPILER_CHANGED_H
#define COMPILER_CHANGED_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Files that two trees may have different, and bytes of those together. */
#define CHANGED_FILES_MAX 100000
#define CHANGED_BYTES_MAX (1u << 30)
/* Bytes of a file within which its root element begins and its tag ends. */
#define CHANGED_ROOT_WITHIN 65536

struct changed_file {
	/* As compilation_check takes it: "git:4f2c1a9:ci/release.xml", or a
	 * path in the work tree. NULL: it is not there. */
	const char *old;
	const char *new_;
	const char *path; /* from the repository's top; the new one */
};

struct changed {
	const char *base; /* "4f2c1a9 (merge base with origin/main)" */
	const char *head; /* "b71e0d2", "work tree", "index" */
	struct changed_file *files; /* in the order of their paths */
	size_t n;
	/* In front of paths in the work tree: the repository's top, "/src/shop/",
	 * or "" where that is the working directory. NULL: there are none. */
	const char *top;
	const char *problem; /* why it could not be found out */
	const char *help;
};

/*
 * Compares what a range names: "A..B", "A...B" (from where B left A), "A" (with
 * the work tree, uncommitted and new files among it; in a bare repository with
 * HEAD), or NULL: from where HEAD left its upstream, origin/main, origin/master,
 * main or master, the first that is there. The repository is the one that git
 * would use here. False: `problem` and `help` say why. Owned by the arena.
 */
bool changed_find(struct arena *arena, const char *range, struct changed *out);
/*
 * The same of what is staged: the index, against a revision or (NULL) HEAD,
 * which may not be born yet. Files of the index are "git::ci/release.xml".
 */
bool changed_find_staged(
    struct arena *arena, const char *base, struct changed *out);

#endif
