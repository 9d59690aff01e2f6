/* What the files of the comparison share. Internal to compiler/compare/. */
#ifndef COMPILER_COMPARING_H
#define COMPILER_COMPARING_H

#include <stdbool.h>

#include "base/arena.h"
#include "compare.h"
#include "model/model.h"

struct comparing {
	struct arena *arena;
	struct comparison *out;
	const struct flow *old;
	const struct flow *new_;
	const struct matching *m;
	bool *is_changed; /* of each new action */
};

/* Adds one with the usual weight; text, values and places are the caller's to
 * fill in. Valid until the next. */
struct change *comparing_add(struct comparing *c, enum change_id id);
/* The same of actions, either MATCH_NONE: places, and it is changed. */
struct change *comparing_add_of(
    struct comparing *c, enum change_id id, uint32_t old, uint32_t new_);

/* "Build.Unit" */
const char *comparing_name(
    const struct comparing *c, const struct flow *flow, uint32_t action);
/* A deploy to production, before or after. */
bool comparing_is_production(
    const struct comparing *c, uint32_t old, uint32_t new_);

/* compare_fields.c: of the pipeline, stages and actions, what they say. */
void comparing_fields(struct comparing *c);
/* compare_gates.c: what comes before production. */
void comparing_gates(struct comparing *c);
/* compare_lint.c: which checks weigh less. */
void comparing_lint(struct comparing *c);
/* compare_pins.c: which images are no longer named by what they are. */
void comparing_pins(struct comparing *c);
/* compare_order.c: which action comes before which, and reads whose work. */
void comparing_order(struct comparing *c);
/* compare_triggers.c: what starts an execution. */
void comparing_triggers(struct comparing *c);

#endif
