/* Turns calls into entries of the record. */
#define _GNU_SOURCE
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A path below the folder, relative to it; NULL if it is elsewhere. */
static const char *
inside(const struct record *record, const char *path)
{
	const size_t n = strlen(record->folder);
	if (strncmp(path, record->folder, n) != 0)
		return NULL;
	if (path[n] == '\0')
		return ".";
	return path[n] == '/' ? path + n + 1 : NULL;
}

static void
copy_bytes(FILE *out, int fd, off_t offset, size_t n)
{
	char buffer[65536];
	while (n > 0) {
		const ssize_t got = pread(
		    fd, buffer, n < sizeof buffer ? n : sizeof buffer, offset);
		if (got <= 0) { /* cut in the meantime */
			memset(buffer, 0, sizeof buffer);
			for (; n > 0; n--)
				putc(0, out);
			return;
		}
		fwrite(buffer, 1, (size_t)got, out);
		offset += got;
		n -= (size_t)got;
	}
}

/* The file of a descriptor, opened here; -1 if it is none of the folder. */
static int
open_same(const struct record *record, const struct tracee *tracee, int fd,
    struct stat *st)
{
	char path[PATH_MAX];
	tracee_file(tracee, fd, path);
	if (inside(record, path) == NULL)
		return -1;
	snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)tracee->pid, fd);
	const int same = open(path, O_RDONLY | O_CLOEXEC);
	if (same >= 0 && fstat(same, st) != 0) {
		close(same);
		return -1;
	}
	return same;
}

static void
on_write(const struct record *record, const struct tracee *tracee, int fd,
    int64_t offset, int64_t n)
{
	char path[PATH_MAX];
	struct stat st;
	tracee_file(tracee, fd, path);
	const char *name = strrchr(path, '/');
	if (offset < 0)
		offset = tracee_offset(tracee, fd) - n;
	if (name != NULL && strcmp(name, "/runs") == 0) {
		const int file = open(path, O_RDONLY | O_CLOEXEC);
		fprintf(record->out, "ran %" PRId64 "\n", n);
		copy_bytes(record->out, file, offset, (size_t)n);
		close(file);
		return;
	}
	const int same = open_same(record, tracee, fd, &st);
	if (same < 0)
		return;
	fprintf(record->out, "write %ju %" PRId64 " %" PRId64 "\n",
	    (uintmax_t)st.st_ino, offset, n);
	copy_bytes(record->out, same, offset, (size_t)n);
	close(same);
}

static void
on_sync(const struct record *record, const struct tracee *tracee, int fd)
{
	char path[PATH_MAX];
	struct stat st;
	const int same = open_same(record, tracee, fd, &st);
	if (same < 0)
		return;
	if (S_ISDIR(st.st_mode)) {
		tracee_file(tracee, fd, path);
		fprintf(record->out, "syncdir %s\n", inside(record, path));
	} else if (S_ISREG(st.st_mode)) {
		fprintf(record->out, "sync %ju %jd\n", (uintmax_t)st.st_ino,
		    (intmax_t)st.st_size);
		copy_bytes(record->out, same, 0, (size_t)st.st_size);
	}
	close(same);
}

/* Rows come as JSON, one a line: the number of the last one. */
static void
on_told(const struct record *record, const struct tracee *tracee, size_t n)
{
	static const char key[] = "{\"seq\":";
	char text[65536];
	if (tracee->call != SYS_write ||
	    !tracee_bytes(tracee, tracee->arguments[1], text,
		n < sizeof text ? n : sizeof text))
		return;
	for (size_t i = n < sizeof text ? n : sizeof text; i-- > 0;)
		if (n - i >= sizeof key + 20 &&
		    memcmp(text + i, key, sizeof key - 1) == 0) {
			fprintf(record->out, "told %lu\n",
			    strtoul(text + i + sizeof key - 1, NULL, 10));
			return;
		}
}

/* Which arguments of a call are the directory, the path, the second ones. */
struct naming {
	uint64_t call;
	int at, path, to_at, to_path; /* -1: there is none */
};

static const struct naming namings[] = {
	{ SYS_open, -1, 0, -1, -1 },
	{ SYS_openat, 0, 1, -1, -1 },
	{ SYS_creat, -1, 0, -1, -1 },
	{ SYS_mkdir, -1, 0, -1, -1 },
	{ SYS_mkdirat, 0, 1, -1, -1 },
	{ SYS_rmdir, -1, 0, -1, -1 },
	{ SYS_unlink, -1, 0, -1, -1 },
	{ SYS_unlinkat, 0, 1, -1, -1 },
	{ SYS_rename, -1, 0, -1, 1 },
	{ SYS_renameat, 0, 1, 2, 3 },
	{ SYS_renameat2, 0, 1, 2, 3 },
	{ SYS_link, -1, 0, -1, 1 },
	{ SYS_linkat, 0, 1, 2, 3 },
	{ SYS_truncate, -1, 0, -1, -1 },
};

