/*
 * Trees of files: removal, whatever is in them.
 */
#ifndef RUNTIME_REMOVAL_H
#define RUNTIME_REMOVAL_H

/* Folders within folders that are followed. */
#define SW_REMOVAL_DEPTH_MAX 512

/*
 * Removes a file or folder and all below it; links are not followed, folders
 * without permissions are given some. `at` is a folder's descriptor or
 * AT_FDCWD. 0, also if there is nothing; -1 with errno.
 */
int sw__remove_tree(int at, const char *name);
/* The same, but the folder itself stays, empty. */
int sw__remove_entries(int at, const char *name);

#endif
