#define _GNU_SOURCE /* environ, pipe2 */
/*
 * Puts a block of lines into a hook and takes it out again. Input: a hook
 * that may be anybody's; output: the same with our block behind its first
 * line, since what comes later may never be reached. What it does not
 * understand it leaves alone, and says what to do.
 */
#include "hook.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A hook as a string; caller frees. */
struct text {
	char *bytes; /* NULL: there is none */
	size_t length;
	mode_t mode;
};

struct block {
	char first[PATH_MAX + 512]; /* its first line, and its last */
	char last[PATH_MAX + 512];
	char whole[SW_HOOK_BLOCK_MAX];
	char command[5 * PATH_MAX]; /* the line that hints */
};

/* Appends text in single quotes, as sh reads it back. */
static void
quote(char *out, size_t size, const char *text)
{
	size_t at = strlen(out);
	const char *end = "'";
	if (at + 1 < size)
		out[at++] = '\'';
	for (; *text && at + 6 < size; text++) {
		if (*text == '\'') {
			snprintf(out + at, size - at, "'\\''");
			at += 4;
		} else {
			out[at++] = *text;
		}
	}
	snprintf(out + at, size - at, "%s", end);
}

static int
make_block(
    struct block *block, const struct sw_hook *hook, struct sw_error *err)
{
	char program[2 * PATH_MAX] = "";
	char state[2 * PATH_MAX] = "";
	for (const char *c = hook->state_dir; *c; c++)
		if (*c == '\n')
			return sw__error(err, SW_ERROR_USAGE,
			    "the path of the state directory has a line break "
			    "in it, which a hook cannot hold");
	quote(program, sizeof program, hook->program);
	quote(state, sizeof state, hook->state_dir);
	snprintf(block->first, sizeof block->first, "# >>> %.400s in %s\n",
	    hook->pipeline, hook->state_dir);
	snprintf(block->last, sizeof block->last, "# <<< %.400s in %s\n",
	    hook->pipeline, hook->state_dir);
	snprintf(block->command, sizeof block->command,
	    "%s hook hint --state %s </dev/null >/dev/null 2>&1 &", program,
	    state);
	snprintf(block->whole, sizeof block->whole,
	    "%s# Tells the pipeline of a change; `hook remove` takes it out.\n"
	    "%s\n%s",
	    block->first, block->command, block->last);
	return 0;
}

/* Asking git */

