/*
 * How long executions are kept, and the rows of the journal that they are in.
 * What is pruned keeps its line of history (journal/prune.h).
 */
#ifndef RUNTIME_RETENTION_H
#define RUNTIME_RETENTION_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "error.h"

struct sw_engine;
struct sw_turn;

/* Unless somebody says otherwise: what CodePipeline keeps of its history
 * (User Guide, "Quotas"). */
#define SW_KEEP_DAYS 365
#define SW_DAY_MS (UINT64_C(24) * 3600 * 1000)
/* PARALLEL: of executions that can still be retried so many are kept, the
 * newest, however old they are. */
#define SW_RETRYABLE_MAX 1000
/* Rows of the journal are kept for so long at least: whoever repeats a request
 * with its key gets the first answer. */
#define SW_KEY_KEPT_MS SW_DAY_MS

/* An engine that prunes by itself looks through the store no more often. */
#define SW_SWEEP_MS (UINT64_C(3600) * 1000)

/* What either says is kept; nothing is pruned if both are 0. */
struct sw_retention {
	uint32_t keep;    /* the newest executions */
	uint64_t keep_ms; /* since they ended; 0: however long */
};

/* Within a turn: prunes up to SW_PRUNE_MAX executions. SW_ERROR_REFUSED: there
 * is none to prune. `by` is a person's name; NULL: nobody asked. */
int sw__turn_prune(struct sw_turn *turn, const struct sw_retention *retention,
    const char *by, struct sw_error *err);
/*
 * What would be pruned now of the executions from number `from` on:
 * { "executions": [[1, 50], ...], "gaveUp": [...], as in journal/row.h,
 *   "next": number to go on from, or null }
 */
json_t *sw__engine_prunable(struct sw_engine *engine,
    const struct sw_retention *retention, uint32_t from, struct sw_error *err);

#endif
