/*
 * Artifacts: what a tree of files holds, as a manifest, and back. A manifest
 * is a head and then, for each file in the order of their paths, a record
 * that ends with a NUL:
 *
 *   "stagewright-artifact 1\0"   "f HASH PATH\0"   f file, x executable, l link
 *
 * The hash of a link is that of its target's text. Trees are walked by
 * descriptor and links never followed. Knows nothing of actions.
 */
#define _GNU_SOURCE
#include "artifact.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "marks.h"
#include "notation/glob.h"
#include "object.h"

#define HEAD "stagewright-artifact 1"
/* Bytes of "f HASH " in front of a path. */
#define RECORD_PREFIX (2 + 64 + 1)
#define MANIFEST_MAX ((size_t)SW_ARTIFACT_FILES_MAX * (RECORD_PREFIX + 256))

/* A file that was stored. */
struct entry {
	char *path;
	char kind;
	char hash[SW_HASH_HEX_MAX];
};

/* A walk over a tree. */
struct walk {
	struct sw_objects objects;
	const char *const *patterns;
	uint64_t hits; /* a bit for each pattern that took something */
	uint64_t bytes;
	struct entry *entries;
	size_t n;
	size_t room;
	struct sw_error *err;
	char path[SW_ARTIFACT_PATH_MAX + 1]; /* of where it is */
};

/* The patterns that match the path, as bits. */
static uint64_t
matching(const struct walk *walk, const char *path, bool is_folder)
{
	uint64_t bits = 0;
	for (size_t i = 0; walk->patterns && walk->patterns[i]; i++) {
		const char *pattern = walk->patterns[i];
		const size_t length = strlen(pattern);
		char folder[SW_GLOB_MAX + 1];
		if (is_folder && length > 0 && length <= SW_GLOB_MAX &&
		    pattern[length - 1] == '/') {
			memcpy(folder, pattern, length - 1);
			folder[length - 1] = '\0';
			pattern = folder;
		}
		if (sw_glob_match(pattern, path))
			bits |= (uint64_t)1 << i;
	}
	return bits;
}

/*
 * A link stays inside if it goes up at most to the root of the tree, and that
 * only at its beginning: ".." behind a name could follow another link first.
 */
static bool
stays_inside(const char *path, const char *target)
{
	size_t depth = 0;
	bool is_down = false;
	if (target[0] == '/' || target[0] == '\0')
		return false;
	for (const char *c = path; *c; c++)
		depth += *c == '/';
	for (const char *c = target; *c;) {
		const size_t n = strcspn(c, "/");
		if (n == 2 && c[0] == '.' && c[1] == '.') {
			if (is_down || depth == 0)
				return false;
			depth--;
		} else if (n > 0 && !(n == 1 && c[0] == '.')) {
			is_down = true;
		}
		c += n;
		c += strspn(c, "/");
	}
	return true;
}

static int
add(struct walk *walk, char kind, const char *hash)
{
	if (walk->n == SW_ARTIFACT_FILES_MAX)
		return sw__error(walk->err, SW_ERROR_LIMIT,
		    "more than %d files; choose fewer", SW_ARTIFACT_FILES_MAX);
	if (walk->n == walk->room) {
		const size_t room = walk->room ? 2 * walk->room : 64;
		struct entry *more =
		    realloc(walk->entries, room * sizeof *more);
		if (!more)
			return sw__error_errno(walk->err, "cannot list files");
		walk->entries = more;
		walk->room = room;
	}
	struct entry *entry = &walk->entries[walk->n];
	entry->path = strdup(walk->path);
	if (!entry->path)
		return sw__error_errno(walk->err, "cannot list files");
	entry->kind = kind;
	memcpy(entry->hash, hash, SW_HASH_HEX_MAX);
	walk->n++;
	return 0;
}

static int
store_file(struct walk *walk, int at, const char *name)
{
	char hash[SW_HASH_HEX_MAX];
	struct stat st;
	const int fd =
	    openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return sw__error_errno(
		    walk->err, "cannot read '%s'", walk->path);
	int rc = 0;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		rc = sw__error(walk->err, SW_ERROR_SYSTEM,
		    "'%s' changed while it was stored", walk->path);
	if (rc == 0 &&
	    (uint64_t)st.st_size > SW_ARTIFACT_BYTES_MAX - walk->bytes)
		rc = sw__error(walk->err, SW_ERROR_LIMIT,
		    "the files exceed %llu bytes; choose fewer",
		    (unsigned long long)SW_ARTIFACT_BYTES_MAX);
	if (rc == 0)
		rc = sw__object_put_file(
		    &walk->objects, fd, walk->path, hash, walk->err);
	close(fd);
	if (rc != 0)
		return rc;
	walk->bytes += (uint64_t)st.st_size;
	return add(walk, st.st_mode & S_IXUSR ? 'x' : 'f', hash);
}

