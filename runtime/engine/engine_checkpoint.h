/*
 * Inside the engine: when the book is read from the journal, and when it is
 * stored there.
 */
#ifndef RUNTIME_ENGINE_CHECKPOINT_H
#define RUNTIME_ENGINE_CHECKPOINT_H

#include "error.h"

struct sw_engine;

/* Reads the book anew from the journal. */
int sw__checkpoint_load(struct sw_engine *engine, struct sw_error *err);
/* Stores the book if that is worth it by now, or at a clean end. */
void sw__checkpoint_consider(struct sw_engine *engine);
void sw__checkpoint_at_end(struct sw_engine *engine);

#endif
