/*
 * emit-models SEED COUNT DIR: random models as generated code. DIR/linked and
 * DIR/amalgamated get a folder's worth of files each; DIR/linked.c and
 * DIR/amalgamated.c include them all and list them as subjects.
 */
#include <stdio.h>
#include <stdlib.h>

#include <sys/stat.h>

#include "base/arena.h"
#include "base/source.h"
#include "base/text.h"
#include "emit/emit.h"
#include "lower/lower.h"
#include "random_model.h"

typedef void emitter(struct text *text, const struct lowered *lowered,
    const struct sources *sources);

static void
emit_plain_view(struct text *text, const struct lowered *lowered,
    const struct sources *sources)
{
	emit_view(text, lowered, sources, "<svg>\n</svg>\n");
}

static struct text *
open_text(const char *path, FILE **stream)
{
	*stream = fopen(path, "w");
	if (*stream == NULL) {
		perror(path);
		exit(3);
	}
	return text_new(*stream);
}

static void
close_text(struct text *text, FILE *stream)
{
	if (text_close(text) < 0 || fclose(stream) != 0) {
		perror("emit-models");
		exit(3);
	}
}

static void
write_file(const char *path, emitter *emit, const struct lowered *lowered,
    const struct sources *sources)
{
	FILE *stream;
	struct text *text = open_text(path, &stream);
	emit(text, lowered, sources);
	close_text(text, stream);
}

static void
emit_inclusion(struct text *text, const char *prefix, const char *variant,
    const char *suffix)
{
	text_put(text, "#include \"");
	text_put(text, variant);
	TEXT(text, "/$p$", IDENT("p", prefix));
	text_put(text, suffix);
	text_put(text, "\"\n");
}

/* A wrapper around the pipeline's own step. */
static void
emit_take(struct text *text, const char *prefix)
{
	TEXT(text,
	    "static enum sw_refusal\n"
	    "take_$p$(const struct subject *subject, void *state,\n"
	    "    struct sw_event event, struct sw_output *out)\n"
	    "{\n"
	    "\tstatic struct $p$_output typed;\n"
	    "\tconst enum sw_refusal refusal = $p$_step(state, event, "
	    "&typed);\n"
	    "\t(void)subject;\n"
	    "\t*out = (struct sw_output){ typed.commands, typed.fired,\n"
	    "\t\ttyped.ncommands, typed.nfired };\n"
	    "\treturn refusal;\n"
	    "}\n",
	    IDENT("p", prefix));
}

struct batch {
	struct arena *arena;
	struct sources *sources;
	struct lowered **lowered;
	size_t n;
	const char *folder;
};

static void
write_list(const struct batch *b, const char *variant)
{
	FILE *stream;
	struct text *text = open_text(
	    arena_printf(b->arena, "%s/%s.c", b->folder, variant), &stream);
	const int is_linked = variant[0] == 'l';
	for (size_t i = 0; i < b->n; i++) {
		emit_inclusion(text, b->lowered[i]->prefix, variant, ".c");
		if (is_linked)
			emit_inclusion(
			    text, b->lowered[i]->prefix, variant, "_view.c");
	}
	text_put(text, "#include \"subject.h\"\n");
	if (is_linked)
		text_put(text,
		    "struct sw_provider { int unused; };\n"
		    "const struct sw_provider sw_provider_commands = { 0 };\n");
	for (size_t i = 0; i < b->n; i++)
		emit_take(text, b->lowered[i]->prefix);
	text_put(text, "extern const struct subject subjects[];\n");
	text_put(text, "const struct subject subjects[] = {\n");
	for (size_t i = 0; i < b->n; i++)
		TEXT(text, "\t{ &$p$_machine, take_$p$, 0 },\n",
		    IDENT("p", b->lowered[i]->prefix));
	text_put(text, "\t{ 0, 0, 0 },\n};\n");
	close_text(text, stream);
}

static void
write_model(const struct batch *b, const struct lowered *l)
{
	struct arena *a = b->arena;
	write_file(arena_printf(a, "%s/linked/%s.h", b->folder, l->prefix),
	    emit_header, l, b->sources);
	write_file(arena_printf(a, "%s/linked/%s.c", b->folder, l->prefix),
	    emit_source, l, b->sources);
	write_file(arena_printf(a, "%s/linked/%s_view.c", b->folder, l->prefix),
	    emit_plain_view, l, b->sources);
	write_file(arena_printf(a, "%s/amalgamated/%s.c", b->folder, l->prefix),
	    emit_amalgamation, l, b->sources);
}

int
main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	const uint64_t seed = strtoull(argv[1], NULL, 10);
	struct batch b = { .arena = arena_new(), .folder = argv[3] };
	b.n = strtoul(argv[2], NULL, 10);
	b.lowered = arena_array(b.arena, b.n, sizeof(void *));
	b.sources = sources_new(b.arena);
	source_add(b.sources, "random.xml", "<pipeline/>", 11);
	mkdir(b.folder, 0777);
	mkdir(arena_printf(b.arena, "%s/linked", b.folder), 0777);
	mkdir(arena_printf(b.arena, "%s/amalgamated", b.folder), 0777);
	for (size_t i = 0; i < b.n; i++) {
		b.lowered[i] = lower(b.arena, random_model(b.arena, seed + i));
		write_model(&b, b.lowered[i]);
	}
	write_list(&b, "linked");
	write_list(&b, "amalgamated");
	arena_free(b.arena);
	return 0;
}
