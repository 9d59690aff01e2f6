/* Checks, corrects in memory, checks again; writes once. */
#include "fix.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/source.h"
#include "command.h"
#include "compilation.h"
#include "line_diff.h"
#include "read/revision.h"
#include "report/fix.h"
#include "whole_file.h"

/* A state of the file. */
struct state {
	const char *bytes;
	size_t size;
	size_t nerrors;
	struct fix next; /* what can be made of it */
};

struct fixing {
	const struct fix_settings *settings;
	const char *path;
	struct arena *arena;
};

/* Checks bytes in the place of the file, NULL: as it is there. False: it
 * cannot be read; the check that follows says so. */
static bool
look(const struct fixing *f, const char *bytes, size_t size, struct state *out)
{
	struct compilation c;

	compilation_init(&c);
	f->settings->apply(f->settings->self, &c);
	if (bytes != NULL)
		source_overlay(c.sources, f->path, bytes, size);
	(void)compilation_check(&c, f->path);
	if (c.file == 0) {
		compilation_release(&c);
		return false;
	}
	out->size = source_size(c.sources, c.file);
	out->bytes =
	    arena_strndup(f->arena, source_bytes(c.sources, c.file), out->size);
	out->nerrors = diagnostics_count(c.diagnostics, SEVERITY_ERROR);
	out->next =
	    fix_apply(f->arena, c.diagnostics, c.file, f->settings->most);
	compilation_release(&c);
	return true;
}

static int
deliver(const struct fixing *f, const struct state *was, const struct state *is,
    size_t nfixed)
{
	if (is->next.nelsewhere > 0)
		fprintf(stderr,
		    "stagewright: %zu of '%s' left: what it includes is for "
		    "others, too\n",
		    is->next.nelsewhere, f->path);
	if (nfixed == 0)
		return EXIT_YES;
	if (f->settings->only_shows) {
		line_diff_print(stdout, f->path, was->bytes, was->size,
		    is->bytes, is->size);
		return EXIT_NO;
	}
	if (!whole_file_write(f->path, is->bytes, is->size)) {
		fprintf(stderr, "stagewright: cannot write '%s': %s\n", f->path,
		    strerror(errno));
		return EXIT_TROUBLE;
	}
	fprintf(
	    stderr, "stagewright: corrected %zu in '%s'\n", nfixed, f->path);
	return EXIT_YES;
}

int
fix_model(const char *path, const struct fix_settings *settings)
{
	struct fixing f = { settings, path, arena_new() };
	struct state was, is, after;
	size_t nfixed = 0;
	int status = EXIT_YES;

	if (strcmp(path, "-") == 0 ||
	    strncmp(path, REVISION_PREFIX, strlen(REVISION_PREFIX)) == 0) {
		fprintf(stderr,
		    "stagewright: '%s' cannot be corrected: it is no file of "
		    "the work tree\n",
		    path);
		status = EXIT_TROUBLE;
	} else if (look(&f, NULL, 0, &was)) {
		is = was;
		for (int i = 0; i < FIX_ROUNDS_MAX && is.next.nfixed > 0; i++) {
			const size_t n = is.next.nfixed;

			if (!look(&f, is.next.bytes, is.next.size, &after) ||
			    after.nerrors > is.nerrors)
				break;
			is = after;
			nfixed += n;
		}
		status = deliver(&f, &was, &is, nfixed);
	}
	arena_free(f.arena);
	return status;
}