static int
store_link(struct walk *walk, int at, const char *name)
{
	char hash[SW_HASH_HEX_MAX];
	char target[PATH_MAX];
	const ssize_t n = readlinkat(at, name, target, sizeof target - 1);
	if (n < 0)
		return sw__error_errno(
		    walk->err, "cannot read link '%s'", walk->path);
	target[n] = '\0';
	if (!stays_inside(walk->path, target))
		return sw__error(walk->err, SW_ERROR_SYSTEM,
		    "link '%s' to '%s' can lead out of the artifact; use a "
		    "relative link within it, or leave it out with 'files'",
		    walk->path, target);
	const int rc = sw__object_put_bytes(
	    &walk->objects, target, (size_t)n, hash, walk->err);
	return rc != 0 ? rc : add(walk, 'l', hash);
}

static int walk_folder(struct walk *walk, int at, const char *name,
    uint64_t taken, unsigned depth);

/* One entry of a folder; `taken` are the patterns that took the folder. */
static int
visit(
    struct walk *walk, int at, const char *name, uint64_t taken, unsigned depth)
{
	struct stat st;
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return sw__error_errno(
		    walk->err, "cannot read '%s'", walk->path);
	const bool is_folder = S_ISDIR(st.st_mode);
	taken |= matching(walk, walk->path, is_folder);
	if (is_folder)
		return walk_folder(walk, at, name, taken, depth + 1);
	if (walk->patterns && taken == 0)
		return 0;
	walk->hits |= taken;
	if (S_ISREG(st.st_mode))
		return store_file(walk, at, name);
	if (S_ISLNK(st.st_mode))
		return store_link(walk, at, name);
	return sw__error(walk->err, SW_ERROR_SYSTEM,
	    "'%s' is a device, socket or pipe and cannot be stored; leave it "
	    "out with 'files'",
	    walk->path);
}

static int
visit_all(struct walk *walk, DIR *dir, uint64_t taken, unsigned depth)
{
	const size_t length = strlen(walk->path);
	const struct dirent *entry;
	int rc = 0;
	/* A folder that cannot be read to its end is not a short one. */
	while (errno = 0, rc == 0 && (entry = readdir(dir)) != NULL) {
		const char *name = entry->d_name;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		const int n =
		    snprintf(walk->path + length, sizeof walk->path - length,
			"%s%s", length ? "/" : "", name);
		if (n < 0 || length + (size_t)n >= sizeof walk->path)
			rc = sw__error(walk->err, SW_ERROR_LIMIT,
			    "a path below '%.80s' exceeds %d bytes", walk->path,
			    SW_ARTIFACT_PATH_MAX);
		else
			rc = visit(walk, dirfd(dir), name, taken, depth);
		walk->path[length] = '\0';
	}
	if (rc == 0 && errno != 0)
		rc = sw__error_errno(walk->err, "'%.80s'", walk->path);
	return rc;
}

static int
walk_folder(
    struct walk *walk, int at, const char *name, uint64_t taken, unsigned depth)
{
	if (depth > SW_ARTIFACT_DEPTH_MAX)
		return sw__error(walk->err, SW_ERROR_LIMIT,
		    "folders are nested deeper than %d", SW_ARTIFACT_DEPTH_MAX);
	const int fd =
	    openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		sw__error_errno(walk->err, "cannot read folder '%s'",
		    walk->path[0] ? walk->path : name);
		if (fd >= 0)
			close(fd);
		return walk->err->code;
	}
	const int rc = visit_all(walk, dir, taken, depth);
	closedir(dir);
	return rc;
}

static int
by_path(const void *left, const void *right)
{
	const struct entry *a = left;
	const struct entry *b = right;
	return strcmp(a->path, b->path);
}

static int
store_manifest(struct walk *walk, char hash[SW_HASH_HEX_MAX])
{
	size_t size = sizeof HEAD;
	for (size_t i = 0; i < walk->n; i++)
		size += RECORD_PREFIX + strlen(walk->entries[i].path) + 1;
	if (size > MANIFEST_MAX)
		return sw__error(walk->err, SW_ERROR_LIMIT,
		    "the paths of the files exceed %zu bytes", MANIFEST_MAX);
	if (walk->n > 0)
		qsort(walk->entries, walk->n, sizeof *walk->entries, by_path);
	char *bytes = malloc(size);
	if (!bytes)
		return sw__error_errno(walk->err, "cannot list files");
	char *at = bytes + snprintf(bytes, size, "%s", HEAD) + 1;
	for (size_t i = 0; i < walk->n; i++) {
		const struct entry *entry = &walk->entries[i];
		at += snprintf(at, size - (size_t)(at - bytes), "%c %s %s",
			  entry->kind, entry->hash, entry->path) +
		      1;
	}
	const int rc =
	    sw__object_put_bytes(&walk->objects, bytes, size, hash, walk->err);
	free(bytes);
	return rc;
}

