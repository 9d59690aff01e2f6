/* Writes a file beside another one and puts it in its place. */
#include "whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"

/* What is behind the name of a temporary file. */
#define SUFFIX ".XXXXXX"

static bool
write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		const ssize_t n = write(fd, bytes, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		size -= (size_t)n;
	}
	return true;
}

static bool
write_into(const char *path, const char *bytes, size_t size)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	const bool is_written = write_all(fd, bytes, size);
	return close(fd) == 0 && is_written;
}

/* What a file that is new may be, as open(2) would have it. */
static mode_t
usual_mode(void)
{
	const mode_t mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

static bool
replace(const char *target, mode_t mode, const char *bytes, size_t size)
{
	const size_t room = strlen(target) + sizeof SUFFIX;
	char *beside = malloc(room);
	if (beside == NULL)
		return false;
	snprintf(beside, room, "%s" SUFFIX, target);
	const int fd = mkstemp(beside);
	bool is_done = false;
	if (fd >= 0) {
		is_done = write_all(fd, bytes, size) && fchmod(fd, mode) == 0 &&
			  fsync(fd) == 0;
		is_done = close(fd) == 0 && is_done;
		is_done = is_done && rename(beside, target) == 0;
		const int why = errno;
		if (!is_done)
			unlink(beside);
		errno = why;
	}
	free(beside);
	return is_done;
}

bool
whole_file_write(const char *path, const char *bytes, size_t size)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return errno == ENOENT &&
		       replace(path, usual_mode(), bytes, size);
	if (!S_ISREG(status.st_mode))
		return write_into(path, bytes, size);
	char *target = realpath(path, NULL);
	const bool is_done =
	    target != NULL &&
	    replace(target, status.st_mode & 07777, bytes, size);
	free(target);
	return is_done;
}

bool
whole_file_text(const char *path,
    void (*write)(const void *self, struct text *text), const void *self)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *to =
	    path == NULL ? stdout : check_memory(open_memstream(&bytes, &size));
	struct text *text = text_new(to);

	write(self, text);
	if (path == NULL)
		return text_close(text) == 0;
	if (text_close(text) != 0)
		out_of_memory();
	close_memory(to, &bytes);
	const bool is_written = whole_file_write(path, bytes, size);
	const int why = errno;
	free(bytes);
	errno = why;
	return is_written;
}
