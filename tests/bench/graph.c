/*
 * What Graphviz itself takes: lays a DOT file out with dot and renders it as
 * SVG to standard output, in one process, with the plug-ins linked in. The
 * baseline of tests/bench/graph.
 */
#include <graphviz/gvc.h>
#include <stdio.h>

extern gvplugin_library_t gvplugin_dot_layout_LTX_library;
extern gvplugin_library_t gvplugin_core_LTX_library;

int
main(int argc, char **argv)
{
	const lt_symlist_t builtins[] = {
		{ "gvplugin_dot_layout_LTX_library",
		    (void *)&gvplugin_dot_layout_LTX_library },
		{ "gvplugin_core_LTX_library",
		    (void *)&gvplugin_core_LTX_library },
		{ NULL, NULL },
	};
	FILE *in = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (in == NULL)
		return 2;
	GVC_t *gvc = gvContextPlugins(builtins, 0);
	Agraph_t *graph = agread(in, NULL);
	if (graph == NULL || gvLayout(gvc, graph, "dot") != 0)
		return 1;
	const int failed = gvRender(gvc, graph, "svg", stdout);
	gvFreeLayout(gvc, graph);
	agclose(graph);
	fclose(in);
	return failed != 0;
}
