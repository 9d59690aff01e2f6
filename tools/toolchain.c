#define _GNU_SOURCE /* environ */
/*
 * The C compiler of the machine that `build` runs on. Knows its command line
 * and where the runtime is; what the sources say is not its business.
 */
#include "toolchain.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <limits.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "command.h"
#include "libraries.h"

struct command_line {
	char **words; /* NULL ends */
	size_t n;
	size_t capacity;
};

static void
add(struct command_line *line, struct arena *arena, const char *word)
{
	/* One more than there are words, for the NULL. */
	if (line->n + 1 >= line->capacity) {
		size_t capacity = line->capacity * 2 + 64;
		char **words = arena_array(arena, capacity, sizeof *words);

		if (line->n > 0)
			memcpy(words, line->words, line->n * sizeof *words);
		line->words = words;
		line->capacity = capacity;
	}
	line->words[line->n++] = arena_strdup(arena, word);
	line->words[line->n] = NULL;
}

/* The words of "gcc -m64", as make and the shell would see them. */
static void
add_words(struct command_line *line, struct arena *arena, const char *words)
{
	for (;;) {
		words += strspn(words, " \t\n");
		const size_t length = strcspn(words, " \t\n");
		if (length == 0)
			return;
		add(line, arena, arena_strndup(arena, words, length));
		words += length;
	}
}

/* The folder above bin/, where the runtime is installed; NULL with errno. */
static const char *
installation(struct arena *arena)
{
	char path[PATH_MAX];
	const ssize_t length =
	    readlink("/proc/self/exe", path, sizeof path - 1);
	if (length < 0)
		return NULL;
	path[length] = '\0';
	for (int level = 0; level < 2; level++) {
		char *slash = strrchr(path, '/');
		if (slash != NULL)
			*slash = '\0';
	}
	return arena_strdup(arena, path);
}

static void
add_libraries(struct command_line *line, struct arena *arena,
    const char *runtime, const struct toolchain_job *job)
{
	if (job->is_static)
		add(line, arena, "-static");
	if (job->uses_git)
		add_words(line, arena,
		    job->is_static ? build_static_git_libs : build_git_libs);
	add_words(line, arena, job->is_static ? build_static_libs : build_libs);
	/* Once more, for what libgit2 lacks: no_gssapi.c. */
	if (job->is_static && job->uses_git)
		add(line, arena, runtime);
	add(line, arena, "-lpthread");
}

static void
add_all(struct command_line *line, struct arena *arena, const char *prefix,
    const struct toolchain_job *job)
{
	const char *compiler = getenv("CC");
	if (compiler == NULL || compiler[strspn(compiler, " ")] == '\0')
		compiler = "cc";
	add_words(line, arena, compiler);
	add_words(line, arena, "-std=c11 -O1 -ffunction-sections");
	add_words(line, arena, build_flags);
	add(line, arena, arena_printf(arena, "-I%s/include", prefix));
	add(line, arena, "-o");
	add(line, arena, job->output);
	for (size_t i = 0; i < job->nsources; i++)
		add(line, arena, job->sources[i]);
	const char *runtime =
	    arena_printf(arena, "%s/lib/stagewright/libstagewright.a", prefix);
	add(line, arena, runtime);
	add_words(line, arena, "-Wl,--gc-sections -Wl,--as-needed");
	if (build_flags[0] == '\0')
		add(line, arena, "-s");
	add_libraries(line, arena, runtime, job);
}

static void
copy_to_stderr(FILE *from)
{
	char bytes[4096];

	rewind(from);
	for (size_t n; (n = fread(bytes, 1, sizeof bytes, from)) > 0;)
		(void)fwrite(bytes, 1, n, stderr);
}

/* What the compiler says goes to `said`, or straight on if that is NULL. */
static int
spawn(pid_t *child, char *const *words, FILE *said)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);
	if (error != 0)
		return error;
	if (said != NULL)
		error = posix_spawn_file_actions_adddup2(
		    &actions, fileno(said), STDERR_FILENO);
	if (error == 0)
		error = posix_spawnp(
		    child, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static int
run(char *const *words, FILE *said)
{
	pid_t child;
	const int error = spawn(&child, words, said);
	if (error != 0) {
		fprintf(stderr,
		    "stagewright: cannot run the C compiler '%s': %s; install "
		    "one (Debian: apt install gcc libc6-dev) or name one in "
		    "CC\n",
		    words[0], strerror(error));
		return EXIT_TROUBLE;
	}
	int status;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_TROUBLE;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return EXIT_YES;
	if (said != NULL)
		copy_to_stderr(said);
	fprintf(stderr, "stagewright: the C compiler '%s' failed\n", words[0]);
	return EXIT_TROUBLE;
}

int
toolchain_link(struct arena *arena, const struct toolchain_job *job)
{
	const char *prefix = installation(arena);
	if (prefix == NULL) {
		fprintf(stderr, "stagewright: cannot find itself: %s\n",
		    strerror(errno));
		return EXIT_TROUBLE;
	}
	const char *library =
	    arena_printf(arena, "%s/lib/stagewright/libstagewright.a", prefix);
	if (access(library, R_OK) != 0) {
		fprintf(stderr,
		    "stagewright: cannot read the runtime '%s': %s; `make "
		    "install` puts it there\n",
		    library, strerror(errno));
		return EXIT_TROUBLE;
	}
	struct command_line line = { .n = 0 };
	add_all(&line, arena, prefix, job);
	/* A static link warns of what libuv and SQLite would load at run time,
	 * if asked; ld's --no-warnings would hide its errors too. */
	FILE *said = job->is_static ? tmpfile() : NULL;
	const int status = run(line.words, said);
	if (said != NULL)
		(void)fclose(said);
	return status;
}
