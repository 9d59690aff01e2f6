/*
 * SHA-256 of a file, or of all files of a tree. Input: a path; output: what
 * is there. Must not know what it should be.
 */
#define _GNU_SOURCE
#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#define BLOCK 65536

struct measuring {
	sw_artifact_file_fn take;
	void *payload;
	struct sw_error *err;
	size_t n;
};

static int
take_digest(struct measuring *m, const char *path, enum sw_artifact_kind kind,
    crypto_hash_sha256_state *state)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char hex[SW_HASH_HEX_MAX];
	if (m->n++ == SW_ARTIFACT_FILES_MAX)
		return sw__error(m->err, SW_ERROR_LIMIT,
		    "there are more than %d files", SW_ARTIFACT_FILES_MAX);
	crypto_hash_sha256_final(state, digest);
	sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
	const struct sw_artifact_file file = { path, kind, hex };
	return m->take(&file, m->payload, m->err);
}

static int
measure_file(struct measuring *m, const char *where, const char *path)
{
	unsigned char block[BLOCK];
	crypto_hash_sha256_state state;
	struct stat info;
	const int fd = open(where, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int rc = 0;
	if (fd < 0 || fstat(fd, &info) != 0)
		rc = sw__error_errno(m->err, "cannot read '%s'", where);
	else if (!S_ISREG(info.st_mode))
		rc = sw__error(m->err, SW_ERROR_REFUSED,
		    "'%s' is neither a file nor a folder", where);
	crypto_hash_sha256_init(&state);
	while (rc == 0) {
		const ssize_t n = read(fd, block, sizeof block);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = sw__error_errno(m->err, "cannot read '%s'", where);
		if (n <= 0)
			break;
		crypto_hash_sha256_update(&state, block, (size_t)n);
	}
	if (fd >= 0)
		close(fd);
	if (rc != 0)
		return rc;
	return take_digest(m, path,
	    info.st_mode & S_IXUSR ? SW_ARTIFACT_EXECUTABLE : SW_ARTIFACT_PLAIN,
	    &state);
}

static int
measure_link(struct measuring *m, const char *where, const char *path)
{
	char target[PATH_MAX];
	crypto_hash_sha256_state state;
	const ssize_t n = readlink(where, target, sizeof target);
	if (n < 0)
		return sw__error_errno(m->err, "cannot read '%s'", where);
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(
	    &state, (const unsigned char *)target, (size_t)n);
	return take_digest(m, path, SW_ARTIFACT_LINK, &state);
}

static int
measure_entry(struct measuring *m, const FTSENT *entry, size_t root)
{
	const char *path = entry->fts_path + root;
	path += *path == '/';
	if (entry->fts_level > SW_ARTIFACT_DEPTH_MAX + 1)
		return sw__error(m->err, SW_ERROR_LIMIT,
		    "folders are nested deeper than %d", SW_ARTIFACT_DEPTH_MAX);
	switch (entry->fts_info) {
	case FTS_D:
	case FTS_DP:
		return 0;
	case FTS_F:
		return measure_file(m, entry->fts_accpath, path);
	case FTS_SL:
	case FTS_SLNONE:
		return measure_link(m, entry->fts_accpath, path);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		errno = entry->fts_errno;
		return sw__error_errno(
		    m->err, "cannot read '%s'", entry->fts_path);
	default:
		return sw__error(m->err, SW_ERROR_REFUSED,
		    "'%s' is a device, socket or pipe, which no artifact "
		    "holds",
		    entry->fts_path);
	}
}

static int
by_name(const FTSENT **left, const FTSENT **right)
{
	return strcmp((*left)->fts_name, (*right)->fts_name);
}

int
sw__measure(const char *path, sw_artifact_file_fn take, void *payload,
    bool *is_folder, struct sw_error *err)
{
	struct measuring m = { take, payload, err, 0 };
	struct stat info;
	char root[PATH_MAX];
	if (sodium_init() < 0)
		return sw__error(
		    err, SW_ERROR_SYSTEM, "cannot initialise libsodium");
	if (stat(path, &info) != 0)
		return sw__error_errno(err, "cannot read '%s'", path);
	*is_folder = S_ISDIR(info.st_mode);
	if (!*is_folder)
		return measure_file(&m, path, "");
	if (realpath(path, root) == NULL)
		return sw__error_errno(err, "cannot read '%s'", path);
	char *const roots[] = { root, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	if (tree == NULL)
		return sw__error_errno(err, "cannot read '%s'", path);
	int rc = 0;
	for (FTSENT *e = fts_read(tree); e != NULL && rc == 0;
	     e = rc == 0 ? fts_read(tree) : NULL)
		rc = measure_entry(&m, e, strlen(root));
	fts_close(tree);
	return rc;
}
