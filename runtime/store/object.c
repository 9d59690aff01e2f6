/*
 * The objects of the artifact store. A new one is written under another name,
 * synced and renamed, so that a name always stands for whole content; content
 * that is there already is not copied again.
 */
#define _GNU_SOURCE
#include "object.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH_BYTES 32
#define BLOCK 65536

/* "ab/cdef..." */
static bool
object_path(char out[SW_HASH_HEX_MAX + 1], const char *hash)
{
	const size_t length = strspn(hash, "0123456789abcdef");
	if (length != SW_HASH_HEX_MAX - 1 || hash[length] != '\0')
		return false;
	snprintf(out, SW_HASH_HEX_MAX + 1, "%.2s/%s", hash, hash + 2);
	return true;
}

int
sw__objects_open(
    struct sw_objects *out, const char *state_dir, struct sw_error *err)
{
	*out = (struct sw_objects){ .dir = -1 };
	if (sodium_init() < 0)
		return sw__error(
		    err, SW_ERROR_SYSTEM, "cannot initialise libsodium");
	const int state = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (state < 0)
		return sw__error_errno(err, "cannot open '%s'", state_dir);
	if (mkdirat(state, "objects", 0700) == 0)
		fsync(state);
	out->dir = openat(state, "objects", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->dir < 0)
		sw__error_errno(err, "cannot open '%s/objects'", state_dir);
	close(state);
	return out->dir < 0 ? SW_ERROR_SYSTEM : 0;
}

void
sw__objects_close(struct sw_objects *objects)
{
	if (objects->dir >= 0)
		close(objects->dir);
	objects->dir = -1;
}

int
sw__objects_sync(struct sw_objects *objects, struct sw_error *err)
{
	bool is_dirty = false;
	int rc = 0;
	for (unsigned i = 0; i < 256 && rc == 0; i++) {
		char name[3];
		if (!(objects->dirty[i / 8] >> i % 8 & 1))
			continue;
		is_dirty = true;
		snprintf(name, sizeof name, "%02x", i);
		const int fd = openat(
		    objects->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 || fsync(fd) != 0)
			rc = sw__error_errno(
			    err, "cannot sync the artifact store");
		if (fd >= 0)
			close(fd);
	}
	if (rc == 0 && is_dirty && fsync(objects->dir) != 0)
		rc = sw__error_errno(err, "cannot sync the artifact store");
	if (rc == 0)
		memset(objects->dirty, 0, sizeof objects->dirty);
	return rc;
}

