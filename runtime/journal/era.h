/*
 * A machine as the journal has it: by names, in its first row and in each
 * `upgrade`, so that rows can be read, and states judged and stepped, without
 * the program that wrote them. What its actions do is not there but for what
 * the book needs, and what others read of them:
 *
 *   { "name", "fingerprint", "mode", "inFlight", "running", "targets",
 *     "stages": [ { "name", "closed", "beforeEntry", "onSuccess",
 *       "onFailure", "attempts", "actions": [ { "name", "category",
 *         "runOrder", "retries", "onUnknown", "provider", "namespace",
 *         "environment", "backoff", "inputs", "outputs" } ] } ] }
 *
 * Numbers are those of <stagewright/machine.h>; what is 0 or nothing is left
 * out.
 */
#ifndef RUNTIME_ERA_H
#define RUNTIME_ERA_H

#include <jansson.h>

#include <stagewright/pipeline.h>

#include "error.h"

/* Rows of a machine that is read; a model has fewer. */
#define SW_ERA_ROWS_MAX 100000

struct sw_era;

/* NULL without memory. */
json_t *sw__era_write(const struct sw_pipeline *pipeline);
/* SW_ERROR_CORRUPT if no such machine can have been written. */
int sw__era_read(
    struct sw_era **out, const json_t *document, struct sw_error *err);
void sw__era_free(struct sw_era *era); /* NULL is fine */

/* The pipeline that it tells of; borrowed. Nothing of it can be run. */
const struct sw_pipeline *sw__era_pipeline(const struct sw_era *era);

/*
 * Calls `take` with each namespace that a text of the action refers to.
 */
void sw__era_each_read(const struct sw_work *work,
    void (*take)(const char *namespace_, size_t length, void *payload),
    void *payload);

#endif
