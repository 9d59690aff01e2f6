/*
 * The only file that includes Graphviz: reads the DOT of emit_dot.c, which has
 * every position in it, and renders it. Output: a picture in memory.
 */
#include "render.h"

#include <assert.h>
#include <dlfcn.h>
#include <graphviz/gvc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "emit_dot.h"
#include "layout.h"
#include "lower/lower.h"

#define NO_GRAPHVIZ                                                            \
	"Graphviz is not there; the Debian package libgvc6 brings it"
#define NO_RENDERER                                                            \
	"Graphviz has no renderer for this format; the Debian package "        \
	"libgvc6 brings it"

/*
 * Graphviz is loaded when a picture is drawn: linking it would cost each run of
 * the tool more than a check of a model takes. Its plug-ins are loaded by
 * their paths, so that an SVG needs none to be searched for. Nothing is
 * unloaded: the process ends soon.
 */
#define CALLS(CALL)                                                            \
	CALL(agclose)                                                          \
	CALL(agmemread)                                                        \
	CALL(agseterr)                                                         \
	CALL(gvContextPlugins)                                                 \
	CALL(gvFreeContext)                                                    \
	CALL(gvFreeLayout)                                                     \
	CALL(gvFreeRenderData)                                                 \
	CALL(gvLayout)                                                         \
	CALL(gvPluginList)                                                     \
	CALL(gvRenderData)

struct graphviz {
#define CALL(name) __typeof__ (&(name))(name);
	CALLS(CALL)
#undef CALL
	/* "nop2" takes positions as they are; the other writes SVG. */
	void *layout;
	void *core;
};

static void *
load_plugin(const char *name, const char *symbol)
{
	char path[4096];
	void *library;

	snprintf(path, sizeof path, "%s/%s", GRAPHVIZ_PLUGINS, name);
	library = dlopen(path, RTLD_NOW);
	return library != NULL ? dlsym(library, symbol) : NULL;
}

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
	if (!has_all)
		return false;
	graphviz->layout = load_plugin("libgvplugin_neato_layout.so.6",
	    "gvplugin_neato_layout_LTX_library");
	graphviz->core =
	    load_plugin("libgvplugin_core.so.6", "gvplugin_core_LTX_library");
	return graphviz->layout != NULL && graphviz->core != NULL;
}

/* What a browser adds to the picture: system fonts, small print, and a dark
 * variant. Without it the attributes of the elements say a light picture. */
static const char style_sheet[] =
    "<style>\n"
    ".stagewright text{font-family:system-ui,-apple-system,\"Segoe UI\","
    "Roboto,\"Helvetica Neue\",Arial,sans-serif}\n"
    ".stagewright .action text,.stagewright .condition text"
    "{font-weight:500}\n"
    ".stagewright .action text~text,.stagewright .condition text~text"
    "{font-size:9px;font-weight:400;fill:#566473}\n"
    ".stagewright .environment text{letter-spacing:.02em}\n"
    ".stagewright .production text{font-weight:600}\n"
    "@media (prefers-color-scheme:dark){\n"
    ".stagewright>polygon{fill:#0d141c}\n"
    ".stagewright text{fill:#e8edf2}\n"
    ".stagewright .action text~text,.stagewright .condition text~text,"
    ".stagewright .note text{fill:#a3b1bf}\n"
    ".stagewright .stage>path{fill:#16202b;stroke:#324151}\n"
    ".stagewright .stage.production>path{stroke:#e8edf2}\n"
    ".stagewright .sequence path,.stagewright .transition path"
    "{stroke:#8b9bab}\n"
    ".stagewright .sequence polygon,.stagewright .transition polygon,"
    ".stagewright .join ellipse{fill:#8b9bab;stroke:#8b9bab}\n"
    ".stagewright .closed path{stroke:#ff9a62}\n"
    ".stagewright .closed polygon{fill:#ff9a62;stroke:#ff9a62}\n"
    ".stagewright .source path{fill:#14283c;stroke:#7db4ea}\n"
    ".stagewright .build path{fill:#2f2710;stroke:#dcb75c}\n"
    ".stagewright .test polygon,.stagewright .test polyline"
    "{fill:#0f2b25;stroke:#63c3ab}\n"
    ".stagewright .deploy polygon,.stagewright .deploy polyline"
    "{fill:#221e45;stroke:#a99df5}\n"
    ".stagewright .approval polygon{fill:#3d1d0c;stroke:#ff9a62}\n"
    ".stagewright .condition polygon{fill:#16202b;stroke:#ff9a62}\n"
    ".stagewright .invoke polygon,.stagewright .invoke polyline,"
    ".stagewright .compute polygon,.stagewright .compute polyline"
    "{fill:#1f2a36;stroke:#9fb0c1}\n"
    ".stagewright .environment path{fill:#16202b;stroke:#7c8b9a}\n"
    ".stagewright .environment.production path"
    "{fill:#e8edf2;stroke:#e8edf2}\n"
    ".stagewright .environment.production text{fill:#0d141c}\n"
    ".stagewright .gate path{fill:#ff9a62;stroke:#ff9a62}\n"
    ".stagewright .gate text{fill:#0d141c}\n"
    "}\n"
    "</style>\n";

