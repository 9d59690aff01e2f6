/*
 * Commands: the lines of the model as one script of `sh -eu`, or, with
 * shell="none", each line executed directly, one after the other, split at
 * blanks. After the script's last line the exported variables are written.
 *
 * Without a shell a line is split so: '...' is taken as it stands, in "..." a
 * backslash protects " and \, elsewhere it protects any character.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider.h"
#include "work.h"

#define SHELL "/bin/sh"
/* A longer script does not fit in an argument (Linux: 128 KiB) and is put in
 * a file. */
#define SCRIPT_ARGUMENT_MAX 100000
/* Words of a line that is executed directly. */
#define WORDS_MAX 4096

static int
cannot_execute(const struct sw_job *job, const char *program)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return sw__job_fail(
		    job, 127, "command not found: '%s'", program);
	return sw__job_fail(
	    job, 126, "cannot execute '%s': %s", program, strerror(errno));
}

/* One character of a word; false at its end. Moves *at. */
static bool
take_character(const char **at, char *quote, char *out)
{
	for (;; ++*at) {
		const char c = **at;
		if (c == '\0' || (!*quote && isspace((unsigned char)c)))
			return false;
		if (c == *quote) {
			*quote = '\0';
			continue;
		}
		if (!*quote && (c == '\'' || c == '"')) {
			*quote = c;
			continue;
		}
		const char next = (*at)[1];
		const bool is_escape = c == '\\' && *quote != '\'' &&
				       next != '\0' &&
				       (!*quote || next == '"' || next == '\\');
		if (is_escape)
			++*at;
		*out = **at;
		++*at;
		return true;
	}
}

/*
 * Splits a line into words, which lie in `bytes` (as long as the line, and
 * one more). NULL, or what is wrong.
 */
static const char *
split(const char *line, char *bytes, char **words)
{
	size_t n = 0;
	const char *at = line;
	for (;;) {
		char quote = '\0';
		while (isspace((unsigned char)*at))
			at++;
		if (!*at)
			break;
		if (n == WORDS_MAX)
			return "too many words";
		words[n++] = bytes;
		while (take_character(&at, &quote, bytes))
			bytes++;
		if (quote)
			return "a quote is not closed";
		*bytes++ = '\0';
	}
	words[n] = NULL;
	return n > 0 ? NULL : "no command";
}

/* Becomes the command of a line; returns if that fails. */
static int
become(const struct sw_job *job, const char *line)
{
	/* A word and the blank behind it are two bytes at least. */
	const size_t length = strlen(line);
	const size_t most = length / 2 + 1;
	char **words =
	    calloc((most < WORDS_MAX ? most : WORDS_MAX) + 1, sizeof *words);
	char *bytes = malloc(length + 1);
	int status;
	const char *problem =
	    words && bytes ? split(line, bytes, words) : "out of memory";
	if (problem) {
		status = sw__job_fail(
		    job, 125, "cannot execute line '%s': %s", line, problem);
	} else {
		sw__job_execute(job, words);
		status = cannot_execute(job, words[0]);
	}
	free(words);
	free(bytes);
	return status;
}

static int
run_line(const struct sw_job *job, const char *line)
{
	int status;
	(void)fflush(stdout);
	const pid_t pid = fork();
	if (pid < 0)
		return sw__job_fail(
		    job, 125, "cannot fork: %s", strerror(errno));
	if (pid == 0)
		_exit(become(job, line));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return sw__job_fail(
			    job, 125, "cannot wait: %s", strerror(errno));
	/* As its own end: the same signal ends this process. */
	if (WIFSIGNALED(status)) {
		(void)signal(WTERMSIG(status), SIG_DFL);
		(void)raise(WTERMSIG(status));
		return 128 + WTERMSIG(status);
	}
	return WEXITSTATUS(status);
}

static int
run_directly(const struct sw_job *job)
{
	for (size_t i = 0; job->run[i]; i++) {
		if (!job->run[i + 1])
			return become(job, job->run[i]);
		const int status = run_line(job, job->run[i]);
		if (status != 0)
			return status;
	}
	return 0;
}