static int
check_hits(const struct walk *walk)
{
	for (size_t i = 0; walk->patterns && walk->patterns[i]; i++)
		if (!(walk->hits >> i & 1))
			return sw__error(walk->err, SW_ERROR_REFUSED,
			    "no file matches '%s'", walk->patterns[i]);
	return 0;
}

int
sw__artifact_store(const char *state_dir, const char *root,
    const char *const *patterns, char hash[SW_HASH_HEX_MAX],
    struct sw_error *err)
{
	char found[SW_HASH_HEX_MAX];
	struct walk walk = { .patterns = patterns, .err = err };
	size_t npatterns = 0;
	while (patterns && patterns[npatterns])
		npatterns++;
	if (npatterns > SW_ARTIFACT_PATTERNS_MAX)
		return sw__error(err, SW_ERROR_LIMIT, "more than %d patterns",
		    SW_ARTIFACT_PATTERNS_MAX);
	int rc = sw__objects_open(&walk.objects, state_dir, err);
	if (rc == 0)
		rc = walk_folder(&walk, AT_FDCWD, root, 0, 0);
	if (rc == 0)
		rc = check_hits(&walk);
	if (rc == 0)
		rc = store_manifest(&walk, found);
	if (rc == 0)
		rc = sw__objects_sync(&walk.objects, err);
	if (rc == 0)
		memcpy(hash, found, sizeof found);
	sw__objects_close(&walk.objects);
	for (size_t i = 0; i < walk.n; i++)
		free(walk.entries[i].path);
	free(walk.entries);
	return rc;
}

/* Relative, and no component is empty, "." or "..". */
static bool
is_path(const char *path)
{
	for (const char *c = path;; c++) {
		const size_t n = strcspn(c, "/");
		if (n == 0 || (n == 1 && c[0] == '.') ||
		    (n == 2 && c[0] == '.' && c[1] == '.'))
			return false;
		c += n;
		if (!*c)
			return true;
	}
}

/* Opens the folder of `path` below `root`, making what is missing; *name is
 * the last component. */
static int
open_folder(int root, const char *path, const char **name)
{
	int at = dup(root);
	const char *slash;
	for (; at >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
		char part[NAME_MAX + 1];
		const size_t n = (size_t)(slash - path);
		int next = -1;
		errno = ENAMETOOLONG;
		if (n < sizeof part) {
			memcpy(part, path, n);
			part[n] = '\0';
			if (mkdirat(at, part, 0777) == 0 || errno == EEXIST)
				next = openat(at, part,
				    O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
					O_CLOEXEC);
		}
		const int saved = errno;
		close(at);
		errno = saved;
		at = next;
	}
	*name = path;
	return at;
}

static int
place_file(struct sw_objects *objects, int root, const char *path,
    const char *hash, mode_t mode, struct sw_error *err)
{
	const char *name;
	const int at = open_folder(root, path, &name);
	const int fd =
	    at < 0 ? -1
		   : openat(at, name,
			 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			 mode);
	int rc = fd < 0 ? sw__error_errno(err, "cannot place '%s'", path)
			: sw__object_get_file(objects, hash, fd, err);
	if (fd >= 0 && close(fd) != 0 && rc == 0)
		rc = sw__error_errno(err, "cannot place '%s'", path);
	if (fd >= 0 && rc != 0)
		unlinkat(at, name, 0);
	if (at >= 0)
		close(at);
	return rc;
}

static int
place_link(struct sw_objects *objects, int root, const char *path,
    const char *hash, struct sw_error *err)
{
	const char *name;
	char *target;
	size_t size;
	int rc =
	    sw__object_get_bytes(objects, hash, PATH_MAX, &target, &size, err);
	if (rc != 0)
		return rc;
	const int at = open_folder(root, path, &name);
	if (!stays_inside(path, target))
		rc = sw__error(err, SW_ERROR_CORRUPT,
		    "link '%s' of the artifact leads out of it", path);
	else if (at < 0 || symlinkat(target, at, name) != 0)
		rc = sw__error_errno(err, "cannot place link '%s'", path);
	if (at >= 0)
		close(at);
	free(target);
	return rc;
}

/* One record of a manifest. */
struct record {
	char kind;
	char hash[SW_HASH_HEX_MAX];
	const char *path;
};

