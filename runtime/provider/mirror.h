/*
 * The folder of a mirror in the state directory: its name, its lock, its end.
 * What is in it is repository*.c's.
 */
#ifndef PROVIDER_MIRROR_H
#define PROVIDER_MIRROR_H

#include <limits.h>

#include "error.h"

/* Packs in a mirror, past which it is fetched anew: nobody repacks it. */
#define SW_MIRROR_PACKS_MAX 500

/* DIR/sources/HASH.git, where DIR/sources is made if need be. */
int sw__mirror_path(char out[PATH_MAX], const char *state_dir, const char *url,
    struct sw_error *err);
/* Waits until nobody else holds it: a descriptor to close, or a code. */
int sw__mirror_lock(const char *path, struct sw_error *err);
/* Removes what is in it; fine if it is not there. */
int sw__mirror_clear(const char *path, struct sw_error *err);
unsigned sw__mirror_packs(const char *path);

#endif