static bool
is_shell_name(const char *name, size_t length)
{
	if (isdigit((unsigned char)*name))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_')
			return false;
	return true;
}

/* 'text', for sh. */
static void
put_quoted(FILE *out, const char *text)
{
	putc('\'', out);
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", out);
		else
			putc(*text, out);
	putc('\'', out);
}

static void
put_exports(FILE *out, const struct sw_job *job, const char *exports)
{
	size_t length;
	const char *name = sw__work_name(exports, &length);
	if (!name)
		return;
	/* The script's own status counts, also where -e does not see it. */
	fputs("stagewright_status=$?\n"
	      "[ \"$stagewright_status\" -eq 0 ] || "
	      "exit \"$stagewright_status\"\n"
	      "{\n",
	    out);
	for (; name; name = sw__work_name(name + length, &length)) {
		const int n = (int)length;
		fprintf(out,
		    "[ -z \"${%.*s+set}\" ] || printf '%.*s=%%s\\0' "
		    "\"$%.*s\"\n",
		    n, name, n, name, n, name);
	}
	fputs("} >>", out);
	put_quoted(out, job->variables_file);
	putc('\n', out);
}

static char *
make_script(const struct sw_job *job, const char *exports, size_t *size)
{
	char *script = NULL;
	FILE *out = open_memstream(&script, size);
	if (!out)
		return NULL;
	for (size_t i = 0; job->run[i]; i++)
		fprintf(out, "%s\n", job->run[i]);
	put_exports(out, job, exports);
	const bool is_bad = ferror(out) != 0;
	if (fclose(out) != 0 || is_bad) {
		free(script);
		return NULL;
	}
	/* NULL when the last of it had no room, which fclose does not tell. */
	return script;
}

static bool
write_file(const char *path, const char *bytes, size_t size)
{
	FILE *out = fopen(path, "w");
	if (!out)
		return false;
	const bool is_written = fwrite(bytes, 1, size, out) == size;
	return fclose(out) == 0 && is_written;
}

/* $0 begins what sh says about errors. */
static int
become_shell(const struct sw_job *job, const char *options, const char *script,
    const char *name)
{
	/* execvp does not write into them. */
	const char *const words[] = { SHELL, options, script, name, NULL };
	sw__job_execute(job, (char *const *)(uintptr_t)words);
	return cannot_execute(job, SHELL);
}

/* Beside the workspace, not in it: it is no file of the action's. */
static int
become_file(const struct sw_job *job, const char *script, size_t size)
{
	char path[PATH_MAX];
	const int beside = (int)(strlen(job->workspace) - strlen("workspace"));
	const int n = snprintf(
	    path, sizeof path, "%.*stmp/script.sh", beside, job->workspace);
	if (n < 0 || n >= PATH_MAX || !write_file(path, script, size))
		return sw__job_fail(
		    job, 125, "cannot write '%s': %s", path, strerror(errno));
	return become_shell(job, "-eu", path, NULL);
}

static int
run_script(const struct sw_job *job)
{
	const struct sw_pipeline *pipeline = job->pipeline;
	const char *exports = pipeline->work[job->action].exports;
	size_t size;
	for (const char *name = sw__work_name(exports, &size); name;
	     name = sw__work_name(name + size, &size))
		if (!is_shell_name(name, size))
			return sw__job_fail(job, 125,
			    "'%.*s' cannot be exported: it is not the name of "
			    "a variable of sh",
			    (int)size, name);
	char *script = make_script(job, exports, &size);
	if (!script)
		return sw__job_fail(
		    job, 125, "cannot make the script: %s", strerror(errno));
	if (size > SCRIPT_ARGUMENT_MAX)
		return become_file(job, script, size);
	return become_shell(
	    job, "-euc", script, pipeline->machine->actions[job->action].name);
}

static int
perform(const struct sw_job *job)
{
	return job->pipeline->work[job->action].exec ? run_directly(job)
						     : run_script(job);
}

const struct sw_provider sw_provider_commands = {
	.name = "Commands",
	.perform = perform,
};
