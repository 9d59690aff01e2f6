/*
 * One self-contained file: the sources of the machine, put together from the
 * files that the tool carries, with the tables of one pipeline behind them.
 * Each header goes in once, X-macro files wherever they are included; of the
 * system it needs <stddef.h>, <stdint.h> and <stdbool.h>, which every
 * freestanding C11 compiler has.
 */
#include "emit.h"

#include <assert.h>
#include <string.h>

#include "base/embedded.h"
#include "base/text.h"
#include "lower/lower.h"

#define PUBLIC "runtime/include/stagewright/"
#define MACHINE "runtime/machine/"

/* The machine without its words (they need stdio) and its laws. */
static const char *const sources_of_machine[] = {
	MACHINE "state.c",
	MACHINE "step.c",
	MACHINE "gate.c",
	MACHINE "queue.c",
	MACHINE "group.c",
	MACHINE "condition.c",
	MACHINE "rollback.c",
	MACHINE "stop.c",
	MACHINE "retry.c",
	MACHINE "candidates.c",
	MACHINE "laws.c",
};
#define NSOURCES (sizeof sources_of_machine / sizeof sources_of_machine[0])

/* Headers seen so far: no more than there are embedded files. */
struct seen {
	const struct embedded_file *files[64];
	size_t n;
};

static const struct embedded_file *
find_file(const char *folder, const char *name, size_t length)
{
	const size_t n = strlen(folder);
	for (const struct embedded_file *f = embedded_files; f->path != NULL;
	     f++)
		if (strncmp(f->path, folder, n) == 0 &&
		    strncmp(f->path + n, name, length) == 0 &&
		    f->path[n + length] == '\0')
			return f;
	return NULL;
}

/* Is this header new? It is not from now on. */
static bool
is_new(struct seen *seen, const struct embedded_file *file)
{
	for (size_t i = 0; i < seen->n; i++)
		if (seen->files[i] == file)
			return false;
	assert(seen->n < sizeof seen->files / sizeof seen->files[0]);
	seen->files[seen->n++] = file;
	return true;
}

static bool
begins(const char *line, size_t length, const char *with)
{
	const size_t n = strlen(with);
	return length > n && memcmp(line, with, n) == 0;
}

/* The embedded file that this line includes, or NULL. */
static const struct embedded_file *
included(const char *line, size_t length)
{
	static const char ours[] = "#include <stagewright/";
	static const char near[] = "#include \"";
	const char *folder = PUBLIC;
	const char *name = line + strlen(ours);
	if (begins(line, length, near)) {
		folder = MACHINE;
		name = line + strlen(near);
	} else if (!begins(line, length, ours)) {
		return NULL;
	}
	const struct embedded_file *file =
	    find_file(folder, name, strcspn(name, ">\""));
	assert(file != NULL);
	return file;
}

static bool
is_macro_file(const struct embedded_file *file)
{
	const size_t length = strlen(file->path);
	return strcmp(file->path + length - strlen(".def"), ".def") == 0;
}

static bool
is_system_include(const char *line, size_t length)
{
	return begins(line, length, "#include <") &&
	       !begins(line, length, "#include <stagewright/");
}

/* A line of our own sources: no longer than they are allowed to be. */
static void
emit_line(struct text *text, const char *line, size_t length)
{
	char copy[512];
	assert(length < sizeof copy);
	memcpy(copy, line, length);
	copy[length] = '\0';
	text_put(text, copy);
}

/* Includes nest two deep: a source, a header, an X-macro file. */
static void
emit_file(
    struct text *text, struct seen *seen, const struct embedded_file *file)
{
	const char *line = file->text;
	while (*line != '\0') {
		size_t length = strcspn(line, "\n");
		length += line[length] == '\n';
		const struct embedded_file *other = included(line, length);
		if (other != NULL) {
			if (is_macro_file(other) || is_new(seen, other))
				emit_file(text, seen, other);
		} else if (!is_system_include(line, length)) {
			emit_line(text, line, length);
		}
		line += length;
	}
}

static void
emit_prologue(struct text *text)
{
	text_put(text,
	    "\n"
	    "#include <stdbool.h>\n"
	    "#include <stddef.h>\n"
	    "#include <stdint.h>\n"
	    "\n"
	    "/* The machine comes in once, however many pipelines share a "
	    "file. */\n"
	    "#ifndef STAGEWRIGHT_AMALGAMATED\n"
	    "#define STAGEWRIGHT_AMALGAMATED\n"
	    "\n"
	    "/* It is this file's own: what a pipeline does not use is "
	    "dropped. */\n"
	    "#define SW_API static __attribute__((unused))\n"
	    "\n"
	    "/* -DSW_ASSERT=assert -include assert.h checks its invariants. "
	    "*/\n"
	    "#ifdef SW_ASSERT\n"
	    "#define assert(condition) SW_ASSERT(condition)\n"
	    "#else\n"
	    "#define assert(condition) ((void)0)\n"
	    "#endif\n"
	    "\n");
}

void
emit_amalgamation(struct text *text, const struct lowered *lowered,
    const struct sources *sources)
{
	struct seen seen = { .n = 0 };
	emit_banner(text, lowered, sources, "the whole machine in one file");
	emit_prologue(text);
	for (size_t i = 0; i < NSOURCES; i++) {
		const char *path = sources_of_machine[i];
		const struct embedded_file *file =
		    find_file("", path, strlen(path));
		assert(file != NULL);
		emit_file(text, &seen, file);
		text_put(text, "\n");
	}
	text_put(text, "#endif /* STAGEWRIGHT_AMALGAMATED */\n\n");
	emit_types(text, lowered);
	TEXT(text,
	    "\n"
	    "/* One function with all that it calls: twice as fast. */\n"
	    "__attribute__((flatten)) enum sw_refusal $p$_step(\n"
	    "    struct $p$_state *state, struct sw_event event, struct "
	    "$p$_output *out);\n"
	    "\n",
	    IDENT("p", lowered->prefix));
	emit_tables(text, lowered);
}