static int
read_answer(int fd, char *out, size_t size)
{
	size_t length = 0;
	ssize_t n = 0;
	while (length + 1 < size) {
		n = read(fd, out + length, size - 1 - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		length += (size_t)n;
	}
	out[length] = 0;
	return n < 0 ? -1 : 0;
}

/* The lines that git prints; its exit status, or -1 with errno. */
static int
ask_git(char *const *words, char *out, size_t size)
{
	int ends[2];
	pid_t child = 0;
	posix_spawn_file_actions_t actions;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	const int failed =
	    posix_spawnp(&child, "git", &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	const int unread = failed ? 0 : read_answer(ends[0], out, size);
	close(ends[0]);
	int status = 0;
	if (!failed)
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
	if (failed)
		errno = failed;
	if (failed || unread != 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int
ask_error(int status, const char *repository, struct sw_error *err)
{
	if (status < 0 && errno == ENOENT)
		return sw__error(err, SW_ERROR_SYSTEM,
		    "there is no git on the path to ask where the hooks of "
		    "'%s' are: install it (Debian: apt install git)",
		    repository);
	if (status < 0)
		return sw__error_errno(err, "cannot ask git for the hooks");
	return sw__error(err, SW_ERROR_REFUSED,
	    "'%s' is not a git repository on this machine", repository);
}

int
sw__hook_folder(char folder[PATH_MAX], bool *is_bare, const char *repository,
    struct sw_error *err)
{
	char git[] = "git";
	char in[] = "-C";
	char parse[] = "rev-parse";
	char bare[] = "--is-bare-repository";
	char format[] = "--path-format=absolute";
	char path[] = "--git-path";
	char hooks[] = "hooks";
	char config[] = "config";
	char key[] = "core.hooksPath";
	char answer[PATH_MAX + 16];
	char *where = strdup(repository);
	if (!where)
		return sw__error_errno(err, "cannot ask git for the hooks");
	char *const words[] = { git, in, where, parse, bare, format, path,
		hooks, NULL };
	char *const elsewhere[] = { git, in, where, config, key, NULL };
	int result = 0;
	int status = ask_git(words, answer, sizeof answer);
	char *line = strchr(answer, '\n');
	char *end = line ? strchr(line + 1, '\n') : NULL;
	if (status != 0 || !end) {
		result = ask_error(status, repository, err);
	} else {
		*end = 0;
		*is_bare = strncmp(answer, "true", 4) == 0;
		snprintf(folder, PATH_MAX, "%.*s", PATH_MAX - 1, line + 1);
		status = ask_git(elsewhere, answer, sizeof answer);
		if (status == 0)
			result = sw__error(err, SW_ERROR_REFUSED,
			    "'%s' has its hooks in '%s' (core.hooksPath), "
			    "perhaps with other repositories: call `hook "
			    "hint` in one of them yourself",
			    repository, folder);
	}
	free(where);
	return result;
}

/* Reading and writing a hook */

static int
refuse_hook(const char *path, const char *why, const struct block *block,
    struct sw_error *err)
{
	return sw__error(err, SW_ERROR_REFUSED,
	    "'%.200s' %s, and is left alone: put this line into it yourself: "
	    "%.600s",
	    path, why, block->command);
}

static int
read_file(struct text *out, int fd, size_t size)
{
	out->bytes = malloc(size + 1);
	if (!out->bytes)
		return -1;
	while (out->length < size) {
		const ssize_t n =
		    read(fd, out->bytes + out->length, size - out->length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		out->length += (size_t)n;
	}
	out->bytes[out->length] = 0;
	return 0;
}

/* What is there: nothing, or a hook of a kind that can be extended. */
static int
read_hook(struct text *out, const char *path, const struct block *block,
    struct sw_error *err)
{
	struct stat status;
	*out = (struct text){ .mode = 0777 };
	const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 && errno == ELOOP)
		return refuse_hook(path, "is a symbolic link", block, err);
	if (fd < 0)
		return sw__error_errno(err, "cannot read '%s'", path);
	int result = 0;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		result = refuse_hook(path, "is not a file", block, err);
	else if (status.st_size > (off_t)SW_HOOK_MAX)
		result = refuse_hook(path, "is longer than 1 MiB", block, err);
	else if (read_file(out, fd, (size_t)status.st_size) != 0)
		result = sw__error_errno(err, "cannot read '%s'", path);
	out->mode = status.st_mode & 07777;
	close(fd);
	return result;
}

/* "#!/bin/sh -e", "#!/usr/bin/env bash": a shell that reads our line. */
static bool
is_shell(const char *text)
{
	static const char *const shells[] = { "sh", "bash", "dash", "ksh",
		"zsh", "ash" };
	if (strncmp(text, "#!", 2) != 0)
		return false;
	const char *word = text + 2;
	for (;;) {
		word += strspn(word, " \t");
		const size_t length = strcspn(word, " \t\r\n");
		const char *name = word + length;
		while (name > word && name[-1] != '/')
			name--;
		const size_t size = (size_t)(word + length - name);
		for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
			if (strlen(shells[i]) == size &&
			    strncmp(name, shells[i], size) == 0)
				return true;
		if (size != 3 || strncmp(name, "env", 3) != 0)
			return false;
		word += length;
	}
}

static int
judge_hook(const struct text *hook, const char *path, const struct block *block,
    struct sw_error *err)
{
	if (!hook->bytes)
		return 0;
	if (strlen(hook->bytes) != hook->length || !is_shell(hook->bytes))
		return refuse_hook(path, "is no shell script", block, err);
	if (!(hook->mode & S_IXUSR))
		return refuse_hook(
		    path, "is switched off (not executable)", block, err);
	return 0;
}

static int
write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		const ssize_t n = write(fd, bytes, length);
		if (n < 0 && errno != EINTR)
			return -1;
		bytes += n > 0 ? n : 0;
		length -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* Replaces a hook in one step: a push meets the old one or the new one. */
static int
write_hook(const char *path, mode_t mode, const char *const parts[3],
    const size_t sizes[3], struct sw_error *err)
{
	char temporary[PATH_MAX + 16];
	snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
	const int fd = mkstemp(temporary);
	if (fd < 0)
		return sw__error_errno(err, "cannot write '%s'", path);
	int failed = 0;
	for (size_t i = 0; i < 3 && !failed; i++)
		failed = write_all(fd, parts[i], sizes[i]);
	failed = failed || fchmod(fd, mode) != 0;
	failed = close(fd) != 0 || failed;
	if (!failed && rename(temporary, path) == 0)
		return 0;
	sw__error_errno(err, "cannot write '%s'", path);
	unlink(temporary);
	return SW_ERROR_SYSTEM;
}

/* Where our block is in a hook; false if it is not, or not whole. */
static bool
find_block(const struct text *hook, const struct block *block, size_t *from,
    size_t *to)
{
	if (!hook->bytes)
		return false;
	const char *start = strstr(hook->bytes, block->first);
	const char *end = start ? strstr(start, block->last) : NULL;
	if (!end || (start > hook->bytes && start[-1] != '\n'))
		return false;
	*from = (size_t)(start - hook->bytes);
	*to = (size_t)(end - hook->bytes) + strlen(block->last);
	return true;
}

static mode_t
new_mode(void)
{
	const mode_t mask = umask(0);
	umask(mask);
	return 0777 & ~mask;
}

static int
put_in(const char *path, const struct text *hook, const struct block *block,
    bool *changed, struct sw_error *err)
{
	static const char shebang[] = "#!/bin/sh\n";
	size_t from = 0;
	size_t to = 0;
	const char *text = hook->bytes ? hook->bytes : shebang;
	const size_t length = hook->bytes ? hook->length : sizeof shebang - 1;
	if (!find_block(hook, block, &from, &to)) {
		const char *newline = strchr(text, '\n');
		from = newline ? (size_t)(newline - text) + 1 : length;
		to = from;
	}
	*changed = to - from != strlen(block->whole) ||
		   strncmp(text + from, block->whole, to - from) != 0;
	if (!*changed)
		return 0;
	const char *const parts[] = { text, block->whole, text + to };
	const size_t sizes[] = { from, strlen(block->whole), length - to };
	return write_hook(
	    path, hook->bytes ? hook->mode : new_mode(), parts, sizes, err);
}

int
sw__hook_install(const char *path, const struct sw_hook *hook, bool *changed,
    struct sw_error *err)
{
	assert(path && hook && changed);
	struct block block;
	struct text text = { .bytes = NULL };
	int failed = make_block(&block, hook, err);
	if (!failed)
		failed = read_hook(&text, path, &block, err);
	if (!failed)
		failed = judge_hook(&text, path, &block, err);
	if (!failed)
		failed = put_in(path, &text, &block, changed, err);
	free(text.bytes);
	return failed;
}

static int
take_out(const char *path, const struct text *hook, const struct block *block,
    bool *changed, struct sw_error *err)
{
	size_t from = 0;
	size_t to = 0;
	*changed = find_block(hook, block, &from, &to);
	if (!*changed)
		return 0;
	const bool is_ours = hook->length == to &&
			     from == strlen("#!/bin/sh\n") &&
			     strncmp(hook->bytes, "#!/bin/sh\n", from) == 0;
	if (is_ours)
		return unlink(path) == 0
			   ? 0
			   : sw__error_errno(err, "cannot remove '%s'", path);
	const char *const parts[] = { hook->bytes, "", hook->bytes + to };
	const size_t sizes[] = { from, 0, hook->length - to };
	return write_hook(path, hook->mode, parts, sizes, err);
}

int
sw__hook_remove(const char *path, const struct sw_hook *hook, bool *changed,
    struct sw_error *err)
{
	assert(path && hook && changed);
	struct block block;
	struct text text = { .bytes = NULL };
	int failed = make_block(&block, hook, err);
	if (!failed)
		failed = read_hook(&text, path, &block, err);
	if (!failed && text.bytes && strlen(text.bytes) != text.length)
		failed = refuse_hook(path, "is no shell script", &block, err);
	if (!failed)
		failed = take_out(path, &text, &block, changed, err);
	free(text.bytes);
	return failed;
}
