/* The drawing as SVG. */
#ifndef COMPILER_EMIT_SVG_H
#define COMPILER_EMIT_SVG_H

struct arena;
struct drawing;
struct text;

/*
 * The same bytes for the same model, whatever fonts are installed. Stages,
 * actions and transitions are groups whose ids are their names ("Build",
 * "Build.Compile", "Build/transition"), of the classes "stage", "action" and
 * "transition"; all is below one group of the class "stagewright".
 */
void emit_svg(
    struct text *text, struct arena *arena, const struct drawing *drawing);

/* What is written upon a drawing, in the colour of gates. */
struct svg_notes {
	const char *const *stages;  /* on each stage's edge; NULL in it: no */
	const char *const *actions; /* on each action's, a rule's on that of
	                               its condition */
	const char *caption;        /* below everything */
};

/* The same drawing with notes on it. */
void emit_svg_notes(struct text *text, struct arena *arena,
    const struct drawing *drawing, const struct svg_notes *notes);

#endif
