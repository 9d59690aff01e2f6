/*
 * Document to model: the only place where strings of the language become
 * enums and numbers. Structure that does not fit is reported here
 * (struct-unknown, struct-required, struct-value), every fault once.
 */
#ifndef COMPILER_READER_H
#define COMPILER_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"

struct arena;
struct diagnostics;
struct sources;

/*
 * Reads the file with this number. Returns the model, owned by the arena, as
 * complete as it could be made, or NULL when there is nothing to go on with;
 * what was wrong is in `diagnostics` either way.
 */
struct model *model_read(struct arena *arena, struct sources *sources,
    uint32_t file, struct diagnostics *diagnostics);

/*
 * Reads a file of scenarios, <scenarios>, and adds them to those at hand, in
 * the arena. False when something is missing from them, which is then in
 * `diagnostics`.
 */
bool scenarios_read(struct arena *arena, struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics, struct scenarios *scenarios);

/* The same of a file of policies, <policies>. */
bool policies_read(struct arena *arena, struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics, struct policies *policies);

/* The same of a file of levels, <lint>. */
bool lint_read(struct arena *arena, struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics, struct lint *lint);

/* What an included file holds, whose root is <stages>, <policies>, <scenarios>
 * or <lint>: one of the four. */
struct fragment {
	struct stages stages;
	struct policies policies;
	struct scenarios scenarios;
	struct lint lint;   /* at is not set: it is none */
	bool is_incomplete; /* as in struct model */
};

void fragment_read(struct arena *arena, struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics, struct fragment *fragment);

#endif
