/*
 * The emitters: a lowered pipeline as text, one function a file. They loop
 * and print; what is printed was decided in lower.c. Output depends on the
 * model and the tool's version alone: no dates, no folders.
 */
#ifndef COMPILER_EMIT_H
#define COMPILER_EMIT_H

#include <stdio.h>

struct lowered;
struct model;
struct sources;
struct text;

/* PREFIX.h: the types of a pipeline and its functions. */
void emit_header(struct text *text, const struct lowered *lowered,
    const struct sources *sources);
/* PREFIX.c: its machine, and what its actions do. */
void emit_source(struct text *text, const struct lowered *lowered,
    const struct sources *sources);
/* PREFIX_view.c: what shifts when the model is edited; svg may be NULL. */
void emit_view(struct text *text, const struct lowered *lowered,
    const struct sources *sources, const char *svg);
/* PREFIX_main.c: a program of the runtime and nothing else. */
void emit_main(struct text *text, const struct lowered *lowered,
    const struct sources *sources);
/* One self-contained, freestanding file: the machine and how it steps. */
void emit_amalgamation(struct text *text, const struct lowered *lowered,
    const struct sources *sources);
/* PREFIX.pml: the machine in Promela, for SPIN. */
void emit_promela(struct text *text, const struct lowered *lowered,
    const struct sources *sources);
/* The model as text for people: compile --dump=model. */
void emit_model(struct text *text, const struct model *model);
/* The machine as text for people: compile --dump=machine. */
void emit_machine(struct text *text, const struct lowered *lowered);

/* Parts that several of the above are made of. */
/* The file name of the model without its folder. */
const char *emit_model_file(
    const struct lowered *lowered, const struct sources *sources);
void emit_banner(struct text *text, const struct lowered *lowered,
    const struct sources *sources, const char *what);
void emit_types(struct text *text, const struct lowered *lowered);
void emit_tables(struct text *text, const struct lowered *lowered);
void emit_work(struct text *text, const struct lowered *lowered);

#endif
