/*
 * Programs kept in the state directory, each under the hash of its bytes, so
 * that executions can end on the program that they began on.
 *
 *   DIR/programs/HASH   the program, executable by its owner
 */
#ifndef RUNTIME_PROGRAM_H
#define RUNTIME_PROGRAM_H

#include <stdbool.h>

#include "journal/book.h"
#include "journal/statedir.h"

/*
 * Keeps this very program, if it is not kept yet, and says under which hash.
 * Durable when it returns 0.
 */
int sw__program_keep(const struct sw_statedir *dir, char hash[SW_PROGRAM_MAX],
    struct sw_error *err);

/*
 * Opens a kept program for execution (fexecve): what is read and hashed is
 * what runs. SW_ERROR_REFUSED: it is not there, SW_ERROR_CORRUPT: it is not
 * what was kept.
 */
int sw__program_open(const struct sw_statedir *dir, const char *hash, int *fd,
    struct sw_error *err);

/* Is it there, unaltered? */
bool sw__program_is_kept(const struct sw_statedir *dir, const char *hash);

/* Forgets all programs but these two (either may be ""). */
void sw__program_forget(
    const struct sw_statedir *dir, const char *keep, const char *too);

#endif
