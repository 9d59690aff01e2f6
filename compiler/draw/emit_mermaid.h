/* The drawing as a Mermaid flowchart, for Markdown. */
#ifndef COMPILER_EMIT_MERMAID_H
#define COMPILER_EMIT_MERMAID_H

#include <stdbool.h>

struct arena;
struct lowered;
struct text;

void emit_mermaid(struct text *text, struct arena *arena,
    const struct lowered *lowered, bool artifacts);

#endif
