/* What the files that list properties share. Internal to compiler/verify/. */
#ifndef COMPILER_VERIFY_PROPERTY_PART_H
#define COMPILER_VERIFY_PROPERTY_PART_H

#include "property.h"

struct flow;

struct property_list {
	struct arena *arena;
	struct properties *out;
	size_t capacity;
};

void property__add(struct property_list *list, struct property property);
/* The row of the machine that an action of the flow became; or FLOW_NONE. */
uint32_t property__row(
    const struct lowered *lowered, const struct flow *flow, uint32_t action);

/* property_promote.c: how a change gets to production, what waits, what is
 * tried again. */
void property__promote(struct property_list *list, const struct flow *flow);

#endif
