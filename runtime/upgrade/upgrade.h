/*
 * A state directory goes over to this program's machine: one row of the
 * journal, so a kill leaves it either there or not. What runs goes on under
 * its supervisors, and is adopted by the next owner.
 */
#ifndef RUNTIME_UPGRADE_H
#define RUNTIME_UPGRADE_H

#include <stdbool.h>

#include "engine/engine.h"
#include "planned.h"

struct sw_upgrade {
	const char *by;                   /* who asks for it, or what */
	const char *program;              /* hash of this one (program.h) */
	const struct sw_planned *planned; /* or NULL; planned.h */
	bool has_old;                     /* the old program is kept */
	bool is_timid;                    /* only if it is harmless */
	bool is_dry;                      /* only the plan */
};

/*
 * An engine without a loop, in a directory that is owned. *plan is the table
 * (plan.h; caller's), also when it says that it cannot be done now:
 * SW_ERROR_REFUSED, or SW_ERROR_UPGRADE when it was to be harmless.
 */
int sw__upgrade(struct sw_engine *engine, const struct sw_upgrade *how,
    json_t **plan, struct sw_error *err);

#endif
