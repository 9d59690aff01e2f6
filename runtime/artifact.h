/*
 * The artifact store: trees of files by content. An artifact is a manifest
 * (mode, hash and path of each file, sorted by path); its own hash names it.
 * Files are stored once, whatever artifact they are in. BLAKE2b-256, in hex.
 */
#ifndef RUNTIME_ARTIFACT_H
#define RUNTIME_ARTIFACT_H

#include "error.h"

#define SW_HASH_HEX_MAX 65

/*
 * Stores what the patterns match below `root` (NULL: everything); paths are
 * kept relative to it. Links that lead out of it are refused. A pattern
 * without match is an error. Writes the artifact's hash.
 */
int sw__artifact_store(const char *state_dir, const char *root,
    const char *const *patterns, char hash[SW_HASH_HEX_MAX],
    struct sw_error *err);
/* Writes the files of an artifact below `root`, each hash checked. */
int sw__artifact_place(const char *state_dir, const char *hash,
    const char *root, struct sw_error *err);

#endif