static int
write_all(int fd, const void *bytes, size_t n)
{
	const char *at = bytes;
	while (n > 0) {
		const ssize_t done = write(fd, at, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		at += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Hashes what is left of `from`, copying it to `to` unless that is -1, and
 * into `sha256` unless that is NULL. */
static int
pass_both(int from, int to, char hash[SW_HASH_HEX_MAX],
    crypto_hash_sha256_state *sha256)
{
	char block[BLOCK];
	unsigned char digest[HASH_BYTES];
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, sizeof digest);
	for (;;) {
		const ssize_t n = read(from, block, sizeof block);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		crypto_generichash_update(
		    &state, (const unsigned char *)block, (size_t)n);
		if (sha256 != NULL)
			crypto_hash_sha256_update(
			    sha256, (const unsigned char *)block, (size_t)n);
		if (to >= 0 && write_all(to, block, (size_t)n) != 0)
			return -1;
	}
	crypto_generichash_final(&state, digest, sizeof digest);
	sodium_bin2hex(hash, SW_HASH_HEX_MAX, digest, sizeof digest);
	return 0;
}

static int
pass(int from, int to, char hash[SW_HASH_HEX_MAX])
{
	return pass_both(from, to, hash, NULL);
}

/* The folder of an object has an entry that a sync must see to. */
static void
mark_dirty(struct sw_objects *objects, const char *hash)
{
	const char digits[] = { hash[0], hash[1], '\0' };
	const unsigned long i = strtoul(digits, NULL, 16);
	objects->dirty[i / 8] |= (uint8_t)(1u << i % 8);
}

/* One that another attempt has just put may not be on the disk yet. */
static bool
is_there(struct sw_objects *objects, const char *hash)
{
	char path[SW_HASH_HEX_MAX + 1];
	if (!object_path(path, hash) ||
	    faccessat(objects->dir, path, F_OK, 0) != 0)
		return false;
	mark_dirty(objects, hash);
	return true;
}

static int
open_new(const struct sw_objects *objects, char *name, size_t size)
{
	snprintf(name, size, "new-%ld", (long)getpid());
	/* One that a process of this number left behind is of no use. */
	unlinkat(objects->dir, name, 0);
	return openat(
	    objects->dir, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
}

/* Gives the new file its name. */
static int
settle(struct sw_objects *objects, int fd, const char *from, const char *hash)
{
	char path[SW_HASH_HEX_MAX + 1];
	char folder[3];
	if (!object_path(path, hash) || fdatasync(fd) != 0)
		return -1;
	snprintf(folder, sizeof folder, "%.2s", hash);
	if (renameat(objects->dir, from, objects->dir, path) != 0) {
		/* Another attempt may make the folder at the same time. */
		if (errno != ENOENT ||
		    (mkdirat(objects->dir, folder, 0700) != 0 &&
			errno != EEXIST) ||
		    renameat(objects->dir, from, objects->dir, path) != 0)
			return -1;
	}
	mark_dirty(objects, hash);
	return 0;
}

int
sw__object_put_file(struct sw_objects *objects, int fd, const char *name,
    char hash[SW_HASH_HEX_MAX], struct sw_error *err)
{
	char new_name[32];
	if (pass(fd, -1, hash) != 0 || lseek(fd, 0, SEEK_SET) != 0)
		return sw__error_errno(err, "cannot read '%s'", name);
	if (is_there(objects, hash))
		return 0;
	/* The file may change under our hands: what counts is the copy. */
	const int to = open_new(objects, new_name, sizeof new_name);
	int rc = 0;
	if (to < 0 || pass(fd, to, hash) != 0 ||
	    settle(objects, to, new_name, hash) != 0) {
		rc = sw__error_errno(err, "cannot store '%s'", name);
		unlinkat(objects->dir, new_name, 0);
	}
	if (to >= 0)
		close(to);
	return rc;
}

int
sw__object_put_bytes(struct sw_objects *objects, const void *bytes, size_t n,
    char hash[SW_HASH_HEX_MAX], struct sw_error *err)
{
	char new_name[32];
	unsigned char digest[HASH_BYTES];
	crypto_generichash(digest, sizeof digest, bytes, n, NULL, 0);
	sodium_bin2hex(hash, SW_HASH_HEX_MAX, digest, sizeof digest);
	if (is_there(objects, hash))
		return 0;
	const int to = open_new(objects, new_name, sizeof new_name);
	int rc = 0;
	if (to < 0 || write_all(to, bytes, n) != 0 ||
	    settle(objects, to, new_name, hash) != 0) {
		rc = sw__error_errno(err, "cannot write to the artifact store");
		unlinkat(objects->dir, new_name, 0);
	}
	if (to >= 0)
		close(to);
	return rc;
}

static int
open_object(
    const struct sw_objects *objects, const char *hash, struct sw_error *err)
{
	char path[SW_HASH_HEX_MAX + 1];
	if (!object_path(path, hash))
		return sw__error(err, SW_ERROR_CORRUPT,
		    "'%.80s' is not the hash of an artifact", hash);
	const int fd = openat(objects->dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return sw__error(err, SW_ERROR_CORRUPT,
		    "object %s is missing from the artifact store; start a "
		    "new execution, which makes it again",
		    hash);
	if (fd < 0)
		return sw__error_errno(err, "cannot read object %s", hash);
	return fd;
}

static int
damaged(const char *hash, struct sw_error *err)
{
	return sw__error(err, SW_ERROR_CORRUPT,
	    "object %s of the artifact store is damaged; run the stage that "
	    "made it again",
	    hash);
}

int
sw__object_get_file(
    struct sw_objects *objects, const char *hash, int fd, struct sw_error *err)
{
	char found[SW_HASH_HEX_MAX];
	const int from = open_object(objects, hash, err);
	if (from < 0)
		return from;
	int rc = 0;
	if (pass(from, fd, found) != 0)
		rc = sw__error_errno(err, "cannot copy object %s", hash);
	else if (strcmp(found, hash) != 0)
		rc = damaged(hash, err);
	close(from);
	return rc;
}

int
sw__object_sha256(struct sw_objects *objects, const char *hash,
    char sha256[SW_HASH_HEX_MAX], struct sw_error *err)
{
	char found[SW_HASH_HEX_MAX];
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	const int from = open_object(objects, hash, err);
	if (from < 0)
		return from;
	crypto_hash_sha256_init(&state);
	int rc = 0;
	if (pass_both(from, -1, found, &state) != 0)
		rc = sw__error_errno(err, "cannot read object %s", hash);
	else if (strcmp(found, hash) != 0)
		rc = damaged(hash, err);
	close(from);
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(sha256, SW_HASH_HEX_MAX, digest, sizeof digest);
	return rc;
}

int
sw__object_get_bytes(struct sw_objects *objects, const char *hash, size_t max,
    char **out, size_t *size, struct sw_error *err)
{
	unsigned char digest[HASH_BYTES];
	char found[SW_HASH_HEX_MAX];
	struct stat st;
	const int fd = open_object(objects, hash, err);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) != 0 || st.st_size < 0 ||
	    (uint64_t)st.st_size > max) {
		close(fd);
		return damaged(hash, err);
	}
	const size_t want = (size_t)st.st_size;
	char *bytes = malloc(want + 1);
	size_t have = 0;
	while (bytes && have < want) {
		const ssize_t n = read(fd, bytes + have, want - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	close(fd);
	if (!bytes)
		return sw__error_errno(err, "cannot read object %s", hash);
	bytes[have] = '\0';
	crypto_generichash(
	    digest, sizeof digest, (unsigned char *)bytes, have, NULL, 0);
	sodium_bin2hex(found, sizeof found, digest, sizeof digest);
	if (strcmp(found, hash) != 0) {
		free(bytes);
		return damaged(hash, err);
	}
	*out = bytes;
	*size = have;
	return 0;
}
