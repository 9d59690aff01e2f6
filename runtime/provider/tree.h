/*
 * Writing a tree of files whose names and contents nobody vouches for, below
 * a directory that is open. Nothing is ever written through a symbolic link,
 * over something that is there, or outside of the directory.
 */
#ifndef PROVIDER_TREE_H
#define PROVIDER_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/* NULL, or why a file may not have this name (static). */
const char *sw__tree_name_flaw(const char *name);
/* Makes a directory and opens it: the descriptor, or a negative code. */
int sw__tree_enter(int dir, const char *name, struct sw_error *err);
int sw__tree_file(int dir, const char *name, bool is_executable,
    const void *bytes, size_t size, struct sw_error *err);
/* A symbolic link; where it leads is not looked at. */
int sw__tree_link(int dir, const char *name, const void *target, size_t size,
    struct sw_error *err);
/* Removes everything below a directory, and not the directory. */
int sw__tree_clear(int dir, struct sw_error *err);

#endif
