/* Emitted text into files of a directory. */
#ifndef TOOLS_OUTPUT_H
#define TOOLS_OUTPUT_H

struct compilation;
struct text;

/* An output: what stands behind the prefix in its name, and who writes it. */
struct output_file {
	const char *suffix; /* ".c" */
	void (*emit)(struct text *text, const struct compilation *c);
};

/* Of a pipeline that the runtime links: .h .c _view.c _main.c. */
extern const struct output_file output_header;
extern const struct output_file output_source;
extern const struct output_file output_view;
extern const struct output_file output_main;
/* One file alone: .c */
extern const struct output_file output_amalgamation;
/* Its graph, for dot to lay out: .dot */
extern const struct output_file output_dot;

/*
 * Writes DIRECTORY/PREFIX<suffix>, through a temporary name, so that a file is
 * there whole or as it was. Returns an exit status, the reason on stderr.
 */
int output_write(const struct compilation *c, const char *directory,
    const struct output_file *file);

#endif
