/*
 * What a trigger's filters mean: does a push start an execution? By the rules
 * 1 to 9 of semantics.md, section 11, which filter.c and the tests cite by
 * their numbers. Pure.
 */
#ifndef MACHINE_FILTER_H
#define MACHINE_FILTER_H

#include <stdbool.h>

#include <stagewright/pipeline.h>

/* A branch or tag that has another tip than before. */
struct sw_push {
	const char *ref; /* "refs/heads/main", "refs/tags/v1" */
	bool is_own;     /* it is what the source takes by itself */
	bool is_new;     /* it had no tip before */
};

enum sw_verdict {
	SW_VERDICT_NO,
	SW_VERDICT_YES,
	SW_VERDICT_PATHS /* yes, if sw__filter_path says so of a file */
};

/* The trigger of a source, or NULL. */
const struct sw_trigger *sw__filter_trigger(
    const struct sw_pipeline *pipeline, uint32_t action);
/* Does it start an execution? No trigger: the default change detection. */
enum sw_verdict sw__filter_judge(
    const struct sw_trigger *trigger, const struct sw_push *push);
/* Does this file of the push start it? */
bool sw__filter_path(const struct sw_trigger *trigger,
    const struct sw_push *push, const char *path);

#endif
