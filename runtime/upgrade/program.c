/*
 * Keeping programs. Input: this process's executable; output: a copy in the
 * state directory, whole or not there (written aside, synced, renamed). What
 * is executed is the file that was hashed, by its descriptor.
 */
#define _GNU_SOURCE
#include "program.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include <sodium.h>

#define FOLDER "programs"
#define CHUNK (64u * 1024)

/* The hash of an open file; and a copy of it, if `to` is none of -1. */
static int
read_all(int from, int to, char hash[SW_PROGRAM_MAX], struct sw_error *err)
{
	unsigned char chunk[CHUNK];
	unsigned char bytes[SW_DIGEST_BYTES];
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, sizeof bytes);
	for (;;) {
		const ssize_t n = read(from, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return sw__error_errno(err, "a program cannot be read");
		if (n == 0)
			break;
		crypto_generichash_update(&state, chunk, (unsigned long long)n);
		for (ssize_t done = 0, k; to >= 0 && done < n; done += k) {
			k = write(to, chunk + done, (size_t)(n - done));
			if (k < 0 && errno == EINTR)
				k = 0;
			if (k < 0)
				return sw__error_errno(
				    err, "this program cannot be kept");
		}
	}
	crypto_generichash_final(&state, bytes, sizeof bytes);
	sodium_bin2hex(hash, SW_PROGRAM_MAX, bytes, sizeof bytes);
	return 0;
}

static int
open_folder(const struct sw_statedir *dir, bool make, struct sw_error *err)
{
	if (make && mkdirat(dir->fd, FOLDER, 0700) != 0 && errno != EEXIST)
		return sw__error_errno(
		    err, "cannot make '%s/" FOLDER "'", dir->path);
	const int fd = openat(
	    dir->fd, FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? sw__error_errno(err, "'%s/" FOLDER "'", dir->path) : fd;
}

static bool
is_there(int folder, const char *hash, int program)
{
	struct stat kept, own;
	return fstatat(folder, hash, &kept, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(kept.st_mode) && fstat(program, &own) == 0 &&
	       kept.st_size == own.st_size;
}

/* A copy aside, which takes its name when it is whole. */
static int
copy(int folder, int program, const char *hash, struct sw_error *err)
{
	char again[SW_PROGRAM_MAX];
	const int fd = openat(folder, "new",
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0700);
	if (fd < 0)
		return sw__error_errno(err, "this program cannot be kept");
	int status = lseek(program, 0, SEEK_SET) != 0
			 ? sw__error_errno(err, "this program")
			 : read_all(program, fd, again, err);
	if (status == 0 && fsync(fd) != 0)
		status = sw__error_errno(err, "this program cannot be kept");
	if (status == 0 && strcmp(hash, again) != 0)
		status = sw__error(
		    err, SW_ERROR_SYSTEM, "this program changes while it runs");
	if (close(fd) != 0 && status == 0)
		status = sw__error_errno(err, "this program cannot be kept");
	if (status == 0 &&
	    (renameat(folder, "new", folder, hash) != 0 || fsync(folder) != 0))
		status = sw__error_errno(err, "this program cannot be kept");
	if (status != 0)
		unlinkat(folder, "new", 0);
	return status;
}

int
sw__program_keep(const struct sw_statedir *dir, char hash[SW_PROGRAM_MAX],
    struct sw_error *err)
{
	const int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (program < 0)
		return sw__error_errno(err, "this program cannot be read");
	int status = read_all(program, -1, hash, err);
	const int folder = status != 0 ? -1 : open_folder(dir, true, err);
	if (folder < 0)
		status = err->code;
	else if (!is_there(folder, hash, program))
		status = copy(folder, program, hash, err);
	if (status == 0 && fsync(dir->fd) != 0)
		status = sw__error_errno(err, "'%s'", dir->path);
	if (folder >= 0)
		close(folder);
	close(program);
	return status;
}

int
sw__program_open(const struct sw_statedir *dir, const char *hash, int *fd,
    struct sw_error *err)
{
	char path[sizeof FOLDER + SW_PROGRAM_MAX];
	char is[SW_PROGRAM_MAX] = "";
	if (strlen(hash) != SW_PROGRAM_MAX - 1 ||
	    strspn(hash, "0123456789abcdef") != SW_PROGRAM_MAX - 1)
		return sw__error(err, SW_ERROR_REFUSED,
		    "the journal does not say which program it is of");
	snprintf(path, sizeof path, FOLDER "/%s", hash);
	*fd = openat(dir->fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0)
		return sw__error(err, SW_ERROR_REFUSED,
		    "the old program is not kept in '%s/%s'", dir->path, path);
	int status = read_all(*fd, -1, is, err);
	if (status == 0 && strcmp(is, hash) != 0)
		status = sw__error(err, SW_ERROR_CORRUPT,
		    "'%s/%s' is not the program that was kept: it was altered",
		    dir->path, path);
	if (status != 0) {
		close(*fd);
		*fd = -1;
	}
	return status;
}

bool
sw__program_is_kept(const struct sw_statedir *dir, const char *hash)
{
	struct sw_error err;
	int fd = -1;
	if (sw__program_open(dir, hash, &fd, &err) != 0 || fd < 0)
		return false;
	close(fd);
	return true;
}

void
sw__program_forget(
    const struct sw_statedir *dir, const char *keep, const char *too)
{
	struct sw_error err;
	const int folder = open_folder(dir, false, &err);
	DIR *list = folder < 0 ? NULL : fdopendir(folder);
	if (list == NULL && folder >= 0)
		close(folder);
	for (const struct dirent *e; list != NULL && (e = readdir(list));)
		if (e->d_name[0] != '.' && strcmp(e->d_name, keep) != 0 &&
		    strcmp(e->d_name, too) != 0)
			unlinkat(folder, e->d_name, 0);
	if (list != NULL)
		closedir(list);
}
