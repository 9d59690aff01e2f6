/*
 * The artifact store: trees of files by content. An artifact is a manifest
 * (mode, hash and path of each file, sorted by path); its own hash names it.
 * Files are stored once, whatever artifact they are in. BLAKE2b-256, in hex.
 * What is stored is on the disk when the call returns.
 */
#ifndef RUNTIME_ARTIFACT_H
#define RUNTIME_ARTIFACT_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define SW_HASH_HEX_MAX 65

/* Limits of one artifact: files and links, folders within folders, bytes of a
 * path, of all files, and patterns of one output. */
#define SW_ARTIFACT_FILES_MAX 262144
#define SW_ARTIFACT_DEPTH_MAX 128
#define SW_ARTIFACT_PATH_MAX 4096
#define SW_ARTIFACT_BYTES_MAX ((uint64_t)64 << 30)
#define SW_ARTIFACT_PATTERNS_MAX 64

/*
 * Stores what the patterns match below `root` (NULL: everything); paths are
 * kept relative to it. A pattern that matches a folder takes all of it; a
 * pattern that takes nothing is refused ("no file matches 'dist/'"). Links
 * are kept if they cannot lead out of the tree and refused if they can; so
 * are devices, sockets and pipes. Folders without files are left out. Of the
 * mode only the executable bit is kept. Writes the artifact's hash.
 */
int sw__artifact_store(const char *state_dir, const char *root,
    const char *const *patterns, char hash[SW_HASH_HEX_MAX],
    struct sw_error *err);
/*
 * Writes the files of an artifact below `root`, which is made if it is not
 * there, each hash checked (SW_ERROR_CORRUPT). Nothing is overwritten.
 */
int sw__artifact_place(const char *state_dir, const char *hash,
    const char *root, struct sw_error *err);

/* What a manifest says of one file. */
enum sw_artifact_kind {
	SW_ARTIFACT_PLAIN = 'f',
	SW_ARTIFACT_EXECUTABLE = 'x',
	SW_ARTIFACT_LINK = 'l'
};
struct sw_artifact_file {
	const char *path;
	enum sw_artifact_kind kind;
	const char *sha256; /* of its content, of a link of its target; hex */
};
/* Takes one file, borrowed; a negative return ends the listing. */
typedef int (*sw_artifact_file_fn)(
    const struct sw_artifact_file *file, void *payload, struct sw_error *err);
/* Hands out the files of an artifact in the order of their paths, each read
 * whole and its hash checked (SW_ERROR_CORRUPT). */
int sw__artifact_list(const char *state_dir, const char *hash,
    sw_artifact_file_fn take, void *payload, struct sw_error *err);

#endif
