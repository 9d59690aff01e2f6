/*
 * Conditions of stages as people speak of them. The machine knows the rules
 * of a condition, as rows of its tables; how far the whole of it is follows
 * from them.
 */
#ifndef COMPILER_CONDITION_H
#define COMPILER_CONDITION_H

#include <stdint.h>

#include <stagewright/machine.h>

/* The first rule of a condition (SW_BEFORE_ENTRY, ...) of a stage, and the one
 * behind the last; equal: the stage has no rules there. */
void condition_rules(const struct sw_machine *machine, uint32_t stage,
    uint32_t run_order, uint32_t *first, uint32_t *end);

/*
 * "none", "InProgress", "Succeeded", "Failed", "Abandoned" or "Overridden";
 * static. A condition without rules is "none".
 */
const char *condition_status(const struct sw_machine *machine,
    const struct sw_state *state, uint32_t stage, uint32_t run_order);

/* The runOrder of the rules of "beforeEntry", "onSuccess", "onFailure". */
uint32_t condition_run_order(const char *name);

/* The name of a status, "none" without one; static. */
const char *status_words(enum sw_status status);

#endif