/* Reads the record at *at, which moves behind it. */
static int
next_record(struct record *out, const char **at, struct sw_error *err)
{
	const char *text = *at;
	const size_t length = strlen(text);
	if (length <= RECORD_PREFIX || !strchr("fxl", text[0]) ||
	    text[1] != ' ' || text[RECORD_PREFIX - 1] != ' ' ||
	    !is_path(text + RECORD_PREFIX))
		return sw__error(err, SW_ERROR_CORRUPT,
		    "the manifest of the artifact is malformed");
	out->kind = text[0];
	memcpy(out->hash, text + 2, sizeof out->hash - 1);
	out->hash[sizeof out->hash - 1] = '\0';
	out->path = text + RECORD_PREFIX;
	*at = text + length + 1;
	return 0;
}

/* Links come after all files, so that no file is written through one. */
static int
place_kinds(struct sw_objects *objects, int root, const char *manifest,
    size_t size, bool is_links, struct sw_error *err)
{
	int rc = 0;
	const char *at = manifest + strlen(manifest) + 1;
	while (rc == 0 && at < manifest + size) {
		struct record r;
		rc = next_record(&r, &at, err);
		if (rc == 0 && r.kind == 'l' && is_links)
			rc = place_link(objects, root, r.path, r.hash, err);
		else if (rc == 0 && r.kind != 'l' && !is_links)
			rc = place_file(objects, root, r.path, r.hash,
			    r.kind == 'x' ? 0777 : 0666, err);
	}
	return rc;
}

/* Opens the store and reads an artifact's manifest; caller frees and closes,
 * also on failure. */
static int
open_manifest(struct sw_objects *objects, const char *state_dir,
    const char *hash, char **manifest, size_t *size, struct sw_error *err)
{
	int rc = sw__objects_open(objects, state_dir, err);
	if (rc == 0)
		rc = sw__object_get_bytes(
		    objects, hash, MANIFEST_MAX, manifest, size, err);
	if (rc == 0 && (*size < sizeof HEAD || strcmp(*manifest, HEAD) != 0))
		rc = sw__error(err, SW_ERROR_CORRUPT,
		    "object %s is not an artifact", hash);
	return rc;
}

int
sw__artifact_list(const char *state_dir, const char *hash,
    sw_artifact_file_fn take, void *payload, struct sw_error *err)
{
	struct sw_objects objects;
	char *manifest = NULL;
	size_t size = 0;
	int rc =
	    open_manifest(&objects, state_dir, hash, &manifest, &size, err);
	const char *at = rc == 0 ? manifest + sizeof HEAD : NULL;
	while (rc == 0 && at < manifest + size) {
		struct record r;
		char sha256[SW_HASH_HEX_MAX];
		rc = next_record(&r, &at, err);
		if (rc == 0)
			rc = sw__object_sha256(&objects, r.hash, sha256, err);
		const struct sw_artifact_file file = {
			.path = r.path,
			.kind = (enum sw_artifact_kind)r.kind,
			.sha256 = sha256,
		};
		if (rc == 0)
			rc = take(&file, payload, err);
	}
	free(manifest);
	sw__objects_close(&objects);
	return rc;
}

int
sw__marks_add_artifact(struct sw_marks *marks, struct sw_objects *objects,
    const char *hash, struct sw_error *err)
{
	char *manifest = NULL;
	size_t size = 0;
	int rc = sw__marks_add(marks, hash, err);
	if (rc != 1)
		return rc;
	rc = sw__object_get_bytes(
	    objects, hash, MANIFEST_MAX, &manifest, &size, err);
	const bool is_one =
	    rc == 0 && size >= sizeof HEAD && strcmp(manifest, HEAD) == 0;
	const char *at = is_one ? manifest + sizeof HEAD : NULL;
	while (rc == 0 && is_one && at < manifest + size) {
		struct record r;
		rc = next_record(&r, &at, err);
		if (rc == 0 && sw__marks_add(marks, r.hash, err) < 0)
			rc = err->code;
	}
	free(manifest);
	return rc == SW_ERROR_CORRUPT ? 0 : rc;
}

int
sw__artifact_place(const char *state_dir, const char *hash, const char *root,
    struct sw_error *err)
{
	struct sw_objects objects;
	char *manifest = NULL;
	size_t size = 0;
	int folder = -1;
	int rc =
	    open_manifest(&objects, state_dir, hash, &manifest, &size, err);
	if (rc == 0) {
		mkdir(root, 0777);
		folder =
		    open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (folder < 0)
			rc = sw__error_errno(err, "cannot open '%s'", root);
	}
	if (rc == 0)
		rc = place_kinds(&objects, folder, manifest, size, false, err);
	if (rc == 0)
		rc = place_kinds(&objects, folder, manifest, size, true, err);
	if (folder >= 0)
		close(folder);
	free(manifest);
	sw__objects_close(&objects);
	return rc;
}
