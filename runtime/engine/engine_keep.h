/*
 * Inside the engine: what is let go of, since it has been kept long enough.
 * Shared by the engine_*.c files alone.
 */
#ifndef RUNTIME_ENGINE_KEEP_H
#define RUNTIME_ENGINE_KEEP_H

#include "engine_turn.h"
#include "retention.h"

/* engine_prune.c: drafts a row that prunes, if that is due by the options. */
void sw__keep_prune(struct sw_turn *turn);
/* The same: a row was about an execution, which may not be as it was. */
void sw__keep_look_again(struct sw_engine *engine, uint32_t execution);
/* engine_compact.c: rows of the journal that nobody needs, if any are. */
void sw__keep_compact(struct sw_engine *engine);
/* engine_sweep.c: files of what was pruned, if there may be any. */
void sw__keep_files(struct sw_engine *engine);

#endif
