/*
 * Objects that nobody needs. Input: hashes that are needed; output: a store
 * without the others. Must not know who needs one.
 */
#define _GNU_SOURCE
#include "marks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#define HEX (SW_HASH_HEX_MAX - 1)

static const uint8_t none[SW_MARK_BYTES];

void
sw__marks_free(struct sw_marks *marks)
{
	free(marks->hashes);
	*marks = (struct sw_marks){ 0 };
}

static bool
read_hash(const char *hash, uint8_t out[SW_MARK_BYTES])
{
	size_t length = 0;
	return strlen(hash) == HEX &&
	       sodium_hex2bin(
		   out, SW_MARK_BYTES, hash, HEX, NULL, &length, NULL) == 0 &&
	       length == SW_MARK_BYTES;
}

/* Where it is, or would be. There is room. */
static uint8_t *
place_of(const struct sw_marks *marks, const uint8_t hash[SW_MARK_BYTES])
{
	size_t at;
	memcpy(&at, hash, sizeof at);
	for (;; at++) {
		uint8_t *place = marks->hashes[at & (marks->room - 1)];
		if (memcmp(place, hash, SW_MARK_BYTES) == 0 ||
		    memcmp(place, none, SW_MARK_BYTES) == 0)
			return place;
	}
}

static int
grow(struct sw_marks *marks)
{
	struct sw_marks larger = {
		.room = marks->room == 0 ? 256 : 2 * marks->room,
		.n = marks->n,
	};
	larger.hashes = calloc(larger.room, sizeof *larger.hashes);
	if (larger.hashes == NULL)
		return -1;
	for (size_t i = 0; i < marks->room; i++)
		if (memcmp(marks->hashes[i], none, SW_MARK_BYTES) != 0)
			memcpy(place_of(&larger, marks->hashes[i]),
			    marks->hashes[i], SW_MARK_BYTES);
	free(marks->hashes);
	*marks = larger;
	return 0;
}

bool
sw__marks_have(const struct sw_marks *marks, const char *hash)
{
	uint8_t bytes[SW_MARK_BYTES];
	return marks->room != 0 && read_hash(hash, bytes) &&
	       memcmp(place_of(marks, bytes), bytes, SW_MARK_BYTES) == 0;
}

int
sw__marks_add(struct sw_marks *marks, const char *hash, struct sw_error *err)
{
	uint8_t bytes[SW_MARK_BYTES];
	if (!read_hash(hash, bytes))
		return 0;
	if (2 * marks->n >= marks->room && grow(marks) != 0)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	uint8_t *place = place_of(marks, bytes);
	if (memcmp(place, bytes, SW_MARK_BYTES) == 0)
		return 0;
	memcpy(place, bytes, SW_MARK_BYTES);
	marks->n++;
	return 1;
}

/* One of the 256 folders. */
static int
sweep_folder(const struct sw_objects *objects, const char *folder,
    const struct sw_marks *marks, struct sw_error *err)
{
	const int fd =
	    openat(objects->dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	int status = 0;
	if (list == NULL) {
		if (fd >= 0)
			close(fd);
		return fd < 0 && errno == ENOENT
			   ? 0
			   : sw__error_errno(err, "'objects/%s'", folder);
	}
	for (const struct dirent *e; (e = readdir(list)) != NULL;) {
		char hash[SW_HASH_HEX_MAX];
		if (strlen(e->d_name) != HEX - 2)
			continue;
		snprintf(hash, sizeof hash, "%.2s%.62s", folder, e->d_name);
		if (!sw__marks_have(marks, hash) &&
		    unlinkat(dirfd(list), e->d_name, 0) != 0)
			status = sw__error_errno(
			    err, "cannot remove object %s", hash);
	}
	closedir(list);
	return status;
}

int
sw__objects_sweep(struct sw_objects *objects, const struct sw_marks *marks,
    struct sw_error *err)
{
	int status = 0;
	for (unsigned i = 0; i < 256; i++) {
		char folder[3];
		snprintf(folder, sizeof folder, "%02x", i);
		if (sweep_folder(objects, folder, marks, err) != 0)
			status = err->code;
	}
	return status;
}
