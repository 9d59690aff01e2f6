/*
 * What pruned executions left on the disk: attempts, and objects of the store
 * that nothing else refers to. Begins anew when it was interrupted.
 */
#ifndef RUNTIME_SWEEP_H
#define RUNTIME_SWEEP_H

#include "error.h"
#include "journal/ranges.h"

/*
 * Removes the attempts of executions that are pruned in the journal, for good;
 * then, unless `artifacts` is NULL, objects of the store. Needed are those
 * (hashes of manifests, `n`), and what the attempts that are left have made.
 * Nobody may launch an attempt meanwhile; while one runs, the store is left as
 * it is. What cannot be removed is left for the next time, with *err.
 */
int sw__sweep(const char *state_dir, const struct sw_ranges *pruned,
    const char *const *artifacts, size_t n, struct sw_error *err);

#endif