static const struct naming *
find_naming(uint64_t call)
{
	for (size_t i = 0; i < sizeof namings / sizeof namings[0]; i++)
		if (namings[i].call == call)
			return &namings[i];
	return NULL;
}

static void
argument_path(const struct tracee *tracee, int at, int path, char out[PATH_MAX])
{
	out[0] = '\0';
	if (path >= 0)
		tracee_path(tracee, tracee->arguments[path],
		    at < 0 ? AT_FDCWD : (int)tracee->arguments[at], out);
}

void
record_entry(struct record *record, struct tracee *tracee)
{
	const struct naming *naming = find_naming(tracee->call);
	char path[PATH_MAX];
	struct stat st;
	(void)record;
	if (naming == NULL)
		return;
	argument_path(tracee, naming->at, naming->path, path);
	tracee->existed = lstat(path, &st) == 0;
}

static void
on_names(const struct record *record, const struct tracee *tracee,
    const struct naming *naming)
{
	char from_path[PATH_MAX], to_path[PATH_MAX];
	struct stat st;
	argument_path(tracee, naming->at, naming->path, from_path);
	argument_path(tracee, naming->to_at, naming->to_path, to_path);
	const char *from = inside(record, from_path);
	const char *to = inside(record, to_path);
	FILE *out = record->out;
	switch (tracee->call) {
	case SYS_open:
	case SYS_openat:
	case SYS_creat:
		if (from == NULL || lstat(from_path, &st) != 0 ||
		    !S_ISREG(st.st_mode))
			return;
		if (!tracee->existed)
			fprintf(
			    out, "make %ju %s\n", (uintmax_t)st.st_ino, from);
		else if ((tracee->arguments[tracee->call == SYS_openat ? 2
								       : 1] &
			     O_TRUNC) != 0)
			fprintf(out, "size %ju 0\n", (uintmax_t)st.st_ino);
		return;
	case SYS_mkdir:
	case SYS_mkdirat:
		if (from != NULL)
			fprintf(out, "folder %s\n", from);
		return;
	case SYS_rmdir:
	case SYS_unlink:
	case SYS_unlinkat:
		if (from != NULL)
			fprintf(out, "drop %s\n", from);
		return;
	case SYS_truncate:
		if (from != NULL && stat(from_path, &st) == 0)
			fprintf(out, "size %ju %jd\n", (uintmax_t)st.st_ino,
			    (intmax_t)st.st_size);
		return;
	}
	if (to == NULL || lstat(to_path, &st) != 0) {
		if (from != NULL && to == NULL)
			fprintf(out, "drop %s\n", from);
	} else if (tracee->call == SYS_link || tracee->call == SYS_linkat ||
		   from == NULL)
		fprintf(out, "make %ju %s\n", (uintmax_t)st.st_ino, to);
	else
		fprintf(out, "move %ju %s %s\n",
		    S_ISDIR(st.st_mode) ? 0 : (uintmax_t)st.st_ino, from, to);
}

void
record_exit(struct record *record, const struct tracee *tracee, int64_t result)
{
	const struct naming *naming = find_naming(tracee->call);
	const int fd = (int)tracee->arguments[0];
	struct stat st;
	switch (tracee->call) {
	case SYS_write:
	case SYS_writev:
		if (fd == 1 && tracee->pid == record->root) {
			on_told(record, tracee, (size_t)result);
			break;
		}
		on_write(record, tracee, fd, -1, result);
		break;
	case SYS_pwrite64:
		on_write(
		    record, tracee, fd, (int64_t)tracee->arguments[3], result);
		break;
	case SYS_copy_file_range:
		on_write(record, tracee, (int)tracee->arguments[2], -1, result);
		break;
	case SYS_sendfile:
		on_write(record, tracee, fd, -1, result);
		break;
	case SYS_ftruncate:
	case SYS_fallocate: {
		const int same = open_same(record, tracee, fd, &st);
		if (same < 0)
			break;
		fprintf(record->out, "size %ju %jd\n", (uintmax_t)st.st_ino,
		    (intmax_t)st.st_size);
		close(same);
		break;
	}
	case SYS_fsync:
	case SYS_fdatasync:
		on_sync(record, tracee, fd);
		break;
	default:
		if (naming != NULL)
			on_names(record, tracee, naming);
	}
}
