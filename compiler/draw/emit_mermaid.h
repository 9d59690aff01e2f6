/* The drawing as a Mermaid flowchart, for Markdown. */
#ifndef COMPILER_EMIT_MERMAID_H
#define COMPILER_EMIT_MERMAID_H

struct arena;
struct drawing;
struct text;

void emit_mermaid(
    struct text *text, struct arena *arena, const struct drawing *drawing);

#endif
