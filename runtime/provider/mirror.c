/*
 * Names, locks and empties the folders of mirrors. The name is a hash of the
 * URL, which may hold a password; the lock is a file beside the folder, freed
 * by the system when its holder ends, however that is.
 */
#include "mirror.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "tree.h"

int
sw__mirror_path(char out[PATH_MAX], const char *state_dir, const char *url,
    struct sw_error *err)
{
	unsigned char digest[16];
	char hex[2 * sizeof digest + 1];
	if (sodium_init() < 0)
		return sw__error(
		    err, SW_ERROR_SYSTEM, "cannot set up libsodium");
	crypto_generichash(digest, sizeof digest, (const unsigned char *)url,
	    strlen(url), NULL, 0);
	sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
	const int n = snprintf(out, PATH_MAX, "%s/sources", state_dir);
	if (n < 0 || n >= PATH_MAX - 64)
		return sw__error(err, SW_ERROR_LIMIT,
		    "the path '%s' is too long", state_dir);
	if (mkdir(out, 0700) != 0 && errno != EEXIST)
		return sw__error_errno(err, "cannot make folder '%s'", out);
	snprintf(out + n, PATH_MAX - (size_t)n, "/%s.git", hex);
	return 0;
}

int
sw__mirror_lock(const char *path, struct sw_error *err)
{
	char name[PATH_MAX + 8];
	snprintf(name, sizeof name, "%s.lock", path);
	const int lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0)
		return sw__error_errno(err, "cannot make '%s'", name);
	while (flock(lock, LOCK_EX) != 0) {
		if (errno == EINTR)
			continue;
		sw__error_errno(err, "cannot lock '%s'", name);
		close(lock);
		return SW_ERROR_SYSTEM;
	}
	return lock;
}

int
sw__mirror_clear(const char *path, struct sw_error *err)
{
	const int dir =
	    open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0 && errno == ENOENT)
		return 0;
	if (dir < 0)
		return sw__error_errno(err, "cannot open '%s'", path);
	const int failed = sw__tree_clear(dir, err);
	close(dir);
	return failed;
}

unsigned
sw__mirror_packs(const char *path)
{
	char name[PATH_MAX + 16];
	snprintf(name, sizeof name, "%s/objects/pack", path);
	DIR *dir = opendir(name);
	if (!dir)
		return 0;
	unsigned count = 0;
	const struct dirent *entry = NULL;
	while ((entry = readdir(dir)) != NULL) {
		const char *dot = strrchr(entry->d_name, '.');
		if (dot && strcmp(dot, ".pack") == 0)
			count++;
	}
	closedir(dir);
	return count;
}
