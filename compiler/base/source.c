/*
 * Files in memory, and the line and column of a place in them. A file's lines
 * are indexed when somebody first asks for one. Knows nothing of XML.
 */
#include "source.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"

struct file {
	const char *name;
	const char *bytes; /* size of them, and a NUL behind */
	size_t size;
	uint32_t *lines; /* offset of each line; NULL: not indexed yet */
	uint32_t n_lines;
	/* The place asked for last: the next one is often behind it. */
	uint32_t last_line; /* from 0 */
	uint32_t last_offset;
	uint32_t last_column;
};

struct sources {
	struct arena *arena;
	struct file **files; /* number 1 is files[0] */
	uint32_t n;
	uint32_t capacity;
	const char *overlay; /* a name, and what is read by it; NULL: none */
	const char *overlay_bytes;
	size_t overlay_size;
};

struct sources *
sources_new(struct arena *arena)
{
	struct sources *sources = arena_alloc(arena, sizeof *sources);

	sources->arena = arena;
	return sources;
}

uint32_t
source_add(
    struct sources *sources, const char *name, const char *bytes, size_t size)
{
	struct file *file = arena_alloc(sources->arena, sizeof *file);

	assert(size < UINT32_MAX);
	if (sources->n == sources->capacity) {
		struct file **more;

		sources->capacity = sources->capacity * 2 + 4;
		more = arena_array(
		    sources->arena, sources->capacity, sizeof(struct file *));
		if (sources->n > 0)
			memcpy(more, sources->files,
			    sources->n * sizeof(struct file *));
		sources->files = more;
	}
	file->name = arena_strdup(sources->arena, name);
	file->bytes = bytes;
	file->size = size;
	sources->files[sources->n++] = file;
	return sources->n;
}

/* Reads until the end or a byte over the limit; -1 with errno. */
static ssize_t
read_up_to(int fd, char *buffer, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t n = read(fd, buffer + got, size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

/* A pipe does not tell its size: read it in growing steps. */
static enum source_error
read_stream(struct sources *sources, int fd, const char **bytes, size_t *size)
{
	size_t capacity = (size_t)64 << 10, got = 0;
	char *buffer = NULL;

	for (;;) {
		char *more = realloc(buffer, capacity);
		ssize_t n = -1;

		if (more != NULL) {
			buffer = more;
			n = read_up_to(fd, buffer + got, capacity - got);
		}
		if (n < 0) {
			int error = errno;

			free(buffer);
			errno = error;
			return SOURCE_UNREADABLE;
		}
		got += (size_t)n;
		if (got < capacity || got > SOURCE_SIZE_MAX)
			break;
		capacity *= 2;
	}
	if (got <= SOURCE_SIZE_MAX)
		*bytes = arena_strndup(sources->arena, buffer, got);
	*size = got;
	free(buffer);
	return got <= SOURCE_SIZE_MAX ? SOURCE_OK : SOURCE_TOO_LARGE;
}

static enum source_error
read_descriptor(
    struct sources *sources, int fd, const char **bytes, size_t *size)
{
	struct stat status;
	char *buffer;
	ssize_t n;

	if (fstat(fd, &status) < 0)
		return SOURCE_UNREADABLE;
	if (S_ISDIR(status.st_mode)) {
		errno = EISDIR;
		return SOURCE_UNREADABLE;
	}
	if (!S_ISREG(status.st_mode) || status.st_size == 0)
		return read_stream(sources, fd, bytes, size);
	if (status.st_size > (off_t)SOURCE_SIZE_MAX)
		return SOURCE_TOO_LARGE;
	buffer = arena_alloc(sources->arena, (size_t)status.st_size + 1);
	n = read_up_to(fd, buffer, (size_t)status.st_size);
	if (n < 0)
		return SOURCE_UNREADABLE;
	*bytes = buffer;
	*size = (size_t)n;
	return SOURCE_OK;
}

void
source_overlay(
    struct sources *sources, const char *name, const char *bytes, size_t size)
{
	sources->overlay = arena_strdup(sources->arena, name);
	sources->overlay_bytes = bytes;
	sources->overlay_size = size;
}

enum source_error
source_read(struct sources *sources, const char *name, uint32_t *file)
{
	bool is_stdin = strcmp(name, "-") == 0;
	const char *bytes = NULL;
	enum source_error error;
	size_t size = 0;
	int fd = STDIN_FILENO, saved;

	if (sources->overlay != NULL && strcmp(sources->overlay, name) == 0) {
		*file = source_add(sources, name, sources->overlay_bytes,
		    sources->overlay_size);
		return SOURCE_OK;
	}
	if (!is_stdin)
		fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return SOURCE_UNREADABLE;
	error = read_descriptor(sources, fd, &bytes, &size);
	saved = errno;
	if (!is_stdin)
		close(fd);
	errno = saved;
	if (error == SOURCE_OK)
		*file = source_add(
		    sources, is_stdin ? "<stdin>" : name, bytes, size);
	return error;
}

static struct file *
find(const struct sources *sources, uint32_t file)
{
	assert(file >= 1 && file <= sources->n);
	return sources->files[file - 1];
}

const char *
source_name(const struct sources *sources, uint32_t file)
{
	return find(sources, file)->name;
}

const char *
source_bytes(const struct sources *sources, uint32_t file)
{
	return find(sources, file)->bytes;
}

size_t
source_size(const struct sources *sources, uint32_t file)
{
	return find(sources, file)->size;
}

static void
index_lines(const struct sources *sources, struct file *file)
{
	const char *end = file->bytes + file->size;
	uint32_t n = 1;

	for (const char *p = file->bytes;
	     (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		n++;
	file->lines = arena_array(sources->arena, n, sizeof *file->lines);
	/* A byte order mark is no character of the first line. */
	if (file->size >= 3 && memcmp(file->bytes, "\xef\xbb\xbf", 3) == 0)
		file->lines[0] = 3;
	n = 1;
	for (const char *p = file->bytes;
	     (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		file->lines[n++] = (uint32_t)(p + 1 - file->bytes);
	file->n_lines = n;
}

struct location
source_locate(const struct sources *sources, uint32_t number, uint32_t offset)
{
	struct file *file = find(sources, number);
	uint32_t low = 0, high, from, column = 1;

	if (file->lines == NULL)
		index_lines(sources, file);
	if (offset > file->size)
		offset = (uint32_t)file->size;
	/* lines[low] <= offset < lines[high] */
	for (high = file->n_lines; high - low > 1;) {
		uint32_t middle = low + (high - low) / 2;

		if (file->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	from = file->lines[low];
	if (file->last_column > 0 && file->last_line == low &&
	    file->last_offset <= offset) {
		from = file->last_offset;
		column = file->last_column;
	}
	/* Every byte but those that continue a character (10xxxxxx). */
	for (uint32_t i = from; i < offset; i++)
		column += ((unsigned char)file->bytes[i] & 0xc0) != 0x80;
	file->last_line = low;
	file->last_offset = offset > from ? offset : from;
	file->last_column = column;
	return (struct location){ low + 1, column };
}

const char *
source_line(const struct sources *sources, uint32_t number, uint32_t line,
    size_t *length)
{
	struct file *file = find(sources, number);
	size_t begin, end;

	if (file->lines == NULL)
		index_lines(sources, file);
	assert(line >= 1 && line <= file->n_lines);
	begin = file->lines[line - 1];
	end = line < file->n_lines ? file->lines[line] - 1 : file->size;
	if (end > begin && file->bytes[end - 1] == '\r')
		end--;
	*length = end - begin;
	return file->bytes + begin;
}
