/*
 * A picture in memory: SVG by emit_svg.c, PNG and PDF by Graphviz, which reads
 * the DOT of emit_dot.c with every position in it. The only file that includes
 * Graphviz.
 */
#include "render.h"

#include <dlfcn.h>
#include <graphviz/gvc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "emit_dot.h"
#include "emit_svg.h"
#include "layout.h"
#include "lower/lower.h"

#define NO_GRAPHVIZ                                                            \
	"Graphviz is not there; the Debian package libgvc6 brings it"
#define NO_RENDERER                                                            \
	"Graphviz has no renderer for this format; the Debian package "        \
	"libgvc6 brings it"

/*
 * Graphviz is loaded when such a picture is drawn: linking it would cost each
 * run of the tool more than a check of a model takes. Nothing is unloaded: the
 * process ends soon.
 */
#define CALLS(CALL)                                                            \
	CALL(agclose)                                                          \
	CALL(agmemread)                                                        \
	CALL(agseterr)                                                         \
	CALL(gvContext)                                                        \
	CALL(gvFreeLayout)                                                     \
	CALL(gvFreeRenderData)                                                 \
	CALL(gvLayout)                                                         \
	CALL(gvPluginList)                                                     \
	CALL(gvRenderData)

struct graphviz {
#define CALL(name) __typeof__ (&(name))(name);
	CALLS(CALL)
#undef CALL
};

/* False: something of it is not there. */
static bool
load(struct graphviz *graphviz)
{
	void *library = dlopen("libgvc.so.6", RTLD_NOW);
	void *symbol;
	bool has_all = library != NULL;

#define CALL(name)                                                             \
	symbol = has_all ? dlsym(library, #name) : NULL;                       \
	has_all = has_all && symbol != NULL;                                   \
	memcpy(&graphviz->name, &symbol, sizeof symbol);
	CALLS(CALL)
#undef CALL
	return has_all;
}

/* The text of a picture, DOT with places or SVG; malloc'd, NULL when memory is
 * out. */
static char *
write_text(struct arena *arena, const struct drawing *drawing, bool is_svg,
    size_t *size)
{
	char *bytes = NULL;
	FILE *to = open_memstream(&bytes, size);

	if (to == NULL)
		return NULL;
	struct text *text = text_new(to);
	if (is_svg)
		emit_svg(text, arena, drawing);
	else
		emit_dot(text, arena, drawing, layout_new(arena, drawing));
	const int failed = text_close(text);
	if (fclose(to) != 0 || failed != 0) {
		free(bytes);
		return NULL;
	}
	/* NULL when the last of it had no room, which fclose does not tell. */
	return bytes;
}

/* There is a plug-in for the format. Without it, layouts of text fail as well:
 * this is asked first. */
static bool
can_render(const struct graphviz *graphviz, GVC_t *gvc, const char *format)
{
	char device[] = "device";
	int n = 0;
	bool found = false;
	char **names = graphviz->gvPluginList(gvc, device, &n, NULL);

	for (int i = 0; i < n; i++) {
		found |= strcmp(names[i], format) == 0;
		free(names[i]);
	}
	free(names);
	return found;
}

/* A rendered picture of Graphviz: its memory is given back to it. */
struct rendered {
	struct graphviz graphviz;
	char *bytes;
	unsigned size;
};

/* Renders DOT, laid out by this engine; NULL, or what was wrong. */
static const char *
draw(const char *dot, const char *engine, const char *format,
    struct rendered *out)
{
	struct graphviz *g = &out->graphviz;

	if (!load(g))
		return NO_GRAPHVIZ;
	const char *problem = NULL;
	GVC_t *gvc = g->gvContext();
	Agraph_t *graph = NULL;

	/* Warnings are about texts wider than their shapes: that is known. */
	g->agseterr(AGMAX);
	if (can_render(g, gvc, format))
		graph = g->agmemread(dot);
	else
		problem = NO_RENDERER;
	if (problem == NULL && graph == NULL)
		problem = "Graphviz does not take the drawing";
	else if (graph != NULL && g->gvLayout(gvc, graph, engine) != 0)
		problem = "Graphviz could not place the drawing";
	if (problem == NULL) {
		if (g->gvRenderData(
			gvc, graph, format, &out->bytes, &out->size) != 0 ||
		    out->size == 0)
			problem = NO_RENDERER;
		g->gvFreeLayout(gvc, graph);
	}
	if (graph != NULL)
		g->agclose(graph);
	/* The context stays: what Graphviz remembers of fonts points into it,
	 * and the next picture would ask for them (libgvc 2.42). */
	return problem;
}

static void
keep(struct arena *arena, const char *bytes, size_t size,
    struct picture *picture)
{
	picture->bytes = arena_alloc(arena, size + 1);
	memcpy(picture->bytes, bytes, size);
	picture->size = size;
}

const char *
render(struct arena *arena, const struct drawing *drawing, const char *format,
    struct picture *picture)
{
	const bool is_svg = strcmp(format, "svg") == 0;
	size_t size = 0;
	char *text = write_text(arena, drawing, is_svg, &size);
	struct rendered out = { .bytes = NULL };
	const char *problem = NULL;

	if (text == NULL)
		return "there is no memory for the drawing";
	if (is_svg)
		keep(arena, text, size, picture);
	else
		problem = draw(text, "nop2", format, &out); /* as it is */
	free(text);
	if (problem == NULL && !is_svg)
		keep(arena, out.bytes, out.size, picture);
	if (out.bytes != NULL)
		out.graphviz.gvFreeRenderData(out.bytes);
	return problem;
}

const char *
render_dot(struct arena *arena, const char *dot, const char *format,
    struct picture *picture)
{
	struct rendered out = { .bytes = NULL };
	const char *problem = draw(dot, "dot", format, &out);

	if (problem == NULL)
		keep(arena, out.bytes, out.size, picture);
	if (out.bytes != NULL)
		out.graphviz.gvFreeRenderData(out.bytes);
	return problem;
}
