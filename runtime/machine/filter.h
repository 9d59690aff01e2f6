/*
 * What a trigger's filters mean: does a push start an execution? By the rules
 * of CodePipeline (User Guide, "Filter triggers on code push or pull request
 * events"), numbered here as filter.c and the tests cite them:
 *   1 filters of a trigger: one is enough
 *   2 lists of one filter (branches, tags, paths): all that are given
 *   3 patterns of one list: one is enough
 *   4 an exclude beats an include
 *   5 paths are judged for each changed file: one file is enough
 *   6 a push is of a branch or of a tag: a filter with both admits nothing
 *   7 a source has one trigger at most
 *   8 with filters, the source's own branch starts nothing by itself
 *   9 the first push of a new branch starts nothing by its paths, since
 *     there is no list of changed files
 * A filter that gives neither branches nor tags is about the source's own
 * branch. Pure.
 */
#ifndef RUNTIME_FILTER_H
#define RUNTIME_FILTER_H

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
