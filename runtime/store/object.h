/*
 * Files by content, below STATE/objects: BLAKE2b-256 in hex, the first two
 * digits a folder. Internal to the artifact store.
 */
#ifndef RUNTIME_OBJECT_H
#define RUNTIME_OBJECT_H

#include <stdint.h>

#include "artifact.h"

struct sw_objects {
	int dir;           /* STATE/objects */
	uint8_t dirty[32]; /* a bit for each folder with new entries */
};

/* Opens the store, making it if it is not there. */
int sw__objects_open(
    struct sw_objects *out, const char *state_dir, struct sw_error *err);
void sw__objects_close(struct sw_objects *objects);
/* Everything that was put is on the disk and can be found. */
int sw__objects_sync(struct sw_objects *objects, struct sw_error *err);

/* Stores what `fd` (a regular file) holds; `name` is for messages. */
int sw__object_put_file(struct sw_objects *objects, int fd, const char *name,
    char hash[SW_HASH_HEX_MAX], struct sw_error *err);
int sw__object_put_bytes(struct sw_objects *objects, const void *bytes,
    size_t n, char hash[SW_HASH_HEX_MAX], struct sw_error *err);

/* Writes an object to `fd`, checking its hash. */
int sw__object_get_file(
    struct sw_objects *objects, const char *hash, int fd, struct sw_error *err);
/* SHA-256 of an object, in hex, checking its own hash. */
int sw__object_sha256(struct sw_objects *objects, const char *hash,
    char sha256[SW_HASH_HEX_MAX], struct sw_error *err);
/* Reads an object, checking its hash; *out is terminated, the caller frees. */
int sw__object_get_bytes(struct sw_objects *objects, const char *hash,
    size_t max, char **out, size_t *size, struct sw_error *err);

#endif