/* The DOT of a picture; malloc'd, NULL when memory is out. */
static char *
write_dot(struct arena *arena, const struct lowered *lowered,
    enum dot_purpose purpose, bool artifacts)
{
	char *dot = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&dot, &size);
	const struct dot_options options = { purpose,
		layout_new(arena, lowered, artifacts), artifacts };

	if (to == NULL)
		return NULL;
	struct text *text = text_new(to);
	emit_dot(text, arena, lowered, &options);
	const int failed = text_close(text);
	if (fclose(to) != 0 || failed != 0) {
		free(dot);
		return NULL;
	}
	return dot;
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

/* Renders DOT with positions; NULL, or what was wrong. */
static const char *
draw(const char *dot, const char *format, bool plugins, struct rendered *out)
{
	struct graphviz *g = &out->graphviz;

	if (!load(g))
		return NO_GRAPHVIZ;
	const lt_symlist_t builtins[] = {
		{ "gvplugin_neato_layout_LTX_library", g->layout },
		{ "gvplugin_core_LTX_library", g->core },
		{ NULL, NULL },
	};
	const char *problem = NULL;
	GVC_t *gvc = g->gvContextPlugins(builtins, plugins);
	Agraph_t *graph = NULL;

	/* Warnings are about texts wider than their shapes: that is known. */
	g->agseterr(AGMAX);
	if (can_render(g, gvc, format))
		graph = g->agmemread(dot);
	else
		problem = NO_RENDERER;
	if (problem == NULL && graph == NULL)
		problem = "Graphviz does not take the drawing";
	else if (graph != NULL && g->gvLayout(gvc, graph, "nop2") != 0)
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
	g->gvFreeContext(gvc);
	return problem;
}

static bool
begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/*
 * Graphviz writes one element a line. Copies the lines from <svg> on, without
 * comments and with the stage's own name as the title of its cluster, and
 * puts the style sheet after the start tag of <svg>.
 */
static void
finish_svg(struct arena *arena, const char *svg, struct picture *picture)
{
	static const char title[] = "<title>";
	static const char cluster[] = "<title>cluster_";
	const char *line = strstr(svg, "<svg");
	char *out = arena_alloc(arena, strlen(line) + sizeof style_sheet);
	const char *head = strchr(line, '>');
	size_t used = 0;

	assert(head != NULL && head[1] == '\n');
	used = (size_t)(head + 2 - line);
	memcpy(out, line, used);
	memcpy(out + used, style_sheet, sizeof style_sheet - 1);
	used += sizeof style_sheet - 1;
	for (line = head + 2; *line != '\0';) {
		const char *end = strchr(line, '\n');
		end = end != NULL ? end + 1 : line + strlen(line);
		if (begins(line, cluster)) {
			memcpy(out + used, title, sizeof title - 1);
			used += sizeof title - 1;
			line += sizeof cluster - 1;
		}
		if (!begins(line, "<!--")) {
			memcpy(out + used, line, (size_t)(end - line));
			used += (size_t)(end - line);
		}
		line = end;
	}
	out[used] = '\0';
	picture->bytes = out;
	picture->size = used;
}

const char *
render(struct arena *arena, const struct lowered *lowered, const char *format,
    bool artifacts, struct picture *picture)
{
	const bool is_svg = strcmp(format, "svg") == 0;
	char *dot = write_dot(
	    arena, lowered, is_svg ? DOT_STYLED : DOT_PRINTED, artifacts);
	struct rendered out = { .bytes = NULL };
	const char *problem;

	if (dot == NULL)
		return "there is no memory for the drawing";
	problem = draw(dot, format, !is_svg, &out);
	free(dot);
	if (problem == NULL && is_svg) {
		finish_svg(arena, out.bytes, picture);
	} else if (problem == NULL) {
		picture->bytes = arena_alloc(arena, out.size);
		memcpy(picture->bytes, out.bytes, out.size);
		picture->size = out.size;
	}
	if (out.bytes != NULL)
		out.graphviz.gvFreeRenderData(out.bytes);
	return problem;
}
